"""The line from sources to tables: parts are kept, decisions of the user are applied, nothing is computed twice."""

from __future__ import annotations

import pickle
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from corpus_utils import lab, load, pipeline
from corpus_utils.cli import main
from corpus_utils.load import load_documents
from corpus_utils.pipeline import inputs, labelling, reading, running
from corpus_utils.project import ProjectError, load_project
from corpus_utils.store import Store, StoreWarning

TEXT = """Bridge reopens after repairs

The old bridge was reopened on Monday after two years of repairs. "We are glad," said Mayor Anna Arendt.

Traffic had been led through the next village, whose people complained about the noise.
"""


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """A project of two documents."""
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "one.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "articles" / "two.txt").write_text(TEXT.replace("bridge", "dam").replace("Bridge", "Dam"), encoding="utf-8")
    (tmp_path / "corpus.toml").write_text('[corpus]\nsources = ["articles"]\n', encoding="utf-8")
    return tmp_path


def test_every_table_is_made_and_valid(study: Path) -> None:
    """Passages tile their sentences, labels name units that exist."""
    tables = pipeline.build_corpus(load_project(study))
    assert tables.articles["title"].tolist() == ["Bridge reopens after repairs", "Dam reopens after repairs"]
    units = {*tables.passages["id"], *tables.sentences["id"], *tables.articles["id"], *tables.mentions["id"]}
    assert set(tables.labels["unit"]) <= units and "direct" in set(tables.passages["voice"])
    for sentence_id, group in tables.passages.groupby("sentence_id"):
        sentence = tables.sentences.set_index("id").loc[sentence_id]
        assert group["start"].iat[0] == sentence["start"] and group["end"].iat[-1] == sentence["end"]
        assert (group["start"].to_numpy()[1:] == group["end"].to_numpy()[:-1]).all()


