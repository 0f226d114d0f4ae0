"""Frame coding: cues in context, abstention, languages, records in and out, and coders trained on one's own labels."""

from __future__ import annotations

import json
import random
import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus_utils.analyse.frames import confound_in_words, pairs, subject_note, topic_confound
from corpus_utils.annotate import token_scan
from corpus_utils.annotate.codebook import load_codebook, parse_codebook
from corpus_utils.annotate.frame_calibration import best_threshold, calibration_error
from corpus_utils.annotate.frame_coder import CoderError, load_coder
from corpus_utils.annotate.frame_cues import CueCoder
from corpus_utils.annotate.frame_data import folds, read_labels
from corpus_utils.annotate.frame_records import frame_records, train_frames
from corpus_utils.annotate.frames import code_texts, label_frames
from corpus_utils.annotate.tokens import tokenise
from corpus_utils.schema import frame, validate

BOOK = load_codebook("generic")


def names(text: str, language: str = "en") -> list[str]:
    """The labels of one text by cues."""
    return code_texts([text], [language], BOOK)[0]["label"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The mayor accused the builders of fraud.", "conflict"),
        ("She ACCUSED him.", "conflict"),
        ("They blamed the long drought on the dam.", "conflict"),
        ("Her husband wept at the graveside.", "human_interest"),
        ("The levy will cost households more.", "economic"),
        ("The bishop called it a sin.", "morality"),
        ("Officials failed to act on the warnings.", "responsibility"),
        ("The two towns agreed on a joint plan to share the water.", "resolution"),
        ("It’s not fair, and it is shameful.", "morality"),
    ],
)
def test_cues_are_found(text: str, expected: str) -> None:
    """Inflected forms, capitals, gaps, and frames that a negation does not undo."""
    assert expected in names(text)


@pytest.mark.parametrize(
    ("text", "unwanted"),
    [
        ("The mayor never accused the builders.", "conflict"),
        ("She did not accuse him.", "conflict"),
        ("There is no solution in sight.", "resolution"),
        ("The war cost two of them their lives.", "economic"),
        ("The finance minister left early.", "economic"),
        ("The accusative is a case.", "conflict"),
        ("He has a clear view of the sea.", "human_interest"),
    ],
)
def test_cues_in_context_do_not_count(text: str, unwanted: str) -> None:
    """Negation in the same clause, exceptions that are longer than the cue, and words that only begin alike."""
    assert unwanted not in names(text)


def test_negation_ends_with_its_clause() -> None:
    """A negator before a comma does not reach behind it."""
    assert "conflict" in names("No, she accused him of theft.")


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("es", "El ministro acusó a la oposición.", "conflict"),
        ("es", "No acusó a nadie.", ""),
        ("fr", "L'opposition dénonce l'accord et accuse le ministre.", "conflict"),
        ("fr", "Le ministre n'accuse pas.", ""),
        ("pt", "O governo acusou a oposição.", "conflict"),
        ("de", "Die Opposition beschuldigte den Minister.", "conflict"),
        ("ru", "Министр обвинил оппозицию во лжи.", "conflict"),
        ("ru", "Министр не обвинил никого.", ""),
    ],
)
def test_other_languages(language: str, text: str, expected: str) -> None:
    """Cues and negators of the language; elided articles are no obstacle."""
    found = names(text, language)
    assert (expected in found) if expected else ("conflict" not in found)


def test_a_language_without_cues_is_unsupported() -> None:
    """No label and no score: not the same as a zero."""
    units = pd.DataFrame({"id": ["a"], "article_id": ["a"], "text": ["Minister süüdistas opositsiooni."], "language": ["et"]})
    row = label_frames(units, BOOK).iloc[0]
    assert (row["status"], row["label"], row["scores"]) == ("unsupported", [], "{}")
    assert np.isnan(row["score"])
    out = frame_records(units, unit="article").iloc[0]
    assert out["frames"] is None and out["scores"] == {} and not out["abstained"]


