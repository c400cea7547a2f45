"""The digest: one self-contained HTML page per edition, readable without a network, a server or a script."""

from __future__ import annotations

import base64
import functools
import hashlib
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from newsfold.digest import sparkline
from newsfold.digest.edition import Digest, Told
from newsfold.sanitize import sanitize_language, sanitize_line, sanitize_link
from newsfold.schemas.importance import IMPORTANCE_PARTS

MOST = 2_000
STATUSES = ("new", "updated", "unchanged")
_TEMPLATES = Path(__file__).parent / "templates"
_LONGEST_HEADLINE, _LONGEST_TITLE, _LONGEST_SENTENCE = 240, 200, 600
_LEADS = 5  # stories set larger than the others
_RIGHT_TO_LEFT = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def page(digest: Digest, previous: str | None = None, following: str | None = None, top: int = MOST) -> str:
    """An edition as one HTML page.

    Everything from outside is escaped, control characters are taken out of it, and only http(s) addresses become
    links. The page's Content-Security-Policy (W3C CSP Level 3) allows its own style and script by their SHA-256 and
    nothing else: no other script, no request of any kind.

    Args:
        digest: the edition.
        previous: where the page of the edition before it lies, relative to this one; None where there is no such page.
        following: the same for the edition after it.
        top: how many stories at most: those of several articles first, by importance, then single reports.

    Returns:
        The page; the same for the same edition and links.
    """
    several = [told for told in digest.stories if told.row["n_articles"] > 1]
    single = [told for told in digest.stories if told.row["n_articles"] <= 1]
    several, single = several[:top], single[: max(0, top - len(several))]
    shown = [*several, *single]
    outlets = _counted(outlet for told in shown for outlet in told.outlets)
    style, script = _part("style.css"), _part("behaviour.js")
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            digest=digest,
            several=several,
            fresh=[told for told in single if told.row["status"] != "unchanged"],
            older=[told for told in single if told.row["status"] == "unchanged"],
            left_out=len(digest.stories) - len(shown),
            n_shown=len(shown),
            outlets=outlets,
            outlet_number={name: number for number, name in enumerate(outlets)},
            languages=_counted(code for told in shown for code in told.row["languages"]),
            statuses={name: sum(told.row["status"] == name for told in shown) for name in STATUSES},
            previous=previous,
            following=following,
            figures=digest.manifest.get("quality", {}),
            failed=[line for line in digest.manifest.get("sources", ()) if line["status"] in ("failed", "partial")],
            n_outlets=len({outlet for told in digest.stories for outlet in told.outlets}),
            leads=_LEADS,
            style=style,
            script=script,
            policy=f"default-src 'none'; style-src {_allowed(style)}; script-src {_allowed(script)}; "
            "base-uri 'none'; form-action 'none'",
        )
    )


def _counted(values: Iterable[str]) -> dict[str, int]:
    """How often each value occurs, by name."""
    return dict(sorted(Counter(values).items(), key=lambda item: (item[0].casefold(), item[0])))


@functools.cache
def _part(name: str) -> Markup:
    # Ours, not from outside: the page takes it as it is, and its hash is that of what stands between the tags.
    return Markup((_TEMPLATES / name).read_text(encoding="utf-8"))  # noqa: S704


def _allowed(content: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"


@functools.cache
def _environment() -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters |= {
        "count": lambda n: f"{n:,}",
        "headline": lambda text: sanitize_line(text, _LONGEST_HEADLINE),
        "title": lambda text: sanitize_line(text, _LONGEST_TITLE),
        "sentence": lambda text: sanitize_line(text, _LONGEST_SENTENCE),
        "sanitize_line": sanitize_line,
        "sanitize_link": sanitize_link,
        "sanitize_language": sanitize_language,
        "day": sparkline.day_of,
        "weekday": lambda day: _WEEKDAYS[day.weekday()],
        "moment": _moment,
        "share": lambda value: f"{value:.0%}",
    }
    made.globals |= {"coverage_bars": sparkline.bars, "coverage_words": _words, "parts_of": _parts, "brief": _brief}
    made.globals["right_to_left"] = _RIGHT_TO_LEFT
    return made


def _moment(when: datetime) -> str:
    return f"{when.day} {sparkline.MONTHS[when.month - 1][:3]}, {when:%H:%M}"


def _words(digest: Digest, told: Told) -> str:
    days = (digest.edition - digest.begins).days + 1
    return sparkline.in_words(told.coverage, digest.begins, days)


def _parts(told: Told) -> dict[str, float]:
    """What a story's importance is made of, the largest part first; empty in editions of older versions."""
    parts = {name: told.row[f"importance_{name}"] for name in IMPORTANCE_PARTS}
    known: dict[str, Any] = {name: value for name, value in parts.items() if value is not None}
    return dict(sorted(known.items(), key=lambda item: -item[1]))


def _brief(told: Told) -> str:
    """A single report's summary, unless it only says the headline again."""
    summary = sanitize_line(told.row["summary"], _LONGEST_SENTENCE)
    return (
        "" if summary.rstrip(".").casefold() == sanitize_line(told.row["headline"]).rstrip(".").casefold() else summary
    )
