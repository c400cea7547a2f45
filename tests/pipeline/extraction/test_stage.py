from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsfold import schemas
from newsfold.dataflow import UNDATED, Context, end_of_day
from newsfold.errors import MachineError
from newsfold.extraction import html, maintext
from newsfold.extraction.stage import EXTRACT, extract_articles
from newsfold.settings import Settings


def build_documents(*rows: dict[str, Any]) -> pa.Table:
    blank = {"source": "s", "form": "fields", "authors": [], "timezone": "UTC"}
    return schemas.build_table("documents", [blank | {"location": f"f:{n}"} | row for n, row in enumerate(rows)])


def extract(**row: Any) -> dict[str, Any]:
    """Return the article in a document."""
    articles, rejects = extract_articles(build_documents(row))
    assert rejects.to_pylist() == []
    return dict(articles.to_pylist()[0])


def test_fields_become_an_article() -> None:
    found = extract(
        url="https://harbour.example/a?utm_source=x", outlet="Harbour Courier", title="Ferry sinks | Harbour Courier",
        text="<p>HALDEN BAY (AP) &mdash; The ferry sank on Monday in calm weather, to everybody's surprise.</p>"
        "<p>Nobody drowned.</p>",
        authors=["By Jane Roe and John Doe"], published_at="Mon, 03 Mar 2014 10:00:00 +0100", language="en-GB",
    )  # fmt: skip
    assert (found["title"], found["outlet"], found["language"]) == ("Ferry sinks", "Harbour Courier", "en")
    assert found["body"] == "The ferry sank on Monday in calm weather, to everybody's surprise.\nNobody drowned."
    assert found["lead"] == found["body"].replace("\n", " ")
    assert (found["agency"], found["dateline"], found["authors"]) == ("AP", "HALDEN BAY", ["Jane Roe", "John Doe"])
    assert found["published_at"] == datetime(2014, 3, 3, 9, tzinfo=UTC)
    assert found["canonical_url"] == "https://harbour.example/a"
    assert found["first_seen_at"] == end_of_day(UNDATED)


def test_the_safe_line_rules_apply_to_fields_and_the_risky_ones_do_not() -> None:
    body = [
        "By JANE ROE",
        "The ferry sank on Monday in calm weather, to everybody's great surprise.", "Photo: none was taken",
        "It was the fourth ferry to sink this year, and the council has promised to look into the reef at last.",
        "Additional reporting by John Doe", "Meridian Wire", "Leave a Reply", "Your address will not be published.",
    ]  # fmt: skip
    found = extract(title="Ferry sinks", text="\n".join(body))
    assert found["body"] == "\n".join(body[1:4])
    assert (found["authors"], found["agency"]) == (["Jane Roe"], "Meridian Wire")
    assert found["extras"] == [{"key": "contributors", "value": "Additional reporting by John Doe"}]


def test_an_agency_that_no_list_knows_is_credited_once() -> None:
    body = ["ARSAL, June 5 (Meridian) - The ferry sank on Monday in calm weather, to everybody's great surprise."]
    body += ["The council has promised to look into the reef.", "(Meridian)"]
    own = extract(title="Ferry sinks", text="\n".join(body))
    assert (own["agency"], own["syndicated_from"], own["body"].count("\n")) == ("Meridian", None, 1)
    reprint = extract(title="Ferry sinks", text="\n".join([*body[:2], "Meridian Wire"]))
    assert (reprint["agency"], reprint["syndicated_from"], reprint["body"]) == ("Meridian Wire", None, own["body"])


def test_configured_agencies_and_families_are_recognised() -> None:
    settings = Settings(agencies={"Lomo Wire": ["LW"]}, families={"Tidewater": ["Courier"]})
    row = {"title": "Ferry sinks", "text": "ARSAL (LW) - The ferry sank on Monday.", "outlet": "The Courier"}
    found, _ = extract_articles(build_documents(row), settings=settings)
    assert found.select(["agency", "publisher_family"]).to_pylist() == [
        {"agency": "Lomo Wire", "publisher_family": "Tidewater"}
    ]
    assert extract(**row)["agency"] == "LW"  # other runs have lists of their own


def test_the_shipped_families_are_filled_in_unless_a_source_says_otherwise() -> None:
    assert extract(title="Ferry sinks", outlet="wsj.com")["publisher_family"] == "News Corp"
    known = extract(title="Ferry sinks", outlet="wsj.com", publisher_family="Ours")
    assert known["publisher_family"] == "Ours"


def test_an_outlet_whose_name_is_not_listed_has_the_family_of_its_domain() -> None:
    assert (
        extract(title="Ferry sinks", outlet="fox", url="https://www.foxnews.com/lomo/ferry")["publisher_family"]
        == "Fox"
    )
    hosted = extract(title="Ferry sinks", outlet="Lomo Courier", url="https://videos.example/wsj.com")
    assert hosted["publisher_family"] is None


