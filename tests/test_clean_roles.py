"""Roles of lines: the seeds, pages in six languages, short items, inline pieces, and properties that hold for any text."""

from __future__ import annotations

import os
import random
import textwrap
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus_utils.clean import cues, model
from corpus_utils.clean.body import CUE_CODES, find_cues
from corpus_utils.clean.lines import Piece, check_tiling, split_lines
from corpus_utils.clean.pages import read_pages
from corpus_utils.clean.recurring import summarise_lines
from corpus_utils.clean.roles import label_documents, label_pieces
from corpus_utils.schema import ARTICLE_ROLES, ROLES

SEEDS = Path(__file__).parent.parent / "seeds"


def roles_of(text: str, **options: object) -> list[tuple[str, str]]:
    """(role, first words) of every visible piece of a line."""
    pieces: list[Piece] = label_pieces(text, **options)  # type: ignore[arg-type]
    check_tiling(len(text), pieces)
    found = []
    for piece in pieces:
        if piece.role != "blank":
            found += [(piece.role, line.strip()) for line in text[piece.start : piece.end].splitlines() if line.strip()]
    return found


def role(text: str, opening: str) -> str:
    """Role of the first piece whose text starts so."""
    return next(role for role, words in roles_of(text) if words.startswith(opening))


# -- seeds: the table of what a careful reader finds, by the opening words of the lines ----------------------------------------

SEED_ROLES = [
    ("000", "Russia and Venezuela discuss", "title"), ("000", "No time to read", "interface"), ("000", "Get a summary", "interface"),
    ("000", "During a visit", "body"), ("000", "[1]", "reference"), ("000", "Previous Article", "navigation"), ("000", "TM Benidorm", "navigation"),
    ("000", "Next Article", "navigation"), ("000", "England Case", "navigation"),
    ("001", "Maduro offers", "title"), ("001", "Venezuelan President Nicolas Maduro", "caption"), ("001", "– Europa Press/", "credit"),
    ("001", "Madrid, December 6", "dateline"), ("001", "On Friday", "body"), ("001", "Therefore", "body"),
    ("002", "Russia and Venezuela are", "body"), ("002", "She also asserted", "body"),
    ("003", "Russian Security Council", "caption"), ("003", "Orinoco Tribune –", "boilerplate"), ("003", "From Venezuela and", "boilerplate"),
    ("003", "By Misión", "byline"), ("003", "The secretary of", "body"), ("003", "Venezuela’s Foreign Minister", "teaser"),
    ("003", "Patrushev meets", "subheading"), ("003", "Translation:", "credit"), ("003", "OT/SC/DZ", "credit"), ("003", "Misión Verdad is", "credit"),
    ("003", "Support Groundbreaking", "promotion"), ("003", "For 6.5 years", "promotion"), ("003", "• 158", "promotion"), ("003", "Be the", "promotion"),
    ("004", "Venezuela's leader", "title"), ("004", "• Oops", "interface"), ("004", "Something went", "interface"), ("004", "Please try", "interface"),
    ("004", "CARACAS, Venezuela (AP) —", "dateline"), ("004", "Venezuelan President Nicolas Maduro pledged", "body"),
]  # fmt: skip


@pytest.mark.parametrize(("seed", "opening", "expected"), SEED_ROLES)
def test_seeds_come_out_as_read(seed: str, opening: str, expected: str) -> None:
    """Every line that a careful reader judged has that role."""
    with next(SEEDS.glob(f"{seed}_*.txt")).open(encoding="utf-8", newline="") as file:
        assert role(file.read(), opening) == expected


def test_further_headlines_of_a_digest_are_title_or_subheading() -> None:
    """Which of the two they are is for the stories to say; none of them is lost in the body."""
    with next(SEEDS.glob("002_*.txt")).open(encoding="utf-8", newline="") as file:
        found = roles_of(file.read())
    assert sum(role in ("title", "subheading") for role, _ in found) == 6
    assert all(role in ("title", "subheading", "body") for role, _ in found)


# -- pages written for the project -----------------------------------------------------------------------------------------------

