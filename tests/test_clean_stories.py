"""Pages with several stories are split; subheadings, questions, lists and live entries do not split."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus_utils.clean.body import find_cues
from corpus_utils.clean.briefs import opens_like_news
from corpus_utils.clean.lines import Piece, check_tiling
from corpus_utils.clean.pages import read_pages
from corpus_utils.clean.roles import label_batches
from corpus_utils.clean.sheet import Sheet
from corpus_utils.clean.stories import ON_EXTRACTED_PAGES, ON_FURNISHED_PAGES, Stories, load_weights, split_stories, story_starts
from corpus_utils.clean.story_context import CONTEXT, page_context
from corpus_utils.clean.story_features import FEATURES, page_features
from corpus_utils.clean.story_units import Units
from corpus_utils.clean.story_words import Chains, Entries, Likeness
from corpus_utils.clean.trees import Forest, probability

HARBOUR = """Council Approves New Harbour Wall After Winter Floods
The town council of Easterby voted on Monday to build a new harbour wall, three months after winter floods damaged forty houses near the quay.
Engineer Paula Hartwell told the meeting that the old wall had cracks along half of its length and could not be repaired any more.
Fishermen asked for a wider entrance, which the engineers promised to include in the plans before work on the quay begins in the spring.
The wall will be paid for by the county and by a fee on boats that use the harbour during the summer season."""

CINEMA = """Old Cinema Reopens With Festival of Silent Films
The Orpheum cinema in Northgate opened its doors on Saturday for the first time since a fire closed it nine years ago.
Volunteers led by teacher Samuel Okoro had rebuilt the stage, the balcony and four hundred seats with donations from film lovers.
A pianist accompanied three silent comedies, and the audience stood up to applaud when the restored organ was heard again.
The festival goes on until Sunday with films from Sweden, Japan and Brazil, each introduced by a student of film history."""

POTATO = """Farmers Fear Poor Potato Harvest After Dry Summer
Potato growers in the valley of the Lenn expect a third less than last year because hardly any rain has fallen since June.
The growers' union said tubers were small and that many fields had been watered from wells which are now close to empty.
Agronomist Ilse Brandt advised farmers to plant earlier varieties and to cover the soil with straw to keep it moist.
Wholesale prices have already risen, and a bakery that makes potato bread has stopped taking orders for the autumn."""

SECTIONS = """Council Approves New Harbour Wall After Winter Floods
The town council of Easterby voted on Monday to build a new harbour wall, three months after winter floods damaged houses near the quay.
Engineer Paula Hartwell told the meeting that the old harbour wall had cracks along half of its length and could not be repaired.
{heading}
Hartwell said the new wall would stand a metre higher than the old one, and that the quay would be closed while the wall is built.
She added that the council had asked three firms for an offer and that the floods had shown how urgent the wall is for the harbour.
The council hopes that the wall protects the quay and the houses of Easterby from floods for at least fifty years, Hartwell said."""


def _sheet(texts: list[str], pieces: list[Piece] | None = None) -> Sheet:
    """The texts as they are labelled, or one text with these pieces."""
    if pieces is None:
        ((rows, labelled),) = label_batches(texts)
        return Sheet(rows.pages, rows.cue, labelled)
    pages = read_pages(texts)
    return Sheet(pages, find_cues(pages), [pieces])


def _split(text: str, pieces: list[Piece] | None = None) -> Stories:
    return split_stories(_sheet([text], pieces))[0] if text else Stories((), (), {})


def _titles(text: str) -> list[str]:
    stories = _split(text)
    check_tiling(len(text), list(stories.pieces))
    starts = []
    for number in sorted(stories.confidence)[1:]:
        piece = next(p for p, n in zip(stories.pieces, stories.numbers, strict=True) if n == number)
        starts.append(text[piece.start : piece.end].strip())
    return starts


def test_a_document_known_to_be_one_story_is_left_whole_and_not_looked_at() -> None:
    """Of two pages of two stories, that which is known to be one keeps one and has no candidates; the other is split as it is alone."""
    page = f"{HARBOUR}\n{CINEMA}"
    one, two = split_stories(_sheet([page, page]), whole=[0])
    assert sorted(one.confidence) == [1] and sorted(two.confidence) == [1, 2]
    assert two == _split(page)
    units = Units(_sheet([page, page]), whole=[0])
    assert set(units.document[units.candidates].tolist()) == {1}


@pytest.mark.parametrize("texts", [(HARBOUR, CINEMA), (CINEMA, POTATO, HARBOUR), (POTATO, CINEMA), (POTATO, HARBOUR)])
def test_stories_on_different_matters_are_split_at_their_headlines(texts: tuple[str, ...]) -> None:
    """Each headline after the first opens a story."""
    assert _titles("\n".join(texts)) == [text.split("\n")[0] for text in texts[1:]]


def test_a_first_story_without_a_headline_is_still_the_first_story() -> None:
    """A page that starts with its lead has one story before the first headline."""
    page = HARBOUR.split("\n", 1)[1] + "\n" + CINEMA
    assert _titles(page) == [CINEMA.split("\n")[0]]


@pytest.mark.parametrize(
    "heading",
    [
        "What is the wall for?",
        "A metre higher",
        "How the new harbour wall will protect Easterby",
        "1. The wall",
        "10:45",
        "Q: Who pays for the wall?",
        "THE QUAY STAYS CLOSED",
        "• The wall",
    ],
)
def test_headings_inside_a_story_do_not_split_it(heading: str) -> None:
    """Subheadings, questions, numbered and live entries stay inside the story they belong to."""
    assert _titles(SECTIONS.format(heading=heading)) == []


def test_an_article_an_extractor_pointed_at_is_hardly_ever_split() -> None:
    """Where the page's markup led an extractor to one article, the model must be surer than elsewhere."""
    sheet = _sheet([f"{HARBOUR}\n{CINEMA}"])
    units = Units(sheet)
    features = page_features(units)
    elsewhere, extracted = story_starts(units, features), story_starts(units, features, extracted=[0])
    assert ON_FURNISHED_PAGES < ON_EXTRACTED_PAGES
    assert [unit for unit, sure in elsewhere[0] if sure >= ON_EXTRACTED_PAGES] == [unit for unit, _ in extracted.get(0, [])]


