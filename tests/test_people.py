"""Actors: tone towards them is no tone of the sentence's voice, abstentions are counted, and every number opens onto sentences."""

from __future__ import annotations

import pandas as pd
import pytest
from conftest import make_articles

from corpus_utils.analyse import naming, outlets, people, people_text
from corpus_utils.analyse.adequacy import gate
from corpus_utils.analyse.findings import findings_table
from corpus_utils.schema import frame


def corpus(stories: int = 6) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """articles, mentions, labels, passages. In each story the journalist blames Keller, Brandt praises her, and one mention is unsure."""
    articles = make_articles(*({"outlet": f"Outlet {n % 2}", "language": "en", "title": f"Story {n}"} for n in range(stories)))
    mentions, labels, passages = [], [], []
    for article in articles["id"]:
        said = [("journalist", "", "Keller", "negative", "judged"), ("direct", "Ivo Brandt", "Marta Keller", "positive", "judged"),
                ("journalist", "", "Keller", "negative", "abstained"), ("journalist", "", "Ivo Brandt", "neutral", "judged")]  # fmt: skip
        for n, (voice, speaker, text, sign, status) in enumerate(said):
            actor = "Ivo Brandt" if "Brandt" in text else "Marta Keller"
            base = {"article_id": article, "document_id": article[:4], "sentence_id": f"{article}s{n}", "voice": voice, "speaker": speaker}
            mentions.append({**base, "id": f"{article}m{n}", "text": text, "actor": actor, "at": 0, "chance": 1.0, "done_by": "accuse"})
            score = {"positive": 0.8, "neutral": 0.1, "negative": -0.7}[sign]
            labels.append({"unit": f"{article}m{n}", "article_id": article, "measure": "target_tone", "status": status,
                           "label": [sign], "score": score})  # fmt: skip
            passages.append({**base, "id": f"{article}s{n}p0", "text": f"{text} did it again today."})
    made = frame("passages", passages).assign(words=5)
    by_id = articles.set_index("id")
    made = made.assign(family=made["article_id"].map(by_id["family"]), outlet=made["article_id"].map(by_id["outlet"]))
    return articles, frame("mentions", mentions), frame("labels", labels), made


def test_tone_towards_is_kept_apart_by_voice() -> None:
    """Blame by the journalists and praise in quotations: two balances, and together neither."""
    articles, mentions, labels, _ = corpus()
    judged = people.targets(mentions, labels, articles)
    groups = people.by_group(judged, ["Marta Keller"]).set_index("group")
    assert groups.loc[people.OWN, "tone"] == -1 and groups.loc[people.QUOTED, "tone"] == 1
    both = people.balance(judged[judged["actor"] == "Marta Keller"])
    assert both["tone"] == 0 and both["tone_low"] != both["tone_low"]  # stories that are all alike give no interval


def test_abstentions_are_counted_and_never_guessed() -> None:
    """The unsure mention carries a best guess; it enters no balance."""
    articles, mentions, labels, _ = corpus()
    judged = people.targets(mentions, labels, articles)
    told = people.balance(judged[judged["actor"] == "Marta Keller"])
    assert (told["judged"], told["abstained"], told["unsupported"]) == (12, 6, 0)
    silent = people.balance(judged[judged["status"] == "abstained"])
    assert silent["judged"] == 0 and silent["tone"] != silent["tone"]


def test_drawn_mentions_weigh_by_their_chance() -> None:
    """A mention drawn with chance one quarter stands for four."""
    articles, mentions, labels, _ = corpus()
    mentions["chance"] = [0.25 if voice == "direct" else 1.0 for voice in mentions["voice"]]
    told = people.balance(people.targets(mentions, labels, articles).query("actor == 'Marta Keller'"))
    assert told["tone"] == pytest.approx((4 - 1) / 5) and told["positive"] == pytest.approx(0.8)


