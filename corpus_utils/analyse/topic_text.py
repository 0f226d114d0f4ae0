"""The sentences of report 02, computed from its tables: answer, captions, method."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corpus_utils.analyse.contrasts import SAME_EVENTS
from corpus_utils.analyse.findings import anchor, quoted
from corpus_utils.analyse.topic_detail import SIGNIFICANT
from corpus_utils.analyse.topic_select import CLOSE_METHODS
from corpus_utils.wording import day

if TYPE_CHECKING:
    import pandas as pd

METHOD = (
    """
**Words.** Texts are cut into words, case folded; function words of each language are left out, content words never.
Where words are counted by story, plurals count together in English (Harman 1991), inflections elsewhere (Snowball
stemmer), if they are written alike; a word that hardly stands outside of a name is shown as that name. Copies of one
text count once.

**One language.** Words of two languages never stand together: the page reads the stories of one, that of most stories unless
another is named, and says how many it leaves out.

**Topics.** Where the corpus has enough distinct stories, words met in at least three of them, and sentence vectors of
their openings, are given to five models: a mixture of multinomials started from merged small clusters (Nigam et al.
2000), clusters by latent semantic analysis (Deerwester et al. 1990), non-negative matrix factorisation (Lee & Seung
1999), clusters of sentence vectors, and latent Dirichlet allocation (Blei et al. 2003). The number of topics
is chosen without any labels: the largest whose stability and coherence (NPMI) together lie as near to the best as runs of
one number with other seeds and samples lie to each other, and no two topics of which are alike. The model is chosen by
these, by exclusivity, and by how much a topic tells of the words of texts held out (Wallach et al. 2009). The model is fitted to all
stories and again to random samples of 80 % of them with other seeds; topics are matched across the fits and averaged, and
a topic's stability is how alike its matched versions are (Maier et al. 2018). Words that stand in one outlet's articles
only, and always in the same place, are its boilerplate and are left out.

**Words in contrast.** Each outlet's words against those of the other outlets together: log ratio with an interval over
articles, log-likelihood over all four cells (Dunning 1993), log odds with a Dirichlet prior for ranking (Monroe et al.
2008), Gries' dispersion, and a test that permutes articles, never words; q is corrected over the whole table, with more
weight on words that stand in enough articles to show a log ratio of 1 and none on those that could show nothing (Roeder
& Wasserman 2009; Tarone 1990), whichever outlet they stand in. With 200 articles of 400 words an outlet, a word twice as
frequent in one of them is found mostly if a third of the articles use it, and seldom if fewer than a tenth do.

**Where there are too few stories** no model is fitted: it would show the words of single stories as if they were
themes. Instead the page shows which words set each story apart from the others (log odds with the whole corpus as
prior; Monroe, Colaresi & Quinn 2008), and which words most stories share.

