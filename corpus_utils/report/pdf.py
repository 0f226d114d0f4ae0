"""Published pages as PDF, printed by a Chromium that is on the machine. A PDF carries its time, so its bytes differ."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FOLDER = "pdf"
TIMEOUT = 120  # seconds a page
_QUIET = (
    "--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-dev-shm-usage", "--no-pdf-header-footer",
)  # fmt: skip


class PdfError(RuntimeError):
    """No PDF could be made; the message says why. Exit code 1."""

    exit_code = 1


def find_chromium() -> str:
    """The Chromium to use: $CHROMIUM, or one on the path. Raises PdfError, saying what to install."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), "")
    if not found:
        raise PdfError("no Chromium on this machine: install it (Debian: apt install chromium) or name it in the variable CHROMIUM")
    return found


def print_pages(reports_dir: Path, run: str, pages: Sequence[Path]) -> list[Path]:
    """Print pages to `pdf/RUN/NAME.pdf` below the reports folder and remove those of other runs. Raises PdfError."""
    browser, folder = find_chromium(), reports_dir / FOLDER / run
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    with tempfile.TemporaryDirectory(prefix="corpus-utils-", ignore_cleanup_errors=True) as profile:
        # root may not use the sandbox; a page of ours runs nothing that it would have to hold
        rest = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
        for page in pages:
            target = folder / f"{page.stem}.pdf"
            draft = Path(profile, target.name)
            command = [browser, *_QUIET, *rest, f"--user-data-dir={profile}", f"--print-to-pdf={draft}", page.absolute().as_uri()]
            try:
                done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT, check=False)
            except (OSError, subprocess.TimeoutExpired) as error:
                raise PdfError(f"{page.name}: {browser} made no PDF: {error}") from error
            if not draft.is_file():
                raise PdfError(f"{page.name}: {browser} made no PDF (exit code {done.returncode}): {done.stderr.strip()[-300:]}")
            shutil.move(draft, target)
            made.append(target)
    for old in (reports_dir / FOLDER).iterdir():
        if old.name != run:
            shutil.rmtree(old, ignore_errors=True)
    return made
