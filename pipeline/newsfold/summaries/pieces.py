"""Describing by the piece: some stories, from their own articles, and what the window as a whole says of words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from typing import Any

import pyarrow as pa

from newsfold import schemas
from newsfold.settings import Importance, Summaries
from newsfold.summaries.cohesion import Cohesion, measure_cohesion
from newsfold.summaries.evidence import LABELLED, MAX_PHRASES, explain_copy, explain_original, explain_pair
from newsfold.summaries.headline import TitleRanking, choose_headline
from newsfold.summaries.importance import compute_importance
from newsfold.summaries.keywords import extract_entities, extract_keywords
from newsfold.summaries.members import gather
from newsfold.summaries.novelty import find_new_sentences
from newsfold.summaries.salience import load_salience_model
from newsfold.summaries.sentences import Sentence, Summary
from newsfold.summaries.stories import Article, Story
from newsfold.summaries.summariser import create_summariser
from newsfold.summaries.timeline import build_timeline
from newsfold.summaries.word_statistics import WordStatistics


def tell(
    members: pa.Table,
    articles: tuple[pa.Table, pa.Table, pa.Table],
    edges: pa.Table,
    previous_story_articles: pa.Table,
    constraints: pa.Table,
    statistics: WordStatistics,
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
        statistics: document frequencies in the whole window.
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
    cohesion = measure_cohesion(stories, edges)
    before: dict[str, set[str]] = defaultdict(set)
    for row in previous_story_articles.select(["story_id", "article_id"]).to_pylist():
        before[row["story_id"]].add(row["article_id"])
    model = load_salience_model(settings)
    summariser = create_summariser(settings, model)
    labelled = _must_linked(constraints)

    def told(story: Story) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        ranking = TitleRanking(story, statistics, model)
        headline = choose_headline(story, ranking)
        summary = summariser.summarise(story, headline, statistics)
        new_sentences = find_new_sentences(story, statistics, seen_at, settings.max_new_sentences)
        row = _story_row(story, headline, summary, statistics, cohesion, seen_at)
        row["timeline"] = build_timeline(story, ranking)
        row["what_is_new"] = _quoted(new_sentences)
        row |= compute_importance(story, seen_at, weights)
        row["status"] = _status(story, before.get(story.story_id), row["n_new_articles"])
        return row, _article_rows(story, statistics, cohesion, labelled)

    described, rows = [], []
    stories.reverse()
    with ThreadPoolExecutor(summariser.workers) as pool:
        each = map if summariser.workers == 1 else pool.map
        # A story is let go once it is told: its articles hold all their words by then.
        for row, own in each(told, (stories.pop() for _ in range(len(stories)))):
            described.append(row | {"edition_date": edition})
            rows += [r | {"edition_date": edition} for r in own]
    return schemas.build_table("stories", described), schemas.build_table("story_articles", rows)


def _story_row(
    story: Story, title: str, summary: Summary, statistics: WordStatistics, cohesion: Cohesion, seen_at: datetime
) -> dict[str, Any]:
    timed = sorted((a for a in story.articles if a.published_at), key=lambda a: a.time_key)
    times = [a.published_at for a in timed if a.published_at]
    return {
        "story_id": story.story_id,
        "headline": title,
        "summary": " ".join(sentence.text for sentence in summary.sentences),
        "summary_sentences": _quoted(summary.sentences),
        "summary_by": summary.method,
        "summary_doubts": list(summary.doubts),
        "representative_article_id": story.representative.article_id,
        "n_articles": len(story.articles),
        "n_outlets": len({a.outlet for a in story.articles}),
        "n_independent": story.n_independent,
        "first_published_at": times[0] if times else None,
        "last_published_at": times[-1] if times else None,
        "first_outlet": story.first_outlet,
        "languages": story.languages,
        "keywords": extract_keywords(story, statistics),
        "entities": extract_entities(story, statistics),
        "cohesion": cohesion.of_story.get(story.story_id, 1.0),
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


def _article_rows(
    story: Story, statistics: WordStatistics, cohesion: Cohesion, labelled: set[str]
) -> list[dict[str, Any]]:
    originals = {article.copy_group_id: article for article in story.originals}
    by_id: Mapping[str, Article] = {article.article_id: article for article in story.originals}
    sizes: dict[str, int] = defaultdict(int)
    for article in story.articles:
        sizes[article.copy_group_id] += 1
    rows = []
    for article in sorted(story.articles, key=lambda a: a.time_key):
        original = originals[article.copy_group_id]
        role = "copy"
        if article is story.representative:
            role = "representative"
        elif article is original:
            role = "original" if sizes[article.copy_group_id] > 1 else "member"
        why: list[str] = []
        if article is not original:
            why = explain_copy(article, original)
        elif article.article_id in cohesion.nearest:
            nearest, edge = cohesion.nearest[article.article_id]
            why = explain_pair(article, by_id[nearest], edge, statistics)
        elif sizes[article.copy_group_id] > 1:
            why = explain_original(story, article)
        if article.article_id in labelled:
            why = [LABELLED, *why][:MAX_PHRASES]
        rows.append(
            {
                "story_id": story.story_id,
                "article_id": article.article_id,
                "copy_group_id": article.copy_group_id,
                "role": role,
                "similarity": _similarity(story, original, cohesion),
                "why": why,
                "outlet": article.outlet,
                "title": article.title,
                "url": article.url,
                "published_at": article.published_at,
            }
        )
    return rows


def _similarity(story: Story, original: Article, cohesion: Cohesion) -> float:
    """Mean probability with the other originals; the story's cohesion where none was scored."""
    known = cohesion.of_article.get(original.article_id)
    return cohesion.of_story.get(story.story_id, 1.0) if known is None else known