**Limits.** Topics are groups of words, not frames and not subjects a coder would name; coherence does not track what
people find meaningful (Hoyle et al. 2021). They have not been validated on this corpus. Word counts know nothing of
negation or of who is speaking.
"""
    + SAME_EVENTS
)
HOUSE_STYLE = "Titles, abbreviations (Representative or Rep.) and an outlet's own name are house style, not a choice of subject"
WORKS = (
    "Blei, D., Ng, A. & Jordan, M. (2003). Latent Dirichlet allocation. Journal of Machine Learning Research 3.",
    "Deerwester, S. et al. (1990). Indexing by latent semantic analysis. Journal of the American Society for Information Science 41(6).",
    "Dunning, T. (1993). Accurate methods for the statistics of surprise and coincidence. Computational Linguistics 19(1).",
    "Gries, S. (2008). Dispersions and adjusted frequencies in corpora. International Journal of Corpus Linguistics 13(4).",
    "Harman, D. (1991). How effective is suffixing? Journal of the American Society for Information Science 42(1).",
    "Hoyle, A. et al. (2021). Is automated topic model evaluation broken? The incoherence of coherence. NeurIPS.",
    "Lee, D. & Seung, H. (1999). Learning the parts of objects by non-negative matrix factorization. Nature 401.",
    "Maier, D. et al. (2018). Applying LDA topic modeling in communication research. Communication Methods and Measures 12(2-3).",
    "Monroe, B., Colaresi, M. & Quinn, K. (2008). Fightin' words. Political Analysis 16(4).",
    "Nigam, K. et al. (2000). Text classification from labeled and unlabeled documents using EM. Machine Learning 39.",
    "Roeder, K. & Wasserman, L. (2009). Genome-wide significance levels and weighted hypothesis testing. Statistical Science 24(4).",
    "Tarone, R. (1990). A modified Bonferroni method for discrete data. Biometrics 46(2).",
    "Wallach, H. et al. (2009). Evaluation methods for topic models. ICML.",
)


def headline(table: pd.DataFrame, common: pd.DataFrame, by_k: pd.DataFrame | None = None) -> str:
    """The answer, as a template for `blocks.answer`; `by_k` of the model says which numbers of topics fit as well.

    It speaks of groups of words: that a text is "about" one is for a reader to say.
    """
    if len(table):
        names = [quoted(row["name"]) for row in table.head(3).to_dict("records")]
        shares = [f"{{topic-{row['topic']}:share}}" for row in table.head(3).to_dict("records")]
        told = f"The largest of {len(table)} groups of words, {names[0]}, takes {shares[0]} of the average story"
        if len(table) == 2:
            told += f"; the other, {names[1]}, {shares[1]}"
        elif len(table) > 2:
            told += f"; then come {names[1]} with {shares[1]} and {names[2]} with {shares[2]}"
        unstable = int((~table["stable"]).sum())
        if unstable:
            told += f"; {unstable} of {len(table)} groups {'change' if unstable != 1 else 'changes'} when stories are resampled"
        alike = _fitting(by_k)
        if by_k is None or len(alike) < 2:
            return f"{told}."
        return f"{told}. {_numbers(alike, sorted(int(k) for k in by_k['k']))} groups fit equally well, as far as resampling tells."
    if not len(common):
        return "There are no words to describe."
    shown = [f"{quoted(row['word'])} ({{{anchor('word-' + row['word'])}:count}})" for row in common.head(3).to_dict("records")]
    words = ", ".join(shown[:-1]) + f" and {shown[-1]}" if len(shown) > 1 else shown[0]
    few = "These {stories:words} stories are too few for topics. "
    return few + f"The words that most of them share are {words}; each story's own words are below."


def _fitting(by_k: pd.DataFrame | None) -> list[int]:
    """The numbers of topics that fit as well as the best (`topic_select.compare`)."""
    if by_k is None or len(by_k) < 2:
        return []
    return sorted(int(k) for k in by_k.loc[by_k["fits"], "k"])


def _numbers(values: list[int], compared: list[int]) -> str:
    """[2, 3, 4] -> "2 to 4" where nothing between was compared; else "2, 3 or 5"."""
    between = [k for k in compared if values[0] <= k <= values[-1]]
    if len(values) > 2 and between == values:
        return f"{values[0]} to {values[-1]}"
    return ", ".join(map(str, values[:-1])) + f" or {values[-1]}"


def numbers_caption(by_k: pd.DataFrame) -> str:
    """Which number of topics was taken, and which others fit as well."""
    alike = _fitting(by_k)
    if not alike:
        return "Number of topics"
    compared = sorted(int(k) for k in by_k["k"])
    taken = int(by_k.loc[by_k["chosen"], "k"].iat[0])
    if len(alike) == 1:
        return f"Numbers of topics compared by stability and coherence; {taken} fits best"
    return (
        f"Numbers of topics compared by stability and coherence; {_numbers(alike, compared)} fit equally well, as far as resampling tells: "
        f"they score no further below the best than runs of one number with other seeds and stories differ (spread). {taken} was taken, "
        "the largest of these, because it tells more"
    )


def words_caption(stories: pd.DataFrame) -> str:
    """What to see in the small-corpus figure."""
    count = stories["id"].nunique()
    return f"The words that set each of the {count} stories apart from the others; the thicker the line, the more they do."


def topics_caption(table: pd.DataFrame) -> str:
    """What to see in the figure of topics."""
    if table.empty:
        return "No topics."
    top = table.iloc[0]
    largest = f"“{top['name']}” takes the largest share of the average story, {top['prevalence']:.0%}."
    unstable = int((~table["stable"]).sum()) if "stable" in table else 0
    if unstable:
        return f"{largest} {unstable} of {len(table)} {'change' if unstable != 1 else 'changes'} when stories are resampled."
    return largest + " All come back when stories are resampled."


def house_caption(house: pd.DataFrame) -> str:
    """What was left out as boilerplate."""
    return f"{len(house)} {'word' if len(house) == 1 else 'words'} of one outlet's boilerplate, left out of topics and contrasts"


def model_caption(meanings: dict[str, str], method: str) -> str:
    """Which model was taken, and why it need not be the one of the highest score."""
    if not method:
        return "Models compared."
    return f"Models compared on a sample. Taken: {meanings[method]}, the first whose score is within {CLOSE_METHODS} of the best"


def outlets_caption(outlets: pd.DataFrame) -> str:
    """What to see in topics by outlet."""
    if not len(outlets):
        return "Topics by outlet."
    sure = outlets[outlets["q"] < SIGNIFICANT]
    if sure.empty:
        told = f"{_none_passes(outlets)} The intervals are not corrected for how many there are."
        return f"Share of each topic in each outlet, one story of a family an outlet. {told}"
    top = sure.reindex(sure["difference"].abs().sort_values(ascending=False, kind="stable").index).iloc[0]
    told = f"{top['outlet']} gives “{top['name']}” {top['estimate']:.0%} of its average story, the others {top['others']:.0%}"
    return (
        f"Share of each topic in each outlet, one story of a family an outlet. {len(sure)} differences pass the correction; widest: {told}."
    )


def _none_passes(outlets: pd.DataFrame) -> str:
    tests = int(outlets["p"].notna().sum())
    return f"None of {tests} differences tested together can be told from chance (q < .05)." if tests else "Described, not tested."


def leading_caption(contrast: pd.DataFrame) -> str:
    """The title of the words each outlet uses more, and how to read them; where no word passes the correction, that."""
    title = "Words each outlet uses more than the others"
    tested = contrast["q"].notna()
    if not tested.any():
        return f"{title}: described, not tested. {HOUSE_STYLE}"
    if not ((contrast["q"] < SIGNIFICANT) & (contrast["log_ratio"] > 0)).any():
        return f"{title}: none can be told from chance once all {int(tested.sum()):,} are tested together, so none is shown"
    return f"{title}, as far as they can be told from chance (q < .05; all others are left out). {HOUSE_STYLE}"


def time_caption(months: pd.DataFrame) -> str:
    """What to see in topics over time."""
    return (
        f"Share of each topic by month, with intervals over stories: {months['period'].nunique()} months with enough dated "
        "stories. Differences between months are not tested."
    )


def dots(table: pd.DataFrame, label: str, *, most: int = 6, kept: int = 8) -> pd.DataFrame:
    """Rows for `plot_dots`, topics as groups: the `kept` first topics, and at most `most` outlets or months."""
    import pandas as pd

    if not len(table):
        return pd.DataFrame(columns=["label", "estimate", "low", "high", "group", "n"])
    shown = table[table["topic"] <= kept]
    first = list(dict.fromkeys(shown[label]))[:most]
    shown = shown[shown[label].isin(first)]
    count = shown["n"] if "n" in shown else shown["articles"]
    named = shown[label].map(day) if label == "period" else shown[label]
    return shown.assign(label=named, group=shown["name"], n=count)[["label", "estimate", "low", "high", "group", "n"]]


def multiverse_words(model_found: bool, common: pd.DataFrame) -> str:
    """What the multiverse is about, as a noun."""
    if model_found:
        return "the lead of the largest topic over the next"
    return f"the share of stories that use {quoted(common['word'].iat[0])}" if len(common) else "nothing"


def refusals(gates: pd.DataFrame, made: dict[str, pd.DataFrame]) -> str:
    """Which parts of the page are left out and why: one sentence, "" where all are there."""
    names = {"compare outlets": "topics and words by outlet", "trend": "topics over time"}
    reasons = gates.set_index("analysis")["reason"]
    told = [f"{names[analysis]} ({reasons[analysis]})" for analysis, table in made.items() if not len(table)]
    text = "; ".join(told)
    return text[:1].upper() + text[1:] + "." if text else ""
