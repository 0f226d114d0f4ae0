"""Which lines are the running text of an article: the decision everything else hangs on.

First version: sentence-like lines. Returns one (is_body, confidence, why) per line.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus_utils.clean import cues
from corpus_utils.clean.lines import Line
from corpus_utils.clean.recurring import RecurringLines

_SENTENCE_END = re.compile(r"[.!?…。！？؟।:][\"'”’»)\]]*$")


def body_lines(
    lines: Sequence[Line], *, hints: Sequence[Sequence] = (), recurring: RecurringLines | None = None
) -> list[tuple[bool, float, str]]:
    """Decide for every line whether it is running text. Blank lines are not."""
    decided = [_judge(line, recurring) for line in lines]
    kept = [i for i, (body, _, _) in enumerate(decided) if body]
    if not kept:
        return decided
    for i in range(kept[0], kept[-1]):
        text = lines[i].text.strip()
        if text and not decided[i][0] and not cues.cue_of(text) and len(text.split()) >= 3:
            decided[i] = (True, 0.55, "between paragraphs of the text")
    return decided


def _judge(line: Line, recurring: RecurringLines | None) -> tuple[bool, float, str]:
    text = line.text.strip()
    words = len(text.split())
    cue = cues.cue_of(text)
    if cues.AUTHOR_NOTE.match(text):
        return False, 0.7, "note about a writer"
    if cue and not (cue in ("promotion", "boilerplate", "caption") and words > 30):
        return False, 0.8, f"wording of a {cue} line"
    if recurring is not None and recurring.is_boilerplate(text):
        return False, 0.9, "recurs across documents"
    if words >= 25 or (words >= 7 and _SENTENCE_END.search(text)):
        return True, 0.8, "sentence-like line"
    return False, 0.7, "not sentence-like"
