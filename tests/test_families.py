"""Copies, versions and texts inside others belong together; what shares only boilerplate or background does not."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from conftest import make_articles

from corpus_utils.cli import main
from corpus_utils.families import (
    Memory,
    article_weights,
    copying_table,
    find_families,
    grouping,
    mark_families,
    merge_sketches,
    sketch_texts,
    version_edits,
)
from corpus_utils.families.sketch import Words

LONG = "The council met on the bridge and agreed that the toll would rise next spring, which nobody in the valley had asked for at all."


def prose(seed: int, length: int, words: str = "abcdefghijklmnop") -> str:
    """`length` made-up words, the same for the same seed."""
    draw = random.Random(seed)
    return " ".join("".join(draw.choices(words, k=draw.randint(3, 8))) for _ in range(length))


def families(*rows: dict | str) -> pd.DataFrame:
    """The table of made-up articles."""
    return find_families(make_articles(*[row if isinstance(row, dict) else {"text": row} for row in rows]))


def test_the_earliest_copy_is_the_original() -> None:
    """Case, punctuation and quotation marks do not make a new story; the earliest date leads."""
    table = mark_families(
        make_articles(
            {"text": LONG.upper(), "date_latest": "2024-02-02"},
            {"text": LONG, "date_latest": "2024-02-01"},
            {"text": prose(1, 40)},
        )
    )
    assert table["family"].tolist() == ["d001#1", "d001#1", "d002#1"]
    assert table["family_role"].tolist() == ["copy", "original", "original"]
    assert table["flags"].tolist() == [["duplicate"], [], []]


def test_short_texts_are_nobody_s_copy() -> None:
    """Two empty articles, or two one-line notices, agree by chance."""
    assert families("", "", "No news.", "No news.")["family_id"].nunique() == 4


def test_marking_twice_changes_nothing() -> None:
    """The step is idempotent."""
    once = mark_families(make_articles({"text": LONG}, {"text": LONG}))
    assert once.equals(mark_families(once))


def test_roles_say_what_became_of_a_text() -> None:
    """An outlet's later version is an update, another outlet's edited one a copy; a short item inside a long text is contained."""
    story = prose(1, 200).split()
    edited = " ".join(["at first", *story[:90], "now changed words", *story[110:]])
    found = families(
        {"text": " ".join(story), "outlet": "A", "date_latest": "2024-01-01"},
        {"text": edited, "outlet": "A", "date_latest": "2024-01-02"},
        {"text": edited + " " + prose(9, 8), "outlet": "B", "date_latest": "2024-01-03"},
        {"text": " ".join(story[:70]), "outlet": "C", "date_latest": "2024-01-04"},
        {"text": " ".join([*story, prose(2, 300)]), "outlet": "D", "date_latest": "2024-01-05"},
    )
    assert found["family_id"].nunique() == 1
    assert found["role"].tolist() == ["original", "update", "copy", "contained", "contains"]
    assert found["of"].tolist()[:3] == ["", "d000#1", "d001#1"]
    assert found["overlap"].isna().tolist() == [True, False, False, False, False] and found["overlap"].iloc[3] == 1.0


def test_a_page_frame_does_not_make_two_stories_one() -> None:
    """Two pages with nine tenths in common, but a story of their own in the same place."""
    top, bottom = prose(1, 500), prose(2, 500)
    found = families(f"{top} {prose(3, 110)} {bottom}", f"{top} {prose(4, 110)} {bottom}")
    assert found["family_id"].nunique() == 2


def test_background_paragraphs_do_not_make_two_stories_one() -> None:
    """Half of both reports is the same background, the news differs."""
    background = prose(1, 150)
    assert families(f"{prose(2, 90)} {background}", f"{prose(3, 100)} {background}")["family_id"].nunique() == 2


def test_lines_that_many_stories_share_do_not_count() -> None:
    """Short items that are mostly the outlet's promotion stay apart, although they share most of their words."""
    promotion = prose(1, 60)
    texts = [f"{prose(10 + number, 16)} {promotion}" for number in range(8)]
    assert families(*texts)["family_id"].nunique() == 8


