"""Put a finished run where readers see it, so that at every moment the old site or the new one is complete.

    .staging/...  ->  (written, synced)  ->  rename to runs/RUN  ->  replace index.html: the commit point  ->  remove old runs

A process killed at any point leaves an unfinished draft in `.staging`, which the next run removes; or a run the index does not show yet.
Nothing the index shows is ever changed or removed before the index shows something else.
"""

from __future__ import annotations

import contextlib
import errno
import json
import shutil
import uuid
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from corpus_utils.report.manifest import (
    FORMAT,
    MANIFEST,
    digest,
    is_whole,
    latest_run,
    list_runs,
    read_manifest,
    run_folder,
    signed_index,
)
from corpus_utils.report.since import FOLDER as SINCE
from corpus_utils.report.since import clear_since
from corpus_utils.store import sync_folder, write_atomic, write_synced

STAGING = ".staging"


class PublishError(OSError):
    """The run could not be written; the site shows what it showed before. The message says why. Exit code 1."""

    exit_code = 1


def free_name(reports_dir: Path, run: str, files: Mapping[str, bytes]) -> str:
    """`run`, or `run-2`, `run-3`... where runs of that name hold other bytes: a published run never changes."""
    wanted = {name: digest(data) for name, data in files.items()}
    name, number = run, 1
    while (manifest := read_manifest(reports_dir, name)) is not None and manifest.get("files") != wanted and is_whole(reports_dir, name):
        number += 1
        name = f"{run}-{number}"
    return name


def publish(
    reports_dir: Path,
    run: str,
    files: Mapping[str, bytes],
    *,
    index: str,
    reports: Mapping[str, Any],
    facts: Mapping[str, Any],
    beside: Mapping[str, bytes] | None = None,
    keep: int = 5,
) -> None:
    """Publish `files` as `runs/RUN` and show it: when this returns, `index.html` is `index` and the run is `latest`.

    run      a name from `free_name`
    reports  what the manifest says of each report;  facts  anything else for the manifest
    beside   further files below the reports folder that the index leads to, such as the page of what changed
    keep     how many runs to keep; `latest` and `previous` are kept always

    Call it under the run lock. Raises PublishError where the disk refuses; the site is then as it was.
    """
    page = signed_index(index, run)
    before = latest_run(reports_dir)
    earlier = read_manifest(reports_dir, before) or {}
    previous = earlier.get("previous", "") if before == run else before
    manifest = {
        "format": FORMAT, "run": run, "previous": previous, "created": datetime.now(UTC).isoformat(timespec="microseconds"), **facts,
        "index": digest(page), "files": {name: digest(data) for name, data in files.items()}, "reports": reports,
    }  # fmt: skip
    with _disk(reports_dir):
        clear_leftovers(reports_dir)
        _place(reports_dir, run, files, json.dumps(manifest, indent=1, ensure_ascii=False).encode("utf-8", "backslashreplace"))
        for name, data in (beside or {}).items():
            (reports_dir / name).parent.mkdir(exist_ok=True)
            write_atomic(reports_dir / name, data)
        write_atomic(reports_dir / "index.html", page)
    with contextlib.suppress(OSError):  # the run is published; what could not be removed goes next time
        clear_old(reports_dir, keep)


def _place(reports_dir: Path, run: str, files: Mapping[str, bytes], manifest: bytes) -> None:
    """Bring `runs/RUN` about: as a whole from a draft, or, where it lies there whole already, with a new manifest."""
    target = run_folder(reports_dir, run)
    if is_whole_but_for_index(reports_dir, run, files):
        write_atomic(target / MANIFEST, manifest)
        return
    draft = reports_dir / STAGING / f"{run}.{uuid.uuid4().hex[:8]}"
    draft.mkdir(parents=True)
    for name, data in files.items():
        if Path(name).name != name:
            raise ValueError(f"{name!r} is not a plain file name")
        write_synced(draft / name, data)
    write_synced(draft / MANIFEST, manifest)
    sync_folder(draft)
    target.parent.mkdir(exist_ok=True)
    if target.exists():  # damaged, else it would have been whole
        target.rename(reports_dir / STAGING / f"{run}.{uuid.uuid4().hex[:8]}.damaged")
    draft.rename(target)
    sync_folder(target.parent)


def is_whole_but_for_index(reports_dir: Path, run: str, files: Mapping[str, bytes]) -> bool:
    """Whether `runs/RUN` holds exactly these files."""
    folder = run_folder(reports_dir, run)
    try:
        same = all((folder / name).read_bytes() == data for name, data in files.items())
    except OSError:
        return False
    return same and {item.name for item in folder.iterdir() if not item.name.startswith(".")} <= {*files, MANIFEST}


def leftovers(reports_dir: Path) -> list[Path]:
    """What killed runs left: drafts, and the halves of files that were to be replaced."""
    halves = [half for pattern in (".*.tmp", "runs/*/.*.tmp", "failed/*/.*.tmp", f"{SINCE}/.*.tmp") for half in reports_dir.glob(pattern)]
    return [*halves, reports_dir / STAGING] if (reports_dir / STAGING).exists() else halves


def clear_leftovers(reports_dir: Path) -> None:
    """Remove them. Call it under the run lock: another run's drafts look the same."""
    for left in leftovers(reports_dir):
        if left.is_dir():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)


def clear_old(reports_dir: Path, keep: int) -> None:
    """Remove runs and failed runs beyond the newest `keep`, never `latest` or `previous`; then the staging folder."""
    latest = latest_run(reports_dir)
    spared = {latest, str((read_manifest(reports_dir, latest) or {}).get("previous", ""))} if latest else set()
    runs = list_runs(reports_dir)
    room = max(keep - len(spared & set(runs)), 0)
    for run in [run for run in runs if run not in spared][room:]:
        _drop(reports_dir, run_folder(reports_dir, run))
    clear_since(reports_dir, list_runs(reports_dir))
    failed = sorted((reports_dir / "failed").glob("*"), key=lambda folder: folder.stat().st_mtime, reverse=True)
    for folder in failed[max(keep, 1) :]:
        _drop(reports_dir, folder)
    shutil.rmtree(reports_dir / STAGING, ignore_errors=True)


def _drop(reports_dir: Path, folder: Path) -> None:
    """Take a folder out of sight in one step, then delete it: no reader meets half of it."""
    aside = reports_dir / STAGING / f"{folder.name}.{uuid.uuid4().hex[:8]}.old"
    aside.parent.mkdir(exist_ok=True)
    folder.rename(aside)
    shutil.rmtree(aside, ignore_errors=True)


def keep_failed(reports_dir: Path, run: str, files: Mapping[str, bytes]) -> Path:
    """Keep what a failed report left (error page, broken notebook, log) as `failed/RUN/`, replacing what lies there of it."""
    folder = reports_dir / "failed" / run
    with _disk(reports_dir):
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            write_atomic(folder / Path(name).name, data)
    return folder


@contextlib.contextmanager
def _disk(reports_dir: Path) -> Iterator[None]:
    """Say in words what the disk refused, and leave no draft behind."""
    try:
        yield
    except OSError as error:
        shutil.rmtree(reports_dir / STAGING, ignore_errors=True)
        why = "the disk is full" if error.errno in (errno.ENOSPC, errno.EDQUOT) else str(error)
        raise PublishError(f"{reports_dir}: the run was not published, the site is as it was: {why}") from error