PAGES = {
    "en": (
        "Home\nNews\nSport\nWeather\nSign in\n\nFerry line to the outer islands returns after nine years\n\nBy Ada Brand\n14 March 2023\n\nShare\n\n",
        [
            "The ferry to the outer islands will sail again from April, nine years after the last boat was sold, the harbour board said on Monday.",
            "Two ships built in Norway will make the crossing three times a day, and islanders will travel at half the price that visitors pay.",
            "“We waited a long time for this, and half the village will be on the first boat,” said Tom Reed, who runs the only shop on the islands.",
        ],
        "\nRelated stories\nHarbour board elects new chair\nSubscribe to our newsletter\nTerms of use\nPrivacy policy\n",
    ),
    "es": (
        "Inicio\nPolítica\nDeportes\nIniciar sesión\n\nEl ferry a las islas vuelve después de nueve años\n\nPor Ada Blanco\n14 de marzo de 2023\n\nCompartir\n\n",
        [
            "El ferry a las islas exteriores volverá a navegar en abril, nueve años después de la venta del último barco, informó el lunes la autoridad del puerto.",
            "Dos barcos construidos en Noruega harán la travesía tres veces al día, y los isleños pagarán la mitad de lo que pagan los visitantes.",
            "«Esperamos mucho tiempo, y medio pueblo subirá al primer barco», dijo Tomás Ruiz, dueño de la única tienda de las islas.",
        ],
        "\nNoticias relacionadas\nEl puerto elige presidenta\nSuscríbete al boletín\nAviso legal\nPolítica de privacidad\n",
    ),
    "pt": (
        "Início\nPolítica\nEsportes\nEntrar\n\nBarco para as ilhas volta depois de nove anos\n\nPor Ana Branco\n14 de março de 2023\n\nCompartilhar\n\n",
        [
            "O barco para as ilhas voltará a navegar em abril, nove anos depois da venda da última embarcação, informou na segunda-feira a autoridade do porto.",
            "Dois navios construídos na Noruega farão a travessia três vezes por dia, e os moradores pagarão metade do preço cobrado aos visitantes.",
            "“Esperamos muito tempo, e meia vila estará no primeiro barco”, disse Tomé Reis, dono da única loja das ilhas.",
        ],
        "\nLeia também\nPorto elege presidente\nAssine a newsletter\nPolítica de privacidade\n",
    ),
    "fr": (
        "Accueil\nPolitique\nSports\nSe connecter\n\nLe bateau des îles revient après neuf ans\n\nPar Anne Blanc\n14 mars 2023\n\nPartager\n\n",
        [
            "Le bateau des îles naviguera de nouveau en avril, neuf ans après la vente du dernier navire, a annoncé lundi le conseil du port de la ville.",
            "Deux navires construits en Norvège feront la traversée trois fois par jour, et les habitants paieront la moitié du prix demandé aux visiteurs.",
            "« Nous avons attendu longtemps, et la moitié du village sera sur le premier bateau », a dit Thomas Roy, qui tient la seule boutique des îles.",
        ],
        "\nÀ lire aussi\nLe port élit sa présidente\nAbonnez-vous\nMentions légales\n",
    ),
    "de": (
        "Startseite\nPolitik\nSport\nAnmelden\n\nDie Fähre zu den Inseln kehrt nach neun Jahren zurück\n\nVon Anna Weiss\n14. März 2023\n\nTeilen\n\n",
        [
            "Die Fähre zu den Inseln fährt ab April wieder, neun Jahre nachdem das letzte Schiff verkauft wurde, teilte der Hafenrat der Stadt am Montag mit.",
            "Zwei in Norwegen gebaute Schiffe werden dreimal am Tag übersetzen, und die Bewohner der Inseln zahlen die Hälfte von dem, was Besucher zahlen.",
            "„Wir haben lange gewartet, und das halbe Dorf wird auf dem ersten Schiff sein“, sagte Thomas Roth, der den einzigen Laden der Inseln führt.",
        ],
        "\nMehr zum Thema\nHafenrat wählt neue Vorsitzende\nNewsletter abonnieren\nImpressum\nDatenschutz\n",
    ),
    "ru": (
        "Главная\nПолитика\nСпорт\nВойти\n\nПаром на острова вернётся через девять лет\n\nАвтор: Анна Белова\n14.03.2023\n\nПоделиться\n\n",
        [
            "Паром на дальние острова снова выйдет в море в апреле, через девять лет после продажи последнего судна, сообщил в понедельник совет порта.",
            "Два корабля, построенные в Норвегии, будут ходить три раза в день, а жители островов заплатят половину того, что платят приезжие.",
            "«Мы долго этого ждали, и полдеревни будет на первом пароме», — сказал Тимофей Редин, хозяин единственного магазина на островах.",
        ],
        "\nЧитайте также\nСовет порта избрал председателя\nПодпишитесь на рассылку\nВсе права защищены\n",
    ),
}  # fmt: skip


