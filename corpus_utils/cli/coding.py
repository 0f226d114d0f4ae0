"""`next-batch`, `machine-code` and `intrusion`: what to code next, a machine as one more coder, and whether people find the topics."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any


def add(commands: Any) -> None:
    """Declare the commands."""
    from corpus_utils.cli import at_least, command

    one = command(commands, "next-batch", "which units to code next for training, outside the probability sample", """
        corpus-utils next-batch validation/frames-generic-article -n 40
        corpus-utils train frames validation/frames-generic-article -o my-frames""")  # fmt: skip
    one.add_argument("sample", metavar="SAMPLE", help="folder of a sample that coders have begun")
    one.add_argument("-n", dest="number", type=at_least(1), default=50, metavar="N", help="how many units (default: 50)")
    one.add_argument("--project", metavar="DIR", help="folder of the project (default: this one)")
    one.add_argument("--source", metavar="PATH", help="the folder of documents that the sample was drawn from, without a project")
    one.set_defaults(run=run_next_batch)

    two = command(commands, "machine-code", "have a model at an address of your own code the sample, as one more coder", """
        corpus-utils machine-code validation/frames-generic-article --url http://localhost:11434/v1 --model NAME
        corpus-utils agreement validation/frames-generic-article validation/frames-generic-article/machine/NAME.csv""")  # fmt: skip
    two.add_argument("sample", metavar="SAMPLE", help="folder of a sample")
    two.add_argument("--url", required=True, help="an OpenAI-compatible endpoint, up to /v1; a key is read from CORPUS_UTILS_MACHINE_KEY")
    two.add_argument("--model", required=True, help="name of the model there")
    two.add_argument("--timeout", type=at_least(1), default=60, metavar="S", help="seconds to wait for an answer (default: 60)")
    two.add_argument("--repeats", type=at_least(1), default=3, metavar="K", help="times each unit is asked about (default: 3)")
    two.set_defaults(run=run_machine_code)

    three = command(commands, "intrusion", "sheets for word and topic intrusion, and their scores", """
        corpus-utils intrusion --coders anna,ben
        corpus-utils intrusion --score validation/word-intrusion""")  # fmt: skip
    three.add_argument("--project", metavar="DIR", help="folder of the project (default: this one)")
    three.add_argument("--source", metavar="PATH", help="a folder of documents instead; sheets go to ./validation")
    three.add_argument("--coders", metavar="A,B,...", default="coder1,coder2", help="names of the coders (default: coder1,coder2)")
    three.add_argument("-k", type=at_least(2), metavar="K", help="how many topics (default: chosen as in report 02)")
    three.add_argument("--seed", type=at_least(0), default=0, help="where random draws start (default: 0)")
    three.add_argument("--score", metavar="FOLDER", help="score the sheets in FOLDER instead")
    three.set_defaults(run=run_intrusion)


def run_next_batch(options: argparse.Namespace) -> int:
    """Pick, write sheets beside the sample, say where."""
    from corpus_utils.cli.reports import find_project
    from corpus_utils.pipeline import build_corpus
    from corpus_utils.text import terminal_safe
    from corpus_utils.validate.batches import handed_out, next_batch, write_batch
    from corpus_utils.validate.folder import load_validation
    from corpus_utils.validate.measures import measure_of
    from corpus_utils.validate.units import frame_units

    folder, project = Path(options.sample), find_project(options)
    sample = load_validation(folder)
    units = frame_units(build_corpus(project), sample.design["unit"], measure_of(sample.design), project)
    batch = next_batch(sample, units, options.number, taken=handed_out(folder))
    target = write_batch(folder, batch)
    print(f"{len(batch)} units; they serve training only, the sample and its figures stay as they are", file=sys.stderr)
    print(
        f"next: have {', '.join(sample.design['coders'])} fill in one sheet each; see {terminal_safe(str(target / 'README.txt'))}",
        file=sys.stderr,
    )
    print(target)
    return 0


def run_machine_code(options: argparse.Namespace) -> int:
    """Ask, write the machine's sheet, say how to compare it."""
    from corpus_utils.analyse.findings import slug
    from corpus_utils.validate.folder import read_design
    from corpus_utils.validate.machine import Endpoint, code_sheet
    from corpus_utils.validate.measures import measure_of

    folder = Path(options.sample)
    design = read_design(folder)
    measure = measure_of(design)
    key = os.environ.get("CORPUS_UTILS_MACHINE_KEY", "")
    endpoint = Endpoint(options.url, options.model, key, options.repeats, float(options.timeout))
    target = folder / "machine" / f"{slug(options.model)}.csv"
    sheet, cache = folder / "csv" / f"{design['coders'][0]}.csv", folder / "machine" / "answers"
    done = code_sheet(sheet, target, measure, endpoint, cache, progress=_tell)
    print(f"{done['units']} units, {done['asked']} questions asked, {done['unanswered']} without a usable answer", file=sys.stderr)
    print("one more coder, not the truth: compare it with people before you read anything into it", file=sys.stderr)
    print(target)
    return 0


def _tell(done: int, units: int) -> None:
    """Every tenth unit, and the last."""
    if done % 10 == 0 or done == units:
        print(f"\r{done} of {units} units", end="\n" if done == units else "", file=sys.stderr, flush=True)


def run_intrusion(options: argparse.Namespace) -> int:
    """Write the sheets of both tests, or score one."""
    from corpus_utils.validate import intrusion

    if options.score:
        table = intrusion.score_tasks(Path(options.score))
        from corpus_utils.text import terminal_safe

        for row in table.to_dict("records"):
            odds = "" if row["log_odds"] != row["log_odds"] else f"  log odds {row['log_odds']:.2f}"
            span = f"({row['low']:.2f} to {row['high']:.2f})"
            print(
                f"{terminal_safe(row['name'], width=60)}: {row['right']} of {row['answers']} found it, {row['precision']:.2f} {span}{odds}"
            )
        return 0
    return _write_intrusion(options)


def _write_intrusion(options: argparse.Namespace) -> int:
    from corpus_utils.analyse.findings import slug
    from corpus_utils.cli.reports import find_project
    from corpus_utils.pipeline import build_corpus
    from corpus_utils.validate import intrusion
    from corpus_utils.validate.measures import reported_topics
    from corpus_utils.validate.sampling import FOLDER

    project = find_project(options)
    tables = build_corpus(project)
    model, articles = reported_topics(tables, project, k=options.k or 0), tables.articles.drop_duplicates("family")
    if model.verdict == "refused":
        print(f"no topics, so nothing to ask about: {model.reason}", file=sys.stderr)
        return 0
    coders = [slug(name) for name in options.coders.split(",") if name.strip()]
    texts = dict(zip(articles["family"], articles["text"]))
    tests = {intrusion.WORDS: intrusion.word_tasks(model, seed=options.seed)}
    if len(model.topics) >= intrusion.LEAST_TOPICS:
        tests[intrusion.TOPICS] = intrusion.topic_tasks(model, texts, seed=options.seed)
    for name, tasks in tests.items():
        intrusion.write_tasks(project.root / FOLDER / name, tasks, coders, topics=intrusion.top_words(model), seed=options.seed)
        print(project.root / FOLDER / name)
    return 0
