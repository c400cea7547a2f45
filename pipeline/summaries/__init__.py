"""What an edition says of each story: headline, summary, keywords, counts, why it is one story."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

import pyarrow as pa

from pipeline import schemas
from pipeline.settings import Importance, Summaries
from pipeline.summaries import evidence, headline, keywords, novelty
from pipeline.summaries.bonds import Bonds, bonds
from pipeline.summaries.fitting import examples, fit
from pipeline.summaries.importance import importance
from pipeline.summaries.sentences import Sentence
from pipeline.summaries.stories import Article, Story, gather
from pipeline.summaries.summarising import Summariser, summariser
from pipeline.summaries.telling import Teller, teller
from pipeline.summaries.window import Window

__all__ = ["Summariser", "Teller", "describe", "examples", "fit", "teller"]


def describe(
    articles: pa.Table,
    copies: pa.Table,
    article_embeddings: pa.Table,
    edges: pa.Table,
    memberships: pa.Table,
    previous_story_articles: pa.Table,
    settings: Summaries,
    edition: date,
    seen_at: datetime,
    *,
    constraints: pa.Table | None = None,
    weights: Importance | None = None,
) -> tuple[pa.Table, pa.Table]:
    """Describes every story of the window.

    Args:
        articles: all articles of the window, in any row order, as all tables here.
        copies: their copy groups.
        article_embeddings: unit-norm vectors of at least all originals.
        edges: scored pairs of originals.
        memberships: the story of every article, copies included.
        previous_story_articles: `story_articles` of the edition before; empty for the first.
        settings: how long summaries may be.
        edition: the edition's date.
        seen_at: the edition's time: articles first seen then are its new ones.
        constraints: schema `constraints`; what a must-link names says so in its `why`.
        weights: what counts how much in a story's importance; the defaults where None.

    Returns:
        Tables `stories`, sorted by story_id, and `story_articles`, sorted by story_id, published_at
        (unknown last) and article_id.

    Raises:
        SchemaError: an article lacks a membership, a membership an article, an original a vector.
    """
    stories = gather(articles, copies, article_embeddings, memberships)
    window = Window(original for story in stories for original in story.originals)
    inside = bonds(stories, edges)
    before: dict[str, set[str]] = defaultdict(set)
    for row in previous_story_articles.select(["story_id", "article_id"]).to_pylist():
        before[row["story_id"]].add(row["article_id"])
    model = teller(settings)
    summarise = summariser(settings, model)
    labelled = _must_linked(constraints)
    described = []
    members = []
    for story in stories:
        row = _story_row(story, window, inside, model, summarise, seen_at)
        row["what_is_new"] = _quoted(novelty.additions(story, window, seen_at, settings.max_new_sentences))
        row |= importance(story, seen_at, weights or Importance())
        row["status"] = _status(story, before.get(story.story_id), row["n_new_articles"])
        described.append(row | {"edition_date": edition})
        members += [r | {"edition_date": edition} for r in _article_rows(story, window, inside, labelled)]
    return schemas.build("stories", described), schemas.build("story_articles", members)


def _story_row(
    story: Story, window: Window, inside: Bonds, model: Teller, summarise: Summariser, seen_at: datetime
) -> dict[str, Any]:
    title = headline.choose(story, window, model)
    sentences = summarise.summarise(story, title, window)
    timed = sorted((a for a in story.articles if a.published_at), key=lambda a: a.by_time)
    times = [a.published_at for a in timed if a.published_at]
    return {
        "story_id": story.story_id,
        "headline": title,
        "summary": " ".join(sentence.text for sentence in sentences),
        "summary_sentences": _quoted(sentences),
        "representative_article_id": story.representative.article_id,
        "n_articles": len(story.articles),
        "n_outlets": len({a.outlet for a in story.articles}),
        "n_independent": story.n_independent,
        "first_published_at": times[0] if times else None,
        "last_published_at": times[-1] if times else None,
        "first_outlet": story.first_outlet,
        "languages": story.languages,
        "keywords": keywords.keywords(story, window),
        "entities": keywords.entities(story, window),
        "cohesion": inside.cohesion.get(story.story_id, 1.0),
        "n_new_articles": sum(a.first_seen_at == seen_at for a in story.articles),
    }


def _quoted(sentences: Iterable[Sentence]) -> list[dict[str, Any]]:
    return [
        {
            "text": sentence.text,
            "article_id": sentence.article.article_id,
            "outlet": sentence.article.outlet,
            "url": sentence.article.url,
        }
        for sentence in sentences
    ]


def _status(story: Story, before: set[str] | None, n_new: int) -> str:
    if before is None:
        return "new"
    gained = any(article.article_id not in before for article in story.articles)
    return "updated" if n_new or gained else "unchanged"


def _must_linked(constraints: pa.Table | None) -> set[str]:
    rows = constraints.to_pylist() if constraints is not None else []
    return {row[end] for row in rows if row["must_link"] for end in ("left_id", "right_id")}


def _article_rows(story: Story, window: Window, inside: Bonds, labelled: set[str]) -> list[dict[str, Any]]:
    originals = {article.copy_group_id: article for article in story.originals}
    by_id: Mapping[str, Article] = {article.article_id: article for article in story.originals}
    sizes: dict[str, int] = defaultdict(int)
    for article in story.articles:
        sizes[article.copy_group_id] += 1
    rows = []
    for article in sorted(story.articles, key=lambda a: a.by_time):
        original = originals[article.copy_group_id]
        role = "copy"
        if article is story.representative:
            role = "representative"
        elif article is original:
            role = "original" if sizes[article.copy_group_id] > 1 else "member"
        why: list[str] = []
        if article is not original:
            why = evidence.of_copy(article, original)
        elif article.article_id in inside.nearest:
            nearest, edge = inside.nearest[article.article_id]
            why = evidence.of_pair(article, by_id[nearest], edge, window)
        elif sizes[article.copy_group_id] > 1:
            why = evidence.of_original(story, article)
        if article.article_id in labelled:
            why = [evidence.LABELLED, *why][: evidence.MOST]
        rows.append(
            {
                "story_id": story.story_id,
                "article_id": article.article_id,
                "copy_group_id": article.copy_group_id,
                "role": role,
                "similarity": _similarity(story, original, inside),
                "why": why,
                "outlet": article.outlet,
                "title": article.title,
                "url": article.url,
                "published_at": article.published_at,
            }
        )
    return rows


def _similarity(story: Story, original: Article, inside: Bonds) -> float:
    """Mean probability with the other originals; the story's cohesion where none was scored."""
    known = inside.similarity.get(original.article_id)
    return inside.cohesion.get(story.story_id, 1.0) if known is None else known
