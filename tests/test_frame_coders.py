"""Coders beside each other: what each covers and gives, where they differ; vectors; elements of a story."""

from __future__ import annotations

import json
import re

import numpy as np
import pandas as pd
import pytest

from corpus_utils.analyse import frame_coders, frame_text
from corpus_utils.analyse.element_markers import is_candidate
from corpus_utils.analyse.frame_coders import by_coder, coder_table, shares_by_coder
from corpus_utils.analyse.frame_elements import code_elements, element_blocks, elements_in_words, find_elements
from corpus_utils.analyse.frame_packages import find_packages, packages_in_words, packages_table, story_parts
from corpus_utils.analyse.frame_report import over_time
from corpus_utils.analyse.frames import confound_in_words
from corpus_utils.annotate.codebook import load_codebook, parse_codebook
from corpus_utils.annotate.frame_records import frame_records
from corpus_utils.annotate.frame_vectors import VectorCoder, fingerprint, shipped_measures
from corpus_utils.annotate.frames import code_texts, label_frames
from corpus_utils.schema import frame
from corpus_utils.wording import day

SEA = """\
scheme: mine
source: made up
frames:
  - name: sea
    definition: The text is about ships, sailors, harbours and storms at sea.
    examples: {en: [The ship left the harbour in a storm., Sailors hauled in the nets., Waves broke over the pier.]}
    counter_examples: {en: [She could see the point.]}
    cues: {en: [{why: ships, patterns: [ship(|s)]}]}
  - name: bread
    definition: The text is about bakers, flour, dough and ovens.
    examples: {en: [The baker kneaded the dough., Loaves came out of the oven., Flour was short this year.]}
    cues: {en: [{why: baking, patterns: [baker(|s)]}]}
  - name: other
    definition: None of these.
    residual: yes
"""
BOOK = parse_codebook(SEA)


def articles(n: int = 2, **columns: object) -> pd.DataFrame:
    """Articles of one outlet, each its own family."""
    ids = [f"d#{number}" for number in range(n)]
    return frame("articles", [{"id": name, "document_id": "d", "family": name, "language": "en"} for name in ids]).assign(**columns)


def test_vectors_tell_subjects_apart_and_are_calibrated() -> None:
    """A text about ships is nearer to the sea than to bread, in another language too; a residual frame has no nearness."""
    coder = VectorCoder(BOOK)
    scores = coder.code(["The sailor watched the waves from the deck.", "Yeast and flour were mixed.", "El marinero miraba las olas."])
    assert scores[0, 0] > scores[0, 1] and scores[1, 1] > scores[1, 0] and scores[2, 0] > scores[2, 1]
    assert np.isnan(scores[:, 2]).all() and np.nanmin(scores) >= 0 and np.nanmax(scores) <= 1
    assert VectorCoder(parse_codebook("scheme: a\nframes: [{name: one, definition: x}]")).usable is False


def test_vectors_judge_articles_where_coded_news_says_from_where_on() -> None:
    """Whole articles under the shipped generic codebook have probabilities and labels; passages, and other codebooks, have scores."""
    generic = load_codebook("generic")
    quarrel = "The two ministers quarrelled in parliament and accused each other. Their parties clashed again."
    assert fingerprint(generic) == shipped_measures().book, "the codebook has changed: python benchmarks/frames.py --ship"
    whole = label_frames(articles(2, text=[quarrel, ""]), generic, coder="vectors")
    assert whole["status"].tolist() == ["judged", "abstained"] and "conflict" in whole["label"][0] and whole["label"][1] == []
    scores = json.loads(whole["scores"][0])
    assert "responsibility" not in scores and all(0 <= score <= 1 for score in scores.values())
    passage = articles(1, text=[quarrel]).assign(article_id="d#0")
    assert "responsibility" in json.loads(label_frames(passage, generic, coder="vectors")["scores"][0])
    assert np.isnan(VectorCoder(BOOK).of_articles(["Ships."])[0]).all()


