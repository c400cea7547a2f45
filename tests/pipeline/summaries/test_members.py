from __future__ import annotations

import pyarrow.compute as pc
import pytest

from newsfold import summaries
from newsfold.errors import SchemaError
from tests.pipeline.summaries.invented_stories import ROWS, tables


def test_what_is_incomplete_is_found_from_ids_before_any_text_is_read() -> None:
    articles, copies, vectors, memberships = tables(*ROWS)
    ids, with_vector = articles.select(["article_id"]), vectors.select(["article_id"])
    with pytest.raises(SchemaError, match=r"no vector for 'gone', an original of story 't'"):
        summaries.lay_out(ids, copies, with_vector.filter(pc.not_equal(with_vector["article_id"], "e")), memberships)
    with pytest.raises(SchemaError, match=r"differ in 1 article_ids \(h, …\)"):
        summaries.lay_out(ids.filter(pc.not_equal(ids["article_id"], "h")), copies, with_vector, memberships)


def test_a_lone_original_needs_no_vector_to_be_central_and_others_name_theirs() -> None:
    articles, copies, vectors, memberships = tables(*ROWS)
    members, _ = summaries.lay_out(articles, copies, vectors, memberships)
    named = dict(zip(members["story_id"].to_pylist(), members["vector_ids"].to_pylist(), strict=True))
    assert named == {"s": ["a", "b", "g"], "t": ["d", "e"], "u": [], "v": []}