@pytest.mark.parametrize("language", PAGES)
def test_pages_in_several_languages(language: str) -> None:
    """The paragraphs are the body, the headline the title, the byline a byline, and the furniture stays outside."""
    head, paragraphs, foot = PAGES[language]
    found = roles_of(head + "\n\n".join(paragraphs) + "\n" + foot)
    assert [words for role, words in found if role == "body"] == paragraphs
    title = head.split("\n\n")[1]
    assert [words for role, words in found if role == "title"] == [title]
    assert next(role for role, words in found if words == head.split("\n\n")[2].split("\n")[0]) == "byline"
    furniture = {words for part in (head.split("\n\n")[0], foot) for words in part.split("\n") if words}
    assert all(role in ("navigation", "interface", "promotion", "boilerplate", "teaser") for role, words in found if words in furniture)


WIRE = (
    "GENEVA (Reuters) - Delegates from forty countries agreed on Thursday to share data on glaciers, officials said.\n\n"
    "The agreement takes effect in January. (Reporting by A. Writer; Editing by B. Reader)\n"
)


def test_short_wire_items_keep_their_text() -> None:
    """Two paragraphs are an article; the dateline and the closing credit are pieces of their lines."""
    found = roles_of(WIRE)
    assert found[0] == ("dateline", "GENEVA (Reuters) -")
    assert found[1][0] == "body" and found[1][1].startswith("Delegates")
    assert found[2] == ("body", "The agreement takes effect in January.")
    assert found[3][0] == "credit"


@pytest.mark.parametrize(
    ("line", "dateline"),
    [
        ("MOSCOW, March 3 (TASS) — The ministry denied on Friday that talks had been broken off by either side.", "MOSCOW, March 3 (TASS) —"),
        ("Bogotá, 3 de marzo (EFE) .- El ministerio negó el viernes que alguna de las partes hubiera roto las conversaciones.", "Bogotá, 3 de marzo (EFE) .-"),
        ("PARIS — The ministry denied on Friday that talks had been broken off by either side of the conflict.", "PARIS —"),
        ("The ministry — which had denied it on Friday — confirmed that the talks had been broken off by one side.", ""),
        ("Berlin (dpa) - Das Ministerium bestritt am Freitag, dass die Gespräche von einer der Seiten abgebrochen wurden.", "Berlin (dpa) -"),
    ],
)  # fmt: skip
def test_datelines_are_cut_off(line: str, dateline: str) -> None:
    """Place, agency or day before a dash; a dash inside a sentence makes none."""
    found = roles_of(line + "\n\n" + PAGES["en"][1][1])
    assert [words for role, words in found if role == "dateline"] == ([dateline] if dateline else [])


def test_reference_marks_are_cut_out() -> None:
    """Note numbers in brackets are references, other brackets are text."""
    text = "The harbour board said on Monday [sic] that the ferry returns.[12] It will sail three times a day, as before. [3]\n"
    assert [words for role, words in roles_of(text) if role == "reference"] == ["[12]", "[3]"]
    assert "[sic]" in roles_of(text)[0][1]


@pytest.mark.parametrize(
    ("tail", "expected"),
    [
        ("(AP Photo/Ann Other)", "credit"), ("(Photo by Ann Other/Agency)", "credit"), ("[Foto: Ana Otra]", "credit"), ("(AB/CD)", "credit"),
        ("Read more: Harbour board elects new chair", "teaser"), ("ALSO READ | Harbour board elects chair", "teaser"),
        ("(Lea también: El puerto elige presidenta)", "teaser"), ("(who runs the only shop)", ""), ("He could read more: nobody asked.", ""),
        ("[The photo shows the boat.]", ""), ("(photographs were not allowed)", ""),
    ],
)  # fmt: skip
def test_credits_and_teasers_at_the_end_of_a_paragraph_are_cut_off(tail: str, expected: str) -> None:
    """What stands behind the last sentence and credits a picture or invites to read on is a piece of its own; other brackets are text."""
    first, second, _ = PAGES["en"][1]
    found = roles_of(f"{first} {tail}\n\n{second}")
    assert [words for role, words in found if role == expected] == ([tail] if expected else [])
    assert expected or found[0] == ("body", f"{first} {tail}")


