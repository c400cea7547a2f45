from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsfold import schemas
from newsfold.copies.stage import COLLAPSE, collapse_copies
from newsfold.copies.tables import SKETCH_PARTS
from newsfold.dataflow import Context, TableView
from newsfold.settings import Copies, Settings
from tests.factories import NOON, article, prose


def collapse(*rows: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the row of each article in table `copies`, by id."""
    table = collapse_copies(schemas.build_table("articles", rows))
    return {row["article_id"]: row for row in table.to_pylist()}


def group_members(copies: dict[str, dict[str, Any]]) -> set[frozenset[str]]:
    return {
        frozenset(id_ for id_, row in copies.items() if row["copy_group_id"] == group)
        for group in {row["copy_group_id"] for row in copies.values()}
    }


def test_no_articles_have_no_copies() -> None:
    assert collapse_copies(schemas.empty_table("articles")).equals(schemas.empty_table("copies"))


def test_equal_words_are_exact_copies_whatever_headline_case_and_punctuation() -> None:
    body = prose(1, 60)
    found = collapse(article("a", body=body), article("b", body=body.upper().replace(" ", ", "), title="X"))
    assert group_members(found) == {frozenset("ab")}
    assert found["b"]["kind"] == "exact"
    assert found["b"]["similarity"] == 1.0


@pytest.mark.parametrize("kept", [0.3, 0.5, 0.7])
def test_a_text_cut_short_is_a_near_copy(kept: float) -> None:
    words = prose(2, 400).split()
    cut = article("cut", body=" ".join(words[: int(len(words) * kept)]))
    found = collapse(article("all", body=" ".join(words)), cut, article("other", body=prose(3, 400)))
    assert group_members(found) == {frozenset({"all", "cut"}), frozenset({"other"})}
    assert found["cut"]["kind"] == "near"
    assert found["cut"]["similarity"] == 1.0
    assert found["all"]["is_original"]


def test_reordered_paragraphs_framed_by_boilerplate_are_a_copy() -> None:
    paragraphs = [prose(seed, 60) for seed in range(4)]
    framed = "\n".join([prose(50, 20), *reversed(paragraphs), prose(51, 20)])
    found = collapse(article("a", body="\n".join(paragraphs)), article("b", body=framed))
    assert group_members(found) == {frozenset("ab")}
    assert 0.95 < found["b"]["similarity"] <= 1.0


def test_one_shared_quotation_does_not_make_a_copy() -> None:
    quotation = prose(4, 50)
    found = collapse(
        article("a", body=prose(5, 150) + "\n" + quotation), article("b", body=quotation + "\n" + prose(6, 150))
    )
    assert len(group_members(found)) == 2


def test_a_lead_in_every_article_of_an_outlet_is_boilerplate() -> None:
    lead = prose(7, 25)
    rows = [article(f"a{i:02}", body=f"{lead}\n{prose(100 + i, 90)}", outlet="Daily") for i in range(40)]
    assert len(group_members(collapse(*rows))) == 40


def test_equal_headlines_without_text_are_copies_but_generic_titles_are_not() -> None:
    generic = [article(i, title="Sport in brief") for i in "ab"]
    headline = [article(i, title="Ferry to Norrhavn runs aground off Skate Point") for i in "cd"]
    assert group_members(collapse(*generic, *headline)) == {
        frozenset("a"), frozenset("b"), frozenset("cd"),
    }  # fmt: skip


def test_short_texts_need_equal_titles_and_bodies() -> None:
    rows = [
        article("a", body="Ferry aground off Skate Point", title="Ferry runs aground"),
        article("b", body="Ferry aground off Skate Point", title="Ferry runs aground"),
        article("c", body="Ferry aground off Skate Point", title="Captain blamed"),
    ]
    assert group_members(collapse(*rows)) == {frozenset("ab"), frozenset("c")}


def test_an_outlets_daily_item_is_not_a_copy_of_yesterdays() -> None:
    rows = [
        article(str(day), outlet="Daily", title="Morning briefing: all you need to know today",
                published_at=NOON + timedelta(days=day))
        for day in range(3)
    ]  # fmt: skip
    assert len(group_members(collapse(*rows))) == 3


def test_a_short_text_under_different_titles_of_one_outlet_is_boilerplate() -> None:
    standing = prose(8, 40)
    shows = [
        article(f"show{day}", body=standing, outlet="Channel", title=f"Evening news of {day} March") for day in (7, 8)
    ]
    assert len(group_members(collapse(*shows))) == 2


def test_the_credited_outlet_holds_the_original_though_it_came_later() -> None:
    body = prose(9, 200)
    found = collapse(
        article("early", body=body, syndicated_from="Meridian Wire", published_at=NOON),
        article("late", body=body, outlet="The MERIDIAN Wire", published_at=NOON + timedelta(hours=5)),
        article("plain", body=body + " extra words here", published_at=NOON - timedelta(hours=5)),
    )
    assert group_members(found) == {frozenset({"early", "late", "plain"})}
    assert found["late"]["is_original"]


def test_an_uncredited_text_comes_before_a_credited_one_then_the_earlier_then_the_longer() -> None:
    body = prose(10, 200)
    credited = article("0", body=body, agency="AFP", published_at=NOON - timedelta(days=1))
    late = article("1", body=body, published_at=NOON + timedelta(hours=1))
    early = article("2", body=body, published_at=NOON)
    timeless = article("3", body=body + " " + prose(11, 20))
    found = collapse(credited, late, early, timeless)
    assert [a for a, row in found.items() if row["is_original"]] == ["2"]
    assert [a for a, row in collapse(credited, timeless).items() if row["is_original"]] == ["3"]


def test_an_agencys_own_text_is_not_credited_to_another() -> None:
    body = prose(12, 100)
    own = article("own", body=body, outlet="Reuters", agency="Reuters", published_at=NOON)
    pick_up = article("up", body=body, published_at=NOON - timedelta(hours=1), agency="Reuters")
    assert collapse(own, pick_up)["own"]["is_original"]


def test_an_outlets_second_version_is_a_revision() -> None:
    body = prose(13, 200)
    found = collapse(
        article("a", body=body, outlet="Post", published_at=NOON),
        article("b", body=body + " " + prose(14, 9), outlet="Post", published_at=NOON + timedelta(hours=1)),
    )
    assert [found[a]["kind"] for a in "ab"] == ["exact", "revision"]


def test_a_chain_of_similar_texts_is_not_one_group() -> None:
    words = prose(15, 400).split()
    # Each text shares 85% with the next one; the ends share nothing like 80%.
    rows = [
        article(str(i), body=" ".join(words[i * 20 : i * 20 + 130]), published_at=NOON + timedelta(hours=i))
        for i in range(8)
    ]
    found = collapse(*rows)
    assert len(group_members(found)) > 1
    assert all(row["similarity"] >= Copies().near_similarity for row in found.values())


@settings(deadline=None)  # the first example waits for compiled code
@given(st.lists(st.integers(0, 5), min_size=1, max_size=14))
def test_every_article_has_one_group_with_one_original(seeds: list[int]) -> None:
    rows = [
        article(f"{i:02}", body=prose(seed, 40) + " " + prose(900 + i, i % 3 * 4), outlet=f"outlet {i % 4}")
        for i, seed in enumerate(seeds)
    ]
    table = schemas.build_table("articles", rows)
    found = collapse_copies(table)
    assert found["article_id"].to_pylist() == sorted(row["article_id"] for row in rows)
    originals = found.filter(found["is_original"])
    assert originals["copy_group_id"].to_pylist() == originals["article_id"].to_pylist()
    assert set(found["copy_group_id"].to_pylist()) == set(originals["article_id"].to_pylist())


def test_every_tenth_word_changed_and_a_cut_at_once_is_still_a_copy() -> None:
    words = prose(16, 600).split()
    changed = [prose(at, 1) if at % 10 == 4 else word for at, word in enumerate(words)]
    rows = [
        article("all", body=" ".join(words)),
        article("some", body=" ".join(changed)),
        article("cut", body=" ".join(changed[:240])),
    ]
    assert group_members(collapse(*rows)) == {frozenset({"all", "some", "cut"})}


def test_reports_that_differ_in_their_numbers_are_two_reports() -> None:
    words = prose(17, 300).split()
    reports = [[str(at + day) if at % 6 == 0 else word for at, word in enumerate(words)] for day in (0, 1)]
    found = collapse(article("a", body=" ".join(reports[0])), article("b", body=" ".join(reports[1])))
    assert len(group_members(found)) == 2


def test_without_spaces_between_words_edits_are_not_bridged() -> None:
    generator = random.Random(25)
    characters = [chr(generator.randrange(0x4E00, 0x9000)) for _ in range(600)]
    edited = [chr(0x9100 + at) if at % 7 < 2 else character for at, character in enumerate(characters)]
    cut = characters[:200]
    found = collapse(
        *(article(name, body="".join(text)) for name, text in (("a", characters), ("b", edited), ("c", cut)))
    )
    assert group_members(found) == {frozenset("ac"), frozenset("b")}


def test_sixty_outlets_print_one_text_and_some_cut_it() -> None:
    words = prose(18, 500).split()
    whole = [
        article(f"whole{i:02}", body=" ".join([*words, f"byline{i}", *prose(300 + i, 9).split()])) for i in range(40)
    ]
    cuts = [article(f"cut{i:02}", body=" ".join(words[: 150 + 5 * i])) for i in range(20)]
    strangers = [article(f"x{i}", body=prose(500 + i, 500)) for i in range(5)]
    found = group_members(collapse(*whole, *cuts, *strangers))
    assert len(found) == 6
    assert max(map(len, found)) == 60


def test_a_copy_of_one_paragraph_is_found_if_any_member_has_a_similar_title() -> None:
    paragraphs = [prose(19, 45), prose(20, 200)]
    body = "\n".join(paragraphs)
    found = collapse(
        article("a", body=body, title="Ferry runs aground off Skate Point", published_at=NOON),
        article("b", body=body + " Photo by hand", title="Passengers tell of a night of fear"),
        article("c", body=paragraphs[0], title="Ferry aground off Skate Point"),
    )
    assert group_members(found) == {frozenset("abc")}


def test_known_boilerplate_of_one_outlet_is_ignored_in_another() -> None:
    standing = prose(21, 120)
    known = article("known", body=prose(22, 60), extras=[{"key": "repeated", "value": standing}])
    rows = [article("a", body=f"{prose(23, 70)}\n{standing}"), article("b", body=f"{standing}\n{prose(24, 70)}"), known]
    assert len(group_members(collapse(*rows))) == 3
    pick_up = article("c", body=f"{standing}\n{prose(23, 70)}")
    assert group_members(collapse(*rows, pick_up)) == {frozenset("ac"), frozenset("b"), frozenset({"known"})}


def test_cut_and_framed_real_texts_are_found_and_nothing_else(shared: Path) -> None:
    texts = (
        pq.read_table(shared / "volume" / "allsides_12k.parquet", columns=["text"]).slice(0, 300)["text"].to_pylist()
    )
    rows = [article(f"{i:03}", body=body) for i, body in enumerate(texts)]
    for i, body in enumerate(texts):
        words = body.split()
        cut = words[: int(len(words) * (0.3, 0.5, 0.7)[i % 3])]
        framed = [prose(i, 30), *(words if i % 2 else cut), prose(i + 1000, 30)]
        rows.append(article(f"copy-{i:03}", body=" ".join(framed if i % 2 else cut)))
    found = collapse(*rows)
    right = sum(found[f"{i:03}"]["copy_group_id"] == found[f"copy-{i:03}"]["copy_group_id"] for i in range(300))
    assert right >= 297
    assert len({found[f"{i:03}"]["copy_group_id"] for i in range(300)}) >= 299


@given(st.integers(2, 9), st.integers(0, 2**16))
@settings(max_examples=10)
def test_any_number_of_parts_finds_the_same_copies(n_parts: int, seed: int) -> None:
    rng = random.Random(seed)
    texts = [prose(rng.randrange(4), 60 + 20 * rng.randrange(5)) for _ in range(30)]
    rows = [
        article(f"{i:02}", outlet=f"outlet {i % 7}", body=" ".join(text.split()[rng.randrange(30) :]))
        for i, text in enumerate(texts)
    ]

    def divide_sketches(body_sketches: TableView) -> pa.Table:
        return pa.table({"part": range(n_parts), "n_parts": [n_parts] * n_parts}, schema=SKETCH_PARTS)

    steps = (
        replace(step, function=divide_sketches) if step.writes == ("sketch_parts",) else step for step in COLLAPSE.steps
    )
    tables = {"window_articles": schemas.build_table("articles", rows), "labels": schemas.empty_table("labels")}
    context, wanted = Context.undated(Settings()), ("texts", "text_pairs", "cut_pairs", "copies")
    divided = replace(COLLAPSE, steps=tuple(steps)).run(tables, context, wanted)
    assert divided == COLLAPSE.run(tables, context, wanted)
