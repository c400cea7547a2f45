"""The digest: one self-contained HTML page per edition, readable without network, server or script."""

from __future__ import annotations

import base64
import functools
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newsfold.digest.edition import Digest, DigestStory, group_mentions, group_threads
from newsfold.digest.sparkline import describe_coverage, draw_bars, format_day, format_minute
from newsfold.language_names import enumerate_languages, name_language
from newsfold.sanitize import sanitize_language, sanitize_line, sanitize_link
from newsfold.schemas.importance import IMPORTANCE_PARTS
from newsfold.schemas.kinds import KINDS, NEWS_KINDS
from newsfold.text import format_count

if TYPE_CHECKING:
    import jinja2
    from markupsafe import Markup

MAX_STORIES = 2_000
STATUSES = ("new", "updated", "unchanged")
_TEMPLATES = Path(__file__).parent / "templates"
_MAX_HEADLINE, _MAX_TITLE, _MAX_SENTENCE = 240, 200, 600  # characters
_LEADS = 5  # stories set larger than the others
_MAX_DAYS = 7  # of a thread
_MAX_MENTIONS = 6  # of one type
_MASS_NOUNS = {"live": "live coverage", "roundup": "roundups", "promo": "promotion"}  # others are called as they are
_RIGHT_TO_LEFT = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def render_page(
    digest: Digest, previous: str | None = None, following: str | None = None, top: int = MAX_STORIES
) -> str:
    """Render an edition as one HTML page: the same for the same edition and links.

    Text from outside is escaped and loses its control characters, and only http(s) addresses become links. The page's
    Content-Security-Policy (W3C CSP Level 3) allows its own style and script by their SHA-256 and nothing else: no
    other script, no request of any kind.

    Args:
        digest: the edition.
        previous: the address of the previous edition's page, relative to this one; None if there is none.
        following: the address of the following edition's page, likewise.
        top: the most stories to show: news and analysis of several articles, and threads, first, by importance, then
            single reports, then stories of other kinds.
    """
    # A stable sort: within each of the four groups, the digest's order; a thread is where its first story is.
    by_group = sorted(
        group_threads(digest.stories),
        key=lambda block: (not block[0].is_news, len(block) == 1 and block[0].row["n_articles"] <= 1),
    )
    shown = [story for block in by_group for story in block][:top]
    blocks = group_threads(shown)
    # A thread of several stories is one block, whatever their kinds and sizes, if its first one is news.
    ranked = [block for block in blocks if block[0].is_news and (len(block) > 1 or block[0].row["n_articles"] > 1)]
    in_blocks = {story.row["story_id"] for block in ranked for story in block}
    rest = [story for story in shown if story.row["story_id"] not in in_blocks]
    single = [story for story in rest if story.is_news]
    other = [story for story in rest if not story.is_news]
    kind_counts = Counter(story.kind for story in shown)
    kinds = {kind: kind_counts[kind] for kind in dict.fromkeys([*KINDS, *kind_counts]) if kind_counts[kind]}
    outlets = _count_values(outlet for story in shown for outlet in story.outlets)
    style, script = _read_part("style.css"), _read_part("behaviour.js")
    return (
        _create_environment()
        .get_template("page.html.j2")
        .render(
            digest=digest,
            ranked=ranked,
            single_tonight=[story for story in single if story.row["status"] != "unchanged"],
            single_earlier=[story for story in single if story.row["status"] == "unchanged"],
            other_several=[story for story in other if story.row["n_articles"] > 1],
            other_single=[story for story in other if story.row["n_articles"] <= 1],
            other_kinds={kind: n for kind, n in Counter(kinds).most_common() if kind not in NEWS_KINDS},
            kinds=kinds,
            left_out=len(digest.stories) - len(shown),
            n_shown=len(shown),
            outlets=outlets,
            outlet_number={name: number for number, name in enumerate(outlets)},
            languages=_count_values(code for story in shown for code in story.row["languages"]),
            statuses={status: sum(story.row["status"] == status for story in shown) for status in STATUSES},
            previous=previous,
            following=following,
            metrics=digest.manifest.get("quality", {}),
            incomplete_sources=[
                source
                for source in digest.manifest.get("sources", ())
                if source["status"] in ("failed", "partial") or (source["status"] == "empty" and source["error"])
            ],
            n_outlets=len({outlet for story in digest.stories for outlet in story.outlets}),
            leads=_LEADS,
            max_days=_MAX_DAYS,
            style=style,
            script=script,
            policy=f"default-src 'none'; style-src {_hash_source(style)}; script-src {_hash_source(script)}; "
            "base-uri 'none'; form-action 'none'",
        )
    )