def test_the_table_of_actors_opens_onto_sentences() -> None:
    """Counts, shares, verbs and evidence of each actor; evidence are sentences that exist, spread over the scores."""
    articles, mentions, labels, passages = corpus()
    judged, quoted = people.targets(mentions, labels, articles), people.speaking(passages, mentions)
    rows = people.actor_rows(mentions, judged, quoted, articles).set_index("actor")
    keller = rows.loc["Marta Keller"]
    assert (keller["mentions"], keller["stories"], keller["outlets"], keller["share"]) == (18, 6, 2, 1)
    assert rows.loc["Ivo Brandt", "quoted"] == 1 and keller["done_by"] == "accuse (18)"
    assert len(keller["deeds"]) == 1 and set(keller["deeds"]) <= set(mentions["sentence_id"])
    told = people_text.table(rows.reset_index())
    assert told["outlets"].tolist() == rows["outlets"].tolist() and "outlets" not in people_text.table(rows.reset_index().assign(outlets=1))
    assert set(keller["evidence"]) <= set(mentions["sentence_id"]) and len(keller["evidence"]) == 5
    scores = judged.set_index("sentence_id").loc[keller["evidence"], "score"]
    assert scores.min() < 0 < scores.max()


def test_nothing_is_said_of_tone_that_was_not_asked_for() -> None:
    """Without a budget for the model no mention is read: no empty column of tones, no findings that are not measured."""
    articles, mentions, labels, passages = corpus()
    read = people.targets(mentions.assign(chance=0.0), labels.iloc[:0], articles)
    rows = people.actor_rows(mentions, read, people.speaking(passages, mentions), articles)
    assert not {"tone_towards", "judged"} & set(people_text.table(rows))
    groups, overall = people.by_group(read, rows["actor"].tolist()), people.balance(read)
    made = people_text.findings(rows, groups, overall, gates=gate(articles), kind="found")
    assert made and not [row["id"] for row in made if row["id"].startswith("towards")]


def test_who_quotes_whom_and_who_speaks_of_whom() -> None:
    """Speakers are told by the corpus' name; nobody speaks of himself in the matrix."""
    _, mentions, _, passages = corpus()
    quoted = people.speaking(passages, mentions)
    where = people.quoted_where(quoted)
    assert set(where["row"]) == {"Ivo Brandt"} and where["value"].sum() == 30 and set(where["column"]) == {"Outlet 0", "Outlet 1"}
    of = people.spoken_of(mentions, quoted)
    assert of.to_dict("records") == [{"row": "Ivo Brandt", "column": "Marta Keller", "value": 6}]
    assert people.speakers(quoted)["speaker"].tolist() == ["Ivo Brandt"]
    named = people.named_in_quotes(mentions, quoted)
    first = named["sentence_id"].drop_duplicates().head(3).tolist()
    assert people.sentences_by(named, ["Ivo Brandt", "Nobody"], by="row") == {"Ivo Brandt": first}
    assert len(people.sentences_by(quoted, ["Ivo Brandt"], by="actor", most=2)["Ivo Brandt"]) == 2


def test_few_judged_mentions_are_no_percentage() -> None:
    """Below twenty judged mentions the answer tells how many there are, and no share of them."""
    articles, mentions, labels, _ = corpus()
    judged = people.targets(mentions, labels, articles)
    overall, rows = people.balance(judged), people.by_group(judged, ["Marta Keller"])
    assert "{towards-positive}" not in people_text.headline(rows, overall | {"judged": 12}, gate(articles))
    assert "{towards-positive}" in people_text.headline(rows, overall | {"judged": 40}, gate(articles))


def test_the_answer_tells_the_outlets_own_words_towards_actors_shown() -> None:
    """What the quoted say of somebody is not what the outlets say; who is not in the figure is not in the answer."""
    rows = [("Marta Keller", people.OWN, -0.4), ("Marta Keller", people.QUOTED, -0.9), ("Ivo Brandt", people.QUOTED, 0.8)]
    groups = pd.DataFrame(
        [{"actor": actor, "group": group, "tone": tone, "tone_low": tone - 0.1, "tone_high": tone + 0.1, "judged": 30}
         for actor, group, tone in rows]
    )  # fmt: skip
    gates = pd.DataFrame([{"analysis": "tone", "verdict": "inference"}])
    told = people_text.headline(groups, {"judged": 90, "abstained": 0}, gates)
    assert (
        "{towards-own-marta.keller:signed} over 30 mentions" in told
        and "Brandt" not in told
        and "most favourable" not in told.replace("least favourable", "")
    )


