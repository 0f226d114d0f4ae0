"""The transformer in plain arrays, and beginnings of texts read with it."""

from __future__ import annotations

import numpy as np
import pytest

from corpus_utils.annotate.opening_vectors import MOST_PIECES, read_openings
from corpus_utils.annotate.pieces import UNKNOWN
from corpus_utils.annotate.transformer import WIDTH, batches, load_transformer, unpacked

TRANSFORMER = load_transformer(tuned=False)


def test_four_bits_are_unpacked() -> None:
    """Low nibbles of a block come first, eight is nought, each block has its scale."""
    nibbles = np.full((1, 32), 0x88, np.uint8)
    nibbles[0, 0], nibbles[0, 16] = 0xF9, 0x80
    found = unpacked(np.array([[2.0, 0.5]], np.float16), nibbles)
    assert found.shape == (1, 64)
    assert found[0, 0] == 2 and found[0, 16] == 14 and found[0, 32] == -4 and np.count_nonzero(found) == 3


def test_batches_hold_every_sequence_once() -> None:
    """Sequences of rising length fall into batches without a gap; a long one stands alone."""
    sizes = [10] * 80 + [300, 300, 5000]
    found = list(batches(sizes))
    assert [at for start, end in found for at in range(start, end)] == list(range(len(sizes)))
    assert found[-1] == (82, 83) and len(found) < 8
    assert list(batches([])) == []


@pytest.mark.parametrize(
    "text",
    [
        "Le gouvernement annonce un nouveau plan pour les hôpitaux.",
        "O governo anuncia um novo plano para os hospitais.",
        "The government announces a new plan for the hospitals.",
    ],
)
def test_languages_have_pieces(text: str) -> None:
    """Words of common use are whole pieces, and every letter is known."""
    ids = TRANSFORMER.pieces.encode(text)
    assert UNKNOWN not in ids
    assert len(ids) <= 1.5 * len(text.split())
    assert max(ids) < TRANSFORMER.size == len(TRANSFORMER.scales) == len(TRANSFORMER.nibbles)


def test_words_are_read_in_order_and_by_what_they_mean() -> None:
    """A statement is nearer to its paraphrase than to another of the same make, and its words in another order are another text."""
    said = [
        "The minister resigned after the scandal.",
        "The secretary stepped down following the affair.",
        "The river rose after the storm.",
        "The scandal resigned after the minister.",
    ]
    vectors = read_openings(said)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    near = vectors @ vectors.T
    assert near[0, 1] > near[0, 2] + 0.03
    assert near[0, 3] < 0.999


def test_beginnings_are_read_alone_and_so_far() -> None:
    """A text's vector does not depend on its neighbours or on what follows the pieces read; an empty one has a vector, too."""
    long = "The council voted on the budget. " * 200
    texts = ["A short one.", long, long + "And then the roof fell in.", "", "A short one."]
    found = read_openings(texts)
    assert found.shape == (5, WIDTH) and np.isfinite(found).all()
    assert np.array_equal(found[0], found[4]) and np.array_equal(found[1], found[2])
    assert np.allclose(found[0], read_openings(["A short one."])[0], atol=1e-4)
    assert len(TRANSFORMER.positions) >= MOST_PIECES + 5
    assert read_openings([]).shape == (0, WIDTH)
