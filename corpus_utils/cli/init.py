"""`init DIR`: a new project that runs as it stands once documents are put in."""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path
from typing import Any

TEMPLATE = """# What the corpus is and how it is analysed. Only `sources` is needed; everything else has a stated default.

[corpus]
name = {name}
sources = ["articles"]          # folders, files or globs, relative to this file
kind = "found"                  # sample | census | found (a convenience scrape): decides what intervals mean
population = ""                 # what the corpus stands for
query = ""                      # how it was selected
collected = []                  # possible publication dates, e.g. ["2022-01-01", "2022-12-31"]
languages = []                  # ISO codes, e.g. ["en", "es"]; empty: detected

[columns]                       # input column -> ours, where guessing is not enough, e.g.  body = "text"

[outlets]                       # name -> spellings, e.g.  "The Example" = ["example.org", "Example, The"]

[measures]
codebook = "generic"            # a shipped scheme or the path of a YAML file
cleaning = ["cleaned", "as found"]                 # choices declared beforehand: each report repeats its headline finding
dedup = ["once", "each"]                           # over all their combinations and says which one decides; the first
lexicon = ["vader", "vader_masked", "lexicon2"]    # option of each is the main analysis
coder = ["cues", "vectors", "trained", "combined"]  # who codes frames; the first codes the stories of the report
k = []                          # numbers of topics, beside the one that is found
seed = 1                        # every random draw in the reports starts here
names = "capitals"              # how names are found: capitals, or spacy (English; needs the extra ner)
corrections = ""                # your file of names to join, split or relabel; empty: actors.csv beside the documents
vector_budget = 20000           # sentences read by models of sentence vectors, half as many mentions; of more, a sample
stories = 10000                 # distinct stories that reports 02 to 04 read; of more, a random sample; 0: all

[reports]
keep = 5                        # published runs kept
deadline = 1800                 # seconds for a whole run
share_words = 25                # longest quotation in a report made with --share
"""

IGNORE = "reports/*\n!reports/README.md\n.store/\n.share-key\n.ipynb_checkpoints/\n"
REPORTS_README = "# Reports\n\nMade by `corpus-utils report`; open `index.html`. Nothing here is edited by hand.\n"


def add(commands: Any) -> None:
    """Declare the command."""
    from corpus_utils.cli import command

    one = command(commands, "init", "write a new project: corpus.toml, folders and notebooks", """
        corpus-utils init my-study
        cp ~/scrape/*.txt my-study/articles/ && cd my-study && corpus-utils report""")  # fmt: skip
    one.add_argument("directory", metavar="DIR", help="a folder that does not hold a project yet; made if missing")
    one.set_defaults(run=run_init)


def run_init(options: argparse.Namespace) -> int:
    """Write the project; existing files are never overwritten."""
    import json

    from corpus_utils.project import CONFIG, ProjectError
    from corpus_utils.text import strip_controls

    root = Path(options.directory)
    if (root / CONFIG).exists():
        raise ProjectError(f"{root / CONFIG} exists: there is a project already, and nothing was changed")
    if root.exists() and not root.is_dir():
        raise ProjectError(f"{root} is a file; name a folder")
    try:
        for folder in ("articles", "notebooks", "reports"):
            (root / folder).mkdir(parents=True, exist_ok=True)
        for source in sorted(shipped_notebooks().iterdir()):
            if source.suffix in (".ipynb", ".yml") and not (root / "notebooks" / source.name).exists():
                shutil.copyfile(source, root / "notebooks" / source.name)
        name = json.dumps(strip_controls(root.resolve().name), ensure_ascii=False)  # a JSON string is a TOML string
        for target, text in ((".gitignore", IGNORE), ("reports/README.md", REPORTS_README), (CONFIG, TEMPLATE.format(name=name))):
            if not (root / target).exists():
                (root / target).write_text(text, encoding="utf-8")
    except OSError as error:
        raise ProjectError(f"{root}: cannot write a project there: {error.strerror or error}") from error
    print(f"A project is ready in {root}. Put documents into {root / 'articles'}, then: cd {root} && corpus-utils report", file=sys.stderr)
    return 0


def shipped_notebooks() -> Path:
    """The folder of notebooks that came with the package: inside a wheel, or beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "_notebooks"
    return inside if inside.is_dir() else package.parent / "notebooks"
