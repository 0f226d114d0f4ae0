"""Actors: names merged over spellings, scripts, titles, surnames, initials and capitals, with the evidence for each merge."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import pandas as pd
import pytest

from corpus_utils import schema
from corpus_utils.annotate.actor_corrections import read_corrections
from corpus_utils.annotate.actor_names import name_key
from corpus_utils.annotate.actors import actor_records, find_actors, merge_evidence
from corpus_utils.annotate.names import find_names

# Written for the project before the method was: [[mention]]{who} marks what should be found and merged.
FIXTURE = [
    (
        "a1",
        "en",
        "Russian Deputy Foreign Minister [[Sergei Ryabkov]]{ryabkov} met [[Delcy Rodríguez]]{delcy} in Caracas. [[Ryabkov]]{ryabkov} said the visit "
        "went well. Vice President [[Rodríguez]]{delcy} thanked him. [[Washington]]{us} rejected the talks, and the [[United States]]{us} "
        "imposed sanctions. Earlier, [[Mr. Ryabkov]]{ryabkov} had spoken by phone with [[Nicolás Maduro Moros]]{maduro}.",
    ),
    (
        "a2",
        "en",
        "Deputy Foreign Minister [[Sergey Riabkov]]{ryabkov} warned [[the U.S.]]{us} on Tuesday. President [[Nicolas Maduro]]{maduro} welcomed the "
        "words of [[Riabkov]]{ryabkov}. [[Moscow]]{russia} and [[Caracas]]{venezuela} agreed to sign a treaty. [[Maduro]]{maduro} praised [[Russia]]{russia}.",
    ),
    (
        "a3",
        "es",
        "El viceministro [[Serguéi Riabkov]]{ryabkov} visitó Managua. El presidente [[Nicolás Maduro]]{maduro} dijo que [[Rusia]]{russia} ayudará. "
        "[[Estados Unidos]]{us} criticó la visita. La vicepresidenta [[Delcy Rodriguez]]{delcy} viajó después. [[EE. UU.]]{us} anunció medidas.",
    ),
    (
        "a4",
        "ru",
        "Заместитель министра [[Сергей Рябков]]{ryabkov} выступил в Москве. По словам [[Рябкова]]{ryabkov}, [[США]]{us} нарушили договор. "
        "[[Россия]]{russia} ответит, заявил [[Рябков]]{ryabkov}. Президент [[Николас Мадуро]]{maduro} поддержал его.",
    ),
    (
        "b1",
        "en",
        "[[Joanna M. Keller]]{keller}, who leads the [[World Harbour Union]]{whu} ([[WHU]]{whu}), resigned on Friday. [[Keller]]{keller} gave no reason. "
        "The [[WHU]]{whu} named [[Peter Keller]]{pkeller} as her successor. The two are not related, [[Joanna Keller]]{keller} told reporters.",
    ),
    (
        "b2",
        "en",
        "[[J. Keller]]{keller} will address the [[World Harbour Union]]{whu} again. Dr. [[Keller]]{keller} is expected in Oslo.",
    ),
    (
        "c1",
        "de",
        "Ministerin [[Annalena Brückner]]{brueckner} sprach mit [[Wolodymyr Sawtschenko]]{savchenko} in Kiew. [[Brückner]]{brueckner} sagte, "
        "[[Deutschland]]{germany} werde helfen. [[Berlin]]{germany} kündigte Hilfe an.",
    ),
    (
        "c2",
        "en",
        "Foreign Minister [[Annalena Brueckner]]{brueckner} met [[Volodymyr Savchenko]]{savchenko}. [[Savchenko]]{savchenko} thanked "
        "[[Germany]]{germany}. [[Ms. Bruckner]]{brueckner} then flew home.",
    ),
    (
        "c3",
        "fr",
        "Le président [[Volodymyr Savtchenko]]{savchenko} a reçu la ministre [[Annalena Brückner]]{brueckner}. [[Paris]]{france} a salué l'accord. "
        "La [[France]]{france} enverra des experts. [[Savtchenko]]{savchenko} a remercié ses alliés.",
    ),
    (
        "d1",
        "en",
        "[[Bill Hartley]]{hartley} lost the vote. Senator [[William Hartley]]{hartley} had led for weeks. [[Hartley]]{hartley} called "
        "[[Maria O'Dowd]]{odowd} to concede. [[O'Dowd]]{odowd} thanked the senator. [[Maria O’Dowd]]{odowd} will take office in May.",
    ),
    (
        "d2",
        "pt",
        "O presidente [[Luís Inácio Prado]]{prado} recebeu a ministra [[Marta Vaz]]{vaz}. [[Prado]]{prado} disse que o [[Brasil]]{brazil} vai crescer. "
        "Segundo [[Vaz]]{vaz}, a obra começa hoje. [[Luis Inacio Prado]]{prado} viaja amanhã.",
    ),
    (
        "d3",
        "en",
        "General [[Muhammad al-Farouq]]{farouq} took the city. [[Mohammed Al-Farouk]]{farouq} had vowed to do so. [[al-Farouq]]{farouq} is 50. "
        "Queen [[Elena II]]{elena} refused to meet him. [[Queen Elena]]{elena} left for London.",
    ),
]
MARKED = re.compile(r"\[\[(.+?)\]\]\{(\w+)\}")


def unmark(text: str) -> tuple[str, list[tuple[int, int, str]]]:
    """The text without marks, and the gold mentions in it."""
    plain, gold, at = "", [], 0
    for match in MARKED.finditer(text):
        plain += text[at : match.start()]
        gold.append((len(plain), len(plain) + len(match.group(1)), match.group(2)))
        plain += match.group(1)
        at = match.end()
    return plain + text[at:], gold


def b_cubed(gold: dict[tuple, str], found: dict[tuple, str]) -> tuple[float, float, float]:
    """B-cubed precision, recall and F1 over the gold mentions (Bagga & Baldwin 1998); a mention not found is alone in its cluster."""
    labels = {m: found.get(m, f"missing {m}") for m in gold}
    precision = recall = 0.0
    for m in gold:
        same_found = {k for k in gold if labels[k] == labels[m]}
        same_gold = {k for k in gold if gold[k] == gold[m]}
        precision += len(same_found & same_gold) / len(same_found)
        recall += len(same_found & same_gold) / len(same_gold)
    p, r = precision / len(gold), recall / len(gold)
    return p, r, 2 * p * r / (p + r)


def articles_of(rows: list[tuple[str, str, str]]) -> pd.DataFrame:
    """One article per (id, language, text), offsets equal to those of the text."""
    return schema.frame(
        "articles",
        [
            {"id": i, "document_id": i, "text": t, "anchors": json.dumps([[0, 0]]), "language": lang, "family_role": "original"}
            for i, lang, t in rows
        ],
    )


# A second batch, written after the method: it scored .92 at first and showed four gaps (French elision, three given names with a
# second surname, occupations, "ee" for "i"), closed since by general rules.
HELD_OUT = [
    (
        "e1",
        "en",
        "Prime Minister [[Ingrid Solheim-Berg]]{solheim} opened the session. [[Solheim-Berg]]{solheim} said [[Oslo]]{norway} would pay. "
        "[[Norway]]{norway} has oil. Former minister [[Yuri Gagarov]]{gagarov} disagreed. [[Mr. Gagarov]]{gagarov} left early.",
    ),
    (
        "e2",
        "ru",
        "Бывший министр [[Юрий Гагаров]]{gagarov} выступил с речью. [[Гагаров]]{gagarov} подчеркнул, что [[Норвегия]]{norway} права. "
        "По мнению [[Гагарова]]{gagarov}, спор решён. [[Евгения Лаптева]]{lapteva} возразила ему.",
    ),
    (
        "e3",
        "fr",
        "[[Iouri Gagarov]]{gagarov} est arrivé lundi. Selon [[Evguenia Lapteva]]{lapteva}, il ment. [[Mme Lapteva]]{lapteva} a parlé à la presse. "
        "L'[[Union européenne]]{eu} a réagi. [[Bruxelles]]{eu} a annoncé une enquête.",
    ),
    (
        "e4",
        "en",
        "[[Yevgenia Lapteva]]{lapteva} won the prize. The [[European Union]]{eu} praised [[Lapteva]]{lapteva}. [[Brussels]]{eu} has long backed her.",
    ),
    (
        "f1",
        "es",
        "El alcalde [[José Luis Cano Prieto]]{cano} renunció. [[Cano]]{cano} dijo que volverá. La fiscal [[María Ruiz]]{ruiz} acusó a "
        "[[José Luis Cano]]{cano}. El [[Partido Verde Unido]]{pvu} ([[PVU]]{pvu}) calló. El [[PVU]]{pvu} elige nuevo líder mañana.",
    ),
    (
        "f2",
        "en",
        "[[Jose Luis Cano]]{cano} resigned as mayor. Prosecutor [[Maria Ruiz]]{ruiz} said the case was closed. [[Ruiz]]{ruiz} smiled.",
    ),
    (
        "g1",
        "en",
        "[[Thomas R. Whitfield]]{whit} and [[Anna Whitfield]]{anna} met at noon. [[Tom Whitfield]]{whit} spoke first. [[Anna]]{anna} waited. "
        "[[Beijing]]{china} warned both. The office in Beijing was shut. [[China]]{china} is watching.",
    ),
    (
        "g2",
        "de",
        "Der Sprecher [[Thomas Whitfield]]{whit} sagte nichts. [[China]]{china} schwieg. [[Peking]]{china} warnte später. "
        "Präsident [[Hussein al-Rashid]]{rashid} kam nicht.",
    ),
    (
        "g3",
        "en",
        "President [[Hussain Al Rashid]]{rashid} stayed home. [[Rashid]]{rashid} is ill, [[Husein al-Rasheed]]{rashid} wrote himself.",
    ),
]


# A third batch, written after that; it led to general fixes in its turn, so no batch here is a measurement any more.
THIRD = [
    (
        "h1",
        "en",
        "Agriculture Secretary [[Dennis O'Hara]]{ohara} toured the farms. [[O'Hara]]{ohara} said [[Ottawa]]{canada} had lied. "
        "[[Canada]]{canada} denied it. The [[National Grain Board]]{ngb} backed him. [[NGB]]{ngb} chief [[Lena Vogt]]{vogt} did not.",
    ),
    (
        "h2",
        "de",
        "Die Chefin [[Lena Vogt]]{vogt} erklärte, [[Kanada]]{canada} habe gelogen. [[Vogt]]{vogt} nannte Minister [[Dennis O'Hara]]{ohara} "
        "einen Freund. [[Aleksandr Tschernow]]{chernov} schwieg.",
    ),
    (
        "h3",
        "ru",
        "Министр [[Александр Чернов]]{chernov} прибыл в Берлин. [[Чернов]]{chernov} заявил, что [[Германия]]{germany} поможет. "
        "Встречу с [[Черновым]]{chernov} подтвердила [[Лена Фогт]]{vogt}.",
    ),
    (
        "h4",
        "en",
        "[[Alexander Chernov]]{chernov} thanked [[Berlin]]{germany} for the aid. [[Mr. Chernov]]{chernov} will meet [[Joaquín Peña Soto]]{pena} next. "
        "His brother [[Viktor Chernov]]{viktor} stays at home.",
    ),
    (
        "h5",
        "es",
        "El ministro [[Joaquín Peña]]{pena} recibió a [[Alexandr Chernov]]{chernov}. [[Peña]]{pena} agradeció a [[Alemania]]{germany}. "
        "El canciller [[Mohamed el-Sayed]]{sayed} no asistió.",
    ),
    ("h6", "pt", "[[Mohammed Al-Sayed]]{sayed} falou com [[Joaquin Pena]]{pena}. O [[Canadá]]{canada} ajudará, disse [[Al-Sayed]]{sayed}."),
]


def score(fixture: list[tuple[str, str, str]]) -> tuple[float, float, float]:
    """B-cubed of `find_actors` on a fixture."""
    texts = [(i, lang, *unmark(text)) for i, lang, text in fixture]
    mentions = find_actors(articles_of([(i, lang, text) for i, lang, text, _ in texts]), schema.empty("sentences"))
    gold, found = {}, {}
    for i, _, _, marks in texts:
        for start, end, who in marks:
            gold[i, start] = who
            for m in mentions[mentions["article_id"] == i].itertuples():
                if m.start < end and start < m.end:
                    found[i, start] = m.actor
    return b_cubed(gold, found)


@pytest.mark.parametrize("fixture", [FIXTURE, HELD_OUT, THIRD, FIXTURE + HELD_OUT + THIRD], ids=["1", "2", "3", "all"])
def test_variants_are_merged(fixture: list[tuple[str, str, str]]) -> None:
    """B-cubed F1 of at least .95 on the fixtures of variants, apart and together."""
    p, r, f = score(fixture)
    assert f >= 0.95, (p, r, f)


def test_the_reason_of_a_merge_is_told() -> None:
    """Each mention says why it counts for its actor; the evidence table counts the spellings."""
    text = "Senator William Hartley spoke. Hartley left. Bill Hartley came back. Moscow rejected it."
    mentions = find_actors(articles_of([("a", "en", text)]), schema.empty("sentences"))
    rules = dict(zip(mentions["mention"], mentions["rule"], strict=True))
    assert rules["Hartley"].startswith("surname: ")
    assert rules["Bill Hartley"].startswith("short first name: ")
    assert rules["Moscow"] == "seat of government for Russia"
    assert [text[m.start : m.end] for m in mentions.itertuples()] == list(mentions["mention"])
    assert merge_evidence(mentions)["mentions"].sum() == len(mentions)


def test_two_people_with_one_surname_stay_apart() -> None:
    """A surname that fits two people of the article is given to neither."""
    text = "Peter Keller met Joanna Keller. Keller smiled."
    mentions = find_actors(articles_of([("a", "en", text)]), schema.empty("sentences"))
    assert len(set(mentions["actor"])) == 3


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Washington rejected the plan.", True),
        ("The talks between Washington and Moscow failed.", True),
        ("He lives in Washington.", False),
        ("Washington’s answer came late.", True),
        ("They met near Washington, D.C., on Monday.", False),
    ],
)
def test_a_capital_is_an_actor_only_where_it_acts(text: str, named: bool) -> None:
    """A seat of government stands for the government; a place does not."""
    mentions = find_actors(articles_of([("a", "en", text)]), schema.empty("sentences"))
    assert ("United States" in set(mentions["actor"])) is named


def test_an_adjective_of_a_region_is_no_actor() -> None:
    """ "South American" names nobody; a state and a body with such a word in its name do."""
    text = "The South American country signed. A Latin American bloc met the Organization of American States in South Africa."
    found = actor_records(pd.DataFrame({"id": ["1"], "text": [text], "language": ["en"]}))
    assert found["mention"].tolist() == ["Organization of American States", "South Africa"]


def test_corrections_go_first(tmp_path: Path) -> None:
    """The user's file joins and splits; a broken file is named in the error."""
    text = "Ann Lee met Ann Lees. Lee left. The Iron Lady spoke to Ann Lee."
    path = tmp_path / "actors.yaml"
    path.write_text("join: [[Ann Lee, Iron Lady]]\nsplit: [Lee]\n", encoding="utf-8")
    mentions = find_actors(articles_of([("a", "en", text)]), schema.empty("sentences"), corrections=read_corrections(path))
    actors = dict(zip(mentions["mention"], mentions["actor"], strict=True))
    assert actors["Iron Lady"] == actors["Ann Lee"] and actors["Lee"] == "Lee" and actors["Ann Lees"] == "Ann Lees"
    path.write_text("merge: 3", encoding="utf-8")
    with pytest.raises(ValueError, match=r"actors\.yaml"):
        read_corrections(path)
    path.write_text("join: " + "[" * 5000, encoding="utf-8")
    with pytest.raises(ValueError, match=r"actors\.yaml"):
        read_corrections(path)
    path.write_text('join:\n  - ["\\ud800 Bob", "Bob"]\n', encoding="utf-8")
    with pytest.raises(ValueError, match=r"actors\.yaml: '\\ud800 Bob' holds half a character"):
        read_corrections(path)


