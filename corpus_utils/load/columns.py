"""Input columns to ours: named by the user, or guessed from the usual names in seven languages; the rest rides along in `extra`.

Conventions
    Names are compared folded: lower case, letters and digits only, without accents (`Publish-Date` and `publish_date` are one).
    Nested objects are flattened to `parent.child`; wrappers that say nothing (`_source`, `fields`, `article` ...) are looked through.
    Each of our columns takes at most one input column, the earliest in the list of usual names; ties go to the first in the file.
    A guess is never final: `inspect` prints it and the mapping `{input column: ours}` overrules it ("" leaves a column in `extra`).
"""

from __future__ import annotations

import datetime
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from corpus_utils.load.encoding import writable
from corpus_utils.load.limits import LoadError

OURS = ("id", "text", "html", "title", "outlet", "agency", "author", "place", "date", "language", "url")
USUAL = {
    "text": (
        "text maintext body articletext articlebody fulltext content articlecontent bodytext cleantext plaintext newstext "
        "storytext rawtext contenttext textcontent story articlebodytext paragraphs textbody document volltext artikeltext "
        "inhalt texte contenu corps texteintegral texto contenido cuerpo textocompleto noticia conteudo corpo testo contenuto "
        "текст содержание article artikel"
    ),
    "html": "html rawhtml pagehtml contenthtml bodyhtml htmlcontent htmlbody pagesource",
    "title": (
        "title headline articletitle webtitle heading newstitle titletext mainheadline titel uberschrift ueberschrift "
        "schlagzeile titre titulo titular encabezado manchete titolo заголовок название"
    ),
    "date": (
        "date published pubdate publishdate publishedat publishedon publicationdate datepublished datepublish publishedtime "
        "publishtime publishtimestamp webpublicationdate articledate firstpublished publicationdatetime pubdatetime datetime "
        "created createdat datum veroffentlicht veroffentlichungsdatum erscheinungsdatum datepublication datedepublication "
        "fecha fechapublicacion fechadepublicacion data datapublicacao datadepublicacao datadipubblicazione дата датапубликации "
        "timestamp"
    ),
    "outlet": (
        "outlet source publisher newspaper site sitename sourcename outletname medium publication publicationname newssource "
        "medianame journal newsoutlet sourcedomain domain website hostname quelle zeitung herausgeber medienname journalsource "
        "editeur fuente medio periodico diario veiculo jornal fonte testata источник издание сми"
    ),
    "author": (
        "author authors byline articleauthor authorname writer creator dccreator reporter journalist autor autoren verfasser "
        "auteur auteurs autora autores autore autori автор авторы"
    ),
    "agency": "agency newsagency wireservice newswire agentur nachrichtenagentur agence agencia agenzia агентство",
    "place": "place dateline datelineplace ort spitzmarke lieu lugar luogo место",
    "language": "language lang languagecode langcode articlelanguage sprache langue idioma lingua язык",
    "url": ("url link articleurl weburl sourceurl pageurl href permalink canonicalurl originalurl webpage lien enlace adresse ссылка"),
    "id": "id guid articleid docid documentid uuid uid textid recordid newsid artikelid identifier",
}
WRAPPERS = {"source", "fields", "article", "data", "item", "document", "attributes", "doc", "record", "news", "metadata", "meta"}
NESTED = {"source.name": "outlet", "publisher.name": "outlet", "author.name": "author", "creator.name": "author"}
_RANK = {word: (ours, rank) for ours, words in USUAL.items() for rank, word in enumerate(words.split())}


def fold_name(name: str) -> str:
    """`Publish-Date` -> `publishdate`, `Überschrift` -> `uberschrift`."""
    letters = unicodedata.normalize("NFKD", str(name)).casefold()
    return "".join(char for char in letters if char.isalnum())


def guess_columns(names: Iterable[str], columns: Mapping[str, str] | None = None) -> dict[str, str]:
    """{input column: ours} for the columns that are known; `columns` (the user's own mapping) comes first."""
    return dict(_guess(tuple(names), tuple((columns or {}).items())))