def test_a_frame_without_cues_in_a_language_has_no_score_there() -> None:
    """Only one of two frames has Spanish cues: the other is missing from the scores."""
    book = parse_codebook("""
scheme: two
frames:
  - {name: a, definition: d, cues: {en: [{why: w, patterns: [alpha]}], es: [{why: w, patterns: [alfa]}]}}
  - {name: b, definition: d, cues: {en: [{why: w, patterns: [beta]}]}}
""")
    coded = code_texts(["alpha beta then some more", "alfa beta y algo más"], ["en", "es"], book)
    assert set(coded[0]["scores"]) == {"a", "b"} and coded[0]["label"] == ["a", "b"]
    assert set(coded[1]["scores"]) == {"a"}


def test_labels_keep_the_schema_and_point_into_the_text() -> None:
    """Evidence spans cut the wording that made the label; scores name every frame."""
    text = "“They accused us,” she said. Prices rose."
    units = pd.DataFrame({"id": ["a#1s0p0"], "article_id": ["a#1"], "text": [text], "language": ["en"]})
    labels = validate("labels", label_frames(units, "generic"))
    start, end, why = json.loads(labels["evidence"][0])[0]
    assert text[start:end] == "accused" and why.startswith("conflict: ")
    assert set(json.loads(labels["scores"][0])) == set(BOOK.names)
    assert labels["measure"][0] == "frames.generic" and labels["status"][0] == "judged"
    assert len(label_frames(units.iloc[:0], "generic")) == 0


def test_hints_abstain_and_evidence_adds_up() -> None:
    """One weak cue is a hint; two reasons make a label; the same reason again adds less; long texts need more."""
    one, two = code_texts(["It is a rival of the firm.", "The rival firm lost its lawsuit."], ["en", "en"], BOOK)
    assert one["status"] == "abstained" and one["label"] == []
    assert "conflict" in two["label"]
    short, long = code_texts(["He accused them.", "He accused them. " + "The day was long and calm. " * 80], ["en", "en"], BOOK)
    assert long["scores"]["conflict"] < short["scores"]["conflict"]
    assert code_texts([""], ["en"], BOOK)[0]["status"] == "abstained"


@given(st.lists(st.sampled_from(["accused", "not", "cost", "lives", ",", ".", "the", "rival", "’s", "war", "on", "\n", "é"]), max_size=25))
def test_coding_together_or_alone_is_the_same(words: list[str]) -> None:
    """What a text is coded does not depend on the texts beside it, and evidence stays inside it."""
    text = " ".join(words)
    alone = code_texts([text], ["en"], BOOK)[0]
    beside = code_texts(["He accused", text, "cost"], ["en"] * 3, BOOK)[1]
    assert alone == beside
    assert all(0 <= start < end <= len(text) for start, end, _ in alone["evidence"])
    assert all(0 <= score <= 1 for score in alone["scores"].values())


@given(st.text(max_size=60))
def test_tokens_cut_the_text(text: str) -> None:
    """Offsets of every token cut the form it stands for."""
    tokens = tokenise([text, "x"])
    for unit, start, end, number in zip(tokens.unit, tokens.starts_of(), tokens.ends_of(), tokens.ids):
        if unit == 0:
            piece = text[start:end].lower().replace("’", "'").replace("ʼ", "'").replace("‐", "-").replace("‑", "-")
            assert piece == tokens.vocabulary[number]
    assert tokens.lengths.sum() == len(tokens.ids)


@given(
    st.lists(st.text("ab1 2.,'’-_\n!…Éß\u00a0", max_size=20) | st.text("ab1 2.,'’ʼ-‐_\u0301\n!…Éß\u0130Σ漢\u00a0", max_size=14), max_size=4)
)
def test_tokens_are_those_of_the_expression(texts: list[str]) -> None:
    """The array work finds what the published expression finds, text by text, with its clauses and sentences, in Western and other letters."""
    tokens = tokenise(texts)
    found = [(number, match.start(), match.end()) for number, text in enumerate(texts) for match in token_scan.TOKEN.finditer(text)]
    assert list(zip(tokens.unit.tolist(), tokens.starts_of().tolist(), tokens.ends_of().tolist())) == found
    places = np.arange(len(found))
    clauses, sentences = (same(places[1:], places[:-1]).tolist() for same in (tokens.same_clause, tokens.same_sentence))
    for place, ((number, _, end), (later, start, _)) in enumerate(pairwise(found)):
        gap = texts[number][end:start]
        ends = later != number or any(mark in gap for mark in ",.;:!?…()[]–—\n¿¡") or re.search(" -+ ", gap) is not None
        assert clauses[place] != ends
        ends = later != number or any(mark in gap for mark in ".!?…\n¿¡")
        assert sentences[place] != ends and tokens.sentence[place + 1] - tokens.sentence[place] == ends


