"""How topics are called: by the words that set them apart, as the texts write them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from corpus_utils.analyse.spelling import as_names

if TYPE_CHECKING:
    import pandas as pd

WORDS = 10
SPARE = 5  # more words, for those that turn out to be one name


def name_topics(topics: pd.DataFrame, texts: Sequence[str], given: Collection[str] = ()) -> pd.DataFrame:
    """`topics` (columns name, words) with words as they are written in `texts`, both words of a name as that name, and named by `label`.

    `given`: names that stay as they are.
    """
    shown = as_names(sorted({word for words in topics["words"] for word in words}), texts)
    words = [list(dict.fromkeys(shown[word] for word in row))[:WORDS] for row in topics["words"]]
    names = [name if name in given else " · ".join(label(row)) for name, row in zip(topics["name"], words)]
    return topics.assign(words=words, name=_distinct(names))


def label(words: list[str]) -> list[str]:
    """The first three words, and where these are all names the next that is none: "Obama · Romney · Clinton · campaign" says more."""
    first = words[:3]
    if not all(word[:1].isupper() for word in first):
        return first
    return first + [word for word in words[3:] if not word[:1].isupper()][:1]


def _distinct(names: list[str]) -> list[str]:
    """Two topics of one name would be one topic to whoever reads the file: the later gets its number."""
    return [name if name not in names[:n] else f"{name} ({n + 1})" for n, name in enumerate(names)]
