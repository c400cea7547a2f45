from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from scipy.special import logit

from newsfold import settings, store
from newsfold.errors import ConfigError
from newsfold.queries.explain import explain_pair
from newsfold.schemas import pair_features
from newsfold.scoring import load_scorer
from newsfold.text import split_cased_words


def load_articles(address: Path) -> list[dict[str, Any]]:
    """Return the articles of all editions."""
    editions = store.list_editions(address)
    return [row for edition in editions for row in store.load(address, "articles", edition).to_pylist()]


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
        assert [part["feature"] for part in explanation["parts"][:2]] == ["base rate", "intercept"]
        assert {part["feature"] for part in explanation["parts"][2:]} == set(shipped.curves)
        weights = [abs(part["log_odds"]) for part in explanation["parts"][2:]]
        assert weights == sorted(weights, reverse=True)


def test_a_pair_is_explained_as_it_was_scored(address: Path) -> None:
    edges = store.load(address, "edges").to_pylist()
    for edge in (max(edges, key=lambda row: row["probability"]), min(edges, key=lambda row: row["probability"])):
        explanation = explain_pair(address, edge["left_id"], edge["right_id"], settings.load_settings())
        assert explanation["probability"] == pytest.approx(edge["probability"], abs=1e-5)
        for part in explanation["parts"][2:]:
            assert part["value"] == pytest.approx(edge[part["feature"]], nan_ok=True), part
            assert part["meaning"] == pair_features.FEATURES[part["feature"]]


def test_words_are_shared_or_of_one_side_with_names_apart_from_other_words(address: Path) -> None:
    one, other = *find_ids(address, "Rebels quit"), *find_ids(address, "Hezbollah-backed")
    explanation = explain_pair(address, one, other, settings.load_settings())
    kinds = ("names in both", "words in both", "names only left", "words only left", "names only right")
    words = [word for kind in (*kinds, "words only right") for word in explanation[kind]]
    assert "qusayr" in explanation["names in both"]
    assert "rebels" in explanation["words in both"]
    assert len(set(words)) == len(words)
    assert explanation["languages"] == ""
    texts = {row["article_id"]: f"{row['title']} {row['body']}" for row in store.load(address, "articles").to_pylist()}
    for side in ("left", "right"):
        capitalised = {
            word.casefold() for word in split_cased_words(texts[explanation[side]["article_id"]]) if word[0].isupper()
        }
        assert explanation[f"names only {side}"]
        assert set(explanation[f"names only {side}"]) <= capitalised


def explain_languages(sample_store: Path, one: str, other: str) -> dict[str, Any]:
    """Explain two articles of the sample by words of their titles."""
    (left,), (right,) = find_ids(sample_store, one), find_ids(sample_store, other)
    return explain_pair(sample_store, left, right, settings.load_settings())


def test_articles_in_two_languages_share_names_numbers_and_meaning_but_no_words(sample_store: Path) -> None:
    explanation = explain_languages(sample_store, "Ligtas ang 22 tripulanteng", "Un carguero encalla")
    texts = {row["article_id"]: f"{row['title']} {row['body']}" for row in load_articles(sample_store)}
    texts_of = [texts[explanation[side]["article_id"]].casefold() for side in ("left", "right")]
    assert {"almar", "venture", "sarriol"} <= set(explanation["names in both"])
    assert all(name in text for name in explanation["names in both"] for text in texts_of)
    assert explanation["numbers in both"] in (["31,500", "22"], ["31.500", "22"])
    assert explanation["languages"].startswith(("They are in Spanish and Filipino", "They are in Filipino and Spanish"))
    cosine = next(part["value"] for part in explanation["parts"] if part["feature"].startswith("dense"))
    assert cosine is not None and "meaning (similarity 0." in explanation["languages"]
    assert explanation["languages"].endswith("other words are not.")
    empty = ("words in both", "names only left", "words only left", "names only right", "words only right")
    assert not any(explanation[kind] for kind in empty)


def test_articles_in_two_languages_that_share_nothing_are_said_to(sample_store: Path) -> None:
    explanation = explain_languages(sample_store, "Tulay ng Kalayag", "Un carguero encalla")
    assert explanation["names in both"] == explanation["numbers in both"] == []
    assert explanation["languages"].endswith("No name and no number is in both.")


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


def test_the_verdict_says_what_two_articles_alone_need(sample_store: Path) -> None:
    members = store.load(sample_store, "story_articles").to_pylist()
    texts_of: dict[str, list[str]] = {}
    for row in members:
        if row["role"] != "copy":
            texts_of.setdefault(row["story_id"], []).append(row["article_id"])
    single = [texts[0] for texts in texts_of.values() if len(texts) == 1]
    largest = max(texts_of.values(), key=len)
    configured = settings.load_settings()
    verdict = explain_pair(sample_store, single[0], single[1], configured)["verdict"]
    assert "In different stories" in verdict and "two articles alone need more than 0.50" in verdict
    assert "a story weighs all its pairs" in explain_pair(sample_store, largest[0], largest[1], configured)["verdict"]
    alone = next(texts for texts in texts_of.values() if len(texts) == 2)
    verdict = explain_pair(sample_store, alone[0], alone[1], configured)["verdict"]
    assert re.search(
        r"need more than 0\.\d\d, because their similarity is 0\.\d\d (above|below) that to others", verdict
    )
    off = configured.clustering.model_copy(update={"pair_threshold": None})
    verdict = explain_pair(sample_store, single[0], single[1], configured.model_copy(update={"clustering": off}))
    assert "alone" not in verdict["verdict"]
