"""What report 02 shows: topics with intervals where the corpus carries a model, else the words that set each story apart.

Prevalence of a topic is its mean share over articles, copies counted once (each family's articles share one weight); intervals
resample families.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from corpus_utils.analyse.adequacy import LEAST_COMPARED, interval_meaning, verdict
from corpus_utils.analyse.counts import base_form, count_words
from corpus_utils.analyse.findings import finding, findings_table
from corpus_utils.analyse.own_words import describe_words
from corpus_utils.analyse.sources import published
from corpus_utils.analyse.spelling import as_names, as_written, stem_words
from corpus_utils.analyse.topics import REPEATS, TopicModel, fit_topics, split_units
from corpus_utils.stats import cluster_bootstrap
from corpus_utils.text import tokens, words
from corpus_utils.tokens import TokenIndex, index_texts, take_texts

if TYPE_CHECKING:
    import pandas as pd

REPORT = "02_topics"
MARKED = 40  # words of a topic that are marked in a sentence
CANDIDATES = 40  # stories of a topic among which its nearest sentences are looked for


def find_topics(
    articles: pd.DataFrame, gates: pd.DataFrame, *, k: int = 0, method: str = "auto", unit: str = "article", house: Sequence[str] = (),
    seed: int = 0, index: TokenIndex | None = None, repeats: int = REPEATS,
) -> TopicModel:  # fmt: skip
    """A model of one text per family, or a refusal where the gate says the corpus is too small. `k` 0: chosen.

    `unit` "paragraph": topics of paragraphs; the shares of a text are those of its paragraphs by their words. `house`: words left out.
    `index`: the words of `articles`, where they are known. `repeats`: resamples that stability is measured on; 0: none is.
    """
    once = articles.drop_duplicates("family")
    if verdict(gates, "topics") == "refused":
        gate = gates.set_index("analysis").loc["topics"]
        reason = f"{gate['have']}: {gate['reason']}. {gate['enough']} would be enough."
        return replace(fit_topics([], seed=seed), reason=reason)
    texts, ids, owners = split_units(once["text"].tolist(), once["family"].tolist(), unit)
    codes = [code or "en" for code in once["language"]]
    languages = [codes[owner] for owner in owners]
    own = index_of(once, articles, index) if unit == "article" else None
    model = fit_topics(
        texts, k=k or None, method=method, seed=seed, languages=languages, ids=ids, leave_out=house, index=own, repeats=repeats
    )
    return model if unit == "article" else _by_article(model, texts, owners, once["family"].tolist())


def index_of(part: pd.DataFrame, articles: pd.DataFrame, index: TokenIndex | None) -> TokenIndex | None:
    """The index of some of the articles, in their order, from that of all; None where that is not known."""
    import pandas as pd

    return None if index is None else take_texts(index, pd.Index(articles["id"]).get_indexer(part["id"]))


def _by_article(model: TopicModel, texts: list[str], owners: list[int], families: list[str]) -> TopicModel:
    """The model of paragraphs with the shares of whole texts."""
    import numpy as np
    import pandas as pd

    if not len(model.topics):
        return model
    sizes = np.array([len(text.split()) for text in texts], float)
    shares = model.weights.drop(columns="id")
    total = np.zeros((len(families), shares.shape[1]))
    np.add.at(total, np.array(owners), shares.to_numpy() * sizes[:, None])
    sums = total.sum(axis=1, keepdims=True)
    weights = pd.DataFrame(np.divide(total, sums, out=np.zeros_like(total), where=sums > 0).round(6), columns=shares.columns)
    weights.insert(0, "id", families)
    return replace(model, weights=weights)


def topic_table(model: TopicModel, articles: pd.DataFrame, *, seed: int = 0) -> pd.DataFrame:
    """`model.topics` with prevalence over articles.

    Columns: topic, name, words, prevalence, low, high, n, stability, outlets (outlet -> prevalence).
    """
    weights = model.weights.set_index("id")
    once = articles.drop_duplicates("family")
    out = model.topics.copy()
    spread = [cluster_bootstrap(weights[topic], weights.index.to_numpy(), seed=seed) for topic in out["topic"]]
    out["prevalence"] = [one.estimate for one in spread]
    out["low"], out["high"], out["n"] = [one.low for one in spread], [one.high for one in spread], [one.units for one in spread]
    stated = once[once["outlet"] != ""].groupby("outlet")["family"].apply(list)
    large = {outlet: families for outlet, families in stated.items() if len(families) >= LEAST_COMPARED}
    out["outlets"] = [{outlet: float(weights.loc[families, topic].mean()) for outlet, families in large.items()} for topic in out["topic"]]
    return out.sort_values(["prevalence", "topic"], ascending=[False, True], kind="stable", ignore_index=True)


def nearest(model: TopicModel, articles: pd.DataFrame, sentences: pd.DataFrame, *, each: int = 2) -> pd.DataFrame:
    """The sentences nearest to each topic, one a story: sentence_id, text, outlet, title, date, label, note, marks (the topic's words).

    Among the `CANDIDATES` stories with the largest share of a topic, the sentence whose words weigh most in it, by their root count.
    """
    import pandas as pd

    columns = ["sentence_id", "text", "outlet", "title", "date", "label", "note", "marks"]
    rows, by_family = [], articles.drop_duplicates("family").set_index("family")
    dates = dict(zip(articles["id"], published(articles)))
    shares = model.weights.set_index("id")
    body = sentences[sentences["part"] == "body"]
    largest = {topic: shares[topic].sort_values(ascending=False, kind="stable").head(CANDIDATES) for topic in model.topics["topic"]}
    asked = by_family.loc[sorted({family for found in largest.values() for family in found.index}), "id"]
    in_text = {str(owner): group for owner, group in body[body["article_id"].isin(asked)].groupby("article_id", sort=False)}
    forms = _Forms()
    for number, (topic, name) in enumerate(zip(model.topics["topic"], model.topics["name"])):
        weight = {word: w for word, w in zip(model.vocabulary, model.components[number].tolist()) if w > 0}
        shown = set(sorted(weight, key=lambda word: (-weight[word], word))[:MARKED])
        best: list[tuple[float, int, Any, Any, float]] = []
        for family, share in largest[topic].items():
            article = by_family.loc[family]
            if share <= 0 or article["id"] not in in_text:
                continue
            own = in_text[article["id"]]
            score, at = max(((_weight(text, weight, forms), -at) for at, text in enumerate(own["text"].tolist())))
            best.append((round(score * share, 9), -len(best), article, own.iloc[-at], share))
        for _, _, article, sentence, share in sorted(best, key=lambda item: item[:2], reverse=True)[:each]:
            marks = [[t.start, t.end, ""] for t in tokens(sentence["text"]) if base_form(t.text.casefold().replace("’", "'")) in shown]
            rows.append({"sentence_id": sentence["id"], "text": sentence["text"], "outlet": article["outlet"], "title": article["title"],
                         "date": dates[article["id"]], "label": name, "note": f"{share:.0%} of the story", "marks": marks})  # fmt: skip
    return pd.DataFrame(rows, columns=columns).drop_duplicates("sentence_id", ignore_index=True)


class _Forms(dict[str, str]):
    """The base form of each word that was asked for."""

    def __missing__(self, word: str) -> str:
        self[word] = form = base_form(word)
        return form


def _weight(text: str, weight: dict[str, float], forms: _Forms) -> float:
    """How much the words of a sentence weigh in a topic; longer sentences count by the root of their length."""
    found = words(text)
    return sum(weight[forms[word]] for word in sorted(set(found)) if forms[word] in weight) / max(len(found), 8) ** 0.5


def story_words(articles: pd.DataFrame, *, most: int = 7, index: TokenIndex | None = None) -> pd.DataFrame:
    """The words that set each story apart, one row a word: id, story (its title or first words), word, score, n."""
    import pandas as pd

    labels = {i: title or " ".join(text.split()[:9]) + " …" for i, title, text in zip(articles["id"], articles["title"], articles["text"])}
    rows = [
        {"id": row["id"], "story": labels[row["id"]], "word": word, "score": score, "n": count}
        for row in describe_words(articles, most=most, index=index).to_dict("records")
        for word, score, count in zip(row["words"], row["scores"], row["counts"])
    ]
    spelling = as_names([row["word"] for row in rows], articles["text"].tolist(), index=index)
    out = pd.DataFrame([{**row, "word": spelling[row["word"]]} for row in rows], columns=["id", "story", "word", "score", "n"])
    return out.drop_duplicates(["id", "word"], ignore_index=True)  # both words of a name lead to it


def common_words(articles: pd.DataFrame, sentences: pd.DataFrame, *, most: int = 12, index: TokenIndex | None = None) -> pd.DataFrame:
    """Content words by the number of distinct stories that use them: word, forms, stories, share, uses, evidence (sentence ids).

    Inflections of a word count together (`spelling.stem_words`, in the corpus's main language) where they are written alike: "States" is no
    plural of "state". `word` is the most frequent form, or the name it is part of ("United States"); `forms` lists what was counted.
    """
    import numpy as np
    import pandas as pd

    once = articles.drop_duplicates("family")
    texts = once["text"].tolist()
    own = index_of(once, articles, index) or index_texts(texts)
    counts = count_words(texts, [code or "en" for code in once["language"]], index=own)
    main = once["language"].mode()
    table, vocabulary = counts.matrix.tocsc(), counts.vocabulary
    columns = _together(stem_words(vocabulary, main.iat[0] if len(main) else ""))

    def stories_of(group: list[int]) -> int:
        return int((np.asarray(table[:, group].sum(axis=1)).ravel() > 0).sum())

    used = np.diff(table.indptr).tolist()
    # no form of a stem is in more stories than the stem, and a stem in no more than all its forms: few need to be counted
    least = sorted((max(used[column] for column in group) for group in columns.values()), reverse=True)[: 5 * most][-1:]
    frequent = [stem for stem, group in columns.items() if sum(used[column] for column in group) >= least[0]]
    frequent = sorted(frequent, key=lambda stem: (-stories_of(columns[stem]), stem))[: 5 * most]
    spelling = as_written([vocabulary[column] for stem in frequent for column in columns[stem]], texts, index=own)
    groups = [
        group for stem in frequent for capital in (True, False)
        if (group := [column for column in columns[stem] if spelling[vocabulary[column]][:1].isupper() == capital])
    ]  # fmt: skip
    told = [(stories_of(group), int(table[:, group].sum()), group) for group in groups]
    told = sorted(told, key=lambda item: (-item[0], -item[1], vocabulary[item[2][0]]))[: 2 * most]
    names = as_names([vocabulary[column] for _, _, group in told for column in group], texts, index=own)
    own_sentences = sentences.loc[sentences["article_id"].isin(once["id"]), ["id", "article_id", "text"]]
    rows: list[dict[str, Any]] = []
    for stories, uses, group in told:
        by_use = sorted(group, key=lambda column: (-int(table[:, column].sum()), vocabulary[column]))
        forms = [spelling[vocabulary[column]] for column in by_use]
        evidence = _first_using(rf"\b(?:{'|'.join(map(re.escape, forms))})\b", own_sentences)
        share = stories / max(1, len(once))
        word = names[vocabulary[by_use[0]]]
        rows.append({"word": word, "forms": forms, "stories": stories, "share": share, "uses": uses, "evidence": evidence})
    shown = pd.DataFrame(rows, columns=["word", "forms", "stories", "share", "uses", "evidence"])
    return shown.drop_duplicates("word", ignore_index=True).head(most)


def _first_using(pattern: str, sentences: pd.DataFrame, *, most: int = 5) -> list[str]:
    """The first sentences with a match, one an article; no more are read than are needed."""
    found: dict[str, str] = {}
    for start in range(0, len(sentences), 4000):
        some = sentences.iloc[start : start + 4000]
        using = some[some["text"].str.contains(pattern, case=False, regex=True)]
        for article, sentence in zip(using["article_id"], using["id"]):
            found.setdefault(article, sentence)
        if len(found) >= most:
            break
    return list(found.values())[:most]


def _together(stems: list[str]) -> dict[str, list[int]]:
    columns: dict[str, list[int]] = {}
    for column, stem in enumerate(stems):
        columns.setdefault(stem, []).append(column)
    return columns


def topic_findings(
    table: pd.DataFrame, common: pd.DataFrame, articles: pd.DataFrame, *, gates: pd.DataFrame, kind: str, near: pd.DataFrame | None = None,
    more: Sequence[dict[str, Any]] = (),
) -> pd.DataFrame:  # fmt: skip
    """The numbers of report 02: prevalence and stability per topic, and in how many stories the commonest words occur.

    `near`: the nearest sentences, which stand behind a topic's prevalence; `more`: findings of `topic_detail`.
    """
    families, allowed = articles["family"].nunique(), verdict(gates, "topics")
    about = {"n_articles": len(articles), "n_families": families, "dedup": "once", "weighting": "article"}
    rows = [finding("stories", families, measure="distinct stories", unit="article", **{**about, "weighting": "none"})]
    for row in table.to_dict("records"):
        shared = {**about, "label": row["name"], "gate": allowed, "tier": "unvalidated", "n_units": int(row["n"])}
        ends = {"low": row["low"], "high": row["high"], "interval_kind": interval_meaning(kind)}
        of = {"measure": "share of the average story", "denominator": "words"}
        behind = near.loc[near["label"] == row["name"], "sentence_id"].tolist() if near is not None else []
        rows.append(finding(f"topic-{row['topic']}", row["prevalence"], **of, **ends, **shared, evidence=behind))
        rows.append(finding(f"stability-{row['topic']}", row["stability"], measure="stability of a topic over resamples", **shared))
    for row in common.to_dict("records"):
        of = {"measure": "stories that use the word or a form of it", "label": row["word"], "denominator": "distinct stories"}
        rows.append(finding(f"word-{row['word']}", row["stories"], **of, n_units=families, evidence=row["evidence"], **about))
    return findings_table(REPORT, [*rows, *more])


def evidence_sentences(common: pd.DataFrame, sentences: pd.DataFrame, articles: pd.DataFrame, *, words: int = 3) -> pd.DataFrame:
    """Sentences behind the commonest words: sentence_id, text, outlet, title, date, label, marks (where the word stands)."""
    import pandas as pd

    by_sentence, by_article, rows = sentences.set_index("id"), articles.set_index("id"), []
    dates = dict(zip(articles["id"], published(articles)))
    for word, forms, ids in zip(common["word"].head(words), common["forms"].head(words), common["evidence"].head(words)):
        pattern = rf"\b(?:{'|'.join(map(re.escape, forms))})\b"
        for sentence_id in ids:
            one = by_sentence.loc[sentence_id]
            article = by_article.loc[one["article_id"]]
            marks = [[found.start(), found.end(), ""] for found in re.finditer(pattern, one["text"], re.IGNORECASE)]
            rows.append({"sentence_id": sentence_id, "text": one["text"], "outlet": article["outlet"], "title": article["title"],
                         "date": dates[one["article_id"]], "label": word, "marks": marks})  # fmt: skip
    columns = ["sentence_id", "text", "outlet", "title", "date", "label", "marks"]
    return pd.DataFrame(rows, columns=columns).drop_duplicates("sentence_id", ignore_index=True)
