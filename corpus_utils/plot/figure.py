"""A picture with everything a reader and a screen reader need: description, caption, and the numbers behind it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from corpus_utils.plot import labels
from corpus_utils.text import csv_safe, escape_html

if TYPE_CHECKING:
    import pandas as pd

LARGEST_DATA = 8_000  # characters of CSV that a figure carries in its page; more are for the files beside it
MIME = "application/vnd.corpus-utils+json"  # travels beside the HTML; never shown


@dataclass(frozen=True)
class Figure:
    """A chart.

    svg      drawn for a page (720 px wide); "" where there was nothing to draw, and then `caption` says why
    alt      what the picture shows, in words, with its main numbers
    caption  the sentence that says what to see
    data     the numbers drawn, one row per mark
    name     short, stable, unique on its page: it becomes the anchor `fig-NAME`
    narrow   the same for a phone (360 px); mini: without text, for an index card
    """

    svg: str
    alt: str
    caption: str
    data: pd.DataFrame = field(repr=False)
    name: str
    narrow: str = field(default="", repr=False)
    mini: str = field(default="", repr=False)

    def _repr_html_(self) -> str:
        anchor = "fig-" + slug(self.name)
        if not self.svg:
            return f'<p class="cu-nofigure" id="{anchor}">{escape_html(self.caption)}</p>'
        width, height = size(self.svg)
        narrow = f'<source media="(max-width: 600px)" srcset="{data_uri(self.narrow)}">' if self.narrow else ""
        image = f'<img alt="{escape_html(self.alt)}" width="{width}" height="{height}" src="{data_uri(self.svg)}">'
        picture = f"<picture>{narrow}{image}</picture>"
        text = f"<figcaption>{escape_html(self.caption)}{self._download()}</figcaption>"
        return f'<figure class="cu-figure" id="{anchor}">{picture}{text}</figure>'

    def csv(self) -> str:
        """The numbers drawn as CSV; cells no spreadsheet takes for a formula."""
        safe = self.data.map(lambda cell: csv_safe(", ".join(map(str, cell)) if isinstance(cell, (list, tuple)) else cell))
        return str(safe.rename(columns=lambda name: csv_safe(str(name))).to_csv(index=False, lineterminator="\r\n"))

    def _download(self) -> str:
        """A link that carries the data itself, as long as they are small: the page stays one file."""
        if self.data.size * 2 > LARGEST_DATA or len(text := self.csv()) > LARGEST_DATA:
            return ""
        name = f'download="{slug(self.name)}.csv" aria-label="Data (CSV) of the picture {escape_html(self.name)}"'
        return f' <a {name} href="data:text/csv;charset=utf-8,{quote(text)}">Data (CSV)</a>'

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return {"text/html": self._repr_html_(), "text/plain": f"Figure {self.name}: {self.alt}", MIME: {"kind": "figure"}}


def draw(draw_on: Callable[[str, float], str], *, alt: str, caption: str, data: pd.DataFrame, name: str) -> Figure:
    """Draw a chart at its three sizes. `draw_on(size, width)` returns the SVG of one."""
    from corpus_utils.plot.style import SIZES

    pictures = {kind: draw_on(kind, float(width)) for kind, width in SIZES.items()}
    return Figure(pictures["wide"], labels.plain(alt), labels.plain(caption), data, name, pictures["narrow"], pictures["mini"])


def nothing(reason: str, *, data: pd.DataFrame, name: str) -> Figure:
    """What stands in the place of a chart that cannot be drawn: the reason, in a sentence."""
    return Figure("", reason, labels.plain(reason), data, name)


def slug(text: str) -> str:
    """Letters (of any script), digits, hyphens and dots; for anchors that other people's links keep."""
    return re.sub(r"[^\w.]+", "-", labels.plain(text)).strip("-").lower() or "x"


def size(svg: str) -> tuple[int, int]:
    """Width and height in px."""
    found = re.search(r"""width=["']([\d.]+)["'] height=["']([\d.]+)["']""", svg)
    return (round(float(found[1])), round(float(found[2]))) if found else (720, 400)


def data_uri(svg: str) -> str:
    """The picture as a data URI for a double-quoted attribute: only what must be encoded is, so that it stays small."""
    text = svg.replace("%", "%25").replace("#", "%23").replace("<", "%3C").replace(">", "%3E").replace("&", "%26")
    return "data:image/svg+xml," + text.replace('"', "%22").replace("\n", "%20").replace(" ", "%20")
