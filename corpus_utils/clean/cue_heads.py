"""Where the patterns of `cues` may begin: words, marks and digits that are looked for in all lines at once.

Most lines hold none of these, and no pattern is tried on them. A test holds the lists to the patterns.

Conventions
    Words are known by their first five letters, in lower case. `trigger_words` gives one number per word, with a bit for each pattern that
    may begin there; BYLINES stands for two of them.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from corpus_utils.clean.hashing import HEAD, mix
from corpus_utils.clean.pages import Pages, hash_words

Array = np.ndarray
_LOW = np.uint32(0xFFFF)
NOTES, CREDITS, BYLINES, TEASERS, MENUS, BUTTONS, CAPTIONS, NOTICES, APPEALS, RIGHTS = (1 << i for i in range(10))
OPENING = CREDITS | BYLINES | TEASERS | MENUS | BUTTONS  # anchored at the start of the line
INSIDE = CAPTIONS | NOTICES | APPEALS | RIGHTS  # may begin anywhere
ANYTHING = NOTES | OPENING | INSIDE
SHORT = 100  # code points up to which lines are looked at for all of them
# And for each: longer lines are paragraphs, and no cue.
LONGEST = {
    NOTES | CAPTIONS | APPEALS | RIGHTS: 400, CREDITS: 200, TEASERS: 160, BYLINES | MENUS: 120, BUTTONS | NOTICES: SHORT,
}  # fmt: skip
# The words at which each of them can begin.
HEADS = {
    NOTES: """repor edito autho autor produ redac write journ colum corre contr freel blogg perio jorna rédac redak korre giorn
        журна корре""",
    CREDITS: """repor trans photo foto fotos fotog image imáge pictu video vídeo graph illus ilust crédi credi quell sourc fuent fonte
        bild getty фото источ tradu übers ubers перев addit writi editi edite compi produ redac ediçã edici con bearb avec
        with c copyr""",
    BYLINES: """publi pubbl by writt words story por par von di da autho autor auteu text texto автор текст updat poste last actua atual
        mis veröf verof aktua stand опубл обнов""",
    TEASERS: """liste watch more ver relat recom see also read don lea lee leer vea te leia veja saiba à a lire voir lesen mehr leggi
        читай смотр""",
    MENUS: """view conti back more ver entra previ next prev older newer home top relat recom popul trend most lates see also read
        don up edito keep furth in tag tags topic filed categ explo table you artíc artic notic lea lee leer vea temas más mas
        te etiqu leia veja saiba mais notíc artig próxi proxi à a lire voir sur les lesen lies mehr vorhe nächs nachs meist
        verwa weite zum theme leggi читай преды следу похож связа други по самое теги смотр""",
    BUTTONS: """share tweet print e email save liste copy comme leave reply repor like follo subsc log login logou sign signi signu
        regis menu searc close open skip toggl show hide expan colla loadi play pause mute watch view zoom enlar downl uploa
        submi send cance ok accep rejec agree conti dismi back adver spons ad cooki get tap click press swipe text font trans
        bookm gift more oops error sorry whats faceb twitt x linke teleg reddi pinte insta messe youtu flipb compa impri guard
        escuc comen inici busca cerra abrir menú carga ver publi envia copia suscr sígue sigue salva ouvir entra fecha carre
        siga assin parta enreg écout ecout conne se s reche ferme charg réagi reagi envoy suive teile druck speic merke anhör
        anhor vorle komme anmel suche schli anzei werbu merkl einlo abmel condi stamp ascol acced cerca chiud pubbl segui подел
        распе печат сохра слуша комме войти вход регис поиск закры меню рекла загру подпи скопи""",
    CAPTIONS: """photo foto image pictu crédi credi bild getty фото c apoya apóya apoye apóye apoie left right l r cente centr from
        file archi gauch droit links recht слева справ izqui derec esque direi seen this pic afp ap reute epa efe""",
    NOTICES: """share click read video went try javas your pleas min mins minut readi time use uses captc notif lesez мин минут tiemp
        intén inten algo tente réess reess erneu попро""",
    APPEALS: """follo subsc sign downl gift suscr sígue sigue siga assin inscr suive segui подпи stand contr your donat newsl becom
        suppo indep fearl quali inves reade every join free deliv break premi exclu speci patre paypa buy bolet donan dónan
        donao dónao haz apoya apóya apoye apóye hazte únete unete apoie doe cadas abonn soute faite rejoi infol unter spend folge
        probe iscri abbon sosti donaz подде пожер рассы наш""",
    RIGHTS: """regis adver cooki notic notíc actua all terms priva conta about may todos aviso polít polit tous menti alle impre
        daten tutti все при news nouve nachr новос notiz partn infor devic socio parte""",
}  # fmt: skip
# What comes next where one of INSIDE begins with such a word: frequent words, which are no sign by themselves.
FOLLOWED = {
    "all": "rights", "news": "and y e et und и from about de aus", "from": "left", "this": "file photo image picture", "about": "us",
    "your": "browser support contribution inbox gift", "contact": "us", "terms": "of and", "use": "cookies", "uses": "cookies",
    "time": "to", "may": "not", "sign": "up", "every": "contribution", "join": "us our", "free": "trial", "become": "a",
    "video": "player", "read": "aloud", "share": "this on via", "click": "here to", "please": "enable", "information": "on",
    "stand": "with", "follow": "us", "special": "offer", "exclusive": "content", "premium": "content", "breaking": "news",
    "delivered": "to", "download": "our the", "gift": "card", "advertise": "with", "registered": "in office",
    "privacy": "policy notice", "cookie": "policy and", "independent": "journalism", "quality": "journalism",
    "investigative": "journalism", "went": "wrong", "try": "again", "partners": "store access process",
}  # fmt: skip
_AS_FOLLOWED = 1 << 10


@cache
def fitting(length: int) -> int:
    """Bits of the patterns that a line of so many code points can match."""
    return sum(bits for bits, longest in LONGEST.items() if length <= longest)


def trigger_words(pages: Pages) -> Array:
    """Bits of the patterns that may begin at each word; a chance hit only costs a look."""
    heads, line = pages.head_hash, pages.word_line
    said = _triggers()[heads & _LOW]
    asked = np.flatnonzero((said & _AS_FOLLOWED) != 0)
    next_ = np.minimum(asked + 1, len(heads) - 1)
    alone = ~_pairs()[_pair(heads[asked], heads[next_])] | (line[next_] != line[asked])
    said[asked[alone]] &= ~np.uint16(INSIDE)
    return said


@cache
def _triggers() -> Array:
    """Bits of the patterns at the low half of each word's hash, and whether only words stand there that are a sign as `FOLLOWED`."""
    table = np.zeros(int(_LOW) + 1, dtype=np.uint16)
    followed = {word[:HEAD] for word in FOLLOWED}
    table[hash_words(sorted(followed)) & _LOW] = _AS_FOLLOWED
    for bit, heads in HEADS.items():
        table[hash_words(heads.split()) & _LOW] |= np.uint16(bit)
        if others := [word for word in heads.split() if word not in followed and bit & INSIDE]:
            table[hash_words(others) & _LOW] &= ~np.uint16(_AS_FOLLOWED)
    return table


@cache
def _pairs() -> Array:
    """Which pairs of words are in `FOLLOWED`, by `_pair`."""
    pairs = [(word[:HEAD], after[:HEAD]) for word, others in FOLLOWED.items() for after in others.split()]
    table = np.zeros(int(_LOW) + 1, dtype=bool)
    table[_pair(*(hash_words(words) for words in zip(*pairs, strict=True)))] = True
    return table


def _pair(one: Array, two: Array) -> Array:
    result: Array = mix(one * np.uint32(31) + two) & _LOW
    return result