def test_records_and_titles() -> None:
    """Records give rows with their id; titles of articles count with offsets in the document."""
    records = pd.DataFrame({"id": ["x", "y"], "text": ["", "Ann Lee spoke."], "language": ["en", "en"]})
    rows = actor_records(records)
    assert list(rows.columns) == ["id", "language", "start", "end", "actor", "mention", "rule"]
    assert rows.drop(columns="language").iloc[0].to_dict() == {
        "id": "y",
        "start": 0,
        "end": 7,
        "actor": "Ann Lee",
        "mention": "Ann Lee",
        "rule": "named so",
    }
    document = "News: Ann Lee wins\nAnn Lee spoke."
    articles = articles_of([("d#1", "en", "Ann Lee spoke.")])
    articles["anchors"] = json.dumps([[0, document.index("Ann Lee spoke")]])
    title = {
        "id": "d#1s0",
        "article_id": "d#1",
        "document_id": "d",
        "part": "title",
        "start": 6,
        "end": 18,
        "text": "Ann Lee wins",
        "language": "en",
    }
    mentions = find_actors(articles, schema.frame("sentences", [title]))
    assert [document[m.start : m.end] for m in mentions.itertuples()] == ["Ann Lee", "Ann Lee"]
    assert find_actors(articles.iloc[:0], schema.empty("sentences")).empty


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("Ryabkov", "Riabkov", True),
        ("Savchenko", "Sawtschenko", True),
        ("Khrushchev", "Chruschtschow", False),
        ("Rodriguez", "Rodríguez", True),
        ("Brückner", "Brueckner", True),
        ("Farouq", "al-Farouk", True),
        ("Maria", "Mario", False),
        ("Ivanov", "Ivanova", False),
    ],
)
def test_keys_of_names(a: str, b: str, same: bool) -> None:
    """Transliterations share a key, different names do not."""
    assert (name_key(a) == name_key(b)) is same


