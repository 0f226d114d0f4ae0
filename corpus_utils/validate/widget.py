"""Code a sample in JupyterLab with the keyboard, on the same sheet that a spreadsheet would fill.

    from corpus_utils.validate.widget import code_sample
    code_sample("../validation/frames-generic-article", "anna")

Keys: a digit gives (or, where several codes may hold, switches) a code, 0 says none; space goes on, b back, u to the next unit not
coded. The sheet
csv/CODER.csv is written after every unit; opening it again goes on where coding stopped. `double=True` shows only units that
another coder has coded, for a second coding; what the other said stays hidden.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from corpus_utils.text import escape_html
from corpus_utils.validate.books import write_csv
from corpus_utils.validate.cells import Row, SheetError, read_cells
from corpus_utils.validate.folder import read_design
from corpus_utils.validate.sampling import columns_of
from corpus_utils.validate.units import Measure


class Coding:
    """One coder's sheet in memory: `rows`, `place`; every change is written at once. Used by the widget, and testable without one."""

    def __init__(self, folder: Path, coder: str, *, double: bool = False) -> None:
        design = read_design(folder)
        self.measure = Measure(design["measure"], tuple(design["codes"]), bool(design["multi"]), tuple(design["codebook"]))
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
        if key.isdecimal() and int(key) <= len(codes):
            self._give(None if key == "0" else codes[int(key) - 1])
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
    keys = ipywidgets.Text(placeholder="type here: 1, 2, ... code; 0 none; space next; b back; u next open", continuous_update=True)
    keys.add_class("cu-coding-keys")
    note = ipywidgets.Text(placeholder="note", continuous_update=False)
    buttons = [ipywidgets.Button(description=f"{n} {code.replace('_', ' ')}"[:40]) for n, code in enumerate(coding.measure.codes, start=1)]
    busy = {"now": False}

    def show() -> None:
        busy["now"] = True
        view.value, note.value = _shown(coding), coding.row.get("note", "")
        busy["now"] = False

    def typed(change: dict[str, Any]) -> None:
        if change["new"]:
            for key in change["new"]:
                coding.press(key)
            keys.value = ""
            show()

    def noted(change: dict[str, Any]) -> None:
        if not busy["now"]:
            coding.row["note"] = change["new"]
            coding.save()

    def clicked(number: int) -> Any:
        def act(_: Any) -> None:
            coding.press(str(number))
            show()

        return act

    keys.observe(typed, "value")
    note.observe(noted, "value")
    for number, button in enumerate(buttons, start=1):
        button.on_click(clicked(number))
    show()
    left = ipywidgets.VBox([view, keys, ipywidgets.HBox(buttons, layout={"flex_flow": "row wrap"}), note], layout={"width": "62%"})
    return ipywidgets.HBox([left, ipywidgets.VBox([book], layout={"width": "38%", "max_height": "560px", "overflow": "auto"})])


def _shown(coding: Coding) -> str:
    """The unit in its context, its codes so far, and how far one is. Corpus text is escaped."""
    row = coding.row
    given = [name for name in coding.measure.codes if row.get(name) == "yes"] if coding.measure.multi else [row.get("code", "")]
    said = ", ".join(code.replace("_", " ") for code in given if code) or ("none" if coding.is_coded(row) else "not coded")
    head = (
        f"<p><b>{coding.place + 1} of {len(coding.order)}</b> ({coding.done} coded) — <b class='cu-coding-said'>{escape_html(said)}</b></p>"
    )
    title = f"<p><b>{escape_html(row.get('title', ''))}</b></p>" if row.get("title") else ""
    context = [f"<p style='opacity:.6'>{escape_html(row.get(name, ''))}</p>" if row.get(name) else "" for name in ("before", "after")]
    style = "font-size:1.15em;border-left:3px solid #0b5c8a;padding-left:.6em;white-space:pre-wrap"
    unit = f"<p style='{style}'>{escape_html(row.get('text', ''))}</p>"
    return head + title + context[0] + unit + context[1]


def _codebook(measure: Measure) -> str:
    parts = []
    for number, row in enumerate(measure.page, start=1):
        more = "".join(
            f"<p><i>{escape_html(name)}</i>: {escape_html(text)}</p>"
            for name, text in row.items()
            if name not in ("code", "definition") and text
        )
        parts.append(f"<details{' open' if number == 1 else ''}><summary><b>{number} {escape_html(row['code'].replace('_', ' '))}</b>: "
                     f"{escape_html(row.get('definition', ''))}</summary>{more}</details>")  # fmt: skip
    return "".join(parts)