def test_teasers_between_paragraphs_are_set_aside() -> None:
    """An invitation to read something else inside the text is a teaser."""
    paragraphs = PAGES["en"][1]
    text = "\n\n".join([paragraphs[0], "Read more: Harbour board elects new chair after long debate", *paragraphs[1:]])
    assert role(text, "Read more") == "teaser"
    assert sum(role == "body" for role, _ in roles_of(text)) == 3


def test_broken_paragraphs_stay_whole() -> None:
    """A dump that breaks lines at links does not lose the linked words."""
    first, second, third = PAGES["en"][1]
    broken = first.replace(" nine years ", "\nnine years\n") + "\n\n\n" + second.replace(" Norway ", " \nNorway\n ") + "\n\n\n" + third
    assert {role for role, _ in roles_of("Menu\nHome\n\n\n" + broken) if role not in ("navigation", "interface")} == {"body"}


# -- evidence from outside the text ----------------------------------------------------------------------------------------------


def test_a_long_text_of_nothing_but_paragraphs_is_kept_whole() -> None:
    """Whatever its words: where nothing else stands on the page there is nothing to tell an odd paragraph from."""
    rng = random.Random(7)
    words = "Arlen Bosko Cadiz Dorne Evren Falk Garmo Hilde".split()
    paragraphs = [" ".join(rng.choices(words, k=rng.randint(45, 110))) + "." for _ in range(60)]
    assert {role for role, _ in roles_of("\n\n".join(paragraphs))} <= {"body", "blank"}


def test_a_byline_above_a_photo_credit_is_no_caption() -> None:
    """A line with a name and a date between headline and photo credit says who wrote the article; other lines there are captions."""
    _, paragraphs, _ = PAGES["en"]
    page = "Home\n\nFerry line returns\n\n{}\nCredit: Easterby Archive\n\n" + "\n\n".join(paragraphs)
    assert role(page.format("By Ada Brand December 22, 2023"), "By Ada Brand") == "byline"
    assert role(page.format("The ferry on its last trip"), "The ferry on its") == "caption"


def test_lines_that_recur_in_other_documents_are_not_text() -> None:
    """A sentence that stands under every article of an outlet is boilerplate whatever it says."""
    slogan = "The harbour is where the town began, and we have told its stories for a hundred years."
    texts = ["\n\n".join([*(f"{p} {'Indeed so.' * i}" for p in PAGES["en"][1]), slogan]) for i in range(6)]
    lines = summarise_lines(texts).lines_of()
    assert role(texts[0], "The harbour is where") == "body"
    assert next(role for role, words in roles_of(texts[0], recurring=lines) if words == slogan) != "body"


def test_hints_of_an_extractor_are_weighed_and_named() -> None:
    """An extractor that kept as much text is believed and named in the rule; one that kept a scrap is not believed blindly."""
    head, paragraphs, _ = PAGES["en"]
    text = head + "\n\n".join(paragraphs)
    start = text.index(paragraphs[0])
    whole = label_pieces(text, hints=[[start, len(text), "body", "extractor"]])
    assert any(p.role == "body" and "extractor says body" in p.rule for p in whole)
    at = text.index("Ada Brand")
    scrap = label_pieces(text, hints=[[at, at + 9, "body", "extractor"]])
    assert sum(p.end - p.start for p in scrap if p.role == "body") > 300