@pytest.mark.parametrize("word", ["By ", "President ", "Monday ", "Ivan of the "])
def test_a_page_of_capitals_ends_at_once(word: str) -> None:
    """A run of capital words as long as a page is read once, not once for each of its words."""
    start = time.process_time()
    find_names("Maduro " + word * 70_000, "en")
    assert time.process_time() - start < 4


def told(*texts: str) -> list[tuple[str, str]]:
    """(mention, actor) of English articles, in reading order."""
    articles = articles_of([(f"a{number}", "en", text) for number, text in enumerate(texts)])
    mentions = find_actors(articles, schema.empty("sentences"))
    return list(zip(mentions["mention"], mentions["actor"], strict=True))


@pytest.mark.parametrize(
    ("text", "mention", "actor"),
    [
        ("The New Harwick HCB raided a flat. An agent of the H.C.B. in New Harwick said so. The H.C.B. was silent.", "H.C.B.", "H.C.B."),
        ("Weary House Democrats met Ann Lee. Most Democrats stayed. Grim Democrats left.", "Democrats", "Democrats"),
        ("Officials at the White House spoke. Washington rejected the plan.", "White House", "White House"),
        ("Officials at the White House spoke. Washington rejected the plan.", "Washington", "United States"),
        ("Old hands of the Hartley years met Joan Hartley. Members of the Hartley clan wept.", "Hartley", "Joan Hartley"),
        ("Secretary of State Joan Hartley spoke. Mr. Brandt met Hartley.", "Hartley", "Joan Hartley"),
        ("Mitt Keller waited. On Meet nobody came.", "Meet", "Meet"),
    ],
)
def test_bodies_places_and_parties_have_no_surname(text: str, mention: str, actor: str) -> None:
    """Acronyms, parties and words behind the name of a place are no surnames; the seat of a president is not the country."""
    assert {a for m, a in told(text) if m == mention} == {actor}


