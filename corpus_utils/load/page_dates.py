"""When a page says it was published: stated dates first, then time elements, the address, and the lines beside the headline.

Conventions
    A date is `YYYY-MM-DD`, the day written, whatever its time zone. Only publication counts: dates of change are used by none of these
    sources; a page that states nothing else stays undated here.
    No clock is read: any year from 1990 to 2100 is possible. `03/04/2023` is read only where the page's language settles the order.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from corpus_utils.load.flatten import Flat
from corpus_utils.load.hints import find_title
from corpus_utils.load.stated import WEAK_TYPES, Stated, plain_text, type_of

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_META_DATES = (
    "article:published_time article:published og:published_time og:article:published_time datepublished parsely-pub-date "
    "sailthru.date publishdate publish-date publish_date publication_date pubdate publicationdate dc.date.issued dcterms.issued "
    "dc.date.created dcterms.created cxenseparse:recs:publishtime article.published published article_date_original "
    "originalpublicationdate citation_publication_date citation_date rnews:datepublished date_published datecreated dc.date "
    "dcterms.date dc:date date timestamp displaydate article:post_date created release_date bt:pubdate vr:published_time"
)
META_DATES = tuple(_META_DATES.split())
_MONTHS = {
    1: "january jan january januar jänner janvier enero janeiro gennaio января январь januari stycznia ocak ledna",
    2: "february feb februar feber février fevrier febrero fevereiro febbraio февраля февраль februari lutego şubat února",
    3: "march mar märz maerz mrz mars marzo março marco марта март maart marca mart března",
    4: "april apr avril abril aprile апреля апрель kwietnia nisan dubna",
    5: "may mai mayo maio maggio мая май mei maja mayıs května maj",
    6: "june jun juni juin junio junho giugno июня июнь czerwca haziran června",
    7: "july jul juli juillet julio julho luglio июля июль lipca temmuz července",
    8: "august aug août aout agosto августа август augustus augusti sierpnia ağustos srpna",
    9: "september sept sep septembre septiembre setembro settembre сентября сентябрь września eylül září",
    10: "october oct oktober okt octobre octubre outubro ottobre октября октябрь października ekim října",
    11: "november nov novembre noviembre novembro ноября ноябрь listopada kasım listopadu",
    12: "december dec dezember dez décembre decembre diciembre dezembro dicembre декабря декабрь grudnia aralık prosince",
}
MONTHS = {word: number for number, words in _MONTHS.items() for word in words.split()}
_WORDS = "|".join(sorted((re.escape(word) for word in MONTHS), key=len, reverse=True))
_ISO = re.compile(r"(?<!\d)((?:19|20)\d\d)[-/.](0?[1-9]|1[0-2])[-/.](0?[1-9]|[12]\d|3[01])(?!\d)")
_COMPACT = re.compile(r"^\s*((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?:T?\d{4,6})?")
_DAY_MONTH = re.compile(
    rf"(?<![\d.])(\d{{1,2}})(?:st|nd|rd|th|er|º|\.)?\s*(?:de\s+|of\s+|-|/)?({_WORDS})\b\.?,?\s*(?:de[l]?\s+|-|/)?((?:19|20)\d\d)\b", re.I
)
_MONTH_DAY = re.compile(rf"\b({_WORDS})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?\s*,?\s+((?:19|20)\d\d)\b", re.I)
_EAST = re.compile(r"((?:19|20)\d\d)\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]")
_NUMERIC = re.compile(r"(?<![\d./])(\d{1,2})([./-])(\d{1,2})\2((?:19|20)\d\d)(?!\d)")
_URL = re.compile(
    r"/((?:19|20)\d\d)[/-](0?[1-9]|1[0-2]|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[/-](0?[1-9]|[12]\d|3[01])(?=[/.-]|$)", re.I
)
_URL_COMPACT = re.compile(r"[/-]((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?=[/._-]|$)")
_URL_DAY_FIRST = re.compile(r"[/_-](0?[1-9]|[12]\d|3[01])[.-](0?[1-9]|1[0-2])[.-]((?:19|20)\d\d)(?=[/._-]|$)")
_DECLARED = (
    './/*[@itemprop="datePublished" or @itemprop="datepublished" or @pubdate or contains(@property, "datePublished") '
    'or contains(@property, "dateCreated") or @property="dc:date" or @property="dc:created" or @property="dcterms:created"]'
    "[not(self::meta)]"
)
_CLASSED = ".//*[self::span or self::div or self::p or self::li or self::abbr or self::em or self::small][@class or @id]"
_PUBLISHED = re.compile(
    r"publish|\btime\b|-time\b|pub-?date|posted|created|entry-date|date-?(?:line|time)?\b|timestamp|datum|fecha|veröffentlicht", re.I
)
_CHANGED = re.compile(r"updat|modif|changed|aktualisiert|edited|actualiz|mis à jour|обновлено|revised", re.I)
_ASIDE = re.compile(r"comment|related|sidebar|footer|recirc|promo|trending|widget|teaser|recommend|most-|more-|latest|event|card\b", re.I)
MONTH_FIRST_LANGUAGES = ("en-us",)
APART = 60  # days between two stated days that cannot both be near the publication
ENOUGH = 3  # sources that settle it nevertheless
MAX_LINE = 70  # characters of a line that is a date, perhaps with a name and a time; longer ones tell of something
Stamp = tuple[str, int]
_LABEL = re.compile(
    r"\b(?:published|posted|first published|publication date|erschienen|veröffentlicht|publié|publicado|publicada|pubblicato|gepubliceerd|"
    r"publicerad|opublikowano|опубликовано|дата публикации|created|von [^\n|]{3,40} am)\b[^\n\d]{0,25}(?=.{6,30})",
    re.I,
)
_SCRIPT_DATE = re.compile(
    r"""["']?(?:date_?published|published_?(?:date|at|time|on)?|publish_?(?:date|time)|publication_?date|pub_?date|first_?published)["']?\s*[:=]\s*"""
    r"""["']((?:19|20)\d\d-\d\d-\d\d[^"']{0,20})["']""",
    re.I,
)


