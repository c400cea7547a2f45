"""Syndication over the editions of a store."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from newsfold import publishers, schemas
from newsfold.copies.stage import collapse_copies
from newsfold.errors import EditionNotFound
from newsfold.queries.syndication import SyndicationReport, analyse_syndication
from newsfold.settings import Settings
from tests.factories import NOON, article, prose
from tests.pipeline.store.small_editions import FIRST, SECOND, edition_tables, publish_tables

SETTINGS = Settings(families={"Tidewater": ["Courier", "Tribune"]})


def publish_articles(
    place: Path, edition: date, rows: list[dict[str, Any]], earlier: Sequence[dict[str, Any]] = ()
) -> None:
    known = publishers.load_publishers(SETTINGS)
    named = [row | {"publisher_family": known.family(row["outlet"])} for row in [*earlier, *rows]]
    window = schemas.build_table("articles", named)
    tables = edition_tables(edition) | {
        "articles": window.slice(len(earlier)),
        "copies": collapse_copies(window, SETTINGS),
    }
    publish_tables(place, edition, tables=tables)


def analyse_rows(*rows: dict[str, Any], place: Path) -> SyndicationReport:
    publish_articles(place, FIRST, list(rows))
    return analyse_syndication(place, SETTINGS)


def reprint(text: int, *outlets: str, **known: Any) -> list[dict[str, Any]]:
    """Return the articles of one text in several outlets, an hour apart."""
    return [
        article(
            f"{text}-{at}-{outlet}",
            f"Report {text} by {outlet}",
            body=prose(text, 90),
            outlet=outlet,
            published_at=NOON + timedelta(hours=at),
            **known,
        )
        for at, outlet in enumerate(outlets)
    ]


def test_the_exchange_counts_the_texts_of_each_source_that_each_outlet_prints(tmp_path: Path) -> None:
    found = analyse_rows(
        *reprint(1, "Post", "Echo", "Sentinel"), *reprint(2, "Post", "Echo"), *reprint(3, "Echo"), place=tmp_path
    )
    assert found.exchange == {("Post", "Echo"): 2, ("Post", "Sentinel"): 1}
    assert [len(text.copies) for text in found.texts] == [2, 1, 0]
    assert found.texts[0].reason == "published first"


def test_an_agency_is_the_source_of_texts_that_credit_it_without_an_article_of_its_own(tmp_path: Path) -> None:
    credited = [*reprint(1, "Post", "Echo", agency="AP"), *reprint(2, "Post", agency="AP")]
    own = reprint(3, "Associated Press", "Echo")
    found = analyse_rows(*credited, *own, place=tmp_path)
    assert found.exchange == {("AP", "Echo"): 2, ("AP", "Post"): 2}


def test_an_outlets_second_version_of_its_own_text_is_not_a_copy(tmp_path: Path) -> None:
    first, second = reprint(1, "Post", "Post")
    assert analyse_rows(first, second | {"article_id": "second"}, place=tmp_path).exchange == {}


def test_a_text_of_two_editions_counts_once_as_the_latest_has_it(tmp_path: Path) -> None:
    early, late = reprint(1, "Post", "Echo")
    publish_articles(tmp_path, FIRST, [early])
    publish_articles(tmp_path, SECOND, [late], earlier=[early])
    found = analyse_syndication(tmp_path, SETTINGS)
    assert (found.first, found.last, len(found.texts)) == (FIRST, SECOND, 1)
    assert found.exchange == {("Post", "Echo"): 1}
    assert analyse_syndication(tmp_path, SETTINGS, last=FIRST).exchange == {}


def test_outlets_that_share_their_texts_without_a_credit_may_be_a_family(tmp_path: Path) -> None:
    shared = [row for text in range(6) for row in reprint(text, "North", "South", "West")]
    own = [row for text in range(10, 20) for row in reprint(text, "North")]
    credited = [row for text in range(20, 30) for row in reprint(text, "Blog", syndicated_from="North")]
    wired = [row for text in range(30, 40) for row in reprint(text, "North", "Echo", agency="AP")]
    (candidate,) = analyse_rows(*shared, *own, *credited, *wired, place=tmp_path).family_candidates
    assert candidate.outlets == ["North", "South", "West"]
    assert candidate.pairs["North", "South"] == (6, 1.0)
    assert candidate.family is None


def test_a_known_family_is_not_suggested_but_a_new_outlet_of_it_is(tmp_path: Path) -> None:
    known = [row for text in range(6) for row in reprint(text, "Courier", "Tribune")]
    assert analyse_rows(*known, place=tmp_path / "known").family_candidates == []
    newcomer = [row for text in range(6) for row in reprint(text, "Courier", "Tribune", "Beacon")]
    (candidate,) = analyse_rows(*newcomer, place=tmp_path / "new").family_candidates
    assert candidate.outlets == ["Beacon", "Courier", "Tribune"]
    assert set(candidate.pairs) == {("Beacon", "Courier"), ("Beacon", "Tribune")}
    assert candidate.family == "Tidewater"


def test_no_outlet_copies_itself_through_a_channel(tmp_path: Path) -> None:
    clips = [row for text in range(5) for row in reprint(text, "panorama", syndicated_from="Lomo News")]
    both = [row for text in range(5, 8) for row in reprint(text, "lomonews", "Lomo News TV", "Echo")]
    found = analyse_rows(*clips, *both, place=tmp_path)
    assert found.exchange == {("Lomo News", "Echo"): 3}


def test_a_few_common_texts_do_not_suggest_a_family(tmp_path: Path) -> None:
    few = [row for text in range(4) for row in reprint(text, "North", "South")]
    assert analyse_rows(*few, place=tmp_path).family_candidates == []


def test_the_error_on_a_range_without_editions_names_the_range(tmp_path: Path) -> None:
    publish_articles(tmp_path, FIRST, reprint(1, "Post"))
    with pytest.raises(EditionNotFound, match="from 2020-01-01; it has 2013-06-05 to 2013-06-05"):
        analyse_syndication(tmp_path, SETTINGS, first=date(2020, 1, 1))
    with pytest.raises(EditionNotFound, match="no edition yet"):
        analyse_syndication(tmp_path / "nothing", SETTINGS)