def test_an_adjective_of_a_party_is_no_actor() -> None:
    """ "Republican" before a noun and "Democratic" name nobody."""
    assert [m for m, _ in told("A Republican plan met Democratic doubts, and Ann Lee left.")] == ["Ann Lee"]


def test_a_word_that_stories_use_alone_is_no_surname() -> None:
    """One run of capitals does not make a surname of a word that many stories hold without a bearer; those that have one do."""
    others = ["He wrote it on Chirper and laughed."] * 5
    assert ("Chirper", "Chirper") in told("The Harbour Chirper feed shut. He left Chirper.", *others)
    assert ("Brandt", "Ivo Brandt") in told("Ivo Brandt spoke. Brandt left.", "He met Brandt again.")


def test_a_surname_alone_stands_for_whom_the_corpus_means() -> None:
    """ "President Hartley" joins the Hartley of nine in ten stories; of two equals neither; the reason is told."""
    articles = ["Joan Hartley won, and Hartley smiled."] * 9 + ["Melissa Hartley sang."]
    assert ("Hartley", "Joan Hartley") in told(*articles, "President Hartley left at noon.")
    texts = [(f"a{n:02}", "en", text) for n, text in enumerate([*articles, "Nobody but Hartley knew."])]
    rows = find_actors(articles_of(texts), schema.empty("sentences"))
    assert rows["rule"].iloc[-1] == "surname, 9 of 10 stories with a full name: Joan Hartley"
    assert ("Hartley", "Hartley") in told("Joan Hartley won.", "Melissa Hartley sang.", "President Hartley left at noon.")


