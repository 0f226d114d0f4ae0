"""The main job, whole: the seed corpus becomes a site of reports, and the site keeps its promises. Made once for all tests here."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT

pytestmark = pytest.mark.slow
REPORTS = ["01_corpus", "02_topics", "03_sentiment", "04_framing", "05_validation"]
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")


def report(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`corpus-utils report` in a project folder."""
    command = [sys.executable, "-m", "corpus_utils", "report", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=900)


def project(folder: Path) -> Path:
    """A copy of the default project: settings, notebooks and seeds."""
    folder.mkdir()
    shutil.copy(ROOT / "corpus.toml", folder)
    for name in ("notebooks", "seeds"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    return folder


def pages(folder: Path) -> dict[str, bytes]:
    """Every published file of the latest run but the manifest, by name."""
    (run,) = {path.parent for path in (folder / "reports" / "runs").glob("*/manifest.json")}
    return {path.name: path.read_bytes() for path in sorted(run.iterdir()) if path.name != "manifest.json"}


def state(folder: Path) -> dict[str, tuple[int, int]]:
    """Size and time of every file below reports/."""
    return {str(path): (path.stat().st_size, path.stat().st_mtime_ns) for path in (folder / "reports").rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose reports have been made."""
    folder = project(tmp_path_factory.mktemp("site") / "study")
    done = report(folder)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(folder / "reports" / "index.html")
    return folder


def test_every_page_is_there_and_small(made: Path) -> None:
    """Four reports with their findings, each page under 400 kB."""
    files = pages(made)
    for name in REPORTS:
        assert f"{name}.findings.csv" in files
        assert 10_000 < len(files[f"{name}.html"]) < 400_000
    assert (made / "reports" / "index.html").stat().st_size < 400_000


def test_pages_are_self_contained(made: Path) -> None:
    """No script, no address of another machine but in text, no path of this one."""
    files = {**pages(made), "index.html": (made / "reports" / "index.html").read_bytes()}
    for name, data in files.items():
        text = data.decode("utf-8")
        assert str(made) not in text and str(ROOT) not in text and "/tmp/" not in text, name
        if name.endswith(".html"):
            assert "<script" not in text and "default-src &#39;none&#39;; img-src data:" in text
            assert not re.search(r"(src|href)=[\"']?(https?:)?//", text), name


def test_links_inside_a_page_lead_somewhere(made: Path) -> None:
    """Every number of an answer leads to its row, every row to its sentences; ids are unique."""
    for name in REPORTS:
        text = pages(made)[f"{name}.html"].decode("utf-8")
        ids = re.findall(r'\sid="([^"]+)"', text)
        assert len(ids) == len(set(ids)), name
        targets = set(re.findall(r'href="#([^"]+)"', text))
        assert targets <= set(ids), (name, sorted(targets - set(ids))[:3])
        answer = re.search(r'class="cu-answers">(.*?)</div>', text, re.S)
        assert answer and 'href="#f-' in answer.group(1), name
    for name in ("02_topics", "03_sentiment", "04_framing"):
        assert re.search(r'href="#s-', pages(made)[f"{name}.html"].decode("utf-8")), f"no number of {name} leads to a sentence"


def test_the_seeds_are_described_honestly(made: Path) -> None:
    """Ten stories from five documents; nothing that ten stories cannot carry."""
    files = {name: data.decode("utf-8") for name, data in pages(made).items()}
    findings = {row["id"]: row for row in json.loads(files["01_corpus.findings.json"])}
    assert findings["documents"]["estimate"] == 5 and findings["stories"]["estimate"] == 10
    assert findings["with-outlet"]["estimate"] == 1 and findings["with-agency"]["estimate"] == 2
    assert "Outlets are not compared" in files["04_framing.html"] and "too few for topics" in files["02_topics.html"]
    everything = [row for name in REPORTS for row in json.loads(files[f"{name}.findings.json"])]
    assert all(row["p"] is None for row in everything), "no test on ten stories"
    assert {row["gate"] for row in everything} <= {"description", "refused"}


def test_nothing_changed_means_nothing_done(made: Path) -> None:
    """A second run writes nothing, and a touched file is not a changed one."""
    before = state(made)
    for path in (made / "seeds").glob("*.txt"):
        path.touch()
    done = report(made)
    assert done.returncode == 0 and "unchanged" in done.stderr
    assert state(made) == before


def test_the_same_inputs_give_the_same_bytes(made: Path, tmp_path: Path) -> None:
    """Another folder, another time, another process: the same pages, findings and index."""
    again = project(tmp_path / "elsewhere")
    done = report(again, "--workers", "1")
    assert done.returncode == 0, done.stderr
    assert pages(again) == pages(made)
    assert (again / "reports" / "index.html").read_bytes() == (made / "reports" / "index.html").read_bytes()


def test_a_changed_document_changes_the_reports_and_only_asked_for_ones(made: Path, tmp_path: Path) -> None:
    """One more story is one more story; `--only` leaves the other pages as they are."""
    copy = tmp_path / "study"
    shutil.copytree(made, copy)
    (copy / "seeds" / "extra.txt").write_text(
        "Bridge reopens after repairs\n\nThe old bridge was reopened on Monday after two years of repairs. The mayor thanked the workers.\n\n"
        "Traffic had been led through the next village, whose people complained about noise. They said that they were glad.\n",
        encoding="utf-8",
    )
    done = report(copy, "--only", "01_corpus")
    assert done.returncode == 0, done.stderr
    index = (copy / "reports" / "index.html").read_text(encoding="utf-8")
    (run,) = set(re.findall(r"runs/([^/\"]+)/01_corpus\.html", index))
    findings = json.loads((copy / "reports" / "runs" / run / "01_corpus.findings.json").read_text(encoding="utf-8"))
    assert next(row["estimate"] for row in findings if row["id"] == "stories") == 11
    old = pages(made)["04_framing.html"]
    assert (copy / "reports" / "runs" / run / "04_framing.html").read_bytes() == old


def test_a_shared_site_holds_no_long_run_of_a_source(made: Path, tmp_path: Path) -> None:
    """No file of it has more than 25 words in a row of a seed document, or names one; the site of the house stays as it is."""
    copy = tmp_path / "study"
    shutil.copytree(made, copy)
    before = pages(copy)
    done = report(copy, "--share")
    assert done.returncode == 0 and done.stdout.strip() == str(copy / "reports" / "shared" / "index.html"), done.stderr
    assert pages(copy) == before
    plain = [
        re.findall(r"\w+", (ROOT / "seeds" / path.name).read_text(encoding="utf-8").lower()) for path in (ROOT / "seeds").glob("*.txt")
    ]
    runs = {tuple(words[at : at + 26]) for words in plain for at in range(len(words) - 25)}
    assert len(runs) > 1000
    files = [path for path in (copy / "reports" / "shared").rglob("*") if path.is_file()]
    assert {path.name for path in files} >= {"index.html", *(f"{name}.html" for name in REPORTS), "findings.csv"}
    for path in files:
        text = path.read_text(encoding="utf-8")
        shown = re.findall(r"\w+", html.unescape(re.sub(r"<style>.*?</style>|<[^>]*>", " ", text, flags=re.S)).lower())
        attributes = [re.findall(r"\w+", value.lower()) for value in re.findall(r'="([^"]*)"', text)]
        for words in (shown, *attributes):
            held = [words[at : at + 26] for at in range(len(words) - 25) if tuple(words[at : at + 26]) in runs]
            assert not held, (path.name, held[0])
        assert not any(seed.stem in text for seed in (ROOT / "seeds").glob("*.txt")), path.name
        if path.suffix == ".html" and path.name != "index.html":
            assert "Shared version" in text


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """One browser."""
    if not Path(CHROMIUM).exists():
        pytest.skip(f"no Chromium at {CHROMIUM} (set CHROMIUM)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=[*arguments, "--disable-dev-shm-usage"])
        yield browser
        browser.close()


@pytest.mark.browser
@pytest.mark.parametrize("name", ["index", *REPORTS])
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (820, "dark"), (390, "light")])
def test_real_pages_in_a_real_browser(made: Path, chromium: Any, name: str, width: int, scheme: str) -> None:
    """No request but the page, nothing wider than the screen, no serious finding of axe."""
    from axe_playwright_python.sync_playwright import Axe

    found = made / "reports" / "index.html" if name == "index" else next((made / "reports" / "runs").glob(f"*/{name}.html"))
    page = chromium.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    requests: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(found.as_uri())
    assert [url for url in requests if not url.startswith("data:")] == [found.as_uri()] and not complaints
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("document.scripts.length") == 0
    serious = [rule for rule in Axe().run(page).response["violations"] if rule["impact"] in ("serious", "critical")]
    assert not serious, [(rule["id"], rule["nodes"][0]["html"]) for rule in serious]
    page.close()
