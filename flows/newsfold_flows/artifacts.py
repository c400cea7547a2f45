"""Artifacts on a run's page in Prefect: the top stories, a report of the run, a link to the digest."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa
from prefect.artifacts import create_link_artifact, create_markdown_artifact, create_table_artifact

from newsfold.schemas import importance
from newsfold.schemas.kinds import DEFAULT_KIND

_STORIES = 20
_MAX_CHARACTERS = 300  # of one text
STORY_COLUMNS = [
    "story_id",
    "headline",
    "n_articles",
    "n_new_articles",
    "n_outlets",
    "n_independent",
    "status",
    "kind",
    "importance",
    "thread_id",
    "thread_importance",
]
_MARKDOWN_SIGNS = re.compile(r"([\\|*_`\[\]~])")
_FINE = ("ok", "unchanged")  # statuses of sources that need no attention
_SOURCE_COLUMNS = {
    "n_read": "read",
    "n_kept": "kept",
    "n_repeated": "repeated",
    "n_too_old": "too old",
    "n_rejected": "rejected",
    "seconds": "seconds on the web",
}


def create_artifacts(
    manifest: Mapping[str, Any], stories: pa.Table, before: Mapping[str, Any] | None, digest_url: str | None = None
) -> None:
    """Attach an edition's artifacts to the running task.

    Args:
        manifest: the edition's manifest.
        stories: its table `stories`, with the columns `STORY_COLUMNS`.
        before: the manifest of the edition before it, if there is one.
        digest_url: the address of digests, with `{edition_date}` in place of the date.
    """
    rows = rank_threads(stories)
    description = (
        f"Edition {manifest['edition_date']}: the leading stories of the first {len(rows)} threads; "
        f"{stories.num_rows:,} stories in all."
    )
    create_table_artifact(rows, "top-stories", description)
    create_markdown_artifact(
        format_run_report(manifest, before), "run-report", f"Edition {manifest['edition_date']}: {manifest['status']}"
    )
    if digest_url and manifest["status"] != "held":
        address = digest_url.replace("{edition_date}", manifest["edition_date"])
        create_link_artifact(address, f"Digest of {manifest['edition_date']}", "digest", "The edition as a page.")


def rank_threads(stories: pa.Table, limit: int = _STORIES) -> list[dict[str, Any]]:
    """Return the leading stories of the most important threads, news first, a row each, under short column names.

    Args:
        stories: table `stories`, with the columns `STORY_COLUMNS`.
        limit: how many, at most.
    """
    return [
        {
            "headline": row["headline"][:_MAX_CHARACTERS],
            "articles": row["n_articles"],
            "new": row["n_new_articles"],
            "outlets": row["n_outlets"],
            "independent": row["n_independent"],
            "status": row["status"],
            "kind": row["kind"] or DEFAULT_KIND,
            "story": row["story_id"],
        }
        for row in importance.select_leads(importance.rank_stories(stories)).slice(0, limit).to_pylist()
    ]


def format_run_report(manifest: Mapping[str, Any], before: Mapping[str, Any] | None) -> str:
    """Return a run's report in Markdown: sources, and quality figures and seconds by stage beside the edition before.

    Args:
        manifest: the edition's manifest.
        before: the manifest of the edition before it, if there is one.
    """
    window, gate = manifest["window"], manifest.get("gate", {})
    sources = sorted(manifest["sources"], key=lambda source: (source["status"] in _FINE, source["source"]))
    source_rows = [
        [source["source"], source["status"], *(_format_value(source.get(key)) for key in _SOURCE_COLUMNS)]
        for source in sources
    ]
    errors = (f"- **{_escape(source['source'])}:** {_escape(source['error'])}" for source in sources if source["error"])
    head = ("", manifest["edition_date"], before["edition_date"] if before else "no edition before")
    earlier = before or {"quality": {}, "stage_seconds": {}}
    return "\n\n".join(
        [
            f"# Edition {manifest['edition_date']}: {manifest['status']}",
            f"Articles of {window['from']} to {window['to']}; run `{manifest['run_id']}`.",
            *(f"**The gate:** {_escape(problem)}" for problem in gate.get("problems", ())),
            "## Sources",
            _format_table(("source", "status", *_SOURCE_COLUMNS.values()), source_rows),
            "\n".join(errors),
            "## Quality",
            _format_table(head, _compare(manifest["quality"], earlier["quality"])),
            "## Seconds by stage",
            _format_table(head, _compare(manifest["stage_seconds"], earlier["stage_seconds"])),
        ]
    )


def _compare(now: Mapping[str, Any], before: Mapping[str, Any]) -> list[list[str]]:
    names = dict.fromkeys([*now, *before])
    return [[name.replace("_", " "), _format_value(now.get(name)), _format_value(before.get(name))] for name in names]


def _format_value(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {_format_value(part)}" for name, part in value.items())
    return f"{value:,.4g}" if isinstance(value, float) and value < 1000 else f"{value:,}"


def _format_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(_escape, line))} |" for line in lines)


def _escape(text: str) -> str:
    """Return a text on one line that means nothing in Markdown or HTML: some texts come from the web."""
    line = " ".join(text.split())[:_MAX_CHARACTERS]
    return _MARKDOWN_SIGNS.sub(r"\\\1", html.escape(line, quote=False))
