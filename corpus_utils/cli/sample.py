"""`sample`: units to be coded by people."""

from __future__ import annotations

import argparse
import sys
from typing import Any


def add(commands: Any) -> None:
    """Declare the command."""
    from corpus_utils.cli import at_least, command

    one = command(
        commands,
        "sample",
        "draw units to be coded by people, with one blind sheet a coder and a sealed key",
        """
        corpus-utils sample frames
        corpus-utils sample tone --coders anna,ben --half-width 0.07
        corpus-utils sample frames --unit article -n 120 --project my-study""",
    )
    one.add_argument(
        "measure",
        metavar="MEASURE",
        help="frames, tone (also: vader_masked, lexicon2), targets, topics; or a name of your own with --codes",
    )
    one.add_argument(
        "--unit",
        choices=("sentence", "passage", "paragraph", "article", "quote", "mention"),
        help="what is coded (default: as the reports label: article; tone: passage; targets: mention)",
    )
    one.add_argument("--project", metavar="DIR", help="folder of the project (default: this one)")
    one.add_argument("--source", metavar="PATH", help="a folder of documents instead; the sample goes to ./validation")
    one.add_argument(
        "--coders", metavar="A,B,...", default="coder1,coder2", help="names of the coders, one sheet each (default: coder1,coder2)"
    )
    one.add_argument("--codes", metavar="A,B,...", default="", help="codes of a measure of your own")
    one.add_argument("-n", dest="number", type=at_least(1), default=0, metavar="N", help="how many units (default: from --half-width)")
    one.add_argument(
        "--half-width", type=float, default=0.05, metavar="W", help="wanted precision of a share, +- W at worst (default: 0.05)"
    )
    one.add_argument("--overlap", type=float, default=1.0, metavar="SHARE", help="share of the units that all coders code (default: 1)")
    one.add_argument("--name", default="", help="name of the sample's folder below validation (default: MEASURE-UNIT)")
    one.add_argument("--seed", type=at_least(0), default=0, help="where random draws start (default: 0)")
    one.set_defaults(run=run_sample)


def run_sample(options: argparse.Namespace) -> int:
    """Build the corpus, draw, write, say what to do next."""
    from corpus_utils.analyse.findings import slug
    from corpus_utils.cli.reports import find_project
    from corpus_utils.pipeline import build_corpus
    from corpus_utils.text import terminal_safe
    from corpus_utils.validate.measures import TOPICS, UNIT, find_measure, topic_measure
    from corpus_utils.validate.sampling import FOLDER, Plan, draw_sample, write_sample
    from corpus_utils.validate.units import frame_units

    project = find_project(options)
    measure = find_measure(options.measure, project, listed(options.codes), unit=options.unit or "")
    unit = options.unit or UNIT.get(measure.name, "article")
    folder = project.root / FOLDER / (slug(options.name) if options.name else f"{slug(measure.name)}-{unit}")
    plan = Plan(options.number, options.half_width, tuple(slug(name) for name in listed(options.coders)), options.overlap, options.seed)
    tables = build_corpus(project)
    measure = topic_measure(tables, project) if measure.name == TOPICS else measure
    frame, drawn = draw_sample(frame_units(tables, unit, measure, project), plan)
    design = write_sample(folder, frame, drawn, unit=unit, measure=measure, plan=plan)
    print(f"{design['drawn']} of {design['frame']} units drawn from {len(design['strata'])} strata", file=sys.stderr)
    if design["half_width"]:
        print(f"so many because a share should come out within +-{design['half_width']:g}, also where it is a half", file=sys.stderr)
    print(f"next: have {', '.join(plan.coders)} fill in one sheet each; see {terminal_safe(str(folder / 'README.txt'))}", file=sys.stderr)
    print(folder)
    return 0


def listed(text: str) -> tuple[str, ...]:
    """The parts of "a, b, c"."""
    return tuple(part.strip() for part in text.split(",") if part.strip())
