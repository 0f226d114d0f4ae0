"""The transformer tuned to labels: gradients are right, models learn, travel with a coder and count only where they help."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from corpus_utils.annotate import frame_tuning
from corpus_utils.annotate.frame_coder import CoderError, FrameCoder, load_coder
from corpus_utils.annotate.frame_records import train_frames
from corpus_utils.annotate.frame_training import train_coder, tunes
from corpus_utils.annotate.opening_vectors import plain_transformer
from corpus_utils.annotate.transformer import WIDTH, Layer, read_on
from corpus_utils.annotate.transformer_tuning import Pass, Updates, start_updates, updated
from corpus_utils.annotate.tuned_reader import TUNED, Tuned, read_below, tuned_from, with_titles

LAYERS = plain_transformer().layers[-TUNED:]
SIZES, SPANS = np.array([5, 8]), [(0, 5), (5, 13)]


def drawn(layers: Sequence[Layer] = LAYERS) -> tuple[Updates, np.ndarray]:
    """Updates that change something, and states of two short texts."""
    generator = np.random.default_rng(0)
    updates = start_updates(layers, generator)
    for name, values in updates.items():
        if not name.endswith("down"):
            updates[name] = 0.02 * generator.standard_normal(values.shape, np.float32)
    return updates, generator.standard_normal((13, WIDTH), np.float32)


def passed(updates: Updates, x: np.ndarray, layers: Sequence[Layer] = LAYERS) -> list[Pass]:
    passes: list[Pass] = []
    for layer in updated(layers, updates):
        passes.append(Pass(layer, passes[-1].out if passes else x, SPANS, None))
    return passes


def test_updates_start_as_nothing() -> None:
    """Layers with fresh updates are the published ones."""
    fresh = updated(LAYERS, start_updates(LAYERS, np.random.default_rng(1)))
    for old, new in zip(LAYERS, fresh):
        assert (old.look[0] == new.look[0]).all() and (old.narrow[1] == new.narrow[1]).all() and (old.norms[1][0] == new.norms[1][0]).all()


def test_training_and_reading_compute_the_same() -> None:
    """The way forward that remembers agrees with the one that texts are read by."""
    updates, x = drawn()
    assert np.allclose(passed(updates, x)[-1].out, read_on(updated(LAYERS, updates), x.copy(), SIZES), atol=1e-4)


def test_gradients_are_those_of_finite_differences() -> None:
    """How a sum of outputs changes with every array of a layer's updates, and with what went in, along a drawn direction."""
    updates, x = drawn(LAYERS[-1:])
    generator = np.random.default_rng(2)
    weights = generator.standard_normal(x.shape, np.float32)

    def value(some: Updates, into: np.ndarray) -> float:
        return float((passed(some, into, LAYERS[-1:])[-1].out.astype(float) * weights).sum())

    found: Updates = {}
    change = passed(updates, x, LAYERS[-1:])[0].back(weights, updates, 0, found)
    assert set(found) == set(updates)
    for name, values in updates.items():
        direction = generator.standard_normal(values.shape, np.float32)
        step = 1e-3 * max(0.1, float(np.abs(values).max()))
        there, back = (value(updates | {name: values + sign * step * direction}, x) for sign in (1, -1))
        told = float((found[name] * direction).sum())
        assert abs((there - back) / (2 * step) - told) < 0.02 * abs(told) + 1.5, name
    direction = generator.standard_normal(x.shape, np.float32)
    slope = (value(updates, x + 1e-3 * direction) - value(updates, x - 1e-3 * direction)) / 2e-3
    assert slope == pytest.approx(float((change * direction).sum()), rel=0.02)


