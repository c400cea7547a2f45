"""Retractions: articles that a person has withdrawn, whatever their sources say."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

from newsfold import schemas
from newsfold.constraints.labels import append_note, normalise_reference, read_rows
from newsfold.errors import ConfigError


def read_retractions(paths: Sequence[str | Path]) -> pa.Table:
    """Read the retractions in some tables.

    A table is Parquet, or CSV with a header (comma, semicolon or tab), with the column `article` (an `article_id` or
    a URL) and the optional columns `by` and `note`.

    Args:
        paths: the files, in any order.

    Returns:
        Table `retractions`, in the files' order.

    Raises:
        ConfigError: a file or a row cannot be used; all problems are listed.
    """
    problems: list[str] = []
    retractions: list[dict[str, str]] = []
    for path in map(Path, paths):
        try:
            for number, row in read_rows(path, ("article",)):
                article = str("" if row["article"] is None else row["article"]).strip()
                origin = f"{path.name} row {number}"
                if article:
                    retractions.append({"article": article, "origin": append_note(origin, row)})
                else:
                    problems.append(f"{origin}: the article is missing.")
        except (OSError, csv.Error, pa.ArrowException, ConfigError) as error:
            problems.append(f"{path}: {error}")
    if problems:
        raise ConfigError("These retractions cannot be used:\n" + "\n".join(f"  - {line}" for line in problems))
    return schemas.build_table("retractions", retractions)


def remove_retracted(articles: pa.Table, retractions: pa.Table) -> tuple[pa.Table, pa.Table]:
    """Separate retracted articles from the others.

    Args:
        articles: schema `articles`.
        retractions: schema `retractions`.

    Returns:
        The articles that are not retracted, and the retracted ones as a table of schema `rejects`, whose reason names
        the retraction.
    """
    origins = find_retractions(retractions, articles)
    is_kept = pa.array([origin is None for origin in origins], pa.bool_())
    rejects = [
        {"source": row["source"], "location": row["url"] or row["article_id"], "reason": f"it was retracted: {origin}"}
        for row, origin in zip(articles.select(["source", "url", "article_id"]).to_pylist(), origins, strict=True)
        if origin is not None
    ]
    return articles.filter(is_kept), schemas.build_table("rejects", rejects)


def find_retractions(retractions: pa.Table, articles: pa.Table) -> list[str | None]:
    """Find the retraction of each article.

    Args:
        retractions: table `retractions`.
        articles: columns `article_id`, `url` and `canonical_url`.

    Returns:
        The origin of each article's retraction, or None, in the articles' order.
    """
    origin_of = dict(zip(retractions["article"].to_pylist(), retractions["origin"].to_pylist(), strict=True))
    origin_of |= {normalise_reference(name): origin for name, origin in origin_of.items()}
    if not origin_of:
        return [None] * articles.num_rows
    origins = []
    for row in articles.select(["article_id", "url", "canonical_url"]).to_pylist():
        names = (spelling for name in row.values() if name for spelling in (name, normalise_reference(name)))
        origins.append(next((origin_of[name] for name in names if name in origin_of), None))
    return origins
