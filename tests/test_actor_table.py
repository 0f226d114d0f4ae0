"""Mentions and actors: every mention in its sentence and voice, names merged over parts, tone read from a declared sample."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from conftest import make_articles
from hypothesis import given
from hypothesis import strategies as st

from corpus_utils.annotate.actor_counts import cast_part, count_actors, merge_actors, tally_casts
from corpus_utils.annotate.actor_parts import first_mentions, rename
from corpus_utils.annotate.actor_standing import SEVERAL
from corpus_utils.annotate.actor_table import mention_table, placed
from corpus_utils.annotate.target_draw import draw_targets
from corpus_utils.schema import frame

BODY = ["Marta Keller  met Ivo Brandt in the capital.", "“Keller is a liar,” Brandt said on Monday."]


def tables(*bodies: list[str]) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """articles, sentences, passages: one sentence a string; what stands in marks is a direct quotation of Ivo Brandt."""
    articles, sentences, passages = [], [], []
    for number, body in enumerate(bodies):
        text, article = "\n\n".join(body), f"d{number:03}#1"
        articles.append({"text": text, "language": "en", "anchors": "[[0, 0]]", "outlet": f"Outlet {number % 2}"})
        at = 0
        for place, sentence in enumerate(body):
            base = {"article_id": article, "document_id": f"d{number:03}", "language": "en"}
            sentences.append({**base, "id": f"{article}s{place}", "start": at, "end": at + len(sentence), "part": "body",
                              "position": place, "text": " ".join(sentence.split())})  # fmt: skip
            cut = sentence.find("”") + 1
            for piece, (start, end, voice) in enumerate([(0, cut, "direct"), (cut, len(sentence), "journalist")]):
                if end > start:
                    passages.append({**base, "id": f"{article}s{place}p{piece}", "sentence_id": f"{article}s{place}", "voice": voice,
                                     "start": at + start, "end": at + end, "text": sentence[start:end],
                                     "speaker": "Ivo Brandt" if voice == "direct" else ""})  # fmt: skip
            at += len(sentence) + 2
    return make_articles(*articles), frame("sentences", sentences), frame("passages", passages)


def test_a_mention_knows_its_sentence_and_voice() -> None:
    """Places survive folded white space; a name inside the marks is spoken of by the quoted, outside by the journalist."""
    articles, sentences, passages = tables(BODY)
    mentions = mention_table(articles, sentences, passages)
    told = [(row["text"], row["actor"], row["voice"], row["speaker"]) for row in mentions.to_dict("records")]
    assert told == [
        ("Marta Keller", "Marta Keller", "journalist", ""), ("Ivo Brandt", "Ivo Brandt", "journalist", ""),
        ("Keller", "Marta Keller", "direct", "Ivo Brandt"), ("Brandt", "Ivo Brandt", "journalist", ""),
    ]  # fmt: skip
    read = placed(mentions, sentences)
    assert [text[start:end] for text, start, end in zip(read["text"], read["start"], read["end"])] == mentions["text"].tolist()


def test_names_are_merged_over_parts() -> None:
    """Two parts that spell a name differently: one actor, with the reason; a part's own merges stay."""
    articles, sentences, passages = tables(BODY, [line.replace("Ivo", "Iwo") for line in BODY])
    whole = mention_table(articles, sentences, passages)
    parts = []
    for article in articles["id"]:
        own = [table[table[key] == article].reset_index(drop=True) for table, key in
               ((articles, "id"), (sentences, "article_id"), (passages, "article_id"))]  # fmt: skip
        parts.append(mention_table(*own))
    mentions, actors = merge_actors(pd.concat(parts, ignore_index=True), articles)
    alone = merge_actors(whole, articles)[0]
    assert pd.factorize(mentions["actor"])[0].tolist() == pd.factorize(alone["actor"])[0].tolist() == [0, 1, 0, 1] * 2
    row = actors[actors["actor"] != "Marta Keller"].iloc[0]
    assert (row["mentions"], row["articles"], row["outlets"]) == (4, 2, 2) and row["names"][0] == "Brandt"
    assert any(reason.startswith("transliteration") for _, reason, _ in json.loads(row["merges"]))


