"""Sentence bounds by tables of (text, sentences), their properties, and the table of sentences with its offsets."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus_utils import schema
from corpus_utils.sentences import sentence_bounds, split_sentences

ENGLISH = [
    ("The vote passed. It was close.", ["The vote passed.", "It was close."]),
    ("Gen. Ana Ruiz met Mr. Lee on Nov. 22. They spoke.", ["Gen. Ana Ruiz met Mr. Lee on Nov. 22.", "They spoke."]),
    ("He lives in the U.S. She does not.", ["He lives in the U.S.", "She does not."]),
    ("The U.S. Senate voted.", ["The U.S. Senate voted."]),
    ("J. K. Moss and T. Vale wrote it.", ["J. K. Moss and T. Vale wrote it."]),
    ("Prices rose 3.5 percent. Wages fell.", ["Prices rose 3.5 percent.", "Wages fell."]),
    ("“We will stay.” Then they left.", ["“We will stay.”", "Then they left."]),
    ("“Will you stay?” he asked. “No!” she said.", ["“Will you stay?” he asked.", "“No!” she said."]),
    ("“Never!” Jane Roe said. Others agreed.", ["“Never!” Jane Roe said.", "Others agreed."]),
    ("(It was late.) Nobody came.", ["(It was late.)", "Nobody came."]),
    ("We waited ... and left. We waited... Then we left.", ["We waited ... and left.", "We waited...", "Then we left."]),
    ("Really?! Yes!!! Good.", ["Really?!", "Yes!!!", "Good."]),
    ("See No. 5 on p. 7. It is long.", ["See No. 5 on p. 7.", "It is long."]),
    ("It closed at 5 p.m. The staff went home.", ["It closed at 5 p.m.", "The staff went home."]),
    ("The tax ended.[2] Imports grew.", ["The tax ended.[2]", "Imports grew."]),
    ("Acme Inc. reported a loss. Visit example.com today.", ["Acme Inc. reported a loss.", "Visit example.com today."]),
    ("The market fell.Analysts were surprised.", ["The market fell.", "Analysts were surprised."]),
    ("Headline without stop\n\nThe text begins. It goes on.", ["Headline without stop", "The text begins.", "It goes on."]),
    ("Three points:\n• The first\n• The second", ["Three points:", "• The first", "• The second"]),
    ("1. The law is old.\n2. The court is new.", ["1. The law is old.", "2. The court is new."]),
    ("The text is wrapped at\nsome width, so that lines\nend anywhere. Then it\nstops.", None),
    ("", []),
    (" \n\t ", []),
]
OTHERS = [
    ("es", "¿Vendrá el Sr. Paz? ¡No! Eso dijo la Dra. Gil.", ["¿Vendrá el Sr. Paz?", "¡No!", "Eso dijo la Dra. Gil."]),
    ("es", "Viajó a EE.UU. en mayo. «Vuelvo pronto.» Lo cumplió.", ["Viajó a EE.UU. en mayo.", "«Vuelvo pronto.»", "Lo cumplió."]),
    ("ru", "В 2010 г. завод закрыли. «Жаль», — сказал И. И. Петров.", ["В 2010 г. завод закрыли.", "«Жаль», — сказал И. И. Петров."]),
    ("ru", "— Да! — ответил он. Все ушли.", ["— Да! — ответил он.", "Все ушли."]),
    ("pt", "O Dr. Sá chegou às 10h. A Sra. Luz saiu.", ["O Dr. Sá chegou às 10h.", "A Sra. Luz saiu."]),
    ("fr", "« Oui. » Il partit. M. Blanc resta.", ["« Oui. »", "Il partit.", "M. Blanc resta."]),
    ("de", "Das gilt z.B. am 3. Oktober. Dr. Klee kam.", ["Das gilt z.B. am 3. Oktober.", "Dr. Klee kam."]),
    ("zh", "他来了。她走了！", ["他来了。", "她走了！"]),
    ("xx", "One here. Two there.", ["One here.", "Two there."]),
    ("", "One here. Two there.", ["One here.", "Two there."]),
]


def _split(text: str, language: str) -> list[str]:
    return [text[start:end] for start, end in sentence_bounds(text, language)]


@pytest.mark.parametrize(("text", "wanted"), [case for case in ENGLISH if case[1] is not None])
def test_english(text: str, wanted: list[str]) -> None:
    """Abbreviations, initials, numbers, quotations, lists and line ends in English."""
    assert _split(text, "en") == wanted


@pytest.mark.parametrize(("language", "text", "wanted"), OTHERS)
def test_other_languages(language: str, text: str, wanted: list[str]) -> None:
    """Marks and abbreviations of other languages, a script without full stops, and an unknown language."""
    assert _split(text, language) == wanted


def test_hard_wrapped_lines_are_joined() -> None:
    """A line end inside a wrapped paragraph is no sentence end, a blank line is."""
    text = "The text is wrapped at\nsome width, so that lines\nend anywhere. Then it\nstops.\n\nA new one\nstarts here."
    assert _split(text, "en") == [
        "The text is wrapped at\nsome width, so that lines\nend anywhere.",
        "Then it\nstops.",
        "A new one\nstarts here.",
    ]


@given(st.text(alphabet=st.sampled_from("ab AB.!?…\"”«»')\n 1,—¿。U.S. "), max_size=80), st.sampled_from(["en", "ru", "xx", ""]))
def test_bounds_cover_everything_but_white_space(text: str, language: str) -> None:
    """Bounds are sorted, do not overlap, have no outer white space, and leave only white space out."""
    bounds = sentence_bounds(text, language)
    at = 0
    for start, end in bounds:
        assert at <= start < end <= len(text)
        assert not text[at:start].strip()
        assert not text[start].isspace()
        assert not text[end - 1].isspace()
        at = end
    assert not text[at:].strip()


def test_a_glued_sentence_needs_its_blank_in_the_same_line() -> None:
    """A word glued to a full stop begins a sentence where a blank or comma follows in its line: at the end it may be an address."""
    assert _split("It works.See it there", "en") == ["It works.", "See it there"]
    assert _split("It is example.Site \n\nNext.", "en") == ["It is example.Site", "Next."]


@given(
    st.lists(
        st.text(alphabet=st.sampled_from('ab AB.!?"”\u00a0—。U.S. '), min_size=1, max_size=40)
        | st.lists(st.sampled_from("“Go!” “Go.” Jane Roe said it. No. 5 — U.S. Dr. ab. cd.Ef 3. ¿Qué?".split()), min_size=1).map(" ".join),
        max_size=5,
    ),
    st.sampled_from(["en", "ru", ""]),
)
def test_paragraphs_are_split_each_by_itself(paragraphs: list[str], language: str) -> None:
    """The sentences of an article are those of its paragraphs, one after the other, wherever odd white space stands."""
    text = "\n\n".join(paragraphs)
    article = {"id": "d#1", "document_id": "d", "story": 1, "text": text, "language": language, "family_role": "original"}
    table = split_sentences(schema.frame("articles", [article]), schema.empty("spans"), schema.empty("documents"))
    shown = [" ".join(each[start:end].split()) for each in paragraphs for start, end in sentence_bounds(each, language)]
    assert table["text"].tolist() == shown


DOCUMENT = "Harbour opens\nThe harbour at dawn\nBy A. Reporter\nThe harbour opened.  It is new.\n\nWhat now?\nShips “came”. All left."


def _tables() -> tuple:
    roles = ["title", "caption", "byline", "body", "subheading", "body"]
    texts = [
        "Harbour opens\n",
        "The harbour at dawn\n",
        "By A. Reporter\n",
        "The harbour opened.  It is new.\n\n",
        "What now?\n",
        "Ships “came”. All left.",
    ]
    assert "".join(texts) == DOCUMENT
    edges = [sum(map(len, texts[:number])) for number in range(len(texts) + 1)]
    spans = [
        {
            "document_id": "d",
            "start": edges[number],
            "end": edges[number + 1],
            "role": role,
            "story": 0 if role == "byline" else 1,
            "rule": "given",
        }
        for number, role in enumerate(roles)
    ]
    body = "The harbour opened.  It is new.\n\nWhat now?\n\nShips “came”. All left."
    second, third = body.index("What"), body.index("Ships")
    article = {
        "id": "d#1",
        "document_id": "d",
        "story": 1,
        "title": "Harbour opens",
        "text": body,
        "anchors": json.dumps([[0, edges[3]], [second, edges[4]], [third, edges[5]]]),
        "language": "en",
        "family_role": "original",
    }
    return (
        schema.frame("articles", [article]),
        schema.frame("spans", spans),
        schema.frame("documents", [{"id": "d", "text": DOCUMENT}]),
    )


def test_table_in_reading_order_with_offsets() -> None:
    """Title first, captions, then the text by paragraph; every sentence stands in the document where it says."""
    articles, spans, documents = _tables()
    table = split_sentences(articles, spans, documents)
    assert table["part"].tolist() == ["title", "caption", "body", "body", "subheading", "body", "body"]
    assert table["paragraph"].tolist() == [-1, -1, 0, 0, 1, 2, 2]
    assert table["id"].tolist() == [f"d#1s{number}" for number in range(7)]
    for row in table.itertuples():
        assert " ".join(DOCUMENT[row.start : row.end].split()) == row.text


def test_title_stated_by_the_record_has_no_place() -> None:
    """A title that stands nowhere in the text is a sentence all the same, at -1."""
    articles, spans, documents = _tables()
    spans.loc[0, "role"] = "boilerplate"
    table = split_sentences(articles, spans, documents)
    assert table.loc[0, ["part", "start", "end", "text"]].tolist() == ["title", -1, -1, "Harbour opens"]


def test_tables_without_rows() -> None:
    """No articles, no sentences, and the table keeps its columns."""
    table = split_sentences(schema.empty("articles"), schema.empty("spans"), schema.empty("documents"))
    assert table.columns.tolist() == schema.columns("sentences")
    assert not len(table)


def test_who_says_it_stands_in_the_same_paragraph() -> None:
    """A name at a paragraph's end whose verb of saying opens the next one is a sentence of its own."""
    assert _split("“A fine job!” Jane Roe\n\nsaid little.", "en") == ["“A fine job!”", "Jane Roe", "said little."]
    assert _split("“A fine job!” Jane Roe said.", "en") == ["“A fine job!” Jane Roe said."]
