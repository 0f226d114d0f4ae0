"""The corpus made ready for looking things up: its articles, and the index of their words, kept in the store between sessions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from corpus_utils.lab import Corpus
from corpus_utils.store import code_fingerprint, fingerprint
from corpus_utils.tokens import TokenIndex, count_words, index_texts, open_index, save_index

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

KEPT = 2  # indexes kept in the store: of this corpus and of the one before


@dataclass(frozen=True, eq=False)  # one search is equal to itself: what is remembered of it is found by that
class Search:
    """A corpus with its word index; `articles` and the texts of `index` have the same order."""

    corpus: Corpus
    index: TokenIndex

    @property
    def articles(self) -> pd.DataFrame:
        """The corpus's articles."""
        return self.corpus.articles

    @cached_property
    def counts(self) -> Any:
        """Articles x vocabulary, as a sparse matrix: how often each word stands in each article."""
        return count_words(self.index)

    @cached_property
    def lengths(self) -> np.ndarray:
        """Words of each article."""
        import numpy as np

        return np.diff(self.index.bounds)

    @cached_property
    def totals(self) -> tuple[np.ndarray, np.ndarray]:
        """Of each word of the vocabulary: how often it stands in the corpus, and in how many articles."""
        import numpy as np

        uses = np.bincount(self.index.ids, minlength=len(self.index.vocabulary))
        return uses, np.bincount(self.counts.indices, minlength=len(self.index.vocabulary))

    def __repr__(self) -> str:
        return f"Search over {len(self.articles):,} articles, {len(self.index.ids):,} words, {len(self.index.vocabulary):,} different ones"


def open_search(corpus: Corpus) -> Search:
    """The index of a corpus: read from the store, or made and kept there."""
    import shutil
    import tempfile
    from pathlib import Path

    folder = corpus.project.store / "search"
    name = fingerprint(corpus.articles["id"].tolist(), corpus.fingerprint, code_fingerprint("corpus_utils.tokens.index"))[:24]
    place = folder / name
    if not (place / "vocabulary.arrow").is_file():
        index = index_texts(corpus.articles["text"].tolist())
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".") as fresh:  # two readers may make it at once: the first to be done stays
            save_index(index, Path(fresh, name))
            try:
                Path(fresh, name).rename(place)
            except OSError:
                return Search(corpus, index)
        kept = [item for item in folder.iterdir() if item.name != name and not item.name.startswith(".")]
        for item in sorted(kept, key=lambda item: item.stat().st_mtime, reverse=True)[KEPT - 1 :]:
            shutil.rmtree(item, ignore_errors=True)
    return Search(corpus, open_index(place))