def test_a_surname_is_no_first_name() -> None:
    """ "Hartley" in a story of the Hartley Harbour is the Hartley whom other stories name; two letters are no initials of a person."""
    assert ("Hartley", "Joan Hartley") in told(*["Joan Hartley won."] * 3, "He walked to Hartley Harbour. Then even Hartley spoke.")
    assert ("DC", "DC") in told("Dan Cole left. Nobody in DC knew.")


def test_a_junior_stays_apart_where_stories_tell_the_two_apart() -> None:
    """ "Keller Jr." is not "Keller"; a Jr. whom other stories name without it is one person."""
    found = told(
        "Peter Keller met Peter Keller Jr. at noon. Keller spoke. Later Keller Jr. left.", "Joan M. Vogt Jr. won.", "Joan Vogt lost."
    )
    actors = {mention.rstrip("."): actor for mention, actor in found}
    assert actors["Keller"] == actors["Peter Keller"] != actors["Keller Jr"] == actors["Peter Keller Jr"]
    assert actors["Joan M. Vogt Jr"] == actors["Joan Vogt"]


def test_a_word_in_front_is_no_part_of_a_name() -> None:
    """ "Attacking Ivo Brandt" is Ivo Brandt, and he is listed without it."""
    assert {a for _, a in told("Attacking Ivo Brandt was easy.", *["Then Ivo Brandt spoke."] * 3)} == {"Ivo Brandt"}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("The director of National Harbours Anna Vogt left.", ["National Harbours", "Anna Vogt"]),
        ("Director of National Harbours Anna Vogt left.", ["National Harbours", "Anna Vogt"]),
        ("Secretary of Defense Kirsbet Vogt left, and the Secretary of State stayed.", ["Kirsbet Vogt"]),
        ("He wrote to Harbour Sachs CEO Lloyd Vogt.", ["Harbour Sachs", "Lloyd Vogt"]),
        ("He met Senator Anna Vogt of New Harwick and Paul Brandt of Norland.", ["Anna Vogt", "New Harwick", "Paul Brandt", "Norland"]),
        (
            "The Justice Department sued the Harwick Foreign Relations Committee.",
            ["Justice Department", "Harwick Foreign Relations Committee"],
        ),
        ("But Mr. Vogt met Sen. Brandt, R-N.Y., on Sept. 11, and Rep. Ivo Keller (D-Ohio).", ["Vogt", "Brandt", "Ivo Keller"]),
        ("He liked Parts of Mr. Vogt’s plan. Ted Vogt I do not know.", ["Vogt", "Ted Vogt"]),
        ("The Chief Justice met the President’s men on Tuesday’s train.", []),
        (
            "He spoke at the Council on Foreign Harbours and the Center for Harbour Safety.",
            ["Council on Foreign Harbours", "Center for Harbour Safety"],
        ),
        ("A Republican and one Democrat quoted the Constitution.", []),
    ],
)
def test_offices_bodies_and_places_are_no_part_of_a_name(text: str, names: list[str]) -> None:
    """What a person leads, comes from or is stands apart from the name, by its place; dates, parties and offices alone are no names."""
    assert [mention for mention, _ in told(text)] == names


