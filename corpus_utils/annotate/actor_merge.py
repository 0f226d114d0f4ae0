"""Which names are one actor's: full names over all articles, then surnames, first names and abbreviations article by article."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from corpus_utils.annotate.actor_names import TWO_SURNAMES, given_names, is_cyrillic, is_initial, match_people, parts, plain
from corpus_utils.annotate.actor_pairs import candidate_pairs
from corpus_utils.annotate.actor_single import Singles
from corpus_utils.annotate.actor_standing import IN_FRONT, TITLED, Standing, is_person, standing

_IF_ONE_FITS = ("initial", TWO_SURNAMES)  # reasons that tell nothing where a short form fits two people


class Merger:
    """Clusters of names. `mentions` are (article number, name, titles) in reading order."""

    def __init__(
        self,
        mentions: Sequence[tuple[int, str, tuple[str, ...]]],
        join: Sequence[Sequence[str]],
        split: Sequence[str],
        *,
        counts: Mapping[str, int] | None = None,
        known: Standing | None = None,
    ) -> None:
        self.mentions = mentions
        self.known = known or standing(mentions)
        # `counts`: how often each name stands in the corpus, where `mentions` hold every distinct name once
        self.counts = Counter(counts) if counts is not None else Counter(name for _, name, _ in mentions)
        self.split = {plain(name) for name in split}
        self.parent: dict[str, str] = {name: name for name in self.counts}
        self.reasons: dict[str, str] = {}  # name -> why it was merged
        self.shown: dict[str, str] = {}  # a name of a group joined by hand -> the group's first, under which it is listed
        self.names = sorted(self.counts)
        self._join(join)
        self.free = [name for name in self.names if plain(name) not in self.split] if self.split else self.names
        self.full = [name for name in self.free if len(parts(name)) > 1]
        self._spellings()
        self._people()

    def find(self, name: str) -> str:
        """The representative of a name's cluster."""
        while self.parent[name] != name:
            self.parent[name] = self.parent[self.parent[name]]
            name = self.parent[name]
        return name

    def _merge(self, a: str, b: str, reason: str) -> None:
        x, y = self.find(a), self.find(b)
        if x == y:
            return
        if (self.counts[y], len(y), y) > (self.counts[x], len(x), x):
            x, y = y, x
        self.parent[y] = x
        for name, other in ((a, b), (b, a)):
            self.reasons.setdefault(name, f"{reason}: {other}")

    def _join(self, groups: Sequence[Sequence[str]]) -> None:
        for group in groups:
            folded = {plain(wanted) for wanted in group}
            known = [name for name in self.names if plain(name) in folded]
            self.shown |= dict.fromkeys(known, group[0])
            for other in known[1:]:
                self._merge(known[0], other, "joined by hand")

    def _spellings(self) -> None:
        """Names that differ in marks, case and stops only, whatever they name."""
        for why in ("spelling", "number left out"):
            seen: dict[str, str] = {}
            for name in self.free:
                folded = plain(name if why == "spelling" else " ".join(parts(name)))
                first = seen.setdefault(f"{folded} {line}" if (line := self.known.line(name)) else folded, name)
                if first is not name:
                    self._merge(first, name, why)

    def _people(self) -> None:
        """Full names of people: compared within blocks that share a key of first or last word."""
        found = candidate_pairs(name for name in self.full if is_person(name))
        alike = (pair for pair in sorted(found) if self.known.line(pair[0]) == self.known.line(pair[1]))
        pairs = {pair: why for pair in alike if (why := match_people(*pair))}
        for (a, b), why in pairs.items():
            if why not in _IF_ONE_FITS:
                self._merge(a, b, why)
        for name in self.full:
            if rest := self._without_front(name):
                own = self.reasons.get(rest, "named so")
                self._merge(rest, name, "word in front")
                self.reasons[rest] = own
        for reason in _IF_ONE_FITS:
            self._short_forms([pair for pair, why in pairs.items() if why == reason], reason)

    def _without_front(self, name: str) -> str:
        """ "Ivo Brandt" of "Attacking Ivo Brandt", where stories name him so far more often; "" elsewhere."""
        rest, stories = name.partition(" ")[2], self.known.full
        if rest not in self.parent or len(parts(rest)) < 2 or self.known.line(name) or not (is_person(name) and is_person(rest)):
            return ""
        return rest if stories.get(rest, 0) >= IN_FRONT * stories.get(name, 0) > 0 else ""

    def _short_forms(self, pairs: list[tuple[str, str]], reason: str) -> None:
        """ "J. Keller" and "Keller Ruiz" join the one person they fit; where they fit two, they stay."""
        fits: dict[str, set[str]] = defaultdict(set)
        for a, b in pairs:
            short, long = sorted((a, b), key=lambda name: (len(parts(name)), not is_initial(parts(name)[0])))
            if not is_initial(parts(long)[0]):
                fits[short].add(self.find(long))
        for short, people in sorted(fits.items()):
            if len(people) == 1:
                self._merge(short, next(iter(people)), reason)

    def _label(self, clusters: Mapping[str, str]) -> dict[str, str]:
        """Cluster -> the name it is listed under: the user's own, else the fullest common one, in Latin script where there is one."""
        members: dict[str, list[str]] = defaultdict(list)
        for name, root in clusters.items():
            members[root].append(name)

        def weight(name: str) -> tuple[bool, bool, bool, int, int, int, str]:
            words, often = parts(name), self.counts[name]
            full = len(words) > 1 and not is_initial(words[0])
            if is_cyrillic(name):  # the nominative has the shortest ending, and "а" or a consonant for it
                return (False, full, False, -len(name), -(name[-1] in "ыуеюои"), often, name)
            return (True, full, words[0].casefold() in given_names(), often, -len(name), 0, name)

        labels = {root: max(names, key=weight) if len(names) > 1 else root for root, names in members.items()}
        return labels | {clusters[name]: own for name, own in sorted(self.shown.items())}

    def assign(self) -> list[tuple[str, str]]:
        """(actor, rule) for each mention, in order."""
        clusters = {name: self.find(name) for name in self.names}
        labels = self._label(clusters)
        told = {name: (labels[root], self.reasons.get(name, "named so")) for name, root in clusters.items()}
        alone = (name for name, (_, rule) in told.items() if len(parts(name)) == 1 and not rule.startswith("joined"))
        singles = Singles(self.mentions, clusters, [name for name in alone if plain(name) not in self.split], self.known)

        def single(name: str, chosen: str, why: str, *, titled: bool) -> tuple[str, str]:
            actor, rule = told[name]
            if chosen:
                return labels[chosen], f"{why}: {labels[chosen]}"
            return actor, why or (TITLED if titled and rule == "named so" else rule)

        found, elsewhere, words, articles = [], dict[tuple[str, bool], tuple[str, str]](), singles.words, singles.articles
        for place, (article, name, titles) in enumerate(self.mentions):
            if name not in words:
                found.append(told[name])
            elif (held := articles.get(article)) and name in held.asked:
                found.append(single(name, *singles.bearer(name, article, place, titles), titled=bool(titles)))
            else:
                key = name, bool(titles)
                if key not in elsewhere:
                    elsewhere[key] = single(name, *singles.elsewhere(name, titled=key[1]), titled=key[1])
                found.append(elsewhere[key])
        return found
