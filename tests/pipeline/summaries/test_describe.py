"""The rows of `stories` and `story_articles`: counts, times, roles, status, summary and timeline."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsfold import schemas, text
from tests.pipeline.summaries.invented_stories import EDITION, SEEN_AT, describe, member

FERRY = (
    "The ferry Halvard ran aground off Skate Point on Friday with 212 people aboard. "
    "Lifeboats from Norrhavn took all passengers ashore before midnight. "
    "Captain Ida Brask said the rudder had failed in the storm."
)
RESCUE = (
    "Rescuers from Norrhavn brought 212 people ashore after the ferry Halvard hit rocks at Skate Point. "
    "Nobody was hurt, the coast guard said. They praised the crew."
)
DAM = (
    "Engineers closed the Ostby dam for repairs after a crack was found in its eastern wall. "
    "Farmers downstream will get water from tankers until April."
)


def ferry(**columns: Any) -> list[dict[str, Any]]:
    return [
        member("a", "Ferry Halvard runs aground off Skate Point", FERRY, **columns),
        member("b", "Passengers of ferry Halvard saved at Skate Point", RESCUE, **columns),
    ]


def test_no_articles_give_empty_tables() -> None:
    stories, members = describe().tables
    assert stories.equals(schemas.empty_table("described_stories"))
    assert members.equals(schemas.empty_table("story_articles"))


def test_a_story_counts_its_articles_outlets_times_and_languages() -> None:
    early = SEEN_AT - timedelta(hours=30)
    rows = [*ferry(), member("c", "Encalla un ferry", outlet="Outlet a", language="es", published_at=early)]
    story = describe(*rows, member("d", "Dam closed for repairs", DAM, story="t")).stories["s"]
    assert (story["n_articles"], story["n_outlets"], story["n_new_articles"]) == (3, 2, 3)
    assert (story["first_published_at"], story["first_outlet"]) == (early, "Outlet a")
    assert story["languages"] == ["en", "es"]
    assert story["cohesion"] == pytest.approx(0.8)


def test_a_story_without_any_time_has_unknown_times() -> None:
    story = describe(*ferry(published_at=None)).story
    assert story["first_published_at"] is story["last_published_at"] is story["first_outlet"] is None


def test_copies_and_families_are_not_independent() -> None:
    rows = [
        member("a", "Ferry aground", FERRY, outlet="Post", publisher_family="Tide Group"),
        member("b", "Ferry aground", FERRY, outlet="Echo", copy_of="a"),
        member("c", "Ferry saved", RESCUE, outlet="Star", publisher_family="Tide Group"),
    ]
    assert describe(*rows).story["n_independent"] == 1
    own = member("d", "Echo on the ferry", DAM, outlet="Echo")
    assert describe(*rows, own).story["n_independent"] == 2


def test_two_reports_of_one_agency_are_one_origin() -> None:
    rows = [
        member("a", "Ferry aground", FERRY, origin="AP"),
        member("b", "Ferry saved", RESCUE, origin="AP"),
        member("c", "Dam closed", DAM, origin="Outlet c"),
    ]
    story = describe(*rows).story
    assert (story["n_outlets"], story["n_independent"]) == (3, 2)


def test_the_outlet_with_the_original_of_the_earliest_text_is_first() -> None:
    early = SEEN_AT - timedelta(hours=30)
    rows = [
        member("a", "Ferry aground", FERRY, outlet="Post"),
        member("b", "Ferry aground", FERRY, outlet="Blog", copy_of="a", published_at=early),
        member("c", "Ferry saved", RESCUE, outlet="Echo", published_at=early + timedelta(hours=1)),
    ]
    story = describe(*rows).story
    assert (story["first_published_at"], story["first_outlet"]) == (early, "Post")


def test_texts_of_unknown_outlets_are_each_an_origin() -> None:
    assert describe(*ferry(outlet="unknown")).story["n_independent"] == 2


def test_the_representative_is_central_and_never_a_copy() -> None:
    rows = [
        member("0copy", "Ferry aground", FERRY, copy_of="b", published_at=SEEN_AT - timedelta(days=2)),
        member("a", "Ferry in trouble", FERRY),
        member("b", "Ferry aground", FERRY),
        member("c", "Ferry saved", RESCUE),
    ]
    central = {"a": (1.0, 0.9), "b": (1.0, 0.0), "c": (1.0, -0.9)}
    described = describe(*rows, vectors=central)
    assert described.story["representative_article_id"] == "b"
    roles = {article_id: row["role"] for article_id, row in described.articles.items()}
    assert roles == {"0copy": "copy", "a": "member", "b": "representative", "c": "member"}


def test_a_full_text_represents_rather_than_a_bare_title_and_the_earlier_one_of_equals() -> None:
    bare = member("a", "Ferry aground off Skate Point")
    full = member("b", "Ferry aground", FERRY)
    assert describe(bare, full).story["representative_article_id"] == "b"
    earlier = member("c", "Ferry aground", FERRY, published_at=SEEN_AT - timedelta(hours=9))
    assert describe(bare, full, earlier).story["representative_article_id"] == "c"


def test_similarity_is_the_mean_with_other_originals_and_that_of_its_original_for_a_copy() -> None:
    rows = [*ferry(), member("c", "Ferry", DAM), member("d", "Ferry", DAM, copy_of="c")]
    edges = {("a", "b"): {"probability": 0.9}, ("a", "c"): {"probability": 0.5}, ("b", "c"): {"probability": 0.7}}
    articles = describe(*rows, edges=edges).articles
    similarity = {article_id: round(row["similarity"], 4) for article_id, row in articles.items()}
    assert similarity == {"a": 0.7, "b": 0.8, "c": 0.6, "d": 0.6}
    assert describe(member("a", "Ferry", FERRY)).articles["a"]["similarity"] == 1.0


def test_status_tells_new_from_updated_and_unchanged_stories() -> None:
    old: dict[str, Any] = {"first_seen_at": SEEN_AT - timedelta(days=1)}
    before = describe(
        member("a", "Ferry", FERRY, story="same", **old),
        member("b", "Dam", DAM, story="gains", **old),
        member("c", "Rescue", RESCUE, story="merged", **old),
    ).tables[1]
    now = describe(
        member("a", "Ferry", FERRY, story="same", **old),
        member("b", "Dam", DAM, story="gains", **old),
        member("d", "Dam shut", DAM, story="gains"),
        member("c", "Rescue", RESCUE, story="merged", **old),
        member("e", "Rescuers", RESCUE, story="merged", **old),
        member("f", "Fresh", FERRY, story="fresh"),
        previous=before,
    )
    assert {key: row["status"] for key, row in now.stories.items()} == {
        "same": "unchanged",
        "gains": "updated",
        "merged": "updated",
        "fresh": "new",
    }
    assert now.stories["gains"]["n_new_articles"] == 1


def test_rows_are_sorted_by_story_time_and_id_with_unknown_times_last() -> None:
    rows = [
        member("a", "Ferry", FERRY, story="t", published_at=None),
        member("b", "Ferry", FERRY, story="t"),
        member("c", "Ferry", FERRY, story="t", published_at=SEEN_AT - timedelta(hours=9)),
        member("z", "Dam", DAM, story="s"),
    ]
    stories, members = describe(*rows).tables
    assert stories["story_id"].to_pylist() == ["s", "t"]
    assert members["article_id"].to_pylist() == ["z", "c", "b", "a"]
    assert set(stories["edition_date"].to_pylist()) == {EDITION}


@given(st.permutations(range(6)))
def test_the_order_of_rows_changes_nothing(order: list[int]) -> None:
    rows = [
        *ferry(),
        member("c", "Ferry Halvard: rescue at Skate Point", RESCUE + " Tugs wait.", published_at=None),
        member("d", "Ferry Halvard runs aground", FERRY, copy_of="a"),
        member("e", "Ostby dam closed after crack", DAM, story="t"),
        member("f", "Crack closes dam", DAM + " Rain is due.", story="t"),
    ]
    vectors = {"a": (1.0, 0.3), "b": (0.9, 0.5), "c": (0.7, 0.1), "e": (0.2, 1.0)}
    shuffled = describe(*rows, order=order, vectors=vectors).tables
    plain = describe(*rows, vectors=vectors).tables
    assert shuffled[0].equals(plain[0])
    assert shuffled[1].equals(plain[1])


def test_a_copy_replaces_an_original_that_left_the_window() -> None:
    rows = [member("b", "Ferry aground", FERRY, copy_of="gone")]
    described = describe(*rows)
    assert described.story["representative_article_id"] == "b"
    assert described.articles["b"]["role"] == "representative"


SENTENCES = st.lists(st.sampled_from([*FERRY.split(". "), *RESCUE.split(". "), *DAM.split(". ")]), max_size=6)


@given(
    st.lists(st.tuples(st.sampled_from(["Ferry aground", "Dam shut", ""]), SENTENCES), min_size=1, max_size=5),
    st.integers(10, 80),
    st.integers(1, 4),
    st.randoms(use_true_random=False),
)
def test_a_summary_keeps_its_budget_and_quotes_its_articles(
    texts: list[tuple[str, list[str]]], max_words: int, max_sentences: int, generator: random.Random
) -> None:
    rows = []
    for number, (title, sentences) in enumerate(texts):
        body = ". ".join(sentences) + "." if sentences else ""
        rows.append(member(str(number), title if title or body else "Other news", body))
    generator.shuffle(rows)
    story = describe(*rows, max_words=max_words, max_sentences=max_sentences).story
    bodies = {row["article_id"]: f"{row['title']}\n{row['body']}" for row in rows}
    quotes = story["summary_sentences"]
    assert 1 <= len(quotes) <= max_sentences
    assert story["summary"] == " ".join(quote["text"] for quote in quotes)
    assert 0 < text.count_words(story["summary"]) <= max_words
    for quote in quotes:
        assert quote["text"].removesuffix("…") in bodies[quote["article_id"]]
        assert quote["url"] == f"https://example.org/{quote['article_id']}"


def test_tables_have_their_schemas() -> None:
    stories, members = describe(*ferry()).tables
    assert stories.schema.equals(schemas.SCHEMAS["described_stories"])
    assert members.schema.equals(schemas.SCHEMAS["story_articles"])
    assert isinstance(stories, pa.Table)


def test_a_story_of_several_days_has_a_timeline_of_the_best_title_of_each_day() -> None:
    day = timedelta(days=1)
    rows = [
        member("a", "Ferry Halvard runs aground off Skate Point", FERRY, published_at=SEEN_AT - 2 * day),
        member("b", "Passengers of ferry Halvard saved at Skate Point", RESCUE, published_at=SEEN_AT - day),
        member("c", "Why did ferry Halvard run aground off Skate Point?", FERRY + " Why?", published_at=SEEN_AT - day),
        member("d", "Ferry, again", "Undated.", published_at=None),
    ]
    timeline = describe(*rows).story["timeline"]
    assert [(entry["day"], entry["article_id"]) for entry in timeline] == [
        ((SEEN_AT - 2 * day).date(), "a"),
        ((SEEN_AT - day).date(), "b"),
    ]
    assert timeline[0]["text"] == rows[0]["title"]
    assert describe(*rows[:1]).story["timeline"] == []


def test_extractive_summaries_say_so() -> None:
    story = describe(*ferry()).story
    assert (story["summary_by"], story["summary_doubts"]) == ("extractive", [])
