"""Cues of language: what short lines around an article say, in the languages news pages are commonly written in.

Every pattern is about what a line does (asks to share, credits a photograph, names its writer), never about who publishes it.
Languages covered by words: en, es, pt, fr, de, it, ru; layout carries the rest.

Conventions
    `cue_of(line)` takes one stripped line and returns the role its wording speaks for, or "". It is consulted for lines that the
    body decision has set aside, and for the few in the body that may not stay there.
"""

from __future__ import annotations

import re
from functools import lru_cache

from corpus_utils.clean import cue_heads as heads
from corpus_utils.clean.lines import lower_in_place

_UP = "A-ZÀ-ÖØ-ÞĀĂĄĆĈĊČĎĐĒĔĖĘĚĜĞĠĢĤĦĨĪĬĮİĴĶĹĻĽĿŁŃŅŇŊŌŎŐŒŔŖŘŚŜŞŠŢŤŦŨŪŬŮŰŲŴŶŸŹŻŽА-ЯЁІЇЄҐΑ-Ω"
_NAME = rf"[{_UP}][\w.'’\-]*"
_NAMES = rf"{_NAME}(?:\s+(?:(?:de|da|do|dos|del|la|van|von|der|den|bin|al|el|di|le|y|e|and|und|et|и|&)\s+)*{_NAME}){{0,5}}"

INTERFACE_START = re.compile(
    r"""^\W*(?:
    (?:share|tweet|print|e-?mail|save|listen|copy\ link|comments?|leave\ a\ (?:comment|reply)|reply|report|like|follow(?:\ us)?|subscribe
      |log\ ?in|sign\ ?(?:in|up)|log\ ?out|register|menu|search|close|open|skip|toggle|show|hide|expand|collapse|loading|play|pause
      |mute|watch
      |view|zoom|enlarge|download|upload|submit|send|cancel|ok|accept|reject|agree|continue|dismiss|back\ to\ top|advertisement|advert
      |sponsored
      |ad|cookies?|get\ (?:a|the|an|our|your)\b|tap|click|press|swipe|text\ size|font\ size|translate|bookmark|gift|more\ options|oops
      |error
      |sorry|whats\ ?app|facebook|twitter|x|linkedin|telegram|reddit|pinterest|instagram|messenger|youtube|flipboard)\b.{0,40}
    |(?:compartir|imprimir|guardar|escuchar|comentarios?|iniciar\ sesi[oó]n|registrarse|buscar|cerrar|abrir|men[uú]|cargando
      |ver\ comentarios
      |publicidad|enviar|copiar|suscr[ií]b\w+|s[ií]guenos|compartilhar|compartilhe|imprima|salvar|ouvir|entrar|fechar|publicidade
      |carregando
      |siga-nos|assine|partager|imprimer|enregistrer|[ée]couter|commentaires?|commenter|connexion|se\ connecter|s'inscrire|rechercher
      |fermer
      |publicit[ée]|chargement|r[ée]agir|envoyer|suivez-nous|teilen|drucken|speichern|merken|anh[öo]ren|vorlesen|kommentare?|kommentieren
      |anmelden|registrieren|suche|schlie(?:ß|ss)en|anzeige|werbung|merkliste|einloggen|abmelden|condividi|stampa|salva|ascolta
      |commenti|accedi
      |cerca|chiudi|pubblicit[àa]|segui|поделиться|распечатать|печать|сохранить|слушать|комментарии|войти|вход|регистрация|поиск
      |закрыть|меню
      |реклама|загрузка|подписаться|подпишитесь|скопировать)\b.{0,40}
    )$""",
    re.X,
)
INTERFACE_ANYWHERE = re.compile(
    r"""\b(?:went\ wrong|try\ again(?:\ later)?|javascript|your\ browser|please\ enable|min(?:ute)?s?\ read|reading\ time|time\ to\ read
      |read\ aloud|share\ (?:this|on|via)|click\ (?:here|to)|uses?\ cookies|captcha|notifications?\ (?:on|off)|video\ player
      |min(?:uto)?s?\ de\ (?:lectura|leitura|lecture)|min\.?\ lesezeit|lesezeit|мин(?:ут[аы]?)?\.?\ (?:чтения|на\ чтение)
      |tiempo\ de\ lectura
      |int[ée]ntelo\ (?:de\ nuevo|m[aá]s\ tarde)|algo\ sali[oó]\ mal|algo\ deu\ errado|tente\ novamente|r[ée]essayer|erneut\ versuchen
      |попробуйте\ (?:ещ[её]\ раз|позже))\b""",
    re.X,
)

