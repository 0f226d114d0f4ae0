"""Numbers and sums over parts: whatever the batches, they are those of plain dicts."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus_utils.annotate import actor_sums
from corpus_utils.annotate.actor_sums import NameCounts, Numbers, Sums, begins

WORDS = st.text(alphabet="aÜя\U0001f600 ", max_size=3)
SMALL = pytest.mark.parametrize("at_once", [1, 3, 1 << 20])
patched = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@given(st.lists(st.lists(WORDS)))
def test_texts_keep_their_numbers(batches: list[list[str]]) -> None:
    """The order of first use, in lists or columns; what was never given is not found."""
    numbers, known = Numbers(), dict[str, int]()
    for place, batch in enumerate(batches):
        expected = [known.setdefault(word, len(known)) for word in batch]
        assert numbers.of(pd.Series(batch, dtype="str") if place % 2 else batch).tolist() == expected
    assert numbers.texts.to_pylist() == list(known)
    assert numbers.find([*known, "never"]).tolist() == [*known.values(), -1]


@SMALL
@patched
@given(parts=st.lists(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 99), st.integers(0, 99)))))
def test_sums_are_those_of_all_rows(parts: list[list[tuple[int, int, int]]], at_once: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys ascend, and each has the sum of each kind."""
    monkeypatch.setattr(actor_sums, "AT_ONCE", at_once)
    sums, plain = Sums(2), (Counter[int](), Counter[int]())
    for rows in parts:
        keys, *counts = np.array(rows, dtype=np.int64).reshape(-1, 3).T
        sums.add(keys, np.array(counts))
        for key, *both in rows:
            for counter, count in zip(plain, both):
                counter[key] += count
    sums.settle()
    assert sums.keys.tolist() == sorted(plain[0])
    assert sums.counts.tolist() == [[counter[key] for key in sorted(counter)] for counter in plain]


@SMALL
@patched
@given(parts=st.lists(st.lists(st.tuples(st.sampled_from(["mentions", "full"]), WORDS, st.integers(1, 3)))))
def test_names_are_counted_by_kind(parts: list[list[tuple[str, str, int]]], at_once: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The highest counts first, then the alphabet as Python has it; names without a count are left out."""
    monkeypatch.setattr(actor_sums, "AT_ONCE", at_once)
    kinds = {"mentions": Counter[str](), "full": Counter[str](), "held": Counter[str]()}
    for rows in parts:
        for kind, name, count in rows:
            kinds[kind][name] += count
    tables = (
        pd.DataFrame(rows, columns=["kind", "name", "count"]).astype({"kind": "str", "name": "str", "count": "int64"}) for rows in parts
    )
    counts = NameCounts(tables)
    ranked = sorted(kinds["mentions"], key=lambda name: (-kinds["mentions"][name], name))
    for number in (0, 2, 100):
        assert counts.most("mentions", number) == ranked[:number]
    asked = [*kinds["full"], *ranked, "never", "never"]
    assert counts.of(asked, kinds) == [dict(counter) for counter in kinds.values()]


def test_a_row_begins_where_any_column_changes() -> None:
    """And the first always does."""
    assert begins(np.array([1, 1, 2, 2]), np.array([5, 6, 6, 6])).tolist() == [True, True, True, False]
    assert begins(np.zeros(0)).tolist() == []
