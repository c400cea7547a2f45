"""What `newsfold.cluster` returns, and how notebooks show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

import pyarrow as pa

from newsfold import sources
from newsfold.sanitize import sanitize_line
from newsfold.schemas.importance import rank_stories, select_leads
from newsfold.text import format_count

_STORIES_SHOWN = 10
_ASSIGNED = ("article_id", "story_id", "copy_group_id", "role")  # columns that `rows` has of each row's article


@dataclass(frozen=True, repr=False)
class ClusterResult:
    """The tables that `cluster` returns, in the published schemas; unusable input is in `sources`.

    Attributes:
        rows: every row that was given, in its order and with all its columns, and `article_id`, `story_id`,
            `copy_group_id` and `role` of its article; null if it is none. Columns of these names that the rows have
            already begin with `given_` here.
        ignored_columns: columns that were given and that nothing reads.
    """

    stories: pa.Table
    threads: pa.Table
    story_articles: pa.Table
    articles: pa.Table
    edges: pa.Table
    sources: pa.Table
    label_outcomes: pa.Table
    rows: pa.Table
    ignored_columns: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Return the counts, on one line."""
        return f"<ClusterResult: {self._describe()}>"

    def _repr_html_(self) -> str:
        leads = select_leads(rank_stories(self.stories)).slice(0, _STORIES_SHOWN).to_pylist()
        body = "".join(
            f"<tr><td>{row['n_articles']:,}</td><td>{row['n_outlets']:,}</td><td style='text-align:left'>"
            f"{escape(sanitize_line(row['headline']))}</td><td><code>{escape(row['story_id'])}</code></td></tr>"
            for row in leads
        )
        notes = [self._describe()]
        if self.ignored_columns:
            notes.append(sources.describe_ignored_columns(self.ignored_columns))
        head = "<tr><th>articles</th><th>outlets</th><th style='text-align:left'>headline</th><th>story</th></tr>"
        paragraphs = "".join(f"<p>{escape(note)}</p>" for note in notes)
        return f"{paragraphs}<table><thead>{head}</thead><tbody>{body}</tbody></table>"

    def _describe(self) -> str:
        stories = self.stories
        several = sum(n > 1 for n in stories["n_articles"].to_pylist())
        return (
            f"{format_count(self.rows.num_rows, 'row')}, {format_count(self.story_articles.num_rows, 'article')} in "
            f"{format_count(stories.num_rows, 'story')}, {several:,} of them with several articles."
        )


def assign_rows(rows: pa.Table, ids: pa.ChunkedArray, tables: Mapping[str, pa.Table]) -> pa.Table:
    """Return the given rows with the story of each.

    Args:
        rows: the rows.
        ids: the id of each row's document.
        tables: table `story_articles`.
    """
    members = {row["article_id"]: row for row in tables["story_articles"].select(list(_ASSIGNED)).to_pylist()}
    names = [f"given_{name}" if name in _ASSIGNED else name for name in rows.schema.names]
    rows = rows.rename_columns(names)
    found = [members.get(name, {}) for name in ids.to_pylist()]
    for name in _ASSIGNED:
        rows = rows.append_column(name, pa.array([row.get(name) for row in found], pa.string()))
    return rows
