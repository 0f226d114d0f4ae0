"""Frames by story and by voice: shares, bounds for abstentions, and the passages behind them."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from conftest import make_articles

from corpus_utils.analyse import adequacy, frame_report, frame_text
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


def test_nothing_judged_is_said() -> None:
    """An answer without numbers where the coder abstained everywhere."""
    table = frame_report.prevalence(stories(("abstained", [])), FRAMES)
    assert frame_text.headline(table, frame_report.cues(passages())).startswith("No story could be judged")


def test_pairs_stand_beside_what_chance_would_give() -> None:
    """Two frames in one story are one pair; pairs that never occur are not listed."""
    labels = frame(
        "labels", [{"unit": str(n), "status": "judged", "label": label} for n, label in enumerate((["economic", "conflict"], ["conflict"]))]
    )
    table = frame_text.pairs_table(checks.pairs(labels, FRAMES))
    assert table[["frame", "together with", "stories", "expected by chance"]].values.tolist() == [["conflict", "economic", 1, 1.0]]


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
    shown = frame_report.typical(passages(), stories(("judged", FRAMES)), FRAMES)
    conflict = shown[shown["label"] == "conflict"]
    assert conflict["sentence_id"].tolist() == ["s-p2", "s-p1"]
    assert [text[s:e] for text, marks in zip(conflict["text"], conflict["marks"]) for s, e, _ in marks] == ["clashed", "clashed"]


def test_contested_passages_have_two_frames() -> None:
    """Only p1 has two."""
    assert frame_report.contested(passages())["sentence_id"].tolist() == ["s-p1"]


def test_voices_are_separate_cells() -> None:
    """All of the quoted words and four of six of the journalist's stand in passages with conflict cues."""
    cells = frame_report.by_voice(passages(), ["conflict"]).set_index("column")["value"]
    assert cells["direct"] == 1 and cells["journalist"] == pytest.approx(4 / 6)


def test_cues_are_counted() -> None:
    """What made the codes, by hits and stories."""
    assert frame_report.cues(passages()).values.tolist() == [["conflict", "clashed", 2, 1.0, 2]]


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
    shares, shown = frame_report.prevalence(coded, FRAMES), frame_report.typical(units, coded, FRAMES)
    findings = frame_report.frame_findings(
        shares,
        frame_report.by_voice(units, FRAMES),
        frame_report.cues(units),
        shown,
        coded,
        gates=adequacy.gate(make_articles({}, {})),
        kind="found",
    )
    said = str(answer(frame_text.headline(shares, frame_report.cues(units)), findings))
    assert "one carry conflict cues" in said and "“clashed” alone makes 100%" in said
