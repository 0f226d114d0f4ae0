"""Mentions placed in their sentences, and the verbs done by and done to an actor."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus_utils.annotate.deed_words import read_words, worth_reading
from corpus_utils.annotate.deeds import deeds_beside, find_deeds
from corpus_utils.annotate.mentions import place_mentions

# Written for the project, coded by hand: [Name|lemma+role ...]; a name without codes does nothing and nothing is done to it.
CODED = [
    "[Rivas|accuse by] accused the bank of fraud, and the bank sued [Rivas|sue to] in turn.",
    "[Rivas|accuse to] was accused by [Lund|accuse by] on Monday.",
    "[Rivas|deny by], the mayor of Oslo, has repeatedly denied the charge.",
    "The deal was criticised by [Rivas|criticise by] and welcomed by [Keller|welcome by].",
    "[Rivas|meet_with by] and [Keller|meet_with by] met with [Lund|meet_with to] on Friday.",
    "A spokesman for [Rivas] said nothing.",
    "[Rivas]'s lawyers sued the state.",
    "Police arrested former president [Rivas|arrest to] and his aide.",
    "Troops of [Norland] invaded [Sudland|invade to] in March.",
    "[Norland|refuse by,pay by], which once invaded [Sudland|invade to], refused to pay [Ostland|pay to].",
    "[Rivas|investigate to] is being investigated by prosecutors.",
    "Voters elected [Lund|elect to], who promised to punish [Rivas|punish to].",
    "[Norland] sanctions hit [Sudland|hit to] hard.",
    "He called on President [Rivas|call_on to] to resign.",
    "The talks between [Norland] and [Sudland] failed.",
    "Critics of [Keller] blamed the minister.",
    "[Keller|threaten by,expel by] threatened to expel the envoys of [Norland].",
    "[Keller|praise by,thank by] praised and thanked the crews.",
    "The court sentenced nobody, but [Lund|praise by] (who sits on the board) praised the ruling.",
    "[Sudland|bomb to] was bombed for weeks.",
    "The army of [Sudland] bombed the port.",
    "They voted against [Lund|vote_against to] twice.",
    "In [Norland], workers attacked the plan.",
    "Rebels kidnapped [Keller|kidnap to], [Lund|kidnap to] and [Rivas|kidnap to].",
    "[Keller] was in [Sudland] when the war began.",
    "[Ostland|support by] will also support [Norland|support to].",
    "Nobody trusted Senator [Lund|trust to], an ally of [Rivas].",
    "[Rivas] attacks were expected.",
    "The [Rivas] campaign raised money, and a [Norland] press officer left.",
    "The [Harbour Republicans|attack by] attack the plan.",
    "The report named [Keller|name to] as a suspect.",
    "His visit to [Sudland] angered [Norland|anger to].",
]
CODE = re.compile(r"\[([^\]|]+)(?:\|([^\]]+))?\]")


def coded() -> tuple[pd.DataFrame, set[tuple[str, str, str]]]:
    """Mentions as `place_mentions` gives them, and the gold (mention, lemma, role)."""
    rows, gold = [], set()
    for number, sentence in enumerate(CODED):
        text = CODE.sub(lambda match: match.group(1), sentence)
        shift = 0
        for match in CODE.finditer(sentence):
            start = match.start() - shift
            shift += len(match.group()) - len(match.group(1))
            mention = f"s{number}@{start}"
            rows.append((mention, match.group(1), "a", f"s{number}", text, start, start + len(match.group(1)), "en"))
            gold |= {(mention, *code.replace("_", "-").split()) for code in (match.group(2) or "").split(",") if code}
    return pd.DataFrame(rows, columns=["id", "actor", "article_id", "sentence_id", "text", "start", "end", "language"]), gold


def test_deeds_are_right_nearly_always_and_mostly_found() -> None:
    """Precision .95, recall .65 at least, on coded sentences: a verb that no rule sees is left out rather than guessed."""
    mentions, gold = coded()
    found = find_deeds(mentions)
    told = {(row.mention_id, row.lemma.replace(" ", "-"), row.role) for row in found.itertuples()}
    assert len(told & gold) / len(told) >= 0.95, sorted(told - gold)
    assert len(told & gold) / len(gold) >= 0.65, sorted(gold - told)


def test_other_languages_have_no_deeds() -> None:
    """The rules read English only; elsewhere there is no row, not a guess."""
    mentions, _ = coded()
    assert find_deeds(mentions.assign(language="es")).empty


def test_a_mention_is_placed_in_its_sentence() -> None:
    """Offsets lead to the words in the sentence's own text, also where white space was folded, twice the same name told apart."""
    document = "Rivas  met\nLund. Then Lund thanked Rivas and Lund."
    sentences = pd.DataFrame(
        {
            "id": ["s0", "s1"], "article_id": ["a", "a"], "text": ["Rivas met Lund.", "Then Lund thanked Rivas and Lund."],
            "start": [0, 17], "end": [16, 50], "language": ["en", "en"],
        }
    )  # fmt: skip
    spans = [(m.start(), m.end()) for m in re.finditer("Rivas|Lund", document)]
    found = pd.DataFrame(
        {
            "actor": [document[a:b] for a, b in spans], "article_id": "a", "start": [a for a, _ in spans], "end": [b for _, b in spans],
            "mention": [document[a:b] for a, b in spans], "rule": "",
        }
    )  # fmt: skip
    placed = place_mentions(found, sentences)
    assert [row.text[row.start : row.end] for row in placed.itertuples()] == placed["actor"].tolist()
    assert placed["sentence_id"].tolist() == ["s0", "s0", "s1", "s1", "s1"]
    assert placed["id"].is_unique
    assert placed["document_start"].tolist() == [a for a, _ in spans]


@pytest.mark.parametrize("article", ["a", "b"])
def test_no_sentence_no_row(article: str) -> None:
    """A mention outside every sentence is left out; no mentions give an empty table with the columns."""
    sentences = pd.DataFrame({"id": ["s"], "article_id": [article], "text": ["Rain."], "start": [0], "end": [5], "language": ["en"]})
    found = pd.DataFrame({"actor": ["Lund"], "article_id": ["a"], "start": [40], "end": [44], "mention": ["Lund"], "rule": [""]})
    for rows in (found, found.iloc[:0]):
        assert list(place_mentions(rows, sentences).columns)[:3] == ["id", "actor", "article_id"]
        assert place_mentions(rows, sentences).empty


WRITTEN = st.lists(
    st.sampled_from(
        "Rivas Lund accused accuse said was has not quickly who , ( ) . ; and or the President Sen. by of on called met with to Accused".split()
    ),
    min_size=1,
    max_size=14,
)


@given(st.lists(WRITTEN, min_size=1, max_size=3))
def test_no_deed_is_beside_a_name_that_is_not_worth_reading(texts: list[list[str]]) -> None:
    """What is left out at once has no verb by the rules that read word by word."""
    written = [" ".join(words) for words in texts]
    read = read_words(written)
    for number in range(len(texts)):
        begin, end = int(read.bounds[number]), int(read.bounds[number + 1])
        words = [read.kinds[kind] for kind in read.at[begin:end].tolist()]
        places = np.arange(begin, end)
        told = worth_reading(read, np.full(len(places), number), places, places)
        deeds = [bool(deeds_beside(words, place, place)) for place in range(len(words))]
        assert not [place for place, deed in enumerate(deeds) if deed and not told[place]]
