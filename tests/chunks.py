"""Stages run in memory, in chunks of another size than the default."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pyarrow as pa

from newsfold.dataflow import Context, Stage
from newsfold.settings import Scale


def run_in_chunks(
    stage: Stage, tables: Mapping[str, pa.Table], context: Context, scale: Scale, wanted: Sequence[str] | None = None
) -> dict[str, pa.Table]:
    """Run all steps of a stage in chunks of a size, and return tables as `Stage.run` does."""
    settings = context.settings.model_copy(update={"scale": scale})
    return stage.run(tables, replace(context, settings=settings), wanted)