@pytest.mark.parametrize("text, words", [
    ("It rose 2.4bn, or 1,234.5 in 1.2.3", ["it", "rose", "2.4", "bn", "or", "1,234.5", "in", "1.2.3"]),
    ("a1.2 and 5's or 3.4's, 1.2'3.4", ["a1", "2", "and", "5's", "or", "3.4", "s", "1.2", "3.4"]),
    ("Ł 2.4bn 1.2\u03013.4 1.2\u0301", ["ł", "2.4", "bn", "1.2", "3.4", "1.2"]),
])  # fmt: skip
def test_numbers_end_where_letters_begin(text: str, words: list[str]) -> None:
    """A number holds its points and commas, and neither the letters nor the apostrophe behind it."""
    assert tokenise(["x", text]).words(1) == words


@given(st.lists(st.sampled_from(["alpha", "alphas", "Alphabet's", "al", "ally", "a", "beta", "not", "n’t", "it's", "betas"]), max_size=12))
def test_words_are_found_by_their_beginnings(words: list[str]) -> None:
    """Whole words, beginnings of any length and words without their possessive, whatever was read before."""
    book = parse_codebook("""
scheme: t
frames:
  - name: a
    definition: d
    cues: {en: [{why: one, negation: keeps, patterns: [alpha*]}, {why: two, negation: keeps, patterns: [al*, "beta", "it"]}]}
""")
    _, evidence, _ = CueCoder(book, "en").code([" ".join(words)])
    found = [reason for _, _, reason in evidence.of(0)]
    lower = [word.lower() for word in words]
    assert found == [
        "a: one" if word.startswith("alpha") else "a: two" for word in lower if word.startswith("al") or word in ("beta", "it's")
    ]


def test_longest_match_wins() -> None:
    """An exception covers the shorter cue inside it, and only in its own frame."""
    book = parse_codebook("""
scheme: t
frames:
  - name: a
    definition: d
    cues: {en: [{why: yes, patterns: [trade war, war]}, {why: no, weight: 0, patterns: [war of words game]}]}
  - name: b
    definition: d
    cues: {en: [{why: yes, patterns: [words]}]}
""")
    coder = CueCoder(book, "en")
    _, evidence, _ = coder.code(["a trade war", "a war of words game", "war, war"])
    assert [len(evidence.of(text)) for text in range(3)] == [1, 1, 2]
    assert evidence.of(0)[0][:2] == [2, 11] and evidence.of(1)[0][2] == "b: yes"
    assert [json.loads(row) for row in evidence.as_json(np.arange(3)).to_pylist()] == [evidence.of(text) for text in range(3)]


def test_records_by_sentence_and_by_article() -> None:
    """One row per record in order; by sentence as many as there are, with offsets; other columns ride along."""
    records = pd.DataFrame({
        "id": ["x", "y"], "text": ["He accused them. Nothing else happened on that day.", ""], "language": ["en", ""],
        "outlet": ["A", "B"], "frames": ["old", "old"],
    })  # fmt: skip
    rows = frame_records(records, unit="sentence")
    assert rows["id"].tolist() == ["x", "x"]
    assert records["text"][0][rows["start"][0] : rows["end"][0]] == "He accused them."
    assert rows["frames"].tolist() == [["conflict"], []] and rows["outlet"].tolist() == ["A", "A"]
    assert rows["frames_input"].tolist() == ["old", "old"]
    with pytest.raises(ValueError, match="unit should be"):
        frame_records(records, unit="page")


