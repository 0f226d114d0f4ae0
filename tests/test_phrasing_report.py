"""Loaded and hedged language in report 03: rates by voice, translated text left out, examples in their sentences."""

from __future__ import annotations

import pandas as pd
from conftest import make_articles

from corpus_utils.analyse import phrasing, phrasing_text
from corpus_utils.annotate.phrasing import find_phrasings
from corpus_utils.report import blocks as b
from corpus_utils.schema import frame

LOADED, PLAIN = "The regime crushed the people again.", "The council met for two days."


def corpus(flags: tuple[str, ...] = ()) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """articles, units, phrasings, sentences: six stories, the journalist plain, the quoted loaded; `flags` on the last story."""
    articles = make_articles(*({"language": "en", "flags": list(flags) if n == 5 else []} for n in range(6)))
    rows, sentences = [], []
    for article in articles["id"]:
        for n, (voice, text) in enumerate((("journalist", PLAIN), ("direct", LOADED))):
            base = {"article_id": article, "document_id": article[:4], "text": text, "language": "en"}
            sentences.append({**base, "id": f"{article}s{n}", "text": f"{text} So it was."})
            rows.append({**base, "id": f"{article}s{n}p0", "sentence_id": f"{article}s{n}", "voice": voice})
    passages = frame("passages", rows)
    units = passages.assign(words=passages["text"].str.split().str.len(), family=passages["article_id"], outlet="")
    hits = find_phrasings(passages)
    return articles, phrasing.counted(units, hits, articles), hits, frame("sentences", sentences)


def test_rates_are_per_thousand_words_of_a_voice() -> None:
    """Two loaded words in six of a quotation, none of the journalist's."""
    _, units, _, _ = corpus()
    table = phrasing.rates(units).set_index(["list", "voice"])["estimate"]
    assert table["loaded", "direct"] == 2 / 6 * 1000 and table["loaded", "journalist"] == 0
    assert "direct quotation" in phrasing_text.caption(phrasing.rates(units), phrasing.set_aside(units))


def test_translated_text_enters_no_rate() -> None:
    """A translator chose the words: left out, counted, and marked where it is quoted."""
    articles, units, hits, sentences = corpus(("translated",))
    assert phrasing.rates(units)["articles"].max() == 5 and phrasing.set_aside(units)["translated"] == 1
    shown = phrasing.examples(units, hits, sentences, articles, name="loaded", most=9)
    assert (shown["note"] == "in translation").sum() == 1


def test_examples_are_sentences_with_their_reasons() -> None:
    """The passage is marked in its whole sentence; marks stand where the words stand and say why."""
    articles, units, hits, sentences = corpus()
    shown = phrasing.examples(units, hits, sentences, articles, name="loaded", most=1).iloc[0]
    start, end, why = shown["marks"][0]
    assert shown["text"].endswith("So it was.") and shown["text"][start:end] == "regime" and "legitimacy" in why


def test_a_dot_opens_onto_sentences_of_its_own_voice() -> None:
    """Each rate leads to sentences that hold such a wording in that voice, and to none of another."""
    _, units, _, _ = corpus()
    opened = phrasing.opened(units)
    for name, ids in opened.items():
        listed, voice = name.split("-")
        own = units[(units["voice"] == voice) & (units[listed] > 0)]
        assert set(ids) <= set(own["sentence_id"]) and len(ids) == min(5, own["sentence_id"].nunique())
    assert any(opened.values()) and "loaded wordings, direct quotation" in phrasing_text.bars(opened)


def test_the_most_frequent_wordings_say_why() -> None:
    """Each with its reason, and how often it is the journalists' own."""
    _, units, hits, _ = corpus()
    table = phrasing_text.cue_table(phrasing.frequent(units, hits))
    assert (
        set(table["wording"]) >= {"regime", "crushed"} and (table["why_it_is_listed"] != "").all() and (table["by_journalists"] == 0).all()
    )


def test_a_name_is_told_as_it_is_written_and_opens_onto_its_sentences() -> None:
    """No headword that no text holds: the form found most, and the sentences of every cell."""
    texts = ["The illegal immigrants left.", "Illegal immigrants left.", "An illegal alien left.", "A migrant left.", "Migrants left."] * 2
    base = [{"id": f"d{n:03}#1s0p0", "sentence_id": f"d{n:03}#1s0", "article_id": f"d{n:03}#1", "voice": "journalist", "text": text,
             "language": "en"} for n, text in enumerate(texts)]  # fmt: skip
    passages = frame("passages", base)
    hits = find_phrasings(passages)
    units = phrasing.counted(passages.assign(words=4, family=passages["article_id"], outlet=""), hits, make_articles(*({} for _ in texts)))
    table = phrasing.competing(units, hits)
    assert dict(zip(table["name"], table["times"])) == {"illegal immigrants / illegal alien": 6, "migrant / migrants": 4}
    words, ids = phrasing_text.wide(table, key="of").iloc[0, 1]
    assert words == "illegal immigrants / illegal alien 6, migrant / migrants 4" and ids == ["d000#1s0", "d001#1s0", "d003#1s0"]
    shown = phrasing_text.behind(table, key="of")
    assert shown == {"people who cross a border, outlets' own words": ids}
    assert "#s-d000" in b.with_links()((words, ids)).html and "none" in b.with_links()(("", [])).html


def test_competing_names_by_voice() -> None:
    """Sets of which one name is used are no choice; shares are told from twenty times on, below that the counts alone."""
    rows = [("journalist", "The government fell."), ("direct", "The regime fell."), ("journalist", "The authorities fled.")] * 3
    passages = frame(
        "passages",
        [{"id": f"p{n}", "sentence_id": f"s{n}", "article_id": f"d{n:03}#1", "voice": voice, "text": text, "language": "en"}
         for n, (voice, text) in enumerate(rows)],
    )  # fmt: skip
    articles = make_articles(*({} for _ in rows))
    units = phrasing.counted(passages.assign(words=3, family=passages["article_id"], outlet=""), find_phrasings(passages), articles)
    table = phrasing.competing(units, find_phrasings(passages))
    own = table[table["group"] == "outlets' own words"].set_index("name")["share"]
    assert own.to_dict() == {"authorities": 0.5, "government": 0.5}
    few = phrasing_text.wide(table, key="of").to_string()
    assert "regime 3" in few and "%" not in few
    many = phrasing_text.wide(table.assign(times=table["times"] * 10, total=table["total"] * 10), key="of").to_string()
    assert "regime 30 (100%)" in many
    assert phrasing.competing(units.head(0), find_phrasings(passages)).empty and phrasing_text.wide(table.head(0), key="of").empty