def test_the_first_coder_that_judged_all_the_stories_is_the_main_one() -> None:
    """A coder that was asked about some of the articles only, or judged none, is passed over; cues are what is left."""
    judged, none = (
        pd.DataFrame({"status": ["judged"] * 2, "scores": [{"sea": 0.9}] * 2}),
        pd.DataFrame({"status": ["abstained"] * 2, "scores": [{}] * 2}),
    )
    order = ("combined", "vectors", "cues")
    assert frame_coders.main_coder({"combined": judged, "cues": judged}, order, 2) == "combined"
    assert frame_coders.main_coder({"combined": judged, "cues": judged}, order, 3) == "cues"
    assert frame_coders.main_coder({"combined": none, "vectors": judged}, order, 2) == "vectors"
    said = frame_coders.silent_in_words({"vectors": none, "trained": judged}, ["sea", "bread"])
    assert "vectors say nothing of any of the frames" in said and "trained coder says nothing of bread" in said


def test_vectors_move_a_cue_score_only_so_far() -> None:
    """The odds of a cue score change by at most four; without cues in the language there are scores and no label."""
    text = ["The ship sailed over the waves to the harbour."]
    cues, both = code_texts(text, ["en"], BOOK)[0], code_texts(text, ["en"], BOOK, vectors=True)[0]
    odds = [score["scores"]["sea"] / (1 - score["scores"]["sea"]) for score in (cues, both)]
    assert odds[0] < odds[1] <= odds[0] * 4 * 1.01
    alone = code_texts(["Il marinaio guardava le onde."], ["it"], BOOK, vectors=True)[0]
    assert alone["status"] == "abstained" and alone["label"] == [] and alone["scores"]["sea"] > alone["scores"]["bread"]


def test_a_residual_frame_is_what_is_left() -> None:
    """Other is given where nothing else is, and scores what the best of the others leaves."""
    left, taken = code_texts(["The lamp was switched off at nine.", "A ship, a ship, and two ships."], ["en", "en"], BOOK)
    assert left["label"] == ["other"] and left["scores"]["other"] == 1.0
    assert taken["label"] == ["sea"] and taken["scores"]["other"] == pytest.approx(1 - taken["scores"]["sea"], abs=1e-4)


def test_every_shipped_scheme_gives_every_name() -> None:
    """`scores` has every frame, also for an empty text, and every id returns in order."""
    records = pd.DataFrame({"id": ["b", "a", "c"], "text": ["Police arrested two men over the robbery.", "", "La policía detuvo a dos hombres."],
                            "language": ["en", "en", "es"]})  # fmt: skip
    for scheme in ("policy", "elements", "roles"):
        rows = frame_records(records, scheme=scheme)
        assert rows["id"].tolist() == ["b", "a", "c"] and rows["abstained"].tolist()[1]
        assert all(set(scores) == set(load_codebook(scheme).names) for scores in rows["scores"])
    assert frame_records(records, scheme="policy")["frames"].tolist()[0][0] == "crime"


def labelled(measure: str, given: list[list[str] | None]) -> pd.DataFrame:
    """Judgements of articles under one measure; None: abstained."""
    scores = json.dumps({"x": 0.5, "y": 0.5})
    return frame("labels", [
        {"unit": f"d#{n}", "article_id": f"d#{n}", "measure": measure, "status": "abstained" if one is None else "judged",
         "label": one or [], "scores": scores, "evidence": "[]"} for n, one in enumerate(given)
    ])  # fmt: skip


def test_conflicts_are_counted_where_two_coders_judged() -> None:
    """Three articles by cues, two of them by the trained coder, which differs on one."""
    labels = pd.concat([labelled("frames.s", [["x"], ["x"], []]), labelled("frames.s.trained", [["x"], [], None])], ignore_index=True)
    coders = by_coder(articles(3), labels, "s")
    assert sorted(coders) == ["cues", "trained"]
    table = coder_table(coders, ["x", "y"]).set_index(["frame", "coder"])
    assert table.loc[("x", "cues"), ["covered", "given", "overlap", "conflicts"]].tolist() == [3, 2, 2, 1]
    assert table.loc[("x", "trained coder"), ["covered", "given", "overlap", "conflicts"]].tolist() == [2, 1, 2, 1]
    shares = shares_by_coder(coders, ["y", "x"]).set_index(["frame", "coder"])["estimate"]
    assert shares[("x", "cues")] == pytest.approx(2 / 3) and shares[("x", "trained coder")] == 0.5


