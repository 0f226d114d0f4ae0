"""Tone towards targets: what is read of a target, the records' contract, and what the shipped models say of plain cases."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus_utils.annotate import target_encoder
from corpus_utils.annotate import target_features as features
from corpus_utils.annotate.pieces import SPACE, UNKNOWN, Pieces
from corpus_utils.annotate.target_encoder import REACH, load_encoder, read_targets, sequence
from corpus_utils.annotate.target_features import Target
from corpus_utils.annotate.target_training import Data, calibration, fit, odds_weights, train_targets
from corpus_utils.annotate.targets import judge_targets, label_targets, load_model, model_card, target_records
from corpus_utils.annotate.valence import NAMES, numbers

TEXT = "The court praised Ana Ruiz for her work, but Tom Lee was jailed for fraud."
ANA = Target(TEXT, TEXT.index("Ana"), TEXT.index(" for her"))
TOM = Target(TEXT, TEXT.index("Tom"), TEXT.index(" was"))


def test_pieces_are_the_likeliest() -> None:
    """The best way to cut a word, not the longest piece first; what no piece holds is unknown; spaces and controls are put right."""
    listed = ["<s>", "<pad>", "</s>", "<unk>", SPACE, "a", "b", "c", f"{SPACE}ab", "bc", f"{SPACE}a"]
    pieces = Pieces(listed, [0, 0, 0, 0, -3, -2, -2, -2, -1, -1.5, -1], -9)

    def cut(text: str, *, opens: bool = True) -> list[str]:
        return [listed[number] for number in pieces.encode(text, opens=opens)]

    assert cut("abc") == [f"{SPACE}a", "bc"]  # -2.5, where "▁ab", "c" would be -3
    assert cut("ab\u2003\x00ab") == [f"{SPACE}ab"] * 2
    assert cut("b", opens=False) == ["b"]
    assert pieces.encode("aж", opens=False) == [5, UNKNOWN]
    assert pieces.encode("", opens=False) == []


def test_listed_words_stand_where_the_weights_look_for_them() -> None:
    """`LISTED` are the columns of the listed words; the Russian model weighs them, the English one does not."""
    found = features.dense([ANA, TOM], "en")
    assert found[:, features.LISTED] == pytest.approx(features.listed([ANA, TOM], "en"))
    assert np.abs(found[:, features.LISTED]).sum() > 0
    weighs = {language: bool(load_model(language).dense[features.LISTED].any()) for language in ("en", "ru")}
    assert weighs == {"en": False, "ru": True}


def test_a_target_is_read_where_it_stands() -> None:
    """The same words around two targets are two readings; a batch reads as each alone; long texts are read near the target."""
    encoder = load_encoder()
    ids, at, count = sequence(encoder.transformer.pieces, encoder.mask, *ANA)
    assert ids[at : at + count] == tuple(encoder.transformer.pieces.encode("Ana Ruiz"))
    long = Target("word " * 2000, 5000, 5004)
    assert len(sequence(encoder.transformer.pieces, encoder.mask, *long)[0]) <= 2 * REACH + target_encoder.LONGEST + 2
    words = "word " * 100
    longest = Target(words + "Jean Pierre de la Fontaine of the Upper House of Somewhere, " + words, 500, 558)
    assert len(sequence(encoder.transformer.pieces, encoder.mask, *longest)[0]) == len(encoder.transformer.positions)
    odds, vectors = read_targets([ANA, TOM, Target("", 0, 0), long, ANA, longest])
    assert odds.shape == (6, 3) and vectors.shape == (6, target_encoder.SIZE) and np.isfinite(vectors).all()
    assert np.allclose(odds[1], read_targets([TOM])[0][0], atol=1e-4)
    assert np.array_equal(odds[0], odds[4]) and not np.allclose(vectors[0], vectors[1])
    assert read_targets([])[0].shape == (0, 3)


def test_words_tell_the_sides_apart() -> None:
    """Words beside the target are marked by their side; the target's own words are none of them."""
    found = features.words(ANA)
    assert {"l:praise", "r:for", "praise_<target>", "court"} <= set(found)
    assert "r:praise" not in found
    assert "ana" not in found


