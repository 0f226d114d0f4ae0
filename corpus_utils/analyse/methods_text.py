"""A methods paragraph and the limitations, written from the run: what a paper has to say of its corpus and its measures.

Every number is counted here from the tables, every reservation comes from the gate. The measures are named with their sources; how
accurate they are in this corpus is for a coded sample to say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from corpus_utils.wording import day, language, number

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from corpus_utils.project import Project

KINDS = {
    "sample": "a probability sample", "census": "all documents of its population", "found": "a convenience scrape",
}  # fmt: skip
MEASURES = (
    "Quotations were told from the journalists' own words by rules, so that tone and frames are given for each voice. Tone was "
    "scored per passage with VADER (Hutto & Gilbert 2014) and with a second lexicon built in another way; an article is described "
    "by the mean over its passages, never by one score of its whole text. Frame cues follow the generic frames of Semetko & "
    "Valkenburg (2000) in wording of our own and are not comparable with published prevalences. Near-duplicates were grouped into "
    "families and counted once where this is said."
)
WORKS = (
    "Hutto, C. J. & Gilbert, E. (2014). VADER: a parsimonious rule-based model for sentiment analysis of social media text. *ICWSM*.",
    "Semetko, H. A. & Valkenburg, P. M. (2000). Framing European politics. *Journal of Communication* 50(2).",
    "van Atteveldt, W., van der Velden, M. & Boukes, M. (2021). The validity of sentiment analysis. *Comm. Methods and Measures* 15.",
)


def methods_paragraph(
    project: Project, documents: pd.DataFrame, articles: pd.DataFrame, gates: pd.DataFrame, *, version: str, coded: Sequence[str] = ()
) -> str:
    """Markdown: a paragraph on the corpus, one on the measures, and a list of limitations; to be copied and cut.

    `coded`: what people coded a sample of, in words.
    """
    return "\n\n".join([_corpus(project, documents, articles, version), MEASURES, "**Limitations.**", _limits(articles, gates, coded)])


def _corpus(project: Project, documents: pd.DataFrame, articles: pd.DataFrame, version: str) -> str:
    unusable = int((documents["problem"] != "").sum())
    families = articles["family"].nunique()
    names = sorted(articles.loc[articles["outlet"] != "", "outlet"].unique())
    stated = int((articles["outlet"] != "").sum())
    parts = [
        f"The corpus “{project.name}” is {KINDS[project.kind]}"
        + (f" standing for {project.population}" if project.population else "")
        + (f", selected by {project.query}" if project.query else "")
        + ".",
        f"Of {_counted(len(documents), 'document')} read" + (f", {number(unusable, 'count')} could not be used;" if unusable else ","),
        f"corpus-utils {version} found {_counted(len(articles), 'story', 'stories')}, {number(families, 'count')} of them distinct.",
        _outlets(names, stated, len(articles)),
        _languages(articles),
        _dates(articles),
    ]
    return " ".join(part for part in parts if part)


def _counted(count: int, one: str, many: str = "") -> str:
    return f"{number(count, 'count')} {one if count == 1 else many or one + 's'}"


def _outlets(names: list[str], stated: int, stories: int) -> str:
    if not names:
        return "No outlet is stated."
    listed = ", ".join(names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")
    return f"{_counted(len(names), 'outlet')} stated for {number(stated, 'count')} of {number(stories, 'count')} stories: {listed}."


def _languages(articles: pd.DataFrame) -> str:
    sizes = articles["language"].value_counts().sort_index()
    return "Languages: " + ", ".join(f"{language(code)} ({number(count, 'count')})" for code, count in sizes.items()) + "."


def _dates(articles: pd.DataFrame) -> str:
    exact = articles[(articles["date_earliest"] != "") & (articles["date_earliest"] == articles["date_latest"])]
    if exact.empty:
        return "No story is dated to the day."
    span = f"from {day(exact['date_earliest'].min())} to {day(exact['date_earliest'].max())}"
    return (
        f"{_counted(len(exact), 'story is', 'stories are')} dated to the day, {span}."
        if len(exact) > 1
        else "One story is dated to the day."
    )


def _limits(articles: pd.DataFrame, gates: pd.DataFrame, coded: Sequence[str]) -> str:
    lines = [f"{row['analysis']}: {row['verdict']}, because {row['reason']} (there: {row['have']}; enough: {row['enough']})"
             for row in gates.to_dict("records") if row["verdict"] != "inference"]  # fmt: skip
    lines.append(
        f"how accurate automatic labels are is known only from coded samples of {', '.join(coded)}; all others are unvalidated here"
        if coded
        else "the automatic labels are unvalidated in this corpus: no coded sample tells how accurate they are (van Atteveldt et al. 2021)"
    )
    undated = int((articles["date_earliest"] == "").sum())
    lines += [f"{_counted(undated, 'story carries', 'stories carry')} no date that the page gives away"] if undated else []
    return "\n".join(f"- {line}." for line in lines)
