"""Loaded and hedged language by voice and outlet, and which of several competing names is chosen.

Rates are wordings per thousand words of passages in a language that has a list; intervals resample families. Translated articles are
left out of every rate, because a translator chose their words; they are counted, and their sentences are shown as translated.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from corpus_utils.analyse.contrasts import compare_outlets
from corpus_utils.analyse.lookup import places, taken
from corpus_utils.analyse.people import GROUPS
from corpus_utils.analyse.sources import with_source
from corpus_utils.annotate.phrasing import read_list, supported
from corpus_utils.schema import VOICES
from corpus_utils.stats import cluster_bootstrap

if TYPE_CHECKING:
    import pandas as pd

THOUSAND = 1000.0
LISTS = ("loaded", "hedged")
TAGS = {"loaded": "loaded", "hedged": "hedge"}
LEAST_HITS = 5  # of a set of competing names before its shares are worth a row


def counted(passages: pd.DataFrame, phrasings: pd.DataFrame, articles: pd.DataFrame) -> pd.DataFrame:
    """`passages` (as `tone.scored` gives them) with hits per list (`loaded`, `hedged`), `listed` (the language has a list) and
    `translated`."""
    out = passages.copy()
    for name in LISTS:
        at = places(phrasings.loc[phrasings["list"] == name, "unit"], out["id"])
        out[name] = np.bincount(at[at >= 0], minlength=len(out))
    out["listed"] = out["language"].isin(supported())
    translated = articles.loc[articles["flags"].map(lambda flags: "translated" in flags), "id"]
    out["translated"] = out["article_id"].isin(translated)
    return out


def usable(units: pd.DataFrame) -> pd.DataFrame:
    """Passages that enter a rate: in a language with a list, not translated."""
    return units[units["listed"] & ~units["translated"]]


def rates(units: pd.DataFrame, *, seed: int = 0) -> pd.DataFrame:
    """Wordings per thousand words of each voice: list, voice, estimate, low, high, hits, words, articles, families."""
    import pandas as pd

    known, rows = usable(units[["listed", "translated", "voice", "article_id", "family", "words", *LISTS]]), []
    for name in LISTS:
        for voice in VOICES:
            own = known[known["voice"] == voice]
            if not own["words"].sum():
                continue
            spread = cluster_bootstrap(THOUSAND * own[name] / own["words"].clip(lower=1), own["family"], weights=own["words"], seed=seed)
            rows.append(
                {"list": name, "voice": voice, "estimate": spread.estimate, "low": spread.low, "high": spread.high,
                 "hits": int(own[name].sum()), "words": int(own["words"].sum()), "articles": own["article_id"].nunique(),
                 "families": spread.clusters}
            )  # fmt: skip
    return pd.DataFrame(rows, columns=["list", "voice", "estimate", "low", "high", "hits", "words", "articles", "families"])


def outlet_units(units: pd.DataFrame, name: str) -> pd.DataFrame:
    """For `contrasts.compare_outlets`: the journalists' own words with their rate of a list."""
    chosen = units["listed"] & ~units["translated"] & (units["voice"] == "journalist") & (units["words"] > 0)
    own = units.loc[chosen, ["article_id", "family", "outlet", "words", name]]
    return own.assign(value=THOUSAND * own[name] / own["words"], weight=own["words"].astype(float))


def by_outlet(units: pd.DataFrame, *, test: bool, seed: int = 0) -> dict[str, pd.DataFrame]:
    """List -> `compare_outlets` of its rate in the journalists' own words."""
    return {name: compare_outlets(outlet_units(units, name), test=test, seed=seed) for name in LISTS}


@cache
def reasons() -> dict[tuple[str, str, str], str]:
    """(list, kind, cue) -> why it is listed, over all languages. Nobody may change it."""
    found: dict[tuple[str, str, str], str] = {}
    for language in sorted(supported()):
        data = read_list(language)
        for name in LISTS:
            for entry in data[name]:
                for cue in entry["cues"].split():
                    found.setdefault((name, entry["kind"], cue.replace("_", " ")), entry["why"])
    return found


def frequent(units: pd.DataFrame, phrasings: pd.DataFrame, *, most: int = 12) -> pd.DataFrame:
    """The wordings found most: list, kind, cue, times, stories, journalists (times in their own words), why; most stories first."""
    import pandas as pd

    hits = phrasings[phrasings["list"].isin(LISTS)]
    at = places(hits["unit"], units["id"])
    hits = hits[at >= 0].reset_index(drop=True)
    hits = hits.assign(own=(taken(units["voice"], at[at >= 0]) == "journalist").astype(int))
    table = hits.groupby(["list", "kind", "cue"], sort=True).agg(
        times=("unit", "size"), stories=("article_id", "nunique"), journalists=("own", "sum")
    )
    table = table.reset_index()
    told = reasons()
    table["why"] = pd.Series([told.get(key, "") for key in zip(table["list"], table["kind"], table["cue"])], dtype="str", index=table.index)
    table = table.sort_values(["list", "stories", "times", "cue"], ascending=[False, False, False, True], kind="stable")
    return table.groupby("list", sort=False).head(most).reset_index(drop=True)