def test_findings_have_anchors_of_their_own() -> None:
    """Every number of every actor can be linked to; a name with braces cannot pose as a number."""
    articles, mentions, labels, passages = corpus()
    mentions["actor"] = mentions["actor"].replace("Ivo Brandt", "{towards-judged} <b>Brandt</b>")
    judged, quoted = people.targets(mentions, labels, articles), people.speaking(passages, mentions)
    rows, overall, gates = people.actor_rows(mentions, judged, quoted, articles), people.balance(judged), gate(articles)
    groups = people.by_group(judged, rows["actor"].tolist())
    made = findings_table("03_sentiment", people_text.findings(rows, groups, overall, gates=gates, kind="found"))
    assert made["id"].is_unique and (made.loc[made["id"] == "towards-abstained", "estimate"] == 6).all()
    assert "Brandt" not in people_text.headline(groups, overall, gates)  # six stories describe, they do not name


def test_names_of_an_actor_by_group() -> None:
    """Spellings that differ in accents or stops only are one name."""
    rows = [("U.S.", "A"), ("US", "A"), ("Washington", "B"), ("United States", "B"), ("U.S.", "B")]
    mentions = frame("mentions", [{"text": text, "actor": "United States"} for text, _ in rows]).assign(group=[g for _, g in rows])
    table = naming.names_of(mentions, ["United States"])
    assert dict(zip(zip(table["name"], table["group"]), table["times"]))["U.S.", "A"] == 2 and set(table["name"]) == {
        "U.S.", "Washington", "United States",
    }  # fmt: skip


def test_what_somebody_is_called_beside_the_name() -> None:
    """Titles and labels before a name count, other words do not."""
    texts = ["former President Keller spoke.", "The dictator Keller spoke.", "Yesterday Keller spoke.", "They met Keller."]
    sentences = frame("sentences", [{"id": f"s{n}", "text": text, "language": "en"} for n, text in enumerate(texts)])
    rows = [{"id": f"m{n}", "sentence_id": f"s{n}", "article_id": f"a{n}", "actor": "Keller", "text": "Keller", "at": text.index("Keller")}
            for n, text in enumerate(texts)]  # fmt: skip
    table = naming.epithets(frame("mentions", rows), sentences, ["Keller"])
    assert set(table["words"].iat[0].split(", ")) == {"former President", "dictator"} and table["stories"].iat[0] == 2


def test_rare_and_differently_spelt_labels_are_no_news() -> None:
    """ "Former President" and "former President" are one; what is said once beside ten others is left out."""
    texts = [*["former President Keller spoke."] * 11, "A Former President Keller spoke.", "The dictator Keller spoke."]
    sentences = frame("sentences", [{"id": f"s{n}", "text": text, "language": "en"} for n, text in enumerate(texts)])
    rows = [{"id": f"m{n}", "sentence_id": f"s{n}", "article_id": f"a{n}", "actor": "Keller", "text": "Keller", "at": text.index("Keller")}
            for n, text in enumerate(texts)]  # fmt: skip
    table = naming.epithets(frame("mentions", rows), sentences, ["Keller"])
    assert table["words"].tolist() == ["former President (12)"] and table["stories"].tolist() == [12]


def test_outlets_are_compared_only_where_the_gate_allows() -> None:
    """Twelve stories: the gate says describe, so nothing is tested; one outlet: nothing is compared, and the reason is told."""
    articles, mentions, labels, passages = corpus(12)
    units = passages.assign(vader=0.1, loaded=0, hedged=1, listed=True, translated=False)
    judged, gates = people.targets(mentions, labels, articles), gate(articles)
    compared = outlets.compare(units, judged, ["Marta Keller"], gates=gates)
    assert compared and all(table["p"].isna().all() for table in compared.values())
    assert "Described, not tested" in outlets.caption(compared, gates) and len(outlets.table(compared))
    alone = gate(articles.assign(outlet="One"))
    assert outlets.compare(units, judged, ["Marta Keller"], gates=alone) == {} and "not compared" in outlets.caption({}, alone)
    assert outlets.findings({}, gates=alone, kind="found") == []


def test_names_take_their_article_in_a_sentence() -> None:
    """ "the United States", "the Harbour Department"; people, single words and names that bring one take none."""
    called = people_text.called
    assert [called(name) for name in ("United States", "Harbour Department", "Joan Hartley", "Congress", "The Union")] == [
        "the United States",
        "the Harbour Department",
        "Joan Hartley",
        "Congress",
        "The Union",
    ]