def test_a_page_of_briefs_on_one_subject_is_split_by_the_way_news_opens() -> None:
    """Headlines of one style whose first sentences open like news split a page although its words do not change."""
    leads = (
        "On Monday, Harbour Minister Anna Lindqvist said",
        "Harbour Minister Anna Lindqvist told the harbour board on Tuesday",
        "On Friday, Harbour Minister Anna Lindqvist announced",
    )
    heads = (
        "Minister Promises Easterby Harbour Board More Money",
        "Minister Visits Easterby Harbour Board Again",
        "Easterby Harbour Board Receives Its Money at Last",
    )
    rest = "the harbour of Easterby would receive money for its wall, its quay and its boats, as the harbour board had asked."
    more = "The harbour board said that the money would be used for the wall of the harbour and for the quay of Easterby."
    page = "\n".join(f"{head}\n{lead} that {rest}\n{more}" for head, lead in zip(heads, leads, strict=True))
    page = f"The harbour board of Easterby met the minister four times last month to ask for money for the wall.\n{more}\n{page}"
    assert _titles(page) == list(heads)


def test_what_a_headline_stands_over_does_not_end_at_a_short_sentence() -> None:
    """One-sentence paragraphs could be headlines by their length; the story above is measured to the headline, not to the last of them."""
    sentences = "The quay is closed.\n" * 3
    units = Units(_sheet([f"{HARBOUR}\n{sentences}{CINEMA}"]))
    spacing = page_features(units)[:, FEATURES.index("spacing up")]
    headline = next(i for i, unit in enumerate(units.candidates.tolist()) if units.text(unit).startswith("Old Cinema"))
    assert spacing[headline] == pytest.approx(np.log1p(units.candidates[headline]) / 2)


