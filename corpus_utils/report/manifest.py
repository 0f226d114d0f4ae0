"""What a published run holds, and which runs there are.

Conventions
    `reports/index.html` is the site: its last line names the run it shows, so that replacing this one file changes everything at once.
    `reports/runs/RUN/manifest.json` lists a run's reports, files with digests, parameters and cards; clocks stand here and nowhere else.
    RUN, `latest` and `previous` name a run everywhere. `previous` is what the site showed before `latest`.
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

MANIFEST = "manifest.json"
FORMAT = 1
_MARK = re.compile(rb"<!-- corpus-utils run ([A-Za-z0-9-]+) -->\s*\Z")
_RUN = re.compile(r"[a-z0-9]{4,64}(-\d+)?\Z")


class RunError(ValueError):
    """There is no such run; the message lists those there are. Exit code 2."""

    exit_code = 2


def signed_index(html: str, run: str) -> bytes:
    """The bytes of `index.html`: the page and, as its last line, the run it shows."""
    return f"{html.rstrip()}\n<!-- corpus-utils run {run} -->\n".encode("utf-8", "xmlcharrefreplace")


def run_folder(reports_dir: Path, run: str) -> Path:
    """Where a run lies. Raises RunError for what cannot be a run's name (it may come from the command line)."""
    if not _RUN.match(run):
        raise RunError(f"{run!r} cannot be the name of a run")
    return reports_dir / "runs" / run


def latest_run(reports_dir: Path) -> str:
    """The run the site shows; "" where there is none."""
    try:
        with (reports_dir / "index.html").open("rb") as handle:
            handle.seek(0, 2)
            handle.seek(max(0, handle.tell() - 400))
            mark = _MARK.search(handle.read())
    except OSError:
        return ""
    return mark[1].decode() if mark and _RUN.match(mark[1].decode()) else ""


def read_manifest(reports_dir: Path, run: str) -> dict[str, Any] | None:
    """A run's manifest, None where it has none that can be read."""
    try:
        manifest = json.loads((run_folder(reports_dir, run) / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    whole = isinstance(manifest, dict) and manifest.get("format") == FORMAT and isinstance(manifest.get("reports"), dict)
    return manifest if whole else None


def list_runs(reports_dir: Path) -> list[str]:
    """All runs with a manifest, newest first."""
    found = []
    for file in (reports_dir / "runs").glob(f"*/{MANIFEST}"):
        manifest = read_manifest(reports_dir, file.parent.name) if _RUN.match(file.parent.name) else None
        if manifest is not None:
            found.append((str(manifest.get("created", "")), file.parent.name))
    return [run for _, run in sorted(found, reverse=True)]


def resolve_run(reports_dir: Path, name: str) -> Path:
    """Folder of the run called `name`: a run, the start of one, `latest` or `previous`. Raises RunError, listing what there is."""
    runs = list_runs(reports_dir)
    latest = latest_run(reports_dir)
    manifest = read_manifest(reports_dir, latest) if latest else None
    named = {"latest": latest, "previous": str((manifest or {}).get("previous", ""))}
    if name in named:
        matches = [named[name]]
    else:
        matches = [run for run in runs if run == name] or [run for run in runs if name and run.startswith(name)]
    if len(matches) == 1 and matches[0] in runs:
        return run_folder(reports_dir, matches[0])
    what = "several runs start with" if len(matches) > 1 else "there is no run called"
    raise RunError(f"{what} {name!r} in {reports_dir}; there are: {', '.join(runs) or 'none yet; `corpus-utils report` makes one'}")


def digest(data: bytes) -> dict[str, Any]:
    """What the manifest keeps of a file."""
    return {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}


def read_files(reports_dir: Path, run: str, files: dict[str, Any]) -> dict[str, bytes] | None:
    """The files of a run as listed in its manifest, None if one is missing or not what was written."""
    folder, found = run_folder(reports_dir, run), {}
    try:
        for name, expected in files.items():
            data = (folder / Path(name).name).read_bytes()
            if digest(data) != expected:
                return None
            found[name] = data
    except OSError:
        return None
    return found


def is_whole(reports_dir: Path, run: str) -> bool:
    """Whether every file of a run, and the index where it shows this run, is what was written."""
    manifest = read_manifest(reports_dir, run)
    if manifest is None or read_files(reports_dir, run, manifest.get("files", {})) is None:
        return False
    if latest_run(reports_dir) != run:
        return True
    return digest((reports_dir / "index.html").read_bytes()) == manifest.get("index")
