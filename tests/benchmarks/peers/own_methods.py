"""Newsfold's stages as methods: `extract`, `copies`, `embed`, and all that come after."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from newsfold import schemas, sources, stages
from newsfold.dataflow import Context, Stage
from newsfold.embedding.stage import embed_articles
from newsfold.settings import Embedding, Settings
from newsfold.vocabulary import extract_openings
from tests.benchmarks.peers.method import WARM_UP, Options, Result
from tests.benchmarks.peers.workspace import Tables, Workspace, keep_originals
from tests.benchmarks.process_cost import measure

_WARM_UP_TEXTS = 64
Work = Callable[[], Result]


def prepare_extract(work: Workspace, _: Options) -> Work:
    """Rows become articles."""
    tables: Tables = {name: schemas.empty_table(name) for name in stages.INPUTS}
    tables["documents"] = sources.documents_from_table(work.read("rows"), "benchmark")
    stage, context = stages.find_stage("extract"), Context.undated(Settings())
    stage.run(tables | {"documents": tables["documents"].slice(0, WARM_UP)}, context)
    return lambda: Result(tables=stage.run(tables, context))


def prepare_copies(work: Workspace, _: Options) -> Work:
    """Copies are collapsed."""
    stage, context = stages.find_stage("copies"), work.make_context(Settings())
    tables = work.read_inputs(stage)
    stage.run(keep_originals(tables, WARM_UP), context)

    def run() -> Result:
        written = stage.run(tables, context)
        return Result(_column_of(tables["window_articles"], written["copies"], "copy_group_id"), written)

    return run


def prepare_vectors(work: Workspace, options: Options) -> Work:
    """The vectors that all methods get, from the cache beside the workspace as far as it has them."""
    stage, context = stages.find_stage("embed"), work.make_context(_settings(options))
    cache = Workspace(work.folder.parent)
    known = cache.read("article_embeddings")
    tables = work.read_inputs(stage) | {"cached_embeddings": known}

    def run() -> Result:
        written = stage.run(tables, context)
        vectors = written["vectors"]
        new = vectors.filter(pc.invert(pc.is_in(vectors["text_digest"], known["text_digest"].combine_chunks())))
        if new.num_rows:  # vectors of another model have other digests, and another dimension perhaps
            fits = known.num_rows and known.schema.field("vector").type == new.schema.field("vector").type
            cache.write({"article_embeddings": pa.concat_tables([known, new]) if fits else new})
        return Result(tables=written, figures={"embedded": new.num_rows})

    return run


def prepare_embed(work: Workspace, options: Options) -> Work:
    """Texts become vectors, of which none is known."""
    settings = _settings(options).embedding
    tables, first = work.read_originals(options.embedded), work.read_originals(_WARM_UP_TEXTS)
    embed_articles(first["window_articles"], first["copies"], settings)

    def run() -> Result:
        embed_articles(tables["window_articles"], tables["copies"], settings)
        return Result(texts=extract_openings(tables["window_articles"]))

    return run


def prepare_stories(work: Workspace, _: Options) -> Work:
    """All stages after `embed`: pairs, scores, stories, their headlines and summaries, and threads."""
    embed = stages.find_stage("embed")
    after, context = stages.STAGES[stages.STAGES.index(embed) + 1 :], work.make_context(Settings())
    inputs = work.read_inputs(*after)
    _run_stages(after, keep_originals(inputs, WARM_UP), context)

    def run() -> Result:
        tables, costs = _run_stages(after, inputs, context)
        labels = _column_of(inputs["window_articles"], tables["story_articles"], "story_id")
        counts = {"pairs": tables["candidate_pairs"].num_rows, "edges": tables["edges"].num_rows}
        return Result(labels, figures={"stages": costs, **counts})

    return run


def _run_stages(after: Sequence[Stage], inputs: Tables, context: Context) -> tuple[Tables, dict[str, Any]]:
    tables, costs = dict(inputs), {}
    for stage in after:
        with measure() as cost:
            tables |= stage.run(tables, context)
        costs[stage.name] = cost.to_dict()
    return tables, costs


def _column_of(articles: pa.Table, table: pa.Table, column: str) -> list[object]:
    """Return a column of a table for each of the articles."""
    value_of = dict(zip(table["article_id"].to_pylist(), table[column].to_pylist(), strict=True))
    return [value_of[article] for article in articles["article_id"].to_pylist()]


def _settings(options: Options) -> Settings:
    return Settings(embedding=Embedding(max_tokens=options.max_tokens))
