from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

import newsfold
from newsfold import lineage, schemas
from newsfold.dataflow import Context, MemoryView
from newsfold.settings import Settings

TODAY = date(2013, 6, 6)
YESTERDAY = date(2013, 6, 5)


def trace(
    clusters: pa.Table,
    copies: pa.Table,
    previous: pa.Table,
    edition: date,
    kinds: dict[str, str] | None = None,
    n_ever: dict[str, int] | None = None,
    refreshed: pa.Table | None = None,
) -> tuple[pa.Table, pa.Table]:
    """Run the step on tables in memory; `n_ever` counts the articles that were ever in a story."""
    context = replace(Context.undated(Settings()), edition=edition)
    ids = copies["article_id"].to_pylist()
    kind_of = dict.fromkeys(ids, "news") | (kinds or {})
    articles = {"article_id": ids, "kind": [kind_of[id_] for id_ in ids], "roundup": [False] * len(ids)}
    counts = n_ever or {}
    records = {"story_id": pa.array(counts, pa.string()), "n_articles": pa.array(counts.values(), pa.int32())}
    own = previous.slice(0, 0) if refreshed is None else refreshed
    views = [MemoryView(table) for table in (clusters, copies, pa.table(articles), previous, pa.table(records), own)]
    return lineage.trace_lineage(views[0], views[1], views[2], views[3], views[4], views[5], context)


def clusters_table(groups: list[list[str]]) -> pa.Table:
    rows = [{"article_id": article, "cluster": number} for number, group in enumerate(groups) for article in group]
    return schemas.build_table("clusters", sorted(rows, key=lambda row: str(row["article_id"])))


def copies_table(ids: list[str], group_of: dict[str, str] | None = None) -> pa.Table:
    group_of = group_of or {}
    rows = [
        {
            "article_id": id_,
            "copy_group_id": group_of.get(id_, id_),
            "is_original": id_ not in group_of,
            "similarity": 1.0,
            "kind": "exact",
        }
        for id_ in sorted(ids)
    ]
    return schemas.build_table("copies", rows)


def story_articles_table(stories: dict[str, list[str]], representatives: str = "") -> pa.Table:
    rows: list[dict[str, object]] = [
        {
            "edition_date": YESTERDAY,
            "story_id": story,
            "article_id": article,
            "copy_group_id": article,
            "role": "representative" if article in representatives else "member",
            "similarity": 1.0,
            "why": [],
            "outlet": "Outlet",
            "title": "Title",
        }
        for story, articles in stories.items()
        for article in articles
    ]
    return schemas.build_table("story_articles", rows)


def trace_groups(
    groups: list[list[str]],
    before: dict[str, list[str]],
    representatives: str = "",
    kinds: dict[str, str] | None = None,
    n_ever: dict[str, int] | None = None,
) -> tuple[dict[str, str], Counter[str], list[dict[str, object]]]:
    ids = [article for group in groups for article in group]
    previous = story_articles_table(before, representatives)
    memberships, descent = trace(clusters_table(groups), copies_table(ids), previous, TODAY, kinds, n_ever)
    story_of = dict(zip(memberships["article_id"].to_pylist(), memberships["story_id"].to_pylist(), strict=True))
    return story_of, Counter(descent["relation"].to_pylist()), descent.to_pylist()


def test_ids_of_stories_without_any_time_say_so() -> None:
    rows = {"title": ["Ferry runs aground off Lomo", "Council sells the old mill"], "outlet": ["Post", "Echo"]}
    first, again = (newsfold.cluster(pa.table(rows)).stories["story_id"].to_pylist() for _ in range(2))
    assert len(first) == 2
    assert all(re.fullmatch(r"undated-[0-9a-f]{12}", story) for story in first)
    assert first == again, "an id depends on the texts alone"


def test_a_story_that_grows_keeps_its_id() -> None:
    story_of, relations, _ = trace_groups([["a", "b", "new"], ["c"]], {"s1": ["a", "b"], "s2": ["c"]})
    assert story_of == {"a": "s1", "b": "s1", "new": "s1", "c": "s2"}
    assert relations == {"continued": 2}


def test_new_stories_of_a_refreshed_edition_keep_their_ids() -> None:
    own = story_articles_table({"20130606-one": ["a", "b"], "20130606-two": ["c"], "s1": ["k"]}, "")
    ids = [*"abcdk", "new"]
    clusters = clusters_table([["a", "b", "c", "new"], ["d"], ["k"]])
    memberships, _ = trace(clusters, copies_table(ids), story_articles_table({"s1": ["k"]}, ""), TODAY, refreshed=own)
    story_of = dict(zip(memberships["article_id"].to_pylist(), memberships["story_id"].to_pylist(), strict=True))
    assert (story_of["new"], story_of["k"]) == ("20130606-one", "s1")
    assert story_of["d"] not in ("20130606-one", "20130606-two", "s1")


