from __future__ import annotations

from pathlib import Path

from newsfold import constraints, store, training


def test_suggested_pairs_lie_on_either_side_of_even_odds_and_repeat_no_article(address: Path) -> None:
    probability = {
        (row["left_id"], row["right_id"]): row["probability"] for row in store.load(address, "edges").to_pylist()
    }
    pairs = training.suggest_pairs(address, count=8)
    probabilities = [probability[pair["left"], pair["right"]] for pair in pairs]
    assert len(pairs) == 8
    assert min(probabilities) < 0.5 < max(probabilities)
    ends = [pair[side] for pair in pairs for side in ("left", "right")]
    assert len(ends) == len(set(ends))
    titles = {row["article_id"]: row["title"] for row in store.load(address, "story_articles").to_pylist()}
    assert all(pair[f"{side}_title"] == titles[pair[side]] for pair in pairs for side in ("left", "right"))


def test_suggestions_are_deterministic_and_bounded(address: Path) -> None:
    assert training.suggest_pairs(address, count=8) == training.suggest_pairs(address, count=8)
    every = training.suggest_pairs(address, count=10_000)
    assert 8 < len(every) < 100
    assert {pair["label"] for pair in every} == {""}


def test_an_empty_label_is_ignored(address: Path, tmp_path: Path) -> None:
    (one, other) = training.suggest_pairs(address, count=2)
    file = tmp_path / "pairs.csv"
    rows = [",".join(row[name] for name in ("left", "right", "label")) for row in (one | {"label": "apart"}, other)]
    file.write_text("\n".join(["left,right,label", *rows]) + "\n", encoding="utf-8")
    (read,) = constraints.read_labels([file]).to_pylist()
    assert (read["left"], read["right"], read["must_link"]) == (one["left"], one["right"], False)
