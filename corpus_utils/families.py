"""Families of the same text: copies are labelled, so that analyses can count a story once.

First version: articles whose words are the same after folding case, punctuation and white space belong together.
Nothing is removed: `family` and `family_role` are filled in `articles`, and every analysis says how it counted.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from corpus_utils.schema import validate
from corpus_utils.text import words

if TYPE_CHECKING:
    import pandas as pd

LEAST_WORDS = 20  # shorter texts agree by chance: a one-line notice is nobody's copy


def mark_families(articles: pd.DataFrame) -> pd.DataFrame:
    """`articles` with `family` (id of the earliest member), `family_role` (original, copy) and the flag `duplicate`.

    The earliest member is the one with the earliest known `date_latest`, then the first by id; undated articles come last.
    """
    validate("articles", articles)
    out = articles.copy()
    keys = [_key(text, article_id) for text, article_id in zip(out["text"], out["id"])]
    order = sorted(range(len(out)), key=lambda row: (out["date_latest"].iat[row] or "9999", out["id"].iat[row]))
    first: dict[str, str] = {}
    for row in order:
        first.setdefault(keys[row], out["id"].iat[row])
    out["family"] = [first[key] for key in keys]
    copies = [family != article_id for family, article_id in zip(out["family"], out["id"])]
    out["family_role"] = ["copy" if copy else "original" for copy in copies]
    out["flags"] = [
        sorted({*flags, "duplicate"}) if copy else [flag for flag in flags if flag != "duplicate"]
        for flags, copy in zip(out["flags"], copies)
    ]
    for name in ("family", "family_role"):
        out[name] = out[name].astype("str")
    return validate("articles", out)


def _key(text: str, article_id: str) -> str:
    folded = words(text)
    if len(folded) < LEAST_WORDS:
        return "alone:" + article_id
    return hashlib.blake2b(" ".join(folded).encode("utf-8", "replace"), digest_size=16).hexdigest()
