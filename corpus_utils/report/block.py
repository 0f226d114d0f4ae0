"""The piece a report page is made of, and the helpers every kind of block uses.

A `Block` shows itself as HTML in a notebook and carries beside it, in a MIME type no front end shows, what the index page and
other programs need to know (question, headline, facts, findings). Everything that comes from a corpus or from parameters
passes `escape_html`; only this package's own templates contain markup.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from corpus_utils.plot.figure import MIME
from corpus_utils.text import escape_html, strip_controls

__all__ = ["MIME", "VOICES", "Block", "anchor", "attributes", "report_name", "safe_href", "shown", "sized", "worded"]


VOICES = {
    "headline": "headline", "journalist": "journalist's words", "direct": "direct quotation", "indirect": "indirect quotation",
    "caption": "picture caption",
}  # fmt: skip  # schema.VOICES, as a reader calls them


@dataclass(frozen=True)
class Block:
    """HTML for the page, the same in plain text, and what is published beside the page."""

    html: str
    text: str = ""
    payload: dict[str, Any] = field(default_factory=dict, repr=False)

    def _repr_html_(self) -> str:
        return self.html

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return {"text/html": self.html, "text/plain": self.text or "Block", MIME: {"kind": "block", **self.payload}}

    def __str__(self) -> str:
        return self.text


def anchor(prefix: str, name: object) -> str:
    """An id for `href="#..."`: stable, and different for different names: `anchor("s", "a#1s4")` is "s-a.1s4"."""
    given = str(name)
    plain = re.sub(r"[^\w.-]+", "-", given.replace("#", ".", 1), flags=re.ASCII)
    if plain != given.replace("#", ".", 1):  # something was lost: two names must not meet
        plain += "-" + hashlib.sha256(given.encode("utf-8", "replace")).hexdigest()[:8]
    return f"{prefix}-{plain}"


_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*:", re.I)
_KEPT = "/?#&=%~:@!$'()*+,;[]"  # what an address may hold besides letters, digits and -._~


def safe_href(address: object) -> str:
    """The address, encoded and escaped for an attribute; "" unless it is an anchor, a path beside the page, http, https or mailto.

    Browsers ignore line ends and tabs inside an address, so they go before its scheme is looked at.
    """
    text = re.sub(r"[\t\r\n]", "", strip_controls(str(address))).strip()
    outside = re.match(r"^(https?|mailto):", text, re.I)
    if text.startswith(("//", "\\", "/")) or (_SCHEME.match(text) and not outside):
        return ""
    return escape_html(quote(text, safe=_KEPT))


def attributes(**values: object) -> str:
    """Attributes of a tag, escaped, with a leading blank; None and "" are left out; `class_` is `class`, `aria_label` is `aria-label`."""
    return "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escape_html(str(value))}"' for name, value in values.items() if value not in (None, "")
    )


def shown(value: object, *, missing: str = "not stated") -> str:
    """A value as escaped text for a reader; what is missing is said in words, muted."""
    from corpus_utils.wording import number

    if isinstance(value, Block):
        return value.html
    if value is None or value == "" or value != value:
        return f'<span class="cu-missing">{escape_html(missing)}</span>'
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return number(value, "count") if abs(value) > 9999 else str(value).replace("-", "\N{MINUS SIGN}")
    if isinstance(value, (list, tuple)):
        return ", ".join(shown(item) for item in value) or shown("", missing=missing)
    return escape_html(str(value))


def worded(text: str) -> str:
    """This package's own words as HTML: escaped, and what stands between backticks as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape_html(text))


def report_name(report: str) -> str:
    """ "03_sentiment" -> "Sentiment"; the number gives the order, it says nothing to a reader."""
    words = re.sub(r"^\d+[_-]", "", report).replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def sized(count: int, one: str, many: str = "") -> str:
    """A count with its noun: "1 story", "1,200 stories"."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
