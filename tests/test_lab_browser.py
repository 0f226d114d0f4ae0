"""JupyterLab in a real Chromium: every notebook runs from a fresh kernel, the explorer answers, and nothing is asked of another machine."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from conftest import ROOT
from test_pages_browser import ARGUMENTS, CHROMIUM
from test_sampling import drawn_sample

from corpus_utils.validate.cells import Row, read_cells

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason=f"no Chromium at {CHROMIUM} (set CHROMIUM)"),
]
NOTEBOOKS = sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))
PATIENCE = 300_000  # milliseconds; machines that run this are slow at times


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project."""
    folder = tmp_path_factory.mktemp("lab") / "study"
    folder.mkdir()
    shutil.copy(ROOT / "corpus.toml", folder)
    for name in ("notebooks", "seeds"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    return folder


@pytest.fixture(scope="module")
def lab(folder: Path) -> Iterator[str]:
    """The address of a JupyterLab over it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = [
        "--no-browser", "--allow-root", f"--ServerApp.root_dir={folder}", f"--ServerApp.port={port}", "--ServerApp.ip=127.0.0.1",
        "--ServerApp.port_retries=0", "--IdentityProvider.token=", "--LabApp.expose_app_in_browser=True", "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]  # fmt: skip
    home = folder.parent / "home"
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "JUPYTER_CONFIG_DIR": str(home),
        "JUPYTER_DATA_DIR": str(home),
        "IPYTHONDIR": str(home),
    }
    log = (folder.parent / "lab.log").open("wb")
    server = subprocess.Popen([sys.executable, "-m", "jupyterlab", *settings], stdout=log, stderr=log, env=environment)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(240):
            with contextlib.suppress(OSError), urllib.request.urlopen(f"{address}/api/status", timeout=5):
                break
            assert server.poll() is None, (folder.parent / "lab.log").read_text()[-2000:]
            time.sleep(0.5)
        yield address
    finally:
        server.terminate()
        server.wait(30)
        log.close()


@pytest.fixture(scope="module")
def page(lab: str) -> Iterator[Any]:
    """One window; `page.asked` is every address it asked for."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        window = browser.new_page(viewport={"width": 1400, "height": 1000})
        window.set_default_timeout(PATIENCE)
        window.asked = []  # type: ignore[attr-defined]
        window.on("request", lambda request: window.asked.append(request.url))  # type: ignore[attr-defined]
        yield window
        browser.close()


RUN_ALL = """async () => {
  const app = window.jupyterapp, panel = app.shell.currentWidget;
  await panel.context.ready; await panel.sessionContext.ready;
  await app.commands.execute('notebook:run-all-cells');
  const cells = [...panel.content.model.cells].filter(cell => cell.type === 'code');
  const outputs = cells.flatMap(cell => cell.outputs.toJSON());
  return {
    path: panel.context.path,
    skipped: cells.filter(cell => cell.sharedModel.getSource().trim() && cell.executionCount === null).length,
    errors: outputs.filter(output => output.output_type === 'error').map(output => output.ename + ': ' + output.evalue),
    shown: outputs.length,
  };
}"""


def run(page: Any, lab: str, name: str) -> dict[str, Any]:
    """Open a notebook in Lab and run all its cells; what came of it."""
    page.goto(f"{lab}/lab/tree/notebooks/{name}?reset")
    page.wait_for_function(
        "name => window.jupyterapp && window.jupyterapp.shell.currentWidget && window.jupyterapp.shell.currentWidget.context"
        " && window.jupyterapp.shell.currentWidget.context.path.endsWith(name)",
        arg=name,
    )
    return page.evaluate(RUN_ALL)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_runs_from_a_fresh_kernel(page: Any, lab: str, name: str) -> None:
    """From its own folder, all cells, without an error, without a question to another machine."""
    done = run(page, lab, name)
    assert done["path"] == f"notebooks/{name}" and done["errors"] == [] and done["skipped"] == 0 and done["shown"] > 1, done
    outside = [url for url in page.asked if not url.startswith((lab, "data:", "blob:"))]
    assert not outside, outside[:3]
    page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")


def test_the_explorer_answers(page: Any, lab: str) -> None:
    """Words typed into the search box appear in context; the code of the view is beside it; a wrong entry is answered in words."""
    run(page, lab, "06_explore.ipynb")
    box = page.get_by_placeholder("a word or phrase; * for any letters")
    box.fill("cooperat*")
    box.press("Enter")
    page.wait_for_selector(".cu-kwic tr")
    matches = page.locator(".cu-kwic td:nth-child(2)").all_inner_texts()
    assert matches and all(match.lower().startswith("cooperat") for match in matches)
    page.get_by_text("Code of this view").first.click()
    code = page.locator("textarea:visible").first.input_value()
    assert "explore.find_uses(search, pattern='cooperat*', sort='text')" in code
    box.fill("!!!")
    box.press("Enter")
    page.get_by_text("holds no word").wait_for()


def coding_notebook(folder: Path, call: str) -> str:
    """A notebook beside the others that opens the widget; its name."""
    cells = [nbformat.v4.new_code_cell(f"from corpus_utils.validate.widget import code_sample\n{call}")]
    metadata = nbformat.read(ROOT / "notebooks" / NOTEBOOKS[0], as_version=4).metadata  # without a kernel, Lab asks for one
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=metadata), folder / "notebooks" / "coding.ipynb")
    return "coding.ipynb"


