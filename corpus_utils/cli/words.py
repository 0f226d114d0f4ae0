"""`keyness`, `kwic` and `train`: words in contrast, words in context, and a frame coder from your own labels."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any


def add(commands: Any) -> None:
    """Declare the three commands."""
    from corpus_utils.cli import at_least, command

    one = command(commands, "keyness", "words that groups of records use more or less than the others, with tests over articles", """
        corpus-utils keyness articles.jsonl --group outlet -o words.csv""")  # fmt: skip
    one.add_argument("source", metavar="IN", help="records with `text` (.jsonl, .csv, .parquet; - for JSONL on stdin)")
    one.add_argument(
        "--group", metavar="COLUMN", required=True, help="the column that says which group a record belongs to; empty ones are left out"
    )
    one.add_argument("-o", "--output", metavar="OUT", required=True, help=".jsonl, .csv or .parquet; - for JSONL on stdout")
    one.add_argument("--seed", type=at_least(0), default=0, help="where random draws start (default: 0)")
    one.add_argument(
        "--language", metavar="XX", default="", help="language of records that state none (default: English unless detection is sure)"
    )
    one.set_defaults(run=run_keyness)

    two = command(commands, "kwic", "every use of a word or phrase with its context", """
        corpus-utils kwic "secur* council" articles.jsonl
        corpus-utils kwic "sanction*" articles.jsonl --sort right -o uses.csv""")  # fmt: skip
    two.add_argument("pattern", metavar="PATTERN", help="words in either case; * stands for any letters")
    two.add_argument("source", metavar="IN", help="records with `text` (.jsonl, .csv, .parquet; - for JSONL on stdin)")
    two.add_argument("-o", "--output", metavar="OUT", help="write a table instead of printing: .jsonl, .csv or .parquet")
    two.add_argument("--width", type=at_least(0), default=60, metavar="N", help="characters of context on each side (default: 60)")
    two.add_argument("--sort", choices=("text", "left", "right"), default="text", help="as they stand, or by the words before or after")
    two.set_defaults(run=run_kwic)

    three = command(commands, "train", "train a frame coder, or a model of tone towards targets, on your own labelled records", """
        corpus-utils train frames coded.jsonl -o my-frames
        corpus-utils annotate frames articles.jsonl --model my-frames -o frames.jsonl
        corpus-utils train targets judged.jsonl --language es -o my-targets
        corpus-utils annotate targets mentions.jsonl --model my-targets -o targets.csv""")  # fmt: skip
    three.add_argument("what", choices=("frames", "targets"))
    three.add_argument(
        "source",
        metavar="LABELLED",
        help="frames: records with `text` and `labels`, a list of any names, or a coded sample in validation/ (1,000 texts take"
        " two to six minutes of two cores);"
        " targets: `text`, `start` and `end` or `target`, and `label` (positive, neutral, negative); records of one `group` stay together",
    )
    three.add_argument("-o", "--output", metavar="MODEL", required=True, help="folder for the model and its card")
    three.add_argument("--seed", type=at_least(0), default=0, help="where random draws start (default: 0)")
    three.add_argument("--language", metavar="XX", default="", help="targets: language of records that state none")
    three.add_argument(
        "--encoder", choices=("auto", "fixed", "tuned"), default="auto",
        help="frames: tune the transformer to your labels, which is most of the work, or leave it as it is; auto: tune with 400 to 5,000"
        " records (default)",
    )  # fmt: skip
    three.set_defaults(run=run_train)


def run_keyness(options: argparse.Namespace) -> int:
    """Read records, contrast their groups, write the table."""
    from corpus_utils.analyse.words import keyness
    from corpus_utils.annotate.languages import resolve_languages
    from corpus_utils.records import RecordsError, check_writable, read_records, write_records

    check_writable(options.output)
    records = read_records(options.source)
    if options.group not in records.columns:
        raise RecordsError(f"{options.source}: no column called {options.group!r}; there are: {', '.join(map(str, records.columns))}")
    groups = records[options.group].fillna("").astype("str")
    kept = records[groups != ""]
    if groups[groups != ""].nunique() < 2:
        raise RecordsError(f"{options.source}: {options.group} holds fewer than two groups, so there is nothing to contrast")
    languages = resolve_languages(kept, options.language)
    table = keyness(kept["text"].tolist(), groups[groups != ""].tolist(), languages=languages, seed=options.seed)
    write_records(table, options.output)
    if left := len(records) - len(kept):
        print(f"note: {left} of {len(records)} records have no {options.group} and were left out", file=sys.stderr)
    return 0


def run_kwic(options: argparse.Namespace) -> int:
    """Print or write every match."""
    from corpus_utils.analyse.words import kwic
    from corpus_utils.records import RecordsError, read_records, write_records
    from corpus_utils.text import terminal_safe

    records = read_records(options.source)
    try:
        table = kwic(records["text"].tolist(), options.pattern, ids=records["id"].tolist(), width=options.width, sort=options.sort)
    except ValueError as error:
        raise RecordsError(f"kwic: {error}") from error
    if options.output:
        write_records(table, options.output)
        return 0
    for row in table.to_dict("records"):
        left, right = terminal_safe(row["left"]), terminal_safe(row["right"])
        place = f"[{terminal_safe(row['id'])}:{row['start']}]"
        print(f"{left[-options.width :]:>{options.width}}  {terminal_safe(row['match'])}  {right}  {place}")
    print(f"{len(table)} in {table['id'].nunique()} of {len(records)} records", file=sys.stderr)
    return 0


def run_train(options: argparse.Namespace) -> int:
    """Train and save a coder; its cross-validated scores go to stderr."""
    from corpus_utils.records import RecordsError, read_records

    if (Path(options.source) / "sealed").is_dir():  # a coded sample: its sheets and those of its batches
        from corpus_utils.validate.batches import training_records

        records = training_records(Path(options.source))
    else:
        records = read_records(options.source)
    if options.what == "targets":
        from corpus_utils.annotate.target_training import train_targets

        try:
            card = train_targets(records, options.output, language=options.language, seed=options.seed)
        except ValueError as error:
            raise RecordsError(f"{options.source}: {error}") from error
        card |= card["cross_validated"]
    else:
        from corpus_utils.annotate.frame_records import train_frames

        about = {"trained_on": Path(options.source).name, "encoder": options.encoder, "progress": True}
        card = train_frames(records, options.output, seed=options.seed, **about)
    shown = {name: value for name, value in card.items() if isinstance(value, (int, float, str))}
    print("; ".join(f"{name}: {value}" for name, value in shown.items()), file=sys.stderr)
    print(options.output)
    return 0
