"""Frames by story and by voice: shares, bounds for abstentions, and the passages behind them."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from conftest import make_articles

from corpus_utils import wording
from corpus_utils.analyse import adequacy, frame_contrasts, frame_passages, frame_report, frame_text
from corpus_utils.analyse import frames as checks
from corpus_utils.schema import frame

FRAMES = ["conflict", "economic"]


def stories(*codes: tuple[str, list[str]]) -> pd.DataFrame:
    """Coded stories from (status, labels)."""
    articles = make_articles(*({"text": "one two", "language": "en"} for _ in codes))
    rows = [
        {
            "unit": unit,
            "article_id": unit,
            "measure": "frames.x",
            "status": status,
            "label": label,
            "scores": json.dumps(dict.fromkeys(label, 0.8)),
        }
        for unit, (status, label) in zip(articles["id"], codes)
    ]
    return frame_report.coded(articles, frame("labels", rows), articles, "frames.x")


def test_shares_and_their_bounds() -> None:
    """Of three judged two carry the frame; the abstained one could go either way."""
    table = frame_report.prevalence(
        stories(("judged", ["conflict"]), ("judged", ["conflict", "economic"]), ("judged", []), ("abstained", [])), FRAMES
    )
    row = table.set_index("frame").loc["conflict"]
    assert row["estimate"] == pytest.approx(2 / 3) and (row["least"], row["most"]) == (0.5, 0.75) and np.isnan(row["low"])


def test_copies_share_one_weight() -> None:
    """Nine copies of a conflict story and one other story: half the stories, not nine tenths."""
    coded = stories(*[("judged", ["conflict"])] * 9, ("judged", []))
    coded["family"] = ["x"] * 9 + ["y"]
    assert frame_report.prevalence(coded, ["conflict"])["estimate"].iat[0] == pytest.approx(0.5)


def test_the_share_lies_between_its_bounds_where_there_are_copies() -> None:
    """Copies weigh as little in the bounds as in the share: of two stories one carries the frame and one is open."""
    coded = stories(*[("judged", ["conflict"])] * 8, ("abstained", []))
    coded["family"] = ["x"] * 8 + ["y"]
    row = frame_report.prevalence(coded, ["conflict"]).iloc[0]
    assert (row["least"], row["most"]) == (pytest.approx(0.5), pytest.approx(1.0))


def test_only_units_of_the_articles_given_are_coded() -> None:
    """Passages of a copy that is left out are left out, too."""
    everything = passages()
    labels = frame(
        "labels", [{"unit": unit, "measure": "m", "status": "judged", "scores": "{}", "evidence": "[]"} for unit in everything["id"]]
    )
    one = make_articles({}, {}).head(1)
    found = frame_report.coded(everything[["id", "article_id", "text"]], labels, one, "m")
    assert found["id"].tolist() == ["p1"]


def outlets_of(*counts: tuple[str, int, int, int]) -> pd.DataFrame:
    """Coded stories from (outlet, with conflict, without, abstained)."""
    rows = [(outlet, code) for outlet, *sizes in counts
            for code, size in zip((("judged", ["conflict"]), ("judged", []), ("abstained", [])), sizes) for _ in range(size)]  # fmt: skip
    return stories(*[code for _, code in rows]).assign(outlet=[outlet for outlet, _ in rows])


def test_outlets_are_tested_story_by_story() -> None:
    """Fifty of sixty against ten of sixty is a difference; a frame that nobody carries is not compared."""
    coded = outlets_of(("A", 50, 10, 0), ("B", 10, 50, 0))
    gates = adequacy.gate(make_articles(*({"outlet": outlet} for outlet in coded["outlet"])))
    compared = frame_contrasts.compare(coded, FRAMES, gates=gates)
    assert list(compared) == ["share of stories with cues of conflict"]
    row = compared["share of stories with cues of conflict"].set_index("outlet").loc["A"]
    assert row["difference"] == pytest.approx(4 / 6) and row["q"] < 0.01


def test_a_difference_of_length_is_told_as_one() -> None:
    """Long stories carry the frame, short ones do not, and one outlet writes long ones: nothing is left among stories of like length."""
    coded = outlets_of(("A", 40, 10, 0), ("B", 10, 40, 0))
    coded["words"] = [900 if label else 100 for label in coded["label"]]
    gates = adequacy.gate(make_articles(*({"outlet": outlet} for outlet in coded["outlet"])))
    compared = frame_contrasts.compare(coded, FRAMES, gates=gates)
    row = frame_contrasts.sure_gaps(compared).iloc[0]
    assert row["difference"] == pytest.approx(0.6) and row["same_length"] == pytest.approx(0)
    told = frame_contrasts.lengths_in_words(compared)
    assert "+60 points in all, 0 points among stories of like length; longer stories get this label more often" in told
    table = frame_contrasts.contrasts_table(compared)
    assert table["among stories of like length"].tolist() == ["0 points"] * 2 and table["difference"].str.contains(r" points \(").all()
    assert not table["difference"].str.contains("%").any()


def test_thirds_of_length_are_weighed_by_their_stories() -> None:
    """By hand: a gap of 1 in the short third (4 stories), 0 in the middle and the long one (4 each): a third; one third alone is no figure."""
    units = pd.DataFrame({"words": [10] * 4 + [20] * 4 + [30] * 4, "outlet": ["A", "A", "B", "B"] * 3})
    carries = pd.Series([1.0, 1, 0, 0] + [1.0] * 8)
    left = frame_contrasts.within_lengths(units, carries, ["A", "B"])
    assert left["same_length"] == [pytest.approx(1 / 3), pytest.approx(-1 / 3)] and left["longer"] == pytest.approx(0.5)
    apart = frame_contrasts.within_lengths(units.assign(outlet=["A"] * 4 + ["B"] * 8), carries, ["A"])
    assert np.isnan(apart["same_length"]).all()


def test_a_frame_that_nearly_all_stories_carry_is_not_compared() -> None:
    """It would only make the family of tests larger."""
    coded = outlets_of(("A", 30, 0, 0), ("B", 29, 1, 0))
    gates = adequacy.gate(make_articles(*({"outlet": outlet} for outlet in coded["outlet"])))
    assert frame_contrasts.compare(coded, FRAMES, gates=gates) == {} and frame_contrasts.lengths_in_words({}) == ""


def test_the_finding_about_an_outlet_is_repeated_over_coders_and_copies() -> None:
    """Two copies in one outlet: the difference depends on how copies count; without the other side there is no number."""
    coded = stories(("judged", ["conflict"]), ("judged", ["conflict"]), ("judged", []), ("judged", ["economic"]))
    articles = make_articles({"outlet": "A"}, {"outlet": "A"}, {"outlet": "A"}, {"outlet": "B"})
    articles["family"] = [articles["id"][0], articles["id"][0], articles["id"][2], articles["id"][3]]
    coded["id"] = articles["id"]
    gap = {way: frame_contrasts.gap_under({"cues": coded}, articles, "A", "conflict", dedup=way) for way in ("once", "each")}
    assert gap == {"once": pytest.approx(0.5), "each": pytest.approx(2 / 3)}
    with pytest.raises(ValueError, match="no story judged of C"):
        frame_contrasts.gap_under({"cues": coded}, articles, "C", "conflict")


def test_a_difference_that_abstentions_could_turn_is_refused() -> None:
    """One outlet carries the frame more often among the few stories judged; nothing is known of the many others."""
    coded = outlets_of(("A", 6, 4, 50), ("B", 20, 40, 0))
    gates = adequacy.gate(make_articles(*({"outlet": outlet} for outlet in coded["outlet"])))
    row = frame_contrasts.compare(coded, FRAMES, gates=gates)["share of stories with cues of conflict"].set_index("outlet").loc["A"]
    assert "sign turns" in row["problem"] and np.isnan(row["p"])


def test_the_lead_of_a_frame_by_coder_and_counting() -> None:
    """Two copies and one other story: the lead depends on how copies count; an unknown frame is no number."""
    coded = stories(("judged", ["conflict"]), ("judged", ["conflict"]), ("judged", ["economic"]))
    articles = make_articles({}, {}, {})
    articles["family"] = [articles["id"][0], articles["id"][0], articles["id"][2]]
    coded["id"] = articles["id"]
    lead = {way: frame_contrasts.lead_under({"cues": coded}, articles, *FRAMES, dedup=way) for way in ("once", "each")}
    assert lead == {"once": pytest.approx(0.0), "each": pytest.approx(1 / 3)}
    with pytest.raises(ValueError, match="does not know human interest"):
        frame_contrasts.lead_under({"cues": coded}, articles, "conflict", "human_interest")
    with pytest.raises(ValueError, match="no story judged"):
        frame_contrasts.lead_under({"cues": coded}, articles, *FRAMES, coder="vectors")


def test_nothing_judged_is_said() -> None:
    """An answer without numbers where the coder abstained everywhere."""
    table = frame_report.prevalence(stories(("abstained", [])), FRAMES)
    assert frame_text.headline(table, frame_passages.cues(passages())).startswith("No story could be judged")


def test_pairs_stand_beside_what_chance_would_give() -> None:
    """Two frames in one story are one pair; pairs that never occur are not listed."""
    labels = frame(
        "labels", [{"unit": str(n), "status": "judged", "label": label} for n, label in enumerate((["economic", "conflict"], ["conflict"]))]
    )
    table = frame_text.pairs_table(checks.pairs(labels, FRAMES))
    assert table[["frame", "together with", "stories", "expected by chance"]].values.tolist() == [
        ["conflict", "economic consequences", 1, 1.0]
    ]


def passages() -> pd.DataFrame:
    """Coded passages of two stories, with evidence."""
    rows = [("p1", "d000#1", "They clashed over tax.", ["conflict", "economic"], {"conflict": 0.8, "economic": 0.7}),
            ("p2", "d001#1", "They clashed again.", ["conflict"], {"conflict": 0.9}),
            ("p3", "d001#1", "Nothing here.", [], {})]  # fmt: skip
    units = frame("passages", [
        {"id": i, "sentence_id": f"s-{i}", "article_id": a, "voice": "direct" if i == "p2" else "journalist", "text": t, "language": "en"} for i, a, t, _, _ in rows
    ])  # fmt: skip
    labels = frame("labels", [
        {"unit": i, "article_id": a, "measure": "frames.x", "status": "judged", "label": label, "scores": json.dumps(scores),
         "evidence": json.dumps([[5, 12, "conflict: clash"]] if label else [])} for i, a, t, label, scores in rows
    ])  # fmt: skip
    return frame_report.coded(units, labels, make_articles({}, {}), "frames.x")


def test_typical_passages_are_marked_and_spread() -> None:
    """The strongest passage of each story, with the words that made the code."""
    shown = frame_passages.typical(passages(), stories(("judged", FRAMES), ("judged", ["conflict"])), FRAMES)
    conflict = shown[shown["label"] == "conflict"]
    assert conflict["sentence_id"].tolist() == ["s-p2", "s-p1"]
    assert [text[s:e] for text, marks in zip(conflict["text"], conflict["marks"]) for s, e, _ in marks] == ["clashed", "clashed"]


def test_passages_stand_for_the_stories_that_carry_the_frame() -> None:
    """A strong wording in a story that is not given the frame is no example of it."""
    shown = frame_passages.typical(passages(), stories(("judged", FRAMES), ("judged", [])), FRAMES)
    assert shown.loc[shown["label"] == "conflict", "sentence_id"].tolist() == ["s-p1"]


def test_who_coded_the_stories_is_said() -> None:
    """Cues find wordings; any other coder gives frames, and the page says that it was not checked here."""
    coded, units = stories(("judged", ["conflict"]), ("judged", [])), passages()
    shares, cues = frame_report.prevalence(coded, FRAMES), frame_passages.cues(units)
    said = frame_text.headline(shares, cues, "combined")
    assert "carry conflict," not in said and "carry conflict." in said and "None carries economic consequences." in said
    assert "climate news" in frame_text.coder_note("combined", "generic") and "climate" not in frame_text.coder_note("combined", "policy")
    assert frame_text.coder_note("cues", "generic") == ""
    voices = frame_report.by_voice(units, FRAMES)
    drawn = frame_text.heat(voices.assign(n=[4] + [5] * (len(voices) - 1)))
    assert drawn["value"].isna().tolist() == [True] + [False] * (len(voices) - 1) and drawn["note"].tolist()[:2] == ["too few", ""]
    assert "coded by more than cues" in frame_text.heat_caption(voices, "combined") and "more than" not in frame_text.heat_caption(voices)
    assert frame_contrasts.lead_words("human_interest", "", "combined") == "the share of stories given human interest"


def test_a_frame_that_all_stories_have_is_no_finding() -> None:
    """Nearly all or nearly none: said to tell nothing apart, not told as a share; of a handful of stories it is counted all the same."""
    cues = frame_passages.cues(passages())
    many = [("judged", ["conflict", "economic"])] * 20 + [("judged", ["conflict"])] * 20
    said = frame_text.headline(frame_report.prevalence(stories(*many), FRAMES), cues)
    assert (
        "} carry cues of conflict" not in said
        and "Nearly all carry cues of conflict, which does not tell" in said
        and "carry cues of economic consequences" in said
    )
    every = frame_report.prevalence(stories(*[("judged", ["conflict"])] * 40), FRAMES)
    assert "no frame tells them apart" in frame_text.headline(every, cues)
    few = frame_text.headline(frame_report.prevalence(stories(*[("judged", ["conflict"])] * 4), FRAMES), cues)
    assert "carry cues of conflict" in few


def test_every_row_of_the_figure_opens_its_passages() -> None:
    """Rows are called as in the figure, without underscores."""
    shown = frame_passages.typical(passages(), stories(("judged", FRAMES), ("judged", ["conflict"])), FRAMES)
    assert frame_text.behind_rows(shown)["conflict"] == ["s-p2", "s-p1"]
    assert list(frame_text.behind_rows(shown.assign(label="human_interest"))) == ["human interest"]


def test_contested_passages_have_two_frames() -> None:
    """Only p1 has two."""
    assert frame_passages.contested(passages())["sentence_id"].tolist() == ["s-p1"]


def test_voices_are_separate_cells() -> None:
    """All of the quoted words and four of six of the journalist's stand in passages with conflict cues."""
    cells = frame_report.by_voice(passages(), ["conflict"]).set_index("column")["value"]
    assert cells["direct"] == 1 and cells["journalist"] == pytest.approx(4 / 6)


