"""What a run's page in Prefect shows: the top stories, a report of the run, a link to the digest."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa
from prefect.artifacts import create_link_artifact, create_markdown_artifact, create_table_artifact

_STORIES = 20
_LONGEST = 300  # characters of one text
SHOWN = ["story_id", "headline", "n_articles", "n_new_articles", "n_outlets", "n_independent", "status", "importance"]
_SIGNS = re.compile(r"([\\|*_`\[\]~])")
_WELL = ("ok", "unchanged")
_COUNTED = ("n_read", "n_kept", "n_rejected", "seconds")


def show(
    manifest: Mapping[str, Any], stories: pa.Table, before: Mapping[str, Any] | None, digest_url: str | None = None
) -> None:
    """Attach an edition's artifacts to the running task.

    Args:
        manifest: the edition's.
        stories: its table `stories`; the columns `SHOWN`.
        before: the manifest of the edition before it, if there is one.
        digest_url: where digests can be read, `{edition_date}` standing for the edition.
    """
    top = top_stories(stories)
    what = f"Edition {manifest['edition_date']}: the first {len(top)} of {stories.num_rows:,} stories."
    create_table_artifact(top, "top-stories", what)
    create_markdown_artifact(
        run_report(manifest, before), "run-report", f"Edition {manifest['edition_date']}: {manifest['status']}"
    )
    if digest_url and manifest["status"] != "held":
        address = digest_url.replace("{edition_date}", manifest["edition_date"])
        create_link_artifact(address, f"Digest of {manifest['edition_date']}", "digest", "The edition as a page.")


def top_stories(stories: pa.Table, most: int = _STORIES) -> list[dict[str, Any]]:
    """The most important stories, a row each, in words that suit a page; columns `SHOWN` of `stories`."""
    ranked = stories.sort_by([("importance", "descending"), ("story_id", "ascending")]).slice(0, most)
    return [
        {
            "headline": row["headline"][:_LONGEST],
            "articles": row["n_articles"],
            "new": row["n_new_articles"],
            "outlets": row["n_outlets"],
            "independent": row["n_independent"],
            "status": row["status"],
            "story": row["story_id"],
        }
        for row in ranked.to_pylist()
    ]


def run_report(manifest: Mapping[str, Any], before: Mapping[str, Any] | None) -> str:
    """A run in Markdown: its sources, its quality figures and its stages' seconds against the edition before."""
    window, gate = manifest["window"], manifest.get("gate", {})
    ailing_first = sorted(manifest["sources"], key=lambda line: (line["status"] in _WELL, line["source"]))
    named = ("source", "status", "read", "kept", "rejected", "seconds on the web")
    sources = [[line["source"], line["status"], *(_told(line[key]) for key in _COUNTED)] for line in ailing_first]
    days = (manifest["edition_date"], before["edition_date"] if before else "no edition before")
    was = before or {"quality": {}, "stage_seconds": {}}
    return "\n\n".join(
        [
            f"# Edition {manifest['edition_date']}: {manifest['status']}",
            f"Articles of {window['from']} to {window['to']}; run `{manifest['run_id']}`.",
            *(f"**The gate:** {_plain(problem)}" for problem in gate.get("problems", ())),
            "## Sources",
            _table(named, sources),
            "\n".join(f"- **{_plain(one['source'])}:** {_plain(one['error'])}" for one in ailing_first if one["error"]),
            "## Quality",
            _table(("", *days), _beside(manifest["quality"], was["quality"])),
            "## Seconds by stage",
            _table(("", *days), _beside(manifest["stage_seconds"], was["stage_seconds"])),
        ]
    )


def _beside(now: Mapping[str, Any], before: Mapping[str, Any]) -> list[list[str]]:
    names = dict.fromkeys([*now, *before])
    return [[name.replace("_", " "), _told(now.get(name)), _told(before.get(name))] for name in names]


def _told(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {_told(one)}" for name, one in value.items())
    return f"{value:,.4g}" if isinstance(value, float) and value < 1000 else f"{value:,}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(_plain, line))} |" for line in lines)


def _plain(text: str) -> str:
    """Text on one line that means nothing in Markdown or HTML: some of it comes from the web."""
    return _SIGNS.sub(r"\\\1", html.escape(" ".join(text.split())[:_LONGEST], quote=False))
