"""Describing stories: their headline, summary, keywords, importance and status, and the role of each article."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from itertools import chain, repeat
from typing import Any

import pyarrow as pa

from newsfold import schemas
from newsfold.dataflow import Context, TableView
from newsfold.garbage import pause_garbage_collection
from newsfold.summaries.article_rows import build_article_rows
from newsfold.summaries.cohesion import EDGE_COLUMNS, measure_cohesion
from newsfold.summaries.developments import Developments
from newsfold.summaries.headline import TitleRanking, choose_headline
from newsfold.summaries.importance import compute_importance, measure_reach
from newsfold.summaries.keywords import KeywordExtractor
from newsfold.summaries.members import build_stories
from newsfold.summaries.names.entities import extract_entities
from newsfold.summaries.names.reader import NameReader
from newsfold.summaries.names.statistics import NameStatistics
from newsfold.summaries.novelty import find_new_sentences
from newsfold.summaries.previous import PreviousStory, read_previous_stories
from newsfold.summaries.salience import expect_texts, load_salience_model
from newsfold.summaries.sentences import Sentence, Summary
from newsfold.summaries.stories import Story
from newsfold.summaries.summariser import create_summariser
from newsfold.summaries.timeline import build_timeline
from newsfold.summaries.word_statistics import WordStatistics

Row = dict[str, Any]

_BATCH_STORIES = 256
_TABLES = ("described_stories", "story_reaches", "story_articles")


@pause_garbage_collection()
def describe_stories(
    story_members: TableView,
    window_articles: TableView,
    copies: TableView,
    vectors: TableView,
    edges: TableView,
    previous_story_articles: TableView,
    previous_stories: TableView,
    constraints: TableView,
    outlet_families: TableView,
    window_words: TableView,
    window_languages: TableView,
    window_section_labels: TableView,
    window_names: TableView,
    context: Context,
) -> tuple[pa.Table, ...]:
    """Describe some stories, each from its own articles and the statistics of the whole window.

    Returns:
        Tables `described_stories` and `story_reaches`, in the order of `story_members`, and `story_articles`, in the
        same order and within a story by published_at (unknown last) and article_id.

    Raises:
        ConfigError: the summariser cannot be used.
        ModelError: the salience model cannot be read.
    """
    settings = context.settings.summaries
    members = story_members.read()
    families = outlet_families.read()
    family_of = dict(zip(families["outlet"].to_pylist(), families["publisher_family"].to_pylist(), strict=True))
    stories = build_stories(members, window_articles, copies, vectors, settings.language, family_of)
    statistics = WordStatistics(window_words.read(), window_languages.read(), window_section_labels.read())
    names = NameStatistics(window_names.read())
    extractor = KeywordExtractor(statistics)
    reader_of = functools.cache(functools.partial(NameReader, statistics, names))
    cohesion = measure_cohesion(stories, edges.where("left_id", members["original_ids"], columns=EDGE_COLUMNS))
    previous = read_previous_stories(members["story_id"], previous_stories, previous_story_articles, window_articles)
    must_linked = _list_must_linked(constraints.read(["left_id", "right_id", "must_link"]))
    model = load_salience_model(settings)
    summariser = create_summariser(settings, model)

    def describe(batch: Sequence[Story], run: Callable[..., Iterable[Summary]]) -> Iterator[tuple[Row, Row, list[Row]]]:
        """Describe stories part by part, not one by one: what a part needs then stays in the processor's caches."""
        expected = expect_texts(batch, statistics, model)
        developments = [Developments(story.as_news, statistics) for story in batch]
        rankings = [
            TitleRanking(story.as_news, statistics, model, of_story, texts.headline)
            for story, of_story, texts in zip(batch, developments, expected, strict=True)
        ]
        headlines = list(map(choose_headline, rankings))
        expected_summaries = [texts.summary for texts in expected]
        summaries = list(
            run(summariser.summarise, batch, headlines, repeat(statistics), developments, expected_summaries)
        )
        new_sentences = [
            find_new_sentences(
                story, summary.sentences, statistics, of_story, context.seen_at, settings.max_new_sentences
            )
            for story, summary, of_story in zip(batch, summaries, developments, strict=True)
        ]
        entities = [extract_entities(story, reader_of(story.language)) for story in batch]
        keywords = list(map(extractor.extract, batch, entities))
        before = [previous.get(story.story_id) for story in batch]
        timelines = [
            build_timeline(story, ranking, of_story.timeline if of_story else ())
            for story, ranking, of_story in zip(batch, rankings, before, strict=True)
        ]
        reaches = [measure_reach(story, context.seen_at) for story in batch]
        article_rows = [build_article_rows(story, statistics, cohesion, must_linked) for story in batch]
        for i, story in enumerate(batch):
            headline, earlier, reach = headlines[i], before[i], reaches[i]
            n_new_articles = sum(article.first_seen_at == context.seen_at for article in story.articles)
            rest = [sentence for sentence in summaries[i].sentences if sentence not in new_sentences[i]]
            row = {
                "edition_date": context.edition,
                "story_id": story.story_id,
                "headline": headline,
                "previous_headline": earlier.headline if earlier and earlier.headline != headline else None,
                "language": story.language,
                "kind": story.kind,
                **_summary_columns(replace(summaries[i], sentences=rest)),
                "representative_article_id": story.representative.article_id,
                **_coverage_columns(story, earlier),
                "keywords": keywords[i],
                "entities": [entity.name for entity in entities[i]],
                "entity_mentions": [entity.to_row() for entity in entities[i]],
                "cohesion": cohesion.of_story.get(story.story_id, 1.0),
                "n_new_articles": n_new_articles,
                "timeline": timelines[i],
                "what_is_new": _quote(new_sentences[i]),
                **compute_importance(story, reach, context.seen_at, context.settings.importance),
                "status": _find_status(story, earlier, n_new_articles),
            }
            reach_row = {"story_id": story.story_id, "independent_origins": story.independent_origins, **vars(reach)}
            yield row, reach_row, [{"edition_date": context.edition, **article_row} for article_row in article_rows[i]]

    described: list[tuple[pa.Table, ...]] = []
    stories.reverse()
    with ThreadPoolExecutor(summariser.workers) as pool:
        run = map if summariser.workers == 1 else pool.map
        while stories:
            # Described stories are released: by then their articles cache all their words.
            batch = [stories.pop() for _ in range(min(_BATCH_STORIES, len(stories)))]
            statistics.load(batch)
            names.load(batch)
            described.append(_build_tables(list(describe(batch, run))))
    if not described:
        return tuple(map(schemas.empty_table, _TABLES))
    return tuple(pa.concat_tables(tables).combine_chunks() for tables in zip(*described, strict=True))