def test_a_surname_alone_joins_over_parts() -> None:
    """A part that holds the surname only: the corpus says whose it is, and the merge gives the stories it rests on."""
    bodies = [*[["Joan Hartley won the vote."]] * 9, ["Melissa Hartley sang a song."], ["Nobody but Hartley knew it."]]
    articles, sentences, passages = tables(*bodies)
    parts = []
    for article in articles["id"]:
        own = [table[table[key] == article].reset_index(drop=True) for table, key in
               ((articles, "id"), (sentences, "article_id"), (passages, "article_id"))]  # fmt: skip
        parts.append(mention_table(*own))
    assert parts[-1]["actor"].tolist() == ["Hartley"]
    mentions, actors = merge_actors(pd.concat(parts, ignore_index=True), articles)
    assert mentions["actor"].tolist() == [*["Joan Hartley"] * 9, "Melissa Hartley", "Joan Hartley"]
    merges = json.loads(actors.set_index("actor")["merges"]["Joan Hartley"])
    assert merges == [["Hartley", "surname, 9 of 10 stories with a full name: Joan Hartley", 1]]


def test_no_mention_no_row() -> None:
    """An article without names has no mentions and no actors."""
    articles, sentences, passages = tables(["it rained all day."])
    mentions, actors = merge_actors(mention_table(articles, sentences, passages), articles)
    assert len(mentions) == len(actors) == 0