def test_an_agencys_own_text_is_credited_to_it_by_its_whole_name() -> None:
    text = "ARSAL, June 5 (Meridian) - The ferry sank on Monday in calm weather, to everybody's great surprise."
    assert extract(title="Ferry sinks", text=text, outlet="Meridian Wire")["agency"] == "Meridian Wire"
    assert extract(title="Ferry sinks", text=text, outlet="Courier")["agency"] == "Meridian"


@pytest.mark.parametrize("summary", ["Ferry owner blames the reef", "Reuters", "By the sea", "Tags: one, two"])
def test_a_summary_of_one_line_is_the_body(summary: str) -> None:
    assert extract(title="Ferry sinks", text=summary)["body"] == summary


def test_a_missing_title_is_taken_from_the_text() -> None:
    assert extract(text="Ferry sinks\nIt went down on Monday.")["title"] == "Ferry sinks"
    long = extract(text="It went down on Monday, they say. Nobody drowned.")
    assert (long["title"], long["body"]) == (
        "It went down on Monday, they say.",
        "It went down on Monday, they say. Nobody drowned.",
    )


def test_the_outlet_is_the_site_if_none_is_given_and_else_unknown() -> None:
    assert extract(title="Ferry sinks", url="https://www.harbour.example/a")["outlet"] == "harbour.example"
    assert extract(title="Ferry sinks")["outlet"] == "unknown"


def test_times_are_parsed_in_the_sources_zone_or_kept_as_unreadable() -> None:
    assert extract(title="Ferry", published_at="2014-03-02", timezone="America/Lima")["published_at"] == datetime(
        2014, 3, 2, 5, tzinfo=UTC
    )
    found = extract(title="Ferry", published_at="last Tuesday")
    assert found["published_at"] is None
    assert found["extras"] == [{"key": "unreadable_time", "value": "last Tuesday"}]


def test_a_time_that_has_not_come_is_unknown_and_kept() -> None:
    night = date(2013, 6, 5)
    context = Context(Settings(), night, end_of_day(night))
    stated = {"tonight": "2013-06-05T23:00:00Z", "embargo": "2013-06-07T06:00:00Z", "later": "2120-01-01T00:00:00Z"}
    documents = build_documents(*({"title": name, "published_at": time} for name, time in stated.items()))
    tables = {name: schemas.empty_table(name) for name in EXTRACT.reads} | {"documents": documents}
    rows = {row["title"]: row for row in EXTRACT.run(tables, context)["articles"].to_pylist()}
    assert [rows[name]["published_at"] is None for name in stated] == [False, False, True]
    assert rows["later"]["extras"] == [{"key": "future_time", "value": stated["later"]}]
    assert extract(title="No edition", published_at=stated["later"])["published_at"].year == 2120


def test_a_title_as_long_as_a_text_is_one() -> None:
    long = "The ferry sank off Lomo. " * 4000
    found = extract(title=long, text="Captain Arrieta is missing.")
    assert len(found["title"]) <= 200 and found["title"].startswith("The ferry sank off Lomo.")
    first, second = found["body"].split("\n")
    assert first == long.strip() and second == "Captain Arrieta is missing."


def test_an_article_is_identified_by_its_id_then_its_address_then_its_text() -> None:
    assert extract(id="7", url="https://harbour.example/a", title="Ferry sinks")["article_id"] == "7"
    tracked = [extract(url=f"https://harbour.example/a?utm_source={n}", title=f"Ferry {n}")["article_id"] for n in "xy"]
    assert tracked[0] == tracked[1]
    front_page = [extract(url="https://harbour.example/", title=f"Ferry {n}")["article_id"] for n in "xy"]
    assert front_page[0] != front_page[1]
    assert (
        extract(title="Ferry sinks", outlet="A")["article_id"] != extract(title="Ferry sinks", outlet="B")["article_id"]
    )


def test_equal_words_have_equal_hashes() -> None:
    one, two = extract(title="Ferry “sinks”!", text="It sank."), extract(title="FERRY SINKS", text="It   sank")
    assert one["content_hash"] == two["content_hash"]


def test_repeats_are_merged_and_an_id_used_twice_is_rejected() -> None:
    found, rejects = extract_articles(
        build_documents(
            {"id": "b", "title": "Ferry sinks"},
            {"id": "b", "title": "Ferry sinks"},
            {"id": "b", "title": "Ferry rises"},
            {"id": "a", "title": "Storm"},
            {"url": "https://h.example/1", "title": "X"},
            {"url": "https://h.example/1", "title": "X", "text": "Y"},
        ),
    )  # fmt: skip
    assert found["article_id"].to_pylist() == sorted(found["article_id"].to_pylist())
    assert set(found["title"].to_pylist()) == {"Ferry sinks", "Storm", "X"}
    assert "Y" in found["body"].to_pylist()
    assert [(one["location"], "twice" in one["reason"]) for one in rejects.to_pylist()] == [("f:2", True)]