@pytest.mark.parametrize(
    ("lead", "opens"),
    [
        ("Norland President Ada Boreal said the harbour would open.", True),
        ("On Friday the harbour opened.", True),
        ("El lunes se abrió el puerto.", True),
        ("President Ada Boreal said the harbour would open.", False),  # nothing stands before the office
        ("The president said that it would open on friday.", False),
        ("Friday was a quiet day in the harbour.", False),
        ("", False),
    ],
)
def test_leads_that_open_like_news(lead: str, opens: bool) -> None:
    """An office between a capital and a full name, or a weekday behind "on", and nothing less."""
    assert opens_like_news(lead) is opens


def test_every_story_has_a_confidence_and_headlines_become_titles() -> None:
    """Confidence lies between 0 and 1, and the line that opens a story has the role title."""
    page = f"{HARBOUR}\n{CINEMA}"
    stories = _split(page)
    assert set(stories.confidence) == {1, 2}
    assert all(0 < c <= 1 for c in stories.confidence.values())
    opening = next(p for p, n in zip(stories.pieces, stories.numbers, strict=True) if n == 2)
    assert opening.role == "title"


def test_menus_and_appeals_belong_to_no_story() -> None:
    """Pieces outside the text have the number 0."""
    pieces = [Piece(0, 5, "navigation", "", 1.0), Piece(5, 9, "body", "", 1.0), Piece(9, 12, "promotion", "", 1.0)]
    assert _split("Home\nabc\nGo!", pieces).numbers == (0, 1, 0)


def test_a_page_without_text_has_no_story() -> None:
    """Nothing but navigation: no story at all."""
    stories = _split("Home\n", [Piece(0, 5, "navigation", "", 1.0)])
    assert stories.numbers == (0,) and stories.confidence == {}


def test_the_shipped_forest_fits_the_features() -> None:
    """Weights and code name the same features, and every candidate gets a value for each."""
    first, second, threshold = load_weights()
    units = Units(_sheet([f"{HARBOUR}\n{CINEMA}"]))
    rows = page_features(units)
    context = page_context(units, first.log_odds(rows))
    assert len(rows) and rows.shape[1] == len(FEATURES) and context.shape == (len(rows), len(CONTEXT))
    assert 0 < threshold < 1 and all(0 <= chance <= 1 for chance in second.probabilities(np.concatenate([rows, context], axis=1)))


def test_context_is_that_of_the_page_alone() -> None:
    """Rank, best other candidate and neighbours are looked for on the candidate's own page."""
    units = Units(_sheet([f"{HARBOUR}\n{CINEMA}", SECTIONS.format(heading="What for?"), "\n".join((POTATO, CINEMA))]))
    odds = np.random.default_rng(0).normal(size=len(units.candidates))
    document = units.document[units.candidates]
    context = dict(zip(CONTEXT, page_context(units, odds).T, strict=True))
    for number in set(document.tolist()):
        own = odds[document == number]
        here = {name: column[document == number] for name, column in context.items()}
        assert here["rank"].tolist() == [int((own > value).sum()) for value in own]
        assert here["best other"].tolist() == [max([*own[:i], *own[i + 1 :], -9.0]) for i in range(len(own))]
        assert here["above"].tolist() == [-9.0, *own[:-1]] and here["below"].tolist() == [*own[1:], -9.0]


def test_features_of_a_page_do_not_depend_on_other_pages() -> None:
    """Candidates and features are the same alone and among others, an empty page included."""
    pages = [f"{HARBOUR}\n{CINEMA}", SECTIONS.format(heading="What for?"), "Home\n\n", "\n".join((POTATO, CINEMA, HARBOUR))]
    units = Units(_sheet(pages))
    together, first = page_features(units), np.searchsorted(units.candidates, units.first)
    for number, page in enumerate(pages):
        alone = page_features(Units(_sheet([page])))
        assert (together[first[number] : first[number + 1]] == alone).all()
    assert len(together) >= 3


