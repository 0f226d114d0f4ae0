"""Charts for reports: each function takes a table with documented columns and returns a `Figure`.

A figure is one SVG for light and dark, drawn for a page, a phone and an index card, with alt text, a caption and its data.
Too little data gives a figure without a picture that says why; too much, the first rows and how many more there are.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_WHERE = {
    "Figure": "figure",
    "plot_barcode": "barcode",
    "plot_dates": "dates",
    "plot_dots": "dots",
    "plot_heat": "heat",
    "plot_matrix": "matrix",
    "plot_multiverse": "multiverse",
    "plot_story_words": "words",
    "plot_topics": "topics",
    "plot_words": "words",
}
__all__ = list(_WHERE)


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"no chart called {name!r}; there are: {', '.join(_WHERE)}")
    return getattr(import_module(f"corpus_utils.plot.{_WHERE[name]}"), name)
