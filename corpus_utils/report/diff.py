"""What changed between two runs, and why: their findings side by side, and what each run was made from.

Conventions
    A finding is known by its report and id. It is *new*, *gone* or *changed*; numbers that agree to nine digits have not changed.
    A changed number is *beyond* where it left the interval it had before: the reader should look at those first.
    Reasons come from the manifests (settings, parameters, code, models, libraries) and from `inputs.json` (documents); nothing is guessed.
    Standard library only.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus_utils.report.manifest import read_manifest, run_folder

INPUTS = "inputs.json"
NAMED = 20  # documents named before the rest is counted
_ALIKE = 1e-9


@dataclass(frozen=True)
class Change:
    """One finding that is not what it was; `before` and `after` are rows of findings, None where there is none."""

    report: str
    id: str
    kind: str  # new, gone, changed
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    beyond: bool = False

    def row(self) -> dict[str, Any]:
        """For files: report, id, kind, what is measured, both numbers and their difference."""
        shown = self.after or self.before or {}
        first, last = _number(self.before, "estimate"), _number(self.after, "estimate")
        said = {key: shown.get(key) or "" for key in ("measure", "label", "voice", "group")}
        moved = last - first if first is not None and last is not None else None
        return {"report": self.report, "id": self.id, "kind": self.kind, **said, "before": first, "after": last, "difference": moved,
                "beyond_interval": self.beyond}  # fmt: skip


@dataclass(frozen=True)
class Difference:
    """Two runs compared: the changed findings (those beyond their interval first), how many there are in all, and the reasons."""

    before: str
    after: str
    changes: Sequence[Change]
    compared: int
    reasons: Sequence[str]

    def sentence(self) -> str:
        """One line: how many findings changed and how many of them left their interval."""
        if not self.changes:
            return f"None of the {self.compared:,} findings changed."
        counts = {kind: sum(change.kind == kind for change in self.changes) for kind in ("changed", "new", "gone")}
        told = [f"{count:,} {kind}" for kind, count in counts.items() if count]
        beyond = sum(change.beyond for change in self.changes)
        tail = f"; {beyond:,} moved out of the interval {'they' if beyond > 1 else 'it'} had" if beyond else ""
        return f"Of {self.compared:,} findings: {', '.join(told)}{tail}."


@dataclass(frozen=True)
class Record:
    """A run as far as it can be compared: its findings, manifest, and `inputs` (document -> digest; None where not known)."""

    run: str
    findings: Sequence[Mapping[str, Any]]
    manifest: Mapping[str, Any]
    inputs: Mapping[str, str] | None


def read_record(reports_dir: Path, run: str) -> Record:
    """The record of a published run. One whose findings cannot be read counts as one without."""
    folder = run_folder(reports_dir, run)
    rows, inputs = _json(folder / "findings.json", []), _json(folder / INPUTS, None)
    findings = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    return Record(run, findings, read_manifest(reports_dir, run) or {}, inputs if isinstance(inputs, dict) else None)


def diff_runs(before: Record, after: Record) -> Difference:
    """Compare two runs."""
    changes, compared = diff_findings(before.findings, after.findings)
    return Difference(before.run, after.run, changes, compared, diff_reasons(before, after))


def diff_findings(
    before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]], *, tolerance: float = _ALIKE
) -> tuple[list[Change], int]:
    """The changed findings, and how many findings there are in either; `tolerance` is relative, and absolute below 1."""
    old, new = ({(str(row.get("report")), str(row.get("id"))): row for row in rows} for rows in (before, after))
    changes = []
    for key in [*old, *(key for key in new if key not in old)]:
        first, last = old.get(key), new.get(key)
        if first is None or last is None:
            changes.append(Change(*key, "new" if first is None else "gone", first, last))
        elif any(not _alike(_number(first, name), _number(last, name), tolerance) for name in ("estimate", "low", "high")):
            changes.append(Change(*key, "changed", first, last, _beyond(first, last)))
        elif first.get("gate") != last.get("gate") or first.get("tier") != last.get("tier"):
            changes.append(Change(*key, "changed", first, last))
    changes.sort(key=lambda change: (not change.beyond, change.kind != "changed", change.report))
    return changes, len({*old, *new})


def _number(row: Mapping[str, Any] | None, key: str) -> float | None:
    value = (row or {}).get(key)
    return float(value) if isinstance(value, (int, float)) and math.isfinite(value) else None


def _alike(first: float | None, last: float | None, tolerance: float) -> bool:
    if first is None or last is None:
        return first is last
    return abs(first - last) <= tolerance * max(1.0, abs(first), abs(last))


def _beyond(first: Mapping[str, Any], last: Mapping[str, Any]) -> bool:
    low, high, now = _number(first, "low"), _number(first, "high"), _number(last, "estimate")
    return low is not None and high is not None and now is not None and not low <= now <= high


def diff_reasons(before: Record, after: Record) -> list[str]:
    """Why two runs may differ, in words; [] where everything they were made from is the same."""
    old, new = before.manifest, after.manifest
    first, last = (manifest.get("made_from") or {} for manifest in (old, new))
    return [
        *_documents(before.inputs, after.inputs),
        *(f"setting {line}" for line in _pairs(first.get("settings"), last.get("settings"))),
        *_reports(old.get("reports") or {}, new.get("reports") or {}),
        *(["the code of corpus-utils changed"] if first.get("code") != last.get("code") else []),
        *(f"model or word list {line}" for line in _pairs(first.get("models"), last.get("models"), values=False)),
        *(f"library {line}" for line in _pairs(first.get("libraries"), last.get("libraries"))),
        *(f"Python {line}" for line in _pairs({"version": old.get("python")}, {"version": new.get("python")})),
    ]


def _documents(old: Mapping[str, str] | None, new: Mapping[str, str] | None) -> list[str]:
    if old is None or new is None:
        return [] if old == new else ["which documents were read is known of one of the two runs only"]
    told = []
    for verb, names in (
        ("new", sorted(new.keys() - old.keys())),
        ("gone", sorted(old.keys() - new.keys())),
        ("changed", sorted(name for name in old.keys() & new.keys() if old[name] != new[name])),
    ):
        if names:
            more = f" and {len(names) - NAMED:,} more" if len(names) > NAMED else ""
            told.append(f"{len(names):,} {'document' if len(names) == 1 else 'documents'} {verb}: {', '.join(names[:NAMED])}{more}")
    return told


def _reports(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    told = [f"report {name} is {verb}" for verb, names in (("new", new.keys() - old.keys()), ("gone", old.keys() - new.keys()))
            for name in sorted(names)]  # fmt: skip
    for name in [name for name in new if name in old]:
        told += [f"parameter {line} of {name}" for line in _pairs(old[name].get("parameters"), new[name].get("parameters"))]
        if old[name].get("source") != new[name].get("source"):
            told.append(f"the notebook of {name} changed")
    return told


def _pairs(old: Any, new: Any, *, values: bool = True) -> list[str]:
    old, new = (item if isinstance(item, dict) else {} for item in (old, new))
    changed = [key for key in sorted({*old, *new}) if old.get(key) != new.get(key)]
    if not values:
        return [f"{key} {'changed' if key in old and key in new else 'is new' if key in new else 'is gone'}" for key in changed]
    return [f"{key}: {_said(old.get(key))} became {_said(new.get(key))}" for key in changed]


def _said(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False) if not isinstance(value, str) else value
    text = "unset" if value in (None, "", [], {}) else text
    return text if len(text) <= 80 else text[:79] + "…"


def _json(path: Path, default: Any) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return default