PROMOTION = re.compile(
    r"""\b(?:donat(?:e|ion|ions|ing)|newsletters?|subscri(?:be|ption|ptions|bers?)|become\ a\ (?:member|patron|supporter)
      |support\ (?:us|our|independent|quality|local|free)|sign\ up|(?:independent|fearless|quality|investigative|reader-(?:funded
      |supported))\ journalism
      |support[\w\s,-]{0,40}\bjournalism|stand\ with|contributions?\ (?:to\ (?:us|our)|today|now)|contribute\ (?:to\ (?:us|our)|today|now)
      |every\ contribution|your\ (?:support|contribution|inbox|gift)|follow\ us\ on|join\ (?:us|our)|download\ (?:our|the)\ app
      |free\ trial
      |delivered\ to\ your|breaking\ news\ alerts?|premium\ content|exclusive\ content|special\ offer|patreon|paypal|buy\ me\ a\ coffee
      |gift\ card
      |suscr[ií]b(?:ase|ete|irse)|bolet[ií]n|d[oó]nan?os|haz\ una\ donaci[oó]n|ap[oó]y[ae]nos|hazte\ socio|s[ií]guenos\ en|[uú]nete\ a
      |assine|apoie
      |doe\ agora|inscreva-se|siga-nos|cadastre-se|abonnez-vous|soutenez|faites\ un\ don|inscrivez-vous|rejoignez|suivez-nous|infolettre
      |abonnieren|unterst[üu]tzen\ sie|spenden\ sie|folgen\ sie\ uns|probeabo|iscriviti|abbonati|sostieni|donazione|seguici
      |подпи(?:шитесь|сывайтесь|ска)|поддержите|пожертв\w+|рассылк\w+|наш\ (?:телеграм|telegram)\w*)\b""",
    re.X,
)

NAVIGATION = re.compile(
    r"""^\W*(?:
    (?:previous|next|prev|older|newer)\ (?:article|post|story|stories|entry|page|news|posts|articles)|(?:previous|next|home|back|more
      |top)$
    |(?:related|recommended|popular|trending|most\ (?:read|popular|viewed|shared|watched)|latest|more\ (?:from|on|in|stories|news|like)
      |see\ (?:also|more|all)|read\ (?:more|next|also|on|full)
      |also\ read|also\ see|you\ (?:may|might)\ (?:also\ )?(?:like|be)|don'?t\ miss|up\ next|editor'?s'?\ picks?|keep\ reading
      |continue\ reading|further\ reading|view\ (?:all|more)|in\ this\ (?:article|story)|tags?|topics?|filed\ under|categor(?:y|ies)
      |explore\ more|table\ of\ contents)\b.{0,80}
    |(?:art[ií]culo|noticia|entrada)\ (?:anterior|siguiente)|(?:lea|lee|leer|ver|vea)\ (?:tambi[eé]n|m[aá]s)\b.{0,90}|(?:noticias
      |art[ií]culos|temas)\ relacionad[oa]s.{0,40}|m[aá]s\ (?:le[ií]d[oa]s|noticias)\b.{0,40}|te\ puede\ interesar.{0,80}
      |etiquetas\b.{0,60}
    |(?:leia|veja|saiba)\ (?:tamb[eé]m|mais)\b.{0,90}|mais\ (?:lidas|not[ií]cias)\b.{0,40}|(?:not[ií]cias
      |artigos)\ relacionad[oa]s.{0,40}|artigo\ (?:anterior|seguinte)|pr[oó]xim[oa]\ (?:artigo|not[ií]cia|art[ií]culo)
    |(?:[àa]\ lire|lire|voir)\ (?:aussi|[ée]galement|plus|la\ suite)\b.{0,90}|article\ (?:pr[ée]c[ée]dent|suivant)
      |(?:articles\ (?:li[ée]s|similaires|connexes)|sur\ le\ m[êe]me\ (?:sujet|th[èe]me))\b.{0,40}|les\ plus\ lus
    |(?:lesen\ sie|lies)\ (?:auch|mehr)\b.{0,90}|mehr\ (?:zum\ thema|lesen|dazu)\b.{0,60}|(?:vorheriger|n[äa]chster)\ (?:artikel
      |beitrag)|(?:meistgelesen|verwandte\ (?:artikel|themen)|weitere\ (?:artikel|meldungen|nachrichten|themen)|zum\ thema)\b.{0,40}
      |themen\b.{0,40}
    |leggi\ anche\b.{0,90}|articolo\ (?:precedente|successivo)|articoli\ correlati
    |читайте\ (?:также|далее|ещ[её])\b.{0,90}|(?:предыдущая|следующая)\ (?:статья|новость|запись)|(?:похожие|связанные
      |другие)\ (?:статьи|новости|материалы)|по\ теме\b.{0,60}|самое\ читаемое|теги\b.{0,40}|смотрите\ также.{0,90}
    )$""",
    re.X,
)  # fmt: skip

