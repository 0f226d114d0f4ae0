"""Pairs of texts worth comparing, and shingles that are stock, are those that their definition tells one by one."""

from __future__ import annotations

import random
from collections import Counter

import numpy as np
import pytest

from corpus_utils.families import candidates, sketch_texts
from corpus_utils.families.candidates import LEAST_SHARE, LITTLE, NEIGHBOURS, STOCK, find_candidates
from corpus_utils.families.sketch import BITS, Sketches


def told_one_by_one(sketches: Sketches, alive: np.ndarray) -> tuple[set[tuple[int, int]], dict[int, list[int]]]:
    """Pairs, and the stock shingles of every text, by loops."""
    owner = (sketches.sample >> np.uint64(BITS)).astype(int).tolist()
    hashes = (sketches.sample & np.uint64((1 << BITS) - 1)).tolist()
    own: dict[int, set[int]] = {number: set() for number in range(len(sketches))}
    for number, shingle in zip(owner, hashes):
        own[number].add(shingle)
    order = np.argsort(candidates._mix(np.arange(len(sketches), dtype=np.uint64)), kind="stable").tolist()
    holders: dict[int, list[int]] = {}
    for number in order:
        for shingle in own[number] if alive[number] else ():
            holders.setdefault(shingle, []).append(number)

    def beside(texts: list[int], most: int) -> list[frozenset[int]]:
        return [frozenset((texts[n], texts[n + step])) for step in range(1, most + 1) for n in range(len(texts) - step)]

    shown = Counter(pair for texts in holders.values() for pair in beside(texts, NEIGHBOURS))
    shares = {}
    for pair, count in shown.items():
        one, other = sorted(pair)
        if count >= 2:
            shares[pair] = len(own[one] & own[other]) / max(1, min(len(own[one]), len(own[other])))
    stock: dict[int, list[int]] = {number: [] for number in own}
    for shingle, texts in sorted(holders.items()):
        close = sum(shares.get(pair, 0) >= LITTLE for pair in beside(texts, 3))
        if len(texts) >= STOCK and close < 0.5 * (3 * len(texts) - 6):
            for number in texts:
                stock[number].append(shingle)
    pairs = {(min(pair), max(pair)) for pair, share in shares.items() if share >= LEAST_SHARE}
    return pairs, stock


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("at_once", [50, candidates.AT_ONCE])
def test_pairs_and_stock_are_what_their_definition_tells(seed: int, at_once: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts of sentences that others print too, some in the same texts again and again, some short, some copies of others."""
    monkeypatch.setattr(candidates, "AT_ONCE", at_once)
    draw = random.Random(seed)
    sentences = [" ".join(f"w{draw.randrange(400)}" for _ in range(draw.randint(4, 14))) for _ in range(40)]
    texts = [" ".join(draw.sample(sentences, draw.randint(1, 12))) for _ in range(60)]
    texts += [f"{draw.choice(texts)} {draw.choice(sentences)}" for _ in range(30)] + ["", "three words only"]
    sketches = sketch_texts(texts)
    alive = np.array([draw.random() < (0.9 if seed % 2 else 2) for _ in texts])
    pairs, stock = told_one_by_one(sketches, alive)
    found = find_candidates(sketches, alive)
    assert len(pairs) > 50 and any(stock.values())
    assert set(zip(found.first.tolist(), found.second.tolist())) == pairs and len(found.first) == len(pairs)
    assert {number: found.stock_of(number).tolist() for number in range(len(texts))} == stock


def test_texts_that_share_nothing_have_no_pairs() -> None:
    """Neither has an empty corpus."""
    for texts in ([], [""], ["one two three four five six seven", "eight nine ten eleven twelve thirteen fourteen"]):
        found = find_candidates(sketch_texts(texts), np.ones(len(texts), dtype=bool))
        assert not len(found.first) and not len(found.stock)
