"""Training of the model of kinds on labelled articles, from tables and from a store."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from newsfold import evaluation, schemas, sources, store
from newsfold.dataflow import Progress, no_progress
from newsfold.errors import ConfigError, SourceError
from newsfold.extraction import kinds
from newsfold.extraction.stage import extract_articles
from newsfold.schemas.kinds import KINDS, list_kinds
from newsfold.settings import Settings
from newsfold.training.fit import software_versions

_ID_COLUMNS = ("article_id", "id")


def train_kinds(
    tables: Sequence[Path],
    settings: Settings,
    labels: Sequence[Path] = (),
    address: str | Path | None = None,
    progress: Progress = no_progress,
) -> kinds.KindModel:
    """Train the model of kinds.

    Articles without a label take part, too: they show the habits of their outlets.

    Args:
        tables: tables of articles (id, url, outlet, title, text …); a column `kind` labels them.
        settings: what extraction needs.
        labels: tables with `article_id` (or `id`) and `kind`, of articles in the tables or in the store.
        address: a store, whose articles of all editions are read; None: no store.
        progress: called with (stage, done, to do).

    Raises:
        SourceError: a table cannot be read.
        ConfigError: a label is no kind, two labels of one article differ, or no label is of one of these articles.
        ModelError: there is too little to learn from.
        StoreError: the store cannot be read.
    """
    kind_of: dict[str, str] = {}
    provenance: list[dict[str, Any]] = []
    articles = [_load_store_articles(address)] if address is not None else []
    for done, path in enumerate([*tables, *labels]):
        progress("read", done, len(tables) + len(labels))
        table = evaluation.tables.read_table(path)
        found = _read_labels(table, path, required=path in labels)
        _add_labels(kind_of, found, path)
        if path not in labels:
            documents = sources.documents_from_table(table, path.name)
            articles.append(extract_articles(documents, settings, with_kinds=False)[0])
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        provenance.append({"file": path.name, "sha256": digest, "labels": len(found)})
    rows = schemas.concat_tables("articles", articles).to_pylist() if articles else []
    rows = list({row["article_id"]: row for row in rows}.values())
    known = {row["article_id"] for row in rows}
    usable = {article: kind for article, kind in kind_of.items() if article in known}
    if not usable:
        raise ConfigError(
            "None of these articles has a label: give tables with a column `kind`, or --labels FILE with `article_id` "
            "and `kind`, and the tables or the store (--store) that hold those articles."
        )
    counts = {kind: list(usable.values()).count(kind) for kind in KINDS}
    progress("fit", 0, 0)
    return kinds.fit_kind_model(
        sorted(rows, key=lambda row: str(row["article_id"])),
        usable,
        {"sets": provenance, "articles": len(rows), "labelled": counts} | software_versions("scikit-learn", "numpy"),
    )


def _load_store_articles(address: str | Path) -> pa.Table:
    editions = store.list_editions(address)
    return schemas.concat_tables("articles", [store.load(address, "articles", edition) for edition in editions])


def _read_labels(table: pa.Table, path: Path, *, required: bool) -> dict[str, str]:
    """Return the kinds that a table states, by article id.

    Raises:
        SourceError: it must state kinds and does not, or has kinds without ids.
        ConfigError: a label is no kind.
    """
    id_column = next((name for name in _ID_COLUMNS if name in table.column_names), None)
    if "kind" not in table.column_names or id_column is None:
        if required or "kind" in table.column_names:
            raise SourceError(f"{path} needs the columns `article_id` (or `id`) and `kind`.")
        return {}
    pairs = zip(table[id_column].cast(pa.string()).to_pylist(), table["kind"].to_pylist(), strict=True)
    found = {str(article): str(kind) for article, kind in pairs if article and kind}
    unknown = sorted(set(found.values()) - KINDS.keys())
    if unknown:
        raise ConfigError(f"{path} has unknown kinds: {', '.join(unknown)}. The kinds are {list_kinds()}.")
    return found


def _add_labels(kind_of: dict[str, str], found: Mapping[str, str], path: Path) -> None:
    for article, kind in found.items():
        if kind_of.setdefault(article, kind) != kind:
            raise ConfigError(f"{path} calls {article} {kind}; another table calls it {kind_of[article]}.")
