from __future__ import annotations

from pathlib import Path

import pytest
from scipy.special import logit

from newsfold import settings, store
from newsfold.errors import ConfigError
from newsfold.queries.explain import explain_pair
from newsfold.schemas import pair_features
from newsfold.scoring import load_scorer
from newsfold.text import split_cased_words


def find_ids(address: Path, *words: str) -> list[str]:
    members = store.load(address, "story_articles").to_pylist()
    return [row["article_id"] for row in members if all(word in row["title"] for word in words)]


def test_the_parts_add_up_to_the_log_odds_of_the_probability(address: Path) -> None:
    ids = [row["article_id"] for row in store.load(address, "story_articles").to_pylist() if row["role"] != "copy"]
    qusayr = find_ids(address, "Qusayr", "Hezbollah")
    for one, other in (qusayr, (qusayr[0], next(id_ for id_ in ids if id_ not in qusayr))):
        explanation = explain_pair(address, one, other, settings.load_settings())
        odds = sum(part["log_odds"] for part in explanation["parts"])
        assert logit(explanation["probability"]) == pytest.approx(odds, abs=1e-4)  # probabilities are float32
        shipped = load_scorer(settings.Scoring())
        assert {part["feature"] for part in explanation["parts"]} == {
            "prior",
            "intercept",
            *shipped.curves,
            *shipped.graph_curves,
        }
        weights = [abs(part["log_odds"]) for part in explanation["parts"][2:]]
        assert weights == sorted(weights, reverse=True)


def test_a_pair_is_explained_as_it_was_scored(address: Path) -> None:
    edges = store.load(address, "edges").to_pylist()
    for edge in (max(edges, key=lambda row: row["probability"]), min(edges, key=lambda row: row["probability"])):
        explanation = explain_pair(address, edge["left_id"], edge["right_id"], settings.load_settings())
        assert explanation["probability"] == pytest.approx(edge["probability"], abs=1e-5)
        for part in explanation["parts"][2:]:
            assert part["value"] == pytest.approx(edge[part["feature"]], nan_ok=True), part
            assert part["meaning"] == (pair_features.FEATURES | pair_features.GRAPH_FEATURES)[part["feature"]]


def test_words_are_shared_or_of_one_side_with_names_apart_from_other_words(address: Path) -> None:
    one, other = *find_ids(address, "Rebels quit"), *find_ids(address, "Hezbollah-backed")
    explanation = explain_pair(address, one, other, settings.load_settings())
    listed = [
        explanation[kind] for kind in ("shared", "names only left", "only left", "names only right", "only right")
    ]
    words = [word for kind in listed for word in kind]
    assert "qusayr" in explanation["shared"]
    assert len(set(words)) == len(words)
    texts = {row["article_id"]: f"{row['title']} {row['body']}" for row in store.load(address, "articles").to_pylist()}
    for side in ("left", "right"):
        capitalised = {
            word.casefold() for word in split_cased_words(texts[explanation[side]["article_id"]]) if word[0].isupper()
        }
        assert explanation[f"names only {side}"]
        assert set(explanation[f"names only {side}"]) <= capitalised


def test_an_article_may_be_named_by_a_prefix_of_its_id(address: Path) -> None:
    one, other = find_ids(address, "Qusayr", "Hezbollah")
    assert explain_pair(address, one[:12], other[:12], settings.load_settings()) == explain_pair(
        address, other, one, settings.load_settings()
    )


def test_copies_are_explained_as_copies(address: Path) -> None:
    members = store.load(address, "story_articles").to_pylist()
    copy = next(row for row in members if row["role"] == "copy")
    explanation = explain_pair(address, copy["article_id"], copy["copy_group_id"], settings.load_settings())
    assert "copies of one another; the original is " in explanation["verdict"]
    assert "(credited by " in explanation["verdict"] or "(published first)" in explanation["verdict"]


def test_a_label_that_the_edition_honoured_is_named_and_a_later_one_is_not(address: Path, tmp_path: Path) -> None:
    one, other = find_ids(address, "Qusayr", "Hezbollah")
    (tmp_path / "l.csv").write_text(f"left,right,label,by\n{one},{other},together,Ida\n", encoding="utf-8")
    labelled = settings.load_settings().model_copy(update={"labels": [str(tmp_path / "l.csv")]})
    explanation = explain_pair(address, one, other, labelled)
    assert explanation["verdict"].startswith("In one story, as labelled in l.csv row 2 (Ida). As a pair, these two")
    (tmp_path / "l.csv").write_text(f"left,right,label\n{one},{other},apart\n", encoding="utf-8")
    assert explain_pair(address, one, other, labelled) == explain_pair(address, one, other, settings.load_settings())


def test_the_error_on_an_unknown_article_names_it(address: Path) -> None:
    with pytest.raises(ConfigError, match="'nobody' is not an article"):
        explain_pair(address, "nobody", find_ids(address, "Qusayr")[0], settings.load_settings())