def _build_tables(rows: Sequence[tuple[Row, Row, list[Row]]]) -> tuple[pa.Table, ...]:
    """Return the tables `_TABLES` of some stories: the rows of stories take several times the memory."""
    story_rows, reach_rows, article_rows = zip(*rows, strict=True)
    columns = (story_rows, reach_rows, list(chain.from_iterable(article_rows)))
    return tuple(schemas.build_table(name, of_table) for name, of_table in zip(_TABLES, columns, strict=True))


def _summary_columns(summary: Summary) -> dict[str, Any]:
    return {
        "summary": " ".join(sentence.text for sentence in summary.sentences),
        "summary_sentences": _quote(summary.sentences),
        "summary_by": summary.method,
        "summary_doubts": list(summary.doubts),
    }


def _coverage_columns(story: Story, before: PreviousStory | None) -> dict[str, Any]:
    times: list[datetime] = sorted(article.published_at for article in story.articles if article.published_at)
    first_published_at, first_outlet = (times[0] if times else None), story.first_outlet
    if before and before.first_published_at and (not times or before.first_published_at < times[0]):
        first_published_at, first_outlet = before.first_published_at, before.first_outlet
    return {
        "n_articles": len(story.articles),
        "n_outlets": len({article.outlet for article in story.articles}),
        "n_independent": len(story.independent_origins),
        "first_published_at": first_published_at,
        "last_published_at": times[-1] if times else None,
        "first_outlet": first_outlet,
        "languages": story.languages,
    }


def _quote(sentences: Iterable[Sentence]) -> list[dict[str, Any]]:
    """Return sentences with the articles that they come from."""
    return [
        {
            "text": sentence.text,
            "article_id": sentence.article.article_id,
            "outlet": sentence.article.outlet,
            "url": sentence.article.url,
        }
        for sentence in sentences
    ]


def _find_status(story: Story, before: PreviousStory | None, n_new_articles: int) -> str:
    if before is None:
        return "new"
    has_gained = any(article.article_id not in before.article_ids for article in story.articles)
    return "updated" if n_new_articles or has_gained else "unchanged"


def _list_must_linked(constraints: pa.Table) -> set[str]:
    return {row[end] for row in constraints.to_pylist() if row["must_link"] for end in ("left_id", "right_id")}
