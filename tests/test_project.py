"""corpus.toml is read strictly: what it cannot mean is an error that says what it can."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus_utils.project import ProjectError, folder_project, load_project


def write(folder: Path, text: str) -> Path:
    """A corpus.toml in `folder`."""
    (folder / "corpus.toml").write_text(text, encoding="utf-8")
    return folder


def test_the_default_project_reads(root: Path) -> None:
    """The repository's own corpus.toml is valid and points at the seeds."""
    project = load_project(root)
    assert project.sources == (root / "seeds",) and project.kind == "found"
    assert project.collected == ("2022-01-01", "2026-12-31")


def test_everything_but_sources_has_a_default(tmp_path: Path) -> None:
    """The smallest project is one line."""
    project = load_project(write(tmp_path, '[corpus]\nsources = ["a"]'))
    assert project.kind == "found" and project.collected is None and project.languages == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[corpus", "not valid TOML"),
        ("[corpus]", "needs `sources`"),
        ('[corpus]\nsources = "a"', "sources in .corpus. should be a list of text"),
        ('[corpus]\nsources = ["a"]\nkinds = "found"', "no key called 'kinds'; there are: name, sources, kind"),
        ('[corpus]\nsources = ["a"]\nkind = "big"', "one of sample, census, found, not 'big'"),
        ('[corpuses]\nsources = ["a"]', "no section called .corpuses."),
        ('[corpus]\nsources = ["a"]\ncollected = ["2022"]', "two dates"),
        ('[corpus]\nsources = ["a"]\ncollected = ["2022-13-01", "2023-01-01"]', "two dates"),
        ('[corpus]\nsources = ["a"]\ncollected = ["2023-01-01", "2022-01-01"]', "before it starts"),
        ('[corpus]\nsources = ["a"]\n[measures]\nseed = true', "seed in .measures. should be a whole number"),
        ('[corpus]\nsources = ["a"]\n[reports]\nkeep = 0', "at least 2"),
        ('[corpus]\nsources = ["a"]\n[outlets]\nX = "y"', "X in .outlets. should be a list of text"),
        ("corpus = 3", "should be a section"),
        ('[corpus]\nsources = ["a"]\n[measures]\nnames = "oracle"', "names in .measures. should be one of capitals, spacy, not 'oracle'"),
        ('[corpus]\nsources = ["a"]\n[measures]\ncorrections = "mine.csv"', "names mine.csv, which is not there"),
    ],
)
def test_mistakes_are_explained(tmp_path: Path, text: str, words: str) -> None:
    """Each mistake names the file and what it should be."""
    with pytest.raises(ProjectError, match=words) as caught:
        load_project(write(tmp_path, text))
    assert "corpus.toml" in str(caught.value)


def test_a_folder_without_project_says_how_to_start(tmp_path: Path) -> None:
    """The error names both ways on."""
    with pytest.raises(ProjectError, match=r"init DIR.*--source PATH"):
        load_project(tmp_path)


def test_settings_change_with_every_setting(tmp_path: Path) -> None:
    """What is fingerprinted covers all settings that change numbers."""
    plain = folder_project(tmp_path).settings()
    assert set(plain) >= {"kind", "population", "query", "collected", "languages", "columns", "outlets", "codebook", "seed"}
