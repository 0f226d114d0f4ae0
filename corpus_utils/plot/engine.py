"""matplotlib, imported late and quietly."""

from __future__ import annotations

import logging
from functools import lru_cache
from typing import Any


@lru_cache(maxsize=1)
def load() -> Any:
    """The matplotlib package with the modules we use.

    At its first import on a machine it builds a font cache and says so on standard error, which a report must not carry.
    """
    logger = logging.getLogger("matplotlib")
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        import matplotlib
        import matplotlib.backends.backend_svg
        import matplotlib.figure
        import matplotlib.font_manager
        import matplotlib.lines
        import matplotlib.patches
        import matplotlib.path
        import matplotlib.text
        import matplotlib.transforms
    finally:
        logger.setLevel(before)
    return matplotlib
