"""`inspect`, `clean` and `annotate`: single steps, file in and file out, for shell pipelines and other tools.

Progress and notes go to stderr; `-o -` writes JSONL to stdout.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

MEASURES = ("sentiment", "targets", "quotes", "actors", "frames", "topics")


def add(commands: Any) -> None:
    """Declare the three commands."""
    _add_inspect(commands)
    _add_clean(commands)
    _add_annotate(commands)


def _add_inspect(commands: Any) -> None:
    from corpus_utils.cli import command

    one = command(
        commands,
        "inspect",
        "preview a folder or file: formats, encodings, guessed columns, problems",
        """
        corpus-utils inspect seeds
        corpus-utils inspect scrape.csv""",
    )
    one.add_argument("source", metavar="PATH", help="folder, file or glob")
    one.set_defaults(run=run_inspect)


def _add_clean(commands: Any) -> None:
    from corpus_utils.cli import command

    one = command(
        commands,
        "clean",
        "split documents into articles, with title, date, outlet and roles of every stretch",
        """
        corpus-utils clean seeds -o articles.jsonl
        corpus-utils clean scrape.csv -o articles.parquet --spans spans.csv
        corpus-utils clean --explain page.txt | less -R
        corpus-utils clean seeds --project . -o -        # with the period and outlets of corpus.toml""",
    )
    one.add_argument("source", metavar="IN", help="a folder, file or glob of documents, one file of records, or - for JSONL on stdin")
    one.add_argument("-o", "--output", metavar="OUT", help="articles: .jsonl, .csv or .parquet; - for JSONL on stdout")
    one.add_argument("--spans", metavar="FILE", help="also write every stretch of every document with its role")
    one.add_argument("--explain", action="store_true", help="print the text with role, reason and certainty of each stretch instead")
    one.add_argument("--project", metavar="DIR", help="use columns, outlets and period of the corpus.toml in DIR")
    one.set_defaults(run=run_clean)


def _add_annotate(commands: Any) -> None:
    from corpus_utils.cli import at_least, command

    one = command(
        commands,
        "annotate",
        f"label records under one measure: {', '.join(MEASURES)}",
        """
        corpus-utils annotate sentiment articles.jsonl -o tone.csv --unit sentence
        corpus-utils annotate frames articles.jsonl -o frames.jsonl --scheme generic
        corpus-utils annotate topics articles.jsonl -o topics.csv -k 10 --seed 1
        corpus-utils annotate targets mentions.jsonl -o targets.csv
        cat articles.jsonl | corpus-utils annotate quotes - -o -""",
    )
    one.add_argument("measure", choices=MEASURES)
    one.add_argument(
        "source", metavar="IN", help="records with `text` (.jsonl, .csv, .parquet; - for JSONL on stdin); text is taken as given"
    )
    one.add_argument("-o", "--output", metavar="OUT", required=True, help=".jsonl, .csv or .parquet; - for JSONL on stdout")
    one.add_argument(
        "--unit", choices=("text", "article", "sentence"), help="sentiment, frames: judge whole records or their sentences (default: text)"
    )
    one.add_argument("--scheme", metavar="NAME", help="frames: a shipped codebook or the path of your own YAML file")
    one.add_argument("--model", metavar="DIR", help="frames, targets: a model made by `corpus-utils train`")
    one.add_argument("--corrections", metavar="FILE", help="actors: your file of names to join or split (.csv with name, actor; or .yml)")
    one.add_argument(
        "--names", choices=("capitals", "spacy"), help="actors: how names are found (default: capitals; spacy needs the extra ner)"
    )
    one.add_argument("-k", type=at_least(2), metavar="K", help="topics: how many")
    one.add_argument(
        "--method", metavar="NAME", help="topics: mixture, words, nmf, vectors or lda (default: auto, chosen by stability and coherence)"
    )
    one.add_argument("--seed", type=at_least(0), help="topics: where random draws start (default: 0)")
    one.add_argument(
        "--language", metavar="XX", default="", help="language of records that state none (default: English unless detection is sure)"
    )
    one.set_defaults(run=run_annotate)


