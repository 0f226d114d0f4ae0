"""Topics where the corpus carries them, words of stories where it does not."""

from __future__ import annotations

import numpy as np
import pandas as pd
from conftest import make_articles

from corpus_utils.analyse import adequacy, spelling, topic_report, topic_text
from corpus_utils.analyse.topic_names import label
from corpus_utils.schema import frame

THEMES = {
    "football": "goal striker keeper league penalty referee stadium coach",
    "economy": "inflation budget tariff bank interest currency deficit exports",
    "weather": "storm rainfall flood forecast drought temperature wind snow",
}


def articles(each: int) -> object:
    """`each` articles a theme, of forty random words of it."""
    generator = np.random.default_rng(4)
    rows = [
        {"text": " ".join(generator.choice(words.split(), size=40)) + ".", "language": "en", "title": theme}
        for theme, words in THEMES.items()
        for _ in range(each)
    ]
    return make_articles(*rows)


def test_planted_themes_are_found() -> None:
    """Three themes of forty articles come out as three stable topics of a third each."""
    table = articles(40)
    gates = adequacy.gate(table)
    model = topic_report.find_topics(table, gates, k=3)
    topics = topic_report.topic_table(model, table)
    assert len(topics) == 3 and topics["stability"].min() > 0.9
    assert all(abs(share - 1 / 3) < 0.05 for share in topics["prevalence"])
    for words in topics["words"]:
        assert max(len(set(words[:5]) & set(theme.split())) for theme in THEMES.values()) >= 4
    findings = topic_report.topic_findings(
        topics, topic_report.common_words(table, frame("sentences", [])), table, gates=gates, kind="found"
    )
    assert {"topic-1", "topic-2", "topic-3"} <= set(findings["id"])


def test_few_stories_are_refused_with_a_reason() -> None:
    """No model of nine stories; the answer says what they share."""
    table = articles(3)
    gates = adequacy.gate(table)
    model = topic_report.find_topics(table, gates)
    assert model.verdict == "refused" and "100 distinct stories would be enough" in model.reason
    common = topic_report.common_words(table, frame("sentences", []))
    assert "too few for topics" in topic_text.headline(topic_report.topic_table(model, table), common)


def test_the_answer_speaks_of_groups_of_words() -> None:
    """No text is said to be "about" words; numbers of topics that fit as well are told, and those that change."""
    rows = [{"topic": n, "name": f"word{n} · other{n}", "prevalence": 0.5 - n / 10, "stable": n != 3} for n in (1, 2, 3)]
    table, none = pd.DataFrame(rows), pd.DataFrame()
    by_k = pd.DataFrame({"k": [2, 3, 4, 5], "fits": [True, True, True, False], "chosen": [False, False, True, False]})
    assert topic_text.headline(table.head(2), none, by_k) == (
        "The largest of 2 groups of words, “word1 · other1”, takes {topic-1:share} of the average story; the other, “word2 · other2”, "
        "{topic-2:share}. 2 to 4 groups fit equally well, as far as resampling tells."
    )
    three = topic_text.headline(table, none, by_k.head(1))
    assert "then come “word2 · other2” with {topic-2:share} and" in three and three.endswith(
        "1 of 3 groups changes when stories are resampled."
    )
    assert "2 to 4 fit equally well" in topic_text.numbers_caption(by_k) and "4 was taken" in topic_text.numbers_caption(by_k)
    assert (
        "4 fits best" in topic_text.numbers_caption(by_k.drop(index=[0, 1]))
        and topic_text.numbers_caption(by_k.head(1)) == "Number of topics"
    )
    assert "2 or 4 fit" in topic_text.numbers_caption(by_k.assign(fits=[True, False, True, False]))
    assert "1 of 3 changes" in topic_text.topics_caption(table) and "All come back" in topic_text.topics_caption(table.head(2))


def test_a_topic_is_not_named_by_names_alone() -> None:
    """The first word that is no name is added; where there is none, or one is there already, nothing is."""
    assert label(["Obama", "Romney", "Clinton", "Biden", "campaign", "vote"]) == ["Obama", "Romney", "Clinton", "campaign"]
    assert label(["Obama", "bill", "Romney", "vote"]) == ["Obama", "bill", "Romney"]
    assert label(["Obama", "Romney", "Clinton", "Biden"]) == ["Obama", "Romney", "Clinton"] and label(["经济", "政府"]) == [
        "经济",
        "政府",
    ]


def test_words_are_shown_as_written() -> None:
    """Names keep their capitals and diacritics."""
    assert spelling.as_written(["caracas", "josé"], ["In Caracas, José spoke.", "caracas or Caracas"]) == {
        "caracas": "Caracas",
        "josé": "José",
    }


def test_common_words_link_to_sentences() -> None:
    """The number of stories that use a word opens onto one sentence a story."""
    table = make_articles({"text": "The bridge fell.", "language": "en"}, {"text": "A bridge again.", "language": "en"})
    sentences = frame("sentences", [
        {"id": f"{a}s0", "article_id": a, "text": t, "part": "body", "language": "en"} for a, t in zip(table["id"], table["text"])
    ])  # fmt: skip
    row = topic_report.common_words(table, sentences).iloc[0]
    assert (row["word"], row["stories"], row["evidence"]) == ("bridge", 2, ["d000#1s0", "d001#1s0"])
    shown = topic_report.evidence_sentences(topic_report.common_words(table, sentences, most=1), sentences, table)
    assert [text[s:e] for text, marks in zip(shown["text"], shown["marks"]) for s, e, _ in marks] == ["bridge", "bridge"]


def test_a_name_is_not_the_plural_of_a_word() -> None:
    """ "States" stands apart from "state" and is shown as the name it is part of; verbs and adjectives are no forms of a noun."""
    text = "The United States sent officials. A state is stated to unite units. The United States left for a state of war."
    table = make_articles(*[{"text": text + f" Story {n}.", "language": "en"} for n in range(3)])
    common = topic_report.common_words(table, frame("sentences", []), most=20).set_index("word")
    assert common.at["United States", "stories"] == 3 and "united" not in {word.lower() for word in common.index}
    assert "United States" in set(
        topic_report.story_words(make_articles({"text": text, "language": "en"}, {"text": "A fox.", "language": "en"}))["word"]
    )
    words = ["countries", "officials", "stated", "united", "units", "crisis", "news"]
    assert spelling.stem_words(words, "en") == ["country", "official", "stated", "united", "unit", "crisi", "news"]
    assert spelling.stem_words(["palabras"], "es") == spelling.stem_words(["palabra"], "es") and spelling.stem_words(["x"], "xx") == ["x"]
