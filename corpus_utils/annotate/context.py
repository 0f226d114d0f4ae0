"""What surrounds a sentence: speakers carried on to quotations that stand alone, and marks that quote nobody.

Words in marks without any attribution are a quotation where they are long enough to be somebody's sentence; short ones and
titles of works are the narrator's own marks ("scare quotes") and are left out.
"""

from __future__ import annotations

import re

from corpus_utils.annotate.attributions import SPOKEN, Reading, subject_of
from corpus_utils.annotate.outer_sentences import outer_sentences
from corpus_utils.annotate.quote_marks import Marked
from corpus_utils.annotate.reporting_cues import Cues
from corpus_utils.annotate.sentence_view import Found, is_title, moved

SHORTEST = 3  # words; fewer in marks without an attribution are not taken for a quotation

_SINGLE = frozenset("'‘’‚‹›")


def _in_single(text: str, start: int) -> bool:
    """Does a single mark open here? Two apostrophes are a double one."""
    return text[start] in _SINGLE and text[start : start + 2] != "''"


class Context:
    """Follows sentences in their order and settles what their own words left open."""

    def __init__(self, text: str, cues: Cues, marked: list[Marked]) -> None:
        self.text, self.cues = text, cues
        # house style: where running text quotes in double marks, single ones set off terms and the words of headings
        self.double = any(not _in_single(text, m.start) and not m.dash for m in marked)
        self._before = (0, 0)  # the last sentence, or paragraph, that was passed over
        self._introduces: bool | None = None  # what the last one that was read says, None where it was passed over
        self._paragraph = 0  # number of the paragraph
        self._speaker: tuple[int, int] | None = None
        self._since = 0  # paragraph of `_speaker`
        self._passed: list[tuple[int, int, int, bool]] = []  # what was passed over since then: start, end, paragraph, whole

    def paragraph(self) -> None:
        """A new paragraph begins."""
        self._paragraph += 1

    def pass_over(self, start: int, end: int, *, whole: bool = False) -> None:
        """A sentence, or a whole paragraph, without attributions: who acts in it is only asked where a later one needs to know."""
        self._passed.append((start, end, self._paragraph, whole))
        self._before, self._introduces = (start, end), None

    @property
    def introduced(self) -> bool:
        """Did the last sentence end with a colon?"""
        start, end = self._before
        while end > start and (self.text[end - 1].isspace() or self.text[end - 1] == "_"):
            end -= 1
        return end > start and self.text[end - 1] == ":" if self._introduces is None else self._introduces

    @property
    def speaker(self) -> tuple[int, int] | None:
        """Mention of whoever spoke or acted last, None where nobody did."""
        while self._passed:
            start, end, paragraph, whole = self._passed.pop()
            sentences = outer_sentences(self.text, start, end, [], self.cues) if whole else [(start, end, [])]
            for first, last, _ in reversed(sentences):
                subject = moved(subject_of(self.text[first:last], self.cues.language), first)
                if subject is not None:
                    self._named(subject, paragraph)
                    break
        return self._speaker

    @property
    def age(self) -> int:
        """Paragraphs since the speaker was named."""
        return self._paragraph - self._since

    def _named(self, speaker: tuple[int, int], paragraph: int) -> None:
        self._speaker, self._since = speaker, paragraph
        self._passed.clear()

    def settle(self, reading: Reading, start: int, marked: list[Marked]) -> list[Found]:
        """The attributions that stand of a sentence that starts there, quotations without a speaker given the one carried on.

        `marked`: its stretches in marks. All offsets but those of `reading` are into the text.
        """
        kept = []
        for item in reading.found:
            item = item.moved(start)
            if item.speaker is None and self._dropped(item) and self.speaker is not None and self.age <= 1:
                item = item._replace(speaker=self.speaker)
            if self.double and item.kind != "indirect" and self._single(item, marked):
                if item.kind == "mixed":
                    kept.append(item._replace(kind="indirect"))
                elif item.rule.startswith("say"):
                    kept.append(item)
            elif item.rule.startswith("marks"):
                settled = self._unattributed(reading, item, marked)
                if settled is not None:
                    kept.append(settled)
            else:
                kept.append(item)
        self._remember(reading, kept, start)
        return kept

    def _single(self, item: Found, marked: list[Marked]) -> bool:
        """Are all marked stretches of the item in single marks?"""
        return all(_in_single(self.text, stretch.start) for stretch in marked if item.start <= stretch.start < item.end)

    def _unattributed(self, reading: Reading, item: Found, marked: list[Marked]) -> Found | None:
        content = self.text[item.start : item.end]
        words = re.findall(r"\w+(?:['’-]\w+)*", content)
        dialogue = any(stretch.dash for stretch in marked if stretch.start == item.start)
        if not dialogue and (len(words) < SHORTEST or is_title(content)):
            return None
        if item.rule == "marks" and reading.tokens > 2 and content[1:2].islower() and len(words) < 8:
            return None
        if reading.only_marks and self.speaker is not None and (self.age <= 1 or self.introduced):
            return item._replace(speaker=self.speaker, rule="marks:continued")
        return item

    def _dropped(self, item: Found) -> bool:
        """Spanish and Portuguese leave out a subject that goes on: "Agregó que ..."."""
        return "dropped" in self.cues.words and item.rule in ("say:after", "say:before", "say:around")

    def _remember(self, reading: Reading, kept: list[Found], start: int) -> None:
        chosen = None  # the last of those in marks, or else of all
        for item in reversed(kept):
            if item.speaker is not None and item.rule.partition(":")[0] in SPOKEN:
                chosen = item if chosen is None or item.kind != "indirect" else chosen
                if item.kind != "indirect":
                    break
        speaker = chosen.speaker if chosen else moved(reading.subject, start)
        if speaker is not None:
            self._named(speaker, self._paragraph)
        self._introduces = reading.introduces
