"""Tone: the same compound as the reference on made and generated texts, masking, the second lexicon, and the tables."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus_utils.annotate import lexicon2, vader_arrays, vader_words
from corpus_utils.annotate.languages import detect_language, normal_code, resolve_languages
from corpus_utils.annotate.masking import hidden_words, masked
from corpus_utils.annotate.sentiment import label_tone, score_texts, term_influence, tone_records
from corpus_utils.annotate.word_types import batch

# Every rule of the reference, in sentences written for the project.
SENTENCES = [
    "The harbour is good.",
    "The harbour is GOOD!!!",
    "THE HARBOUR IS GOOD",
    "The VERY good harbour is NOT good, is it??? Is it????",
    "The harbour is very, very good; it is kind of nice and sort of bad.",
    "Kind of a good friend, the kind of friend who is kind.",
    "It was never so good. It was never this bad! Without doubt good.",
    "Without a doubt the best harbour; nobody doubts it without good cause.",
    "No good news, no bad news, no or little hope nor joy.",
    "At least it is good. The least good harbour. Least good of all. Very least good.",
    "It isn't good but it is great, but it was bad.",
    "Good, bad and good but bad and good and bad, but good.",
    "The plan was the bomb, to die for, and a kiss of death at the bus stop. Yeah right.",
    "They found a beating heart there, the shit hit the fan, he is a bad ass.",
    "Hardly any good, barely nice, just enough good, scarcely bad.",
    "He cannot win, can't lose, won't fail and rarely fears.",
    "I like it :) and hate it :( but <3 it :D",
    "Peace \U0001f600 and war\U0001f621 in one\u2764 day",
    "\U0001f600",
    "",
    "   ",
    "!!! ???",
    "Security Council, Peace Corps and the united front of hope.",
    "no",
    "no no good no",
    "NOT GOOD",
    "so so good this bad",
]
RULE_WORDS = """
    good bad great hate love no not never so this without doubt least at very but kind of sort just enough the bomb shit bus stop yeah
    right to die for kiss death bad ass badass beating heart isn't NOT GOOD Very AT but, good! bad? or nor uber less more hardly won't
    :) :( :D lol harbour a in 1.9 -- security United hope, VERY SO \U0001f600 \u2764 x\U0001f621y despite rarely nothing nice! worst
    UGLY ok
"""
WORDS = RULE_WORDS.split()
BLANKS = (" ", "  ", "\n", "\u00a0")


def _reference(texts: list[str]) -> list[float]:
    return [vader_words.reference().polarity_scores(text)["compound"] for text in texts]


def _vader(texts: list[str]) -> list[float]:
    return vader_arrays.score(vader_words.prepare(texts)[0]).compound.tolist()


def _judge(texts: list[str]) -> np.ndarray:
    return lexicon2.judge(batch(texts)).scores


def test_same_compound_as_the_reference_on_every_rule() -> None:
    """All sentences at once, each alone, and all as one text."""
    assert _vader(SENTENCES) == _reference(SENTENCES)
    assert [_vader([sentence])[0] for sentence in SENTENCES] == _reference(SENTENCES)
    whole = [" ".join(SENTENCES)]
    assert _vader(whole) == _reference(whole)


@settings(max_examples=200)
@given(st.lists(st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(BLANKS)), max_size=14), min_size=1, max_size=6))
def test_same_compound_on_generated_texts(drawn: list[list[tuple[str, str]]]) -> None:
    """Random sequences of the words that rules look at, and of some they do not."""
    texts = ["".join(word + blank for word, blank in words) for words in drawn]
    assert _vader(texts) == _reference(texts)


_NAMES = ["Security", "Council", "Hope", "But", "Not", "Very", "Kind", "of", "defence", "ministry", "met", "Never", "Bomb", "The", "said:"]


@settings(max_examples=200)
@given(st.lists(st.lists(st.sampled_from([*_NAMES, *WORDS]), max_size=14), min_size=1, max_size=6))
def test_names_are_hidden_where_that_changes_anything(drawn: list[list[str]]) -> None:
    """Texts without a masked word that means something keep what is known of them; the others are scored as with all masked words hidden."""
    words, _ = vader_words.prepare([" ".join(some) for some in drawn])
    wanted = vader_arrays.score(words, hidden=masked(words))
    found, own = vader_arrays.score_hidden(words, vader_arrays.score(words), hidden_words(words))
    assert [column.tolist() for column in (*found[:3], *found.hits)] == [column.tolist() for column in (*wanted[:3], *wanted.hits)]
    assert set(words.text_of(hidden_words(words)).tolist()) == set(own.tolist())


@settings(max_examples=100)
@given(st.data())
def test_same_compound_on_words_of_the_lexicon(data: st.DataObject) -> None:
    """Words drawn from the whole lexicon, in any case, with marks around them."""
    lexicon = sorted(vader_words.reference().lexicon)
    word = st.builds(
        lambda word, how, mark: how(word) + mark,
        st.sampled_from(lexicon),
        st.sampled_from([str, str.upper, str.title]),
        st.sampled_from(["", "!", ",", "."]),
    )
    texts = [" ".join(words) for words in data.draw(st.lists(st.lists(word, max_size=8), min_size=1, max_size=4))]
    assert _vader(texts) == _reference(texts)


@settings(max_examples=100)
@given(st.text(max_size=60))
def test_same_compound_on_any_text(text: str) -> None:
    """Whatever the characters."""
    assert _vader([text]) == _reference([text])


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("The Security Council praised the brave crew.", ["Security", "Council"]),
        ("Security Council members met in Geneva.", ["Security", "Council", "Geneva."]),
        ("Hope Winter left the White House early.", ["Hope", "Winter", "White", "House"]),
        ("Great news for the poor came today.", []),
        ("He said: Great crews win.", []),
        ('"Good," she said.', []),
        ("Council Backs Peace Plan as Security Fears Grow", []),
        ("UN Security Council Backs Plan", ["Security"]),
        ("The defence ministry and the ministry of justice agreed.", ["defence", "justice"]),
        ("United States officials won. They met Mr. Love. Brave people did.", ["United", "States", "Mr.", "Love."]),
        ("This is GREAT for the crew.", []),
        ("", []),
    ],
)
def test_masking_takes_names_and_bodies(text: str, wanted: list[str]) -> None:
    """Names inside a sentence, bodies anywhere, and nothing where capitals say nothing."""
    hidden = masked(batch(["Some good text before.", text]))
    assert [word for word, mask in zip(text.split(), hidden[4:], strict=True) if mask] == wanted


def test_masked_score_is_the_plain_one_without_names() -> None:
    """ "Security Council" is not praise; other words count as they did."""
    scores = score_texts(["The Security Council met the brave crew.", "The brave crew met."], ["en", "en"])
    assert scores.loc[0, "vader_masked"] == scores.loc[1, "vader"] == scores.loc[1, "vader_masked"]
    assert scores.loc[0, "vader"] > scores.loc[0, "vader_masked"]


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("An excellent plan.", 1),
        ("A terrible plan.", -1),
        ("Not an excellent plan.", -1),
        ("Never mind, an excellent plan.", 1),
        ("The plan.", 0),
    ],
)
def test_second_lexicon_signs(text: str, sign: int) -> None:
    """Polarity, negation within the clause only, and no hits."""
    assert np.sign(_judge([text])[0]) == sign


def test_second_lexicon_degrees_and_range() -> None:
    """A degree word strengthens or weakens, never beyond 1; every polarity lies in -1 to 1."""
    plain, very, less = _judge(["a nice plan", "a very nice plan", "a slightly nice plan"])
    assert less < plain < very <= 1
    assert _judge(["extremely excellent"])[0] == 1
    assert all(-1 <= value <= 1 and value for value in lexicon2.lexicon().values())


def test_other_languages_are_unsupported_not_zero() -> None:
    """No label and no number for a language no lexicon is made for; English without a known word is judged 0."""
    scores = score_texts(["хороший план", "The table stands here.", "buen plan"], ["ru", "en", "es"])
    assert scores["status"].tolist() == ["unsupported", "judged", "unsupported"]
    assert scores[["vader", "vader_masked", "lexicon2"]].isna().all(axis=1).tolist() == [True, False, True]
    assert scores.loc[1, ["vader", "vader_hits"]].tolist() == [0, 0]
    with pytest.raises(ValueError, match="one language per text"):
        score_texts(["one"], [])


def test_labels_carry_the_words_behind_them() -> None:
    """Three rows per unit; each piece of evidence stands in the unit's text where it says."""
    texts = ["The Security Council praised a brave\u2764 crew, it was not good!", "добро", ""]
    units = pd.DataFrame({"id": ["a", "b", "c"], "article_id": "x", "text": texts, "language": ["en", "ru", "en"]})
    labels = label_tone(units)
    assert labels["unit"].tolist() == ["a"] * 3 + ["b"] * 3 + ["c"] * 3
    assert labels["label"].tolist()[3:] == [[], [], [], ["neutral"], ["neutral"], ["neutral"]]
    evidence = json.loads(labels.loc[0, "evidence"])
    shown = {texts[0][start:end].lower(): why for start, end, why in evidence}
    assert {"security", "praised", "good"} <= shown.keys()
    assert shown["good"].startswith("good -")
    assert any(texts[0][start:end] == "\u2764" for start, end, _ in evidence)
    assert "security" not in labels.loc[1, "evidence"]


def test_records_return_in_order_with_their_columns() -> None:
    """Every id comes back, also for empty text; sentences carry offsets; unknown columns ride along."""
    records = pd.DataFrame({"id": ["3", "1", "2"], "text": ["Good. Bad!", "", "Plain"], "desk": ["x", "y", "z"]})
    whole = tone_records(records)
    assert whole["id"].tolist() == ["3", "1", "2"]
    assert whole["desk"].tolist() == ["x", "y", "z"]
    parts = tone_records(records, unit="sentence")
    assert parts[["id", "start", "end", "text"]].values.tolist() == [["3", 0, 5, "Good."], ["3", 6, 10, "Bad!"], ["2", 0, 5, "Plain"]]
    assert tone_records(records, language="fr")["vader"].isna().all()
    assert not len(tone_records(records.iloc[:0], unit="sentence"))
    with pytest.raises(ValueError, match="text, sentence"):
        tone_records(records, unit="page")


def test_leaving_a_term_out() -> None:
    """The effect of a term is the difference its occurrences make to the mean; the strongest comes first."""
    units = pd.DataFrame({"text": ["A good plan!", "A good, nice plan.", "A plan.", "план"], "language": ["en", "en", "en", "ru"]})
    found = term_influence(units).set_index("term")
    scores = score_texts(units["text"].tolist(), units["language"].tolist())["vader"]
    alone = score_texts(["A nice plan."], ["en"])["vader"]
    assert found.index[0] == "good"
    assert found.loc["good", "n"] == 2
    assert found.loc["good", "effect"] == pytest.approx(scores.mean() - alone[0] / 3)
    assert term_influence(units, measure="lexicon2")["term"].tolist()[0] == "good"
    assert not len(term_influence(units.iloc[3:]))
    with pytest.raises(ValueError, match="vader_masked"):
        term_influence(units, measure="mood")


def test_language_of_a_record() -> None:
    """Stated, else asked for, else English unless detection is confident on a long text."""
    spanish = "El ministro dijo el martes que el gobierno no cederá ante la presión de los mercados. " * 3
    records = pd.DataFrame({"text": [spanish, spanish[:90], spanish, ""], "language": ["EN-us", "", "", None]})
    assert resolve_languages(records) == ["en", "en", "es", "en"]
    assert resolve_languages(records[["text"]], "Russian") == ["ru"] * 4
    assert [normal_code(code) for code in ("English", "pt_BR", "", "tlh")] == ["en", "pt", "", "tlh"]
    assert detect_language("1 2 3 " * 60) == ("", 0.0)
