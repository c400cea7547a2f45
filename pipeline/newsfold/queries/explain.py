"""Explanations: why two articles of an edition are, or are not, in one story, by feature and by word."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc
from scipy.special import expit

from newsfold import constraints, scoring, store
from newsfold.blocking.extra_pairs import add_pairs
from newsfold.blocking.stage import find_candidate_pairs
from newsfold.clustering.margins import USUAL_MARGIN, compute_margins, drop_multi_topic
from newsfold.dataflow import MemoryView
from newsfold.extraction.recurring import find_multi_topic_articles
from newsfold.language_names import enumerate_languages
from newsfold.schemas import pair_features
from newsfold.scoring.stage import compare_candidate_pairs
from newsfold.settings import AverageLinkage, Settings
from newsfold.text import UNKNOWN_LANGUAGE, find_numbers
from newsfold.vocabulary import describe_terms, extract_openings, weigh_terms

_MAX_WORDS = 12


def explain_pair(
    address: str | Path, a: str, b: str, settings: Settings, edition: date | Literal["latest"] = "latest"
) -> dict[str, Any]:
    """Explain why two articles are, or are not, in one story.

    Args:
        address: the store's address.
        a: an article: its id, an unambiguous prefix of it, or its URL.
        b: another article.
        settings: the configuration that the edition was made with.
        edition: the edition whose window contains both articles.

    Returns:
        `left` and `right` (rows of `story_articles`), `verdict` in words, `probability`, `parts` (feature, meaning,
        value, log_odds; by descending absolute log-odds), what both texts have, rarest first: `names in both`,
        `numbers in both` (as the left one prints them), `words in both`, and what only one has: `names only left`,
        `words only left`, `names only right`, `words only right`. Of texts in two languages only what both have is
        listed, without words, and `languages` says so in a sentence; it is empty for texts in one language.

    Raises:
        ConfigError: an article is not in the edition, the prefix of an id fits several, or the labels cannot be used.
        StoreError: the store cannot be read.
    """
    members = store.load(address, "story_articles", edition)
    ends = sorted(
        (store.find_article(members, a), store.find_article(members, b)), key=lambda row: str(row["copy_group_id"])
    )
    left, right = ends
    edition_date = date.fromisoformat(store.load_manifest(address, edition)["edition_date"])
    # The past of the edition after this one: the whole window, with the latest texts.
    articles = store.load_window(address, edition_date + timedelta(days=1), settings.window_days + 1).articles
    explanation: dict[str, Any] = {"left": left, "right": right, "parts": [], "probability": None, "languages": ""}
    ids = articles["article_id"].to_pylist()
    rows = [ids.index(end["article_id"]) for end in ends]
    languages = articles["language"].take(rows).to_pylist()
    in_two_languages = len({*languages} - {UNKNOWN_LANGUAGE}) > 1
    explanation |= _compare_texts(articles, rows, across_languages=in_two_languages)
    is_one_story = left["story_id"] == right["story_id"]
    outcome = "In one story" if is_one_story else "In different stories"
    outcome += _describe_labels(articles, members, ends, settings)
    if left["copy_group_id"] == right["copy_group_id"]:
        original = _describe_original(store.load(address, "copies", edition), members, left["copy_group_id"])
        return explanation | {"verdict": f"{outcome}: their texts are copies of one another{original}."}
    edges = store.load(address, "edges", edition_date)
    ids = (left["copy_group_id"], right["copy_group_id"])
    edge = edges.filter(pc.and_(pc.equal(edges["left_id"], ids[0]), pc.equal(edges["right_id"], ids[1])))
    if not edge.num_rows:
        first_day = edition_date - timedelta(days=settings.window_days - 1)
        edge = _score_pair(articles, store.load_window_vectors(address, edition_date, first_day), ids, settings)
    probability = float(edge["probability"][0].as_py())
    verdict = (
        f"{outcome}. As a pair, these two belong together with probability {probability:.2f}; "
        f"{_describe_rule(articles, members, ends, edges, settings)}.{_describe_previous(address, ends, edition_date)}"
    )
    explanation |= {"parts": _list_parts(edge, settings), "probability": probability, "verdict": verdict}
    if in_two_languages:
        explanation["languages"] = _describe_languages(languages, explanation, edge["dense_cosine"][0].as_py())
    return explanation


def _describe_labels(articles: pa.Table, members: pa.Table, ends: list[dict[str, Any]], settings: Settings) -> str:
    """Name the labels that account for two articles' stories; empty if none does, or only since that edition."""
    in_edition = articles.filter(pc.is_in(articles["article_id"], members["article_id"].combine_chunks()))
    resolved = constraints.resolve_labels(constraints.read_labels(settings.labels), in_edition)
    left, right = ends
    constraint = constraints.constraint_between(left["article_id"], right["article_id"], resolved.constraints, members)
    if constraint is None or constraint[0] != (left["story_id"] == right["story_id"]):
        return ""
    return f", as labelled in {', '.join(constraint[1])}"


