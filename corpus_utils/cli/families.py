"""`families`: which records are copies, versions or parts of one another."""

from __future__ import annotations

import argparse
import sys
from typing import Any


def add(commands: Any) -> None:
    """Declare the command."""
    from corpus_utils.cli import command

    one = command(
        commands,
        "families",
        "find copies, edited versions and texts inside others, across outlets",
        """
        corpus-utils families articles.jsonl -o families.csv
        corpus-utils families scrape.jsonl -o families.jsonl --copying who-copied-whom.csv
        cat articles.jsonl | corpus-utils families - -o -""",
    )
    one.add_argument(
        "source", metavar="IN", help="records with `text`, and `title`, `outlet`, `date` where known (.jsonl, .csv, .parquet; - for stdin)"
    )
    one.add_argument(
        "-o",
        "--output",
        metavar="OUT",
        required=True,
        help="id, family_id, role, of, overlap: .jsonl, .csv or .parquet; - for JSONL on stdout",
    )
    one.add_argument("--copying", metavar="FILE", help="also write which outlet took how many reports from which, and how soon")
    one.add_argument("--edits", metavar="FILE", help="also write what each version changed in the text it derives from")
    one.set_defaults(run=run_families)


def run_families(options: argparse.Namespace) -> int:
    """Read records, find their families, write the tables."""
    from corpus_utils.families import copying_table, family_articles, find_families, version_edits
    from corpus_utils.records import check_writable, read_records, write_records

    for target in filter(None, (options.output, options.copying, options.edits)):
        check_writable(target)
    articles = family_articles(read_records(options.source))
    found = find_families(articles)
    write_records(found, options.output)
    if options.copying:
        write_records(copying_table(articles, found), options.copying)
    if options.edits:
        write_records(version_edits(articles, found), options.edits)
    copies = int((found["role"] != "original").sum())
    print(f"{len(found) - copies} stories in {len(found)} records; {copies} are copies, versions or parts of another", file=sys.stderr)
    return 0
