"""What a notebook opens: the corpus as tables, the gate, and where the numbers come from.

    from corpus_utils import lab
    corpus = lab.open_corpus("..")     # a project folder, or any folder of documents
    corpus.articles                    # a plain DataFrame; see `corpus_utils.schema`

The first call computes the tables and keeps them in the store; later calls read them.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import asdict, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus_utils import __version__
from corpus_utils.parts import Tables, only_articles
from corpus_utils.pipeline import build_corpus, draw_stories
from corpus_utils.pipeline.inputs import codebook_of, inputs_fingerprint
from corpus_utils.project import CONFIG, Project, ProjectError, folder_project, load_project
from corpus_utils.store import fingerprint

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from corpus_utils.analyse.topics import TopicModel

# The report engine tells its notebooks which corpus to open in a file named by this variable, so that no path of the
# machine enters a notebook's parameters.
HANDOVER = "CORPUS_UTILS_HANDOVER"


FACTS = ("id", "family", "outlet", "language", "date_earliest", "date_latest")  # of articles: what gates and facts are told from


class Corpus(Tables):
    """The tables of one corpus with its settings; no methods that change anything."""

    def __init__(self, *, project: Project, fingerprint: str, gates: pd.DataFrame, **tables: Any) -> None:
        super().__init__(**tables)
        self.project, self.fingerprint, self.gates = project, fingerprint, gates
        self.whole: Tables = self  # the tables of all outlets and stories, under the ids that samples know
        self.language, self.other_languages = "", dict[str, int]()  # what `keep_language` kept, and distinct stories it left out
        self.stories, self.drawn = 0, 1.0  # distinct stories before any were drawn, and the chance with which each was

    @cached_property
    def stated(self) -> pd.DataFrame:
        """`FACTS` of every article, read once."""
        return self.read("articles", FACTS)

    def __repr__(self) -> str:
        outlets = self.articles.loc[self.articles["outlet"] != "", "outlet"].nunique()
        return f"Corpus of {len(self.articles)} articles from {len(self.documents)} documents, {outlets} outlets stated"


def open_corpus(corpus: str | Path = "..", *, outlets: list[str] | None = None, sampled: bool = False) -> Corpus:
    """Open the project in the folder `corpus`, or a bare folder or file of documents; `outlets` keeps only theirs.

    sampled  of more stories than `[measures] stories` of corpus.toml read a random sample (`pipeline.draw_stories`); `facts` and
             `provenance` say so. A sample of a census is a sample: its intervals are those of sampling

    Raises ProjectError where there is nothing to open, where an outlet is not in the corpus, or where documents changed
    while reports were being made.
    """
    project, expected, salt = _handed_over() or (_project_at(Path(corpus)), "", "")
    found = inputs_fingerprint(project)
    if expected and found != expected:
        raise ProjectError("the documents changed while the reports were being made; run `corpus-utils report` again")
    whole = tables = build_corpus(project)
    if outlets:
        tables = keep_outlets(tables, outlets)
    stories, drawn = 0, 1.0
    if sampled:
        stories = tables.families["family_id"].nunique()
        tables, drawn = draw_stories(tables, project.stories, seed=project.seed)
    if drawn < 1:
        tables = _count_again(tables)
        project = replace(project, kind="sample" if project.kind == "census" else project.kind)
    from corpus_utils.analyse.adequacy import gate

    facts = tables.read("articles", FACTS)
    gates = gate(facts, kind=project.kind)
    tables = hide_documents(tables, salt) if salt else tables
    corpus_ = Corpus(**tables.given(), project=project, fingerprint=found, gates=gates)
    if not salt:  # which gives ids other names
        corpus_.stated = facts
    corpus_.stories, corpus_.drawn = stories, drawn
    if tables is not whole:
        corpus_.whole = whole
    return corpus_


def _project_at(path: Path) -> Project:
    if path.suffix == ".toml" or (path / CONFIG).is_file():
        return load_project(path)
    return folder_project(path)


def documents_of(corpus: Corpus, ids: Sequence[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """`documents` and `spans`, with all they hold, of some documents."""
    return corpus.read("documents", id=set(ids)), corpus.read("spans", document_id=set(ids))


# Columns that name documents, or what is inside one, by an id that starts with the document's.
_IDS = ("id", "unit", "family", "of", "first", "copy_of")

_ADDRESS = re.compile(r"https?://\S*[^\s:,]")


def _names_stated(given: str) -> str:
    """Which of what a report shows a record stated, without its values: a report says so beside them."""
    known = json.loads(given or "{}")
    return json.dumps({name: "stated" for name in ("title", "outlet", "agency", "author", "place") if known.get(name)})


def hide_documents(tables: Tables, salt: str) -> Tables:
    """The tables for a report that is shared: ids by codes (see `report.share.code_of`), and no file name, address or extra column."""
    import pandas as pd

    from corpus_utils.report.share import code_of

    codes = {document: code_of(document, salt) for document in tables.documents["id"]}

    def hidden(value: str) -> str:
        # an id inside a document is the document's, then # and the place; a document's id may hold # itself
        if value in codes:
            return codes[value]
        start, mark, rest = value.rpartition("#")
        return f"{codes[start]}{mark}{rest}" if start in codes else value

    def hide(name: str, table: pd.DataFrame) -> pd.DataFrame:
        columns = [column for column in table.columns if column in _IDS or column.endswith("_id")]
        stated = [_names_stated(text) for text in table["given"]] if name == "documents" else []
        table = table.assign(**{column: table[column].map(hidden).astype(table[column].dtype) for column in columns})
        table = table.assign(**{column: "{}" for column in ("extra", "given") if column in table.columns})
        if name != "documents":
            return table
        table["given"] = pd.Series(stated, index=table.index, dtype="str")
        problems = [
            _ADDRESS.sub("the page", problem.replace(source, "the file")) for problem, source in zip(table["problem"], table["source"])
        ]
        return table.assign(source=table["id"], sha256="", problem=pd.Series(problems, index=table.index, dtype="str"))

    return tables.changed(hide)


def hand_over(project: Project, *, salt: str = "") -> Path:
    """Write the project and its inputs' fingerprint where `open_corpus` in a report's kernel finds them; the file's path.

    salt  the project's key, where the reports are to be shared
    """
    expected = inputs_fingerprint(project)
    content = {
        "expected": expected,
        "salt": salt,
        "project": {**asdict(project), "root": str(project.root), "sources": [str(path) for path in project.sources]},
    }
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    target = project.store / f"handover-{fingerprint(text)[:16]}.json"
    project.store.mkdir(parents=True, exist_ok=True)
    staged = target.with_suffix(f".{os.getpid()}.part")
    staged.touch(mode=0o600, exist_ok=True)  # it may hold the key that the codes of shared reports are made with
    staged.write_text(text, encoding="utf-8")
    staged.replace(target)
    return target


def _handed_over() -> tuple[Project, str, str] | None:
    path = os.environ.get(HANDOVER)
    if not path:
        return None
    content = json.loads(Path(path).read_text(encoding="utf-8"))
    values: dict[str, Any] = dict(content["project"])
    values["root"] = Path(values["root"])
    values["sources"] = tuple(Path(source) for source in values["sources"])
    values["collected"] = tuple(values["collected"]) if values["collected"] else None
    values["languages"] = tuple(values["languages"])
    values["outlets"] = {name: tuple(spellings) for name, spellings in values["outlets"].items()}
    values["choices"] = {name: tuple(options) for name, options in values["choices"].items()}
    return Project(**values), content["expected"], content["salt"]


def keep_outlets(tables: Tables, outlets: list[str]) -> Tables:
    """The tables with only the articles of `outlets`; documents stay, because what was read does not depend on the choice."""
    known = sorted(set(tables.read("articles", ["outlet"])["outlet"]) - {""})
    for outlet in outlets:
        if outlet not in known:
            raise ProjectError(f"no outlet called {outlet!r}; stated in this corpus: {', '.join(known) or 'none'}")
    facts = tables.read("articles", ["id", "outlet"])
    return _count_again(only_articles(tables, frozenset(facts.loc[facts["outlet"].isin(outlets), "id"])))


def keep_language(corpus: Corpus, language: str = "") -> Corpus:
    """The corpus with only the stories of one language (`analyse.one_language`): the one given, else that of most stories.

    The corpus itself where it has no other. Raises ProjectError for a language that no story is in.
    """
    from corpus_utils.analyse.adequacy import gate
    from corpus_utils.analyse.one_language import main_language, of_language, stories_by_language

    try:
        code = main_language(corpus.articles, language)
    except ValueError as error:
        raise ProjectError(str(error)) from error
    others = {other: count for other, count in stories_by_language(corpus.articles).items() if other != code}
    if not others:
        return corpus
    tables = _count_again(only_articles(corpus, frozenset(of_language(corpus.articles, code)["id"])))
    gates = gate(tables.articles, kind=corpus.project.kind)
    kept = Corpus(**tables.given(), project=corpus.project, fingerprint=corpus.fingerprint, gates=gates)
    kept.whole, kept.stories, kept.drawn = corpus.whole, corpus.stories, corpus.drawn
    kept.language, kept.other_languages = code, others
    return kept


def left_out(corpus: Corpus) -> str:
    """What `keep_language` left out and why, for the page; "" where nothing was."""
    from corpus_utils.analyse.one_language import left_out_words

    return left_out_words(corpus.language, corpus.other_languages)


def _count_again(tables: Tables) -> Tables:
    """The tables with `actors` of their own mentions."""
    from corpus_utils.annotate.actor_counts import actor_table

    return Tables(**tables.given() | {"actors": lambda: actor_table(tables.mentions, tables.articles)})


def provenance(corpus: Corpus, **settings: object) -> dict[str, str]:
    """What a reader needs to make the same page again: corpus fingerprint, settings, version; no clock and no path."""
    chosen = {name: value for name, value in settings.items() if value not in (None, "", [], {})}
    return {
        "corpus": f"{corpus.project.name}, fingerprint {corpus.fingerprint[:12]}",
        "documents": str(len(corpus.read("documents", ["id"]))),
        "kind": corpus.project.kind,
        **({"stories read": _drawn(corpus)} if corpus.drawn < 1 else {}),
        "settings": json.dumps({**corpus.project.settings(), **chosen}, ensure_ascii=False, sort_keys=True),
        "made with": f"corpus-utils {__version__}",
    }


def methods(corpus: Corpus) -> tuple[str, tuple[str, ...]]:
    """A methods paragraph with the limitations of this run, in Markdown, and the works it cites (see `analyse.methods_text`)."""
    from corpus_utils.analyse.methods_text import WORKS, methods_paragraph
    from corpus_utils.validate.attach import open_samples, sample_in_words

    coded = [sample_in_words(sample) for sample in open_samples(corpus.project, corpus.whole)[0]]
    documents = corpus.read("documents", ["problem"])
    text = methods_paragraph(corpus.project, documents, corpus.stated, corpus.gates, version=__version__, coded=coded)
    return text, WORKS


_CARRIES = {"inference": "figures with intervals", "description": "description and quotation", "refused": "not this analysis"}


def facts(corpus: Corpus, analysis: str = "describe", *, tier: str = "unvalidated", measures: Sequence[str] = ()) -> dict[str, str]:
    """The strip under an answer: articles, outlets, dates, languages, what the corpus can carry for `analysis`, validation tier.

    `measures`: the tier of each is looked up in the coded samples (unless `tier` tells it); without one the strip names the command that
    starts it.
    """
    from corpus_utils.analyse.adequacy import left_out_words, verdict
    from corpus_utils.validate.attach import tiers_in_words
    from corpus_utils.wording import language

    articles = corpus.stated
    distinct = articles["family"].nunique()
    copies = len(articles) - distinct
    outlets = articles.loc[articles["outlet"] != "", "outlet"]
    languages = articles["language"].map(language).value_counts().sort_index()
    stated = f"{outlets.nunique()}, stated for {len(outlets):,} of {len(articles):,} stories"
    spelled = corpus.spellings["read_as"].nunique()
    joined = f"{spelled} of them spelled in several ways, which count as one" if spelled else ""
    return {
        "stories": "; ".join(
            [f"{len(articles):,}" + (f", {copies:,} of them copies" if copies else ""), *([_drawn(corpus)] if corpus.drawn < 1 else [])]
        ),
        "outlets": "; ".join(
            filter(None, [stated if len(outlets) else "none stated", joined, left_out_words(articles) if outlets.nunique() > 1 else ""])
        ),
        "dates": _dates(articles),
        "languages": ", ".join(f"{name} ({count:,})" for name, count in languages.items()) or "none",
        "can carry": _CARRIES[verdict(corpus.gates, analysis)],
        "labels": "no automatic labels" if tier == "none needed" else tiers_in_words(corpus.project, measures, corpus.whole, tier),
    }


def _drawn(corpus: Corpus) -> str:
    """ "10,000 of 100,000 distinct stories, drawn at random": what the figures of a page rest on, and its intervals allow for."""
    distinct = corpus.stated["family"].nunique()
    return f"{distinct:,} of {corpus.stories:,} distinct stories, drawn at random with equal chances"


def _dates(articles: pd.DataFrame) -> str:
    from corpus_utils.wording import days

    dated = articles[articles["date_earliest"] != ""]
    if dated.empty:
        return "none of the stories is dated"
    exact = dated[dated["date_earliest"] == dated["date_latest"]]
    told = [f"{len(exact):,} to the day" + (f" ({days(exact['date_earliest'].min(), exact['date_earliest'].max())})" if len(exact) else "")]
    told += [f"{len(dated) - len(exact):,} to one of several days"] if len(dated) > len(exact) else []
    told += [f"{len(articles) - len(dated):,} undated"] if len(articles) > len(dated) else []
    return ", ".join(told)


def validated(findings: pd.DataFrame, corpus: Corpus, *measures: str) -> pd.DataFrame:
    """`findings` with tiers and corrected rows from the project's coded samples of `measures`; unchanged without one."""
    from corpus_utils.validate.attach import with_validation

    for measure in measures:
        findings = with_validation(findings, corpus.project, measure, corpus.whole)
    return findings


