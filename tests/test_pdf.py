"""Pages printed to PDF: by a real Chromium where there is one, with a clear error where there is none."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from corpus_utils.report.pdf import PdfError, find_chromium, print_pages

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")


@pytest.mark.browser
@pytest.mark.skipif(not Path(CHROMIUM).exists(), reason=f"no Chromium at {CHROMIUM} (set CHROMIUM)")
def test_pages_are_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A PDF a page, in a folder of the run; those of earlier runs go."""
    monkeypatch.setenv("CHROMIUM", CHROMIUM)
    (tmp_path / "pdf" / "older").mkdir(parents=True)
    page = tmp_path / "a b.html"
    page.write_text("<!DOCTYPE html><title>T</title><p>Words on a page", encoding="utf-8")
    (made,) = print_pages(tmp_path, "run1", [page])
    assert made == tmp_path / "pdf" / "run1" / "a b.pdf" and made.read_bytes().startswith(b"%PDF")
    assert [folder.name for folder in (tmp_path / "pdf").iterdir()] == ["run1"]


def test_without_chromium_the_error_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Install it, or name it; a browser that makes nothing is told, too."""
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PdfError, match="apt install chromium"):
        find_chromium()
    monkeypatch.setenv("CHROMIUM", "/bin/true")
    with pytest.raises(PdfError, match=r"a\.html: /bin/true made no PDF \(exit code 0\)"):
        print_pages(tmp_path, "r", [tmp_path / "a.html"])