def _describe_original(copies: pa.Table, members: pa.Table, group: str) -> str:
    """Name the outlet of a copy group's original, and the reason, as the end of a sentence; empty if unknown."""
    original = members.filter(pc.equal(members["article_id"], group)).to_pylist()
    reason = copies.filter(pc.equal(copies["article_id"], group))["reason"].to_pylist()
    if not original or not any(reason):
        return ""
    return f"; the original is {original[0]['outlet']}’s ({reason[0]})"


def _describe_previous(address: str | Path, ends: list[dict[str, Any]], edition: date) -> str:
    """Describe the stories of both articles in the previous edition in a sentence; empty if it lacks either."""
    earlier = [published for published in store.list_editions(address) if published < edition]
    if not earlier:
        return ""
    previous = store.load(address, "story_articles", earlier[-1])
    story_of = dict(zip(previous["article_id"].to_pylist(), previous["story_id"].to_pylist(), strict=True))
    left, right = (story_of.get(end["article_id"]) for end in ends)
    if left is None or right is None:
        return ""
    were = "one story" if left == right else "different stories"
    return f" The previous edition, where they were in {were}, counts, too."


def _describe_rule(
    articles: pa.Table, members: pa.Table, ends: list[dict[str, Any]], edges: pa.Table, settings: Settings
) -> str:
    """Say what decides whether two articles are in one story, as a part of a sentence."""
    clustering = settings.clustering
    stories = pa.array([end["story_id"] for end in ends])
    texts = members.filter(pc.is_in(members["story_id"], stories))["copy_group_id"].unique()
    if not isinstance(clustering, AverageLinkage) or clustering.pair_threshold is None or len(texts) > len(ends):
        return "a story weighs all its pairs"
    margin = _find_margin(articles, [end["copy_group_id"] for end in ends], edges)
    support = 0.0 if margin is None else (margin - USUAL_MARGIN) * clustering.pair_margin_weight
    rule = f"two articles alone need more than {expit(clustering.pair_threshold - support):.2f}"
    if margin is None:
        return rule
    return f"{rule}, because their similarity is {abs(margin):.2f} {'above' if margin > 0 else 'below'} that to others"


def _find_margin(articles: pa.Table, ids: list[str], edges: pa.Table) -> float | None:
    """Return the margin of a pair of originals; None if they have no edge, or one is no article of one story."""
    ordinary = drop_multi_topic(edges, find_multi_topic_articles(MemoryView(articles))["article_id"].combine_chunks())
    is_pair = pc.and_(pc.equal(ordinary["left_id"], ids[0]), pc.equal(ordinary["right_id"], ids[1])).to_numpy()
    margins = compute_margins(ordinary)[is_pair]
    return float(margins[0]) if len(margins) else None