def validated_topics(findings: pd.DataFrame, corpus: Corpus, model: TopicModel) -> pd.DataFrame:
    """`findings` of report 02 with tiers from intrusion tests and corrected rows from coded articles; unchanged without either."""
    from corpus_utils.validate.measures import MODELS
    from corpus_utils.validate.topic_tiers import with_topic_tiers

    if corpus.whole is corpus:
        MODELS.setdefault(corpus.whole, model)
    return with_topic_tiers(findings, corpus.project, model, corpus.whole)


def show_corrected(findings: pd.DataFrame, blocks: Any) -> Any:
    """The table of naive beside corrected figures, for the page; nothing without a coded sample (`blocks` is report.blocks)."""
    from corpus_utils.validate import attach

    table = attach.corrected_pairs(findings)
    if table.empty:
        return blocks.together()
    signed = table["measure"].str.match("balance|difference")
    caption = "{} as the program has them, and corrected by what people coded, with the tier of the label"
    shown = []
    for part, form, what in ((table[~signed], "share", "Shares"), (table[signed], "signed", "Balances and differences")):
        forms = dict.fromkeys(("naive", "corrected"), blocks.within(form))
        shown += [blocks.table(part, caption=caption.format(what), max_rows=12, formats=forms)] if len(part) else []
    return blocks.together(*shown)


def codebook(corpus: Corpus) -> str | Path:
    """The scheme of corpus.toml: a shipped name, or the path of the user's own file beside it."""
    return codebook_of(corpus.project)


def frame_coder(corpus: Corpus, coders: dict[str, pd.DataFrame], scheme: str) -> str:
    """Who codes the stories of report 04: a coder that a coded sample speaks of, else the first of `[measures] coder` that judged them."""
    from corpus_utils.analyse.frame_coders import main_coder
    from corpus_utils.annotate.frames import measure_name
    from corpus_utils.validate.attach import tiers

    declared = corpus.project.choices["coder"]
    checked = [name for name in declared if tiers(corpus.project, measure_name(scheme, name), corpus.whole)]
    return main_coder(coders, [*checked, *declared], corpus.articles["id"].nunique())


def findings_file(report: str) -> str:
    """Name of the CSV beside the page: of the report being made, where one notebook gives several, else of `report`."""
    return f"{os.environ.get('CORPUS_UTILS_REPORT') or report}.findings.csv"