TEASER = re.compile(
    r"""^\W*(?:read\ (?:more|also|next)|also\ read|see\ also|
      related(?:\ (?:article|story|coverage))?|more\ on\ this|watch|listen|read|don'?t\ miss|recommended
    |(?:lea|lee|leer|ver|vea)\ (?:tambi[eé]n|m[aá]s)|te\ puede\ interesar|(?:leia|veja|saiba)\ (?:tamb[eé]m|mais)|(?:[àa]\ lire|lire
      |voir)\ (?:aussi|[ée]galement)|lesen\ sie\ (?:auch|mehr)|mehr\ zum\ thema
    |leggi\ anche|читайте\ (?:также|ещ[её])|смотрите\ также)\s*[:|>»–—-]\s*\S""",
    re.X,
)  # fmt: skip

BYLINE = re.compile(
    r"^(?:[Bb]y|BY|[Bb]y:|[Ww]ritten by|[Ww]ords by|[Ss]tory by|[Pp]or|POR|[Pp]ar|PAR|[Vv]on|VON|[Dd]i|[Dd]a"
    r"|[Aa]uthor:?|[Aa]utore?a?:?|[Aa]uteure?:?|[Tt]exto?:|Автор:?|Текст:)\s+(?:\W\s*)?"
    rf"{_NAMES}(?:\s*[,|/;&–—-]\s*.{{0,80}})?$|^(?:[Bb]y|BY|[Pp]or|[Pp]ar|[Vv]on)\s+{_NAMES}$"
)

CREDIT = re.compile(
    r"""^\W*(?:
    (?:photo(?:graph)?s?|foto(?:s|graf[ií]a)?|image[mn]?s?|imagens?|im[aá]gen(?:es)?|picture|video|v[ií]deo|graphic|illustration
      |ilustra\w+|cr[ée]dito?s?|credit|quelle|source|fuente|fonte|bild|getty|фото|источник|cr[ée]dit\ photo)
      (?:\ (?:credit|by|de|von|par|courtesy(?:\ of)?|source|illustration|cr[ée]dit|cr[ée]dito))?\s*(?:[:|/©]|\ by\ |\ courtesy
      |-\ )\s*.{1,90}
    |(?:translat(?:ion|ed)|traducci[oó]n|tradu(?:it|zido|ction|[çc][ãa]o)|[üu]bersetz\w+|traduzione|перевод)(?:\ (?:by|de|por|par
      |von))?\s*:?\s.{1,80}
    |\(?(?:(?:additional\ )?(?:reporting|writing|editing|edited|compiled|produced)\ (?:and\ \w+\ )?by|reportage|edici[oó]n\ de
      |con\ informaci[oó]n\ de|redacci[oó]n:|edi[çc][ãa]o:|bearbeitet\ von|avec\ (?:afp|reuters|ap)\b|with\ (?:files|inputs
      |agency\ inputs?)\ from)\b.{0,160}
    |©.{0,80}|\(c\)\s.{0,60}|copyright\b.{0,80}
    |[–—-]\s*(?:[\w.'’-]+\s?){1,4}(?:/\s?(?:[\w.'’-]+\s?){1,4}){1,3}
    |[a-zà-þ]{2,4}(?:/[a-zà-þ]{2,4}){1,4}
    |(?:[a-z]\w+\s){1,3}(?:via|/)\s?[a-z]{2,}(?:\s\w+){0,2}
    )$""",
    re.X,
)  # fmt: skip

CAPTION = re.compile(
    r"""(?<=\()(?:left|right|l|r|c|cent(?:er|re)|from\ left|pictured|file|foto|
      archivo|gauche|droite|links|rechts|слева|справа|izquierda|derecha
      |esquerda|direita)(?:\ photo|\ picture)?\)
    |\b(?:file\ (?:photo|picture|image)|pictured\ (?:here|above|left|right|on)|seen\ (?:here|in\ this)|this\ (?:file\ )?(?:photo|image
      |picture)\b
      |(?:photo|image|foto|фото|picture|pic|cr[ée]dit(?:\ photo)?|credit|bild)\s?(?:by\b|[:/©]))
    |\b(?:afp|ap|reuters|epa|efe|getty)\s?(?:photo|images?|/)""",
    re.X,
)

# A stated speciality of the name on the left: what author notes say, and what they hardly share with sentences of a report.
AUTHOR_NOTE = re.compile(
    rf"""^{_NAMES}\s+(?:is|was|are|has\ been|es|est|ist|é|è|—|–|-)
      \s+(?:an?|the|un[ae]?|um[a]?|eine?|our|based|currently|el|la|o|le)?\s*.{{0,60}}
    \b(?:writers?|reporters?|journalists?|journalism|columnists?|correspondents?|editors?|contributors?|freelance\w*|authors?|bloggers?
      |producers?|periodistas?|redactore?s?|columnistas?|jornalistas?|rep[oó]rter
    |journaliste|r[ée]dact(?:eur|rice)|redakteur(?:in)?|korrespondent(?:in)?|autor(?:in|a)?|giornalista|журналист\w*
      |корреспондент\w*)\b""",
    re.X,
)  # fmt: skip

