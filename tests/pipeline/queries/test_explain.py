from __future__ import annotations

from pathlib import Path

import pytest
from scipy.special import logit

from newsfold import settings, store
from newsfold.errors import ConfigError
from newsfold.queries.explain import explain
from newsfold.schemas import pair_features
from newsfold.scoring import load_scorer
from newsfold.text import split_cased_words


def ids_of(address: Path, *words: str) -> list[str]:
    members = store.load(address, "story_articles").to_pylist()
    return [row["article_id"] for row in members if all(word in row["title"] for word in words)]


def test_the_parts_add_up_to_the_log_odds_of_the_probability(address: Path) -> None:
    ids = [row["article_id"] for row in store.load(address, "story_articles").to_pylist() if row["role"] != "copy"]
    qusayr = ids_of(address, "Qusayr", "Hezbollah")
    for one, other in (qusayr, (qusayr[0], next(id_ for id_ in ids if id_ not in qusayr))):
        told = explain(address, one, other, settings.load_settings())
        odds = sum(part["log_odds"] for part in told["parts"])
        assert logit(told["probability"]) == pytest.approx(odds, abs=1e-4)  # probabilities are float32
        shipped = load_scorer(settings.Scoring())
        assert {part["feature"] for part in told["parts"]} == {
            "prior",
            "intercept",
            *shipped.curves,
            *shipped.graph_curves,
        }
        weights = [abs(part["log_odds"]) for part in told["parts"][2:]]
        assert weights == sorted(weights, reverse=True)


def test_a_pair_is_explained_as_it_was_scored(address: Path) -> None:
    edges = store.load(address, "edges").to_pylist()
    for edge in (max(edges, key=lambda row: row["probability"]), min(edges, key=lambda row: row["probability"])):
        told = explain(address, edge["left_id"], edge["right_id"], settings.load_settings())
        assert told["probability"] == pytest.approx(edge["probability"], abs=1e-5)
        for part in told["parts"][2:]:
            assert part["value"] == pytest.approx(edge[part["feature"]], nan_ok=True), part
            assert part["meaning"] == (pair_features.FEATURES | pair_features.GRAPH_FEATURES)[part["feature"]]


def test_words_are_shared_or_belong_to_one_side_and_names_are_told_from_other_words(address: Path) -> None:
    one, other = *ids_of(address, "Rebels quit"), *ids_of(address, "Hezbollah-backed")
    told = explain(address, one, other, settings.load_settings())
    listed = [told[kind] for kind in ("shared", "names only left", "only left", "names only right", "only right")]
    words = [word for kind in listed for word in kind]
    assert "qusayr" in told["shared"]
    assert len(set(words)) == len(words)
    texts = {row["article_id"]: f"{row['title']} {row['body']}" for row in store.load(address, "articles").to_pylist()}
    for side in ("left", "right"):
        capitalised = {
            word.casefold() for word in split_cased_words(texts[told[side]["article_id"]]) if word[0].isupper()
        }
        assert told[f"names only {side}"]
        assert set(told[f"names only {side}"]) <= capitalised


def test_an_article_may_be_named_by_the_beginning_of_its_id(address: Path) -> None:
    one, other = ids_of(address, "Qusayr", "Hezbollah")
    assert explain(address, one[:12], other[:12], settings.load_settings()) == explain(
        address, other, one, settings.load_settings()
    )


def test_copies_are_explained_as_copies(address: Path) -> None:
    members = store.load(address, "story_articles").to_pylist()
    copy = next(row for row in members if row["role"] == "copy")
    told = explain(address, copy["article_id"], copy["copy_group_id"], settings.load_settings())
    assert "copies of one another; the original is " in told["verdict"]
    assert "(credited by " in told["verdict"] or "(published first)" in told["verdict"]


def test_a_label_that_decided_is_named_and_a_later_one_is_not(address: Path, tmp_path: Path) -> None:
    one, other = ids_of(address, "Qusayr", "Hezbollah")
    (tmp_path / "l.csv").write_text(f"left,right,label,by\n{one},{other},together,Ida\n", encoding="utf-8")
    chosen = settings.load_settings().model_copy(update={"labels": [str(tmp_path / "l.csv")]})
    told = explain(address, one, other, chosen)
    assert told["verdict"].startswith("In one story, as labelled in l.csv row 2 (Ida). As a pair, these two")
    (tmp_path / "l.csv").write_text(f"left,right,label\n{one},{other},apart\n", encoding="utf-8")
    assert explain(address, one, other, chosen) == explain(address, one, other, settings.load_settings())


def test_an_unknown_article_is_named(address: Path) -> None:
    with pytest.raises(ConfigError, match="'nobody' is not an article"):
        explain(address, "nobody", ids_of(address, "Qusayr")[0], settings.load_settings())
