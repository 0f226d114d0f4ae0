"""`agreement`: how far coders agree, and what to do next."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus_utils.cli.sample import listed

if TYPE_CHECKING:
    from corpus_utils.validate.sheets import Coded


def add(commands: Any) -> None:
    """Declare the command."""
    from corpus_utils.cli import at_least, command

    one = command(
        commands,
        "agreement",
        "how far coders agree: alpha, kappa, AC1, per category and pair, and what to do next",
        """
        corpus-utils agreement validation/frames-generic-article
        corpus-utils agreement validation/frames-generic-article --adjudicate
        corpus-utils agreement anna.xlsx ben.csv
        corpus-utils agreement anna.csv ben.csv --level ordinal --codes low,middle,high
        corpus-utils agreement anna.csv ben.csv carla.csv --json agreement.json --disagreements differ.csv""",
    )
    one.add_argument(
        "sheets", nargs="+", metavar="SHEET",
        help="one file a coder (.csv, .xlsx, .jsonl) with `unit_id` or `id` and `code` or `label`; or a folder of them",
    )  # fmt: skip
    one.add_argument(
        "--level", choices=("nominal", "ordinal", "interval", "multi"), default="",
        help="scale of the codes; multi: several labels a unit, MASI distance (default: nominal, or multi where cells hold several)",
    )  # fmt: skip
    one.add_argument("--codes", metavar="A,B,...", default="", help="the codes there are, in their order; any other is an error")
    one.add_argument("--codebook", metavar="NAME", default="", help="take the codes from a shipped codebook or your own YAML file")
    one.add_argument("--json", metavar="OUT", help="write every figure; - for standard output")
    one.add_argument("--disagreements", metavar="OUT", help="write the units on which coders differ, with their context: .csv, .jsonl")
    one.add_argument(
        "--adjudicate", metavar="OUT.xlsx", nargs="?", const="",
        help="write a sheet to settle them in (default for a sample: adjudicated.xlsx in its folder, where the reports look for it)",
    )  # fmt: skip
    one.add_argument("--draws", type=at_least(0), default=1000, metavar="N", help="bootstrap resamples of units (default: 1000)")
    one.add_argument("--seed", type=at_least(0), default=0, help="where random draws start (default: 0)")
    one.set_defaults(run=run_agreement)


def run_agreement(options: argparse.Namespace) -> int:
    """Read, compute, say what it means, write."""
    from corpus_utils.records import check_writable, write_records
    from corpus_utils.validate.agreement import agree

    sheet = _adjudication_sheet(options)
    if options.disagreements:
        check_writable(options.disagreements)
    coded = _read(options)
    _say_how_far(coded)
    figures = agree(coded, options.level, draws=options.draws, seed=options.seed)
    figures |= _after_decisions(options, coded, figures)
    if options.json:
        _write_json(figures, options.json)
    if options.disagreements:
        from corpus_utils.validate.adjudicate import disagreement_table

        write_records(disagreement_table(coded, figures), options.disagreements)
    if sheet:
        from corpus_utils.validate.adjudicate import write_adjudication

        write_adjudication(coded, figures, sheet)
        print(f"{sheet}: fill in the column `code`", file=sys.stderr)
    print(_in_words(figures), file=sys.stderr if options.json == "-" else sys.stdout)
    return 0


def _say_how_far(coded: Coded) -> None:
    """Who has coded how many of the units, where somebody is not done."""
    from corpus_utils.text import terminal_safe

    sheets = [(str(name), int(coded.codes[name].notna().sum())) for name in coded.codes]
    if any(done < len(coded.codes) for _, done in sheets):
        told = ", ".join(f"{terminal_safe(name, width=60)} {done}" for name, done in sheets)
        print(f"coded so far, of {len(coded.codes)} units: {told}", file=sys.stderr)


def _sample_folder(options: argparse.Namespace) -> Path | None:
    """The sample or batch that is looked at, where it is one and nothing else."""
    given = [Path(sheet) for sheet in options.sheets]
    return given[0] if len(given) == 1 and (given[0] / "sealed").is_dir() else None


def _adjudication_sheet(options: argparse.Namespace) -> Path | None:
    """Where to write the sheet of disputes; never over one that somebody may have filled. Raises SheetError."""
    from corpus_utils.validate.cells import SheetError
    from corpus_utils.validate.folder import ADJUDICATED

    if options.adjudicate is None:
        return None
    folder = _sample_folder(options)
    if not options.adjudicate and folder is None:
        raise SheetError("--adjudicate: say where to write the sheet, such as --adjudicate settle.xlsx")
    sheet = Path(options.adjudicate) if options.adjudicate or folder is None else folder / f"{ADJUDICATED}.xlsx"
    if sheet.exists():
        raise SheetError(f"{sheet}: is there already, and may hold decisions; move it away or name another file")
    return sheet


def _after_decisions(options: argparse.Namespace, coded: Coded, figures: dict[str, Any]) -> dict[str, Any]:
    """What is left to do in a sample once its adjudicated codes are read: `recode`, and `undecided`."""
    from corpus_utils.text import terminal_safe
    from corpus_utils.validate.adjudicate import settle
    from corpus_utils.validate.advice import next_steps
    from corpus_utils.validate.folder import BATCHES, count_disputed, read_decisions, read_design_of

    folder = _sample_folder(options)
    if folder is None:
        return {}
    decided = read_decisions(folder, read_design_of(folder))
    left = count_disputed(coded, settle(coded, decided)["how"])
    steps, known = next_steps(figures, left), len(figures["disagreements"])
    name = terminal_safe(str(folder))
    if left and decided is None:
        steps.append(f"corpus-utils agreement {name} --adjudicate     writes the sheet to settle them in")
    elif left:
        steps.append(f"{known - left} of {known} disputes are settled; fill in the rest of the adjudicated sheet")
    elif figures["verdict"] != "refused":
        batch = folder.resolve().parent.name == BATCHES
        then = (
            "corpus-utils train frames SAMPLE takes these codes, too"
            if batch
            else "corpus-utils report shows accuracy and corrected figures"
        )
        steps.append(("every dispute is settled; " if known else "no dispute is left; ") + then)
    return {"recode": steps, "undecided": left}


def _read(options: argparse.Namespace) -> Coded:
    from corpus_utils.validate.cells import READABLE, SheetError
    from corpus_utils.validate.sheets import read_sheets

    paths = []
    codes, several = list(listed(options.codes)), None if not options.level else options.level == "multi"
    for given in map(Path, options.sheets):
        if (given / "sealed").is_dir():
            from corpus_utils.validate.folder import read_design_of, sheets_of

            design = read_design_of(given)
            paths += sheets_of(given, design["coders"])
            codes, several = codes or design["codes"], design["multi"]
        elif given.is_dir():
            inside = sorted(path for path in given.iterdir() if path.suffix.lower() in READABLE and not path.name.startswith((".", "~")))
            if not inside:
                raise SheetError(f"{given}: no sheets in there")
            paths += inside
        else:
            paths.append(given)
    if options.codebook:
        from corpus_utils.annotate.codebook import load_codebook

        codes = list(load_codebook(options.codebook).names)
    return read_sheets(paths, codes=codes, multi=several)


def _write_json(figures: dict[str, Any], target: str) -> None:
    text = json.dumps(figures, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    if target == "-":
        sys.stdout.write(text)
    else:
        Path(target).parent.mkdir(parents=True, exist_ok=True)
        Path(target).write_text(text, encoding="utf-8")


def _in_words(figures: dict[str, Any]) -> str:
    from corpus_utils.text import terminal_safe

    def number(value: float | None) -> str:
        return "not defined" if value is None else f"{value:.3f}"

    def name(text: str) -> str:
        return terminal_safe(text, width=60)

    lines = [f"{len(figures['coders'])} coders, {figures['n_units']} units coded by two or more, level {figures['level']}"]
    span = "" if figures["alpha_low"] is None else f"  ({figures['alpha_low']:.3f} to {figures['alpha_high']:.3f})"
    lines.append(f"  Krippendorff's alpha  {number(figures['alpha'])}{span}")
    for title, key in (
        ("Cohen's kappa", "kappa"),
        ("Fleiss' kappa", "fleiss_kappa"),
        ("Gwet's AC1", "ac1"),
        ("plain agreement", "agreement"),
    ):
        lines.append(f"  {title:<22}{number(figures[key])}")
    width = max((len(name(code)) for code in figures["per_category"]), default=0)
    for code, row in figures["per_category"].items():
        lines.append(f"  {name(code):<{width}}  alpha {number(row['alpha'])}  AC1 {number(row['ac1'])}  n {row['n']}")
    for pair in figures["per_pair"] if len(figures["coders"]) > 2 else []:
        both = f"{name(pair['first'])} and {name(pair['second'])}"
        lines.append(f"  {both}: alpha {number(pair['alpha'])}, kappa {number(pair['kappa'])}, {pair['n_units']} units")
    lines.append(f"{figures['verdict'].upper()}: {terminal_safe(figures['why'])}")
    lines += [f"next: {terminal_safe(text)}" for text in figures["recode"]]
    lines += [f"note: {terminal_safe(text)}" for text in figures["notes"]]
    return "\n".join(lines)
