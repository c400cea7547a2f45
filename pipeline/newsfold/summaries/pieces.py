"""Describing by the piece: some stories, from their own articles, and what the window as a whole says of words."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from typing import Any

import pyarrow as pa

from newsfold import schemas
from newsfold.settings import Importance, Summaries
from newsfold.summaries import evidence, headline, keywords, novelty, timeline
from newsfold.summaries.cohesion import Bonds, bonds
from newsfold.summaries.importance import importance
from newsfold.summaries.members import gather
from newsfold.summaries.salience import teller
from newsfold.summaries.sentences import Sentence, Summary
from newsfold.summaries.stories import Article, Story
from newsfold.summaries.summariser import summariser
from newsfold.summaries.window import Window


def tell(
    members: pa.Table,
    articles: tuple[pa.Table, pa.Table, pa.Table],
    edges: pa.Table,
    previous_story_articles: pa.Table,
    constraints: pa.Table,
    window: Window,
    settings: Summaries,
    weights: Importance,
    edition: date,
    seen_at: datetime,
) -> tuple[pa.Table, pa.Table]:
    """Describes some stories of a window; how the window was cut changes nothing of any.

    Args:
        members: these rows of table `story_members`.
        articles: the articles in these stories, their copy groups and the vectors that `members` names, at least.
        edges: the scored pairs inside these stories, at least.
        previous_story_articles: what these stories had in the edition before, at least.
        constraints: schema `constraints`; what a must-link names says so in its `why`.
        window: how often words occur in the whole window.
        settings: how long summaries may be.
        weights: what counts how much in a story's importance.
        edition: the edition's date.
        seen_at: the edition's time: articles first seen then are its new ones.

    Returns:
        Their rows of `stories`, in the order of `members`, and of `story_articles`, in the same order and within a
        story by published_at (unknown last) and article_id.

    Raises:
        ConfigError: the summariser cannot be used.
        ModelError: the model of what is told cannot be read.
    """
    stories = gather(members, *articles)
    inside = bonds(stories, edges)
    before: dict[str, set[str]] = defaultdict(set)
    for row in previous_story_articles.select(["story_id", "article_id"]).to_pylist():
        before[row["story_id"]].add(row["article_id"])
    model = teller(settings)
    summarise = summariser(settings, model)
    labelled = _must_linked(constraints)

    def told(story: Story) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        title = headline.choose(story, window, model)
        row = _story_row(story, title, summarise.summarise(story, title, window), window, inside, seen_at)
        row["timeline"] = timeline.timeline(story, functools.partial(headline.chooser, story, window, model))
        row["what_is_new"] = _quoted(novelty.additions(story, window, seen_at, settings.max_new_sentences))
        row |= importance(story, seen_at, weights)
        row["status"] = _status(story, before.get(story.story_id), row["n_new_articles"])
        return row, _article_rows(story, window, inside, labelled)

    described, rows = [], []
    stories.reverse()
    with ThreadPoolExecutor(summarise.workers) as pool:
        each = map if summarise.workers == 1 else pool.map
        # A story is let go once it is told: its articles hold all their words by then.
        for row, own in each(told, (stories.pop() for _ in range(len(stories)))):
            described.append(row | {"edition_date": edition})
            rows += [r | {"edition_date": edition} for r in own]
    return schemas.build_table("stories", described), schemas.build_table("story_articles", rows)


def _story_row(
    story: Story, title: str, summary: Summary, window: Window, inside: Bonds, seen_at: datetime
) -> dict[str, Any]:
    timed = sorted((a for a in story.articles if a.published_at), key=lambda a: a.by_time)
    times = [a.published_at for a in timed if a.published_at]
    return {
        "story_id": story.story_id,
        "headline": title,
        "summary": " ".join(sentence.text for sentence in summary.sentences),
        "summary_sentences": _quoted(summary.sentences),
        "summary_by": summary.made_by,
        "summary_doubts": list(summary.doubts),
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


def _must_linked(constraints: pa.Table) -> set[str]:
    return {row[end] for row in constraints.to_pylist() if row["must_link"] for end in ("left_id", "right_id")}


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