def run_inspect(options: argparse.Namespace) -> int:
    """Print one line per file and a closing count."""
    from corpus_utils.load import inspect
    from corpus_utils.text import terminal_safe

    table = inspect(Path(options.source))
    for row in table.to_dict("records"):
        cells = [f"{name}: {terminal_safe(str(value), width=160)}" for name, value in row.items() if str(value) not in ("", "{}", "[]")]
        print("  ".join(cells))
    return 0


def run_clean(options: argparse.Namespace) -> int:
    """Load, clean, write; articles come in the order of the input."""
    if not options.output and not options.explain:
        options.output = "-"
    if options.output:
        from corpus_utils.records import check_writable

        check_writable(options.output)
    if options.spans:
        check_writable(options.spans)
    spans, articles, documents = _clean(options)
    if options.explain:
        from corpus_utils.cli.explain import explain

        explain(documents, spans, articles)
        return _problems(documents)
    from corpus_utils.records import write_records

    write_records(article_records(articles), options.output)
    if options.spans:
        write_records(spans, options.spans)
    print(f"{len(articles)} articles from {int((documents['problem'] == '').sum())} documents", file=sys.stderr)
    return _problems(documents)


def _problems(documents: pd.DataFrame) -> int:
    from corpus_utils.text import terminal_safe

    for problem in documents.loc[documents["problem"] != "", "problem"]:
        print(f"problem: {terminal_safe(problem)}", file=sys.stderr)
    return 0


def _clean(options: argparse.Namespace) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    from corpus_utils.clean.overrides import idle_decisions
    from corpus_utils.load import load_documents, require_usable
    from corpus_utils.pipeline.cleaning import clean_all
    from corpus_utils.pipeline.inputs import clean_settings, overrides_of
    from corpus_utils.project import folder_project, load_project, with_source
    from corpus_utils.text import terminal_safe

    with _standard_input(options.source) as source:
        beside = source if source.is_dir() else source.parent  # where overrides.csv and metadata.csv are looked for
        project = with_source(load_project(options.project), beside) if options.project else folder_project(beside, root=beside)
        documents = load_documents(source, columns=project.columns, in_order=True)
        settings = clean_settings(project)
    require_usable(documents, options.source)
    for file in filter(None, overrides_of(project)):
        print(f"note: the decisions in {terminal_safe(str(file))} are applied", file=sys.stderr)
    for note in idle_decisions(settings.overrides, documents["id"].tolist()) if Path(options.source).is_dir() else []:
        print(f"note: {note}", file=sys.stderr)
    spans, articles = clean_all(documents, project, progress=True)
    return spans, articles, documents


@contextmanager
def _standard_input(source: str) -> Iterator[Path]:
    """The source as a path; `-` is JSONL on standard input, kept in a file while it is read."""
    if source != "-":
        yield Path(source)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "stdin.jsonl")
        path.write_bytes(sys.stdin.buffer.read())
        yield path


def article_records(articles: pd.DataFrame) -> pd.DataFrame:
    """What `clean` writes: the article's own columns, JSON columns as objects, and the input's unknown columns."""
    import pandas as pd

    names = [
        "id",
        "document_id",
        "title",
        "text",
        "outlet",
        "agency",
        "author",
        "place",
        "date_earliest",
        "date_latest",
        "date_bounds",
        "date_evidence",
        "language",
        "flags",
    ]
    out = articles[names].copy()
    for name in ("date_bounds", "date_evidence"):
        out[name] = [json.loads(value) for value in out[name]]
    extras = [json.loads(value) for value in articles["extra"]]
    for name in dict.fromkeys(key for extra in extras for key in extra):
        # An input column named like one of ours keeps its value under another name: nothing is lost.
        values = pd.Series([extra.get(name) for extra in extras], index=out.index, dtype=object)  # a missing number makes no floats
        out[name if name not in names else f"{name}_input"] = values
    return out


def run_annotate(options: argparse.Namespace) -> int:
    """Read records, label them, write them."""
    from corpus_utils.records import check_writable, read_records, write_records

    check_writable(options.output)
    _refuse_idle_options(options)
    records = read_records(options.source)
    write_records(_annotated(records, options), options.output)
    return 0