PARAGRAPHS = st.lists(st.sets(st.integers(0, 6), max_size=5), min_size=2, max_size=9)


@given(PARAGRAPHS, st.data())
@settings(max_examples=60, deadline=None)
def test_chains_and_likeness_are_those_of_the_sets_of_stems(paragraphs: list[set[int]], data: st.DataObject) -> None:
    """Distinct, shared and cosine from tables equal those counted stem by stem; nothing is shared with another document."""
    place = [(stem, number) for number, stems in enumerate(paragraphs) for stem in stems]
    stem, number = (np.array([pair[i] for pair in place], dtype=np.uint32) for i in (0, 1))
    entries = Entries(stem, number)
    document = np.zeros(len(paragraphs), dtype=np.int64)
    cut = data.draw(st.integers(1, len(paragraphs) - 1))
    one, two = (np.array([0]), np.array([cut])), (np.array([cut]), np.array([len(paragraphs)]))
    left, right = set().union(*paragraphs[:cut]), set().union(*paragraphs[cut:])
    chains = Chains(entries, document)
    assert chains.distinct(one).tolist() == [len(left)] and chains.distinct(two).tolist() == [len(right)]
    assert chains.shared(one, two).tolist() == [len(left & right)]
    weight = 1.0 + entries.stem % 3
    vectors = [
        np.array([sum(s in each for each in part) * (1.0 + s % 3) for s in range(7)]) for part in (paragraphs[:cut], paragraphs[cut:])
    ]
    size = np.linalg.norm(vectors[0]) * np.linalg.norm(vectors[1])
    expected = vectors[0] @ vectors[1] / size if size else 0.0
    assert Likeness(entries, weight, document).cosine(one, two) == pytest.approx([expected])
    apart = (np.arange(len(paragraphs)) >= cut).astype(np.int64)
    assert Chains(entries, apart).shared(one, two).tolist() == [0]


def test_stems_are_paired_within_reach_and_document() -> None:
    """A stem in paragraphs 0, 50, 100 and 101: what is further apart than `REACH` is no pair, nor is what stands in two documents."""
    entries = Entries(np.full(4, 7, dtype=np.uint32), np.array([0, 50, 100, 101]))
    document = np.array([0] * 101 + [1])
    one, two = entries.pairs(document, next_only=False)
    assert list(zip(one.tolist(), two.tolist(), strict=True)) == [(0, 1), (1, 2)]
    one, two = entries.pairs(np.zeros(102, dtype=np.int64), next_only=False)
    assert list(zip(one.tolist(), two.tolist(), strict=True)) == [(0, 1), (1, 2), (1, 3), (2, 3)]
    assert entries.pairs(document, next_only=True)[0].tolist() == [0, 1]


@given(st.lists(st.lists(st.floats(-3, 3), min_size=2, max_size=2), max_size=5))
@settings(max_examples=30, deadline=None)
def test_a_forest_as_arrays_judges_like_its_trees(rows: list[list[float]]) -> None:
    """Many rows at once get exactly what each gets alone, also from trees of unequal depth."""
    forest = {"baseline": -0.5, "trees": [[[0, 0.5, 1, 2], [0.25], [1, -1.0, 3, 4], [1.5], [-0.75]], [[0.125]]]}
    assert Forest(forest).probabilities(rows) == [probability(forest, row) for row in rows]


@given(
    st.lists(
        st.sampled_from(
            [HARBOUR, CINEMA, "", "Short line", "A sentence that goes on for a while, as sentences in news often do, and then stops."]
        ),
        max_size=6,
    )
)
@settings(max_examples=40, deadline=None)
def test_any_page_stays_tiled(parts: list[str]) -> None:
    """Splitting never loses a character and numbers stories 1, 2, ... without a gap."""
    text = "\n".join(parts)
    stories = _split(text)
    check_tiling(len(text), list(stories.pieces))
    assert sorted(set(stories.numbers) - {0}) == sorted(stories.confidence) == list(range(1, len(stories.confidence) + 1))