def test_articles_are_coded_by_the_shipped_coder() -> None:
    """Every frame has a probability, an empty text abstains, and a long quarrel is a conflict."""
    text = "The senator accused the governor of lying. The governor hit back and threatened to sue. Protesters clashed outside. " * 4
    rows = frame_records(pd.DataFrame({"id": ["1", "2"], "text": [text, ""]}), unit="article")
    assert rows["id"].tolist() == ["1", "2"]
    assert "conflict" in rows["frames"][0]
    assert all(set(scores) == set(BOOK.names) for scores in rows["scores"])
    assert rows["abstained"].tolist() == [False, True]


def made_up(n: int = 60, *, seed: int = 1) -> pd.DataFrame:
    """Short texts about two subjects that any coder should tell apart, some about both, some about neither."""
    draw = random.Random(seed)
    parts = {
        "sea": ["The harbour was full of ships.", "Sailors watched the tide.", "A storm came over the waves."],
        "bread": ["The baker kneaded the dough.", "Fresh loaves came out of the oven.", "Flour and yeast were mixed."],
    }
    other = ["The train was late.", "Nobody answered the phone.", "The lamp was switched off."]
    rows = []
    for number in range(n):
        labels = [name for name in parts if draw.random() < 0.5]
        text = " ".join([*(draw.choice(parts[name]) for name in labels), draw.choice(other), f"Day {number}."])
        rows.append({"id": str(number), "text": text, "labels": labels})
    return pd.DataFrame(rows)


def test_train_save_load_and_code(tmp_path: Path) -> None:
    """A coder learns, travels through a folder without pickle, and codes as before; its card tells how well it did."""
    records = made_up()
    card = train_frames(records, tmp_path / "model")
    assert sorted(path.name for path in (tmp_path / "model").iterdir()) == ["card.json", "weights.npz"]
    assert card["macro_f1"] > 0.8 and set(card["labels"]) == {"sea", "bread"}
    coder = load_coder(tmp_path / "model")
    assert coder.labels == ("bread", "sea")
    new = pd.DataFrame(
        {"id": ["a", "b", "c"], "text": ["Sailors in a harbour full of ships.", "The oven and the dough.", ""], "language": ["xx"] * 3}
    )
    rows = frame_records(new, model=tmp_path / "model")
    assert rows["frames"].tolist()[:2] == [["sea"], ["bread"]]
    assert rows["abstained"].tolist()[2]
    again = tmp_path / "again"
    train_frames(records, again)
    assert (again / "card.json").read_bytes() == (tmp_path / "model" / "card.json").read_bytes()


def test_titles_are_read_beside_the_text(tmp_path: Path) -> None:
    """What only the titles say is learnt where the records have titles, and asked for again when texts are coded."""
    records = made_up()
    records["title"], records["text"] = records["text"], [f"Nothing to see on day {n}." for n in range(len(records))]
    assert train_frames(records, tmp_path / "m")["macro_f1"] > 0.8
    new = pd.DataFrame(
        {"id": ["a", "b"], "title": ["Ships and sailors on the waves", "The baker's oven and the dough"], "text": ["A day."] * 2}
    )
    assert frame_records(new, model=tmp_path / "m")["frames"].tolist() == [["sea"], ["bread"]]
    without = load_coder(tmp_path / "m").probabilities(new["text"].tolist())
    assert np.isfinite(without).all() and (without[0] == without[1]).all()


def test_one_label_each_gives_one_label_each(tmp_path: Path) -> None:
    """Where every record has exactly one label, so has every coded text, and the probabilities sum to one."""
    records = made_up(80)
    records["labels"] = [json.dumps([labels[0] if labels else "none"]) for labels in records["labels"]]
    train_frames(records, tmp_path / "m")
    rows = frame_records(records.head(9), model=tmp_path / "m")
    assert all(len(label) == 1 for label in rows["frames"])
    assert all(abs(sum(scores.values()) - 1) < 1e-3 for scores in rows["scores"])


@pytest.mark.parametrize(
    ("records", "words"),
    [
        (pd.DataFrame({"text": ["a"]}), "column 'labels'"),
        (pd.DataFrame({"text": ["a", "b"], "labels": [["x"], []]}), "cannot carry a coder"),
        (pd.DataFrame({"text": ["a"] * 50, "labels": [["x"]] * 50}), "nothing to tell apart"),
        (pd.DataFrame({"text": ["a"] * 50, "labels": [3] * 50}), "list of names"),
        (pd.DataFrame({"text": ["a"] * 50, "labels": ["[x"] * 50}), "not a list"),
    ],
)
def test_records_that_cannot_be_trained_on(records: pd.DataFrame, words: str) -> None:
    """Each says what is missing."""
    with pytest.raises(CoderError, match=words):
        read_labels(records)