def sheet(sample: Path, coder: str) -> list[Row]:
    """What stands in a coder's sheet on disk."""
    return read_cells(sample / "csv" / f"{coder}.csv", needs=[("unit_id",)])


def press(page: Any, keys: dict[str, str]) -> None:
    """Type keys as a person does, looking after each at what the widget says of the unit."""
    from playwright.sync_api import expect

    page.locator(".cu-coding-keys input").click()
    for key, said in keys.items():
        page.keyboard.press(key)
        expect(page.locator(".cu-coding-said")).to_have_text(said, timeout=PATIENCE)


def test_a_sample_is_coded_with_the_keyboard(page: Any, lab: str, folder: Path) -> None:
    """Codes typed into the widget are on disk after each unit; a fresh kernel goes on where coding stopped; a second coder sees no codes."""
    from playwright.sync_api import expect

    sample = folder / "validation" / "test"
    drawn_sample(sample)
    run(page, lab, coding_notebook(folder, "code_sample('../validation/test', 'coder1')"))
    place, said = page.locator(".cu-coding-place"), page.locator(".cu-coding-said")
    expect(place).to_have_text("1 of 160")
    book = page.locator(".cu-coding-book summary")
    assert book.all_inner_texts() == ["1 conflict: =Two sides differ.", "2 economic: Money."]
    boxes = [page.locator(name).bounding_box() for name in (".cu-coding-unit", ".cu-coding-book")]
    assert boxes[0]["x"] + boxes[0]["width"] <= boxes[1]["x"] and abs(boxes[0]["y"] - boxes[1]["y"]) < 40, "the codebook is beside the unit"
    press(page, {"Space": "not coded", "1": "conflict", "2": "conflict, economic"})
    assert [(row["conflict"], row["economic"]) for row in sheet(sample, "coder1")[:2]] == [("yes", "yes"), ("", "")]
    press(page, {"1": "economic", " ": "not coded", "0": "none"})
    expect(place).to_have_text("2 of 160")
    assert [(row["conflict"], row["economic"]) for row in sheet(sample, "coder1")[:3]] == [("no", "yes"), ("no", "no"), ("", "")]
    page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")

    run(page, lab, coding_notebook(folder, "code_sample('../validation/test', 'coder1')"))
    expect(place).to_have_text("3 of 160")
    expect(said).to_have_text("not coded")
    page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")

    run(page, lab, coding_notebook(folder, "code_sample('../validation/test', 'coder2', double=True)"))
    expect(place).to_have_text("1 of 2")
    expect(said).to_have_text("not coded")
    page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")
