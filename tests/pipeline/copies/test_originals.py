"""The original of a copy group, the reason for it, and the origin of its text."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import newsfold
from newsfold import encodings, schemas
from newsfold.copies.stage import collapse_copies
from newsfold.extraction import scrape
from newsfold.settings import Outlet, Settings
from tests.factories import NOON, article, prose

BODY = prose(1, 200)


def collapse(*rows: dict[str, Any], settings: Settings | None = None) -> dict[str, dict[str, Any]]:
    table = collapse_copies(schemas.build_table("articles", rows), settings)
    return {row["article_id"]: row for row in table.to_pylist()}


def original_of(*rows: dict[str, Any], settings: Settings | None = None) -> dict[str, Any]:
    """Return the only original among the rows."""
    (original,) = [row for row in collapse(*rows, settings=settings).values() if row["is_original"]]
    return original


@pytest.mark.parametrize(
    ("credit", "outlet"),
    [
        ({"syndicated_from": "The New York Times"}, "New York Times - News"),
        ({"syndicated_from": "The New York Times"}, "nytimes.com"),
        ({"syndicated_from": "N.Y. Times"}, "The New York Times"),
        ({"agency": "AP"}, "Associated Press"),
        ({"agency": "Reuters"}, "Reuters News"),
        ({"agency": "Meridian"}, "Meridian Wire"),
    ],
)
def test_a_credit_finds_its_outlet_however_either_is_spelled(credit: dict[str, str], outlet: str) -> None:
    own = article("own", body=BODY, outlet=outlet, published_at=NOON + timedelta(hours=9))
    repost = article("repost", body=BODY, outlet="Blog", published_at=NOON, **credit)
    original = original_of(own, repost)
    assert (original["article_id"], original["reason"]) == ("own", "credited by Blog")


def test_a_name_that_is_only_part_of_an_outlets_name_is_not_that_outlet() -> None:
    sun = article("sun", body=BODY, outlet="Vancouver Sun", published_at=NOON)
    repost = article(
        "repost", body=BODY, outlet="Blog", syndicated_from="The Sun", published_at=NOON - timedelta(hours=1)
    )
    assert original_of(sun, repost)["reason"] == "credits nobody else"


def test_an_agencys_own_text_is_the_original_though_nobody_credits_it() -> None:
    wire = article("wire", body=BODY, outlet="Reuters", published_at=NOON)
    early = article("early", body=BODY, outlet="Post", published_at=NOON - timedelta(minutes=5))
    original = original_of(wire, early)
    assert (original["article_id"], original["reason"]) == ("wire", "an agency’s own text")


def test_if_a_credited_agency_is_absent_the_earliest_copy_is_the_original() -> None:
    prints = [article(f"p{i}", body=BODY, agency="AP", published_at=NOON + timedelta(hours=i)) for i in range(3)]
    silent = article("silent", body=BODY, published_at=NOON + timedelta(hours=9))
    original = original_of(*prints, silent)
    assert (original["article_id"], original["reason"], original["origin"]) == ("p0", "published first", "AP")


def test_a_dateline_outweighs_a_minute() -> None:
    filed = article("filed", body=BODY, dateline="LOMO", published_at=NOON)
    bare = article("bare", body=BODY, published_at=NOON - timedelta(minutes=1))
    assert original_of(filed, bare)["reason"] == "has the dateline"


def test_the_first_of_several_versions_of_the_credited_outlet_is_the_original_and_both_reasons_are_kept() -> None:
    later = article("0", body=BODY + " added", outlet="The Guardian", published_at=NOON + timedelta(hours=1))
    first = article("1", body=BODY, outlet="The Guardian", published_at=NOON)
    repost = article("2", body=BODY, outlet="Blog", syndicated_from="Guardian", published_at=NOON)
    assert original_of(later, first, repost)["reason"] == "credited by Blog; published first"


def test_a_single_article_has_no_reason_and_the_origin_that_it_credits() -> None:
    own = article("own", body=BODY, outlet="Lomo Courier")
    repost = article("repost", body=prose(2, 90), outlet="Blog", syndicated_from="The Wall Street Journal")
    nobody = article("nobody", body=prose(3, 90), outlet="unknown")
    rows = collapse(own, repost, nobody)
    assert [rows[a]["reason"] for a in rows] == [None] * 3
    assert [rows[a]["origin"] for a in ("own", "repost", "nobody")] == ["Lomo Courier", "News Corp", None]


def test_a_configured_agency_and_family_count_as_the_shipped_ones_do() -> None:
    settings = Settings(
        agencies={"Lomo Wire": ["LW"]},
        families={"Tidewater": ["Courier", "Tribune"]},
        outlets={"trib": Outlet(name="Tribune")},
    )
    wire = article("wire", body=BODY, outlet="Lomo Wire", published_at=NOON)
    early = article("early", body=BODY, outlet="Courier", published_at=NOON - timedelta(hours=1), agency="LW")
    assert original_of(wire, early, settings=settings)["article_id"] == "wire"
    apart = [article("a", body=prose(4, 90), outlet="Courier"), article("b", body=prose(5, 90), outlet="trib")]
    assert {row["origin"] for row in collapse(*apart, settings=settings).values()} == {"Tidewater"}


def test_an_agency_that_credits_another_agency_is_not_the_origin() -> None:
    printed = article("0", body=BODY, outlet="Bloomberg", agency="Reuters", published_at=NOON)
    silent = article("1", body=BODY, published_at=NOON + timedelta(hours=1))
    assert original_of(printed, silent)["article_id"] == "1"


def test_a_family_named_by_a_source_applies_to_credits_in_other_articles() -> None:
    own = article("own", body=prose(6, 90), outlet="Lomo Courier", publisher_family="Tidewater")
    repost = article("repost", body=prose(7, 90), outlet="Blog", syndicated_from="The Lomo Courier")
    assert {row["origin"] for row in collapse(own, repost).values()} == {"Tidewater"}


@pytest.fixture(scope="module")
def document() -> tuple[str, str]:
    """The first document as it was scraped, and the article in it as its newspaper may have printed it."""
    file = Path(__file__).parents[4] / "shared" / "data" / "articles" / "000_b663adfd7a05cc64.txt"
    if not file.exists():
        pytest.skip("the real material (../shared/data) is not beside this checkout")
    raw = encodings.decode(file.read_bytes())
    _, parsed = scrape.parse_scrape(raw)
    return raw, "\n".join([f"BEIRUT, Lebanon — {parsed.paragraphs[0]}", *parsed.paragraphs[1:]])


@pytest.mark.parametrize("outlet", ["The New York Times", "New York Times", "nytimes.com", "NYT"])
@pytest.mark.parametrize("published_at", ["2013-06-05T22:00:00Z", None])
def test_the_first_document_and_its_newspapers_article_are_one_text_of_the_newspaper(
    document: tuple[str, str], outlet: str, published_at: str | None
) -> None:
    raw, body = document
    repost = {"id": "repost", "outlet": "A blog", "title": None, "text": raw, "published_at": "2013-06-05T18:00:00Z"}
    printed = {
        "id": "printed",
        "outlet": outlet,
        "title": "Army Retakes Town",
        "text": body,
        "published_at": published_at,
    }
    result = newsfold.cluster(pa.Table.from_pylist([repost, printed]))
    (story,) = result.stories.to_pylist()
    members = {row["article_id"]: row for row in result.story_articles.to_pylist()}
    assert {row["copy_group_id"] for row in members.values()} == {"printed"}
    assert members["repost"]["role"] == "copy"
    assert (story["n_articles"], story["n_outlets"], story["n_independent"]) == (2, 2, 1)
    assert story["first_outlet"] == outlet


def test_a_channel_that_always_credits_its_publisher_is_no_origin_of_its_own() -> None:
    clips = [article(f"c{n}", body=prose(20 + n, 90), outlet="panorama", syndicated_from="Lomo News") for n in range(5)]
    own = article("own", body=prose(8, 90), outlet="lomonews")
    assert {row["origin"] for row in collapse(*clips, own).values()} == {"Lomo News"}


def test_outlets_that_print_one_anothers_texts_have_one_origin() -> None:
    rows = []
    for text_number, outlets in enumerate([("North", "South"), ("South", "North")] * 3):
        for hour, outlet in enumerate(outlets):
            name, published_at = f"{text_number}{outlet}", NOON + timedelta(hours=hour)
            body = prose(40 + text_number, 90)
            rows.append(article(name, body=body, outlet=outlet, published_at=published_at))
    assert {row["origin"] for row in collapse(*rows).values()} == {"North"}