def test_a_second_build_computes_nothing(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The parts come from the store."""
    project = load_project(study)
    first = pipeline.build_corpus(project)
    monkeypatch.setattr(labelling, "label_part", lambda job: pytest.fail("computed again"))
    again = pipeline.build_corpus(project)
    assert again.labels.equals(first.labels) and again.articles["text"].equals(first.articles["text"])


def test_pruning_keeps_what_is_used(study: Path) -> None:
    """Parts of older inputs go, those of the last build stay."""
    project = load_project(study)
    pipeline.build_corpus(project)
    (study / "articles" / "three.txt").write_text(TEXT.replace("bridge", "road"), encoding="utf-8")
    used_before = Store(project.store).used.copy()
    Store(project.store).used.clear()
    pipeline.build_corpus(project)
    assert pipeline.prune_store(project) >= 1 and len(Store(project.store).entries()) == len(Store(project.store).used)
    assert used_before != Store(project.store).used


def test_the_user_s_decisions_are_applied(study: Path) -> None:
    """metadata.csv beside the corpus overrules what was read, and changes the fingerprint of the inputs."""
    project = load_project(study)
    before = inputs.inputs_fingerprint(project)
    (study / "articles" / "metadata.csv").write_text("document_id,outlet\none,The Valley Post\n", encoding="utf-8")
    assert inputs.inputs_fingerprint(project) != before
    assert pipeline.build_corpus(project).articles["outlet"].tolist() == ["The Valley Post", ""]


def test_decisions_beside_the_project_go_before_those_that_came_with_a_folder(study: Path) -> None:
    """A file of decisions inside a source folder may have been scraped with it; what lies beside corpus.toml is the user's own."""
    for folder, outlet in ((study / "articles", "The Scraped Post"), (study, "The Valley Post")):
        (folder / "metadata.csv").write_text(f"document_id,outlet\none,{outlet}\n", encoding="utf-8")
    assert inputs.overrides_of(load_project(study)) == (None, study / "metadata.csv")


def test_one_outlet_can_be_opened_alone(study: Path) -> None:
    """Tables keep only that outlet's articles; an unknown outlet is answered with those there are."""
    (study / "metadata.csv").write_text("document_id,outlet\none,The Valley Post\n", encoding="utf-8")
    corpus = lab.open_corpus(study, outlets=["The Valley Post"])
    assert corpus.articles["document_id"].tolist() == ["one"] and set(corpus.sentences["document_id"]) == {"one"}
    with pytest.raises(ProjectError, match="stated in this corpus: The Valley Post"):
        lab.open_corpus(study, outlets=["The Hill Post"])


def test_one_language_can_be_read_alone(study: Path) -> None:
    """Topics are found within one language: that of most stories, or the one asked for; the others are counted, not dropped in silence."""
    spanish = "El viejo puente se abrió de nuevo el lunes después de dos años de obras, y los vecinos del pueblo se quejaron del ruido. "
    for name in ("one.txt", "two.txt"):
        path = study / "articles" / name
        path.write_text(path.read_text() + "\nThe council had asked for a third year, but the money came from the county in the end.\n")
    (study / "articles" / "three.txt").write_text(f"El puente vuelve a abrir\n\n{spanish * 3}", encoding="utf-8")
    corpus = lab.open_corpus(study)
    english, asked = lab.keep_language(corpus), lab.keep_language(corpus, "Spanish")
    assert english.articles["document_id"].tolist() == ["one", "two"] and set(english.sentences["document_id"]) == {"one", "two"}
    assert (english.language, english.other_languages) == ("en", {"es": 1}) and english.whole is corpus
    assert asked.articles["document_id"].tolist() == ["three"] and lab.facts(asked)["languages"] == "Spanish (1)"
    assert "1 story in Spanish" in lab.left_out(english) and "stories in English" in lab.left_out(english)
    assert lab.keep_language(asked) is asked and lab.left_out(corpus) == ""
    with pytest.raises(ProjectError, match=r"no story is in 'fr'; there are stories in: en, es"):
        lab.keep_language(corpus, "fr")


def test_a_missing_source_is_named(tmp_path: Path) -> None:
    """The error says which source and where it is written."""
    (tmp_path / "corpus.toml").write_text('[corpus]\nsources = ["nowhere"]\n', encoding="utf-8")
    with pytest.raises(ProjectError, match="nowhere.*`sources` in corpus.toml"):
        pipeline.build_corpus(load_project(tmp_path))


def test_one_broken_file_does_not_stop_a_corpus(study: Path) -> None:
    """It is a row of documents with its problem."""
    (study / "articles" / "empty.txt").write_bytes(b"")
    tables = pipeline.build_corpus(load_project(study))
    assert len(tables.articles) == 2 and (tables.documents.set_index("id")["problem"] != "").to_dict() == {
        "empty": True,
        "one": False,
        "two": False,
    }


def many(folder: Path, count: int) -> None:
    """Small different articles, so that a corpus has several parts."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        text = TEXT.replace("bridge", f"bridge number {number}").replace("noise", f"noise of the {number % 7}")
        (folder / f"doc{number:03}.txt").write_text(text, encoding="utf-8")


def test_a_few_new_documents_leave_the_other_parts_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts are cut by ids: documents that fall between others change the parts they fall into."""
    monkeypatch.setattr(reading, "PART", 8)
    many(tmp_path / "articles", 60)
    (tmp_path / "corpus.toml").write_text('[corpus]\nsources = ["articles"]\n[engine]\nkind = "serial"\n', encoding="utf-8")
    project = load_project(tmp_path)
    first = pipeline.build_corpus(project)
    computed: list[int] = []
    label = labelling.label_part
    monkeypatch.setattr(labelling, "label_part", lambda job: computed.append(len(job[1])) or label(job))
    (tmp_path / "articles" / "doc020b.txt").write_text(TEXT.replace("bridge", "tunnel"), encoding="utf-8")
    second = pipeline.build_corpus(project)
    assert len(computed) == 1 and len(second.articles) == len(first.articles) + 1
    old = second.articles[second.articles["document_id"] != "doc020b"].reset_index(drop=True)
    assert old["text"].equals(first.articles["text"]) and old["id"].equals(first.articles["id"])


def test_a_corpus_that_grew_is_the_corpus_built_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Documents are added, changed and removed; then every part in use holds the same bytes as in a store that was never another, and
    whose every job went through a pickle, as it does to another process."""
    monkeypatch.setattr(reading, "PART", 3)
    monkeypatch.setattr(reading, "TOGETHER", 2)
    settings = '[corpus]\nsources = ["articles"]\n[engine]\nkind = "serial"\n[measures]\nvector_budget = 0\n'
    grown, fresh = tmp_path / "grown", tmp_path / "fresh"
    for root in (grown, fresh):
        many(root / "articles", 10)
        (root / "corpus.toml").write_text(settings, encoding="utf-8")
    pipeline.build_corpus(load_project(grown))
    for root in (grown, fresh):
        texts = root / "articles"
        (texts / "doc001.txt").unlink()
        (texts / "doc004.txt").write_text((texts / "doc004.txt").read_text().replace("Anna Arendt", "Ana Arendt"), encoding="utf-8")
        (texts / "doc004b.txt").write_text((texts / "doc005.txt").read_text().replace("Monday", "Tuesday"), encoding="utf-8")
        (texts / "zebra.txt").write_text(TEXT.replace("Anna Arendt", "A. Arendt").replace("bridge", "weir"), encoding="utf-8")
    used: list[dict] = []

    def sent(function: Callable, parts: list, **options: object) -> list:
        return [call(part) for call, part in pickle.loads(pickle.dumps([(function, part) for part in parts]))]

    for root in (grown, fresh):
        if root is fresh:
            monkeypatch.setattr(running, "run_parts", sent)
            monkeypatch.setattr(reading, "run_parts", sent)
        store = Store(load_project(root).store)
        store.used.clear()
        tables = pipeline.build_corpus(load_project(root))
        for name in ("families", "actors", "mentions", "articles"):
            assert len(getattr(tables, name))
        used.append({place: (store.directory.joinpath(*place) / "part.json").read_bytes() for place in store.used})
    assert used[0] == used[1] and len(Store(grown / ".store").entries()) > len(used[0])
    assert len(pipeline.build_corpus(load_project(grown)).articles) == 11


def test_parts_do_not_show(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every table is the same however the corpus is cut."""
    many(tmp_path / "articles", 12)
    (tmp_path / "corpus.toml").write_text('[corpus]\nsources = ["articles"]\n[engine]\nkind = "serial"\n', encoding="utf-8")
    project = load_project(tmp_path)
    whole = pipeline.build_corpus(project)
    assert len(whole.given()["spans"].parts) == 1
    tables = {name: getattr(whole, name) for name in (*pipeline.TABLES, "families", "actors")}
    monkeypatch.setattr(reading, "PART", 3)
    cut = pipeline.build_corpus(project)
    assert len(cut.given()["spans"].parts) > 2
    for name, table in tables.items():
        pd.testing.assert_frame_equal(getattr(cut, name), table, obj=name)


def test_some_columns_and_rows_are_read(study: Path) -> None:
    """`read` gives what was asked for, whether or not the table was read before."""
    tables = pipeline.build_corpus(load_project(study))
    scores = tables.read("labels", ["unit", "measure"], keep=lambda part: part[part["measure"] == "vader"])
    assert list(scores.columns) == ["unit", "measure"] and set(scores["measure"]) == {"vader"}
    whole = tables.labels
    again = tables.read("labels", ["unit", "measure"], keep=lambda part: part[part["measure"] == "vader"])
    assert again.equals(scores) and len(whole) > len(scores)


def test_a_damaged_part_is_made_again(study: Path) -> None:
    """A file of the store that is not what was written is noticed by its hash, told, and computed anew."""
    project = load_project(study)
    first = pipeline.build_corpus(project).sentences
    part = next((project.store / "part").glob("*/sentences.parquet"))
    part.write_bytes(part.read_bytes()[:-20] + b"x" * 20)
    with pytest.warns(StoreWarning, match="damaged, computed again"):
        assert pipeline.build_corpus(project).sentences.equals(first)


def test_an_interrupted_build_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts that were finished before the interruption are not computed again."""
    monkeypatch.setattr(reading, "PART", 3)
    many(tmp_path / "articles", 12)
    (tmp_path / "corpus.toml").write_text('[corpus]\nsources = ["articles"]\n[engine]\nkind = "serial"\n', encoding="utf-8")
    project = load_project(tmp_path)
    label, done = labelling.label_part, []

    def stops(job: tuple) -> dict:
        if len(done) == 2:
            raise KeyboardInterrupt
        done.append(1)
        return label(job)

    monkeypatch.setattr(labelling, "label_part", stops)
    with pytest.raises(KeyboardInterrupt):
        pipeline.build_corpus(project)
    again: list[int] = []
    monkeypatch.setattr(labelling, "label_part", lambda job: again.append(1) or label(job))
    tables = pipeline.build_corpus(project)
    assert len(done) + len(again) == len(tables.given()["spans"].parts) and len(tables.articles) == 12


def test_names_are_joined_by_hand(study: Path) -> None:
    """`actors.yml` beside corpus.toml goes before every rule; a broken one is an error that names the file."""
    (study / "actors.yml").write_text("join:\n  - [Anna Arendt, Mayor Arendt]\nsplit: []\n", encoding="utf-8")
    tables = pipeline.build_corpus(load_project(study))
    assert tables.actors.set_index("actor").loc["Anna Arendt", "articles"] == 2 and len(tables.documents) == 2
    assert set(tables.labels.loc[tables.labels["measure"] == "target_tone", "unit"]) <= set(tables.mentions["id"])
    (study / "actors.yml").write_text("join: [one]\n", encoding="utf-8")
    with pytest.raises(ProjectError, match="actors.yml"):
        pipeline.build_corpus(load_project(study))


def test_no_budget_no_vectors(study: Path) -> None:
    """With a budget of nought nothing is judged, and nothing pretends to be."""
    (study / "corpus.toml").write_text('[corpus]\nsources = ["articles"]\n[measures]\nvector_budget = 0\n', encoding="utf-8")
    tables = pipeline.build_corpus(load_project(study))
    assert "target_tone" not in set(tables.labels["measure"]) and (tables.mentions["chance"] == 0).all() and len(tables.mentions)


def test_the_store_is_listed_verified_and_pruned(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`store` counts parts, finds and removes a damaged one, and removes what is out of use."""
    project = load_project(study)
    pipeline.build_corpus(project)
    place = ["--project", str(study)]
    assert main(["store", "list", *place]) == 0 and "part " in capsys.readouterr().out
    assert main(["store", "verify", *place]) == 0
    damaged = next((project.store / "part").glob("*/labels.parquet"))
    damaged.write_bytes(b"x")
    assert main(["store", "verify", *place]) == 1
    assert "labels.parquet is not what was written" in capsys.readouterr().err and not damaged.exists()
    (study / "articles" / "two.txt").unlink()
    Store(project.store).used.clear()
    assert main(["store", "prune", *place]) == 0
    assert "parts removed" in capsys.readouterr().out and len(pipeline.build_corpus(project).articles) == 1


def test_an_unchanged_corpus_is_opened_without_reading_documents(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A notebook that needs no documents reads none; pruning in a process that read none keeps what was read."""
    project = load_project(study)
    first = pipeline.build_corpus(project)
    monkeypatch.setattr(reading, "_facts", lambda *a, **k: pytest.fail("read again"))
    Store(project.store).used.clear()
    again = pipeline.build_corpus(project)
    assert again.articles["text"].equals(first.articles["text"]) and pipeline.prune_store(project) == 0


def test_of_many_stories_a_random_sample_is_read_and_declared(tmp_path: Path) -> None:
    """Whole families are drawn, all tables are of them, a larger sample holds the smaller, and the strip of facts says so."""
    (tmp_path / "articles").mkdir()
    draw = random.Random(1)
    for number in range(40):
        lines = ["Anna Arendt saw that " + " ".join("".join(draw.choices("abdeginorst", k=6)) for _ in range(9)) + "." for _ in range(6)]
        for name in [f"doc{number:03}.txt", f"copy{number:03}.txt"][: 1 + (number % 5 == 0)]:  # every fifth has a copy
            (tmp_path / "articles" / name).write_text(f"News of the day {number}\n\n{' '.join(lines)}\n", encoding="utf-8")
    settings = '[corpus]\nsources = ["articles"]\nkind = "census"\n[engine]\nkind = "serial"\n[measures]\nvector_budget = 0\nstories = {}\n'
    drawn: list[set[str]] = []
    for most in (10, 20, 0):
        (tmp_path / "corpus.toml").write_text(settings.format(most), encoding="utf-8")
        news = lab.open_corpus(tmp_path, sampled=True)
        drawn.append(set(news.articles["family"]))
        assert set(news.sentences["article_id"]) == set(news.articles["id"]) == set(news.labels["article_id"])
        assert set(news.mentions["article_id"]) <= set(news.articles["id"]) and news.actors["articles"].max() <= len(news.articles)
    whole = news.articles
    assert drawn[0] < drawn[1] < drawn[2] == set(whole["family"]) and 2 <= len(drawn[0]) < len(drawn[1])
    (tmp_path / "corpus.toml").write_text(settings.format(20), encoding="utf-8")
    news = lab.open_corpus(tmp_path, sampled=True)
    assert set(news.articles["id"]) == set(whole.loc[whole["family"].isin(drawn[1]), "id"])  # with their copies
    said = f"{len(drawn[1])} of {len(drawn[2])} distinct stories, drawn at random"
    assert said in lab.facts(news)["stories"] and said in lab.provenance(news)["stories read"]
    assert news.project.kind == "sample"  # of a census: intervals are those of sampling
    assert len(lab.open_corpus(tmp_path).articles) == len(whole)


def test_a_corpus_is_not_computed_again_for_its_name(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only settings that change a table name it."""
    pipeline.build_corpus(load_project(study))
    (study / "corpus.toml").write_text('[corpus]\nsources = ["articles"]\nname = "Bridges"\nkind = "census"\n', encoding="utf-8")
    monkeypatch.setattr(labelling, "label_part", lambda job: pytest.fail("computed again"))
    assert len(pipeline.build_corpus(load_project(study)).articles) == 2


def test_names_and_draws_are_added_while_parts_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a part of mentions is read with is what merging and drawing all mentions at once gives."""
    from corpus_utils.annotate.actor_counts import merge_actors
    from corpus_utils.annotate.target_draw import draw_targets

    monkeypatch.setattr(reading, "PART", 3)
    many(tmp_path / "articles", 12)
    (tmp_path / "articles" / "doc004.txt").write_text(TEXT.replace("Anna Arendt", "Arendt").replace("bridge", "ford"), encoding="utf-8")
    head = '[corpus]\nsources = ["articles"]\n[engine]\nkind = "serial"\n[measures]\nvector_budget = 12\n'
    (tmp_path / "corpus.toml").write_text(head, encoding="utf-8")
    tables = pipeline.build_corpus(load_project(tmp_path))
    unnamed = replace(tables.given()["mentions"], change=None)()
    mentions, actors = merge_actors(unnamed, tables.articles)
    pd.testing.assert_frame_equal(tables.mentions, draw_targets(mentions, tables.articles, budget=6))
    pd.testing.assert_frame_equal(tables.actors, actors)
    assert not mentions["actor"].equals(unnamed["actor"]) and 0 < (tables.mentions["chance"] > 0).sum() < len(mentions)


@pytest.mark.parametrize(
    ("parts", "engine"), [(running.BESIDE.start - 1, "serial"), (running.BESIDE.start, "processes"), (running.BESIDE.stop, "serial")]
)
def test_the_last_steps_run_beside_each_other_where_it_pays_and_memory_allows(
    study: Path, monkeypatch: pytest.MonkeyPatch, parts: int, engine: str
) -> None:
    """Few parts are summed up before a worker has started; of very many both chains hold too much at once; what is there is not made."""
    engines: list[tuple[str, int]] = []

    def run(function: Callable[[object], object], parts: list[object], *, engine: str, **_: object) -> list[object]:
        engines.append((engine, len(parts)))
        return [function(part) for part in parts]

    monkeypatch.setattr(running, "run_parts", run)
    project = replace(load_project(study), engine="processes")
    chains: list[running.Chain] = [(("families", "key", _nothing),), (("names", "key", _nothing), ("actors", "key", _nothing))]
    for _ in range(2):
        running.compute_beside(project, *chains, parts=parts, progress=None)
    assert all(Store(project.store).has(step, key) for chain in chains for step, key, _ in chain)
    assert engines == [(engine, 2), ("serial", 0)]


def _nothing() -> dict[str, pd.DataFrame]:
    return {"some": pd.DataFrame({"a": [1]})}


def test_one_file_of_many_records_is_read_block_by_block(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Documents of two sources, one a single file, are those of one load, however many blocks and parts they lie in."""
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
    records = [f'{{"text": "A bridge, number {number}"}}' for number in range(30)]
    rows = [f'r{number * 7 % 30:02},"A dam, number {number}"' for number in range(30)]
    (tmp_path / "first" / "all.csv").write_text("id,text\n" + "\n".join(rows) + "\n", encoding="utf-8")
    (tmp_path / "second" / "more.jsonl").write_text("\n".join(records), encoding="utf-8")
    (tmp_path / "corpus.toml").write_text('[corpus]\nsources = ["first", "second"]\n', encoding="utf-8")
    whole = pd.concat([load_documents(tmp_path / name) for name in ("first", "second")]).sort_values("id", ignore_index=True)
    monkeypatch.setattr(load, "BLOCK", 7)
    monkeypatch.setattr(reading, "PART", 8)
    project = load_project(tmp_path)
    keys = reading.store_documents(replace(project, engine="serial"))
    made = pd.concat([reading.documents_of(project, key) for key in keys], ignore_index=True)
    assert len(keys) > 3 and made.equals(whole) and not made["problem"].any()
    assert len(list((project.store / "read").glob("*/block4.parquet"))) == 2
