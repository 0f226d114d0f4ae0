"""Who took whose reports, and what was changed on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corpus_utils.text import tokens

if TYPE_CHECKING:
    import pandas as pd

KINDS = ("added", "removed", "changed")


def copying_table(articles: pd.DataFrame, families: pd.DataFrame) -> pd.DataFrame:
    """Which outlet carries reports that another had first: a row a pair of stated outlets, most reports first.

    taken_by, taken_from (outlets; the same where an outlet repeats itself), reports, word_for_word (of them), overlap (mean),
    days (median delay; NaN where either is undated).
    """
    import pandas as pd

    about = articles.set_index("id")[["outlet", "date_latest"]]
    rows = families[families["role"] != "original"]
    own, source = about.reindex(rows["id"]), about.reindex(rows["of"])
    table = pd.DataFrame(
        {
            "taken_by": own["outlet"].to_numpy(),
            "taken_from": source["outlet"].to_numpy(),
            "same": (rows["overlap"] >= 1.0 - 1e-9).to_numpy() & (rows["role"] == "copy").to_numpy(),
            "overlap": rows["overlap"].to_numpy(),
            "days": _days(own["date_latest"]) - _days(source["date_latest"]),
        }
    )
    table = table[(table["taken_by"] != "") & (table["taken_from"] != "")]
    grouped = table.groupby(["taken_by", "taken_from"], sort=True)
    out = pd.DataFrame(
        {
            "reports": grouped.size(),
            "word_for_word": grouped["same"].sum(),
            "overlap": grouped["overlap"].mean(),
            "days": grouped["days"].median(),
        }
    )
    return out.sort_values("reports", ascending=False, kind="stable").reset_index().astype({"word_for_word": "int64"})


def _days(stated: pd.Series) -> pd.Series:
    import numpy as np
    import pandas as pd

    days = pd.to_datetime(stated.where(stated != "", None), errors="coerce")
    return pd.Series((days.to_numpy() - np.datetime64("1970-01-01")) / np.timedelta64(1, "D"))


def version_edits(articles: pd.DataFrame, families: pd.DataFrame) -> pd.DataFrame:
    """What every text that derives from another changed in it, in reading order.

    id, of, kind (added, removed, changed), before and after (the words concerned, as written), start and end (offsets in the text of
    `id`; where words were removed, both are the place), words_before, words_after. Word for word copies have no row.
    """
    import pandas as pd
    from rapidfuzz.distance import Indel

    texts = dict(zip(articles["id"], articles["text"]))
    rows = []
    derived = families[families["role"].isin(["update", "copy"])]
    for name, source in zip(derived["id"], derived["of"]):
        old, new = tokens(texts[source]), tokens(texts[name])
        steps = Indel.opcodes([one.text.casefold() for one in old], [one.text.casefold() for one in new])
        for lost, gained in _joined([(step.tag, step.src_start, step.src_end, step.dest_start, step.dest_end) for step in steps]):
            before = texts[source][old[lost[0]].start : old[lost[1] - 1].end] if lost[0] < lost[1] else ""
            after = texts[name][new[gained[0]].start : new[gained[1] - 1].end] if gained[0] < gained[1] else ""
            start = new[gained[0]].start if gained[0] < len(new) else len(texts[name])
            rows.append(
                {
                    "id": name, "of": source, "kind": "changed" if before and after else "added" if after else "removed",
                    "before": before, "after": after, "start": start, "end": start + len(after),
                    "words_before": lost[1] - lost[0], "words_after": gained[1] - gained[0],
                }
            )  # fmt: skip
    names = ["id", "of", "kind", "before", "after", "start", "end", "words_before", "words_after"]
    return pd.DataFrame(rows, columns=names)


def _joined(steps: list[tuple[str, int, int, int, int]]) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Neighbouring removals and insertions as one change: (words lost), (words gained) as half-open ranges."""
    out: list[tuple[tuple[int, int], tuple[int, int]]] = []
    open_at: list[int] | None = None
    for tag, lost, lost_end, gained, gained_end in [*steps, ("equal", 0, 0, 0, 0)]:
        if tag != "equal":
            open_at = [lost, lost_end, gained, gained_end] if open_at is None else [open_at[0], lost_end, open_at[2], gained_end]
        elif open_at is not None:
            out.append(((open_at[0], open_at[1]), (open_at[2], open_at[3])))
            open_at = None
    return out
