"""Actors on variants of names that the method was not made on, and corrections from a table."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from test_actors import score

from corpus_utils.annotate.actor_corrections import read_corrections
from corpus_utils.annotate.actor_spacy import NerMissingError
from corpus_utils.annotate.actors import actor_records

# Written for the project after the method, as two batches. The first scored .931 when it was new and led to general fixes (countries and
# capitals of more of the world, "yo" for "e", bodies in front of names, finite verbs by their endings); the second was written
# after those and scored .973 when it was new, which is the figure to quote. Since then it has led to one fix (surnames alone).
FOURTH = [
    (
        "k1",
        "en",
        "Chancellor [[Friedrich Vogel]]{vogel} received King [[Abdullah bin Nasser]]{abd} on Monday. [[Mr. Vogel]]{vogel} "
        "praised the king. [[Riyadh]]{saudi} had asked for talks, an aide to [[Vogel]]{vogel} said. [[Saudi Arabia]]{saudi} "
        "exports oil.",
    ),
    (
        "k2",
        "de",
        "Kanzler [[Friedrich Vogel]]{vogel} empfing den König. [[Vogel]]{vogel} sagte, [[Frankreich]]{france} sei dabei. "
        "[[Paris]]{france} bestätigte das.",
    ),
    (
        "k3",
        "es",
        "El canciller alemán [[Friedrich Vogel]]{vogel} habló con el rey [[Abdulá bin Nasser]]{abd}. [[Francia]]{france} "
        "aplaudió. La [[ONU]]{un} no opinó. La senadora [[Lucía Fernández Ortega]]{lucia} pidió calma.",
    ),
    (
        "k4",
        "es",
        "[[Lucía Fernández]]{lucia} ganó la votación. [[Fernández]]{lucia} dijo que no renunciará. El ministro [[Andrés "
        "Molina]]{molina} la felicitó. [[Molina]]{molina} se va mañana. [[EE.UU.]]{us} la llamó.",
    ),
    (
        "k5",
        "en",
        "Senator [[Lucia Fernandez]]{lucia} called [[Andres Molina]]{molina}. The [[United Nations]]{un} stayed silent; the "
        "[[U.N.]]{un} rarely speaks. [[Washington]]{us} wants a vote. [[America]]{us} is tired, [[Sen. Fernandez]]{lucia} "
        "said.",
    ),
    (
        "k6",
        "ru",
        "Глава МИД [[Дмитрий Лавренёв]]{lav} прилетел в Каир. [[Лавренёв]]{lav} встретился с коллегой. [[Египет]]{egypt} не "
        "против, сказал [[Дмитрий Лавренев]]{lav}. [[Каир]]{egypt} поддержал [[Лавренёва]]{lav}.",
    ),
    (
        "k7",
        "en",
        "[[Dmitry Lavrenev]]{lav} flew to Cairo. [[Dmitri Lavrenyov]]{lav} said [[Egypt]]{egypt} agreed. [[Cairo]]{egypt} "
        "confirmed this. [[Katherine Doyle]]{doyle}, who chairs the [[Green Coast Alliance]]{gca}, disagreed.",
    ),
    (
        "k8",
        "en",
        "[[Kate Doyle]]{doyle} left the [[Green Coast Alliance]]{gca}. [[GCA]]{gca} members wept. [[Ms. Doyle]]{doyle} "
        "thanked [[Robert J. Hansen]]{hansen}. [[Bob Hansen]]{hansen} will succeed her, [[Doyle]]{doyle} wrote.",
    ),
    (
        "k9",
        "fr",
        "Le ministre [[Dmitri Lavreniov]]{lav} a rencontré [[Robert Hansen]]{hansen}. [[M. Hansen]]{hansen} a souri. Les "
        "[[États-Unis]]{us} ont protesté. [[Washington]]{us} a rappelé son ambassadeur. L'[[ONU]]{un} se tait.",
    ),
    (
        "k10",
        "pt",
        "A senadora [[Lúcia Fernández]]{lucia} venceu. Segundo [[Fernández]]{lucia}, o [[México]]{mexico} ajudou. O "
        "ministro [[Dmitri Lavrenev]]{lav} ligou. [[João Batista Moura]]{moura} perdeu. [[Moura]]{moura} chorou.",
    ),
    (
        "k11",
        "en",
        "[[Joao Batista Moura]]{moura} conceded. [[Mexico]]{mexico} congratulated the winner. [[Mexico City]]{mexico} "
        "promised aid. Queen [[Margarethe III]]{marg} sent a letter; [[Margarethe]]{marg} is 80.",
    ),
    (
        "k12",
        "en",
        "Colonel [[Ibrahim al-Masri]]{masri} took power. [[Ibraheem Al Masri]]{masri} had been jailed. [[al-Masri]]{masri} "
        "spoke on television. [[Samira al-Masri]]{samira}, his sister, fled. The [[Kremlin]]{russia} congratulated him. "
        "[[Moscow]]{russia} will send wheat.",
    ),
]
FIFTH = [
    (
        "m1",
        "en",
        "President [[Volodymyr Kovalskyy]]{kov} arrived in Dublin. [[Kovalskyy]]{kov} met Prime Minister [[Siobhan "
        "O'Leary]]{oleary}. [[Dublin]]{ireland} pledged aid, and [[Ireland]]{ireland} will host talks. [[Ms. "
        "O'Leary]]{oleary} smiled.",
    ),
    (
        "m2",
        "ru",
        "Президент [[Владимир Ковальский]]{kov} прилетел в Дублин. [[Ирландия]]{ireland} обещала помощь, сообщил "
        "[[Ковальский]]{kov}. Встреча с [[Ковальским]]{kov} длилась час. [[Китай]]{china} промолчал.",
    ),
    (
        "m3",
        "es",
        "El presidente [[Volodímir Kovalski]]{kov} llegó a Irlanda. [[Kovalski]]{kov} agradeció a [[Irlanda]]{ireland}. "
        "[[Pekín]]{china} criticó la visita. La ministra [[Inés Alarcón de la Vega]]{ines} no habló.",
    ),
    (
        "m4",
        "es",
        "[[Inés Alarcón]]{ines} renunció. Según [[Alarcón]]{ines}, [[Li Qiangwei]]{li} mintió. El embajador [[Li "
        "Qiangwei]]{li} lo negó. La [[Unión Europea]]{eu} pidió pruebas y la [[UE]]{eu} espera.",
    ),
    (
        "m5",
        "en",
        "[[Volodymyr Kovalsky]]{kov} thanked the [[EU]]{eu}. [[China]]{china} envoy [[Li Qiangwei]]{li} left early. "
        "[[Li]]{li} gave no reason. [[Ines Alarcon]]{ines} had accused him.",
    ),
    (
        "m6",
        "pt",
        "O deputado [[Paulo Ribeiro da Costa]]{paulo} perdeu. [[Ribeiro da Costa]]{paulo} chorou. A juíza [[Teresa "
        "Antunes]]{teresa} sorriu. [[Lisboa]]{portugal} reagiu, e [[Portugal]]{portugal} vai votar.",
    ),
    (
        "m7",
        "en",
        "[[Paulo Ribeiro da Costa]]{paulo} lost in [[Portugal]]{portugal}. Judge [[Teresa Antunes]]{teresa} ruled against "
        "[[Ribeiro da Costa]]{paulo}. The [[Atlantic Fisheries Council]]{afc} welcomed it; the [[AFC]]{afc} had sued.",
    ),
    (
        "m8",
        "de",
        "Die Ministerin [[Jürgen Möllner]]{moell} trat zurück. [[Möllner]]{moell} kritisierte [[Polen]]{poland}. "
        "[[Warschau]]{poland} wies das zurück. [[Präsident Hans-Peter Kühn]]{kuehn} schwieg. [[Kühn]]{kuehn} ist krank.",
    ),
    (
        "m9",
        "en",
        "[[Juergen Moellner]]{moell} quit on Friday. [[Warsaw]]{poland} denied the charge. [[Poland]]{poland} will answer, "
        "[[Hans-Peter Kuehn]]{kuehn} was told. [[A. Okafor]]{okafor} and [[Amara Okafor]]{okafor} are one person.",
    ),
    (
        "m10",
        "fr",
        "[[Amara Okafor]]{okafor} a gagné. [[Mme Okafor]]{okafor} remercie le [[Nigeria]]{nigeria}. [[Abuja]]{nigeria} a "
        "félicité la gagnante. [[Hans-Peter Kühn]]{kuehn} est mort.",
    ),
    (
        "m11",
        "en",
        "The spokesman, [[Michael Torres]]{torres}, declined to comment. [[Mike Torres]]{torres} later called back. His "
        "wife, [[Elena Torres]]{elena}, sued. [[Canberra]]{australia} is silent while [[Australia]]{australia} votes.",
    ),
    (
        "m12",
        "en",
        "[[Elena Torres]]{elena} won her case. [[Gen. Mohammad al-Haddad]]{haddad} fled to Qatar. [[Qatar]]{qatar} took him "
        "in, and [[Doha]]{qatar} confirmed it. [[Muhammed Haddad]]{haddad} is 60. [[Haddad]]{haddad} is ill.",
    ),
]


@pytest.mark.parametrize("fixture", [FOURTH, FIFTH, FOURTH + FIFTH], ids=["4", "5", "both"])
def test_variants_are_merged(fixture: list[tuple[str, str, str]]) -> None:
    """B-cubed F1 of at least .95."""
    p, r, f = score(fixture)
    assert f >= 0.95, (p, r, f)


def test_what_is_no_name() -> None:
    """Contractions and openers are no names; a body's last word is no surname; a country in front of a surname is not part of it."""
    text = (
        "I'm sure, Anthony Albanese said. Albanese left. There is Radio Sudland. Nikolai Orlov came. After Cuba Orlov flew home. "
        "I've seen TV. In Sudland it rains. Don't go, they said."
    )
    found = actor_records(pd.DataFrame({"id": ["1"], "text": [text], "language": ["en"]}))
    assert set(found["actor"]) == {"Anthony Albanese", "Radio Sudland", "Nikolai Orlov", "Cuba", "Sudland"}
    assert found["actor"].tolist().count("Nikolai Orlov") == 2
    assert found["actor"].tolist().count("Anthony Albanese") == 2


