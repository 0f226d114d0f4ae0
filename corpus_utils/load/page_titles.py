"""The headline of a page: what is stated, checked against the headings a reader sees, without the name of the site."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from corpus_utils.load.stated import WEAK_TYPES, Stated, plain_text, type_of

if TYPE_CHECKING:
    from lxml.html import HtmlElement

SEPARATOR = re.compile(r"\s+[|–—•·»~:-]{1,2}\s+|\s*[|｜]\s*|：(?=[^：]{1,20}$)")
MIN_SHARED = 0.5  # share of the shorter one's words that a heading and a stated title must have in common
META_TITLES = (
    "og:title",
    "twitter:title",
    "parsely-title",
    "sailthru.title",
    "dc.title",
    "dcterms.title",
    "citation_title",
    "headline",
    "title",
)


def read_title(stated: Stated, outlet: str) -> str:
    """The visible heading that says what the stated titles say, else the stated headline without the site's name, else ""."""
    claims = _claims(stated, outlet)
    heads = _headings(stated.tree)
    best, best_score = "", MIN_SHARED
    for level, text in heads:
        score = max((similarity(text, claim) for claim in claims), default=0.0) - 0.2 * (level - 1)
        if score > best_score:
            best, best_score = text, score
    if best:
        return best
    alone = [text for level, text in heads if level == 1 and len(text.split()) >= 4]
    if not claims and len(alone) == 1:
        return alone[0]
    return claims[0] if claims else ""


def similarity(one: str, other: str) -> float:
    """Share of words (of characters pairs, for scripts without blanks) that two titles have in common, by the shorter one; a much
    shorter one counts less."""
    first, second = _units(one), _units(other)
    if not first or not second:
        return 0.0
    small, large = sorted((first, second), key=len)
    return len(small & large) / len(small) * min(1.0, 0.4 + len(small) / len(large))


def strip_site(title: str, outlet: str) -> str:
    """`title` without a site's name (or section) after or before a separator; what is left must be the greater part."""
    for _ in range(3):
        cuts = list(SEPARATOR.finditer(title))
        if not cuts:
            break
        head, tail = title[: cuts[-1].start()].strip(), title[cuts[-1].end() :].strip()
        first, rest = title[: cuts[0].start()].strip(), title[cuts[0].end() :].strip()
        if head and _is_site(tail, outlet):
            title = head
        elif rest and _is_site(first, outlet):
            title = rest
        else:
            break
    return title


def _claims(stated: Stated, outlet: str) -> list[str]:
    """Stated titles, the most trustworthy first, without the site's name and without repetition."""
    found = [plain_text(item.get("headline")) for item in stated.articles if not WEAK_TYPES.search(type_of(item))][:1]
    for name in META_TITLES:
        found += [plain_text(text) for text in stated.meta.get(name, ())[:1]]
    element = stated.tree.find(".//title")
    whole = plain_text(element.text_content()) if element is not None else ""
    site = outlet or _repeated_tail(whole, found)
    found = [strip_site(text, site) for text in [*found, whole] if text]
    found = [text for text in found if not _is_site(text, site)]
    return [text for text in dict.fromkeys(found) if len(text) > 2]


def _repeated_tail(whole: str, others: list[str]) -> str:
    """Name of the site where the page's title is another stated title and a separator more."""
    for other in others:
        if other and whole.startswith(other) and (match := SEPARATOR.match(whole, len(other))):
            return whole[match.end() :]
    return ""


def _headings(tree: HtmlElement) -> list[tuple[int, str]]:
    """(level, text) of h1 and h2, and of what declares itself the headline."""
    found = []
    for element in tree.iter("h1", "h2"):
        text = plain_text(" ".join(element.text_content().split()))
        if 2 < len(text) < 400:
            found.append((1 if element.tag == "h1" else 2, text))
    for element in tree.xpath('.//*[@itemprop="headline"][not(self::meta)]'):
        text = plain_text(" ".join(element.text_content().split()))
        if 2 < len(text) < 400:
            found.append((1, text))
    return found


def _is_site(text: str, outlet: str) -> bool:
    """Whether `text` is the outlet's name, or names it together with a section or a domain ending."""
    if re.fullmatch(r"(?:www\.)?[\w-]+(?:\.[\w-]+)*\.[a-z]{2,4}", text):
        return True
    mine, name = _plain(text), _plain(re.sub(r"^www\.|\.[a-z]{2,3}(?:\.[a-z]{2})?$", "", outlet))
    if not mine or not name:
        return False
    return mine == name or (len(text.split()) <= 5 and (mine.startswith(name) or mine.endswith(name) or (len(mine) > 3 and mine in name)))


def _plain(text: str) -> str:
    folded = "".join(char for char in unicodedata.normalize("NFKC", text).casefold() if char.isalnum())
    return folded.removeprefix("the")


def _units(text: str) -> set[str]:
    words = set(re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold()))
    if any("\u3040" <= char <= "\u9fff" or "\uac00" <= char <= "\ud7af" for char in text):
        joined = "".join(sorted(words, key=text.casefold().find))
        return {joined[i : i + 2] for i in range(len(joined) - 1)}
    return words
