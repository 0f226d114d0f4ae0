"""Code a sample in JupyterLab with the keyboard, on the same sheet that a spreadsheet would fill.

    from corpus_utils.validate.widget import code_sample
    code_sample("../validation/frames-generic-article", "anna")

Keys: 1 to 9, then letters, give (or, where several codes may hold, switch) the code they stand beside; 0 says none; space goes on,
b back, u to the next unit not coded. The sheet csv/CODER.csv is written after every key; opening it again goes on where coding
stopped. `double=True` shows only units that another coder has coded, for a second coding; what the other said stays hidden.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from corpus_utils.text import escape_html
from corpus_utils.validate.books import write_csv
from corpus_utils.validate.cells import Row, SheetError, read_cells
from corpus_utils.validate.folder import read_design
from corpus_utils.validate.measures import Measure, measure_of
from corpus_utils.validate.sampling import columns_of

KEYS = "123456789acdefghijklmopqrstvwxyz"  # of the codes, in their order; b, n and u move


class Coding:
    """One coder's sheet in memory: `rows`, `place`; every change is written at once. Used by the widget, and testable without one."""

    def __init__(self, folder: Path, coder: str, *, double: bool = False) -> None:
        design = read_design(folder)
        self.measure = measure_of(design)
        self.path = folder / "csv" / f"{coder}.csv"
        if coder not in design["coders"]:
            raise SheetError(f"{folder}: no coder called {coder!r}; there are: {', '.join(design['coders'])}")
        self.rows: list[Row] = read_cells(self.path, needs=[("unit_id",), ("text",)])
        self.columns, self.filled = columns_of(self.measure)
        if double:
            done = {
                unit for other in design["coders"] if other != coder for unit in _coded_units(folder / "csv" / f"{other}.csv", self.filled)
            }
            self.order = [n for n, row in enumerate(self.rows) if row["unit_id"] in done]
            if not self.order:
                raise SheetError(f"{folder}: no other coder has coded a unit yet, so there is nothing to code a second time")
        else:
            self.order = list(range(len(self.rows)))
        self.place = 0
        self.go_to_open()

    @property
    def row(self) -> Row:
        return self.rows[self.order[self.place]]

    def is_coded(self, row: Row) -> bool:
        return any(row.get(name) for name in self.filled)

    @property
    def done(self) -> int:
        return sum(self.is_coded(self.rows[n]) for n in self.order)

    def go_to_open(self) -> None:
        """To the first unit not coded, if there is one."""
        self.place = next((n for n, at in enumerate(self.order) if not self.is_coded(self.rows[at])), self.place)

    def press(self, key: str) -> None:
        """What a key does; unknown keys do nothing."""
        codes = self.measure.codes
        if key == "0":
            self._give(None)
        elif key in KEYS[: len(codes)]:
            self._give(codes[KEYS.index(key)])
        elif key in (" ", "n"):
            if self.measure.multi and not self.is_coded(self.row):
                return  # going on is no code: 0 says that none holds
            self._move(1)
        elif key == "b":
            self._move(-1)
        elif key == "u":
            self.go_to_open()

    def _give(self, code: str | None) -> None:
        if self.measure.multi:
            before = {name: self.row.get(name) == "yes" for name in self.measure.codes}
            for name in self.measure.codes:
                self.row[name] = "yes" if code is not None and before[name] != (name == code) else "no"
            self.save()
        elif code is not None:
            self.row["code"] = code
            self.save()
            self._move(1)

    def _move(self, step: int) -> None:
        self.place = min(max(self.place + step, 0), len(self.order) - 1)

    def save(self) -> None:
        """The whole sheet, written or not at all."""
        write_csv(self.path, self.rows, self.columns)


def _coded_units(path: Path, filled: Sequence[str] | Any) -> set[str]:
    return (
        {row["unit_id"] for row in read_cells(path, needs=[("unit_id",)]) if any(row.get(name) for name in filled)}
        if path.is_file()
        else set()
    )