# Which measures an option is for: one that would do nothing is an error, not a silent wish.
_OPTIONS = {
    "unit": ("sentiment", "frames"),
    "scheme": ("frames",),
    "model": ("frames", "targets"),
    "corrections": ("actors",),
    "names": ("actors",),
    "k": ("topics",),
    "seed": ("topics",),
    "method": ("topics",),
}


def _refuse_idle_options(options: argparse.Namespace) -> None:
    from corpus_utils.records import RecordsError

    for name, measures in _OPTIONS.items():
        if getattr(options, name) is not None and options.measure not in measures:
            flag = "-k" if name == "k" else f"--{name}"
            raise RecordsError(f"{flag} is for {' and '.join(measures)}, not for {options.measure}")


BY_RECORD = ("sentiment", "targets", "quotes")  # measures that read each record by itself
BATCH = 1000  # records between two steps of the progress bar


def _annotated(records: pd.DataFrame, options: argparse.Namespace) -> pd.DataFrame:
    """The labelled records; a long file of a measure that reads records one by one goes in batches, with progress on stderr."""
    if options.measure not in BY_RECORD or len(records) <= BATCH:
        return _labelled(records, options)
    import pandas as pd
    from tqdm import tqdm

    starts = tqdm(range(0, len(records), BATCH), desc=options.measure, unit=f" x {BATCH} records", file=sys.stderr)
    made = [_labelled(records.iloc[start : start + BATCH], options) for start in starts]
    return pd.concat([table for table in made if len(table)] or made[:1], ignore_index=True)


def _labelled(records: pd.DataFrame, options: argparse.Namespace) -> pd.DataFrame:
    unit = "sentence" if options.unit == "sentence" else "text"
    if options.measure == "sentiment":
        from corpus_utils.annotate.sentiment import tone_records

        return tone_records(records, unit=unit, language=options.language)
    if options.measure == "targets":
        return _targets(records, options.language, options.model)
    if options.measure in ("quotes", "actors"):
        from corpus_utils.annotate.languages import resolve_languages

        return _named(records.assign(language=resolve_languages(records, options.language)), options)
    if options.measure == "frames":
        from corpus_utils.annotate.frame_records import frame_records

        unit = "sentence" if unit == "sentence" else "article"
        return frame_records(records, scheme=options.scheme or "generic", unit=unit, model=options.model, language=options.language)
    from corpus_utils.analyse.topics import topic_records
    from corpus_utils.records import RecordsError

    try:
        topics = topic_records(records, k=options.k, seed=options.seed or 0, language=options.language, method=options.method or "auto")
    except ValueError as error:
        raise RecordsError(f"topics: {error}") from error
    if note := topics.attrs.get("note"):
        print(f"note: {note}", file=sys.stderr)
    return topics


def _named(records: pd.DataFrame, options: argparse.Namespace) -> pd.DataFrame:
    if options.measure == "quotes":
        from corpus_utils.annotate.quotes import quote_records

        return quote_records(records)
    from corpus_utils.annotate.actor_corrections import read_corrections
    from corpus_utils.annotate.actors import actor_records
    from corpus_utils.records import RecordsError

    try:
        corrections = read_corrections(Path(options.corrections)) if options.corrections else None
    except ValueError as error:
        raise RecordsError(str(error)) from error
    from corpus_utils.annotate.actor_spacy import NerMissingError

    try:
        return actor_records(records, corrections=corrections, engine="spacy" if options.names == "spacy" else "names")
    except NerMissingError as error:
        raise RecordsError(str(error)) from error


def _targets(records: pd.DataFrame, language: str, model: str | None) -> pd.DataFrame:
    from corpus_utils.annotate.targets import target_records
    from corpus_utils.records import RecordsError

    if not {"start", "end"} <= set(records.columns) and "target" not in records.columns:
        raise RecordsError("targets: records need `start` and `end` of a mention in `text`, or its words in `target`")
    try:
        return target_records(records, language=language, model=model)
    except ValueError as error:
        raise RecordsError(str(error)) from error
