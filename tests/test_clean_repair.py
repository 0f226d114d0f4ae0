"""Repair: what was damaged comes right, what was sound stays, and every character can be traced back."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus_utils.clean.repair import original_offset, repair

WRAPPED = (
    "The council of the small town voted on Tuesday to\nkeep the old bridge open for another two years and\n"
    "asked the region for money to repair it before the\nwinter sets in.\n\n"
    "Engineers had warned in spring that the supports of\nthe bridge would not carry lorries for much longer,\n"
    "and that the river has washed away part of the bank\nsince then.\n"
)


@pytest.mark.parametrize(
    ("damaged", "sound"),
    [
        ("plain text stays", "plain text stays"),
        ("São Tomé – “déjà vu” — привет", "São Tomé – “déjà vu” — привет"),
        ("The cafÃ© in MÃ¼nchen", "The café in München"),
        ("It isnâ€™t over", "It isn’t over"),
        ("Ð¿Ñ€Ð¸Ð²ÐµÑ‚ and goodbye", "привет and goodbye"),
        ("Fish &amp; chips &quot;to go&quot;", 'Fish & chips "to go"'),
        ("twice &amp;amp; over", "twice & over"),
        ("AT&T and R&D; stay", "AT&T and R&D; stay"),
        ("co\u00adope\u00adra\u00adtion", "cooperation"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("oﬃcial ﬁgures", "official figures"),
        ("one\r\ntwo\u2028three", "one\ntwo\nthree"),
        ("10\u00a0000\u202fkm", "10 000 km"),
        ("", ""),
    ],
)
def test_damage_is_repaired_and_nothing_else(damaged: str, sound: str) -> None:
    """Each kind of damage, and texts that only look like it."""
    assert repair(damaged)[0] == sound


def test_wrapped_paragraphs_are_put_together() -> None:
    """A paragraph cut to a width becomes one line; the blank line between paragraphs stays."""
    repaired, anchors = repair(WRAPPED)
    assert repaired.count("\n") == 3
    assert "two years and asked the region" in repaired
    assert WRAPPED[original_offset(anchors, repaired.index("Engineers")) :].startswith("Engineers")


def test_joiners_of_other_scripts_are_letters() -> None:
    """The zero-width joiners of Persian and of emoji are not damage."""
    for text in ("می\u200cروم", "👩\u200d👧"):
        assert repair(text)[0] == text


PARTS = st.sampled_from(
    ["a", "é", "&amp;", "&lt;b&gt;", "Ã©", "â€™", "\u00ad", "ﬁ", "\r\n", "\n", " ", "\u00a0", "&#39;", "&", "я", "😀", "word "]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(PARTS, max_size=25).map("".join))
def test_offsets_lead_back(text: str) -> None:
    """The map is ascending, stays inside the original, and meets equal characters wherever nothing was replaced."""
    repaired, anchors = repair(text)
    assert anchors == sorted(anchors)
    offsets = [original_offset(anchors, i) for i in range(len(repaired) + 1)]
    assert offsets == sorted(offsets)
    assert all(0 <= offset <= len(text) for offset in offsets)
    kept = [char for char in repaired if char == "w"]
    assert [text[offsets[i]] for i, char in enumerate(repaired) if char == "w"] == kept


@settings(max_examples=100, deadline=None)
@given(st.lists(PARTS, max_size=25).map("".join))
def test_repairing_twice_is_repairing_once(text: str) -> None:
    """A repaired text is sound."""
    once = repair(text)[0]
    assert repair(once)[0] == once


@given(
    st.text(
        alphabet=st.sampled_from(
            "aZ e\u00c3\u00a9\u00e2\u20ac\u2122\u201c\u2019\u00e0\u00c2\u00a0\u0438\u00e8\u2026\u00d0\u00b8.\u2013\u2022\u201d"
        ),
        max_size=60,
    )
)
def test_looking_at_foreign_characters_first_misses_no_damage(text: str) -> None:
    """What ftfy calls bad is called bad when only the stretches around the signs of it are shown to it."""
    from ftfy.badness import is_bad

    from corpus_utils.clean.repair import _AROUND, _may_be_bad

    padded = "plain words before " + text + " and after"
    foreign = [padded[max(0, m.start() - _AROUND) : m.end() + _AROUND] for m in _may_be_bad().finditer(padded)]
    assert not is_bad(padded) or is_bad(" 0 ".join(foreign))


@pytest.mark.parametrize("mark", ["&amp;", "\u00ad", "\u200b", "\x07", "\r", "\u2028", "\u00a0", "\u3000", "\ufb01", "a\u200db"])
def test_every_kind_of_damage_is_suspected(mark: str) -> None:
    """The quick look before the repair knows every character a repair can begin at."""
    assert repair(f"before{mark}after")[0] != f"before{mark}after"
