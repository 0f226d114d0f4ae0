"""Tone by voice: quotations do not count as the journalist's words, and intervals know which sentences belong together."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from conftest import make_articles

from corpus_utils.analyse import adequacy, lexicons, people, tone, tone_examples, tone_text
from corpus_utils.annotate.sentiment import label_tone
from corpus_utils.schema import frame

GOOD, BAD, FLAT = "A wonderful and excellent success.", "A horrible and disastrous failure.", "The council met on Monday."


def corpus(*articles: list[tuple[str, str]]) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """articles, passages, sentences, labels from lists of (voice, text): one passage a sentence."""
    stories = make_articles(*({"text": " ".join(text for _, text in story), "language": "en"} for story in articles))
    passages, sentences = [], []
    for number, story in enumerate(articles):
        for place, (voice, text) in enumerate(story):
            base = {"article_id": f"d{number:03}#1", "document_id": f"d{number:03}", "text": text, "language": "en", "end": len(text)}
            sentences.append({**base, "id": f"d{number:03}#1s{place}", "position": place, "part": "body"})
            passages.append({**base, "id": f"d{number:03}#1s{place}p0", "sentence_id": f"d{number:03}#1s{place}", "voice": voice})
    made = frame("passages", passages), frame("sentences", sentences)
    labels = pd.concat([label_tone(made[0]), label_tone(made[1])], ignore_index=True)
    scores = tone.by_unit(labels)
    return stories, tone.scored(made[0], scores, stories), tone.scored(made[1], scores, stories), labels


def test_a_quotation_is_not_the_journalist_s_tone() -> None:
    """Praise in quotations and a flat report: the unseparated score lies between, and belongs to nobody."""
    _, passages, sentences, _ = corpus([("journalist", FLAT), ("direct", GOOD)], [("journalist", FLAT), ("direct", GOOD)])
    table = tone.tone_by_voice(passages, sentences).set_index("label")["estimate"]
    assert table["journalist"] == 0 and table["direct"] > 0.5
    assert table["journalist"] < table[tone.ALL] < table["direct"]


def test_a_voice_of_few_passages_is_named_but_not_drawn() -> None:
    """One caption keeps its row in the figure and its count in the table; its mean would only stretch the scale for the others."""
    _, passages, sentences, _ = corpus(*[[("journalist", FLAT), ("caption", GOOD)]] * 2, *[[("journalist", FLAT)]] * 3)
    table = tone.tone_by_voice(passages, sentences)
    drawn = tone_text.dots(table).set_index("label")
    assert drawn.loc["picture captions", "note"] == "2 passages: too few" and np.isnan(drawn.loc["picture captions", "estimate"])
    assert drawn.loc["journalists' own words", "estimate"] == 0 and drawn.loc["journalists' own words", "note"] == ""
    assert table.set_index("label").loc["caption", "estimate"] > 0.5


def test_no_interval_from_few_articles() -> None:
    """Two articles give means and no interval; six give both."""
    _, passages, sentences, _ = corpus([("journalist", GOOD)], [("journalist", BAD)])
    assert tone.tone_by_voice(passages, sentences)["low"].isna().all()
    _, passages, sentences, _ = corpus(*[[("journalist", text)] for text in (GOOD, BAD, FLAT) * 2])
    assert tone.tone_by_voice(passages, sentences)["low"].notna().all()


def test_short_passages_weigh_little() -> None:
    """ "He said" is a passage: means run over words, not over passages."""
    _, passages, sentences, _ = corpus([("journalist", GOOD), *[("journalist", "He said.")] * 3])
    row = tone.tone_by_voice(passages, sentences).set_index("label").loc["journalist"]
    assert row["estimate"] == pytest.approx(passages["vader"].max() * 5 / 11) and row["positive"] == pytest.approx(5 / 11)


def test_unsupported_languages_are_counted_not_scored() -> None:
    """A German passage is no zero."""
    passages = frame(
        "passages",
        [{"id": "p", "sentence_id": "s", "article_id": "d000#1", "voice": "journalist", "text": "Ein Erfolg.", "language": "de"}],
    )
    labels = label_tone(passages)
    units = tone.scored(passages, tone.by_unit(labels), make_articles({"language": "de"}))
    table = tone.tone_by_voice(units, units)
    assert table.empty
    assert "nothing is said about tone" in tone_text.headline(table.reindex(columns=["label"]))


def test_scores_by_unit_do_not_depend_on_cuts() -> None:
    """Labels turned part by part are those turned at once, and a lexicon asked about fewer units leaves the others without a score."""
    *_, labels = corpus([("journalist", GOOD), ("direct", BAD)], [("journalist", FLAT)])
    parts = [tone.by_unit(part) for _, part in labels.groupby("article_id", sort=False)]
    whole = tone.by_unit(labels).sort_values("unit", ignore_index=True)
    pd.testing.assert_frame_equal(pd.concat(parts).sort_values("unit", ignore_index=True), whole)
    some = labels[(labels["measure"] != "lexicon2") | (labels["unit"] == whole["unit"].iat[0])]
    fewer = tone.by_unit(some).set_index("unit").loc[whole["unit"]]
    assert fewer["lexicon2"].notna().tolist() == [True] + [False] * (len(whole) - 1) and set(fewer["lexicon2_sign"].iloc[1:]) == {""}
    assert fewer["vader"].tolist() == whole["vader"].tolist()


def test_examples_come_from_both_ends_and_the_middle() -> None:
    """One passage an article at each end, with the words that drove it."""
    stories, passages, _, labels = corpus([("journalist", GOOD + " It was a great day.")], [("direct", BAD + " It was a sad day.")])
    picked = tone_examples.pick(passages, each=1)
    shown = tone_examples.examples(picked, tone_examples.marks_of(labels, set(picked["id"])), stories)
    by_place = shown.set_index("where")
    assert by_place.loc["most positive", "voice"] == "journalist" and by_place.loc["most negative", "voice"] == "direct"
    for text, marks in zip(shown["text"], shown["marks"]):
        assert marks and all(text[start:end].strip() for start, end, _ in marks)


def test_stories_whose_voices_differ_most_come_first() -> None:
    """And of a large corpus only so many have findings of their own."""
    one, far = [("journalist", FLAT), ("direct", GOOD)], [("journalist", BAD), ("direct", GOOD)]
    stories, passages, sentences, _ = corpus(one, [("journalist", BAD)], far)
    ordered = tone.widest(tone.tone_by_article(passages, stories))
    assert ordered["article_id"].tolist() == [stories["id"].iat[number] for number in (2, 0, 1)]
    many = ordered.head(1).loc[[0] * (tone.STORIES_TOLD + 5)].assign(article_id=[f"x{n:03}" for n in range(tone.STORIES_TOLD + 5)])
    voices, agreement = tone.all_lexicons(passages, sentences), lexicons.lexicon_agreement(sentences)
    terms, opened = tone_examples.influence(sentences), tone_examples.opened(passages, sentences)
    findings = tone.tone_findings(voices, agreement, many, terms, gates=adequacy.gate(stories), kind="found", evidence=opened)
    assert (findings["id"].str.startswith("journalist-x")).sum() == tone.STORIES_TOLD


def test_every_number_of_the_answer_is_a_finding() -> None:
    """The template names only findings that exist."""
    from corpus_utils.report.blocks import answer

    stories, passages, sentences, _ = corpus([("journalist", BAD), ("direct", GOOD), ("headline", FLAT)])
    voices = tone.all_lexicons(passages, sentences)
    by_story = tone.tone_by_article(passages, stories)
    findings = tone.tone_findings(
        voices,
        lexicons.lexicon_agreement(sentences),
        by_story,
        tone_examples.influence(sentences),
        gates=adequacy.gate(stories),
        kind="found",
        evidence=tone_examples.opened(passages, sentences),
    )
    vader = voices[voices["measure"] == "vader"]
    beside = tone_text.supporting_answer(tone_examples.influence(sentences), by_story)
    said = answer(tone_text.headline(vader), findings, qualifier=beside)
    assert "unseparated" in said.text and "stories with quotations" in said.html
    assert "have no score" not in said.text
    some = tone_text.headline(vader.assign(unsupported=2))
    assert f"2 of {vader.loc[vader['label'] == tone.ALL, 'n'].iat[0] + 2} sentences have no score" in some


def test_a_sign_that_turns_with_the_lexicon_is_no_finding() -> None:
    """Then the answer tells what every lexicon finds, and which voice cannot be told from neutral, with the numbers of each lexicon."""
    rows = [("vader", 0.01, 0.2), ("vader_masked", -0.03, 0.15), ("lexicon2", -0.02, 0.1)]
    table = pd.DataFrame(
        [{"measure": measure, "label": label, "estimate": mean, "low": mean - 0.01, "high": mean + 0.01, "n": 9, "unsupported": 0}
         for measure, own, quoted in rows for label, mean in (("journalist", own), ("direct", quoted), (tone.ALL, own))]
    )  # fmt: skip
    told = tone_text.headline(table)
    assert told.startswith("By every lexicon, with names or without, quoted speech is more positive than the journalists' own words.")
    assert (
        "The journalists' own words ({tone-vader_masked-journalist:signed} to {tone-vader-journalist:signed}) cannot be told from neutral"
        in told
        and "{tone-vader_masked-journalist:signed}" in told
    )
    assert "What they quote scores {tone-vader-direct:signed} by VADER" in told
    steady = table.assign(estimate=table["estimate"].abs() + 0.1)
    assert "unseparated" in tone_text.headline(steady) and "cannot be told" not in tone_text.headline(steady)
    assert "beyond their intervals" in tone_text.headline(table.assign(low=np.nan, high=np.nan))
    wide = tone_text.headline(table.assign(low=-1.0, high=1.0))
    assert "though not by all of them beyond their intervals" in wide


def test_most_and_least_need_intervals_that_carry_them() -> None:
    """Indirect quotation is not the least positive where its interval holds the next voice's."""
    _, passages, _, _ = corpus(*[[("direct", GOOD), ("journalist", FLAT), ("indirect", BAD)]] * 6)
    rows = [("direct", 0.5, 0.4, 0.6), ("journalist", 0.0, -0.1, 0.1), ("indirect", -0.05, -0.2, 0.05)]
    table = pd.DataFrame([{"label": label, "estimate": mean, "low": low, "high": high} for label, mean, low, high in rows])
    told = tone_text.voices_caption(table, passages)
    assert "direct quotation is the most positive voice" in told and "least" not in told
    assert "least positive" in tone_text.voices_caption(table.assign(low=table["estimate"], high=table["estimate"]), passages)
    assert "intervals of the voices overlap" in tone_text.voices_caption(table.assign(low=-1.0, high=1.0), passages)


