"""Bias axes: groups that use the words of one pole lean to it; what is too small is refused with its reason."""

from __future__ import annotations

import random

import numpy as np
import pytest

from corpus_utils.analyse.frame_axis import axis_block, frame_axis
from corpus_utils.schema import frame

WARM, COLD = ["mild", "sunny", "golden", "summer"], ["icy", "frosty", "bitter", "winter"]


def weather(n: int = 400, *, seed: int = 3) -> tuple[list[str], list[str]]:
    """Texts of two groups: one writes mostly of warm days, one mostly of cold ones."""
    draw = random.Random(seed)
    texts, groups = [], []
    for number in range(n):
        warm = draw.random() < (0.85 if number % 2 else 0.15)
        words = WARM if warm else COLD
        day = [f"A {draw.choice(words)} and {draw.choice(words)} day, {draw.choice(words)} {'warm' if warm else 'cold'}." for _ in range(6)]
        texts.append(" ".join(day))
        groups.append("south" if number % 2 else "north")
    return texts, groups


def test_a_group_leans_to_the_pole_whose_words_it_uses() -> None:
    """The south is warmer than the north, and the same twice."""
    texts, groups = weather()
    table = frame_axis(texts, groups, ["cold"], ["warm"], least_tokens=1000).set_index("group")
    assert table.at["south", "bias"] > 0.03 > -0.03 > table.at["north", "bias"]
    assert (table["intensity"] > 0).all() and set(table["verdict"]) == {"description"}
    assert (table["low"] < table["bias"]).all() and (table["bias"] < table["high"]).all()
    assert table.at["north", "high"] < table.at["south", "low"]
    again = frame_axis(texts, groups, ["cold"], ["warm"], least_tokens=1000).set_index("group")
    assert again.equals(table)
    turned = frame_axis(texts, groups, ["warm"], ["cold"], least_tokens=1000).set_index("group")
    assert np.allclose(turned["bias"], -table["bias"])


def test_too_little_is_refused() -> None:
    """A small corpus, and a seed word that is hardly used, say why there is no number."""
    texts, groups = weather(50)
    small = frame_axis(texts, groups, ["cold"], ["warm"])
    assert set(small["verdict"]) == {"refused"} and small["bias"].isna().all() and "1,000,000" in small["reason"][0]
    rare = frame_axis(*weather(), ["chilly"], ["warm"], least_tokens=1000)
    assert "'chilly' is used 0 times" in rare["reason"][0]
    with pytest.raises(ValueError, match="both its poles"):
        frame_axis(texts, groups, [], ["warm"])
    with pytest.raises(ValueError, match="one for each text"):
        frame_axis(texts, groups[:3], ["cold"], ["warm"])


def test_a_report_says_why_there_is_no_axis() -> None:
    """A small corpus is told how many words it takes; a pole too many is a mistake."""
    articles = frame("articles", [{"id": "d#1", "family": "d#1", "text": "Three small words."}])
    said = axis_block(articles, ["cold", "warm"], lambda *_, **__: "table", lambda text, *_, **__: text)
    assert said == "The stories have 3 words; vectors of words need 1,000,000."
    with pytest.raises(ValueError, match="two strings"):
        axis_block(articles, ["a", "b", "c"], lambda *_, **__: "", lambda text, *_, **__: text)
