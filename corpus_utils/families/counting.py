"""How much each article counts: every copy, a story once, once an outlet, or shared between copies."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

COUNTINGS = ("each", "once", "per outlet", "weighted")


def article_weights(articles: pd.DataFrame, counting: str = "once") -> pd.Series:
    """Weight of each article (index as in `articles`, 0 to 1) from its `family`, `family_role`, `outlet` and `date_latest`.

    each        1: every copy counts
    once        the family's original counts 1, the others 0; where the original is not in the table, the family's earliest
    per outlet  the earliest of a family in each outlet counts 1; articles without a stated outlet are taken as one outlet
    weighted    1 / size of the family: all copies count, a family as much as a single story

    Raises ValueError for another counting.
    """
    import pandas as pd

    if counting not in COUNTINGS:
        raise ValueError(f"no counting called {counting!r}; there are: {', '.join(COUNTINGS)}")
    if counting == "each":
        return pd.Series(1.0, index=articles.index)
    if counting == "weighted":
        return 1.0 / articles.groupby("family")["id"].transform("size")
    copy = articles["family_role"] != "original"
    order = pd.DataFrame({"copy": copy, "day": articles["date_latest"].where(articles["date_latest"] != "", "9999"), "id": articles["id"]})
    keys = ["family"] if counting == "once" else ["family", "outlet"]
    ranked = articles.loc[order.sort_values(["copy", "day", "id"], kind="stable").index]
    first = ~ranked.duplicated(keys)
    return first.astype("float64").reindex(articles.index)