def invented(count: int) -> pd.DataFrame:
    """Headlines of which each has one of two labels."""
    draw = random.Random(3)
    parts = {"sea": ["A storm hit the harbour", "Sailors feared the tide"], "bread": ["The baker sold loaves", "Flour grew dear"]}
    rows = [{"labels": [label], "text": f"{draw.choice(parts[label])}, day {n}."} for n in range(count) for label in ("sea", "bread")]
    return pd.DataFrame(rows)


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two models and six readings of each text, four a step, are enough for a test."""
    monkeypatch.setattr(frame_tuning, "EPOCHS", (6, 6))
    monkeypatch.setattr(frame_tuning, "BATCH", 4)
    monkeypatch.setattr(frame_tuning, "MODELS", 2)


@pytest.mark.usefixtures("short")
def test_models_learn_and_travel_with_a_coder(tmp_path: Path) -> None:
    """Tuned models tell unseen texts apart; two runs are equal; a coder that has them gives, saved and loaded, the same probabilities."""
    records = invented(20)
    table = np.array([[labels == ["bread"], labels == ["sea"]] for labels in records["labels"]], int)
    texts = read_below(records["text"].tolist())
    tuned, logits = frame_tuning.tune(texts, table, np.arange(len(table)), exclusive=True)
    assert (logits.argmax(axis=1) == table.argmax(axis=1)).mean() > 0.9
    few = np.arange(8)
    task = frame_tuning.Task(texts.chosen(few), table[few], True, 5, texts.chosen(few))
    assert (frame_tuning.tune_one(task)[1] == frame_tuning.tune_one(task)[1]).all() and len(tuned.models) == 2
    assert tuned_from({}) is None
    coder: FrameCoder = replace(train_coder(records, encoder="fixed"), tuned=tuned, tuned_weight=0.4)
    coder.save(tmp_path / "m")
    loaded = load_coder(tmp_path / "m")
    assert isinstance(loaded.tuned, Tuned) and loaded.tuned_weight == 0.4
    new = ["The tide came to the harbour.", "Loaves of flour.", ""]
    p = coder.probabilities(new)
    assert p[:2].argmax(axis=1).tolist() == [1, 0]
    assert np.allclose(p, loaded.probabilities(new), atol=0.01)
    assert not np.allclose(p, replace(coder, tuned=None).probabilities(new), atol=0.001)
    assert coder.probabilities([]).shape == (0, 2)


def test_the_likeliest_of_labels_that_exclude_each_other_is_given() -> None:
    """However rare the others were in training; a probability a hair above the others' decides."""
    records = invented(32)
    records = records[[labels == ["sea"] or number < 24 for number, labels in enumerate(records["labels"])]].reset_index(drop=True)
    coder = train_coder(records, encoder="fixed")
    assert coder.exclusive
    for first in (0.1, 0.3, 0.49, 0.51, 0.7, 0.9):
        assert coder.given(np.array([first, 1 - first])) == [int(first < 0.5)]


@pytest.mark.usefixtures("short")
def test_training_tells_what_tuning_was_worth(tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """`encoder="tuned"` tunes even a few records; the card says with what weight; stderr says how long it takes."""
    monkeypatch.setattr(frame_tuning, "EPOCHS", (1, 1))
    card = train_frames(invented(20), tmp_path / "m", encoder="tuned", progress=True)
    assert card["tuned_models"] == "none" or card["tuned_models"]["weight"] in frame_tuning.WEIGHTS
    assert "tuning the encoder" in capfd.readouterr().err


@pytest.mark.parametrize("noise", [0.1, 9.0])
def test_weight_is_that_which_helps(noise: float) -> None:
    """Logits that know the labels better than the margins weigh most; noise weighs nothing."""
    generator = np.random.default_rng(4)
    truth = np.eye(3, dtype=int)[generator.integers(0, 3, 400)]
    held = truth + 0.8 * generator.standard_normal(truth.shape)
    weight, margins = frame_tuning.mixed(held, truth + noise * generator.standard_normal(truth.shape), truth, exclusive=True)
    assert weight == (0.6 if noise < 1 else 0.0)
    assert noise < 1 or (margins == held).all()


def test_which_records_are_tuned_to() -> None:
    """`auto` leaves few and very many records alone; an unknown word is refused; titles stand before their texts."""
    assert [tunes("auto", n) for n in (60, 400, 5000, 5001)] == [False, True, True, False]
    assert tunes("tuned", 60) and not tunes("fixed", 1000)
    with pytest.raises(CoderError, match="auto, fixed, tuned"):
        tunes("deep", 1000)
    assert with_titles(["a", "b"], ["T", " "]) == ["T. a", "b"] and with_titles(["a"], ()) == ["a"]