def test_spacy_stands_behind_the_same_interface() -> None:
    """With the extra the same columns and merges; without it the error names the command that installs it."""
    records = pd.DataFrame(
        {"id": ["1"], "text": ["President Ana Ruiz met Tom Lee in Paris. On Monday, Ana Ruiz thanked Tom Lee."], "language": ["en"]}
    )
    try:
        found = actor_records(records, engine="spacy")
    except NerMissingError as error:
        assert "corpus-utils[ner]" in str(error)
        return
    assert found.columns.tolist() == actor_records(records).columns.tolist()
    assert found["actor"].tolist().count("Ana Ruiz") == 2
    with pytest.raises(ValueError, match="names, spacy"):
        actor_records(records, engine="oracle")


def test_corrections_from_a_table(tmp_path: Path) -> None:
    """A row says that a name is an actor; an empty actor keeps the name apart; other columns are an error that names the file."""
    path = tmp_path / "actors.csv"
    path.write_text("name,actor\nIron Lady,Ann Lee\nLee,\n", encoding="utf-8")
    text = "Ann Lee met Tom Ray. Lee left. The Iron Lady spoke to Ann Lee."
    found = actor_records(pd.DataFrame({"id": ["1"], "text": [text], "language": ["en"]}), corrections=read_corrections(path))
    actors = dict(zip(found["mention"], found["actor"], strict=True))
    assert actors["Iron Lady"] == actors["Ann Lee"]
    assert actors["Lee"] == "Lee"
    path.write_text("name,actor\nIron Lady,Ann Q. Lee\nAnn Lee,Ann Q. Lee\nTom Ray,Tom Ray\nParis,French government\n", encoding="utf-8")
    found = actor_records(
        pd.DataFrame({"id": ["1"], "text": [text + " Paris said it would not."], "language": ["en"]}), corrections=read_corrections(path)
    )
    actors = dict(zip(found["mention"], found["actor"], strict=True))
    assert actors["Iron Lady"] == actors["Ann Lee"] == actors["Lee"] == "Ann Q. Lee"  # the name to show, which no text has
    assert actors["Tom Ray"] == "Tom Ray"
    assert actors["Paris"] == "French government"
    path.write_text("who,actor\nA,B\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"actors\.csv.*'name'"):
        read_corrections(path)