def _count_values(values: Iterable[str]) -> dict[str, int]:
    """Return the number of times each value occurs, sorted by value."""
    return dict(sorted(Counter(values).items(), key=lambda item: (item[0].casefold(), item[0])))


@functools.cache
def _read_part(name: str) -> Markup:
    from markupsafe import Markup

    # The page takes our own style and script unescaped: their hash is that of the text between the tags.
    return Markup((_TEMPLATES / name).read_text(encoding="utf-8"))  # noqa: S704 - a file of ours # nosec


def _hash_source(content: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"


@functools.cache
def _create_environment() -> jinja2.Environment:
    import jinja2  # here: only pages need it, not lists at the terminal

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "thousands": lambda n: f"{n:,}",
        "counted": lambda n, singular, plural: f"{n:,} {singular if n == 1 else plural}",
        "headline": lambda text: sanitize_line(text, _MAX_HEADLINE),
        "title": lambda text: sanitize_line(text, _MAX_TITLE),
        "sentence": lambda text: sanitize_line(text, _MAX_SENTENCE),
        "sanitize_line": sanitize_line,
        "sanitize_link": sanitize_link,
        "sanitize_language": sanitize_language,
        "language_name": name_language,
        "day": _in_edition(format_day),
        "weekday": lambda day: _WEEKDAYS[day.weekday()],
        "minute": _in_edition(format_minute),
        "percent": lambda share: f"{share:.0%}",
    }
    environment.globals |= {
        "draw_bars": draw_bars,
        "describe_coverage": _describe_coverage,
        "importance_parts": _importance_parts,
        "enumerate_languages": enumerate_languages,
        "summarise_brief": _summarise_brief,
        "title_of_kinds": _title_of_kinds,
        "describe_mention": _describe_mention,
        "group_mentions": group_mentions,
        "max_mentions": _MAX_MENTIONS,
        "right_to_left": _RIGHT_TO_LEFT,
    }
    return environment


def _in_edition(format_time: Callable[[Any, date], str]) -> Callable[..., str]:
    """Return a filter that formats a day or time as the page of the template's `digest` does."""
    import jinja2

    @jinja2.pass_context
    def format_in_edition(context: jinja2.runtime.Context, value: date) -> str:
        return format_time(value, context["digest"].edition)

    return format_in_edition


def _describe_coverage(digest: Digest, story: DigestStory) -> str:
    n_days = (digest.edition - digest.window_start).days + 1
    return describe_coverage(story.coverage, digest.window_start, n_days)


def _importance_parts(story: DigestStory) -> dict[str, float]:
    """Return the parts of a story's importance, the largest first; empty in editions of older versions."""
    parts = {name: story.row[f"importance_{name}"] for name in IMPORTANCE_PARTS}
    known: dict[str, Any] = {name: value for name, value in parts.items() if value is not None}
    return dict(sorted(known.items(), key=lambda item: -item[1]))


def _summarise_brief(story: DigestStory) -> str:
    """Return a single report's summary, or nothing if it only repeats the headline."""
    summary = sanitize_line(story.row["summary"], _MAX_SENTENCE)
    headline = sanitize_line(story.row["headline"])
    return "" if summary.rstrip(".").casefold() == headline.rstrip(".").casefold() else summary


def _title_of_kinds(kinds: Iterable[str]) -> str:
    """Return the heading of stories of these kinds, the most frequent first: `Opinion, service and more`."""
    names = [_MASS_NOUNS.get(kind, kind) for kind in kinds]
    title = f"{names[0]}, {names[1]} and more" if len(names) > 2 else " and ".join(names)
    return title[:1].upper() + title[1:]


def _describe_mention(mention: Mapping[str, Any]) -> str:
    """Return what a name's tooltip says: its other forms, and the number of articles."""
    forms = [sanitize_line(form, _MAX_TITLE) for form in mention["forms"] if form != mention["name"]]
    also = f"also {', '.join(forms)}; " if forms else ""
    return f"{also}in {format_count(mention['n_articles'], 'article')}"
