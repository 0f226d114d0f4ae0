"""The second half of report 02: boilerplate caught, outlets and months compared, and what the leading topic hangs on."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from conftest import make_articles

from corpus_utils.analyse import adequacy, topic_detail, topic_report, topic_text, topic_universes
from corpus_utils.analyse.house_words import house_words
from corpus_utils.schema import frame
from corpus_utils.tokens import index_texts, take_texts

THEMES = {
    "football": "goal striker keeper league penalty referee stadium coach",
    "economy": "inflation budget tariff bank interest currency deficit exports",
}
SLOGAN = "Read more in our Plainspeak bulletin every day."


def corpus(each: int = 60) -> pd.DataFrame:
    """Two themes; outlet A prints mostly football, B mostly the economy and its slogan under every article."""
    generator = np.random.default_rng(4)
    rows = []
    for number in range(2 * each):
        theme = "football" if number % 2 else "economy"
        outlet = "A" if generator.random() < (0.8 if theme == "football" else 0.2) else "B"
        text = " ".join(generator.choice(THEMES[theme].split(), size=40)) + "."
        text += f" {SLOGAN}" if outlet == "B" else " More news follows."
        day = f"2024-{1 + number % 6:02}-10"
        dates = {"date_earliest": day, "date_latest": day}
        rows.append({"text": text, "language": "en", "outlet": outlet, "title": f"{theme} {number}", **dates})
    return make_articles(*rows)


def test_boilerplate_is_caught_and_subjects_are_not() -> None:
    """The slogan's own word is found with its place; a subject that only one outlet has stays; two outlets are needed."""
    texts = [f"A {word} report. {SLOGAN}" for word in ("sea", "hill", "lake", "moor", "dune", "fen", "cove")]
    others = [f"{start} about oboes." for start in ("All", "More", "Much", "Less", "Nothing", "Talk", "Songs")]
    oboes = [f"{a} oboes {z}." for a, z in zip("Old new red tall soft odd kind".split(), "sing play rest hum go stay end".split())]
    found = house_words([*texts, *others, *oboes], ["B"] * 7 + ["A"] * 7 + ["A"] * 7)
    assert "plainspeak" in set(found["word"]) and "oboes" not in set(found["word"])
    row = found.set_index("word").loc["plainspeak"]
    assert (row["outlet"], row["articles"], row["share_of_outlet"], row["context"]) == ("B", 7, 1.0, "our plainspeak bulletin")
    assert house_words(texts, ["B"] * 7).empty and house_words([], []).empty
    with pytest.raises(ValueError, match="outlets"):
        house_words(["a"], [])


def test_outlets_and_months() -> None:
    """The planted difference between outlets is found and signed; months carry intervals; the slogan is in no topic."""
    articles = corpus()
    gates = adequacy.gate(articles)
    dropped = house_words(articles["text"].tolist(), articles["outlet"].tolist())["word"].tolist()
    model = topic_report.find_topics(articles, gates, k=2, method="words", house=dropped)
    assert "plainspeak" not in model.vocabulary
    table = topic_detail.topics_by_outlet(model, articles, gates)
    football = model.topics.loc[model.topics["words"].map(lambda words: "goal" in words), "topic"].iat[0]
    own = table[(table["topic"] == football) & (table["outlet"] == "A")].iloc[0]
    assert own["difference"] > 0.3 and own["difference_low"] > 0 and own["estimate"] > own["others"]
    months = topic_detail.topics_over_time(model, articles, gates)
    assert topic_text.dots(months, "period")["label"].iat[0] == "January 2024"
    assert months["period"].nunique() == 6 and (months["n"] == 20).all() and months["low"].le(months["estimate"]).all()
    words = topic_detail.outlet_words(articles, gates, dropped)
    leading = topic_detail.leading_words(words)
    assert "plainspeak" not in set(words["word"]) and set(leading.loc[leading["outlet"] == "A", "word"]) & set(THEMES["football"].split())
    assert (leading["q"] < 0.05).all() and "house style" in topic_text.leading_caption(words)
    blank = words.assign(q=1.0)
    assert topic_detail.leading_words(blank).empty and "none is shown" in topic_text.leading_caption(blank)
    assert len(topic_detail.leading_words(words.assign(q=math.nan))) and "not tested" in topic_text.leading_caption(
        words.assign(q=math.nan)
    )
    shown = topic_detail.with_strongest(topic_report.topic_table(model, articles), table).set_index("topic")["outlets"]
    assert max(shown[football], key=shown[football].get) == "A"
    alike = topic_detail.with_strongest(topic_report.topic_table(model, articles), table.assign(q=0.5))
    assert alike["outlets"].tolist() == [{}, {}]
    rows = topic_detail.detail_findings(table, words, gates=gates, kind="found")
    assert len({row["id"] for row in rows}) == len(rows) and {row["n_articles"] > 0 for row in rows} == {True}
    near = topic_report.nearest(model, articles, frame("sentences", [
        {"id": f"{a}s0", "article_id": a, "text": t, "part": "body", "language": "en"} for a, t in zip(articles["id"], articles["text"])
    ]))  # fmt: skip
    assert len(near) == 4 and all(marks for marks in near["marks"]) and topic_text.outlets_caption(table)


