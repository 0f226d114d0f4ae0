"""Do people find the topics that the model found? Word and topic intrusion (Chang et al. 2009): sheets and scores.

word intrusion    five of a topic's ten top words and one that is improbable in it and probable in another; the coder names the stranger;
                  several tasks a topic, so that two coders give enough answers to rate it
topic intrusion   a text, its three topics and one that it has hardly of; the coder names the stranger
model precision   share of coders who named the intruder: chance is 1/6 for words, 1/4 for topics
topic log odds    mean over coders of log(share of the true intruder) - log(share of the topic chosen); 0 is perfect, lower is worse
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from corpus_utils.stats import wilson
from corpus_utils.text import excerpt
from corpus_utils.validate.books import write_book, write_csv
from corpus_utils.validate.cells import SheetError, read_cells

if TYPE_CHECKING:
    import pandas as pd

    from corpus_utils.analyse.topics import TopicModel

TOP_WORDS, DRAWN_FROM, TOP_TOPICS, LEAST_TOPICS = 5, 10, 3, 4
LEAST_WEIGHT = 0.1  # of the first word's: what weighs less tells nobody what the topic is
EACH = 4  # word tasks a topic
CHANCE = {"word-intrusion": 1 / (TOP_WORDS + 1), "topic-intrusion": 1 / (TOP_TOPICS + 1)}
WORDS, TOPICS = "word-intrusion", "topic-intrusion"


def word_tasks(model: TopicModel, *, each: int = EACH, seed: int = 0) -> list[dict[str, Any]]:
    """`each` tasks a topic: options (words, shuffled), intruder, topic. Raises SheetError with fewer than two topics."""
    components, names = np.asarray(model.components, float), model.topics["name"].tolist()
    if len(components) < 2:
        raise SheetError("word intrusion needs two topics or more")
    generator, out = np.random.default_rng(seed), []
    ranks = components.argsort(axis=1).argsort(axis=1)
    for number, row in enumerate(components):
        top = np.argsort(-row, kind="stable")[:DRAWN_FROM]
        top = top[: max(TOP_WORDS, int((row[top] >= LEAST_WEIGHT * row[top[0]]).sum()))]
        others = np.delete(ranks, number, axis=0).max(axis=0)
        # improbable here: in the lower half of this topic's words; probable elsewhere: the highest rank in another topic
        usable = [n for n in np.argsort(-others, kind="stable") if ranks[number, n] < ranks.shape[1] / 2 and n not in top][:10]
        if not usable:
            continue
        for intruder in generator.permutation(np.resize(usable, each)):
            own = generator.choice(top, TOP_WORDS, replace=False)
            options = [model.vocabulary[n] for n in generator.permutation([*own, intruder])]
            out.append({"topic": names[number], "options": options, "intruder": model.vocabulary[intruder]})
    return out


def top_words(model: TopicModel) -> dict[str, list[str]]:
    """Name of each topic -> its top words: what its tasks are about, and what tells whether a topic is still the one that was judged."""
    return dict(zip(model.topics["name"].tolist(), [list(words)[:DRAWN_FROM] for words in model.topics["words"]]))


def topic_tasks(model: TopicModel, texts: dict[str, str], *, number: int = 20, seed: int = 0) -> list[dict[str, Any]]:
    """Tasks for `number` texts drawn at random: text, options (top words of topics, shuffled), intruder, shares of the options."""
    names = [name for name in model.weights.columns if name != "id"]
    if len(names) < LEAST_TOPICS:
        raise SheetError(f"topic intrusion needs {LEAST_TOPICS} topics or more; there are {len(names)}")
    shares = model.weights[names].to_numpy(float)
    described = [", ".join(model.vocabulary[n] for n in np.argsort(-row, kind="stable")[:6]) for row in np.asarray(model.components, float)]
    generator, out = np.random.default_rng(seed), []
    for row in generator.permutation(len(shares))[:number]:
        order = np.argsort(-shares[row], kind="stable")
        low = order[max(TOP_TOPICS, len(order) // 2) :]
        intruder = int(generator.choice(low))
        chosen = generator.permutation([*order[:TOP_TOPICS], intruder])
        out.append({"unit": str(model.weights["id"].iat[row]), "text": excerpt(texts[str(model.weights["id"].iat[row])], length=700),
                    "options": [described[n] for n in chosen], "intruder": described[intruder],
                    "shares": {described[n]: float(shares[row, n]) for n in chosen}})  # fmt: skip
    return out


def write_tasks(
    folder: Path, tasks: Sequence[dict[str, Any]], coders: Sequence[str], *, topics: dict[str, list[str]] | None = None, seed: int = 0
) -> None:
    """A workbook and a CSV for each coder, and a sealed key. `code` is the number of the option that does not belong.

    `topics`: as `top_words` gives them. Raises SheetError.
    """
    if (folder / "sealed").exists():
        raise SheetError(f"{folder}: there are tasks already; move them away first")
    if not tasks:
        raise SheetError("there is nothing to ask about: the topics have too few words")
    most = max(len(task["options"]) for task in tasks)
    options = [f"option {n}" for n in range(1, most + 1)]
    shown = ["unit_id", *(["text"] if "text" in tasks[0] else []), *options, "code", "note"]
    rows = [
        {"unit_id": f"t{n:03}", "text": task.get("text", ""), **dict(zip(options, task["options"]))}
        for n, task in enumerate(tasks, start=1)
    ]
    numbers = [str(n) for n in range(1, most + 1)]
    page = [{"code": number, "definition": f"Option {number} does not belong with the others."} for number in numbers]
    for place, coder in enumerate(coders):
        order = np.random.default_rng([seed, place]).permutation(len(rows))
        mine = [rows[n] for n in order]
        write_book(folder / f"{coder}.xlsx", mine, shown, choices={"code": numbers}, codebook=page, locked=[*shown[:-2]])
        write_csv(folder / "csv" / f"{coder}.csv", mine, shown)
    (folder / "sealed").mkdir(parents=True, exist_ok=True)
    key = [{"unit_id": row["unit_id"], **task} for row, task in zip(rows, tasks)]
    (folder / "sealed" / "tasks.json").write_text(
        json.dumps({"coders": list(coders), "topics": topics or {}, "tasks": key}, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )


def score_tasks(folder: Path) -> pd.DataFrame:
    """Scores of what came back, a row per topic (word intrusion) or text: name, answers, right, precision, low, high, log_odds; and a
    row "all".

    `log_odds` is NaN for words. Raises SheetError where no task is answered.
    """
    import pandas as pd

    key = read_tasks(folder)
    answers: dict[str, list[str]] = {}
    for coder in key["coders"]:
        for unit, code in _answers(folder, coder).items():
            answers.setdefault(unit, []).append(code)
    found: dict[str, list[Any]] = {}
    for task in key["tasks"]:
        given = [
            task["options"][int(code) - 1]
            for code in answers.get(task["unit_id"], [])
            if code.isdigit() and 0 < int(code) <= len(task["options"])
        ]
        if not given:
            continue
        found.setdefault(task.get("topic") or task["unit"], []).append(
            (sum(option == task["intruder"] for option in given), len(given), _log_odds(task, given))
        )
    if not found:
        raise SheetError(f"{folder}: no task is answered yet; `code` holds the number of the option that does not belong")
    every = [one for several in found.values() for one in several]
    return pd.DataFrame([_scored(name, several) for name, several in [*found.items(), ("all", every)]])


def read_tasks(folder: Path) -> dict[str, Any]:
    """The sealed key: coders, topics, tasks. Raises SheetError where there is none."""
    try:
        return dict(json.loads((folder / "sealed" / "tasks.json").read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise SheetError(f"{folder}: no tasks in there; `corpus-utils intrusion` writes them") from error


def _answers(folder: Path, coder: str) -> dict[str, str]:
    for path in (folder / f"{coder}.xlsx", folder / "csv" / f"{coder}.csv"):
        if path.is_file():
            given = {row["unit_id"]: row["code"] for row in read_cells(path, needs=[("unit_id",), ("code",)]) if row.get("code")}
            if given:
                return given
    return {}


def _log_odds(task: dict[str, Any], given: list[str]) -> float:
    """Chang et al. (2009), eq. 2; a share of nought counts as one in a million."""
    shares = task.get("shares")
    if not shares:
        return float("nan")
    true = np.log(max(shares[task["intruder"]], 1e-6))
    return float(np.mean([true - np.log(max(shares[option], 1e-6)) for option in given]))


def _scored(name: str, tasks: list[tuple[int, int, float]]) -> dict[str, Any]:
    right, answers = sum(task[0] for task in tasks), sum(task[1] for task in tasks)
    known, spread = [task[2] for task in tasks if task[2] == task[2]], wilson(right, answers)
    log_odds = float(np.mean(known)) if known else float("nan")
    return {"name": name, "answers": answers, "right": right, "precision": spread.estimate, "low": spread.low, "high": spread.high,
            "log_odds": log_odds}  # fmt: skip
