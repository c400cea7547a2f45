"""What a run's page in Prefect shows: the top stories, a report of the run, a link to the digest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa
from prefect.artifacts import create_markdown_artifact, create_table_artifact

_STORIES = 20
_CELL = 160  # characters of a text in a table
_WELL = ("ok", "unchanged")
_COUNTED = ("n_read", "n_kept", "n_rejected", "seconds")


def show(manifest: Mapping[str, Any], stories: pa.Table, before: Mapping[str, Any] | None) -> None:
    """Attach an edition's artifacts to the running task.

    Args:
        manifest: the edition's.
        stories: its table `stories`.
        before: the manifest of the edition before it, if there is one.
    """
    top = top_stories(stories)
    what = f"Edition {manifest['edition_date']}: the first {len(top)} of {stories.num_rows:,} stories."
    create_table_artifact(top, "top-stories", what)
    create_markdown_artifact(run_report(manifest, before), "run-report", f"Edition {manifest['edition_date']}")


def top_stories(stories: pa.Table, most: int = _STORIES) -> list[dict[str, Any]]:
    """The most important stories, a row each, in words that suit a page."""
    ranked = stories.sort_by([("importance", "descending"), ("story_id", "ascending")]).slice(0, most)
    return [
        {
            "headline": row["headline"][:_CELL],
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
    head = [
        f"# Edition {manifest['edition_date']}: {manifest['status']}",
        f"Articles of {window['from']} to {window['to']}; run `{manifest['run_id']}`.",
        *(f"**The gate:** {_cell(problem)}" for problem in gate.get("problems", ())),
    ]
    ailing_first = sorted(manifest["sources"], key=lambda line: (line["status"] in _WELL, line["source"]))
    sources = [
        [line["source"], line["status"], *map(_number, (line[key] for key in _COUNTED)), line["error"] or ""]
        for line in ailing_first
    ]
    named = ("source", "status", "read", "kept", "rejected", "seconds on the web", "first problem")
    days = (manifest["edition_date"], before["edition_date"] if before else "no edition before")
    return "\n\n".join(
        [
            *head,
            "## Sources",
            _table(named, sources),
            "## Quality",
            _table(("", *days), _beside(_flat(manifest["quality"]), _flat(before["quality"]) if before else {})),
            "## Seconds by stage",
            _table(("", *days), _beside(manifest["stage_seconds"], before["stage_seconds"] if before else {})),
        ]
    )


def _flat(figures: Mapping[str, Any]) -> dict[str, Any]:
    """Figures with those inside them, by name in words."""
    flat: dict[str, Any] = {}
    for name, value in figures.items():
        words = name.replace("_", " ")
        flat |= {f"{words}: {key}": one for key, one in value.items()} if isinstance(value, Mapping) else {words: value}
    return flat


def _beside(now: Mapping[str, Any], before: Mapping[str, Any]) -> list[list[str]]:
    return [[name, _number(now.get(name)), _number(before.get(name))] for name in dict.fromkeys([*now, *before])]


def _number(value: Any) -> str:
    if value is None:
        return "–"
    return f"{value:,.4g}" if isinstance(value, float) and value < 1000 else f"{value:,}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


def _cell(text: str) -> str:
    """Text that stays in its cell and means nothing in Markdown or HTML."""
    plain = " ".join(text.split())[:_CELL]
    for sign in "\\|*_`[]":
        plain = plain.replace(sign, f"\\{sign}")
    return plain.replace("&", "&amp;").replace("<", "&lt;")