def test_a_long_text_gives_the_sentence_of_the_target() -> None:
    """In an article only the target's sentence counts."""
    article = "Nothing happened here. " * 60 + TEXT + " Nothing more." * 20
    at = article.index("Tom")
    own = features.narrowed(Target(article, at, at + 7), "en")
    assert own.text == TEXT
    assert own.text[own.start : own.end] == "Tom Lee"


@given(st.text(max_size=60), st.integers(-5, 70), st.integers(-5, 70))
def test_no_offset_breaks_the_features(text: str, start: int, end: int) -> None:
    """Offsets outside the text are put inside it."""
    own = features.narrowed(Target(text, start, end), "en")
    assert 0 <= own.start <= own.end <= len(own.text)
    ids, at, count = sequence(load_encoder().transformer.pieces, load_encoder().mask, *own)
    assert count and at + count < len(ids)
    assert features.words(own) == sorted(set(features.words(own)))


def test_fit_learns_and_repeats() -> None:
    """The same data give the same weights, and a separable case is separated."""
    labels = np.arange(60) % 3
    dense = np.hstack([np.eye(3)[labels] * 20, np.ones((60, 1))]).astype(np.float32)
    sparse = features.sparse([Target(["bad", "mild", "good"][label] + " Ana", 0, 0) for label in labels])
    data = Data(dense, sparse, labels, [str(number) for number in range(60)])
    one, two = (fit(data) for _ in range(2))
    assert np.array_equal(one.dense, two.dense)
    assert np.array_equal(one.sparse, two.sparse)
    chances = one.probabilities(dense, sparse)
    assert (chances.argmax(axis=1) == labels).all()
    knots, threshold = calibration(chances, labels, coverage=0.5)
    assert (np.diff(knots[1]) >= 0).all()
    assert 0 < threshold <= 1


def test_shipped_models_have_cards() -> None:
    """Every model names data, licence and scores, and its weights can be read."""
    card = model_card()
    for name in ("en", "ru", "transfer"):
        assert card[name]["licence"] == "MIT"
        assert card[name].get("cross_validated") or card[name]["scores"]
        assert load_model(name).dense.shape[1] == 3


def test_plain_cases() -> None:
    """Praise and a sentence for fraud; in one sentence the praised is above the jailed; other languages get no label."""
    praise, jail = "Voters praised Ana Ruiz for her great work.", "Tom Lee was convicted of fraud and lied to the court."
    targets = [Target(praise, praise.index("Ana"), praise.index(" for")), Target(jail, 0, 7), ANA, TOM, ANA]
    found = judge_targets(targets, ["en", "en", "en", "en", "tr"])
    assert found["label"].tolist()[:2] == ["positive", "negative"]
    assert found["score"][2] > found["score"][3]
    assert found["label"].tolist()[4] is None
    assert found["status"].tolist()[4] == "unsupported"
    assert np.isnan(found["score"][4])
    assert found["abstained"].tolist()[4]
    assert judge_targets(targets[:1], ["es"])["abstained"].tolist() == [True]


def test_records_come_back_with_a_best_guess() -> None:
    """Offsets or the target's words; a target that is not there is abstained on; unknown columns ride along."""
    records = pd.DataFrame({"id": ["b", "a", "c"], "text": [TEXT, TEXT, ""], "target": ["tom lee", "Nobody", "X"], "desk": [1, 2, 3]})
    found = target_records(records)
    assert found["id"].tolist() == ["b", "a", "c"]
    assert found["desk"].tolist() == [1, 2, 3]
    assert found["abstained"].tolist()[1:] == [True, True]
    assert found["label"].isin(["positive", "neutral", "negative"]).all()
    placed = target_records(pd.DataFrame({"id": ["1"], "text": [TEXT], "start": [TOM.start], "end": [TOM.end]}))
    assert placed.loc[0, "score"] == found.loc[0, "score"]
    with pytest.raises(ValueError, match="start and end"):
        target_records(pd.DataFrame({"id": ["1"], "text": [TEXT]}))


