from __future__ import annotations

from pathlib import Path

from newsfold import constraints, store, training


def test_doubtful_pairs_lie_on_either_side_of_even_odds_and_ask_about_no_article_twice(address: Path) -> None:
    probability = {
        (row["left_id"], row["right_id"]): row["probability"] for row in store.load(address, "edges").to_pylist()
    }
    pairs = training.doubtful_pairs(address, count=8)
    asked = [probability[pair["left"], pair["right"]] for pair in pairs]
    assert len(pairs) == 8
    assert min(asked) < 0.5 < max(asked)
    ends = [pair[side] for pair in pairs for side in ("left", "right")]
    assert len(ends) == len(set(ends))
    titles = {row["article_id"]: row["title"] for row in store.load(address, "story_articles").to_pylist()}
    assert all(pair[f"{side}_title"] == titles[pair[side]] for pair in pairs for side in ("left", "right"))


def test_the_same_edition_asks_the_same_and_never_more_than_there_is(address: Path) -> None:
    assert training.doubtful_pairs(address, count=8) == training.doubtful_pairs(address, count=8)
    every = training.doubtful_pairs(address, count=10_000)
    assert 8 < len(every) < 100
    assert {pair["label"] for pair in every} == {""}


def test_a_pair_that_nobody_has_labelled_yet_says_nothing(address: Path, tmp_path: Path) -> None:
    (one, other) = training.doubtful_pairs(address, count=2)
    file = tmp_path / "pairs.csv"
    rows = [",".join(row[name] for name in ("left", "right", "label")) for row in (one | {"label": "apart"}, other)]
    file.write_text("\n".join(["left,right,label", *rows]) + "\n", encoding="utf-8")
    (read,) = constraints.read_labels([file]).to_pylist()
    assert (read["left"], read["right"], read["must_link"]) == (one["left"], one["right"], False)