def read_date(stated: Stated, url: str, title: str, flat: Flat) -> tuple[str, list[list[str]]]:
    """(publication day or "", evidence as [source, day] in order of trust).

    What is stated in the head of the page wins, but for two cases in which the day printed beside the headline does: a time stamp in
    UTC that is off by one where it was written, and a later day printed as the date of the article, which a reader would note. Where
    two days lie more than `APART` days from each other with little to speak for either, one is of a page made anew: neither is given.
    """
    found = find_stamps(stated, url, title, flat)
    if not found:
        return "", []
    evidence = [[source, stamps[0][0]] for source, stamps in found.items()]
    return choose_day(found), evidence


def find_stamps(stated: Stated, url: str, title: str, flat: Flat) -> dict[str, list[Stamp]]:
    """Up to five stamps of each source that has any, sources in order of trust."""
    order = _day_order(stated)
    readers = (
        ("json-ld", _from_json(stated, order)),
        ("meta", _from_meta(stated, order)),
        ("declared", _from_markup(stated.tree, order, (_DECLARED,))),
        ("url", _from_url(url)),
        ("beside the title", _beside(flat, title, order, after=True)),
        ("markup", _from_markup(stated.tree, order, (".//time", _CLASSED))),
        ("above the title", _beside(flat, title, order, after=False)),
        ("label in the text", _labelled(flat, order)),
        ("script", _from_scripts(stated.tree)),
        ("markup, far off", _from_markup(stated.tree, order, (_DECLARED, ".//time", _CLASSED), strict=False)),
    )
    return {source: stamps for source, reader in readers if (stamps := list(islice(reader, 5)))}


