"""A sheet on which charts are drawn in px, from the top left; matplotlib writes it as SVG.

Marks are collected first, because a chart learns its height while drawing. `finish` hands them to matplotlib (no pyplot, no
global state beyond a scoped rc) and tidies its output: sentinel colours become CSS variables, text stays text in the reader's
own sans serif, ids and metadata that carry nothing are dropped. The same marks give the same bytes.
"""

from __future__ import annotations

import io
import re
import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from corpus_utils.plot import engine, labels, style

Mark = Callable[[Any, float], Any]  # (matplotlib, height of the sheet) -> artist


class Canvas:
    """Marks on a sheet `width` px wide. Colours are roles of `style.COLOURS`; y grows downwards."""

    def __init__(self, width: float) -> None:
        self.width = float(width)
        self.height = 0.0
        self._marks: list[Mark] = []
        self._roles = {"paper"}

    def _colour(self, role: str | None) -> str:
        if role is None:
            return "none"
        self._roles.add(role)
        return style.sentinel(role)

    def _grow(self, bottom: float) -> None:
        self.height = max(self.height, bottom)

    def rect(self, x: float, y: float, w: float, h: float, fill: str | None, *, line: str | None = None) -> None:
        """A rectangle."""
        face, edge = self._colour(fill), self._colour(line)
        self._grow(y + h)
        self._marks.append(
            lambda mpl, height: mpl.patches.Rectangle(
                (x, height - y - h), w, h, facecolor=face, edgecolor=edge, linewidth=0.0 if line is None else 1.0
            )
        )

    def stripes(self, x: float, y: float, w: float, h: float, role: str, *, gap: float = 5.0, slope: float = 1.0) -> None:
        """Lines across a rectangle, rising by `slope` (0: level), `gap` px apart.

        One path: matplotlib's hatches take a hundred times the bytes.
        """
        segments: list[tuple[float, float, float, float]] = []
        if slope == 0:
            segments = [(x, y + gap * (i + 0.5), x + w, y + gap * (i + 0.5)) for i in range(int(h / gap))]
        else:
            first = -(-(x - h / slope) // gap) * gap  # on one grid for all rectangles, so neighbours meet
            while first < x + w:
                a, b = max(first, x), min(first + h / slope, x + w)
                if b > a:
                    segments.append((a, y + h - (a - first) * slope, b, y + h - (b - first) * slope))
                first += gap
        if not segments:
            return
        colour = self._colour(role)

        def mark(mpl: Any, height: float) -> Any:
            path = mpl.path.Path
            points = [point for x1, y1, x2, y2 in segments for point in ((x1, height - y1), (x2, height - y2))]
            whole = path(points, [path.MOVETO, path.LINETO] * len(segments))
            return mpl.patches.PathPatch(whole, facecolor="none", edgecolor=colour, linewidth=1.0)

        self._marks.append(mark)

    def line(self, points: Sequence[tuple[float, float]], role: str, *, weight: float = 1.0, dash: Sequence[float] = ()) -> None:
        """A line through points."""
        colour = self._colour(role)
        self._grow(max(y for _, y in points))
        self._marks.append(
            lambda mpl, height: mpl.lines.Line2D(
                [x for x, _ in points], [height - y for _, y in points], color=colour, linewidth=weight,
                linestyle=(0, tuple(dash)) if dash else "solid", solid_capstyle="butt",
            )
        )  # fmt: skip

    def dot(self, x: float, y: float, radius: float, fill: str, *, line: str | None = None, weight: float = 1.6) -> None:
        """A disc, or a ring where `line` is given. Drawn as a point with a round end: a circle of curves takes five times the bytes."""
        if line:
            self.dot(x, y, radius, line)
            radius -= weight
        colour = self._colour(fill)
        self._grow(y + radius)
        self._marks.append(
            lambda mpl, height: mpl.lines.Line2D(
                [x, x + 0.01], [height - y] * 2, color=colour, linewidth=2 * radius, solid_capstyle="round"
            )
        )

    def text(
        self, x: float, y: float, text: object, *, role: str = "ink", size: float = style.TEXT, align: str = "left", bold: bool = False,
        italic: bool = False,
    ) -> None:  # fmt: skip
        """A line of text whose baseline is at y; `align` is left, center or right of x."""
        colour = self._colour(role)
        line = labels.plain(text)
        self._grow(y + size * 0.3)
        if not line:
            return
        self._marks.append(
            lambda mpl, height: mpl.text.Text(
                x, height - y, line, color=colour, fontsize=size, horizontalalignment=align, verticalalignment="baseline",
                fontweight="bold" if bold else "normal", fontstyle="italic" if italic else "normal", parse_math=False,
            )
        )  # fmt: skip

    def tick(self, x: float, y: float, text: str) -> None:
        """A small muted label centred on x, but never beyond the edge of the sheet."""
        half = labels.width(text, style.SMALL) / 2
        place, align = (x, "center") if half <= x <= self.width - half else (0.0, "left") if x < half else (self.width, "right")
        self.text(place, y, text, role="muted", size=style.SMALL, align=align)

    def finish(self, *, margin: float = 8.0) -> str:
        """The SVG text, on paper, as high as what was drawn plus a margin."""
        mpl = engine.load()
        height = round(self.height + margin)
        out = io.StringIO()
        with mpl.rc_context(_rc(mpl)), warnings.catch_warnings():
            # text is measured with DejaVu while drawing; that it lacks a character does not matter, the reader's fonts draw it
            warnings.filterwarnings("ignore", message="Glyph .* missing")
            warnings.filterwarnings("ignore", message="Matplotlib currently does not support")
            figure = mpl.figure.Figure(figsize=(self.width / 72, height / 72), dpi=72, frameon=False)
            mpl.backends.backend_svg.FigureCanvasSVG(figure)
            for number, mark in enumerate(self._marks):
                artist = mark(mpl, height)
                artist.set_transform(mpl.transforms.IdentityTransform())
                artist.set_zorder(number)
                figure.add_artist(artist)
            figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
        return _tidy(out.getvalue(), self.width, height, self._roles)


def _rc(mpl: Any) -> dict[str, Any]:
    """matplotlib's own defaults (never a user's matplotlibrc) with ours on top."""
    rc = {key: value for key, value in mpl.rcParamsDefault.items() if not key.startswith(("backend", "interactive", "toolbar"))}
    rc |= {
        "svg.fonttype": "none", "svg.hashsalt": "corpus_utils", "font.family": ["DejaVu Sans"],
        "text.parse_math": False, "path.simplify": False,
    }  # fmt: skip
    return rc


_TAG = re.compile(r"<[^<>]*>")
_SENTINELS = {style.sentinel(role): f"var(--{role})" for role in style.COLOURS}
_DEFAULTS = ("stroke-linejoin: miter", "stroke-linejoin: round", "stroke-linecap: butt", "fill: none", "text-anchor: start")


def _tidy(svg: str, width: float, height: float, roles: set[str]) -> str:
    """matplotlib's SVG without prologue, metadata, comments and idle ids, coloured by CSS variables.

    Only tags are touched: text between them is escaped by matplotlib, so no label can look like a tag.
    """
    body = svg[svg.index("<svg") :]
    body = re.sub(r"<!--.*?-->|<metadata>.*?</metadata>", "", body, flags=re.S)
    body = re.sub(r"<defs>\s*<style[^>]*>.*?</style>\s*</defs>", "", body, count=1, flags=re.S)
    body = _TAG.sub(lambda found: _tidy_tag(found[0]), body)
    body = re.sub(r">\s+<", "><", body)
    previous = ""
    while previous != body:
        previous, body = body, re.sub(r"<g>((?:(?!<g\b|</g>).)*)</g>", r"\1", body, flags=re.S)
    body = body[body.index(">") + 1 : body.rindex("</svg>")]
    paper = '<rect width="100%" height="100%" style="fill:var(--paper)"/>'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="{width:g}" height="{height}" '
    head += f'viewBox="0 0 {width:g} {height}"><style>{style.svg_style(roles)}</style>'
    rules, body = _classes(body.strip())
    whole = head.replace("</style>", rules + "</style>") + paper + body + "</svg>"
    return _TAG.sub(lambda found: found[0].replace('"', "'"), whole)  # a data URI in an attribute would have to encode "


def _classes(body: str) -> tuple[str, str]:
    """Style attributes that occur often become classes: their rules, and the body that uses them."""
    found = [style for tag in _TAG.findall(body) for style in re.findall(r' style="([^"]*)"', tag)]
    often = [style for style, count in Counter(found).items() if count > 2]
    names = {style: f"s{number}" for number, style in enumerate(often)}

    def named(tag: re.Match[str]) -> str:
        return re.sub(r' style="([^"]*)"', lambda f: f' class="{names[f[1]]}"' if f[1] in names else f[0], tag[0])

    return "".join(f".{name}{{{style}}}" for style, name in names.items()), _TAG.sub(named, body)


def _tidy_tag(tag: str) -> str:
    if tag.startswith("<g "):
        tag = re.sub(r' id="[^"]*"', "", tag)
        tag = "<g>" if tag == "<g >" else tag
    if "style=" in tag:
        tag = re.sub(r'style="([^"]*)"', lambda found: _tidy_style(found[1]), tag)
    if ' d="' in tag:
        tag = re.sub(r' d="([^"]*)"', lambda found: f' d="{_path(found[1])}"', tag)
    tag = re.sub(r' transform="rotate\(-?0 [^"]*\)"', "", tag)
    tag = re.sub(r' (x|y)="(-?[\d.]+)"', lambda found: f' {found[1]}="{_short(found[2])}"', tag)
    return re.sub(r"\s+", " ", tag).replace(" />", "/>")


def _short(number: str) -> str:
    """A coordinate to a hundredth of a px."""
    return f"{round(float(number), 2):g}"


def _path(data: str) -> str:
    return re.sub(r"\s*([A-Za-z])\s*", r"\1", re.sub(r"-?\d+\.?\d*", lambda found: _short(found[0]), " ".join(data.split()))).strip()


def _tidy_style(text: str) -> str:
    kept = []
    for part in text.split(";"):
        part = part.strip()
        if not part or part in _DEFAULTS:
            continue
        name, _, value = part.partition(":")
        value = _SENTINELS.get(value.strip(), value.strip())
        if name.strip() == "font":  # "bold 13px 'DejaVu Sans'": the family comes from the style sheet
            size = re.search(r"([\d.]+)px", value)
            kept += [f"font-size:{float(size[1]):g}px"] if size else []
            kept += ["font-weight:600"] if re.search(r"\b(bold|700)\b", value) else []
            kept += ["font-style:italic"] if "italic" in value else []
            continue
        if name.strip() == "font-family":
            continue
        kept.append(f"{name.strip()}:{value}")
    return f'style="{";".join(kept)}"' if kept else ""