def code_sample(folder: str | Path, coder: str, *, double: bool = False) -> Any:
    """The widget. Raises SheetError where the sample or the coder's sheet is not there."""
    import ipywidgets

    coding = Coding(Path(folder), coder, double=double)
    view, book = ipywidgets.HTML(), ipywidgets.HTML(_codebook(coding.measure))
    codes = list(zip(KEYS, coding.measure.codes, strict=False))
    keys = ipywidgets.Text(placeholder="click here and type")
    note = ipywidgets.Text(placeholder="note on this unit (Enter keeps it)", continuous_update=False)
    buttons = [ipywidgets.Button(description=f"{key} {code.replace('_', ' ')}"[:40], layout={"width": "auto"}) for key, code in codes]
    busy = {"now": False}

    def show() -> None:
        busy["now"] = True
        view.value, note.value = _shown(coding), coding.row.get("note", "")
        busy["now"] = False

    def typed(change: dict[str, Any]) -> None:
        # Only what was added counts, and the field is not emptied here: who types fast would see keys come back and count twice.
        if change["new"].startswith(change["old"]):
            for key in change["new"][len(change["old"]) :]:
                coding.press(key)
            show()

    def noted(change: dict[str, Any]) -> None:
        if not busy["now"]:
            coding.row["note"] = change["new"]
            coding.save()
            keys.focus()

    def clicked(key: str) -> Any:
        def act(_: Any) -> None:
            coding.press(key)
            show()
            keys.focus()

        return act

    keys.observe(typed, "value")
    note.observe(noted, "value")
    for (key, _), button in zip(codes, buttons, strict=True):
        button.on_click(clicked(key))
    show()
    row = ipywidgets.HBox(buttons, layout={"flex_flow": "row wrap"})
    left, right = ipywidgets.VBox([view, keys, row, note]), ipywidgets.VBox([book])
    for part, name in ((keys, "keys"), (left, "unit"), (right, "book")):
        part.add_class(f"cu-coding-{name}")
    both = ipywidgets.HBox([ipywidgets.HTML(_STYLE), left, right])
    both.add_class("cu-coding")
    return both


def _shown(coding: Coding) -> str:
    """The unit in its context, its codes so far, and how far one is. Corpus text is escaped."""
    row = coding.row
    given = [name for name in coding.measure.codes if row.get(name) == "yes"] if coding.measure.multi else [row.get("code", "")]
    said = ", ".join(code.replace("_", " ") for code in given if code) or ("none" if coding.is_coded(row) else "not coded")
    end = " All are coded: hand the sheet in." if coding.done == len(coding.order) else ""
    last, none = KEYS[: len(coding.measure.codes)][-1], "0 none, " if coding.measure.multi else ""
    head = (
        f'<p><b class="cu-coding-place">{coding.place + 1} of {len(coding.order)}</b> ({coding.done} coded): '
        f'<b class="cu-coding-said">{escape_html(said)}</b>{end}<br>'
        f"<small>Keys: {KEYS[0]} to {last} code, {none}space next, b back, u next open</small></p>"
    )
    parts = [("h4", "title"), ("p", "before"), ("blockquote", "text"), ("p", "after")]
    unit = "".join(f"<{tag}>{escape_html(row[name])}</{tag}>" for tag, name in parts if row.get(name))
    return f'{head}<div class="cu-coding-text" tabindex="-1">{unit}</div>'


def _codebook(measure: Measure) -> str:
    parts = []
    for key, row in zip(KEYS.ljust(len(measure.page)), measure.page, strict=False):
        more = "".join(
            f"<p><i>{escape_html(name)}</i>: {escape_html(text)}</p>"
            for name, text in row.items()
            if name not in ("code", "definition") and text
        )
        code, meaning = escape_html(row["code"].replace("_", " ")), escape_html(row.get("definition", ""))
        parts.append(f"<details><summary><kbd>{key}</kbd> <b>{code}</b>: {meaning}</summary>{more}</details>")
    return "".join(parts)


_STYLE = (
    "<style>.cu-coding{gap:1.5rem;flex-flow:row wrap;align-items:flex-start}.cu-coding>:first-child{display:none}"
    ".cu-coding-unit{flex:3 1 26rem;min-width:0}.cu-coding-book{flex:2 1 18rem;min-width:0;max-height:70vh;overflow:auto}"
    ".cu-coding .widget-html,.cu-coding .widget-html-content{width:100%;height:auto;line-height:1.5;font-size:.875rem}"
    ".cu-coding .widget-text{width:100%;max-width:40rem}"
    ".cu-coding p:first-child{margin-top:0}.cu-coding-text{max-height:50vh;overflow:auto;color:var(--jp-ui-font-color2,#555)}"
    ".cu-coding-text h4,.cu-coding-text p{margin:.4rem 0}.cu-coding-text h4{color:var(--jp-ui-font-color1,#111)}"
    ".cu-coding-text blockquote{margin:.4rem 0;padding:0 0 0 .75rem;border-left:3px solid var(--jp-brand-color1,#0b5c8a);"
    "color:var(--jp-ui-font-color1,#111);font-size:1rem;white-space:pre-wrap}"
    ".cu-coding-book summary{cursor:pointer;padding:.2rem 0}.cu-coding-book details p{margin:.2rem 0 .2rem 1.2rem}</style>"
)
