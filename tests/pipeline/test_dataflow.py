"""However a night is cut into chunks, the tables are the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from newsfold import schemas, settings, sources, stages
from newsfold.dataflow import Selection, Stage, Step
from newsfold.stages import STAGES, Context, end_of

NIGHT = date(2013, 6, 7)


@pytest.fixture(scope="module")
def given() -> dict[str, pa.Table]:
    """All that a night of the sample reads from outside, the night before known in part."""
    chosen = settings.load_settings()
    tables = {name: schemas.empty_table(name) for name in stages.INPUTS}
    tables["documents"], tables["source_outcomes"] = sources.read_sources(chosen, date(2013, 6, 6))
    before = made(tables, None)
    tables["documents"], tables["source_outcomes"] = sources.read_sources(chosen, NIGHT)
    tables["known_articles"] = before["articles"]
    tables["known_ids"] = before["articles"].select(["article_id"])
    tables["known_embeddings"] = before["article_embeddings"].slice(5)
    tables["cached_embeddings"] = before["article_embeddings"].slice(0, 3)
    tables["previous_story_articles"] = before["story_articles"]
    tables["known_edges"] = before["edges"]
    tables["settled"] = before["copies"].filter(before["copies"]["is_original"]).select(["article_id"])
    return tables


def made(given: dict[str, pa.Table], size: int | None) -> dict[str, pa.Table]:
    tables = dict(given)
    context = Context(settings.load_settings(), NIGHT, end_of(NIGHT))
    for stage in STAGES:
        tables |= stage.run({name: tables[name] for name in stage.reads}, context, size)
    return tables


@pytest.fixture(scope="module")
def at_once(given: dict[str, pa.Table]) -> dict[str, pa.Table]:
    return made(given, None)


@pytest.mark.parametrize("size", [7, 30])
def test_chunks_of_any_size_give_the_very_same_tables(
    given: dict[str, pa.Table], at_once: dict[str, pa.Table], size: int
) -> None:
    found = made(given, size)
    assert at_once["edges"].num_rows > at_once["kept_edges"].num_rows > 0
    assert {"exact", "near"} == set(
        at_once["copies"].filter(pc.invert(at_once["copies"]["is_original"]))["kind"].to_pylist()
    )
    for name, table in at_once.items():
        assert found[name].combine_chunks().equals(table.combine_chunks(), check_metadata=True), name


def test_a_step_reads_what_the_stage_reads_or_an_earlier_step_wrote() -> None:
    for stage in STAGES:
        there = set(stage.reads)
        for step in stage.steps:
            assert step.asks <= there, f"{stage.name}: {step.name} lacks {step.asks - there}"
            assert set(step.columns) <= step.asks, f"{stage.name}: {step.name}"
            there |= set(step.writes)
        assert set(stage.writes) <= there, stage.name


def test_a_stage_needs_no_other_columns_than_its_steps_name(
    given: dict[str, pa.Table], at_once: dict[str, pa.Table]
) -> None:
    context = Context(settings.load_settings(), NIGHT, end_of(NIGHT))
    for stage in STAGES:
        columns = {name: stage.columns(name) for name in stage.reads}
        tables = {name: at_once[name] if some is None else at_once[name].select(some) for name, some in columns.items()}
        for name, table in stage.run(tables, context, 30).items():
            assert table.combine_chunks().equals(at_once[name].combine_chunks(), check_metadata=True), name


def test_rows_may_be_chosen_by_a_column_that_the_step_itself_does_not_need() -> None:
    table = pa.table({"id": ["a", "b"], "word": ["x", "y"], "body": ["", ""]})
    beside = {"words": Selection("id", ("id",))}
    step = Step("look", lambda tables, _: {"found": tables["words"]}, (), ("found",), "ids", beside=beside)
    chosen = replace(step, columns={"words": ("word",)})
    assert Stage("look", "", (step,), ("ids", "words"), ("found",)).columns("words") is None
    stage = Stage("look", "", (chosen,), ("ids", "words"), ("found",))
    assert stage.columns("words") == ["id", "word"]
    tables = {"ids": pa.table({"id": ["b"]}), "words": table.select(["id", "word"])}
    found = stage.run(tables, Context(settings.Settings(), NIGHT, end_of(NIGHT)))
    assert found["found"].to_pylist() == [{"word": "y"}]


def test_chunks_begin_where_what_comes_out_does_not_depend_on_them() -> None:
    step = Step("encode", lambda tables, _: tables, over="missing", unit=512)
    assert step.chunks(1200, 700) == [(0, 512), (512, 1024), (1024, 1200)]
    assert step.chunks(3, 1) == [(0, 3)]
    assert step.chunks(0, 700) == [(0, 0)]