def test_paragraph_topics_become_shares_of_articles() -> None:
    """An article of one paragraph on each subject is shared between both topics."""
    articles = corpus(55)
    articles.loc[0, "text"] = " ".join(THEMES["football"].split() * 4) + ".\n\n" + " ".join(THEMES["economy"].split() * 4) + "."
    model = topic_report.find_topics(articles, adequacy.gate(articles), k=2, method="words", unit="paragraph")
    assert len(model.weights) == len(articles) and model.weights.set_index("id").iloc[0].max() < 0.75


def test_what_is_refused_is_empty_and_said() -> None:
    """Few undated stories of no outlet: no tables, one sentence with the reasons."""
    articles = make_articles({"text": "The bridge fell.", "language": "en"}, {"text": "A bridge again.", "language": "en"})
    gates = adequacy.gate(articles)
    model = topic_report.find_topics(articles, gates)
    made = {
        "compare outlets": topic_detail.topics_by_outlet(model, articles, gates),
        "trend": topic_detail.topics_over_time(model, articles, gates),
    }
    assert all(table.empty for table in made.values()) and topic_detail.outlet_words(articles, gates).empty
    assert "two stated outlets" in topic_text.refusals(gates, made)


def test_the_lead_under_other_choices() -> None:
    """The main combination is the lead that the report's own table shows; a slogan-laden text as found is fitted anew; too many topics are refused."""
    articles = corpus()
    documents = frame("documents", [{"id": d, "text": f"Menu Home.\n{t}"} for d, t in zip(articles["document_id"], articles["text"])])
    model = topic_report.find_topics(articles, adequacy.gate(articles), k=2, method="words")
    shares = topic_report.topic_table(model, articles)["prevalence"].tolist()
    main = topic_universes.lead_under(articles, documents, model, cleaning="cleaned", dedup="once")
    assert main == pytest.approx(shares[0] - shares[1])
    own = topic_universes.lead_interval(model)
    assert own.low < main < own.high and own.estimate == main
    assert math.isfinite(topic_universes.lead_under(articles, documents, model, cleaning="as found", dedup="each"))
    with pytest.raises(ValueError, match="would do"):
        topic_universes.lead_under(articles, documents, model, cleaning="as found", dedup="each", k=50)
    used = topic_universes.word_lead_under(articles, documents, ["menu"], cleaning="as found", dedup="once")
    assert used == 1.0 and topic_universes.word_lead_under(articles, documents, ["menu"], cleaning="cleaned", dedup="once") == 0.0


def test_one_index_serves_the_whole_report() -> None:
    """What report 02 finds is the same whether its texts are read again or their words are taken from an index of all articles."""
    rows = [{"text": f"{word} {other} council met again in town {n}. Footer of the house", "outlet": outlet, "language": "en"}
            for n in range(60) for word, other, outlet in [("Rivers", "floods", "North"), ("bridges", "repairs", "South")]]  # fmt: skip
    table = make_articles(*rows)
    gates, index, sentences = adequacy.gate(table), index_texts(table["text"].tolist()), frame("sentences", [])
    pairs = [
        (house_words(table["text"].tolist(), table["outlet"].tolist(), index=one),
         topic_report.common_words(table, sentences, index=one), topic_report.story_words(table, index=one),
         topic_detail.outlet_words(table, gates, index=one),
         topic_report.find_topics(table, gates, k=2, method="words", index=one).topics)
        for one in (None, index)
    ]  # fmt: skip
    for alone, shared in zip(*pairs):
        pd.testing.assert_frame_equal(alone, shared)
    taken = take_texts(index, np.array([3, 0]))
    assert taken.ids[: taken.bounds[1]].tolist() == index.ids[index.bounds[3] : index.bounds[4]].tolist() and len(taken) == 2
