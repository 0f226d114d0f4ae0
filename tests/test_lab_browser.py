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

import pytest
from conftest import ROOT
from test_pages_browser import ARGUMENTS, CHROMIUM

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason=f"no Chromium at {CHROMIUM} (set CHROMIUM)"),
]
NOTEBOOKS = sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))
PATIENCE = 300_000  # milliseconds; machines that run this are slow at times


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a JupyterLab over a copy of the project."""
    folder = tmp_path_factory.mktemp("lab") / "study"
    folder.mkdir()
    shutil.copy(ROOT / "corpus.toml", folder)
    for name in ("notebooks", "seeds"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
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
