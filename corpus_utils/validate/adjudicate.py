"""From several coders to one code a unit: where they agree it stands, where they differ somebody decides.

The disagreement list shows what each coder said in context. The adjudication sheet holds just those units, with a column `code` to fill; it
is read like any coding sheet. What stays undecided stays missing, and is counted.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus_utils.validate.books import write_book, write_csv
from corpus_utils.validate.sheets import Coded

if TYPE_CHECKING:
    import pandas as pd

CONTEXT = ("title", "before", "text", "after")


def disagreement_table(coded: Coded, figures: dict[str, Any]) -> pd.DataFrame:
    """One row per unit on which coders differ: unit_id, the unit in context, a column per coder, their notes."""
    import pandas as pd

    rows = []
    for entry in figures["disagreements"]:
        shown = coded.texts.get(entry["unit_id"], {})
        notes = {name: text for name, text in shown.items() if name.startswith("note ")}
        context = {name: shown.get(name, "") for name in CONTEXT if any(name in texts for texts in coded.texts.values())}
        rows.append({"unit_id": entry["unit_id"], **context, **{f"coder {name}": code for name, code in entry["codes"].items()}, **notes})
    out = pd.DataFrame(rows)
    return out.fillna("") if len(out) else pd.DataFrame({"unit_id": []})


def write_adjudication(coded: Coded, figures: dict[str, Any], path: Path) -> None:
    """A sheet of the units in dispute with an empty `code`, as .xlsx with a drop-down list or .csv. Raises SheetError."""
    table = disagreement_table(coded, figures)
    columns = [*table.columns, "code"]
    rows = [{**row, "code": ""} for row in table.to_dict("records")]
    if path.suffix.lower() == ".csv":
        write_csv(path, rows, columns)
    else:
        choices = {} if coded.multi else {"code": coded.order}
        write_book(path, rows, columns, choices=choices, codebook=_how_to_fill(coded), locked=list(table.columns))


def _how_to_fill(coded: Coded) -> list[dict[str, str]]:
    """The page "codebook" of an adjudication sheet: what may stand in `code`."""
    one, two = [*coded.order, "", ""][:2]
    page = [{"code": name, "definition": "this code holds"} for name in coded.order]
    if coded.multi:
        page += [{"code": f"{one}; {two}", "definition": "several hold: separate them by ;"}] if two else []
        page += [{"code": "none", "definition": "none of them holds"}]
    return [*page, {"code": "", "definition": "left empty: not decided; the unit stays out of the figures and is counted"}]


def settle(coded: Coded, decided: Coded | None = None) -> pd.DataFrame:
    """One code a unit: index unit, columns `code` (None: undecided), `how` (agreed, single, decided, open), `n` (coders)."""
    import pandas as pd

    final = decided.codes.bfill(axis=1).iloc[:, 0].to_dict() if decided is not None and len(decided.codes.columns) else {}
    rows = {}
    for unit, row in zip(coded.codes.index, coded.codes.to_numpy()):
        given = [cell for cell in row if cell is not None and cell == cell]
        alike = len(set(given)) == 1
        if final.get(unit) is not None and final[unit] == final[unit]:
            rows[unit] = (final[unit], "decided", len(given))
        elif alike:
            rows[unit] = (given[0], "agreed" if len(given) > 1 else "single", len(given))
        else:
            rows[unit] = (None, "open", len(given))
    index = list(rows)
    return pd.DataFrame(
        {"code": pd.Series([rows[u][0] for u in index], index=index, dtype=object), "how": [rows[u][1] for u in index],
         "n": [rows[u][2] for u in index]}, index=index)  # fmt: skip