def test_cues_are_counted() -> None:
    """What made the codes, by hits and stories."""
    assert frame_passages.cues(passages()).values.tolist() == [["conflict", "clashed", 2, 1.0, 2]]


def test_outlets_are_not_compared_where_the_gate_refuses() -> None:
    """A notice with the reason instead of a table."""
    coded = stories(("judged", ["conflict"]))
    said = frame_text.outlet_figure(
        frame_report.by_outlet(coded, FRAMES), adequacy.gate(make_articles({})), None, lambda text, *_, **__: text
    )
    assert "a comparison needs two stated outlets" in said


def test_every_number_of_the_answer_is_a_finding() -> None:
    """The template names only findings that exist."""
    from corpus_utils.report.blocks import answer

    coded, units = stories(("judged", ["conflict"]), ("judged", [])), passages()
    shares, shown = frame_report.prevalence(coded, FRAMES), frame_passages.typical(units, coded, FRAMES)
    findings = frame_report.frame_findings(
        shares,
        frame_report.by_voice(units, FRAMES),
        frame_passages.cues(units),
        shown,
        coded,
        gates=adequacy.gate(make_articles({}, {})),
        kind="found",
    )
    said = str(answer(frame_text.headline(shares, frame_passages.cues(units)), findings))
    assert "one carry cues of conflict" in said and "“clashed” alone makes 100%" in said


def test_differences_of_shares_are_told_in_points() -> None:
    """Never in per cent, which would be read as relative; ticks have no unit of their own."""
    told = [wording.number(value, "points") for value in (0.29, -0.013, 0.0, float("nan"))]
    assert told == ["+29 points", "\N{MINUS SIGN}1 point", "0 points", ""]
    assert wording.tick_labels([-0.2, 0.0, 0.2], "points") == ["\N{MINUS SIGN}20", "0", "+20"]
