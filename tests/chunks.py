"""Stages run in memory, in chunks, as the flow's workers do with staged tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa

from newsfold.dataflow import Context, MemoryView, Stage
from newsfold.settings import Scale


def run_in_chunks(
    stage: Stage, tables: Mapping[str, pa.Table], context: Context, scale: Scale, wanted: Sequence[str] | None = None
) -> dict[str, pa.Table]:
    """Run all steps of a stage in chunks of a size, and return tables as `Stage.run` does."""
    views = {name: MemoryView(tables[name]) for name in stage.reads}
    for step in stage.steps:
        chunks = step.chunks(views[step.chunk_by].num_rows, scale) if step.chunk_by else [None]
        parts = [step.run(views, context, chunk) for chunk in chunks]
        views |= {name: MemoryView(_join([part[name] for part in parts])) for name in step.writes}
    return {name: views[name].read() for name in wanted or stage.writes}


def _join(parts: Sequence[pa.Table]) -> pa.Table:
    """The parts as one table; an empty part does not decide the schema."""
    filled = [part for part in parts if part.num_rows]
    return pa.concat_tables(filled) if filled else parts[0]
