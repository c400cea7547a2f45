"""Invented editions for the tests of the digest: a few columns of a story and its articles, the rest plain."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from newsfold import schemas
from tests import editions

NIGHT = date(2024, 3, 9)
NOON = datetime(2024, 3, 9, 12, tzinfo=UTC)

# What a hostile or broken feed may call an article.
HOSTILE = {
    "script": "<script>document.title = 'owned'</script><img src=x onerror=\"document.title='owned'\">",
    "attribute": "\" onmouseover=\"document.title='owned'\" x=\"' autofocus onfocus='document.title=1",
    "template": "{{ 7 * 7 }} {% raw %} ${7*7} </style></script><!-- --> &lt;b&gt;",
    "direction": "Ferry \u202eknis\u202c \u2067sunk \u200foff Lomo",
    "arabic": "غرق عبّارة قبالة الجزيرة: 214 على متنها",
    "long": "Ferry " * 334,
    "unbroken": "F" * 2000,
    "emoji": "🛳️🌊👩‍👩‍👧‍👦🏳️‍🌈 ferry 𝕱𝖊𝖗𝖗𝖞 Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘",
    "control": "Ferry\x00 sinks\x1b[31m\x07 off\x08 Lomo",
}
BAD_LINKS = (
    "javascript:document.title='owned'",
    "JaVaScRiPt:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "file:///etc/passwd",
    "//example.org/no-scheme",
    "https://",
    'https://example.org/"onmouseover="alert(1)',
    "https://example.org/\nSet-Cookie: a",
    "vbscript:x",
    "http://[bad",
)


def article(story: str, number: int, **known: Any) -> dict[str, Any]:
    """A row of story_articles."""
    id_ = f"{story}-{number}"
    return {
        "edition_date": NIGHT,
        "story_id": story,
        "article_id": id_,
        "copy_group_id": id_,
        "role": "member" if number else "representative",
        "similarity": 0.8,
        "why": ["names: Lomo", "close in meaning (0.80)"],
        "outlet": f"Outlet {number}",
        "title": f"Ferry sinks off Lomo, report {number}",
        "url": f"https://outlet{number}.example/{story}",
        "published_at": NOON - timedelta(hours=5 * number),
    } | known


def story(id_: str, members: Sequence[dict[str, Any]], **known: Any) -> dict[str, Any]:
    """A row of stories with these articles."""
    first = members[0]
    quoted = {"text": "It sank at dawn.", **{key: first[key] for key in ("article_id", "outlet", "url")}}
    return {
        "edition_date": NIGHT,
        "story_id": id_,
        "headline": first["title"],
        "summary": "It sank at dawn.",
        "summary_sentences": [quoted],
        "representative_article_id": first["article_id"],
        "n_articles": len(members),
        "n_outlets": len({row["outlet"] for row in members}),
        "n_independent": len({row["copy_group_id"] for row in members}),
        "languages": ["en"],
        "keywords": ["ferry"],
        "entities": ["Lomo"],
        "importance": float(len(members)),
        "cohesion": 0.8,
        "status": "new",
        "n_new_articles": len(members),
        "what_is_new": [],
        "summary_by": "extractive",
        "summary_doubts": [],
        "timeline": [],
    } | known


def publish(folder: Path, told: Sequence[tuple[dict[str, Any], Sequence[dict[str, Any]]]], on: date = NIGHT) -> Path:
    """A store with one edition of these stories and their articles."""
    dated = {"edition_date": on}
    tables = {
        "stories": schemas.build_table("stories", [row | dated for row, _ in told]).sort_by("story_id"),
        "story_articles": schemas.build_table("story_articles", [row | dated for _, rows in told for row in rows]),
    }
    editions.publish(folder, on, tables)
    return folder


def hostile(folder: Path) -> Path:
    """A store in which every text and link from outside is hostile."""
    told = []
    for number, (name, text) in enumerate(HOSTILE.items()):
        link = BAD_LINKS[number % len(BAD_LINKS)]
        members = [article(name, at, title=text, outlet=f"{text[:80]} {at}", url=link, why=[text]) for at in range(3)]
        said = [{"text": text, "article_id": f"{name}-0", "outlet": text, "url": link}]
        row = story(name, members, summary=text, summary_sentences=said, what_is_new=said, status="updated")
        row |= {"languages": ['en" onload="x'], "first_outlet": text, "keywords": [text]}
        told.append((row, members))
        alone = [article(f"single-{name}", 0, title=text, outlet=text, url=link)]
        told.append((story(f"single-{name}", alone, summary=f"{text} again"), alone))
    return publish(folder, told)