BOILERPLATE = re.compile(
    r"""\b(?:all\ rights\ reserved|terms\ (?:of|and)\ (?:use|service|conditions)|
      privacy\ (?:policy|notice)|cookie\ policy|contact\ us\b|about\ us\b
      |advertise\ with|registered\ (?:in|office)\b|may\ not\ be\ (?:published|reproduced|republished)|todos\ los\ derechos|aviso\ legal
      |pol[ií]tica\ de\ (?:privacidad|cookies|privacidade)|todos\ os\ direitos|tous\ droits|mentions\ l[ée]gales|alle\ rechte|impressum
      |datenschutz
      |partners\ (?:store|access|process)|information\ on\ (?:a|your)\ device|device\ scanning|cookies\ and\ (?:similar|other)\ tech
      |socios\ (?:almacenamos|tratamos)|partenaires\ (?:stockons|traitons)|informationen\ auf\ (?:einem|ihrem)\ ger[äa]t
      |tutti\ i\ diritti|все\ права\ защищены|при\ (?:использовании|цитировании)\ материалов
      |(?:news|noticias|not[ií]cias|nouvelles|actualit[ée]s|nachrichten|новости|notizie)\ (?:and|y|e|et|und|и|from|about|de|aus)\s)""",
    re.X,
)

REFERENCE = re.compile(r"\[(?:\d{1,3}(?:[,–-]\s?\d{1,3})*|note \d{1,3}|nota \d{1,3})\]")
_DATE_ONLY = re.compile(
    r"""^\W*(?:
    (?:published|updated|posted|last\ updated|publicado|actualizado|atualizado|publi[ée]|
      mis\ [àa]\ jour|ver[öo]ffentlicht|aktualisiert|stand|pubblicato
      |опубликовано|обновлено)\b.{0,70}
    |(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s)?
      (?:\w{3,10}\.?\s\d{1,2}(?:st|nd|rd|th)?,?|\d{1,2}\.?(?:\s(?:de\s)?\w{3,10}\.?)?)(?:\s(?:de\s)?\d{4})(?:[\s,|·–-]+.{0,30})?
    |\d{1,4}[./-]\d{1,2}[./-]\d{1,4}(?:[\s,|·–-]+.{0,30})?
    )$""",
    re.X,
)


@lru_cache(maxsize=65536)
def cue_of(line: str, speaks: int = heads.ANYTHING, places: tuple[int, ...] = ()) -> str:
    """Role that the wording of a stripped line speaks for, "note" for a note about a writer, "" where it says nothing.

    `speaks` says which patterns are worth trying; `places` where in the line the unanchored ones may begin (none given: anywhere).
    Pure, cached: lines of menus repeat.
    """
    if len(line) > heads.SHORT:
        speaks &= heads.fitting(len(line))
        if not speaks:
            return ""
    if speaks & heads.NOTES and AUTHOR_NOTE.match(line):
        return "note"
    small = lower_in_place(line)
    if speaks & heads.OPENING:
        if line.startswith("[") and REFERENCE.fullmatch(small):
            return "reference"
        if (speaks & heads.CREDITS or "via" in small) and CREDIT.match(small):  # two words and "via", whatever the words
            return "credit"
        if speaks & heads.BYLINES and (BYLINE.match(line) or _DATE_ONLY.match(small)):
            return "byline"
        if speaks & heads.TEASERS and TEASER.match(small):
            return "teaser"
        if speaks & heads.MENUS and NAVIGATION.match(small):
            return "navigation"
    if speaks & heads.CAPTIONS and _within(CAPTION, small, places):
        return "caption"
    if speaks & heads.BUTTONS and INTERFACE_START.match(small):
        return "interface"
    if speaks & heads.NOTICES and _within(INTERFACE_ANYWHERE, small, places):
        return "interface"
    if speaks & heads.APPEALS and _within(PROMOTION, small, places):
        return "promotion"
    return "boilerplate" if speaks & heads.RIGHTS and _within(BOILERPLATE, small, places) else ""


def _within(pattern: re.Pattern[str], line: str, places: tuple[int, ...]) -> bool:
    if not places:
        return pattern.search(line) is not None
    for place in places:  # noqa: SIM110 (half the time of `any`, on every second line of a page)
        if pattern.match(line, place):
            return True
    return False
