"""Words that decide whether a full stop ends a sentence, by language; the project's own lists beside Punkt's learned ones.

Keys are ISO 639-1 codes, "" for every language. All words are lower case and without their final full stop. A word that is also an
ordinary word of the language (Spanish `mar`, English `mass`) is left out: Punkt's statistics decide there.
"""

from __future__ import annotations

# Before a capitalised word these never end a sentence: titles, ranks, street and town names.
BEFORE_NAMES = {
    "": "dr mr mrs ms mme mlle messrs prof gen col lt sgt capt cmdr maj adm brig st",
    "en": "amb asst atty cdr cpl fr gov hon insp mgr mt ofc pfc pres pvt rep reps rev revd sen sens sr supt ven",
    "es": "sr sra srta sres sras dra dres profa gral cnel tte sto sta lic ing arq mons pte pdte excmo excma ud uds d dña av avda",
    "pt": "sr sra srta srs sras dra drs profa sto sta eng pe pres exmo exma gal cel ten av d dep",
    "fr": "mgr me m mm ste pr bd av",
    "de": "hr fr frl dipl mag ing dott str bspw bzw vgl sog hrsg",
    "ru": "им ул пл пр просп г-н г-жа проф акад ген тов гр св пос дер оз рис",
    "it": "sig sig.ra dott ing avv on mons",
}

# Before a digit these never end a sentence.
BEFORE_NUMBERS = {
    "": "no nos nr nrs nº n.º № p pp fig figs vol vols art cap tel ca",
    "en": "ch chap sec secs para paras approx ext",
    "es": "núm núms num arts pág págs pag pags caps sec tel apdo",
    "pt": "núm arts pág págs inc",
    "fr": "chap p.ex env",
    "de": "abs ziff bd kap s str",
    "ru": "ст ч п пп рис стр с гл т д кв тел",
}

# Abbreviations that may end a sentence: the next word decides, as for those that Punkt learned.
ABBREVIATIONS = {
    "": "inc corp co ltd llc bros jr ph.d etc vs cf ed eds dept a.m p.m e.g i.e op cit",
    "en": "jan feb mar apr aug sep sept oct nov dec ariz calif colo conn del fla ga kan ky md mich minn mo mont neb nev okla tenn tex"
    " va vt wis wyo viz est assn univ ave blvd rd hwy sr u.s u.k u.n no.s",
    "es": "ee.uu aa.vv cía ene feb abr ago sept oct nov dic depto dpto prov aprox p.ej vda",
    "pt": "cia ltda jan fev abr jun jul ago nov dez depto p.ex q.b",
    "fr": "janv févr avr juil sept oct nov déc env etc",
    "de": "usw ggf inkl exkl evtl mio mrd tsd jan feb okt nov dez z.b u.a d.h v.a",
    "ru": "г гг в вв руб коп тыс млн млрд трлн др пр т.е т.к т.д т.п т.н обл р н.э",
    "it": "ecc pag",
}

# Closed-class words: capitalised after an abbreviation they start a sentence and are no part of a name.
STARTERS = {
    "en": "the a an this that these those it he she they we i you his her their our its in on at by for from with after before but and"
    " if when while as there here however meanwhile what who why how some many most no not all both each",
    "es": "el la los las un una unos unas este esta estos estas ese esa él ella ellos ellas en por para con según pero y si cuando como"
    " no también además sin tras desde hasta aunque mientras su sus lo se qué quién",
    "pt": "o a os as um uma uns umas este esta estes estas esse essa ele ela eles elas em no na nos nas por para com segundo mas e se"
    " quando como não também além sem após desde até embora enquanto seu sua",
    "fr": "le la les un une des ce cette ces il elle ils elles on nous vous en dans par pour avec selon mais et si quand comme ne sans"
    " après depuis son sa ses leur leurs",
    "de": "der die das ein eine einer dieser diese dieses er sie es wir in im an am auf bei für mit nach vor aber und wenn als wie"
    " nicht auch ohne seit sein seine ihr ihre doch",
    "ru": "в во на по с со к ко из за от до при для о об и а но если когда как это этот эта эти он она они мы вы не также кроме после"
    " однако тем его её их что кто где",
    "it": "il lo la gli le un una questo questa in per con ma e se quando come non anche dopo",
}


def words(table: dict[str, str], language: str) -> frozenset[str]:
    """Words of a table above for one language, with those of every language."""
    return frozenset((table.get("", "") + " " + table.get(language, "") * bool(language)).split())