def test_when_two_stories_merge_the_larger_share_gives_the_id() -> None:
    story_of, _, rows = trace_groups([["a", "b", "c"]], {"s1": ["a"], "s2": ["b", "c"]})
    assert set(story_of.values()) == {"s2"}
    assert {(row["previous_story_id"], row["relation"]) for row in rows} == {("s1", "merged"), ("s2", "continued")}


def test_when_a_story_splits_its_larger_part_keeps_the_id() -> None:
    story_of, _, rows = trace_groups([["a"], ["b", "c"]], {"s1": ["a", "b", "c"]})
    assert story_of["b"] == "s1"
    assert story_of["a"] != "s1"
    assert {(row["story_id"], row["relation"]) for row in rows} == {("s1", "continued"), (story_of["a"], "split")}


def test_when_a_story_splits_the_part_with_its_representative_keeps_the_id_unless_it_is_far_smaller() -> None:
    story_of, relations, _ = trace_groups([["a", "b"], ["c", "d", "e"]], {"s1": list("abcde")}, representatives="a")
    assert (story_of["a"], relations) == ("s1", {"continued": 1, "split": 1})
    story_of, _, _ = trace_groups([["a"], list("bcdefg")], {"s1": list("abcdefg")}, representatives="a")
    assert story_of["b"] == "s1"


def test_when_a_story_splits_its_news_keeps_the_id_rather_than_the_comments() -> None:
    kinds = dict.fromkeys("cde", "opinion")
    story_of, _, _ = trace_groups([["a", "b"], ["c", "d", "e"]], {"s1": list("abcde")}, kinds=kinds)
    assert story_of["a"] == "s1"


def test_a_story_that_left_the_window_has_ended() -> None:
    _, relations, rows = trace_groups([["a"]], {"gone": ["x", "y"]})
    assert relations == {"new": 1, "ended": 1}
    assert {"relation": "ended", "previous_story_id": "gone", "story_id": None}.items() <= rows[-1].items()


def test_a_remnant_of_a_story_does_not_give_its_id_to_new_events() -> None:
    groups, before = [["a", "new", "newer"]], {"s1": ["a", "gone"]}
    story_of, relations, rows = trace_groups(groups, before, n_ever={"s1": 3})
    assert story_of["a"] != "s1"
    assert relations == {"split": 1, "ended": 1}
    assert {row["story_id"] for row in rows} == {story_of["a"], None}
    # The cluster is of its articles for the most part, or most of its articles are still in the window.
    assert trace_groups([["a", "b", "new"]], {"s1": ["a", "b"]}, n_ever={"s1": 9})[0]["a"] == "s1"
    assert trace_groups([["a", "new", "newer"], ["b"]], {"s1": ["a", "b"]}, "a", n_ever={"s1": 4})[0]["a"] == "s1"


def test_a_story_goes_on_where_it_is_not_a_remnant() -> None:
    groups = [["a", "b", "new"], ["c", "x", "y"]]
    story_of, relations, _ = trace_groups(groups, {"s1": ["a", "b", "c"]}, representatives="c", n_ever={"s1": 7})
    assert story_of["a"] == "s1"
    assert relations == {"continued": 1, "split": 1}


def test_the_matching_is_the_best_one_not_the_first() -> None:
    # Greedily, s1 would take the larger overlap and leave s2 without a match.
    groups = [["a", "b", "c", "d"], ["e", "f"]]
    before = {"s1": ["a", "b", "e", "f"], "s2": ["c", "d"]}
    story_of, _, _ = trace_groups(groups, before)
    assert (story_of["c"], story_of["e"]) == ("s2", "s1")


def test_copies_follow_their_original_and_count_once() -> None:
    copies = copies_table(["a", "b", "c", "d"], {"c": "b", "d": "b"})
    before = story_articles_table({"s1": ["a"], "s2": ["b", "c", "d"]})
    memberships, descent = trace(clusters_table([["a", "b"]]), copies, before, TODAY)
    assert len(set(memberships["story_id"].to_pylist())) == 1
    assert descent["shared_articles"].to_pylist() == [1, 1]


