"""The command line: `corpus-utils COMMAND ...`, the same as `python -m corpus_utils COMMAND ...`.

Only the standard library is imported until a command runs, so that `--help` answers at once. A command is a module with
`add(commands)`, which declares its arguments, and a function that returns the exit code:

    0 done, unchanged, or an analysis refused and said so      2 usage or input      130 interrupted
    1 a report failed, or a check found a difference           3 another run holds the lock
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Callable

from corpus_utils.engine import set_environment

DONE, FAILED, USAGE, LOCKED, INTERRUPTED = 0, 1, 2, 3, 130


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code. Never raises for bad input: it says what is wrong on stderr."""
    options = parser().parse_args(arguments)
    set_environment()  # before numpy is imported: the same sums on every machine
    # A run that is asked to stop tidies up as after Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return int(options.run(options))
    except KeyboardInterrupt:
        print("Interrupted; what was published before is untouched.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:  # the reader of our output went away, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except OSError as error:  # a place that cannot be read or written, wherever it was met
        print(f"corpus-utils: {_lines(error)}", file=sys.stderr)
        return USAGE
    except Exception as error:
        # Errors that a room defines for people are worded for people; anything else is our own mistake and shows itself.
        if not type(error).__module__.startswith("corpus_utils."):
            raise
        print(f"corpus-utils: {_lines(error)}", file=sys.stderr)
        return int(getattr(error, "exit_code", USAGE))


def _lines(error: Exception) -> str:
    from corpus_utils.text import terminal_safe

    return "\n".join(terminal_safe(line) for line in str(error).splitlines() if line.strip())


def parser() -> argparse.ArgumentParser:
    """The whole command line, for `main` and for the test that the README tells the truth."""
    from corpus_utils import __version__
    from corpus_utils.cli import agreement, coding, families, init, reports, runs, sample, schedule, steps, store, words

    top = argparse.ArgumentParser(
        prog="corpus-utils",
        description="Topic, sentiment and framing reports from a folder of scraped news.",
        epilog=(
            "start here:\n"
            "  corpus-utils report                   reports of the project in this folder\n"
            "  corpus-utils report --source ARTICLES reports of any folder, without a project\n"
            "  corpus-utils inspect ARTICLES         what is in a folder, before anything else\n"
            "  corpus-utils COMMAND --help           what a command takes, with examples"
        ),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"corpus-utils {__version__}")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for module in (reports, runs, schedule, steps, families, words, store, sample, agreement, coding, init):
        module.add(commands)
    return top


def at_least(least: int) -> Callable[[str], int]:
    """An argument type: a whole number not below `least`."""

    def whole_number(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"should be a whole number, not {text!r}") from None
        if number < least:
            raise argparse.ArgumentTypeError(f"should be at least {least}, not {number}")
        return number

    return whole_number


def command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, summary: str, examples: str
) -> argparse.ArgumentParser:
    """A subcommand whose --help ends with examples."""
    return commands.add_parser(
        name,
        help=summary,
        description=summary[0].upper() + summary[1:] + ".",
        epilog="examples:\n" + "\n".join(f"  {line.strip()}" for line in examples.strip().splitlines()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
