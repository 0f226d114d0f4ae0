"""The sentences of report 02, computed from its tables: answer, captions, method."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corpus_utils.analyse.findings import anchor, quoted

if TYPE_CHECKING:
    import pandas as pd

METHOD = """
**Words.** Texts are cut into words, case folded; function words of each language are left out, content words never.
Where words are counted by story, inflections count together (Snowball stemmer). Copies of one text count once.

**Topics.** Where the corpus has enough distinct stories, words met in at least three of them are weighted by TF-IDF
and the stories are clustered by latent semantic analysis (Deerwester et al. 1990). The clustering is repeated on
random samples of 80 % of the stories with other seeds; topics are matched across the repeats, and a topic's stability
is how alike its matched versions are (Maier et al. 2018). The number of topics is chosen over a range by stability,
coherence (NPMI) and exclusivity together, without any labels.

**Where there are too few stories** no model is fitted: it would show the words of single stories as if they were
themes. Instead the page shows which words set each story apart from the others (log odds with the whole corpus as
prior; Monroe, Colaresi & Quinn 2008), and which words most stories share.

**Limits.** Topics are groups of words, not frames and not subjects a coder would name; coherence does not track what
people find meaningful (Hoyle et al. 2021). They have not been validated on this corpus. Word counts know nothing of
negation or of who is speaking.
"""
WORKS = (
    "Deerwester, S. et al. (1990). Indexing by latent semantic analysis. Journal of the American Society for Information Science 41(6).",
    "Hoyle, A. et al. (2021). Is automated topic model evaluation broken? The incoherence of coherence. NeurIPS.",
    "Maier, D. et al. (2018). Applying LDA topic modeling in communication research. Communication Methods and Measures 12(2-3).",
    "Monroe, B., Colaresi, M. & Quinn, K. (2008). Fightin' words. Political Analysis 16(4).",
)


def headline(table: pd.DataFrame, common: pd.DataFrame) -> str:
    """The answer, as a template for `blocks.answer`."""
    if len(table):
        told = [f"{quoted(row['name'])} ({{topic-{row['topic']}:share}})" for row in table.head(3).to_dict("records")]
        rest = (
            f" The others are smaller; {int((~table['stable']).sum())} of {len(table)} topics are unstable and marked."
            if len(table) > 3
            else ""
        )
        return f"The average story is mostly about {', '.join(told[:-1]) + ' and ' + told[-1] if len(told) > 1 else told[0]}.{rest}"
    if not len(common):
        return "There are no words to describe."
    told = [f"{quoted(row['word'])} ({{{anchor('word-' + row['word'])}:count}})" for row in common.head(3).to_dict("records")]
    words = ", ".join(told[:-1]) + f" and {told[-1]}" if len(told) > 1 else told[0]
    few = "These {stories:words} stories are too few for topics. "
    return few + f"The words that most of them share are {words}; each story's own words are below."


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
    return largest + " Marked topics change when stories are resampled."
