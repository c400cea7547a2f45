"""Who copies whom, over the editions of a store."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from newsfold import copies, publishers, schemas
from newsfold.errors import EditionNotFound
from newsfold.queries.syndication import SyndicationReport, analyse_syndication
from newsfold.settings import Copies, Settings
from tests.factories import article
from tests.pipeline.copies.test_collapse import NIGHT, prose
from tests.pipeline.store import nights

SETTINGS = Settings(families={"Tidewater": ["Courier", "Tribune"]})


def publish(place: Path, edition: date, rows: list[dict[str, Any]], earlier: Sequence[dict[str, Any]] = ()) -> None:
    known = publishers.load_publishers(SETTINGS)
    named = [row | {"publisher_family": known.family(row["outlet"])} for row in [*earlier, *rows]]
    window = schemas.build_table("articles", named)
    tables = nights.night(edition) | {
        "articles": window.slice(len(earlier)),
        "copies": copies.collapse(window, Copies(), known),
    }
    nights.publish(place, edition, tables=tables)


def report(*rows: dict[str, Any], place: Path) -> SyndicationReport:
    publish(place, nights.FIRST, list(rows))
    return analyse_syndication(place, SETTINGS)


def prints(text: int, *outlets: str, **known: Any) -> list[dict[str, Any]]:
    """One text in several outlets, an hour apart."""
    return [
        article(
            f"{text}-{at}-{outlet}",
            f"Report {text} by {outlet}",
            body=prose(text, 90),
            outlet=outlet,
            published_at=NIGHT + timedelta(hours=at),
            **known,
        )
        for at, outlet in enumerate(outlets)
    ]


def test_the_table_says_whose_texts_each_outlet_prints(tmp_path: Path) -> None:
    found = report(
        *prints(1, "Post", "Echo", "Sentinel"), *prints(2, "Post", "Echo"), *prints(3, "Echo"), place=tmp_path
    )
    assert found.exchange == {("Post", "Echo"): 2, ("Post", "Sentinel"): 1}
    assert [len(text.copies) for text in found.texts] == [2, 1, 0]
    assert found.texts[0].reason == "published first"


def test_an_agency_is_the_source_of_what_is_credited_to_it_though_it_publishes_nothing_here(tmp_path: Path) -> None:
    credited = [*prints(1, "Post", "Echo", agency="AP"), *prints(2, "Post", agency="AP")]
    own = prints(3, "Associated Press", "Echo")
    found = report(*credited, *own, place=tmp_path)
    assert found.exchange == {("AP", "Echo"): 2, ("AP", "Post"): 2}


def test_an_outlets_second_version_of_its_own_text_is_no_copy(tmp_path: Path) -> None:
    first, second = prints(1, "Post", "Post")
    assert report(first, second | {"article_id": "second"}, place=tmp_path).exchange == {}


def test_a_text_of_two_nights_counts_once_with_the_latest_editions_word(tmp_path: Path) -> None:
    early, late = prints(1, "Post", "Echo")
    publish(tmp_path, nights.FIRST, [early])
    publish(tmp_path, nights.SECOND, [late], earlier=[early])
    found = analyse_syndication(tmp_path, SETTINGS)
    assert (found.first, found.last, len(found.texts)) == (nights.FIRST, nights.SECOND, 1)
    assert found.exchange == {("Post", "Echo"): 1}
    assert analyse_syndication(tmp_path, SETTINGS, last=nights.FIRST).exchange == {}


def test_outlets_that_share_their_texts_without_a_credit_may_be_a_family(tmp_path: Path) -> None:
    shared = [row for text in range(6) for row in prints(text, "North", "South", "West")]
    own = [row for text in range(10, 20) for row in prints(text, "North")]
    credited = [row for text in range(20, 30) for row in prints(text, "Blog", syndicated_from="North")]
    wired = [row for text in range(30, 40) for row in prints(text, "North", "Echo", agency="AP")]
    (candidate,) = report(*shared, *own, *credited, *wired, place=tmp_path).family_candidates
    assert candidate.outlets == ["North", "South", "West"]
    assert candidate.pairs["North", "South"] == (6, 1.0)
    assert candidate.family is None


def test_a_known_family_is_no_news_and_lends_its_name_to_a_newcomer(tmp_path: Path) -> None:
    known = [row for text in range(6) for row in prints(text, "Courier", "Tribune")]
    assert report(*known, place=tmp_path / "known").family_candidates == []
    newcomer = [row for text in range(6) for row in prints(text, "Courier", "Tribune", "Beacon")]
    (candidate,) = report(*newcomer, place=tmp_path / "new").family_candidates
    assert candidate.outlets == ["Beacon", "Courier", "Tribune"]
    assert set(candidate.pairs) == {("Beacon", "Courier"), ("Beacon", "Tribune")}
    assert candidate.family == "Tidewater"


def test_a_few_common_texts_are_no_family(tmp_path: Path) -> None:
    few = [row for text in range(4) for row in prints(text, "North", "South")]
    assert report(*few, place=tmp_path).family_candidates == []


def test_a_range_without_editions_is_named(tmp_path: Path) -> None:
    publish(tmp_path, nights.FIRST, prints(1, "Post"))
    with pytest.raises(EditionNotFound, match="from 2020-01-01; it has 2013-06-05 to 2013-06-05"):
        analyse_syndication(tmp_path, SETTINGS, first=date(2020, 1, 1))
    with pytest.raises(EditionNotFound, match="no edition yet"):
        analyse_syndication(tmp_path / "nothing", SETTINGS)