def test_a_damaged_model_is_named(tmp_path: Path) -> None:
    """A folder without a coder, and one whose files are not what they should be."""
    with pytest.raises(CoderError, match="holds no coder"):
        load_coder(tmp_path)
    (tmp_path / "card.json").write_text("{}")
    (tmp_path / "weights.npz").write_bytes(b"not an archive")
    with pytest.raises(CoderError, match="damaged"):
        load_coder(tmp_path)


def test_folds_keep_groups_together_and_spread_rare_labels() -> None:
    """No group is split, and eight texts with a label reach every fold."""
    table = np.zeros((100, 1), int)
    table[::12] = 1
    groups = np.arange(100) // 2
    fold = folds(table, groups, 0)
    assert all(len(set(fold[groups == group])) == 1 for group in set(groups))
    assert set(fold[table[:, 0] == 1]) == set(range(5))


def test_threshold_and_calibration() -> None:
    """Between certain probabilities the threshold lies halfway; a calibrated coin has no error, an overconfident one has."""
    assert best_threshold(np.array([0.99, 0.98, 0.01, 0.02]), np.array([1, 1, 0, 0])) == 0.5
    assert best_threshold(np.array([0.3, 0.2, 0.1]), np.array([1, 0, 0])) <= 0.3
    assert calibration_error([0.5] * 100, [0, 1] * 50) == 0
    assert calibration_error([0.9] * 100, [0, 1] * 50) == pytest.approx(0.4)


def coded(labels: list[list[str]]) -> pd.DataFrame:
    """A `labels` table with one judged row per list."""
    about = {"measure": "frames.t", "status": "judged"}
    return frame("labels", [{"unit": f"a{n:03}", "article_id": f"a{n:03}", "label": label, **about} for n, label in enumerate(labels)])


def test_topic_confound_tells_a_subject_from_a_frame() -> None:
    """A frame that is a topic is predicted by it, one dealt at random is not, a rare one and a small corpus are refused."""
    draw = random.Random(2)
    share = [draw.random() for _ in range(160)]
    labels = coded([["subject"] * (s > 0.5) + ["dealt"] * (draw.random() < 0.5) + ["rare"] * (n < 3) for n, s in enumerate(share)])
    weights = pd.DataFrame({"id": labels["unit"], 1: share, 2: [1 - s for s in share]})
    table = topic_confound(labels, weights, ["subject", "dealt", "rare"]).set_index("frame")
    assert table.at["subject", "auc"] > 0.95 and 0.3 < table.at["dealt", "auc"] < 0.7
    assert table.at["rare", "verdict"] == "refused" and np.isnan(table.at["rare", "auc"])
    assert (topic_confound(labels.head(20), weights, ["subject"])["verdict"] == "refused").all()
    without = topic_confound(labels, weights[["id"]], ["subject"])
    assert without["n"].tolist() == [0] and "no topic model of this corpus" in confound_in_words(without)
    assert "predicts subject (AUC " in subject_note(table.reset_index()) and subject_note(without) == ""
    assert "fewer than 15 stories with them" in confound_in_words(table.reset_index())
    assert "the 1 frames" not in confound_in_words(table.reset_index()) and "0 articles" not in confound_in_words(without)


def test_pairs_of_frames_by_hand() -> None:
    """Two frames always together have phi one; a frame that never varies has none."""
    table = pairs(coded([["a", "b", "c"], ["a", "b", "c"], ["c"], ["c"]]), ["a", "b", "c"]).set_index(["first", "second"])
    assert table.at[("a", "b"), "phi"] == pytest.approx(1) and table.at[("a", "b"), "together"] == 2
    assert table.at[("a", "b"), "expected"] == 1 and np.isnan(table.at[("a", "c"), "phi"])
    assert pairs(coded([]), ["a", "b"])["n"].tolist() == [0]