def test_of_equal_shares_the_story_of_which_most_is_left_gives_the_id() -> None:
    story_of, _, _ = trace_groups([["a", "b"]], {"s1": ["a", "x"], "s2": ["b"]})
    assert story_of == {"a": "s1", "b": "s1"}, "x has left the window, so of s1 too only one text is left"
    story_of, _, _ = trace_groups([["a", "b"], ["x", "y", "z"]], {"s1": ["a", "x", "y", "z"], "s2": ["b"]})
    assert (story_of["a"], story_of["x"]) == ("s2", "s1")
    story_of, _, _ = trace_groups([["a", "b"], ["c"], ["d"]], {"s1": ["a", "c", "d"], "s2": ["b"]})
    assert story_of["b"] == "s2"


def test_churn_counts_articles_of_both_editions_whose_story_changed() -> None:
    before = story_articles_table({"s1": ["a", "b", "gone"], "s2": ["c"]})
    now = story_articles_table({"s1": ["a", "c", "new"], "s3": ["b"]})
    assert lineage.count_reassigned(before, now, "article_id", "story_id") == (2, 3)


ever_counts = st.dictionaries(st.sampled_from(["s0", "s1", "s2", "s3"]), st.integers(0, 12))
stories = st.dictionaries(st.sampled_from("abcdefghij"), st.integers(0, 3))


@given(stories, stories, ever_counts)
def test_an_id_continues_in_one_story_and_every_birth_and_end_has_a_row(
    now: dict[str, int], earlier: dict[str, int], n_ever: dict[str, int]
) -> None:
    groups = [[a for a, n in now.items() if n == number] for number in range(4)]
    groups = [group for group in groups if group]
    before = {f"s{number}": [a for a, n in earlier.items() if n == number] for number in range(4)}
    before = {story: articles for story, articles in before.items() if articles}
    story_of, _, rows = trace_groups(groups, before, n_ever=n_ever)

    assert len(set(story_of.values())) == len(groups)
    continued = [row["previous_story_id"] for row in rows if row["relation"] == "continued"]
    assert len(continued) == len(set(continued))
    born = {story for story in story_of.values() if story not in before}
    assert born == {row["story_id"] for row in rows if row["relation"] in {"new", "split", "merged"}} - before.keys()
    explained = {row["previous_story_id"] for row in rows} - {None}
    assert explained == before.keys()
    ended = {row["previous_story_id"] for row in rows if row["relation"] in {"ended", "merged"}}
    assert ended == before.keys() - set(story_of.values())
    assert trace_groups([list(reversed(group)) for group in reversed(groups)], before, n_ever=n_ever)[0] == story_of


def shuffle_rows(table: pa.Table, random: Random) -> pa.Table:
    return table.take(pa.array(random.sample(range(table.num_rows), table.num_rows), pa.int64()))


cluster_assignments = st.lists(
    st.dictionaries(st.sampled_from("abcdefghijkl"), st.integers(0, 3)), min_size=2, max_size=6
)


@given(cluster_assignments, st.randoms())
def test_over_many_editions_every_id_has_one_birth_and_one_end_with_their_rows(
    assignments: list[dict[str, int]], random: Random
) -> None:
    before = story_articles_table({})
    alive: set[str] = set()
    dead: set[str] = set()
    for day, cluster_of in enumerate(assignments):
        edition = TODAY + timedelta(days=day)
        groups = [[a for a, n in cluster_of.items() if n == number] for number in range(4)]
        clusters, copies = clusters_table([group for group in groups if group]), copies_table(sorted(cluster_of))
        memberships, descent = trace(clusters, copies, before, edition)
        again = trace(
            shuffle_rows(clusters, random), shuffle_rows(copies, random), shuffle_rows(before, random), edition
        )
        assert again[0].equals(memberships)
        assert again[1].equals(descent)

        assert sorted(memberships["article_id"].to_pylist()) == sorted(cluster_of), "each article in exactly one story"
        rows = descent.to_pylist()
        now = set(memberships["story_id"].to_pylist())
        assert not now & dead, "an id that ended does not come back"
        continued = [row["previous_story_id"] for row in rows if row["relation"] == "continued"]
        assert len(continued) == len(set(continued))
        assert all(row["story_id"] == row["previous_story_id"] for row in rows if row["relation"] == "continued")
        assert set(continued) == now & alive
        births = {row["story_id"] for row in rows if row["relation"] in {"new", "split"}} - set(continued)
        assert births == now - alive
        ends = {row["previous_story_id"] for row in rows if row["relation"] in {"ended", "merged"}}
        assert ends == alive - now
        dead |= alive - now
        alive = now
        story_of = dict(zip(memberships["article_id"].to_pylist(), memberships["story_id"].to_pylist(), strict=True))
        before = story_articles_table({story: [a for a in cluster_of if story_of[a] == story] for story in now})
