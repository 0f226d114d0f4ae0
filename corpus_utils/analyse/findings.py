"""Rows of the `findings` table: one way to make them, so that no reported number lacks its denominator or its gate.

A finding's id is what its number is linked by: short, stable between runs, unique within the report.
"""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING, Any

from corpus_utils.schema import frame, validate
from corpus_utils.text import fold, fold_space

if TYPE_CHECKING:
    import pandas as pd

    from corpus_utils.stats import Interval

MOST_EVIDENCE = 5
_NO_INTERVAL = {"low": float("nan"), "high": float("nan")}
_BLANK: dict[str, Any] = {
    "unit": "article", "weighting": "none", "dedup": "none", "estimator": "naive", "gate": "description", "tier": "none needed",
    "effect": float("nan"), "p": float("nan"), "q": float("nan"), **_NO_INTERVAL,
}  # fmt: skip


def finding(finding_id: str, estimate: float | Interval, **about: Any) -> dict[str, Any]:
    """One row: `estimate` is a number, or an Interval whose ends and counts are taken over; `about` fills other columns."""
    row: dict[str, Any] = {**_BLANK, "id": anchor(finding_id)}
    if isinstance(estimate, tuple):
        row |= {"estimate": estimate.estimate, "low": estimate.low, "high": estimate.high, "n_units": estimate.units}
    else:
        row["estimate"] = float(estimate)
    row |= about
    row["evidence"] = list(row.get("evidence", []))[:MOST_EVIDENCE]
    if row["low"] != row["low"]:
        row["interval_kind"] = ""
    return row


def findings_table(report: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    """The validated `findings` of one report. Raises ValueError where two rows would share an anchor."""
    seen: set[str] = set()
    for row in rows:
        if row["id"] in seen:
            raise ValueError(f"two findings of {report} are called {row['id']!r}: a number could not be linked to its row")
        seen.add(row["id"])
    return validate("findings", frame("findings", [{**row, "report": report} for row in rows]))


def anchor(text: str) -> str:
    """An HTML id and a column value that tells two texts apart, but for their case: "word-Daily Mail" -> "word-daily.mail".

    Letters, digits, hyphens and underscores stay, a blank becomes a full stop. Where anything else is lost (accents, other letters, other
    punctuation) a checksum of the text follows: "José" -> "jose-x6f8f366c". Corpus text gets here, so two outlets called "Daily-Mail"
    and "Daily Mail" must not become one link.
    """
    told = fold_space(text).casefold()
    plain = re.sub(r"[^a-z0-9._-]+", "-", fold(told).replace(".", "-").replace(" ", ".")).strip("-")
    return plain if plain and plain == told.replace(" ", ".") and "." not in told else _marked(plain, text)


def slug(text: str) -> str:
    """A name for a file or folder: letters, digits and single hyphens, e.g. "Coder 1" -> "coder-1"; a checksum where letters are lost."""
    plain = re.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-")
    lost = any(char.isalnum() and not char.isascii() for char in text)
    return _marked(plain, text) if lost or not plain else plain


def _marked(plain: str, text: str) -> str:
    return "-".join(filter(None, [plain, f"x{zlib.crc32(text.casefold().encode('utf-8', 'replace')):08x}"]))


def quoted(text: str) -> str:
    """Corpus text for a template of `blocks.answer`: in quotation marks, without the braces that mean a number there."""
    return "“" + text.replace("{", "(").replace("}", ")") + "”"
