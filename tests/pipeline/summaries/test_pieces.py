"""Stories are described apart from one another, and come out as when they are described together."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import schemas, summaries
from pipeline.errors import SchemaError
from pipeline.settings import Importance, Summaries
from tests.pipeline.summaries.newsroom import EDITION, SEEN_AT, article, describe, edges, tables

OLD = SEEN_AT - timedelta(days=1)
ROWS = [
    article("a", "Ferry Halvard runs aground off Skate Point", "The ferry Halvard ran aground off Skate Point."),
    article("b", "Evening Bulletin: Halvard saved", "All 212 people left the ferry Halvard.", first_seen_at=OLD),
    article("c", "Ferry Halvard runs aground off Skate Point", "The ferry Halvard ran aground.", copy_of="a"),
    article("d", "Evening Bulletin: dam closed", "Engineers closed the Ostby dam for repairs.", story="t"),
    article("e", "Crack closes the Ostby dam", "A crack was found in the Ostby dam.", story="t", copy_of="gone"),
    article(
        "f", "Evening Bulletin: cup final", "İlkay Ünal won the cup for Norrhavn in İzmir.", story="u", language="tr"
    ),
    article("g", "Encalla el ferry Halvard", "El ferry Halvard encalló con 212 personas.", language="es"),
    article("h", "Straße gesperrt", "Die Straße nach Ostby ist gesperrt.", story="v", language="de"),
]
for row in ROWS:
    row["outlet"] = "Bulletin" if "Bulletin" in row["title"] else row["outlet"]
VECTORS = {"a": (1.0, 0.3), "b": (0.9, 0.5), "g": (0.7, 0.1), "d": (0.2, 1.0), "e": (0.1, 1.0)}


def window_of(articles: pa.Table, originals: pa.Table, ends: list[int]) -> tuple[pa.Table, ...]:
    """The window's counts, made from the articles between some rows and added up."""
    bounds = [0, *sorted(ends), articles.num_rows]
    parts = [summaries.counted(articles.slice(start, stop - start), originals) for start, stop in pairwise(bounds)]
    return summaries.add_up(*map(pa.concat_tables, zip(*parts, strict=True)))


def told_apart(ends: list[int], edition_before: pa.Table) -> tuple[pa.Table, pa.Table]:
    """The stories described one by one, each from nothing but its own rows of every table."""
    articles, copies, vectors, memberships = tables(*ROWS, given=VECTORS)
    members, originals = summaries.lay_out(articles, copies, vectors, memberships)
    window = summaries.Window(*window_of(articles, originals, ends))
    pairs, found = edges(ROWS, {}), []

    def own(table: pa.Table, key: str, named: Any) -> pa.Table:
        return table.filter(pc.is_in(table[key], pa.array(named, pa.string())))

    for at, row in enumerate(members.to_pylist()):
        mine = (own(table, "article_id", row["article_ids"]) for table in (articles, copies))
        found.append(
            summaries.tell(
                members.slice(at, 1),
                (*mine, own(vectors, "article_id", row["vector_ids"])),
                own(pairs, "left_id", row["original_ids"]),
                own(edition_before, "story_id", [row["story_id"]]),
                schemas.empty("constraints"),
                window,
                Summaries(),
                Importance(),
                EDITION,
                SEEN_AT,
            )
        )
    stories, story_articles = map(pa.concat_tables, zip(*found, strict=True))
    return stories, story_articles


@given(st.lists(st.integers(0, len(ROWS)), max_size=4))
def test_stories_told_one_by_one_are_those_told_together(ends: list[int]) -> None:
    before = describe(ROWS[1], ROWS[3]).tables[1]
    stories, members = told_apart(ends, before)
    together = describe(*ROWS, given=VECTORS, previous=before).tables
    assert stories.combine_chunks().equals(together[0])
    assert members.combine_chunks().equals(together[1])


def test_a_rubric_is_known_though_no_part_of_the_window_shows_it_often() -> None:
    articles, copies, vectors, memberships = tables(*ROWS)
    _, originals = summaries.lay_out(articles, copies, vectors, memberships)
    rubrics = window_of(articles, originals, list(range(len(ROWS))))[2]
    assert rubrics.to_pylist() == [{"outlet": "Bulletin", "beginning": "evening bulletin", "titles": 3}]
    assert describe(*ROWS, given=VECTORS).stories["t"]["headline"] == "Crack closes the Ostby dam"


def test_words_are_counted_in_originals_alone_and_in_what_stands_in_for_one() -> None:
    articles, copies, vectors, memberships = tables(*ROWS)
    _, originals = summaries.lay_out(articles, copies, vectors, memberships)
    assert originals["article_id"].to_pylist() == ["a", "b", "d", "e", "f", "g", "h"]
    window = summaries.Window(*window_of(articles, originals, [3]))
    assert [window.texts(language) for language in ("en", "es", "fr")] == [4, 1, 0]
    assert [window.uses(word, "en") for word in ("aground", "halvard", "ostby", "zzz", "")] == [1, 2, 2, 0, 0]
    assert [window.uses("halvard", language) for language in ("es", "fr")] == [1, 0]


def test_what_is_incomplete_is_found_from_ids_before_any_text_is_read() -> None:
    articles, copies, vectors, memberships = tables(*ROWS)
    ids, with_vector = articles.select(["article_id"]), vectors.select(["article_id"])
    with pytest.raises(SchemaError, match=r"no vector for 'gone', an original of story 't'"):
        summaries.lay_out(ids, copies, with_vector.filter(pc.not_equal(with_vector["article_id"], "e")), memberships)
    with pytest.raises(SchemaError, match=r"differ in 1 article_ids \(h, …\)"):
        summaries.lay_out(ids.slice(0, 7), copies, with_vector, memberships)


def test_a_lone_original_needs_no_vector_to_be_central_and_others_name_theirs() -> None:
    articles, copies, vectors, memberships = tables(*ROWS)
    members, _ = summaries.lay_out(articles, copies, vectors, memberships)
    named = dict(zip(members["story_id"].to_pylist(), members["vector_ids"].to_pylist(), strict=True))
    assert named == {"s": ["a", "b", "g"], "t": ["d", "e"], "u": [], "v": []}
