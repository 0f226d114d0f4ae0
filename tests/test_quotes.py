"""Quotations: marks, attributions, speakers, languages, and the tables made of them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus_utils import schema
from corpus_utils.annotate.cue_places import CuePlaces, find_cue_places
from corpus_utils.annotate.paragraphs import paragraphs
from corpus_utils.annotate.quote_marks import marked_stretches
from corpus_utils.annotate.quotes import find_quotes, quote_records, quotes_in_text
from corpus_utils.annotate.reporting_cues import CUES, load_cues
from corpus_utils.annotate.reporting_tokens import tokenize

ROOT = Path(__file__).parents[1]


def stretches(text: str, **options: bool) -> list[str]:
    """Texts of the stretches in marks."""
    return [text[m.start : m.end] for m in marked_stretches(text, paragraphs(text), **options)]


def found(text: str, language: str = "en") -> list[tuple[str, str, str, str]]:
    """(kind, content, speaker, cue) of every attribution."""
    return [(q.kind, text[q.start : q.end], q.speaker, q.cue) for q in quotes_in_text(text, language)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“One,” he said.", ["“One,”"]),
        ('"One," he said. "Two."', ['"One,"', '"Two."']),
        ("« Un », dit-il.", ["« Un »"]),
        ("»Eins«, sagte er. »Zwei.«", ["»Eins«", "»Zwei.«"]),
        ("„Eins“, sagte er. „Zwei.”", ["„Eins“", "„Zwei.”"]),
        ("‚Eins‘ und ‚zwei‘", ["‚Eins‘", "‚zwei‘"]),
        ("``One,'' she said.", ["``One,''"]),
        ("''One,'' she said.", ["''One,''"]),
        ("‘It’s the workers’ turn,’ he said.", ["‘It’s the workers’ turn,’"]),
        ("He said 'never again,' and left. It's 5 o'clock in the '90s.", ["'never again,'"]),
        ("“He told me ‘no’ and “never” twice,” she said.", ["“He told me ‘no’ and “never” twice,”"]),
        ('A 6" pipe and a 10" pipe.', []),
        ("The workers' union and the voters' party.", []),
    ],
)
def test_marks_of_every_kind(text: str, expected: list[str]) -> None:
    """Each pair of marks is found; apostrophes and inches are not taken for marks."""
    assert stretches(text) == expected


def test_a_quotation_over_paragraphs_is_one_stretch() -> None:
    """No closing mark and an opening mark at the next paragraph: the quotation goes on."""
    text = "“First part.\n\n“Second part,” said Ann Lee.\n\n“Another one,” said Bob Ray."
    assert stretches(text) == ["“First part.\n\n“Second part,”", "“Another one,”"]


def test_an_unclosed_mark_spoils_only_its_paragraph() -> None:
    """A missing mark ends with the paragraph."""
    text = "She said “it is over.\n\nHe said “no” and left.\n\nThen “yes” came."
    assert stretches(text)[1:] == ["“no”", "“yes”"]


def test_dialogue_dashes() -> None:
    """Speech between dashes alternates with the narrator."""
    assert stretches("—No sé nada —dijo Ana—. Ya veremos.", dashes=True) == ["—No sé nada", "Ya veremos."]
    assert stretches("— Мы готовы, — сказал он. — Завтра начнём.", dashes=True) == ["— Мы готовы,", "Завтра начнём."]


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab .,\n“”\"'«»„‘’—-`?!A1<>", max_size=120), st.sampled_from(["en", "es", "fr", "ru", "de", "xx"]))
def test_any_text_is_read(text: str, language: str) -> None:
    """Hostile marks never break the reader; offsets lie inside the text, stretches do not overlap."""
    end = 0
    for m in marked_stretches(text, paragraphs(text), dashes=True):
        assert end <= m.start <= m.inner_start <= m.inner_end <= m.end <= len(text)
        end = m.end
    for q in quotes_in_text(text, language):
        assert 0 <= q.start < q.end <= len(text)
        assert q.kind in schema.QUOTE_KINDS
        assert (q.speaker_start == -1) == (q.speaker_end == -1)


NEWS = (
    "Mayor Carla Stone pledged a “total rebuild” of the harbour on Monday.\n\n"
    "“We lost the pier, and we will rebuild it,” Stone said at a meeting. “Nobody will be left alone.”\n\n"
    "Engineer Paul Ott told reporters that the work would take two years. He added: “It may take three.”\n\n"
    "The port employs 300 people, according to a statement from the Harbour Trust.\n\n"
    "Critics speak of “ghost piers” at the coast."
)


@pytest.mark.parametrize(
    "row",
    [
        ("mixed", "a “total rebuild” of the harbour on Monday", "Carla Stone", "pledged"),
        ("direct", "“We lost the pier, and we will rebuild it,”", "Carla Stone", "said"),
        ("direct", "“Nobody will be left alone.”", "Carla Stone", ""),
        ("indirect", "that the work would take two years", "Paul Ott", "told"),
        ("direct", "“It may take three.”", "Paul Ott", "added"),
        ("indirect", "The port employs 300 people", "Harbour Trust", "according to"),
    ],
)
def test_attributions_of_a_report(row: tuple[str, str, str, str]) -> None:
    """Direct, mixed and indirect speech, the speaker by last name, pronoun and in a source phrase."""
    assert row in found(NEWS)


def test_marks_without_a_speaker_are_no_quotation() -> None:
    """Scare quotes, titles and names in marks are left to the narrator."""
    assert found("The party is green. The so-called “color wave” passed. The play “Red Door” opened.") == []


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("“Never,” replied Ann Lee, who runs the shop.", ("direct", "“Never,”", "Ann Lee", "replied")),
        ("Ann Lee, the owner of two shops, said: “Never again.”", ("direct", "“Never again.”", "Ann Lee", "said")),
        ("The plan, Ann Lee said, would fail.", ("indirect", "would fail", "Ann Lee", "said")),
        ("“Can we win?” Ann Lee asked. Nobody answered.", ("direct", "“Can we win?”", "Ann Lee", "asked")),
        ("But, said Ann Lee, “we will not go there today.”", ("direct", "“we will not go there today.”", "Ann Lee", "said")),
        (
            "When asked about it, Ann Lee said she was “not amused.”",
            ("mixed", "she was “not amused.”", "Ann Lee", "said"),
        ),
        ("Ann Lee accused the council of lying.", ("indirect", "the council of lying", "Ann Lee", "accused")),
        ("Ann Lee believes that the shop will close.", ("indirect", "that the shop will close", "Ann Lee", "believes")),
        ("According to Ann Lee, the shop will close.", ("indirect", "the shop will close", "Ann Lee", "According to")),
    ],
)
def test_orders_of_speaker_cue_and_content(text: str, row: tuple[str, str, str, str]) -> None:
    """The cue before, behind and inside the content; inserts beside the name."""
    assert row in found(text)


def test_nouns_are_not_cues() -> None:
    """Claims, plans and states as nouns report nothing."""
    assert found("The claims of two states filled the reports. His plans for the post were big.") == []


@pytest.mark.parametrize(
    ("language", "text", "row"),
    [
        ("es", "El ministro Luis Vega dijo que la obra está lista.", ("indirect", "que la obra está lista", "Luis Vega", "dijo")),
        ("es", "«Es una vergüenza», señaló la ministra Ana Roa.", ("direct", "«Es una vergüenza»", "Ana Roa", "señaló")),
        ("es", "Según Ana Roa, la obra está lista.", ("indirect", "la obra está lista", "Ana Roa", "Según")),
        ("es", "—No sé nada de eso —dijo Ana Roa—. Ya veremos.", ("direct", "—No sé nada de eso", "Ana Roa", "dijo")),
        ("pt", "“Não há motivo para pânico”, disse a ministra Rita Melo.", ("direct", "“Não há motivo para pânico”", "Rita Melo", "disse")),
        ("pt", "O ministro Rui Melo afirmou que a obra está pronta.", ("indirect", "que a obra está pronta", "Rui Melo", "afirmou")),
        ("fr", "« C’est une honte », a déclaré le ministre Luc Petit.", ("direct", "« C’est une honte »", "Luc Petit", "déclaré")),
        ("fr", "Selon Luc Petit, le chantier est terminé.", ("indirect", "le chantier est terminé", "Luc Petit", "Selon")),
        ("ru", "«Мы не отступим», — заявил министр Олег Зимин.", ("direct", "«Мы не отступим»", "Олег Зимин", "заявил")),
        ("ru", "Олег Зимин сообщил, что стройка закончена.", ("indirect", "что стройка закончена", "Олег Зимин", "сообщил")),
        ("de", "„Das ist eine Schande“, sagte Ministerin Eva Kurz.", ("direct", "„Das ist eine Schande“", "Eva Kurz", "sagte")),
        ("de", "Eva Kurz erklärte, dass der Bau fertig ist.", ("indirect", "dass der Bau fertig ist", "Eva Kurz", "erklärte")),
        ("de", "Eva Kurz ist der Meinung, dass der Bau fertig ist.", ("indirect", "dass der Bau fertig ist", "Eva Kurz", "Meinung")),
    ],
)
def test_languages(language: str, text: str, row: tuple[str, str, str, str]) -> None:
    """Direct and indirect speech in the languages with a cue list."""
    assert row in found(text, language)


def test_russian_surnames_in_any_case_name_one_person() -> None:
    """A surname in the genitive resolves to the full name."""
    text = "Министр Олег Зимин приехал в порт. По словам Зимина, стройка закончена."
    assert [row[2] for row in found(text, "ru")] == ["Олег Зимин"]


def test_an_unknown_language_is_read_by_its_marks() -> None:
    """Without a cue list long stretches in marks are direct, with no speaker."""
    assert found("“Ni hao ma, wo hen hao.” X y z.", "zz") == [("direct", "“Ni hao ma, wo hen hao.”", "", "")]


def test_speakers_nobody_names_stay_empty() -> None:
    """Unnamed people and ambiguous last names are not guessed."""
    assert found("A voter said the queue was long.")[0][2] == ""
    text = "Ann Lee and Bob Lee met. Lee said that it was late."
    assert found(text)[-1][2] in ("", "Lee")


def test_offsets_lead_into_the_document() -> None:
    """Anchors map a position by the last anchor before it; the schema holds."""
    text = "Ann Lee spoke.\n\n“It is over now,” Lee said."
    document = "HEADER\nAnn Lee spoke.\nMENU\n“It is over now,” Lee said."
    anchors = [[0, 7], [16, document.index("“")]]
    articles = schema.frame(
        "articles",
        [{"id": "d#1", "document_id": "d", "text": text, "anchors": json.dumps(anchors), "language": "en", "family_role": "original"}],
    )
    quotes = find_quotes(articles)
    row = quotes.iloc[0]
    assert document[row["start"] : row["end"]] == "“It is over now,”"
    assert document[row["speaker_start"] : row["speaker_end"]] == "Lee"
    assert (row["speaker"], row["cue"], row["id"]) == ("Ann Lee", "said", "d#1q0")


def test_records_keep_their_ids() -> None:
    """Rows for records: empty text gives none, other columns ride along, and the words are there to read."""
    records = pd.DataFrame({"id": ["a", "b"], "text": ["", "“Yes, we can,” she said."], "language": ["en", ""]})
    rows = quote_records(records)
    found = ["start", "end", "kind", "speaker", "speaker_start", "speaker_end", "cue", "quote", "mention"]
    assert list(rows.columns) == ["id", "language", *found] and rows.loc[0, ["quote", "mention"]].tolist() == ["“Yes, we can,”", "she"]
    assert list(rows["id"]) == ["b"]
    assert quote_records(records.iloc[:1]).empty


@pytest.mark.parametrize("path", sorted(CUES.glob("*.yaml")), ids=lambda p: p.stem)
def test_cue_lists_load_and_say_why(path: Path) -> None:
    """Every list names its language and the reason of each group, and holds no form that YAML turned into a truth value."""
    cues = load_cues(path.stem)
    assert cues.verbs and cues.frames
    assert all(isinstance(form, str) for form in cues.verbs)


def test_seed_quotations() -> None:
    """The agency report of the seeds: its president quoted, the department's statement as a source."""
    path = next((ROOT / "seeds").glob("004_*.txt"))
    rows = found(path.read_text(encoding="utf-8"))
    direct = [row for row in rows if row[0] == "direct" and row[1].startswith("“We have")]
    assert len(direct) == 2 and all(row[2].endswith("Maduro") and row[3] == "said" for row in direct)
    assert any(row[2] == "U.S. State Department" and row[3] == "according to" and "free and fair" in row[1] for row in rows)