def test_documents_that_are_not_articles_are_rejected_with_a_reason() -> None:
    found, rejects = extract_articles(
        build_documents(
            {"title": None, "text": None},
            {"title": " ", "text": "<p>&nbsp;</p>"},
            {"title": "Good"},
            {"title": "x", "text": "y" * 2_100_000},
            {"form": "html", "content": b"\x00\x01<"},
            {"form": "text", "content": b"\n\n"},
            {"title": "?!", "text": "..."},
        ),
    )  # fmt: skip
    assert found["title"].to_pylist() == ["Good"]
    assert rejects["location"].to_pylist() == ["f:0", "f:1", "f:3", "f:4", "f:5", "f:6"]
    assert all(len(reason) > 20 for reason in rejects["reason"].to_pylist())


def test_a_failing_library_rejects_one_document_only(monkeypatch: pytest.MonkeyPatch) -> None:
    def explode(page: bytes, url: str | None) -> None:
        raise RecursionError("too deep")

    monkeypatch.setattr(html, "parse_page", explode)
    found, rejects = extract_articles(build_documents({"form": "html", "content": b"<p>"}, {"title": "Good"}))
    assert found.num_rows == 1
    assert "too deep" in rejects["reason"][0].as_py()


def test_a_lack_of_memory_is_no_fault_of_the_document(monkeypatch: pytest.MonkeyPatch) -> None:
    def lack_memory(page: bytes, url: str | None) -> None:
        raise MemoryError

    monkeypatch.setattr(html, "parse_page", lack_memory)
    with pytest.raises(MachineError, match=r"Reading f:0 failed"):
        extract_articles(build_documents({"form": "html", "content": b"<p>"}, {"title": "Good"}))


def test_a_broken_installation_is_no_fault_of_the_document(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise OSError("its data cannot be read")

    monkeypatch.setattr(maintext, "load_trafilatura", fail)
    with pytest.raises(OSError, match="its data"):
        extract_articles(build_documents({"form": "html", "content": b"<p>"}, {"title": "Good"}))
    found, _ = extract_articles(build_documents({"title": "Good"}))
    assert found.num_rows == 1, "no page, no parser of pages"


def test_a_page_without_an_address_takes_its_own_canonical_one() -> None:
    body = "".join(
        f"<p>The ferry sank for the {n}th time, and the council was surprised once more.</p>" for n in range(5)
    )
    page = f"""<html lang="en"><head><title>Ferry sinks - Harbour Courier</title>
        <link rel="canonical" href="https://harbour.example/ferry">
        <meta property="og:site_name" content="Harbour Courier">
        <meta name="author" content="Harbour Courier"></head><body><article>{body}</article></body></html>"""
    found = extract(form="html", content=page.encode())
    assert (found["title"], found["outlet"], found["authors"]) == ("Ferry sinks", "Harbour Courier", [])
    assert found["url"] == found["canonical_url"] == "https://harbour.example/ferry"


def test_half_an_emoji_in_a_pages_metadata_does_not_stop_the_run() -> None:
    body = "".join(f"<p>The ferry sank for the {n}th time, and the council was surprised again.</p>" for n in range(5))
    metadata = r'{"@type": "NewsArticle", "headline": "Ferry sinks \ud83d", "author": "Jane \ud83dRoe"}'
    head = f'<script type="application/ld+json">{metadata}</script>'
    page = f"<html><head>{head}</head><body><article>{body}</article></body></html>"
    found = extract(form="html", content=page.encode())
    assert (found["title"], found["authors"]) == ("Ferry sinks", ["Jane Roe"])


def test_the_lead_is_whole_sentences_of_at_most_400_characters() -> None:
    sentence = "The ferry sank once more in the calm harbour on Monday."
    lead = extract(title="Ferry", text=" ".join([sentence] * 20))["lead"]
    assert len(lead) <= 400 and lead.endswith("Monday.") and len(lead) > 300
    unbroken = extract(title="Ferry", text="very " * 300)["lead"]
    assert len(unbroken) <= 400 and unbroken.endswith("…")


def test_no_documents_give_empty_tables() -> None:
    found, rejects = extract_articles(schemas.empty_table("documents"))
    assert found.schema == schemas.SCHEMAS["articles"] and rejects.num_rows == found.num_rows == 0


@settings(max_examples=40)
@given(st.lists(st.tuples(st.none() | st.text(max_size=60), st.none() | st.text(max_size=200)), max_size=6))
def test_every_document_is_an_article_a_repeat_or_a_reject(pairs: list[tuple[str | None, str | None]]) -> None:
    clean = [tuple(part and part.encode("utf-8", "ignore").decode() for part in pair) for pair in pairs]
    table = build_documents(*({"id": str(n), "title": title, "text": body} for n, (title, body) in enumerate(clean)))
    found, rejects = extract_articles(table)
    assert found.num_rows + rejects.num_rows == len(pairs)
    assert extract_articles(table)[0].equals(found)
