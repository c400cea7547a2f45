"""Articles that a person has taken back: they count no longer, whatever a source says."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

from newsfold import schemas, text
from newsfold.constraints.labels import normalise_reference, read_rows
from newsfold.errors import ConfigError


def read_retractions(paths: Sequence[str | Path]) -> pa.Table:
    """The retractions in some tables.

    A table is Parquet, or CSV with a header (comma, semicolon or tab), with the column `article` (an `article_id` or
    a URL) and, if you like, `by` and `note`.

    Args:
        paths: the files, in any order.

    Returns:
        Table `retractions`, in the files' order.

    Raises:
        ConfigError: a file or a row cannot be used; all problems are listed.
    """
    problems: list[str] = []
    found: list[dict[str, str]] = []
    for path in map(Path, paths):
        try:
            for number, row in read_rows(path, ("article",)):
                article = str("" if row["article"] is None else row["article"]).strip()
                if not article:
                    problems.append(f"{path.name} row {number}: it names no article.")
                    continue
                said = ": ".join(str(row[name]).strip() for name in ("by", "note") if row.get(name))
                origin = f"{path.name} row {number}"
                found.append({"article": article, "origin": f"{origin} ({text.shorten(said, 80)})" if said else origin})
        except (OSError, csv.Error, pa.ArrowException, ConfigError) as error:
            problems.append(f"{path}: {error}")
    if problems:
        raise ConfigError("These retractions cannot be used:\n" + "\n".join(f"  - {line}" for line in problems))
    return schemas.build_table("retractions", found)


def remove_retracted(articles: pa.Table, retractions: pa.Table) -> tuple[pa.Table, pa.Table]:
    """The articles that nobody took back, and those that somebody did as rejects.

    Args:
        articles: schema `articles`.
        retractions: schema `retractions`.

    Returns:
        The articles that stay, and a table of schema `rejects` that says of the others who took them back.
    """
    origins = find_retractions(retractions, articles)
    stays = pa.array([origin is None for origin in origins], pa.bool_())
    rejects = [
        {"source": row["source"], "location": row["url"] or row["article_id"], "reason": f"it was retracted: {origin}"}
        for row, origin in zip(articles.select(["source", "url", "article_id"]).to_pylist(), origins, strict=True)
        if origin is not None
    ]
    return articles.filter(stays), schemas.build_table("rejects", rejects)


def find_retractions(retractions: pa.Table, articles: pa.Table) -> list[str | None]:
    """Who took back each article: the origin of the retraction, None where there is none.

    Args:
        retractions: table `retractions`.
        articles: columns `article_id`, `url` and `canonical_url`.
    """
    said = dict(zip(retractions["article"].to_pylist(), retractions["origin"].to_pylist(), strict=True))
    said |= {normalise_reference(name): origin for name, origin in said.items()}
    if not said:
        return [None] * articles.num_rows
    names = articles.select(["article_id", "url", "canonical_url"]).to_pylist()
    return [
        next(
            (
                said[spelt]
                for name in row.values()
                if name
                for spelt in (name, normalise_reference(name))
                if spelt in said
            ),
            None,
        )
        for row in names
    ]