def test_elements_are_quoted_once_a_story_with_their_voice() -> None:
    """Each element has its strongest passage; a story without any is not listed; copies are looked at once."""
    texts = [("d#0", "The shortage is a crisis that threatens to destroy the harvest.", "journalist", ""),
             ("d#0", "“We call for measures to prevent hunger,”", "direct", "Ana Ruiz"), ("d#1", "It was a quiet evening.", "journalist", "")]  # fmt: skip
    passages = frame("passages", [{"id": f"{a}s{n}p0", "sentence_id": f"{a}s{n}", "article_id": a, "voice": voice, "speaker": who,
                                   "text": text, "language": "en"} for n, (a, text, voice, who) in enumerate(texts)])  # fmt: skip
    told = articles(2, title="A title", text="Some text.")
    found = find_elements(code_elements(passages, told), told)
    assert found["article_id"].tolist() == ["d#0"] * len(found) and {"problem", "remedy"} <= set(found["element"])
    assert found.set_index("element").at["remedy", "voice"] == "quoted, Ana Ruiz"
    assert not found["quotation"].str.contains("“").any()
    assert "problem in 1" in elements_in_words(found, 2) and "nobody has checked" in elements_in_words(found, 2)
    blocks = element_blocks(found, lambda title, level: title, lambda told: sorted(told))
    assert blocks[0] == "A title" and "problem" in blocks[1]
    assert find_elements(code_elements(passages.head(0), articles(0)), articles(0)).empty and "No passage" in elements_in_words(
        found.head(0), 0
    )


@pytest.mark.parametrize(
    ("element", "text", "shown"),
    [
        ("remedy", "The council should close the old bridge before winter.", True),
        ("remedy", "Matthew’s death was preventable and should have been prevented.", False),
        ("remedy", "The talks continued over how to protect the border.", False),
        ("remedy", "Doctors urged the ministry to stock the new vaccine.", True),
        ("remedy", "The mayor would need to win two more votes.", False),
        ("cause", "He blamed", False),
        ("cause", "Farmers blamed the new tariff for the empty silos.", True),
        ("cause", "The outage was due to years of neglect.", True),
        ("cause", "The war of words has gone on for months.", False),
        ("judgement", "The bishop called the eviction a cruel mistake.", True),
        ("judgement", "The Brave Heart Fund paid for the new roof.", False),
        ("problem", "that the shortage would endanger the harvest.", False),
        ("problem", "She said “the shortage endangers the whole harvest.", False),
        ("problem", "Shortage, hunger and fear in four provinces.", False),
        ("problem", "The shortage is a danger to the harvest, said", False),
        ("problem", "The shortage is a danger to the harvest.", True),
    ],
)
def test_only_a_sentence_that_names_the_element_outright_is_a_candidate(element: str, text: str, shown: bool) -> None:
    """Weak wordings, scraps, unclosed quotations, names and sentences without a verb are not quoted."""
    assert is_candidate(element, text, "en") is shown


def story_table(n: int, *, packages: bool, seed: int = 3) -> pd.DataFrame:
    """Stories by eight parts of four elements: two packages of parts that go together, or every part for itself."""
    draw = np.random.default_rng(seed)
    kind = draw.integers(0, 2, n) if packages else np.full(n, 0.5)
    chance = np.where(np.arange(8) % 2 == 0, 0.85, 0.15)[None, :]
    held = draw.random((n, 8)) < (np.where(kind[:, None] == 1, chance, 1 - chance) if packages else 0.5)
    names = [f"{element}: part {number}" for element in ("problem", "cause", "judgement", "remedy") for number in (1, 2)]
    return pd.DataFrame(held.astype(int), columns=names, index=[f"d#{number}" for number in range(n)])


