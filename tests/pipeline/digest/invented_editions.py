"""Invented editions for the tests of the digest and of other readers: plain ones, and one of hostile texts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from newsfold import schemas
from tests import editions
from tests.factories import EDITION, story, story_article

# Titles that a hostile or broken feed may deliver.
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


def publish_stories(
    folder: Path, stories: Sequence[tuple[dict[str, Any], Sequence[dict[str, Any]]]], edition: date = EDITION
) -> Path:
    """Publish an edition of stories, each with its articles, and return the store."""
    dated = {"edition_date": edition}
    members = [row | dated for _, rows in stories for row in rows]
    tables = {
        "stories": schemas.build_table("stories", [row | dated for row, _ in stories]).sort_by("story_id"),
        "story_articles": schemas.build_table("story_articles", members),
    }
    editions.publish_tables(folder, edition, tables)
    return folder


def publish_hostile_stories(folder: Path) -> Path:
    """Publish an edition in which every text and link from outside is hostile."""
    stories = []
    for number, (name, text) in enumerate(HOSTILE.items()):
        hostile = {"title": text, "url": BAD_LINKS[number % len(BAD_LINKS)]}
        members = [story_article(name, at, outlet=f"{text[:80]} {at}", why=[text], **hostile) for at in range(3)]
        quotes = [{"text": text, "article_id": f"{name}-0", "outlet": text, "url": hostile["url"]}]
        row = story(name, members, summary=text, summary_sentences=quotes, what_is_new=quotes, status="updated")
        row |= {"languages": ['en" onload="x'], "first_outlet": text, "keywords": [text]}
        row |= {"previous_headline": f"was {text}"}
        row |= {"entity_mentions": [{"name": text, "type": "person", "n_articles": 1, "forms": [f"{text} 2", "x"]}]}
        stories.append((row, members))
        single = [story_article(f"single-{name}", 0, outlet=text, **hostile)]
        stories.append((story(f"single-{name}", single, summary=f"{text} again"), single))
    return publish_stories(folder, stories)
