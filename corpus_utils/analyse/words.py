"""Words in contrast and in context: keyness between groups, collocations, concordance lines. Each function works alone in a notebook.

keyness        which words one group of articles uses more than the others: how sure (G2), how much (log ratio), how evenly (DP)
collocations   which words stand next to a word, or next to each other, more often than their frequencies explain
kwic           every place where a pattern stands, with its context, sortable to both sides
ngrams         frequent runs of two to five words

Conventions
    `texts` are articles; a group is one value per article (an outlet, a period). Copies of an article count each time unless the
    caller leaves them out. Tests permute articles, never words: words of one article are not independent of each other.
    Function words stay in (an outlet may differ in "we"); filter them with `function_words` where only subjects matter.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from corpus_utils.analyse.counts import Counts, count_words
from corpus_utils.analyse.word_measures import dispersion, fighting_words, log_ratio, signed_g2
from corpus_utils.annotate.tokens import Array

if TYPE_CHECKING:
    import pandas as pd

    from corpus_utils.tokens import TokenIndex

LEAST_COUNT = 5  # in the whole corpus, whatever the group: the filter must not look at what is tested
LEAST_ARTICLES = 3
COLUMNS = (
    "group", "word", "count", "count_rest", "per_million", "per_million_rest", "g2", "log_ratio", "low", "high", "z", "articles",
    "dispersion", "p", "q",
)  # fmt: skip


def keyness(
    texts: Sequence[str],
    groups: Sequence[str],
    *,
    languages: Sequence[str] | str = "en",
    permutations: int | None = None,
    seed: int = 0,
    least_count: int = LEAST_COUNT,
    stop: bool = False,
    index: TokenIndex | None = None,
) -> pd.DataFrame:
    """Words each group uses more or less than all the others together, one row per group and word, strongest first in each group.

    g2           log-likelihood over all four cells (Dunning 1993), with the sign of the difference
    log_ratio    log2 of the ratio of relative frequencies, 0.5 added to both counts: 1 means twice as frequent
    low, high    95 % interval of log_ratio, articles being what varies; NaN where fewer than five articles of a side use the word
    z            log odds with the corpus as Dirichlet prior, in standard errors (Monroe, Colaresi & Quinn 2008); for ranking only
    articles     articles of the group that hold the word
    dispersion   Gries' DP over the group's articles, normalised (0 even, 1 all in one article; NaN where the word is absent)
    p            (b + 1) / (B + 1): b of B permutations of the articles' groups gave a count further from what lengths lead one to expect
    q            p after Benjamini-Hochberg over the whole table, weighted by what a word in so many articles could show at all
                 (`keyness_tests.family_weights`, blind to the groups); 1 for a word in too few articles to show anything

    Permutations are adaptive: a word is drawn for until 20 of them beat it; at most `permutations`, or as many as the smallest p of
    the table needs to pass the correction (`keyness_tests.permutations_for`); p counts all that were drawn. With two groups the second
    is the mirror of the first and is left out of the correction. NaN p: a group with
    fewer than two articles. Raises ValueError for lengths that differ or fewer than two groups.
    """
    counts = count_words(list(texts), languages, stop=stop, shortest=1, index=index)
    return keyness_of_counts(counts, groups, permutations=permutations, seed=seed, least_count=least_count)


def keyness_of_counts(
    counts: Counts, groups: Sequence[str], *, permutations: int | None = None, seed: int = 0, least_count: int = LEAST_COUNT
) -> pd.DataFrame:
    """`keyness` for articles that are counted already."""
    import pandas as pd

    from corpus_utils.analyse.keyness_tests import family_weights, log_ratio_ends, margins_of, permutation_p
    from corpus_utils.stats import benjamini_hochberg

    names, member = _groups(groups, counts.matrix.shape[0])
    lengths = counts.lengths.astype(float)
    enough = np.asarray(counts.matrix.sum(axis=0)).ravel() >= least_count
    enough &= counts.document_frequency >= min(LEAST_ARTICLES, counts.matrix.shape[0])
    kept = counts.keep(enough)
    whole = margins_of(kept.matrix, lengths)
    tables: list[pd.DataFrame] = []
    weights: list[Array] = []
    tested = names[:1] if len(names) == 2 else names
    for number, name in enumerate(names):
        inside = member == number
        table = _contrast(kept, whole.uses, lengths, inside)
        table["low"], table["high"] = log_ratio_ends(kept.matrix, lengths, inside, table["log_ratio"].to_numpy(), whole=whole)
        if name in tested:
            table["p"] = permutation_p(kept.matrix, lengths, inside, permutations=permutations, seed=seed + number, whole=whole)
            weights.append(family_weights(kept.matrix, lengths, inside, whole=whole))
        else:
            table["p"] = tables[0]["p"]
        tables.append(table.assign(group=name))
    out = pd.concat(tables, ignore_index=True)
    once = out["group"].isin(tested)
    out["q"] = np.nan
    out.loc[once, "q"] = benjamini_hochberg(out.loc[once, "p"].to_numpy(), np.concatenate(weights))
    if len(names) == 2:
        out.loc[~once, "q"] = out.loc[once, "q"].to_numpy()
    out.attrs["family_size"] = int((once & out["p"].notna()).sum())
    out["rank"] = out["group"].map({name: n for n, name in enumerate(names)})
    return out.sort_values(["rank", "g2", "word"], ascending=[True, False, True], ignore_index=True)[list(COLUMNS)]


def _groups(groups: Sequence[str], articles: int) -> tuple[list[str], Array]:
    if len(groups) != articles:
        raise ValueError(f"{articles} texts, but {len(groups)} groups")
    names = sorted({str(group) for group in groups})
    if len(names) < 2:
        raise ValueError(f"keyness contrasts two groups or more; there is {len(names)}: {', '.join(names) or 'none'}")
    number = {name: n for n, name in enumerate(names)}
    return names, np.array([number[str(group)] for group in groups])


def _contrast(counts: Counts, uses: Array, lengths: Array, inside: Array) -> pd.DataFrame:
    """The measures of one group against the rest, one row per word; `uses` of each word in all."""
    import pandas as pd

    own = counts.matrix[inside]
    a = np.asarray(own.sum(axis=0)).ravel().astype(float)
    b = uses - a
    n_a, n_b = max(lengths[inside].sum(), 1.0), max(lengths[~inside].sum(), 1.0)
    return pd.DataFrame({
        "word": counts.vocabulary, "count": a.astype(int), "count_rest": b.astype(int), "per_million": a / n_a * 1e6,
        "per_million_rest": b / n_b * 1e6, "g2": signed_g2(a, b, n_a, n_b), "log_ratio": log_ratio(a, b, n_a, n_b),
        "z": fighting_words(a, b, n_a, n_b), "articles": np.bincount(own.indices, minlength=own.shape[1]),
        "dispersion": dispersion(own, lengths[inside]),
    })  # fmt: skip


def kwic(texts: Sequence[str], pattern: str, *, ids: Sequence[str] | None = None, width: int = 60, regex: bool = False,
         sort: str = "text", most: int | None = None, index: TokenIndex | None = None) -> pd.DataFrame:  # fmt: skip
    """Every match with its context: id, start, end, left, match, right. Offsets are code points into the text.

    `pattern`: words, where * stands for any letters and a blank for any white space ("secur* council"), in either case; with
    `regex` a regular expression. `sort`: "text" (as they stand), "left" (by the words before, nearest first), "right". `most`
    limits the rows. `index`: the texts' words (`tokens.index_texts`); then only texts that may hold the pattern are read.
    Raises ValueError for an empty or broken pattern, an unknown sort, or lengths that differ.
    """
    import pandas as pd

    if sort not in ("text", "left", "right"):
        raise ValueError(f"sort should be text, left or right, not {sort!r}")
    names = list(ids) if ids is not None else [str(number) for number in range(1, len(texts) + 1)]
    if len(names) != len(texts):
        raise ValueError(f"{len(texts)} texts, but {len(names)} ids")
    compiled, texts = _pattern(pattern, regex), list(texts)
    rows = []
    places = range(len(texts)) if index is None or regex else _candidates(index, pattern)
    for name, text in ((names[place], texts[place]) for place in places):
        for match in compiled.finditer(text):
            start, end = match.span()
            if start < end:
                left, right = text[max(0, start - width) : start], text[end : end + width]
                rows.append((name, start, end, _flat(left), match.group(), _flat(right)))
    out = pd.DataFrame(rows, columns=["id", "start", "end", "left", "match", "right"])
    if sort != "text" and len(out):
        keys = [tuple(_words(side)[::-1] if sort == "left" else _words(side)) for side in out[sort]]
        out = out.iloc[sorted(range(len(out)), key=lambda n: (keys[n], n))].reset_index(drop=True)
    return out if most is None else out.head(most)


def _candidates(index: TokenIndex, pattern: str) -> list[int]:
    """Texts with a word that holds the longest run of letters of the pattern; a match stands nowhere else."""
    piece = max(re.findall(r"[^\W_]+", pattern.lower()), key=len, default="")
    held = np.array([piece in word for word in index.vocabulary], bool)
    return np.flatnonzero(np.bincount(index.texts_of(np.flatnonzero(held[index.ids])), minlength=len(index))).tolist()


def _flat(text: str) -> str:
    return re.sub(r"\s", " ", text)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def _pattern(pattern: str, regex: bool) -> re.Pattern[str]:
    if not pattern.strip():
        raise ValueError("the pattern is empty")
    if regex:
        try:
            return re.compile(pattern, re.IGNORECASE)
        except re.error as error:
            raise ValueError(f"{pattern!r} is not a regular expression: {error}") from error
    words = [r"\w*".join(re.escape(part) for part in re.sub(r"\*+", "*", word).split("*")) for word in pattern.split()]
    inner = re.sub("['’ʼ]", "['’ʼ]", r"\s+".join(words))
    return re.compile(rf"(?<!\w){inner}(?!\w)" if re.match(r"[\w*]", pattern.strip()) else inner, re.IGNORECASE)


def collocations(texts: Sequence[str], *, node: str = "", window: int = 5, least: int = 5, most: int = 50, languages: str = "en",
                 stop: bool = True, index: TokenIndex | None = None) -> pd.DataFrame:  # fmt: skip
    """Words that stand together: first, second, count, log_dice, pmi, g2, per_text (texts in which they do), strongest logDice first.

    `node` given: its neighbours up to `window` words to either side, within the sentence. Without: pairs of adjacent words.
    logDice = 14 + log2(2 f(x,y) / (f(x) + f(y))) (Rychly 2008); PMI = log2(N f(x,y) / (f(x) f(y))), only for pairs met `least` times.
    `stop` leaves out pairs with a function word of the language; numbers are no part of a pair. `index`: the texts' words, where they
    are known (`tokens.index_texts`).
    """
    import pandas as pd

    from corpus_utils.analyse.collocation import neighbours, pairs, running_words

    words = running_words(list(texts), index)
    asked: dict[str, Any] = {"least": max(least, 1), "language": languages if stop else ""}
    table = neighbours(words, node, window, **asked) if node else pairs(words, **asked)
    return pd.DataFrame(table.rows(words.vocabulary, most=most),
                        columns=["first", "second", "count", "log_dice", "pmi", "g2", "per_text"])  # fmt: skip


def ngrams(texts: Sequence[str], n: int = 2, *, least: int = 3, most: int = 50, index: TokenIndex | None = None) -> pd.DataFrame:
    """Frequent runs of `n` words (2 to 5) inside sentences: ngram, count, texts; most frequent first, ties in alphabetical order.

    A run does not reach across a number. `index`: the texts' words, where they are known (`tokens.index_texts`).
    """
    import pandas as pd

    from corpus_utils.analyse.collocation import running_words, runs

    if not 2 <= n <= 5:
        raise ValueError(f"n should be 2 to 5, not {n}")
    return pd.DataFrame(runs(running_words(list(texts), index), n, least=max(least, 1), most=most), columns=["ngram", "count", "texts"])