def test_speakers_are_counted_by_the_words_of_their_passages() -> None:
    """Speakers add up to the quoted words of the voices; unnamed ones come last and are not left out."""
    _, passages, _, _ = corpus([("direct", "One two three."), ("indirect", "Four five."), ("journalist", "He said six.")])
    passages["speaker"] = ["A", "", ""]
    mentions = frame("mentions", [{"article_id": passages["article_id"].iat[0], "text": "A", "actor": "Anna Arendt"}])
    table = people.speakers(people.speaking(passages, mentions))
    assert table[["speaker", "direct", "indirect", "also_as"]].values.tolist() == [["Anna Arendt", 3, 0, "A"], [people.UNNAMED, 0, 2, ""]]
    assert table["share"].sum() == pytest.approx(1)


def test_an_order_of_voices_is_told_only_if_no_single_story_turns_it() -> None:
    """Two stories that say the opposite give no order; three that agree do."""
    _, passages, _, _ = corpus([("journalist", GOOD), ("direct", BAD)], [("journalist", BAD), ("direct", GOOD)])
    assert not tone_text.order_holds(passages, ["journalist", "direct"])
    _, passages, _, _ = corpus(*[[("journalist", GOOD), ("direct", BAD)]] * 3)
    assert tone_text.order_holds(passages, ["journalist", "direct"])


