"""The folder of one size: the tables that newsfold's stages made of its articles, which every method reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import feather

from newsfold import schemas
from newsfold.dataflow import UNDATED, Context, Stage
from newsfold.schemas.vectors import vectors_to_matrix
from newsfold.settings import Settings

Tables = dict[str, pa.Table]


@dataclass(frozen=True)
class Workspace:
    """Tables in Arrow files, which keep the metadata of their schemas."""

    folder: Path

    def read(self, name: str) -> pa.Table:
        """Read a table; an empty one if no stage has written it."""
        file = self._file(name)
        return feather.read_table(file, memory_map=False) if file.exists() else schemas.empty_table(name)

    def write(self, tables: Mapping[str, pa.Table]) -> None:
        """Write tables by name."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for name, table in tables.items():
            feather.write_feather(table, self._file(name), compression="uncompressed")

    def read_inputs(self, *of: Stage) -> Tables:
        """Read all tables that stages, run one after another, need from before."""
        written: set[str] = set()
        needed: dict[str, None] = {}
        for stage in of:
            needed |= dict.fromkeys(name for name in stage.reads if name not in written)
            written |= set(stage.writes)
        return {name: self.read(name) for name in needed}

    def read_vectors(self) -> npt.NDArray[np.float32]:
        """Return a vector for each article of `window_articles`, of shape (n, d): a copy has that of its original."""
        vectors, copies = self.read("vectors"), self.read("copies")
        groups = copies.take(pc.index_in(self.read("window_articles")["article_id"], _flat(copies["article_id"])))
        rows = pc.index_in(groups["copy_group_id"], _flat(vectors["article_id"])).to_numpy()
        matrix: npt.NDArray[np.float32] = vectors_to_matrix(vectors["vector"])[rows]
        return matrix

    def read_originals(self, n: int) -> Tables:
        """Return `window_articles` and `copies` of up to n articles, none of which is a copy."""
        return keep_originals({name: self.read(name) for name in ("window_articles", "copies")}, n)

    def read_texts(self) -> list[str]:
        """Return the text of each article of `window_articles`: title, newline, body."""
        articles = self.read("window_articles").select(["title", "body"]).to_pylist()
        return [f"{article['title']}\n{article['body']}" for article in articles]

    def read_stories(self) -> list[str | None]:
        """Return the labelled story of each article of `window_articles`; None if it is unlabelled."""
        labels = dict(zip(*(column.to_pylist() for column in self.read("gold").columns), strict=True))
        return [labels.get(article) for article in self.read("window_articles")["article_id"].to_pylist()]

    def make_context(self, settings: Settings) -> Context:
        """Return the context in which `stages.cluster` would run the stages after `extract`."""
        latest = pc.max(self.read("window_articles")["published_at"]).as_py()
        undated = Context.undated(settings)
        return Context(settings, latest.date() if latest else UNDATED, undated.seen_at)

    def _file(self, name: str) -> Path:
        return self.folder / f"{name}.arrow"


def keep_originals(tables: Tables, n: int) -> Tables:
    """Return the tables with the rows of n articles alone, none of which is a copy."""
    articles, copies = tables["window_articles"], tables.get("copies")
    ids = articles["article_id"] if copies is None else copies.filter(copies["is_original"])["article_id"]
    kept = _flat(ids).slice(0, n)
    return {
        name: table.filter(pc.is_in(table["article_id"], kept)) if "article_id" in table.column_names else table
        for name, table in tables.items()
    }


def _flat(column: pa.ChunkedArray) -> pa.Array:
    combined = column.combine_chunks()
    return combined if isinstance(combined, pa.Array) else pa.concat_arrays(combined.chunks)
