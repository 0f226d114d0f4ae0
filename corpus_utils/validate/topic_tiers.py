"""How good topics are, by intrusion: the tier of a topic in report 02.

Finding intruders is corrected for chance as kappa corrects agreement: (precision - chance) / (1 - chance), at the lower end of precision's
interval, and held against the tiers' bounds for kappa (A: .60, C: under .40). Words say whether people see what a topic is; texts say
whether a text has the topics it is given. A share of topics needs both, so without answers about texts no topic is better than B. A topic
whose top words are no longer those that were judged is unvalidated again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from corpus_utils.validate import intrusion
from corpus_utils.validate.accuracy import A, C
from corpus_utils.validate.attach import BEST, with_validation
from corpus_utils.validate.cells import SheetError
from corpus_utils.validate.measures import TOPICS
from corpus_utils.validate.sampling import FOLDER

if TYPE_CHECKING:
    import pandas as pd

    from corpus_utils.analyse.topics import TopicModel
    from corpus_utils.parts import Tables
    from corpus_utils.project import Project

LEAST_ANSWERS = 8
STILL = 0.7  # of a topic's top words, for it to be the topic that was judged


def topic_tiers(project: Project, model: TopicModel) -> pd.DataFrame:
    """A row per topic: name, tier, why, answers, precision, low (of word intrusion). Tiers are "unvalidated" where nobody was asked."""
    import pandas as pd

    folder = project.root / FOLDER
    words, texts = _scores(folder / intrusion.WORDS), _scores(folder / intrusion.TOPICS)
    judged = intrusion.read_tasks(folder / intrusion.WORDS)["topics"] if words is not None else {}
    of_texts = None if texts is None else _rate(texts.loc["all"], intrusion.CHANCE[intrusion.TOPICS])
    rows: list[dict[str, Any]] = []
    for name, top in intrusion.top_words(model).items():
        then = next((old for old, before in judged.items() if len(set(before) & set(top)) >= STILL * max(1, len(before))), None)
        if words is None or then is None or then not in words.index:
            why = "nobody was asked for intruders" if words is None else "its words are not those that people judged"
            rows.append({"name": name, "tier": "unvalidated", "why": why, "answers": 0, "precision": float("nan"), "low": float("nan")})
            continue
        one = words.loc[then]
        tier = _rate(one, intrusion.CHANCE[intrusion.WORDS])
        why = f"{int(one['right'])} of {int(one['answers'])} found the strange word"
        if tier == "unvalidated":
            why += f"; {LEAST_ANSWERS} answers are needed"
        elif of_texts is None or of_texts == "unvalidated":
            tier, why = max(tier, "B", key=BEST.index), f"{why}; not rated on texts, so B at best"
        else:
            every = texts.loc["all"] if texts is not None else one
            tier, why = (
                max(tier, of_texts, key=BEST.index),
                f"{why}; in texts {int(every['right'])} of {int(every['answers'])} the strange topic",
            )
        rows.append({"name": name, "tier": tier, "why": why, "answers": one["answers"], "precision": one["precision"], "low": one["low"]})
    return pd.DataFrame(rows, columns=["name", "tier", "why", "answers", "precision", "low"])


def _scores(folder: Any) -> pd.DataFrame | None:
    try:
        return intrusion.score_tasks(folder).set_index("name")
    except SheetError:
        return None


def _rate(row: Any, chance: float) -> str:
    if row["answers"] < LEAST_ANSWERS:
        return "unvalidated"
    beyond = (row["low"] - chance) / (1 - chance)
    return "A" if beyond >= A[1] else "C" if beyond < C[1] else "B"


def with_topic_tiers(findings: pd.DataFrame, project: Project, model: TopicModel, tables: Tables) -> pd.DataFrame:
    """`findings` of report 02 with tiers from intrusion and, where articles were coded for their topic, corrected shares: the lower tier
    counts where both are known."""
    if not len(model.topics):
        return findings
    out = with_validation(findings, project, TOPICS, tables)
    rated = topic_tiers(project, model).set_index("name")["tier"].to_dict()
    tiers = []
    for label, tier in zip(out["label"], out["tier"]):
        other = rated.get(label, "unvalidated")
        known = [one for one in (tier, other) if one in BEST[:3]]
        tiers.append(max(known, key=BEST.index) if known and tier != "none needed" else tier)
    return out.assign(tier=tiers).astype(dict(findings.dtypes))


def lowest(findings: pd.DataFrame) -> str:
    """The lowest tier of the topics' shares."""
    of_topics = findings.loc[findings["measure"].str.startswith("share of the average story"), "tier"]
    return max(of_topics, key=BEST.index) if len(of_topics) else "none needed"
