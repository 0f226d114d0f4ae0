"""Reports on their way into a run: which pages they have, where those come from, and what the index says of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from corpus_utils.report import manifest as runs
from corpus_utils.report.parameters import cell_source, read_notebook
from corpus_utils.report.plan import ReportSpec
from corpus_utils.store import fingerprint

CARD = "card.json"  # what the index says of a page, where it is finished with the page's files


@dataclass
class Entry:
    """One report on its way into a run."""

    spec: ReportSpec
    wanted: str  # its fingerprint now
    shown: str = ""  # the fingerprint of the page it has; "" where it has none
    state: str = "absent"
    files: dict[str, bytes] = field(default_factory=dict)
    card: dict[str, Any] = field(default_factory=dict)
    error: Mapping[str, Any] = field(default_factory=dict)
    seconds: float = 0.0

    def record(self) -> dict[str, Any]:
        """For the manifest."""
        return {
            "title": self.spec.title, "notebook": self.spec.notebook.name, "source": notebook_digest(self.spec.notebook),
            "parameters": dict(self.spec.parameters), "state": self.state, "fingerprint": self.shown, "seconds": round(self.seconds, 1),
            "error": str(self.error.get("message", "")), "card": self.card,
            "files": {name: runs.digest(data) for name, data in self.files.items()},
        }  # fmt: skip


def notebook_digest(notebook: Path) -> str:
    """A short digest of a notebook's cells, whatever else its file holds."""
    cells = read_notebook(notebook)["cells"]
    return fingerprint([(cell.get("cell_type"), cell_source(cell)) for cell in cells])[:16]


class Kept:
    """The runs that are kept, as a store of pages."""

    def __init__(self, reports_dir: Path) -> None:
        self.reports_dir = reports_dir
        self.latest = runs.latest_run(reports_dir)
        order = [self.latest, *runs.list_runs(reports_dir)] if self.latest else runs.list_runs(reports_dir)
        self.manifests = {run: found for run in dict.fromkeys(order) if (found := runs.read_manifest(reports_dir, run))}

    def find(self, name: str, wanted: str = "") -> tuple[dict[str, Any], dict[str, bytes]] | None:
        """Record and files of the newest whole page of a report, with the fingerprint `wanted` if one is given."""
        for run, found in self.manifests.items():
            record = found["reports"].get(name, {})
            if record.get("fingerprint") and wanted in ("", record["fingerprint"]):
                files = runs.read_files(self.reports_dir, run, record["files"])
                if files is not None:
                    return record, files
        return None


def take_over(entry: Entry, kept: Kept, *, chosen: bool) -> None:
    """Give an entry the page it has already: one of the same fingerprint, or, where it is not to be built, its latest."""
    found, state = kept.find(entry.spec.name, entry.wanted), "unchanged"
    if found is None and not chosen:
        found, state = kept.find(entry.spec.name), "stale"
    if found is not None:
        record, entry.files = found
        entry.state, entry.shown, entry.card, entry.seconds = state, record["fingerprint"], record["card"], record.get("seconds", 0.0)


def site_state(entry: Entry) -> str:
    """What the site shows of an entry: a page made now and one taken over are the same page."""
    return "ok" if entry.state == "unchanged" else entry.state


def card_of(entry: Entry, run: str) -> dict[str, Any]:
    """What the index shows of a report: what its page said of itself, its state and where to find it."""
    name, page = entry.spec.name, entry.files.get(f"{entry.spec.name}.html", b"")
    places = [item for item in entry.card.get("downloads") or () if isinstance(item, dict) and item.get("href") in entry.files]
    return {
        "question": entry.spec.title, "headline": "", "facts": {}, "thumbnail": "", **entry.card,
        "name": name, "title": entry.spec.title, "parameters": dict(entry.spec.parameters), "state": card_state(entry),
        "href": f"runs/{run}/{name}.html" if page else "", "size": len(page), "dates": entry.card.get("facts", {}).get("dates", ""),
        "state_note": "not made anew in this run" if entry.state == "stale" else "",
        "downloads": [{**item, "href": f"runs/{run}/{item['href']}"} for item in places],
        "error": str(entry.error.get("message", "")), "error_href": str(entry.error.get("page", "")),
    }  # fmt: skip


def card_state(entry: Entry) -> str:
    """In the words of the index (`site.STATES`)."""
    if not entry.files:
        return "missing"
    return "failed" if entry.error else "current"


def index_facts(corpus_facts: Mapping[str, Any], cards: list[dict[str, Any]], run: str) -> dict[str, Any]:
    """What the index says of the whole corpus: the facts of its first report, and all findings to take away."""
    files = [
        ("findings.csv", "All findings (CSV)"),
        ("findings.json", "All findings (JSON)"),
        ("findings.columns.csv", "What their columns mean (CSV)"),
    ]
    first: Mapping[str, Any] = next((card["facts"] for card in cards if card.get("facts")), {})
    return {
        "facts": {key: value for key, value in first.items() if key != "labels"},  # what is labelled differs from report to report
        "downloads": [{"href": f"runs/{run}/{file}", "label": label} for file, label in files],
        **corpus_facts,
        "run": run,
    }