def test_a_body_alone_is_the_one_that_the_story_names() -> None:
    """ "the Department" is the only department of the story; where there is none or two it is nobody."""
    assert told("The Justice Department sued. Then the Department won.")[1] == ("Department", "Justice Department")
    assert [a for _, a in told("The Justice Department met the State Department. Then the Department won.")] == [
        "Justice Department",
        "State Department",
    ]
    assert told("He wrote to the Department, but Ann Lee left.") == [("Ann Lee", "Ann Lee")]


def test_an_abbreviation_is_what_other_stories_spell_out() -> None:
    """Stories that write "WHU" only join those that write the name beside it, unless two names share it."""
    spelled = "The World Harbour Union (WHU) met."
    assert ("WHU", "World Harbour Union") in told(spelled, "Then the WHU left.")
    assert ("WHU", "WHU") in told(spelled, "The Western House Union (WHU) met.", "Then the WHU left.")


def test_a_body_is_listed_under_the_name_it_is_known_by() -> None:
    """Where three times as many texts write the abbreviation as write the name out, the body is listed under it; else under its name."""
    texts = ["The World Harbour Union (WHU) met.", *["Then the WHU left."] * 3]
    for count, listed in ((4, "WHU"), (3, "WHU"), (2, "World Harbour Union")):
        records = pd.DataFrame({"id": list(map(str, range(count))), "text": texts[:count]})
        assert set(actor_records(records)["actor"]) == {listed}