def examples(
    units: pd.DataFrame, phrasings: pd.DataFrame, sentences: pd.DataFrame, articles: pd.DataFrame, *, name: str, most: int = 5
) -> pd.DataFrame:
    """Sentences for `blocks.sentences_block`: the journalists' own passages first, then those with most wordings, one a story.

    The wordings of the passage are marked in its sentence, each with the reason why it is listed.
    """
    import pandas as pd

    hits, told = phrasings[phrasings["list"] == name], reasons()
    found = units[places(units["id"], hits["unit"]) >= 0]
    found = found.assign(own=found["voice"] != "journalist", many=-found[name]).sort_values(["own", "many", "id"], kind="stable")
    found = found.drop_duplicates("article_id").head(most)
    texts, rows = sentences[sentences["id"].isin(found["sentence_id"])].set_index("id")["text"], []
    for unit in found.to_dict("records"):
        whole = texts.get(unit["sentence_id"], unit["text"])
        at = whole.find(unit["text"])
        marks = [
            [hit["start"] + max(at, 0), hit["end"] + max(at, 0), f"{hit['text']}: {told.get((name, hit['kind'], hit['cue']), hit['kind'])}"]
            for hit in hits[hits["unit"] == unit["id"]].to_dict("records")
        ]
        kept = {key: unit[key] for key in ("sentence_id", "voice", "speaker")}
        text = whole if at >= 0 else unit["text"]
        note = "in translation" if unit["translated"] else ""
        rows.append({**kept, "text": text, "label": TAGS[name], "marks": marks, "note": note})
    made = pd.DataFrame(rows, columns=["sentence_id", "text", "voice", "speaker", "label", "marks", "note"])
    return with_source(made, found["article_id"].reset_index(drop=True), articles)


def opened(units: pd.DataFrame, *, most: int = 5) -> dict[str, list[str]]:
    """LIST-VOICE -> sentences with such a wording in that voice, those with most wordings first, from as many stories as there are."""
    found, known = {}, usable(units[["listed", "translated", "voice", "article_id", "sentence_id", "id", *LISTS]])
    for name in LISTS:
        for voice in VOICES:
            own = known[(known["voice"] == voice) & (known[name] > 0)].sort_values([name, "id"], ascending=[False, True], kind="stable")
            own = own.assign(turn=own.groupby("article_id", sort=False).cumcount()).sort_values("turn", kind="stable")
            found[f"{name}-{voice}"] = own["sentence_id"].drop_duplicates().head(most).tolist()
    return found


def competing(units: pd.DataFrame, phrasings: pd.DataFrame, *, by: str = "voice") -> pd.DataFrame:
    """Which of several names is chosen, by voice or outlet: of, name, group, times, share (of the set in the group), total, stories,
    evidence (sentence ids, from several stories).

    A name is told in the form that the group writes most, with a second that is a third or more. Untranslated text only; sets of which
    two names are used, `LEAST_HITS` times or more in all.
    """
    import pandas as pd

    hits = phrasings[phrasings["list"] == "names"]
    known = usable(units[places(units["id"], hits["unit"]) >= 0]).set_index("id")  # few passages hold a name
    hits = hits[hits["unit"].isin(known.index)]
    group = hits["unit"].map(known["voice"].map(GROUPS) if by == "voice" else known[by])
    hits = hits.assign(group=group)[group.to_numpy() != ""]
    hits = hits.assign(sentence_id=hits["unit"].map(known["sentence_id"]))
    told = {
        "times": ("unit", "size"),
        "stories": ("article_id", "nunique"),
        "written": ("text", written),
        "evidence": ("sentence_id", several),
    }
    table = hits.groupby(["kind", "cue", "group"], sort=True).agg(**told).reset_index()
    columns = ["of", "name", "group", "times", "share", "total", "stories", "evidence"]
    if table.empty:
        return pd.DataFrame(columns=columns)
    table["total"] = table.groupby(["kind", "group"])["times"].transform("sum")
    table["share"] = table["times"] / table["total"]
    whole = table.groupby("kind")["times"].transform("sum")
    names = table.groupby("kind")["cue"].transform("nunique")
    table = table[(whole >= LEAST_HITS) & (names >= 2)]
    order = table.groupby("kind")["times"].sum().sort_values(ascending=False, kind="stable").index.tolist()
    table = table.rename(columns={"kind": "of", "written": "name"})
    table["rank"] = table["of"].map({name: place for place, name in enumerate(order)})
    return table.sort_values(["rank", "times", "name"], ascending=[True, False, True], ignore_index=True)[columns]


def written(texts: pd.Series) -> str:
    """The form found most, with the second where it is a third of all or more: "illegal immigrants / illegal immigrant"."""
    counts = Counter(" ".join(text.lower().split()) for text in texts.tolist())
    first = sorted(counts, key=lambda form: (-counts[form], form))[:2]
    return " / ".join(form for place, form in enumerate(first) if place == 0 or counts[form] * 3 >= len(texts))


def several(ids: pd.Series, *, most: int = 2) -> list[str]:
    """The first sentences of as many stories as there are: ids begin with their story's."""
    by_story: dict[str, str] = {}
    for one in sorted(set(ids.tolist()) - {""}):
        by_story.setdefault(one.rsplit("s", 1)[0], one)
    return list(by_story.values())[:most]


def set_aside(units: pd.DataFrame) -> dict[str, Any]:
    """What enters no rate: articles that are translated, passages in a language without a list."""
    return {
        "translated": int(units.loc[units["translated"], "article_id"].nunique()),
        "unlisted": int(units.loc[~units["listed"], "article_id"].nunique()),
        "share": float(1 - usable(units)["words"].sum() / max(1, units["words"].sum())) if len(units) else float(np.nan),
    }
