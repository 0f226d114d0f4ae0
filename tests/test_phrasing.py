"""Loaded, hedged and competing wordings: what counts is stated with its reason, and every hit keeps its place."""

from __future__ import annotations

import time

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus_utils.annotate import phrasing
from corpus_utils.annotate.phrasing import find_phrasings

LANGUAGES = sorted(phrasing.supported())


def units(*texts: str, language: str = "en") -> pd.DataFrame:
    """Passages of one article."""
    rows = [{"id": f"p{number}", "article_id": "d#1", "text": text, "language": language} for number, text in enumerate(texts)]
    return pd.DataFrame(rows, columns=["id", "article_id", "text", "language"]).astype("str")


def test_hits_keep_list_kind_and_place() -> None:
    """A judgement, a reservation and a chosen name in one sentence, each where it stands."""
    text = "The regime’s troops, reportedly, crushed the uprising."
    found = find_phrasings(units(text))
    told = [(row["list"], row["kind"], text[row["start"] : row["end"]]) for row in found.to_dict("records")]
    assert ("loaded", "label", "regime’s") in told and ("hedged", "hearsay", "reportedly") in told
    assert ("loaded", "violence", "crushed") in told and ("names", "a change of government by force", "uprising") in told
    assert ("names", "those who govern", "regime’s") in told  # judged and named: two lists, one word


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("In May they met.", "en", []),
        ("They may meet.", "en", ["may"]),
        ("It was a special military operation, officials said.", "en", ["special military operation"]),
        ("La injerencia extranjera, al parecer, sigue.", "es", ["injerencia", "al parecer"]),
        ("O governo teria mentido.", "pt", ["teria"]),
        ("C’est de l’ingérence, semble-t-il.", "fr", ["l’ingérence"]),
        ("Das Regime könnte fallen.", "de", ["Regime", "könnte"]),
        ("Так называемый режим, по-видимому, падёт.", "ru", ["Так называемый", "режим", "по-видимому"]),
        ("The regime fell.", "xx", []),
    ],
)
def test_cues_of_each_language(text: str, language: str, expected: list[str]) -> None:
    """Case, punctuation, elision and endings are looked through; what a language does not list is not found."""
    found = find_phrasings(units(text, language=language))
    assert found.loc[found["list"] != "names", "text"].tolist() == expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_entry_says_why_and_whence(language: str) -> None:
    """Each entry has its reason and one of the file's sources; the file says which language it is."""
    data = phrasing.read_list(language)
    assert data["language"] == language and phrasing.load_phrasing(language) is not None
    for listed in phrasing.LISTS:
        for entry in data[listed]:
            assert len(entry["why"]) > 8 and entry["source"] in data["sources"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_cue_finds_itself(language: str) -> None:
    """A cue that its own matcher cannot find is a dead line."""
    data = phrasing.read_list(language)
    cues = [cue for listed in ("loaded", "hedged") for entry in data[listed] for cue in entry["cues"].split()]
    texts = [cue.replace("_", " ").replace("*", "") for cue in cues]
    found = set(find_phrasings(units(*texts, language=language))["unit"])
    assert [text for number, text in enumerate(texts) if f"p{number}" not in found] == []


@given(st.lists(st.text(max_size=60), max_size=4))
def test_places_lie_inside_any_text(texts: list[str]) -> None:
    """Whatever the text: offsets hold, and the written form is what stands there."""
    texts = [text.encode("utf-8", "ignore").decode() + " so-called regime," for text in texts]
    found = find_phrasings(units(*texts))
    for row in found.to_dict("records"):
        assert texts[int(row["unit"][1:])][row["start"] : row["end"]] == row["text"] != ""
    assert found["unit"].nunique() == len(texts)


@pytest.mark.parametrize(
    ("text", "voice", "hits"),
    [
        ("They renewed the Brutal Patriot Act within a single month.", "journalist", []),
        ("Brutal cuts came in May.", "journalist", ["Brutal"]),
        ("Mayor Slams Brutal Budget Plan", "headline", ["Slams", "Brutal"]),
        ("She panned the plan as “brutal” and left.", "journalist", []),
        ('He called it "a brutal act" and a sham.', "journalist", ["sham"]),
        ("She panned the plan as “brutal” and left.", "direct", ["brutal"]),
        ("The invasion of the island and the assault on the fort failed.", "journalist", []),
    ],
)
def test_names_and_words_in_quotation_marks_are_not_the_outlet_s(text: str, voice: str, hits: list[str]) -> None:
    """A word of a name, and one that the outlet's own words set in quotation marks, is nobody's loaded wording there."""
    unit = {"id": "u", "article_id": "a", "text": text, "language": "en", "voice": voice}
    found = find_phrasings(pd.DataFrame([unit]))
    assert found.loc[found["list"] == "loaded", "text"].tolist() == hits


def test_a_page_of_wordings_and_marks_ends_at_once() -> None:
    """The marks of a text are looked for once, not once for every wording in it."""
    text = "Brutal “may” ‘seem " * 10_000
    start = time.process_time()
    find_phrasings(pd.DataFrame([{"id": "u", "article_id": "a", "text": text, "language": "en", "voice": "journalist"}]))
    assert time.process_time() - start < 4