def test_a_number_tells_two_people_apart_only_where_it_stands_with_the_surname() -> None:
    """ "Ivo Keller III" is "Ivo Keller", though one story writes both; "Keller III" beside "Keller" is another man."""
    assert {a for _, a in told("Ivo Keller III won. Ivo Keller smiled.")} == {"Ivo Keller"}
    apart = dict(told("Ivo Keller III met Ivo Keller. Then Keller III left.", "Ivo Keller smiled."))
    assert apart["Keller III"] == apart["Ivo Keller III"] != apart["Ivo Keller"]


def test_a_word_that_stands_alone_more_often_is_no_first_name() -> None:
    """ "Chirper" is not the first name of "Chirper Day"; "Newt" is that of Newt Brandt."""
    assert ("Chirper", "Chirper") in told("On Chirper Day he used Chirper. She left Chirper. All left Chirper.")
    assert ("Newt", "Newt Brandt") in told("Newt Brandt won. Later Newt smiled.")


def test_russian_names_are_listed_in_the_nominative_and_countries_in_every_case() -> None:
    """Case endings, adjectives with the noun of a body, and a country in front of a person's name."""
    texts = [
        "Встреча с Иваном Вогтовым прошла. О Иване Вогтове писали. Иван Вогтов ушёл. Помнят слова Ивана Вогтова.",
        "Корабли Кубы и Китая ушли с Россией. Посол в Северной Корее молчал.",
        "Пишут о заявлении Национального банка и Норландской области. Президент Венесуэлы Иван Брандт ушёл.",
    ]
    records = pd.DataFrame({"id": ["1", "2", "3"], "text": texts, "language": ["ru"] * 3})
    found = actor_records(records)
    assert set(found.loc[found["id"] == "1", "actor"]) == {"Иван Вогтов"}
    assert found.loc[found["id"] == "2", "actor"].tolist() == ["Cuba", "China", "Russia", "North Korea"]
    assert found.loc[found["id"] == "3", "mention"].tolist() == ["Национального банка", "Норландской области", "Венесуэлы", "Иван Брандт"]


