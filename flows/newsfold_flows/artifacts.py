"""Artifacts on a run's page in Prefect: the top stories, a report of the run, a link to the digest."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

import pyarrow as pa
import pyarrow.compute as pc
from prefect.artifacts import create_link_artifact, create_markdown_artifact, create_table_artifact
from rich.cells import cell_len, set_cell_size

from newsfold.sanitize import sanitize_link
from newsfold.schemas import importance
from newsfold.schemas.kinds import DEFAULT_KIND

_STORIES = 20
_MAX_CHARACTERS = 300  # of one text
_HEADLINE_CELLS, _SOURCE_CELLS = 66, 40  # columns of a terminal: tables on Prefect's pages do not wrap
COLUMNS = {
    "stories": [
        "story_id",
        "headline",
        "n_articles",
        "n_new_articles",
        "n_outlets",
        "representative_article_id",
        "kind",
        "importance",
        "thread_id",
        "thread_importance",
    ],
    "story_articles": ["article_id", "url"],
}
_MARKDOWN_SIGNS = re.compile(r"([\\|*_`\[\]~])")
_SAFE_IN_LINKS = "%/:?#@!$&'*+,;=~"  # not the brackets that end a link in Markdown
_FINE = ("ok", "unchanged")  # statuses of sources that need no attention
_BARE_LINKS = re.compile(r"(?<=\bwww)\.|:(?=//)", re.IGNORECASE)  # of which a page would make links
_SOURCE_COLUMNS = {"n_read": "read", "n_kept": "kept"}
_OPTIONAL_SOURCE_COLUMNS = {  # shown if any source has some; seconds are those on the web
    "n_repeated": "repeated",
    "n_too_old": "too old",
    "n_rejected": "rejected",
    "seconds": "seconds",
}


def create_artifacts(
    manifest: Mapping[str, Any],
    tables: Mapping[str, pa.Table],
    before: Mapping[str, Any] | None,
    digest_url: str | None = None,
) -> None:
    """Attach an edition's artifacts to the running task.

    Args:
        manifest: the edition's manifest.
        tables: its tables, with the columns `COLUMNS`.
        before: the manifest of the edition before it, if there is one.
        digest_url: the address of digests, with `{edition_date}` in place of the date.
    """
    page = None
    if digest_url and manifest["status"] != "held":
        page = digest_url.replace("{edition_date}", manifest["edition_date"])
    rows = list_top_stories(tables, page)
    description = (
        f"Edition {manifest['edition_date']}: the leading stories of the first {len(rows)} threads; "
        f"{tables['stories'].num_rows:,} stories in all. One of them: `newsfold show STORY`."
    )
    create_table_artifact(rows, "top-stories", description)
    create_markdown_artifact(
        format_run_report(manifest, before), "run-report", f"Edition {manifest['edition_date']}: {manifest['status']}"
    )
    if page:
        create_link_artifact(page, f"Digest of {manifest['edition_date']}", "digest", "The edition as a page.")


def list_top_stories(
    tables: Mapping[str, pa.Table], page: str | None = None, limit: int = _STORIES
) -> list[dict[str, Any]]:
    """Return the leading stories of the most important threads, news first, a row each, in Markdown.

    Args:
        tables: an edition's tables, with the columns `COLUMNS`.
        page: the address of the edition's digest, to which headlines lead; None: to the representative articles.
        limit: how many, at most.
    """
    leads = importance.select_leads(importance.rank_stories(tables["stories"])).slice(0, limit)
    articles = tables["story_articles"]
    articles = articles.filter(pc.is_in(articles["article_id"], leads["representative_article_id"].combine_chunks()))
    addresses = dict(zip(*(articles[name].to_pylist() for name in ("article_id", "url")), strict=True))
    return [
        {
            "story": _format_story(
                row, f"{page}#{row['story_id']}" if page else addresses.get(row["representative_article_id"])
            ),
            "articles": row["n_articles"],
            "new": row["n_new_articles"],
            "outlets": row["n_outlets"],
        }
        for row in leads.to_pylist()
    ]


def _format_story(row: Mapping[str, Any], address: str | None) -> str:
    """Return a story's headline, as a link if there is an address, and its id on a line of its own."""
    headline = _escape(_shorten(row["headline"], _HEADLINE_CELLS))
    link = sanitize_link(address)
    headline = f"[{headline}]({quote(link, safe=_SAFE_IN_LINKS)})" if link else headline
    kind = row["kind"] or DEFAULT_KIND
    return f"{headline}\n\n`{row['story_id']}`{'' if kind == DEFAULT_KIND else f' {kind}'}"


def format_run_report(manifest: Mapping[str, Any], before: Mapping[str, Any] | None) -> str:
    """Return a run's report in Markdown: sources, and quality figures and seconds by stage beside the edition before.

    Args:
        manifest: the edition's manifest.
        before: the manifest of the edition before it, if there is one.
    """
    window, gate = manifest["window"], manifest.get("gate", {})
    sources = sorted(manifest["sources"], key=lambda source: (source["status"] in _FINE, source["source"]))
    columns = _SOURCE_COLUMNS | {
        key: name for key, name in _OPTIONAL_SOURCE_COLUMNS.items() if any(source.get(key) for source in sources)
    }
    source_rows = [
        [
            _shorten(source["source"], _SOURCE_CELLS),
            source["status"],
            *(_format_value(source.get(key)) for key in columns),
        ]
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
            _format_table(("source", "status", *columns.values()), source_rows),
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


def _shorten(text: str, max_cells: int) -> str:
    line = " ".join(text.split())
    return line if cell_len(line) <= max_cells else f"{set_cell_size(line, max_cells - 1).rstrip()}…"


def _escape(text: str) -> str:
    """Return a text on one line that means nothing in Markdown or HTML: some texts come from the web."""
    line = " ".join(text.split())[:_MAX_CHARACTERS]
    escaped = _MARKDOWN_SIGNS.sub(r"\\\1", html.escape(line, quote=False))
    return _BARE_LINKS.sub(lambda sign: f"&#{ord(sign[0])};", escaped)
