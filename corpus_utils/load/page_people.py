"""Who wrote a page: stated authors and visible bylines, reduced to names. General cues of markup and wording, no list of outlets.

Conventions
    Names come back in page order, joined by "; ". Persons are preferred: an organisation is given only where no person is found.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from corpus_utils.load.stated import Stated, plain_text

if TYPE_CHECKING:
    from lxml.html import HtmlElement

META_AUTHORS = (
    "author", "article:author", "parsely-author", "sailthru.author", "dc.creator", "dcterms.creator", "citation_author", "byl", "authors",
    "article.author", "dc:creator", "cxenseparse:author", "creator",
)  # fmt: skip
BY = (
    r"(?:written|posted|reported|words|story|review|article|text|published|reviewed)?\s*\bby\b|von|par|por|di|da|door|af|av|autor(?:a|es|in)?|"
    r"auteur|автор|text|texto|przez|oleh|yazan|bởi"
)
_BY = re.compile(rf"^\W*(?:{BY})\s*:?\s+(?=\S)", re.I)
_JOINTS = re.compile(r"\s*(?:[;,|/•·&+]|\s-\s|\s–\s|\s—\s|\b(?:and|und|et|och|og|with|mit|avec|con|и)\b|(?<=\w\s)[ye](?=\s[A-ZÀ-Þ]))\s*")
_ADDRESS = re.compile(r"\S*(?:://|@|www\.)\S*")
_NOT_A_NAME = re.compile(r"[@\d<>{}=_#]|https?:|www\.|\.(?:com|org|net|co)\b", re.I)
_ORGANISATION = re.compile(
    r"\b(?:staff|news|newsroom|editors?|editorial|desk|team|redaktion|redaktionen|redacci[oó]n|redação|redazione|r[ée]daction|press|presse|agency|agencies|"
    r"agencia|agentur(?:en)?|agence|media|magazine|times|post|daily|journal|tribune|herald|gazette|reporters?|reporting|wire|group|network|tv|radio|"
    r"university|institute|foundation|ltd|inc|llc|company|admin|administrator|correspondents?|contributors?|writers?|board|service|online|digital|"
    r"web|today|sports?|channel|communications|office|ministry|committee|council|association|department|center|centre|guest|sponsored|world|"
    r"редакция|агентство)\b",
    re.I,
)
_ROLES = re.compile(
    r"\b(?:published|updated|senior|chief|staff|special|contributing|freelance|political|business|deputy|associate|assistant|managing|writer|editor|"
    r"reporter|correspondent|columnist|contributor|journalist|author|producer|photographer|follow|view|read|more|posts?|profile|bio|"
    r"is an?|is the|has|covers|january|february|march|april|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|"
    r"aug|sept?|oct|nov|dec)\b.*$",
    re.I,
)  # fmt: skip
_BYLINE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:by-?line|authors?|author-?name|article-?author|contributors?|writer|posted-?by|autor|auteur|verfasser)", re.I
)
_ASIDE_CLASS = re.compile(r"comment|related|sidebar|footer|recirc|promo|trending|widget|teaser|recommend|more-|newsletter|card|bio\b", re.I)
_AUTHOR_LINK = re.compile(
    r"/(?:authors?|people|profiles?|staff|contributors?|by|journalists?|writers?|autor(?:es|en)?|auteurs?|reporters?)/", re.I
)
SMALL_WORDS = {
    "de",
    "da",
    "del",
    "della",
    "di",
    "dos",
    "das",
    "do",
    "la",
    "le",
    "van",
    "von",
    "der",
    "den",
    "ten",
    "ter",
    "bin",
    "ibn",
    "al",
    "el",
    "y",
    "e",
    "af",
    "zu",
}


def read_authors(stated: Stated) -> str:
    """Names of the authors joined by "; ", or ""."""
    groups = [list(_from_json(stated)), list(_from_meta(stated)), list(_from_bylines(stated.tree))]
    cleaned = [unique([name for text in group for name in split_names(text)]) for group in groups]
    for names in cleaned:
        if persons := [name for name in names if is_person(name)]:
            return "; ".join(persons)
    return next(("; ".join(names[:1]) for names in cleaned if names), "")


def split_names(text: str) -> list[str]:
    """Names in a byline text: `By Ann Lee and Bo Ek, Senior Writer` -> [Ann Lee, Bo Ek]. What is no name is left out."""
    text = _BY.sub("", " ".join(_ADDRESS.sub(" ", text).split()))
    names = []
    for part in _JOINTS.split(text):
        name = _BY.sub("", part.strip(" .:,-–—\"'()[]"))
        shorter = _ROLES.sub("", name).strip(" .:,-–—()[]")
        name = shorter if len(shorter.split()) >= 2 or not shorter else name
        if not shorter or not 2 < len(name) < 60 or len(name.split()) > 6 or _NOT_A_NAME.search(name):
            continue
        if name.isupper() and len(name.split()) > 1:
            name = name.title()
        names.append(name)
    return names


def is_person(name: str) -> bool:
    """Two to five words, capitalised but for particles, none of them a word for a kind of organisation."""
    words = name.split()
    if not 2 <= len(words) <= 5 or _ORGANISATION.search(name):
        return bool(re.fullmatch(r"[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]{2,8}", name))
    return all(word[0].isupper() or word.lower() in SMALL_WORDS or not word[0].isascii() for word in words)


def unique(names: list[str]) -> list[str]:
    """First occurrences, compared without case, accents and marks."""
    kept: dict[str, str] = {}
    for name in names:
        key = "".join(char for char in unicodedata.normalize("NFKD", name).casefold() if char.isalnum())
        kept.setdefault(key, name)
    return list(kept.values())


def _from_json(stated: Stated) -> Iterator[str]:
    for article in stated.articles:
        found = list(_people(stated, article.get("author") or article.get("creator")))
        if found:
            yield from found
            return


def _people(stated: Stated, value: Any, depth: int = 0) -> Iterator[str]:
    value = stated.resolve(value)
    if isinstance(value, list) and depth < 3:
        for item in value[:20]:
            yield from _people(stated, item, depth + 1)
    elif isinstance(value, str):
        yield plain_text(value)
    elif isinstance(value, dict):
        name = value.get("name")
        if isinstance(name, (list, dict)) and depth < 3:
            yield from _people(stated, name, depth + 1)
        elif text := plain_text(name) or " ".join(filter(None, (plain_text(value.get("givenName")), plain_text(value.get("familyName"))))):
            yield text


def _from_meta(stated: Stated) -> Iterator[str]:
    for name in META_AUTHORS:
        if found := [plain_text(text) for text in stated.meta.get(name, ()) if not text.startswith("http")]:
            yield from found
            return


def _from_bylines(tree: HtmlElement) -> Iterator[str]:
    """Visible bylines: declared authors, links to author pages, elements of a byline class; the first kind that names a person."""
    for kind in (_declared, _classed, _linked):
        texts = [text for text in kind(tree) if any(is_person(name) for name in split_names(text))]
        if texts:
            yield texts[0]
            return


def _declared(tree: HtmlElement) -> Iterator[str]:
    for element in tree.xpath('.//*[@itemprop="author" or @rel="author" or @itemprop="creator"][not(self::meta)][not(self::link)]'):
        if not _aside(element):
            inner = element.xpath('.//*[@itemprop="name"]')
            yield _short((inner[0] if inner else element).text_content())


def _classed(tree: HtmlElement) -> Iterator[str]:
    for element in tree.xpath(".//*[@class or @id or @data-testid]"):
        marks = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('data-testid') or ''}"
        if _BYLINE_CLASS.search(marks) and not _aside(element):
            links = [_short(link.text_content()) for link in element.xpath(".//a") if _AUTHOR_LINK.search(link.get("href") or "")]
            yield "; ".join(filter(None, links)) or _short(element.text_content())


def _linked(tree: HtmlElement) -> Iterator[str]:
    for link in tree.iter("a"):
        if _AUTHOR_LINK.search(link.get("href") or "") and not _aside(link):
            yield _short(link.text_content())


def _aside(element: HtmlElement) -> bool:
    for node in (element, *element.iterancestors()):
        if node.tag in ("aside", "footer", "nav") or (_ASIDE_CLASS.search(node.get("class") or "") and node.tag not in ("body", "html")):
            return True
    return False


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) < 150 else ""
