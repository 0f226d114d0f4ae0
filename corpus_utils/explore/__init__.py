"""Looking around in a corpus: search, trends, contrasts, actors, frames, raw against cleaned. Each view is a function and a panel.

Conventions
    A view takes what `open_search` made and returns a documented DataFrame: it can be used alone, in any notebook or script.
    Words are counted once, in an index kept in the store and mapped into memory; a view touches only the words it is about.
    `show_explorer` (see `panels`) puts the views behind widgets; each panel shows the code that gives the same table.
"""

from __future__ import annotations

from corpus_utils.explore.search import Search as Search
from corpus_utils.explore.search import open_search as open_search
from corpus_utils.explore.views import find_actors as find_actors
from corpus_utils.explore.views import find_frames as find_frames
from corpus_utils.explore.views import find_spans as find_spans
from corpus_utils.explore.views import find_topics as find_topics
from corpus_utils.explore.words import contrast_groups as contrast_groups
from corpus_utils.explore.words import count_trend as count_trend
from corpus_utils.explore.words import find_uses as find_uses
