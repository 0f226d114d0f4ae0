"""`clean --explain`: the raw text in the terminal with the role of every stretch, how sure it is, why, and how to overrule it.

Roles are told apart by a sign and their name; colour is added where the output is a terminal (NO_COLOR and FORCE_COLOR are heeded).
Corpus text is hostile: every line passes `terminal_safe`.
"""

from __future__ import annotations

import csv
import io
import json
import os
import sys
import textwrap
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from corpus_utils.schema import ARTICLE_ROLES
from corpus_utils.text import terminal_safe

if TYPE_CHECKING:
    import pandas as pd

# sign and SGR colour of each role: what is kept, what is said about it, what is set aside
SIGNS = {
    "title": ("#", "1;34"), "body": ("|", "0"), "subheading": ("=", "34"),
    "caption": ("^", "36"), "byline": ("@", "36"), "dateline": ("@", "36"), "credit": ("@", "36"),
    "teaser": (">", "33"), "navigation": ("~", "33"), "interface": ("~", "33"), "promotion": ("!", "35"), "reference": ("*", "33"),
    "boilerplate": ("-", "33"),
}  # fmt: skip
CLUES = 6  # how many clues to a date are shown
DOUBTFUL = 3  # how many of the least certain decisions are shown with the row that overrules them


def explain(documents: pd.DataFrame, spans: pd.DataFrame, articles: pd.DataFrame) -> None:
    """Print every document that has spans: what its stories state, then stretch by stretch."""
    colour = use_colour()
    stories = dict(tuple(articles.groupby("document_id", sort=False)))
    texts = dict(zip(documents["id"], documents["text"]))
    for document_id, group in spans.groupby("document_id", sort=False):
        head, *lines = explained(str(document_id), texts[document_id], group.to_dict("records"), colour=colour)
        own = stories[document_id].to_dict("records") if document_id in stories else []
        print("\n".join([head, *(line for article in own for line in dated(article)), *lines]))


def dated(article: dict[Any, Any]) -> Iterator[str]:
    """What one story is taken to be, and each clue to its date with what became of it."""
    when = article["date_earliest"] or "undated"
    if article["date_latest"] != article["date_earliest"]:
        when = f"{article['date_earliest']} to {article['date_latest']}"
    said = [article["title"] or "untitled", when, article["author"], article["outlet"]]
    yield f"++ {terminal_safe(article['id'])}   " + " | ".join(terminal_safe(str(part), width=80) for part in said if part)
    for clue in json.loads(article["date_evidence"])[:CLUES]:
        sign = "+" if clue["used"] else "-"
        days = ", ".join(clue["candidates"][:3])
        yield f"   {sign} " + terminal_safe(f"{clue['source']}: {clue['text']!r} {days} ({clue['reading']})", width=160)


def use_colour() -> bool:
    """Whether standard output wants colours (https://no-color.org)."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or sys.stdout.isatty()


def explained(document_id: str, text: str, spans: list[dict[Any, Any]], *, colour: bool = False, width: int = 100) -> Iterator[str]:
    """Lines for one document: stretch by stretch, then the least certain decisions with the row that overrules each."""
    shown = [span for span in spans if span["role"] != "blank"]
    yield f"== {terminal_safe(document_id)}   {len(text):,} characters, {len(shown)} stretches{shares(shown)}"
    for span in shown:
        sign, code = SIGNS[span["role"]]
        story = f"story {span['story']}" if span["story"] else "no story"
        head = f"{sign} {span['role']:<11} {story:<9} {span['confidence']:.2f}  {span['start']}-{span['end']}  "
        yield painted(head + terminal_safe(span["rule"], width=110), "2", colour)
        for raw in text[span["start"] : span["end"]].splitlines():
            for line in textwrap.wrap(terminal_safe(raw), width=width, break_on_hyphens=False):
                yield painted(f"{sign} {line}", code, colour)
    doubtful = sorted(shown, key=lambda span: (span["confidence"], span["start"]))[:DOUBTFUL]
    if doubtful:
        yield ""
        yield "Least certain:"
        yield from (f"  {span['confidence']:.2f}  {terminal_safe(text[span['start'] : span['end']], width=80)}" for span in doubtful)
        yield "To overrule one, put its row into overrides.csv beside the documents, under this header and with the right role:"
        yield ",".join(OVERRIDE_COLUMNS)
        yield from (terminal_safe(override_row(document_id, span)) for span in doubtful)
    yield ""


def shares(spans: list[dict[Any, Any]]) -> str:
    """Share of the visible characters that became text of articles, and of each role set aside, largest first; none under 1 %."""
    sizes = Counter[str]()
    for span in spans:
        sizes["text" if span["role"] in ARTICLE_ROLES else span["role"]] += span["end"] - span["start"]
    text = sizes.pop("text", 0)
    total = max(1, text + sizes.total())
    parts = [
        f"{role} {n / total:.0%}"
        for role, n in [("text", text), *sorted(sizes.items(), key=lambda item: (-item[1], item[0]))]
        if n >= total / 100
    ]
    return f": {', '.join(parts)}" if parts else ""


OVERRIDE_COLUMNS = ("document_id", "start", "end", "role")


def override_row(document_id: str, span: dict[Any, Any]) -> str:
    """The line of overrides.csv that gives this stretch the role it has now."""
    cells = io.StringIO()
    csv.writer(cells, lineterminator="").writerow([document_id, span["start"], span["end"], span["role"]])
    return cells.getvalue()


def painted(line: str, code: str, colour: bool) -> str:
    """The line in a colour, where colours are wanted."""
    return f"\x1b[{code}m{line}\x1b[0m" if colour and code != "0" else line