def choose_day(found: dict[str, list[Stamp]]) -> str:
    """The day that the most trusted source states, or what is printed in the two cases `read_date` names."""
    first = next(iter(found))
    stamp = found[first][0]
    if first in ("json-ld", "meta"):
        printed = [
            other
            for source in ("beside the title", "above the title", "url", "declared", "markup")
            for other, _ in found.get(source, ())[:2]
        ]
        if moved := [other for other in printed if _same_moment(stamp, other)]:
            return stamp[0] if found.get("url", [("", 0)])[0][0] == stamp[0] else moved[0]
        shown = next((other for other, _ in found.get("beside the title", ())), "")
        if shown > stamp[0]:
            return "" if _far_apart(found, stamp[0], shown) else shown
    elif first in ("beside the title", "markup"):
        other = next((stamps[0][0] for source, stamps in found.items() if source in ("markup", "above the title")), stamp[0])
        return "" if _far_apart(found, stamp[0], other) else stamp[0]
    return stamp[0]


def _far_apart(found: dict[str, list[Stamp]], one: str, two: str) -> bool:
    """Whether two days lie far from each other and no three sources speak for the second."""
    apart = abs((datetime.date.fromisoformat(one) - datetime.date.fromisoformat(two)).days)
    backed = sum(stamps[0][0] == two for source, stamps in found.items() if source != "markup, far off")
    return apart > APART and backed < ENOUGH


def _same_moment(stamp: Stamp, other: str) -> bool:
    """Whether the day before or after a UTC time stamp may be its day where it was written (zones reach from -12 to +14)."""
    day, hour = stamp
    if hour < 0:
        return False
    apart = (datetime.date.fromisoformat(other) - datetime.date.fromisoformat(day)).days
    return (apart == -1 and hour < 12) or (apart == 1 and hour >= 10)


def _stamp(text: str, order: str) -> Stamp | None:
    """(day, hour in UTC or -1 where the zone is another or not told)."""
    day = parse_day(text, order)
    if not day:
        return None
    utc = re.search(r"T(\d\d):\d\d(?::\d\d)?(?:\.\d+)?(?:Z|[+-]00:?00)", text)
    return day, int(utc[1]) if utc else int(text[:10]) % 86400 // 3600 if re.fullmatch(r"1\d{9}(?:\d{3})?", text.strip()) else -1


def parse_day(text: str, order: str = "") -> str:
    """The first date in a text as YYYY-MM-DD, or "". `order`: "dmy" or "mdy" settles `03/04/2023`, which is else left unread."""
    text = text.strip()
    if re.fullmatch(r"1\d{9}(?:\d{3})?", text):
        return datetime.datetime.fromtimestamp(int(text[:10]), datetime.UTC).date().isoformat()
    if match := _COMPACT.match(text):
        return _day(match[1], match[2], match[3])
    hits = []
    for pattern, fields in ((_ISO, "ymd"), (_EAST, "ymd"), (_DAY_MONTH, "dmy"), (_MONTH_DAY, "mdy")):
        if match := pattern.search(text):
            parts = dict(zip(fields, match.groups(), strict=True))
            hits.append((match.start(), _day(parts["y"], parts["m"], parts["d"])))
    if match := _NUMERIC.search(text):
        first, second = int(match[1]), int(match[3])
        reading = "dmy" if first > 12 or match[2] == "." else "mdy" if second > 12 else order if first != second else "dmy"
        if reading:
            day, month = (first, second) if reading == "dmy" else (second, first)
            hits.append((match.start(), _day(match[4], str(month), str(day))))
    return next((day for _, day in sorted(hits) if day), "")


def _day(year: str, month: str, day: str) -> str:
    number = MONTHS.get(month.casefold()) or (int(month) if month.isdigit() else 0)
    try:
        found = datetime.date(int(year), number, int(day))
    except ValueError:
        return ""
    return found.isoformat() if 1990 <= found.year <= 2100 else ""


def _day_order(stated: Stated) -> str:
    language = (stated.tree.get("lang") or stated.first("og:locale", "language")).lower().replace("_", "-")
    if language.startswith("en"):
        return (
            "mdy"
            if language in MONTH_FIRST_LANGUAGES
            else "dmy"
            if language in ("en-gb", "en-au", "en-in", "en-ie", "en-nz", "en-za")
            else ""
        )
    return "dmy" if language else ""