def test_a_thousand_copies_with_a_promotion_are_one_story_each() -> None:
    """Syndication by many outlets, each with its own frame, is found; the frames join nothing."""
    report = prose(1, 150)
    copies = [f"{prose(100 + number % 7, 30)} {report}" for number in range(60)]
    others = [f"{prose(100 + number % 7, 30)} {prose(500 + number, 150)}" for number in range(60)]
    found = families(*copies, *others)
    assert found["family_id"].iloc[:60].nunique() == 1 and found["family_id"].iloc[60:].nunique() == 60


def test_a_round_up_does_not_make_one_story_of_its_items() -> None:
    """It belongs to its largest item; the others stay stories of their own."""
    items = [prose(1, 120), prose(2, 80), prose(3, 60)]
    found = families(*items, " ".join(items))
    assert found["family_id"].tolist() == ["d000#1", "d001#1", "d002#1", "d000#1"]


@pytest.mark.parametrize("letters", ["الحكومةمنعلى", "安全合作委内瑞拉总统宣布今天会议", "россиякнезатем"])
def test_other_scripts(letters: str) -> None:
    """Copies are found in Arabic, Chinese and Russian as in English."""
    draw = random.Random(5)
    blank = "" if letters.startswith("安") else " "
    story = [blank.join("".join(draw.choices(letters, k=4)) for _ in range(12)) for _ in range(10)]
    found = families(". ".join(story), ". ".join([*story[:9], blank.join("".join(draw.choices(letters, k=4)) for _ in range(6))]))
    assert found["family_id"].nunique() == 1


def test_parts_give_what_the_whole_gives() -> None:
    """Sketches of parts, joined, are the sketches of the corpus."""
    texts = [prose(seed % 3, 60) for seed in range(8)]
    whole, parts = sketch_texts(texts), merge_sketches([sketch_texts(texts[:3]), sketch_texts(texts[3:4]), sketch_texts(texts[4:])])
    for name in ("bounds", "sample", "exact"):
        assert (getattr(whole, name) == getattr(parts, name)).all()
    for some in ([], [0, 2, 3], [3], [4, 7], [*range(8)]):
        assert (whole.words.of(np.array(some, dtype=np.int64)) == parts.words.of(np.array(some, dtype=np.int64))).all()


def test_words_of_a_part_are_read_when_one_of_its_texts_is_compared() -> None:
    """Of a corpus that grew most parts stay unread; a part without texts has none to be asked for."""
    read: list[int] = []

    def part(number: int, words: list[int]) -> Callable[[], np.ndarray]:
        return lambda: read.append(number) or np.array(words, dtype=np.uint32)

    ends = [np.array([0, 2, 3]), np.array([0]), np.array([0, 0, 1])]
    words = Words([part(0, [1, 2, 3]), part(1, []), part(2, [9])], ends)
    assert words.of(np.array([2, 3])).tolist() == [9] and read == [2]
    assert words.of(np.array([0, 3])).tolist() == [1, 2, 9] and read == [2, 0]
    assert words.of(np.zeros(0, dtype=np.int64)).tolist() == []


def test_what_an_article_counts() -> None:
    """Every copy, the original only, one an outlet, or a share; an unknown way is answered with those there are."""
    table = mark_families(
        make_articles(
            {"text": LONG, "outlet": "A", "date_latest": "2024-01-02"},
            {"text": LONG, "outlet": "B", "date_latest": "2024-01-01"},
            {"text": LONG, "outlet": "A", "date_latest": "2024-01-03"},
            {"text": prose(1, 40), "outlet": "A"},
        )
    )
    assert article_weights(table, "each").tolist() == [1, 1, 1, 1]
    assert article_weights(table, "once").tolist() == [0, 1, 0, 1]
    assert article_weights(table, "per outlet").tolist() == [1, 1, 0, 1]
    assert article_weights(table, "weighted").tolist() == pytest.approx([1 / 3, 1 / 3, 1 / 3, 1])
    assert article_weights(table.iloc[[0, 2]], "once").tolist() == [1, 0]
    with pytest.raises(ValueError, match="each, once, per outlet, weighted"):
        article_weights(table, "twice")


