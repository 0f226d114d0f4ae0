"""What surrounds a sentence: speakers carried on to quotations that stand alone, and marks that quote nobody.

Words in marks without any attribution are a quotation where they are long enough to be somebody's sentence; short ones and
titles of works are the narrator's own marks ("scare quotes") and are left out.
"""

from __future__ import annotations

import re
from bisect import bisect_left

from corpus_utils.annotate.attributions import main_subject
from corpus_utils.annotate.quote_marks import Marked
from corpus_utils.annotate.reporting import PUNCTUATION, QUOTE, Cues
from corpus_utils.annotate.sentence_view import Found, Sentence, is_title

SHORTEST = 3  # words; fewer in marks without an attribution are not taken for a quotation

_SINGLE = frozenset("'‘’‚‹›")


def _in_single(text: str, start: int) -> bool:
    """Does a single mark open here? Two apostrophes are a double one."""
    return text[start] in _SINGLE and text[start : start + 2] != "''"


class Context:
    """Reads sentences in order and settles what their own words left open."""

    def __init__(self, text: str, cues: Cues, marked: list[Marked]) -> None:
        self.text, self.cues = text, cues
        # house style: where running text quotes in double marks, single ones set off terms and the words of headings
        self.double = any(not _in_single(text, m.start) and not m.dash for m in marked)
        self.speaker: tuple[int, int] | None = None  # mention of whoever spoke or acted last
        self.age = 9  # paragraphs since then
        self.introduced = False  # the last sentence ended with a colon
        self.sentences = 0  # sentences of this paragraph so far

    def paragraph(self) -> None:
        """A new paragraph begins."""
        self.age += 1
        self.sentences = 0

    def settle(self, s: Sentence, found: list[Found]) -> list[Found]:
        """The attributions of a sentence that stand, quotations without a speaker given the one carried on."""
        kept = []
        for item in found:
            if item.speaker is None and self.speaker is not None and self.age <= 1 and self._dropped(item):
                item = item._replace(speaker=self.speaker)
            if self.double and item.kind != "indirect" and self._single(s, item):
                if item.kind == "mixed":
                    kept.append(item._replace(kind="indirect"))
                elif item.rule.startswith("say"):
                    kept.append(item)
            elif item.rule.startswith("marks"):
                settled = self._unattributed(s, item)
                if settled is not None:
                    kept.append(settled)
            else:
                kept.append(item)
        self._remember(s, kept)
        self.sentences += 1
        return kept

    def _single(self, s: Sentence, item: Found) -> bool:
        """Are all marked stretches of the item in single marks?"""
        inside = s.quotes[bisect_left(s.quotes, item.start) : bisect_left(s.quotes, item.end)]
        return all(_in_single(self.text, start) for start in inside)

    def _unattributed(self, s: Sentence, item: Found) -> Found | None:
        content = self.text[item.start : item.end]
        words = re.findall(r"\w+(?:['’-]\w+)*", content)
        if not s.dashed(item.start) and (len(words) < SHORTEST or is_title(content)):
            return None
        if item.rule == "marks" and len(s.tokens) > 2 and content[1:2].islower() and len(words) < 8:
            return None
        alone = all(t.kind == QUOTE or t.kind == PUNCTUATION for t in s.tokens)
        if alone and self.speaker is not None and (self.age <= 1 or self.introduced):
            return item._replace(speaker=self.speaker, rule="marks:continued")
        return item

    def _dropped(self, item: Found) -> bool:
        """Spanish and Portuguese leave out a subject that goes on: "Agregó que ..."."""
        return "dropped" in self.cues.words and item.rule in ("say:after", "say:before", "say:around")

    def _remember(self, s: Sentence, kept: list[Found]) -> None:
        spoken = [item for item in kept if item.speaker is not None and item.rule.split(":")[0] in ("say", "frame", "marks", "think")]
        marked = [item for item in spoken if item.kind != "indirect"]
        chosen = (marked or spoken)[-1:] or []
        if chosen:
            self.speaker, self.age = chosen[0].speaker, 0
        else:
            subject = s.span(s.subject) if s.subject else s.span(main_subject(s))
            if subject is not None:
                self.speaker, self.age = subject, 0
        last = next((t for t in reversed(s.tokens)), None)
        self.introduced = last is not None and last.low == ":"
