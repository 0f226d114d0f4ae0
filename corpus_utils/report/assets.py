"""The files of the template folder, and the colours as a style sheet."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).parent / "template"


@lru_cache(maxsize=8)
def read(name: str) -> str:
    """A style sheet of the template, without comments and spare white space; "colours.css" and "lab.css" are made from plot.style."""
    if name in ("colours.css", "lab.css"):
        from corpus_utils.plot.style import variables

        light, dark = variables(0), variables(1)
        if name == "lab.css":  # JupyterLab has a theme of its own, whatever the system prefers
            return f"body{{{light}}}body[data-jp-theme-light=false]{{{dark}}}"
        return f":root{{color-scheme:light dark;{light}}}@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}"
    text = re.sub(r"/\*.*?\*/", "", (FOLDER / name).read_text("utf-8"), flags=re.S)
    return re.sub(r"\s*([{};,>])\s*", r"\1", re.sub(r"\s+", " ", text)).replace(";}", "}").strip()