def _from_json(stated: Stated, order: str) -> Iterator[Stamp]:
    for field in ("datePublished", "dateCreated", "uploadDate"):
        for article in stated.articles:
            weak = WEAK_TYPES.search(type_of(article)) is not None
            if (stamp := _stamp(plain_text(article.get(field)), order)) and (not weak or field == "datePublished"):
                yield stamp


def _from_meta(stated: Stated, order: str) -> Iterator[Stamp]:
    for name in META_DATES:
        for text in stated.meta.get(name, ()):
            if stamp := _stamp(text, order):
                yield stamp


def _from_markup(tree: HtmlElement, order: str, paths: tuple[str, ...], *, strict: bool = True) -> Iterator[Stamp]:
    """Elements that declare the date: itemprop or RDFa, `time`, classes that say so; not those of changes, nor (`strict`) of asides."""
    for path in paths:
        for element in tree.xpath(path):
            marks = " ".join(element.get(name) or "" for name in ("class", "id", "itemprop", "property"))
            if path == _CLASSED and not _PUBLISHED.search(marks):
                continue
            text = " ".join(element.text_content().split())[:200]
            if path == _CLASSED and len(text) > 80:
                continue
            if _CHANGED.search(marks.replace("entry-date published updated", "").replace("entry-date updated", "")) or _aside(
                element, strict
            ):
                continue
            if _CHANGED.search(text) and not re.search(r"publish|posted|veröffentlicht|publié", text, re.I):
                continue
            values = (element.get("datetime"), element.get("content"), element.get("title"), text)
            stamps = (stamp for value in values if value and (stamp := _stamp(value, order)))
            if stamp := next(stamps, None):
                yield stamp


def _from_url(url: str) -> Iterator[Stamp]:
    for pattern, fields in ((_URL, (1, 2, 3)), (_URL_COMPACT, (1, 2, 3)), (_URL_DAY_FIRST, (3, 2, 1))):
        if (match := pattern.search(url)) and (day := _day(*(match[field] for field in fields))):
            yield day, -1


def _beside(flat: Flat, title: str, order: str, *, after: bool) -> Iterator[Stamp]:
    """Short lines that hold a date (longer ones that open with it), within 500 characters `after` the headline, or 200 before it."""
    found = find_title(flat, title, [])
    if not found:
        return
    start, end = found
    near = flat.text[end : end + 500] if after else flat.text[max(0, start - 200) : start]
    for line in near.split("\n"):
        opening = line if len(line) < MAX_LINE else line[:30] if len(line) < 2 * MAX_LINE else ""
        if opening and not _CHANGED.search(line) and (day := parse_day(opening, order)):
            yield day, -1


def _labelled(flat: Flat, order: str) -> Iterator[Stamp]:
    """A date that the page's text itself calls the date of publication, anywhere on it."""
    for match in _LABEL.finditer(flat.text):
        if day := parse_day(flat.text[match.end() : match.end() + 30].split("\n")[0], order):
            yield day, -1


def _from_scripts(tree: HtmlElement) -> Iterator[Stamp]:
    """Dates of publication in scripts, broken JSON-LD among them: only where all that are found name one day."""
    text = "\n".join("".join(script.itertext())[:300_000] for script in tree.iter("script"))
    days = {day for match in _SCRIPT_DATE.finditer(text) if (day := parse_day(match[1]))}
    if len(days) == 1:
        yield days.pop(), -1


def _aside(element: HtmlElement, strict: bool) -> bool:
    """Whether an element stands in a side column or the page's footer, or (`strict`) in what its class calls a list of other things."""
    nodes = [element, *element.iterancestors()]
    tags = {node.tag for node in nodes}
    if tags & {"aside", "nav"} or ("footer" in tags and "article" not in tags):
        return True
    return strict and any(node.tag not in ("body", "html") and _ASIDE.search(node.get("class") or "") is not None for node in nodes)
