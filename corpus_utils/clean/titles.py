"""Headlines: cleaning what surrounds them in a line."""

from __future__ import annotations

import re


def clean_title(line: str) -> str:
    """A headline on one line, without a bullet before it and without white space around it."""
    return re.sub(r"^[•·▪◦‣*#]+\s+", "", " ".join(line.split()))