def test_who_copied_what_and_what_was_changed() -> None:
    """Outlets in pairs with the delay; edits with the words before and after, at their place."""
    story = prose(1, 60).split()
    changed = " ".join([*story[:20], "Entirely", "new", *story[22:], "at the end"])
    articles = make_articles(
        {"text": " ".join(story), "outlet": "A", "date_latest": "2024-01-01"},
        {"text": changed, "outlet": "B", "date_latest": "2024-01-03"},
    )
    found = find_families(articles)
    assert copying_table(articles, found).to_dict("records") == [
        {"taken_by": "B", "taken_from": "A", "reports": 1, "word_for_word": 0, "overlap": found["overlap"].iloc[1], "days": 2.0}
    ]
    edits = version_edits(articles, found)
    assert edits[["kind", "before", "after"]].to_numpy().tolist() == [
        ["changed", " ".join(story[20:22]), "Entirely new"],
        ["added", "", "at the end"],
    ]
    assert [changed[start:end] for start, end in zip(edits["start"], edits["end"])] == edits["after"].tolist()


def test_the_command_writes_the_five_columns(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`families IN -o OUT`: a row a record, in order, with exactly these columns; usual names of outlet and date are understood."""
    source, target = tmp_path / "in.jsonl", tmp_path / "out.csv"
    rows = [
        {"id": 7, "site": "b.example", "publish_date": "2017/3/19", "text": LONG},
        {"id": 8, "site": "a.example", "publish_date": " 2017/3/9 10:00", "text": LONG},
        {"id": 9, "text": None},
    ]
    pd.DataFrame(rows).to_json(source, orient="records", lines=True)
    assert main(["families", str(source), "-o", str(target)]) == 0
    assert target.read_text().splitlines() == [
        "id,family_id,role,of,overlap",
        "7,8,copy,8,1.0",
        "8,8,original,,",
        "9,9,original,,",
    ]
    assert "2 stories in 3 records" in capsys.readouterr().err


def test_what_was_compared_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """A corpus that grew compares new pairs only, wherever the new texts stand, and finds what one without memory finds; nothing is
    recalled that another version found."""
    story, other = prose(1, 200).split(), prose(2, 120)
    texts = [
        " ".join(story),
        " ".join([*story[:90], "now changed words", *story[110:]]),
        other,
        f"{other} and {prose(3, 30)}",
        prose(4, 90),
    ]
    texts.append(" ".join([*story, prose(5, 300)]))
    compared: list[int] = []
    compare = grouping.compare_texts
    monkeypatch.setattr(grouping, "compare_texts", lambda one, two: compared.append(1) or compare(one, two))

    def found(rows: list[str], memory: Memory) -> list[tuple]:
        compared.clear()
        return (
            find_families(make_articles(*[{"text": row} for row in rows]), memory=memory).drop(columns="id").fillna(-1).to_numpy().tolist()
        )

    first = Memory()
    plain = found(texts, first)
    assert len(compared) == len(first.table()) >= 4 and {row[1] for row in plain} >= {"original", "contains"}
    again = Memory([first.table()])
    assert found(texts, again) == plain and len(compared) == 2  # words that a round-up covers are looked for anew
    assert again.table().equals(first.table())
    grown = [prose(7, 80), *texts[:3], f"{texts[4]} {prose(8, 12)}", *texts[3:]]
    alone = found(grown, Memory())
    needed = len(compared)
    assert found(grown, Memory([first.table()])) == alone and 1 <= len(compared) < needed
    assert found(texts, Memory([first.table()], version="1f")) == plain and len(compared) == len(first.table())