def check_mapping(columns: Mapping[str, str]) -> None:
    """Raise LoadError if a mapping names a column of ours that does not exist, or one twice."""
    wanted = [ours for ours in columns.values() if ours]
    for ours in wanted:
        if ours not in OURS:
            raise LoadError(f'columns: {ours!r} is not one of ours; there are: {", ".join(OURS)} (and "" to leave a column alone)')
        if wanted.count(ours) > 1:
            raise LoadError(f"columns: {ours!r} is given to more than one input column; choose one")


@lru_cache(maxsize=256)
def _guess(names: tuple[str, ...], columns: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    mapped: dict[str, str] = {}
    untouchable: set[str] = set()
    folded = {name: fold_name(name) for name in names}
    for theirs, ours in columns:
        for name in names:
            if name == theirs or folded[name] == fold_name(theirs):
                untouchable.add(name)
                if ours and ours not in mapped.values():
                    mapped[name] = ours
    taken = set(mapped.values())
    candidates = []
    for position, name in enumerate(names):
        if name not in untouchable and (found := _usual(name)):
            ours, rank = found
            candidates.append((rank, position, name, ours))
    for _, _, name, ours in sorted(candidates):
        if ours not in taken:
            mapped[name] = ours
            taken.add(ours)
    return tuple((name, mapped[name]) for name in names if name in mapped)


def _usual(name: str) -> tuple[str, int] | None:
    """Our column and the rank of a name among the usual ones; names with a wrapper rank after those without."""
    parts = [fold_name(part) for part in name.split(".")]
    if len(parts) == 1:
        return _RANK.get(parts[0])
    if ours := NESTED.get(".".join(parts[-2:])):
        return ours, 50
    if all(part in WRAPPERS for part in parts[:-1]) and (found := _RANK.get(parts[-1])):
        return found[0], found[1] + 100
    return None


def flatten_record(record: Mapping[Any, Any], *, depth: int = 3) -> dict[str, Any]:
    """Nested objects to `parent.child` names; lists stay as they are; deeper than `depth` stays nested."""
    flat: dict[str, Any] = {}
    for key, value in record.items():
        name = writable(str(key))
        if isinstance(value, Mapping) and value and depth:
            for inner, item in flatten_record(value, depth=depth - 1).items():
                flat[f"{name}.{inner}"] = item
        else:
            flat[name] = value
    return flat


def as_text(value: Any, *, joint: str = "; ") -> str:
    """A cell as text: None and NaN are "", lists are joined, dates are ISO 8601, whole floats lose their `.0`."""
    if value is None or value != value:
        return ""
    if isinstance(value, str):
        return writable(value)
    if isinstance(value, bytes):
        return writable(value.decode("utf-8", "replace"))
    if isinstance(value, (datetime.datetime, datetime.date)):
        return value.isoformat().removesuffix("T00:00:00")  # a cell formatted as a day comes as its midnight
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, (list, tuple)):
        return joint.join(filter(None, (as_text(item) for item in value)))
    if isinstance(value, Mapping):
        named = value.get("name") or value.get("text") or value.get("#text")
        return as_text(named) if named else writable(json.dumps(value, ensure_ascii=False, sort_keys=True, default=str))
    return writable(str(value))


def as_date(value: Any) -> str:
    """A date as stated; a Unix time stamp (10 digits: seconds, 13: milliseconds) is written in ISO 8601, UTC."""
    text = as_text(value).strip()
    if re.fullmatch(r"[1-4]\d{9}(\d{3})?", text):
        seconds = int(text[:10])
        return datetime.datetime.fromtimestamp(seconds, datetime.UTC).isoformat()
    return text


def as_extra(value: Any) -> Any:
    """A value that rides along, as JSON can hold it: dates become text, NaN becomes null, text is made writable."""
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, float):
        return value if value == value and abs(value) != float("inf") else None
    if isinstance(value, (list, tuple)):
        return [as_extra(item) for item in value]
    if isinstance(value, Mapping):
        return {writable(str(key)): as_extra(item) for key, item in value.items()}
    return as_text(value)
