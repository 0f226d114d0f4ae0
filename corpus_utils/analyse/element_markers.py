"""May a passage be shown as an example of an element of a frame? Only where it says so in so many words; else the cell stays empty.

Cues of the elements codebook find passages that *may* hold a problem, a cause, a judgement or a remedy, and most wordings are weak signs
("protect", "negotiations"). To be quoted, a passage must be a sentence of its own, with its quotation marks closed and a verb in it,
and hold an explicit marker: somebody is to do something (remedy), something is put down to something (cause), an evaluative word that is
no part of a name (judgement). English has markers of its own; other languages rely on the codebook's most explicit reasons.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

LEAST_WORDS, MOST_WORDS = 6, 45  # fewer are hardly a sentence ("He blamed"); more would be cut

_SUBJECT = r"(?i:\w[\w’'.]*\s+)(?:\w+ly\s+)?"  # somebody, before the verb
_NO_CALL = r"(?!have\b|not have\b|be\s+(?:clear|noted|able|easy|hard|\w+ly)\b)"  # "should have been", "must be easy"
_REMEDY = (
    _SUBJECT + r"(?<!would )(?:must|should|ought to|needs? to|ha(?:s|ve) to)\s+" + _NO_CALL + r"(?:not\s+|be\s+)?[a-z]{2,}",
    _SUBJECT + r"(?:call|calls|called|calling)\s+(?:for\s+(?:the\s+|an?\s+)?[a-z]{3,}|on\s+[^,.;]+?\s+to\s+[a-z]{2,})",
    _SUBJECT + r"(?:urge|urges|urged|urging|recommend|recommends|recommended|propose|proposes|proposed|proposing)\s+(?:that\s+)?\w+\s+\w+",
    _SUBJECT + r"(?:demand|demands|demanded)\s+(?:that|the|an?)\s+\w+",
)
_CAUSE = (
    r"(?i:\bbecause)\s+(?!of\s+(?:that|this|it)\b)(?:of\s+)?\w+\s+\w+",
    r"\b(?:blame|blames|blamed|blaming)\s+(?:[^,.;]+?\s+for|it\s+on)\s+\w+",
    r"\b(?:leads?|led|leading)\s+to\s+\w+\s+\w+",
    r"\b(?:due|owing)\s+to\s+(?:the\s+|an?\s+)?\w+",
    r"\b(?:caused|triggered|prompted|sparked|fuell?ed|driven)\s+by\s+\w+",
    r"\b(?:as\s+a\s+result\s+of|resulted\s+(?:in|from)|stem(?:s|med)\s+from)\s+\w+",
    r"\bresponsible\s+for\s+(?:the\s+)?(?!making|ensuring|running)\w+",
)
# lower case only: a word of a name ("Brave Heart Fund") is no judgement
_JUDGEMENT = (
    r"\b(?:condemn|denounc|criticiz|criticis|deplor|outrag|disgrac|shame|unaccept|intolerabl|unforgiv|scandalous|brutal|cruel|coward"
    r"|hypocri|corrupt\b|unjust|unfair|immoral|unethical|wrongful|reckless|dishonest|irresponsib|illegitimate|betray"
    r"|prais|commend|applaud|heroic|courag|brave|honorabl|honourabl|admirabl|exemplary)\w*",
)
_MARKERS = {name: re.compile("|".join(ways)) for name, ways in (("remedy", _REMEDY), ("cause", _CAUSE), ("judgement", _JUDGEMENT))}
# the codebook's reasons that are explicit by themselves, in languages without markers of their own
_EXPLICIT = {
    "remedy": ("se pide actuar", "pede-se ação"),
    "cause": ("causa nombrada", "causa nomeada"),
    "judgement": ("condena", "elogio", "condenação"),
}
_VERB = re.compile(
    r"\b(?:is|are|was|were|am|be|been|has|have|had|does|do|did|will|would|can|could|may|might|must|should|says?|said|goes|went|makes?|made"
    r"|takes?|took|gives?|gave|gets?|got|comes?|came|threatens?|leads?|led|calls?|wants?|needs?|means?|puts?|left|lost|held|became|becomes?"
    r"|isn|aren|wasn|weren|hasn|haven|hadn|doesn|don|didn|won|wouldn|couldn|shouldn|[a-z]{3,}ed)\b"
)


def is_candidate(element: str, text: str, language: str, evidence: Sequence[Sequence[Any]] = ()) -> bool:
    """Whether `text`, which has cues of `element`, is a sentence of its own that names the element outright.

    `evidence` is that of `labels`: (start, end, "element: why") of each cue. `language` "" is read as English.
    """
    if not _whole(text):
        return False
    if (language or "en").split("-")[0] == "en":
        marker = _MARKERS.get(element)
        return bool(_VERB.search(text) or element == "remedy") and (marker is None or bool(marker.search(text)))
    explicit = _EXPLICIT.get(element)
    return explicit is None or any(str(why) == f"{element}: {reason}" for _, _, why in evidence for reason in explicit)


def _whole(text: str) -> bool:
    """A sentence of its own: opens with a capital or a figure, ends, closes its quotation marks, and is neither a scrap nor too long."""
    bare = text.strip().lstrip("“”„«»\"'‘’¿¡( ")
    opens = bare[:1].isupper() or bare[:1].isdigit()
    ends = bare.rstrip("”“»\"'’) ")
    ended = ends.endswith((".", "!", "?")) or (ends.endswith(",") and len(ends) < len(bare))  # “It must stop,”
    return opens and ended and not ends.endswith("...") and LEAST_WORDS <= len(bare.split()) <= MOST_WORDS and _closed(text)


def _closed(text: str) -> bool:
    """Whether each quotation mark has its partner."""
    if text.count('"') % 2:
        return False
    if "„" in text:
        return text.count("„") == text.count("“") + text.count("”")
    return text.count("“") == text.count("”") and text.count("«") == text.count("»")