def test_two_surnames_are_the_one_person_who_bears_them() -> None:
    """ "Peña Vogt" is Enrique Peña Vogt, unless two people bear both; an office and its field are no part of a name; "Eu" is no union; a Cyrillic "о" is an "o"."""
    text = "Ayer habló Enrique Peña Vogt. Luego Peña Vogt salió. El Secretario de Defensa José Antonio Brandt calló. Peña Vоgt lloró."
    found = actor_records(pd.DataFrame({"id": ["1"], "text": [text], "language": ["es"]}))
    assert found["actor"].tolist() == ["Enrique Peña Vogt", "Enrique Peña Vogt", "José Antonio Brandt", "Enrique Peña Vogt"]
    text = "Ayer habló Enrique Peña Vogt. Hoy habló Ana Peña Vogt. Luego Peña Vogt salió. Eu digo."
    found = actor_records(pd.DataFrame({"id": ["1"], "text": [text], "language": ["es"]}))
    assert found["actor"].tolist() == ["Enrique Peña Vogt", "Ana Peña Vogt", "Peña Vogt"]


def test_a_line_in_title_case_names_only_who_stands_elsewhere() -> None:
    """Headlines inside a text: "Icon Anna Vogt Endorses Ivo Brandt" gives Ivo Brandt, whom the text names."""
    text = "Icon Anna Vogt Endorses Rival\n\nPresidents Vogt and Brandt met Anna Vogt.\n\nMerry Harbour Days Begin Today\n\nAl Keller left Keller’s town."
    assert told(text) == [
        ("Vogt", "Anna Vogt"),
        ("Brandt", "Brandt"),
        ("Anna Vogt", "Anna Vogt"),
        ("Al Keller", "Al Keller"),
        ("Keller", "Al Keller"),
    ]


def test_spanish_names_joined_by_y_and_headlines_in_capitals() -> None:
    """ "A y Carlos B" are two where a given name follows; "Ortega y Gasset" is one; a line in capitals is no name; "EU" are the States."""
    text = "TODOS LOS VECINOS DE NORLANDIA PROTESTAN HOY\nHabló con Anahí y Carlos Vogt. Leyó a José Ortega y Gasset. Así, EU protestó."
    found = actor_records(pd.DataFrame({"id": ["1"], "text": [text], "language": ["es"]}))
    assert found["actor"].tolist() == ["Anahí", "Carlos Vogt", "José Ortega y Gasset", "United States"]


def test_placeholders_are_no_names() -> None:
    """What stands for a number or an address that was taken out names nobody; emphasis does not hide a name."""
    text = "Ana Ruiz paid *NUMBER* euros, wrote <URL> and [EMAIL], and *NATO* members met *Keller* there."
    assert [name.name for name in find_names(text)] == ["Ana Ruiz", "NATO", "Keller"]


def test_left_over_tags_name_nobody() -> None:
    """What stands inside a tag that cleaning left is no actor; names around it keep their places."""
    text = 'Ana Ruiz met <a title="Rosa Vogt">Ivo Keller</a> there.'
    found = actor_records(pd.DataFrame({"id": ["1"], "text": [text], "language": ["en"]}))
    assert found["actor"].tolist() == ["Ana Ruiz", "Ivo Keller"]
    assert [text[start:end] for start, end in zip(found["start"], found["end"], strict=True)] == found["mention"].tolist()