def test_elements_that_go_together_are_packages() -> None:
    """Two planted packages are found, told by their parts, and come back under resampling; the same on each run."""
    parts = story_table(160, packages=True)
    found = find_packages(parts, {name: name.upper() for name in parts.index}, stories=180)
    assert len(found.table) == 2 and (found.table["stability"] > 0.9).all() and found.table["share"].sum() == pytest.approx(1)
    assert sorted(re.findall(r"part (\d)", " ".join(found.table["parts"]))) == ["1"] * 4 + ["2"] * 4
    assert found.left_out >= 20 and found.table["typical"].str.startswith("D#").all()
    assert found.table.equals(find_packages(parts, {name: name.upper() for name in parts.index}, stories=180).table)
    assert "2 packages" in packages_in_words(found) and len(packages_table(found)) == 2


def test_packages_are_refused() -> None:
    """Where parts combine freely, and where stories or parts are too few, nothing is grouped and the reason is told."""
    free = [find_packages(story_table(150, packages=False, seed=seed), {}, stories=150) for seed in range(3)]
    assert all(found.table.empty and "combine freely" in found.reason for found in free)
    few = find_packages(story_table(60, packages=True), {}, stories=60)
    assert few.table.empty and "it takes 100" in packages_in_words(few)
    assert "parts are in some" in find_packages(story_table(300, packages=True).iloc[:, :3], {}, stories=300).reason
    assert find_packages(story_parts(code_elements(frame("passages", []), articles(0))), {}, stories=0).reason


def test_periods_need_dates_and_stories() -> None:
    """Months with ten stories of a certain month; an uncertain month is left out."""
    n = 25
    stories = pd.DataFrame({"id": [str(i) for i in range(n)], "family": [str(i) for i in range(n)], "status": "judged",
                            "label": [["x"] if i % 2 else [] for i in range(n)], "date_earliest": ["2024-01-05"] * 12 + ["2024-02-01"] * 13,
                            "date_latest": ["2024-01-05"] * 12 + ["2024-02-01"] * 9 + ["2024-03-01"] * 4})  # fmt: skip
    cells = over_time(stories, ["x"])
    assert cells["column"].tolist() == ["2024-01"] and cells["value"].tolist() == [0.5]
    assert over_time(stories.head(3), ["x"]).empty
    gates = pd.DataFrame({"analysis": ["trend"], "verdict": ["description"], "have": [""], "reason": [""], "enough": [""]})
    drawn = frame_text.time_figure(cells, gates, lambda shown, **_: shown, lambda *_, **__: None)
    assert drawn["column"].tolist() == [day(period) for period in cells["column"]]


def test_the_confound_is_told() -> None:
    """A frame that topics know is named; a test that was not made says why."""
    row = {"frame": "human_interest", "n": 200, "share": 0.4, "auc": 0.9, "verdict": "description", "reason": ""}
    assert "human interest" in confound_in_words(pd.DataFrame([row])) and "subject" in confound_in_words(pd.DataFrame([row]))
    assert "10 articles" in confound_in_words(pd.DataFrame([row | {"verdict": "refused", "reason": "10 articles have both"}]))


def test_measures_keep_coders_apart() -> None:
    """Each coder's labels stand under their own measure; a language without a trained coder has no row."""
    units = articles(2, text="The ministers accused each other of lying and threatened to sue.", language=["en", "es"])[
        ["id", "text", "language"]
    ]
    assert set(label_frames(units, "generic")["measure"]) == {"frames.generic"}
    trained = label_frames(units, "generic", coder="trained")
    assert trained["unit"].tolist() == ["d#0"] and set(trained["measure"]) == {"frames.generic.trained"}
    vectors = label_frames(
        articles(1, text="Sailors hauled in the nets while waves broke over the ship.")[["id", "text", "language"]], BOOK, coder="vectors"
    )
    assert vectors["status"].tolist() == ["judged"] and vectors["label"].tolist() == [["sea"]]
    assert label_frames(units.assign(text="Yes."), BOOK, coder="vectors")["status"].tolist() == ["abstained"] * 2
    with pytest.raises(ValueError, match="no coder called"):
        label_frames(units, "generic", coder="magic")
