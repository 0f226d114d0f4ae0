"""The passages behind report 04: typical and contested ones, quoted with what was found in them, and the wordings found."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from corpus_utils.analyse.frame_report import carrying

if TYPE_CHECKING:
    import pandas as pd


def typical(passages: pd.DataFrame, stories: pd.DataFrame, frames: list[str], *, each: int = 2) -> pd.DataFrame:
    """The passages with the highest cue score of each frame, from the stories that carry it, at most one a story.

    Columns: sentence_id, text, outlet, title, date, voice, speaker, label, marks.
    """
    picks = [passages.head(0).assign(frame="")]  # its columns, where no story carries a frame
    for frame in frames:
        if not any(frame in label for label in stories["label"]):
            continue  # passages of a frame that no story carries are stray wordings, not examples
        telling = stories.loc[carrying(stories, frame), "article"]
        own = passages[carrying(passages, frame) & passages["article"].isin(telling)]
        chosen = own.assign(score=[scores.get(frame, 0.0) for scores in own["scores"]])
        ordered = chosen.sort_values(["score", "words", "id"], ascending=[False, False, True]).drop_duplicates("article")
        picks.append(ordered.head(each).assign(frame=frame))
    return _quoted(picks)


def contested(passages: pd.DataFrame, *, most: int = 4) -> pd.DataFrame:
    """Passages in which the cues of two frames weigh almost alike, most alike first; columns as `typical`."""
    both = passages[passages["label"].map(len) >= 2].copy()
    both["gap"] = [_gap(scores) for scores in both["scores"]]
    both["frame"] = [" or ".join(sorted(label)[:2]) for label in both["label"]]
    return _quoted([both.sort_values(["gap", "id"]).drop_duplicates("article").head(most)])


def _gap(scores: dict[str, float]) -> float:
    first, second = sorted(scores.values(), reverse=True)[:2]
    return first - second


def _quoted(picks: list[pd.DataFrame]) -> pd.DataFrame:
    import pandas as pd

    out = pd.concat(picks)
    marks = [
        [mark for mark in evidence if len(mark) > 2 and str(mark[2]).split(":")[0] in frame.split(" or ")]
        for evidence, frame in zip(out["evidence"], out["frame"])
    ]
    kept = out[["sentence_id", "text", "outlet", "title", "date", "voice", "speaker"]]
    return kept.assign(label=out["frame"].to_numpy(), marks=marks).reset_index(drop=True)


def cues(passages: pd.DataFrame, *, most: int = 15) -> pd.DataFrame:
    """The wordings found, by how often they occur: frame, cue, hits, share (of the frame's hits), stories. Distrust the first most."""
    import pandas as pd

    hits: Counter[tuple[str, str]] = Counter()
    stories: dict[tuple[str, str], set[str]] = {}
    found = passages.loc[[len(evidence) > 0 for evidence in passages["evidence"].tolist()], ["text", "evidence", "article"]]
    for text, evidence, article in zip(*(found[name].tolist() for name in found)):
        for start, end, why in evidence:
            key = (str(why).split(":")[0], text[start:end].casefold())
            hits[key] += 1
            stories.setdefault(key, set()).add(article)
    totals = Counter[str]()
    for (frame, _), count in hits.items():
        totals[frame] += count
    rows = [
        {"frame": frame, "cue": cue, "hits": count, "share": count / totals[frame], "stories": len(stories[frame, cue])}
        for (frame, cue), count in hits.items()
    ]
    table = pd.DataFrame(rows, columns=["frame", "cue", "hits", "share", "stories"])
    return table.sort_values(["hits", "frame", "cue"], ascending=[False, True, True], ignore_index=True).head(most)