def test_an_extractor_decides_where_the_classifier_knows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page unlike all that the classifier knows (a list of winners, say) is text because the extractor says so, and the rule tells it."""
    monkeypatch.setattr(model, "ensemble", lambda x, first, w: np.full(len(x), -20.0))
    head, paragraphs, _ = PAGES["en"]
    text = head + "\n\n".join(paragraphs)
    start = text.index(paragraphs[0])
    kept = [p for p in label_pieces(text, hints=[[start, len(text), "body", "extractor"]]) if p.role == "body"]
    assert sum(p.end - p.start for p in kept) > 0.9 * (len(text) - start)
    assert all("classifier knows less than half of the extractor's text" in p.rule for p in kept)


def test_a_document_without_furniture_is_kept_whole_where_the_classifier_knows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no line is known to stand around an article, nothing is lost; one line of a menu, and the classifier is believed."""
    monkeypatch.setattr(model, "ensemble", lambda x, first, w: np.full(len(x), -20.0))
    winners = [f"{prize} of the year\n{name} of {town}" for prize in ("Novel", "Drama", "Poem", "Song") for name, town in zip(
        ("Oak", "Reed", "Fern", "Moss"), ("Easterby", "Northgate", "Lenn", "Southmoor"), strict=True)]  # fmt: skip
    text = "\n".join(winners)
    assert len(text.split()) >= 100
    assert {role for role, _ in roles_of(text)} <= {"body", "subheading"}
    assert "body" not in {role for role, _ in roles_of(f"Sign in\n{text}")}
    assert "body" not in {role for role, _ in roles_of(winners[0])}


def test_an_extractors_article_wins_over_longer_comments() -> None:
    """Running text below the article that the extractor left out is not kept, though there is more of it."""
    head, paragraphs, _ = PAGES["en"]
    comments = [
        f"I wonder whether reader number {n} has seen what this town did with its harbour, and I doubt that it will last."
        for n in range(20)
    ]
    text = head + "\n\n".join([*paragraphs, *comments])
    start, end = text.index(paragraphs[0]), text.index(comments[0])
    assert end - start < 0.6 * len("".join(comments))
    kept = [p for p in label_pieces(text, hints=[[start, end, "body", "extractor"]]) if p.role == "body"]
    assert kept and all(p.end <= end + 2 for p in kept)


# -- properties ------------------------------------------------------------------------------------------------------------------

_LINES = st.sampled_from(
    [*PAGES["en"][1], *PAGES["es"][1], *PAGES["ru"][1], "Share", "Home", "", "", "By Ada Brand", "Read more: A story", "[1]", "• Oops!", "(AP) —", "  ",
     "A Headline Without A Stop", "Photo: Ada Brand/Agency", "x" * 700, "\ud800", "\x00", "Donate now!", "12.03.2021", "￼ 👩‍👧", "ПАРИЖ —"]
)  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(st.lists(_LINES, max_size=14), st.sampled_from(["\n", "\n\n", "\r\n"]))
def test_pieces_tile_any_text(parts: list[str], end: str) -> None:
    """Every code point has exactly one piece, with a known role, a reason and a confidence."""
    text = end.join(parts)
    pieces = label_pieces(text)
    check_tiling(len(text), pieces)
    assert all(p.role in ROLES and p.rule and 0 <= p.confidence <= 1 for p in pieces)
    assert pieces == label_pieces(text)


def _article(text: str) -> str:
    kept = [text[p.start : p.end].strip() for p in label_pieces(text) if p.role in ARTICLE_ROLES]
    return "\n\n".join(part for part in kept if part)


@pytest.mark.parametrize("language", PAGES)
@pytest.mark.parametrize("number", [1, 2, 3])
def test_clean_text_stays_as_it_is(language: str, number: int) -> None:
    """Articles of one, two and three paragraphs, without a title, come back whole."""
    text = "\n\n".join(PAGES[language][1][:number])
    assert _article(text) == text


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(PAGES)), st.permutations([0, 1, 2]), st.booleans())
def test_cleaning_twice_is_cleaning_once(language: str, order: list[int], furniture: bool) -> None:
    """What was kept is kept again."""
    head, paragraphs, foot = PAGES[language]
    text = (head if furniture else "") + "\n\n".join(paragraphs[i] for i in order) + (foot if furniture else "")
    once = _article(text)
    assert _article(once) == once


@pytest.mark.parametrize("text", ["", " ", "\n\n", "word", "One line only.", "[1]"])
def test_tiny_texts_are_labelled_without_complaint(text: str) -> None:
    """Nothing is too short to be labelled."""
    check_tiling(len(text), label_pieces(text))