def test_agreement_beyond_chance_is_krippendorffs() -> None:
    """Nominal alpha of two coders: his (2004) worked example of ten binary units gives .095; full agreement gives 1, one category none."""
    cells = np.array([[5.0, 1.0, 3.0, 1.0], [5.0, 0.0, 0.0, 5.0], [9.0, 0.0, 0.0, 0.0]])
    assert lexicons.nominal_alpha(cells)[:2] == pytest.approx([0.095, 1.0], abs=0.001) and np.isnan(lexicons.nominal_alpha(cells)[2])


def test_every_bar_opens_onto_sentences_over_its_whole_range() -> None:
    """Both ends of a voice's scores are among its sentences, and each sentence is quoted once with what it stands behind."""
    long = [f"{text[:-1]} in every way you see." for text in (GOOD, BAD, FLAT)]
    stories, passages, sentences, labels = corpus(*[[("journalist", text)] for text in long * 3])
    bars = tone_examples.opened(passages, sentences)
    scores = passages.set_index("sentence_id").loc[bars["vader-journalist"], "vader"]
    assert scores.min() == passages["vader"].min() and scores.max() == passages["vader"].max() and len(scores) == 5
    marks = tone_examples.marks_of(labels, set(sentences["id"]))
    rows = tone_examples.behind(bars, sentences, passages, marks, stories, shown=bars["vader-journalist"][:1])
    assert any(rows["marks"])
    assert rows["sentence_id"].is_unique and bars["vader-journalist"][0] not in set(rows["sentence_id"])
    assert rows["note"].str.startswith("Behind: ").all() and (rows["voice"] == "journalist").all()


def test_the_gap_between_voices_under_other_choices() -> None:
    """Copies counted each weigh more than once; a voice without words is a reason, not a number."""
    stories, passages, _, _ = corpus([("journalist", GOOD), ("direct", BAD)], [("journalist", FLAT), ("direct", BAD)])
    stories["family"], stories["family_role"] = stories["id"].iat[0], ["original", "copy"]
    once, each = (tone.voice_gap(passages, stories, dedup=counting) for counting in ("once", "each"))
    assert once > each > 0
    with pytest.raises(ValueError, match="nothing in one of the two voices"):
        tone.voice_gap(passages[passages["voice"] == "journalist"], stories)