def _score_pair(articles: pa.Table, vectors: pa.Table, ids: tuple[str, str], settings: Settings) -> pa.Table:
    """Score a pair that has no edge, among all pairs of the window: schema `edges`, one row."""
    vectors = vectors.sort_by("article_id")
    blocked = find_candidate_pairs(articles, vectors, settings.candidates)
    pair = pa.table({"left_id": [ids[0]], "right_id": [ids[1]]})
    blocked["candidate_pairs"] = add_pairs(blocked["candidate_pairs"], blocked["time_index"], pair)
    edges = scoring.score_window(scoring.load_scorer(settings.scoring), compare_candidate_pairs(blocked, vectors))
    return edges.filter(pc.and_(pc.equal(edges["left_id"], ids[0]), pc.equal(edges["right_id"], ids[1])))


def _list_parts(edge: pa.Table, settings: Settings) -> list[dict[str, Any]]:
    """List the parts of an edge's log-odds; the base rate is that of the edition that first scored the pair."""
    model = scoring.load_scorer(settings.scoring)
    meanings = pair_features.FEATURES
    features = scoring.feature_arrays(edge, pair_features.FEATURES)
    contributions = model.contributions(features)
    parts = [
        {"feature": name, "meaning": meanings[name], "value": edge[name][0].as_py(), "log_odds": float(log_odds[0])}
        for name, log_odds in contributions.items()
    ]
    parts.sort(key=lambda part: (-abs(float(str(part["log_odds"]))), str(part["feature"])))
    intercept = model.intercept + model.label_intercept
    base_rate = (
        float(pair_features.edge_log_odds(edge)[0]) - intercept - sum(float(str(part["log_odds"])) for part in parts)
    )
    base = [
        {"feature": name, "meaning": meaning, "value": None, "log_odds": log_odds}
        for name, meaning, log_odds in (
            ("base rate", "how common same-story pairs are in this window, against the training", base_rate),
            ("intercept", "before anything is compared", intercept),
        )
    ]
    return [*base, *parts]


def _compare_texts(articles: pa.Table, rows: list[int], *, across_languages: bool) -> dict[str, list[str]]:
    """List the names, numbers and words that both articles have, and the names and words that only one has.

    Args:
        articles: all articles of the window.
        rows: the rows of the left and the right one.
        across_languages: list names and numbers in both only.
    """
    terms, counts = describe_terms(articles)
    vocabulary = weigh_terms(counts, terms["language"].to_pylist())
    rarity = dict(zip(vocabulary["word"].to_pylist(), vocabulary["rarity"].to_pylist(), strict=True))
    is_name = set(vocabulary.filter(vocabulary["named"])["word"].to_pylist())
    words = [set(terms["words"][row].as_py()) for row in rows]
    names = [is_name & set(terms["mentioned"][row].as_py()) for row in rows]
    printed, others = (find_numbers(opening) for opening in extract_openings(articles.take(rows)))

    def list_rarest(candidates: set[str]) -> list[str]:
        return sorted(candidates, key=lambda word: (-rarity[word], word))[:_MAX_WORDS]

    in_both = names[0] & names[1]
    numbers = sorted(printed.keys() & others.keys(), key=lambda value: (-len(value), value))[:_MAX_WORDS]
    compared = {
        "names in both": list_rarest(in_both),
        "numbers in both": [printed[value] for value in numbers],
        "words in both": list_rarest({word for word in words[0] & words[1] - in_both if not word.isdigit()}),
    }
    for side, own, other in (("left", 0, 1), ("right", 1, 0)):
        only = words[own] - words[other]
        compared[f"names only {side}"] = list_rarest(only & names[own])
        compared[f"words only {side}"] = list_rarest(only - names[own])
    if across_languages:
        compared |= {kind: [] for kind in compared if kind not in ("names in both", "numbers in both")}
    return compared


def _describe_languages(languages: list[str], explanation: Mapping[str, Any], cosine: float | None) -> str:
    """Say what is compared of two articles in two languages, and if they share nothing of that."""
    meaning = "meaning" if cosine is None else f"meaning (similarity {cosine:.2f})"
    has_shared = explanation["names in both"] or explanation["numbers in both"]
    ending = "" if has_shared else " No name and no number is in both."
    return (
        f"They are in {enumerate_languages(languages)}: {meaning}, names and numbers are compared, other words are "
        f"not.{ending}"
    )
