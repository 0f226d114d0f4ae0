"""Which full names are worth comparing: of the pairs in a block, those that `actor_names.match_people` may have a reason for.

A block holds names that share a first name or a surname. Within it nearly every pair are two people; what every reason asks for
(the other name, too; an initial; a nickname; one letter) is looked up, so that the work grows with the pairs that may match.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import combinations

from corpus_utils.annotate.actor_names import (
    LONG,
    cross_key,
    has_particle_inside,
    is_initial,
    is_occupation,
    name_key,
    parts,
    short_names,
)

MOST = 200  # a block beyond two hundred names is one of a very common word


def candidate_pairs(names: Iterable[str]) -> set[tuple[str, str]]:
    """Pairs (first, second) of `names`, which are sorted full names of people. All pairs with a reason are among them."""
    by_first: dict[str, list[str]] = defaultdict(list)
    by_surname: dict[str, list[str]] = defaultdict(list)
    for name in names:
        words = parts(name)
        by_first[cross_key(words[0])].append(name)
        for key in {cross_key(word) for word in words[1:]}:
            by_surname[key].append(name)
    pairs: set[tuple[str, str]] = set()
    for block in _of_several(by_first):
        pairs.update(_sharing(block[:MOST], _keys_of_surnames))
    for block in _of_several(by_surname):
        pairs.update(_sharing(block[:MOST], _keys_of_first_names))
        pairs.update(_sharing(block[:MOST], _keys_of_last_two))
        pairs.update(_unlike(block[:MOST]))
    return pairs


def _of_several(blocks: Mapping[str, list[str]]) -> Iterator[list[str]]:
    """Most blocks are of one name, which is compared with nothing."""
    return (block for block in blocks.values() if len(block) > 1)


def _sharing(block: Sequence[str], keys: Callable[[str], Iterable[Hashable]]) -> Iterator[tuple[str, str]]:
    """Pairs that share one of their keys."""
    groups: dict[Hashable, list[str]] = defaultdict(list)
    for name in block:
        for key in keys(name):
            groups[key].append(name)
    for group in groups.values():
        if len(group) > 1:
            yield from combinations(group, 2)


def _keys_of_surnames(name: str) -> set[Hashable]:
    """Of names with one first name: any word behind it, or a long last word of the same beginning that may differ by a letter."""
    words = parts(name)
    last = name_key(words[-1])
    return {cross_key(word) for word in words[1:]} | ({(len(words), last[0])} if len(last) >= LONG else set())


def _keys_of_first_names(name: str) -> set[Hashable]:
    """Of names with one surname: the first name, or the group of nicknames it belongs to."""
    first = parts(name)[0]
    return {cross_key(first), *short_names(first)}


def _keys_of_last_two(name: str) -> set[Hashable]:
    """Of names with one surname: the last two words, which may be the two surnames of a Spanish name."""
    return {tuple(map(cross_key, parts(name)[-2:]))}


def _unlike(block: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Pairs of one surname whose first names differ: an initial, an occupation in front, surnames that stand alone."""
    for place, name in enumerate(block):
        words = parts(name)
        initial, longer, shorter = is_initial(words[0]), is_occupation(words[0]), has_particle_inside(name)
        if not (initial or longer or shorter):
            continue
        letter = name_key(words[0])[:1]
        for other_place, other in enumerate(block):
            theirs = parts(other)
            if other_place == place:
                continue
            if (initial and name_key(theirs[0])[:1] == letter) or ((longer or shorter) and len(theirs) != len(words)):
                yield (name, other) if place < other_place else (other, name)