def test_offsets_are_read_however_a_file_states_them() -> None:
    """Text and decimals from CSV and spreadsheets are offsets; what is none lets the words of the target decide."""
    rows = [{"start": str(TOM.start), "end": str(TOM.end)}, {"start": f"{TOM.start}.0", "end": float(TOM.end)}]
    rows += [{"start": "", "end": None, "target": "Tom Lee"}, {"start": "x", "end": "9", "target": "Tom Lee"}]
    found = target_records(pd.DataFrame([{"id": str(n), "text": TEXT, "target": "", **row} for n, row in enumerate(rows)], dtype=object))
    assert found["score"].nunique() == 1
    assert not found["score"].isna().any()


def test_the_encoders_own_odds_pass_through() -> None:
    """Weights of the shipped models hand the log-odds on and nothing else."""
    assert np.allclose(np.array([[1.0, 2.0, 3.0, 9.0, 1.0]]) @ odds_weights(5), [[1.0, 2.0, 3.0]])


def test_classes_of_words_tell_side_and_negation() -> None:
    """A class counts on its side and distance, less than nothing behind a negation; three languages have the same columns."""

    def value(text: str, name: str, column: str, language: str = "en") -> float:
        at = text.index(name)
        return float(numbers([(text, at, at + len(name))], [language])[0][NAMES.index(column)])

    assert value("Critics accused Lund of fraud.", "Lund", "left near attack") > 0
    assert value("Critics accused Lund of fraud.", "Lund", "right near crime") > 0
    assert value("Nobody had ever accused Lund.", "Lund", "left near attack") < 0
    assert value('Lund: "Vamos a ganar"', "Lund", "colon", "es") == 1
    assert value("Критики обвинили Лунд.", "Лунд", "left near attack", "ru") > 0
    assert value("Critics accused Lund of fraud.", "Lund", "left near attack", "tr") == 0


def test_a_model_of_ones_own(tmp_path: Path) -> None:
    """Trained on labelled records, it judges its language; its card tells how well; bad labels are named."""
    said = {
        "positive": "Todos elogian a Lund por su gran trabajo",
        "negative": "Acusan a Lund de fraude y corrupción",
        "neutral": "Lund llegó a las",
    }
    rows = [{"text": f"{text} {n}.", "target": "Lund", "label": label} for n in range(20) for label, text in said.items()]
    card = train_targets(pd.DataFrame(rows), tmp_path, language="es")
    assert card["languages"] == ["es"]
    assert card["cross_validated"]["macro_f1"] > 0.9
    found = target_records(pd.DataFrame(rows[:3]), language="es", model=tmp_path)
    assert found["label"].tolist() == ["positive", "negative", "neutral"]
    with pytest.raises(ValueError, match="20 records"):
        train_targets(pd.DataFrame(rows[:9]), tmp_path, language="es")
    with pytest.raises(ValueError, match="'happy'"):
        train_targets(pd.DataFrame([{"text": "x", "target": "x", "label": "happy"}]), tmp_path)
    with pytest.raises(ValueError, match="train targets"):
        target_records(pd.DataFrame(rows[:3]), model=tmp_path / "none")


def test_labels_table() -> None:
    """One row per mention, with the target as evidence."""
    mentions = pd.DataFrame(
        {"id": ["m1", "m2"], "article_id": "d#1", "text": TEXT, "start": TOM.start, "end": TOM.end, "language": ["en", "tr"]}
    )
    labels = label_targets(mentions)
    assert labels["measure"].tolist() == ["target_tone"] * 2
    assert labels["status"].tolist()[1] == "unsupported"
    assert labels["label"].tolist()[1] == []