def test_documents_cleaned_together_are_cleaned_as_if_alone() -> None:
    """What stands around a document in a batch changes nothing about it; empty, blank and wrapped documents are among them."""
    texts = [
        "",
        "  \n ",
        *(head + "\n\n".join(body) + foot for head, body, foot in PAGES.values()),
        WIRE,
        "\r",
        "word\r",
        "\nword\r\n\r\nend",
    ]
    texts += [path.read_text(encoding="utf-8") for path in sorted(SEEDS.glob("*.txt"))]
    texts.insert(3, "\n".join(textwrap.wrap(" ".join(PAGES["en"][1]), 60)))
    assert list(label_documents(texts)) == [label_pieces(text) for text in texts]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(alphabet=st.sampled_from("aB.\r\n \u2028-é😀\x0c1"), max_size=30), max_size=6))
def test_lines_of_a_batch_are_those_of_each_text(texts: list[str]) -> None:
    """Reading texts together finds the visible lines that cutting each text finds, with the blank lines above them."""
    pages = read_pages(texts)
    for number, text in enumerate(texts):
        expected, blank = [], 0
        for line in split_lines(text):
            if line.text.strip():
                expected.append((line.start, line.end, line.text.strip(), blank))
                blank = 0
            else:
                blank += 1
        here = range(pages.first[number], pages.first[number + 1])
        at = pages.offset[number]
        assert [(pages.low[i] - at, pages.high[i] - at, pages.string(i), pages.above[i]) for i in here] == expected


# -- cues ------------------------------------------------------------------------------------------------------------------------


def test_cue_triggers_miss_nothing() -> None:
    """Looking only where a trigger word stands finds the same cues as trying every pattern everywhere."""
    texts = ["\n".join([head, *paragraphs, foot]) for head, paragraphs, foot in PAGES.values()]
    texts += [path.read_text(encoding="utf-8") for path in sorted(SEEDS.glob("*.txt"))]
    texts.append(
        "\n".join(
            [
                "Photo: Ann Other",
                "(left)",
                "12 minutos de lectura",
                "5 min read",
                "Support independent journalism",
                "© 2020 Us",
                "Écouter",
                "Foto: dpa",
                "Kommentare",
                "Dónaos",
            ]
        )
    )
    pages = read_pages(texts + _gold_pages())
    names = {code: cue for cue, code in CUE_CODES.items()}
    found = [names[code] for code in find_cues(pages).tolist()]
    assert found == [cues.cue_of(pages.string(line)) for line in range(len(pages))]


def _gold_pages() -> list[str]:
    folder = Path(os.environ.get("CORPUS_GOLD", "../shared/gold"))
    if not (folder / "cleaning").is_dir():
        return []
    from benchmarks.cleaning_data import load_dumps

    return [dump.text for dump in load_dumps(folder)[::300]]


def test_further_networks_are_asked_where_the_first_is_in_doubt() -> None:
    """The mean of two networks on lines that the first is not sure of, the first alone elsewhere; document by document."""
    rng = np.random.default_rng(5)
    width, columns = 4, 3
    w = {"w_in": rng.normal(size=(2, columns, width)), "b_in": rng.normal(size=(2, width))}
    for level in range(len(model.DISTANCES)):
        w |= {f"w_{level}": rng.normal(size=(2, 3 * width, width)) / 2, f"b_{level}": rng.normal(size=(2, width))}
    w |= {"w_out": rng.normal(size=(2, width)), "b_out": rng.normal(size=2)}
    w = {name: values.astype(np.float32) for name, values in w.items()}
    x, first = rng.normal(size=(90, columns)).astype(np.float32), np.array([0, 20, 20, 90])
    one, two = (model.ensemble(x, first, {name: values[m : m + 1] for name, values in w.items()}) for m in range(2))
    doubtful = np.abs(one) < model.DOUBT
    assert 0 < doubtful.sum() < len(x)
    both = model.ensemble(x, first, w)
    assert both == pytest.approx(np.where(doubtful, (one + two) / 2, one), abs=1e-4)
    assert both[20:] == pytest.approx(model.ensemble(x[20:], np.array([0, 70]), w), abs=1e-4)


def test_of_a_paragraph_that_stands_twice_one_is_the_text() -> None:
    """A preview that repeats the first paragraph is set aside; short lines may repeat."""
    head, paragraphs, foot = PAGES["en"]
    found = roles_of(head + paragraphs[0] + "\n\n" + "\n\n".join(paragraphs) + foot)
    assert sorted(role for role, words in found if words == paragraphs[0]) == ["body", "boilerplate"]
