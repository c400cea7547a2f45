"""Why two articles of an edition are, or are not, in one story: the scorer's parts, and the words behind them."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc

from newsfold import constraints, scoring, store
from newsfold.blocking.extra_pairs import add_pairs
from newsfold.blocking.stage import find_candidate_pairs
from newsfold.schemas import pair_features
from newsfold.scoring.stage import compare_candidate_pairs
from newsfold.settings import Settings
from newsfold.vocabulary import describe_terms, weigh_terms

_TERMS_SHOWN = 12


def explain(
    address: str | Path, a: str, b: str, chosen: Settings, edition: date | Literal["latest"] = "latest"
) -> dict[str, Any]:
    """The case for and against two articles being one story.

    Args:
        address: the store.
        a: an article: its id, an unambiguous beginning of it, or its URL.
        b: another article.
        chosen: the configuration the edition was made with.
        edition: which edition's window.

    Returns:
        `left` and `right` (article_id, outlet, title), `verdict` in words, `probability`, `parts` (feature,
        meaning, value, log_odds; the heaviest first), and the rarest words: `shared`, `names only left`, `only left`,
        `names only right`, `only right`.

    Raises:
        ConfigError: an article is not in the edition, the beginning of an id fits several, or the labels cannot be
            used.
        StoreError: the store cannot be read.
    """
    members = store.load(address, "story_articles", edition)
    ends = sorted(
        (store.find_article(members, a), store.find_article(members, b)), key=lambda row: str(row["copy_group_id"])
    )
    left, right = ends
    made = date.fromisoformat(store.load_manifest(address, edition)["edition_date"])
    # What the edition after it would be told: the window with the edition's own articles, and the latest texts.
    articles = store.load_window(address, made + timedelta(days=1), chosen.window_days + 1).articles
    described: dict[str, Any] = {"left": left, "right": right, "parts": [], "probability": None}
    described |= _words_of(articles, left["article_id"], right["article_id"])
    together = left["story_id"] == right["story_id"]
    where = ("In one story" if together else "In different stories") + _labelled(articles, members, ends, chosen)
    if left["copy_group_id"] == right["copy_group_id"]:
        told = _original(store.load(address, "copies", edition), members, left["copy_group_id"])
        return described | {"verdict": f"{where}: their texts are copies of one another{told}."}
    edges = store.load(address, "edges", made)
    ids = (left["copy_group_id"], right["copy_group_id"])
    edge = edges.filter(pc.and_(pc.equal(edges["left_id"], ids[0]), pc.equal(edges["right_id"], ids[1])))
    if not edge.num_rows:
        first = made - timedelta(days=chosen.window_days - 1)
        edge = _score_pair(articles, store.load_window_vectors(address, made, first), ids, chosen)
    probability = float(edge["probability"][0].as_py())
    verdict = (
        f"{where}. As a pair, these two belong together with probability {probability:.2f}; "
        f"a story weighs all its pairs{_remembered(address, ends, made)}."
    )
    return described | {"parts": _parts(edge, chosen), "probability": probability, "verdict": verdict}


def _labelled(articles: pa.Table, members: pa.Table, ends: list[dict[str, Any]], chosen: Settings) -> str:
    """The labels that put two articles where they are; nothing where none does, or only since that edition."""
    there = articles.filter(pc.is_in(articles["article_id"], members["article_id"].combine_chunks()))
    told = constraints.resolve_labels(constraints.read_labels(chosen.labels), there).constraints
    left, right = ends
    said = constraints.constraint_between(left["article_id"], right["article_id"], told, members)
    if said is None or said[0] != (left["story_id"] == right["story_id"]):
        return ""
    return f", as labelled in {', '.join(said[1])}"


def _original(copies: pa.Table, members: pa.Table, group: str) -> str:
    """Whose the original of a copy group is, and why, as the end of a sentence; nothing where nobody knows."""
    original = members.filter(pc.equal(members["article_id"], group)).to_pylist()
    reason = copies.filter(pc.equal(copies["article_id"], group))["reason"].to_pylist()
    if not original or not any(reason):
        return ""
    return f"; the original is {original[0]['outlet']}’s ({reason[0]})"


def _remembered(address: str | Path, ends: list[dict[str, Any]], made: date) -> str:
    """What the edition before said of the two, where both were in it: that counts too."""
    earlier = [edition for edition in store.list_editions(address) if edition < made]
    if not earlier:
        return ""
    before = store.load(address, "story_articles", earlier[-1])
    story_of = dict(zip(before["article_id"].to_pylist(), before["story_id"].to_pylist(), strict=True))
    left, right = (story_of.get(end["article_id"]) for end in ends)
    if left is None or right is None:
        return ""
    return f", and the edition before, where they were in {'one story' if left == right else 'different stories'}"


def _score_pair(articles: pa.Table, vectors: pa.Table, ids: tuple[str, str], settings: Settings) -> pa.Table:
    """Score a pair that has no edge, among all pairs of the window: schema `edges`, one row."""
    vectors = vectors.sort_by("article_id")
    blocked = find_candidate_pairs(articles, vectors, settings.candidates)
    pair = pa.table({"left_id": [ids[0]], "right_id": [ids[1]]})
    blocked["candidate_pairs"] = add_pairs(blocked["candidate_pairs"], blocked["time_index"], pair)
    edges = scoring.score_window(scoring.load_scorer(settings.scoring), compare_candidate_pairs(blocked, vectors))
    return edges.filter(pc.and_(pc.equal(edges["left_id"], ids[0]), pc.equal(edges["right_id"], ids[1])))


def _parts(edge: pa.Table, chosen: Settings) -> list[dict[str, Any]]:
    """What an edge's log-odds are made of; the prior is that of the night that first saw both, perhaps long ago."""
    model = scoring.load_scorer(chosen.scoring)
    meanings = pair_features.FEATURES | pair_features.GRAPH_FEATURES
    features = scoring.feature_arrays(edge, (*pair_features.FIRST_PASS_FEATURES, *pair_features.GRAPH_FEATURES))
    heights = model.contributions(features) | model.graph_contributions(features)
    parts = [
        {"feature": name, "meaning": meanings[name], "value": edge[name][0].as_py(), "log_odds": float(height[0])}
        for name, height in heights.items()
    ]
    parts.sort(key=lambda part: (-abs(float(str(part["log_odds"]))), str(part["feature"])))
    intercept = float(model.intercepts(features)[0])
    prior = (
        float(pair_features.edge_log_odds(edge)[0]) - intercept - sum(float(str(part["log_odds"])) for part in parts)
    )
    base = [
        {"feature": name, "meaning": meaning, "value": None, "log_odds": log_odds}
        for name, meaning, log_odds in (
            ("prior", "how common one-story pairs are among this window's candidate pairs", prior),
            ("intercept", "before anything is compared", intercept),
        )
    ]
    return [*base, *parts]


def _words_of(articles: pa.Table, left: str, right: str) -> dict[str, list[str]]:
    """The rarest words that both share, names that only one has, and its other words, rarest first."""
    wordings, uses = describe_terms(articles)
    vocabulary = weigh_terms(uses, wordings["language"].to_pylist())
    rarity = dict(zip(vocabulary["word"].to_pylist(), vocabulary["rarity"].to_pylist(), strict=True))
    named = set(vocabulary.filter(vocabulary["named"])["word"].to_pylist())
    rows = [articles["article_id"].to_pylist().index(article) for article in (left, right)]
    words = [set(wordings["words"][row].as_py()) for row in rows]
    names = [named & set(wordings["mentioned"][row].as_py()) for row in rows]

    def rarest(chosen: set[str]) -> list[str]:
        return sorted(chosen, key=lambda word: (-rarity[word], word))[:_TERMS_SHOWN]

    found = {"shared": rarest(words[0] & words[1])}
    for side, own, other in (("left", 0, 1), ("right", 1, 0)):
        alone = words[own] - words[other]
        found |= {f"names only {side}": rarest(alone & names[own]), f"only {side}": rarest(alone - names[own])}
    return found