def many(sizes: dict[str, int], *, per_article: int = 5) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Mentions of one actor, so many an outlet, five an article, each in a sentence of its own; and their articles."""
    outlets = [outlet for outlet, size in sizes.items() for _ in range(size // per_article)]
    articles = make_articles(*({"outlet": outlet} for outlet in outlets))
    rows = [
        {"id": f"{article}m{k}", "article_id": article, "sentence_id": f"{article}s{k}", "actor": "Ivo Brandt", "text": "Brandt"}
        for article in articles["id"]
        for k in range(per_article)
    ]
    return frame("mentions", rows), articles


def test_all_are_judged_within_the_budget_once_a_sentence() -> None:
    """Below the budget every chance is 1; the second mention of an actor in a sentence is not judged again."""
    mentions, articles = many({"A": 50})
    twice = pd.concat([mentions, mentions.assign(id=mentions["id"] + "b")], ignore_index=True)
    drawn = draw_targets(twice, articles, budget=50)
    assert drawn["chance"].tolist() == [1.0] * 50 + [0.0] * 50


@pytest.mark.parametrize("budget", [100, 400, 1600])
def test_the_draw_keeps_its_budget_and_its_strata(budget: int) -> None:
    """A small outlet is not drowned by a large one; weights by 1 / chance give back the number there was."""
    mentions, articles = many({"Large": 6000, "Small": 60})
    drawn = draw_targets(mentions, articles, budget=budget)
    taken = drawn[drawn["chance"] > 0]
    outlet = taken["article_id"].map(articles.set_index("id")["outlet"])
    assert len(taken) <= 1.25 * budget and (outlet == "Small").sum() >= min(60, budget // 4)
    assert (1 / taken["chance"]).sum() == pytest.approx(6060, rel=0.3)
    more = draw_targets(mentions, articles, budget=2 * budget)
    assert set(taken["id"]) <= set(more.loc[more["chance"] > 0, "id"])  # a larger budget keeps what was drawn


def test_nothing_is_drawn_from_nothing() -> None:
    """No mention, no chance; no budget, no draw."""
    mentions, articles = many({"A": 20})
    assert np.all(draw_targets(mentions, articles, budget=0)["chance"] == 0)
    assert len(draw_targets(mentions.head(0), articles)) == 0


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c"]), st.integers(0, 2), st.sampled_from([-1, 0, 5]), st.sampled_from(["Keller", "Marta Keller", "Ünal"]),
        st.sampled_from(["Marta Keller", "M. Keller", "Ünal"]), st.sampled_from(["named so", SEVERAL, "initial: Marta Keller"]),
    ), max_size=12,
)  # fmt: skip


@given(st.lists(ROWS, min_size=1, max_size=3), st.sampled_from([1, 3, 1000]))
def test_tallies_are_those_of_plain_groups(parts: list[list[tuple[str, int, int, str, str, str]]], at_once: int) -> None:
    """Counted in numbers over parts or group by group: the same tallies and actors, whatever the corpus renames, and however many parts
    are counted together."""
    mentions = frame("mentions", [
        {"id": f"{a}{p}m{n}", "article_id": f"{a}{p}", "sentence_id": f"{a}{p}s{s}", "at": at, "text": text, "actor": actor, "rule": rule}
        for p, rows in enumerate(parts) for n, (a, s, at, text, actor, rule) in enumerate(sorted(rows))
    ])  # fmt: skip
    names = [f"{name}{part}" for name in "abc" for part in range(3)]
    articles = pd.DataFrame({"id": names, "outlet": [{"a": "West", "b": "", "c": "East"}[name[0]] for name in names]}, dtype="str")
    renames = {"M. Keller": ("Marta Keller", "initial: Marta Keller")}
    cast = [cast_part(mentions[mentions["article_id"].str.endswith(str(part))].reset_index(drop=True), articles) for part in range(3)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("corpus_utils.annotate.actor_sums.AT_ONCE", at_once)
        tally = tally_casts((part["forms"] for part in cast), (part["casts"] for part in cast), renames)
    placed = (mentions["at"] >= 0).tolist()
    pairs = list(zip(mentions["sentence_id"], mentions["actor"]))
    first = [
        held and pair not in {other for other, also in zip(pairs[:n], placed) if also} for n, (pair, held) in enumerate(zip(pairs, placed))
    ]
    assert first_mentions(mentions).tolist() == first
    known = rename(mentions, renames)
    known["first"] = first_mentions(known)  # an actor of two names is read once a sentence
    known["outlet"] = known["article_id"].map(articles.set_index("id")["outlet"])
    told = known.groupby(["actor", "outlet"], sort=True)
    plain = told.agg(mentions=("id", "size"), articles=("article_id", "nunique"), firsts=("first", "sum"))
    plain["reach"] = known[known["first"].astype(bool)].groupby(["actor", "outlet"])["article_id"].nunique().reindex(plain.index).fillna(0)
    texts = np.array([*tally.texts.to_pylist(), ""], dtype=object)
    assert texts[:-1].tolist() == sorted(texts[:-1])
    tallies = tally.tallies.assign(actor=texts[tally.tallies["actor"]], outlet=[tally.outlets[code] for code in tally.tallies["outlet"]])
    assert tallies.to_dict("records") == plain.reset_index().to_dict("records")
    forms = tally.forms.assign(**{name: texts[tally.forms[name]] for name in ("actor", "text", "reason")}).set_index(["actor", "text"])
    assert forms["times"].to_dict() == known.groupby(["actor", "text"])["id"].size().to_dict()
    reasons = known.drop_duplicates(["actor", "text"]).set_index(["actor", "text"])["rule"].to_dict()
    assert forms["reason"].to_dict() == {(actor, text): why if actor != text else "" for (actor, text), why in reasons.items()}
    actors = count_actors(tally)
    assert actors["mentions"].tolist() == sorted(known.groupby("actor").size().tolist(), reverse=True)
    assert [len(names) for names in actors["names"]] == [known.loc[known["actor"] == name, "text"].nunique() for name in actors["actor"]]
    once = cast_part(mentions, articles)  # however the corpus is cut
    pd.testing.assert_frame_equal(actors, count_actors(tally_casts([once["forms"]], [once["casts"]], renames)))
