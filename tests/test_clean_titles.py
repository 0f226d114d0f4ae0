"""The features of headlines: arrays over many documents that say of each what they say of it alone."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from corpus_utils.clean.body import find_cues
from corpus_utils.clean.looks import Looks
from corpus_utils.clean.pages import read_pages
from corpus_utils.clean.title_features import FEATURES, text_extent, title_features

PARAGRAPH = (
    "The town council of Easterby voted on Monday to build a new harbour wall, three months after winter floods damaged forty houses."
)


def _features(page: str) -> list[dict[str, float]]:
    read = read_pages([page])
    return [dict(zip(FEATURES, row, strict=True)) for row in title_features(Looks(read), find_cues(read))[1].tolist()]


def test_headline_said_again_in_other_lines():
    """The title line, a longer line that begins with the headline, a line with its words inside; digits and case aside."""
    page = f"Harbour wall is built | The Gazette\nHome\nHarbour wall is built in Easterby\nHARBOUR WALL IS BUILT\n\n{PARAGRAPH}\n"
    headline = _features(page)[2]
    assert [headline[name] for name in ("in first row", "extended above", "extended anywhere")] == [1, 1, 1]
    other = _features(page.replace("HARBOUR WALL", "GARDEN WALL"))[2]
    assert [other[name] for name in ("in first row", "extended above", "extended anywhere")] == [0, 0, 0]


def test_title_features_do_not_depend_on_other_documents():
    """A page's candidates and their features are the same alone and among other pages."""
    pages = [f"{'Harbour news' * (i % 2)}\n\nCouncil {i} opens bridge\n\nBy Ann Other\n\n{PARAGRAPH}\n\n{PARAGRAPH}\n" for i in range(4)]
    read = read_pages(["", *pages])
    lines, values = title_features(Looks(read), find_cues(read))
    for number, page in enumerate(pages, 1):
        alone = read_pages([page])
        own_lines, own = title_features(Looks(alone), find_cues(alone))
        here = (lines >= read.first[number]) & (lines < read.first[number + 1])
        assert (lines[here] - read.first[number]).tolist() == own_lines.tolist()
        assert len(own_lines) and (values[here] == own).all()


@given(st.lists(st.lists(st.tuples(st.booleans(), st.integers(1, 100)), max_size=12), min_size=1, max_size=5))
def test_extent_of_the_text_is_the_stretch_of_largest_sum(documents):
    """Against trying every stretch: long lines gain their words, others cost six; the first of equals."""
    long = np.array([is_long for each in documents for is_long, _ in each], dtype=bool)
    size = np.array([words for each in documents for _, words in each], dtype=np.int64)
    first = np.cumsum([0, *(len(each) for each in documents)])
    begins, ends = text_extent(long, size, first)
    for number, (low, high) in enumerate(pairwise(first.tolist())):
        gain = np.where(long, np.minimum(size, 80), -6)
        best = max([int(gain[a : b + 1].sum()) for a in range(low, high) for b in range(a, high)], default=0)
        if best <= 0:
            assert begins[number] == ends[number] == -1
        else:
            assert gain[begins[number] : ends[number] + 1].sum() == best
            assert long[begins[number]]
            assert long[ends[number]]


def test_words_of_scripts_without_blanks_are_counted_by_characters() -> None:
    """A Chinese paragraph is as long as its characters tell, not one word; Korean, which has blanks, and Latin lines are counted by them."""
    looks = Looks(read_pages(["东山市议会周一投票决定在码头附近新建一道海堤。\n시의회가 새 방파제를 승인했다\nThe council voted"]))
    assert looks.size.tolist() == [12, 4, 3]
    assert looks.words.tolist() == [12, 4, 3]