def test_gold_floor() -> None:
    """A sample of the gold set stays above the floor that the benchmark reports."""
    gold = Path(os.environ.get("CORPUS_GOLD", ROOT / "../shared/gold"))
    if not (gold / "quotes" / "polnear" / "train.jsonl.gz").is_file():
        pytest.skip("gold data not here (CORPUS_GOLD)")
    sys.path.insert(0, str(ROOT / "benchmarks"))
    try:
        import quotes as benchmark
    finally:
        sys.path.pop(0)
    articles = benchmark.load("polnear", None)[::12]
    figures = benchmark.evaluate(articles, [quotes_in_text(article["text"]) for article in articles])
    assert figures["direct_precision"] >= 0.95
    assert figures["direct_recall"] >= 0.91
    assert figures["speaker"] >= 0.8


def test_the_benchmark_says_when_it_did_not_run(tmp_path: Path) -> None:
    """Without the gold data the benchmark stops with a plain sentence."""
    environment = {**os.environ, "CORPUS_GOLD": str(tmp_path), "PYTHONPATH": str(ROOT)}
    run = subprocess.run(
        [sys.executable, ROOT / "benchmarks" / "quotes.py", "--set", "polnear"],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    assert run.returncode != 0 and "did not run" in run.stderr


def test_two_surnames_speak_for_the_one_who_bears_them() -> None:
    """ "Peña Vogt" is Enrique Peña Vogt; where two people bear both surnames it stays as it is written."""
    text = "Ayer habló Enrique Peña Vogt. Según Peña Vogt, la obra crecerá."
    records = pd.DataFrame({"id": ["1", "2"], "text": [text, "Hoy calló Ana Peña Vogt. " + text], "language": ["es", "es"]})
    found = quote_records(records)
    assert found["speaker"].tolist() == ["Enrique Peña Vogt", "Peña Vogt"]


@given(st.text(alphabet="aAbм .,_-'’@#1\n\"“U.S", max_size=60), st.sampled_from(["en", "fr", "ru", "xx"]))
@settings(max_examples=150, deadline=None)
def test_tokens_cover_a_sentence(text: str, language: str) -> None:
    """Tokens stand in order where their words stand, and what no token covers says nothing."""
    found = tokenize(text, (), language)
    at = 0
    for token, start in zip(found.tokens, found.starts, strict=True):
        between, at = text[at:start], start + token.length
        assert re.fullmatch(r"[\s_]*" if language != "fr" else r"[\s_]*|-(?:t-)?|t-", between)
        assert token.low in (text[start:at].lower(), text[start:at].lower().replace("’", "'"))
        assert token.capital == (text[start] in "@ASU")
    assert re.fullmatch(r"[\s_]*", text[at:])


_PLAIN = ("The", "mayor", "said,", "qu'il", "dit-elle", "U.S.", "No.", "(he", "well-known.", "“", "@lund", "Mr.", "гг.", "—")


@given(st.lists(st.sampled_from(_PLAIN), max_size=9), st.sampled_from(["en", "fr", "ru", "xx"]))
@settings(max_examples=100, deadline=None)
def test_tokens_are_the_same_whatever_divides_them(words: list[str], language: str) -> None:
    """Words between single blanks are looked up, others are scanned: both find the same tokens."""
    one, two = tokenize(" ".join(words), (), language), tokenize("  ".join(words), (), language)
    assert [token[:-1] for token in one.tokens] == [token[:-1] for token in two.tokens]  # but for the step


def test_an_initial_is_one_token_before_a_name() -> None:
    """What stands behind a single letter decides on its full stop, also where the same words were read before."""
    for _ in range(2):
        assert [token.low for token in tokenize("Ann J. Lee", ()).tokens] == ["ann", "j.", "lee"]
        assert [token.low for token in tokenize("Ann J. 5", ()).tokens] == ["ann", "j", ".", "5"]


def test_a_verb_with_a_particle_is_a_candidate_only_before_it() -> None:
    """ "shoots back" may report, "back" and "shoots at" do not; words that a hyphen joins may hold both."""
    texts = ["she shoots back", "she shoots at", "back and shoots", "she shoots-back at"]
    assert [bool(place.starts) for place in find_cue_places(texts, ["en"] * 4)] == [True, False, False, True]


def test_a_sentence_read_again_says_the_same() -> None:
    """What is remembered of a sentence does not depend on where it stood before."""
    sentence = "“We will not move the border,” Ann Keller told reporters on Monday."
    alone = quotes_in_text(sentence)
    behind = quotes_in_text(f"The council met in Lund.\n\n{sentence}")
    shift = len("The council met in Lund.\n\n")
    assert [(q.start + shift, q.end + shift, q.speaker_start + shift, q.cue, q.rule) for q in alone] == [
        (q.start, q.end, q.speaker_start, q.cue, q.rule) for q in behind
    ]


_PIECES = (
    "in the words of", "Ann Keller", "made clear", "made", "that", "he", "said", ",", ".", "“We will not go”", "The claim", "a claim that",
    "according to", "In the view of", "the senator", ":", "reportedly", "points out", "\n\n", "it will rain", "took", "told reporters",
)  # fmt: skip


@given(st.lists(st.sampled_from(_PIECES), max_size=16))
@settings(max_examples=150, deadline=None)
def test_sentences_that_cannot_report_are_not_missed(pieces: list[str]) -> None:
    """Passing over sentences without the words of an expression changes nothing: reading all of them finds the same."""
    text = " ".join(pieces)
    everywhere = CuePlaces(np.array([0]), np.array([len(text)]))
    assert quotes_in_text(text) == quotes_in_text(text, places=everywhere)


@pytest.mark.parametrize("language", ["en", "es", "pt", "fr", "de", "ru"])
def test_every_expression_is_a_candidate(language: str) -> None:
    """No expression of a list is passed over, whatever its longest word is."""
    cues = load_cues(language)
    verbs = [" ".join((form, *entry[3])) for form, entries in cues.verbs.items() for entry in entries]
    phrases = [" ".join(phrase) for phrases in cues.frames.values() for phrase in phrases]
    texts = [text for text in (*verbs, *phrases, *cues.nouns, *cues.adverbs, *cues.behind_comma) if text.islower()]
    places = find_cue_places(texts, [language] * len(texts))
    assert [text for text, place in zip(texts, places, strict=True) if not place.any_in(0, len(text))] == []
