"""Steps bound to tables by name, and the same tables from chunks of any size."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from newsfold import schemas, settings, sources, stages
from newsfold.dataflow import Context, MemoryView, Stage, Step, TableView, end_of_day
from newsfold.embedding.vectors import whole_batches
from newsfold.settings import Scale
from newsfold.stages import STAGES
from tests.chunks import run_in_chunks

NIGHT = date(2013, 6, 7)
CONTEXT = Context(settings.Settings(), NIGHT, end_of_day(NIGHT))


def run_stages(inputs: dict[str, pa.Table], scale: Scale | None) -> dict[str, pa.Table]:
    """Run all stages in memory, and return the inputs and what every stage wrote."""
    tables = dict(inputs)
    context = Context(settings.load_settings(), NIGHT, end_of_day(NIGHT))
    for stage in STAGES:
        tables |= run_in_chunks(stage, tables, context, scale) if scale else stage.run(tables, context)
    return tables


@pytest.fixture(scope="module")
def inputs() -> dict[str, pa.Table]:
    """The inputs of a night of the sample, with the night before partly known."""
    sample = settings.load_settings()
    tables = {name: schemas.empty_table(name) for name in stages.INPUTS}
    tables["documents"], tables["source_outcomes"] = sources.read_sources(sample, date(2013, 6, 6))
    before = run_stages(tables, None)
    tables["documents"], tables["source_outcomes"] = sources.read_sources(sample, NIGHT)
    tables["known_articles"] = before["articles"]
    tables["known_ids"] = (
        before["articles"]
        .select(["article_id"])
        .append_column("recorded_on", pa.repeat(pa.scalar(date(2013, 6, 6)), before["articles"].num_rows))
    )
    tables["known_embeddings"] = before["article_embeddings"].slice(5)
    tables["cached_embeddings"] = before["article_embeddings"].slice(0, 3)
    tables["previous_story_articles"] = before["story_articles"]
    tables["known_edges"] = before["edges"]
    tables["previous_originals"] = before["copies"].filter(before["copies"]["is_original"]).select(["article_id"])
    return tables


@pytest.fixture(scope="module")
def at_once(inputs: dict[str, pa.Table]) -> dict[str, pa.Table]:
    return run_stages(inputs, None)


@pytest.mark.parametrize("size", [7, 30])
def test_chunks_of_any_size_give_the_very_same_tables(
    inputs: dict[str, pa.Table], at_once: dict[str, pa.Table], size: int
) -> None:
    chunked = run_stages(inputs, Scale(chunk_articles=size, chunk_pairs=size))
    assert at_once["edges"].num_rows > at_once["kept_edges"].num_rows > 0
    copies = at_once["copies"].filter(pc.invert(at_once["copies"]["is_original"]))
    assert {"exact", "near"} == set(copies["kind"].to_pylist())
    for name, table in at_once.items():
        assert chunked[name].combine_chunks().equals(table.combine_chunks(), check_metadata=True), name


def test_a_step_reads_what_the_stage_reads_or_an_earlier_step_wrote() -> None:
    for stage in STAGES:
        written = set(stage.reads)
        for step in stage.steps:
            assert set(step.reads) <= written, f"{stage.name}: {step.name}"
            assert step.chunk_by is None or step.chunk_by in step.reads, f"{stage.name}: {step.name}"
            written |= set(step.writes)
        assert set(stage.writes) <= written, stage.name


def double(numbers: TableView) -> pa.Table:
    table = numbers.read(["n"])
    return pa.table({"n": pc.multiply(table["n"], 2)})


def split_parity(doubled: TableView, words: TableView, context: Context) -> tuple[pa.Table, pa.Table]:
    assert context.edition == NIGHT
    table = doubled.read()
    fours = pc.equal(pc.bit_wise_and(table["n"], 3), 0)
    return table.filter(fours), words.where("word", pa.chunked_array([["b"]]), columns=["meaning"])


STAGE = Stage(
    "calculate",
    "double numbers",
    steps=(Step(double, writes=("doubled",), chunk_by="numbers"), Step(split_parity, writes=("fours", "found"))),
    writes=("fours",),
)
TABLES = {
    "numbers": pa.table({"n": [1, 2, 3, 4], "unused": ["", "", "", ""]}),
    "words": pa.table({"word": ["a", "b"], "meaning": ["x", "y"]}),
}


def test_a_stage_reads_the_tables_its_functions_name_and_no_earlier_step_wrote() -> None:
    assert STAGE.reads == ("numbers", "words")
    assert STAGE.run(TABLES, CONTEXT)["fours"]["n"].to_pylist() == [4, 8]
    assert run_in_chunks(STAGE, TABLES, CONTEXT, Scale(chunk_articles=3))["fours"]["n"].to_pylist() == [4, 8]


def test_progress_counts_the_rows_of_the_chunks_before() -> None:
    def double_slowly(numbers: TableView, context: Context) -> pa.Table:
        context.progress("calculate", numbers.num_rows, numbers.num_rows)
        return double(numbers)

    reported: list[tuple[int, int]] = []
    context = Context.undated(settings.Settings(), lambda _, done, total: reported.append((done, total)))
    stage = Stage("calculate", "", (Step(double_slowly, ("doubled",), chunk_by="numbers"),), writes=("doubled",))
    doubled = run_in_chunks(stage, TABLES, context, Scale(chunk_articles=3))["doubled"]
    assert (doubled["n"].to_pylist(), reported) == ([2, 4, 6, 8], [(3, 4), (4, 4)])


def test_an_intermediate_table_can_be_asked_for_and_later_steps_do_not_run() -> None:
    without_words = {"numbers": TABLES["numbers"]}
    assert STAGE.run(without_words, CONTEXT, wanted=["doubled"])["doubled"]["n"].to_pylist() == [2, 4, 6, 8]
    assert STAGE.run(TABLES, CONTEXT, wanted=["found"])["found"].to_pylist() == [{"meaning": "y"}]


def test_a_result_among_the_inputs_is_computed_again() -> None:
    old = {"fours": pa.table({"n": [0]}), "doubled": pa.table({"n": [0]})}
    assert STAGE.run(TABLES | old, CONTEXT)["fours"]["n"].to_pylist() == [4, 8]


def test_a_view_finds_rows_by_strings_and_by_lists_of_strings() -> None:
    view = MemoryView(pa.table({"id": ["a", "b", "c"], "n": [1, 2, 3]}))
    lists = pa.chunked_array([[["c"], ["a", "c"]]])
    assert view.where("id", lists, columns=["n"])["n"].to_pylist() == [1, 3]
    assert view.where("id", lists, pa.chunked_array([["b"]]))["n"].to_pylist() == [1, 2, 3]
    assert view.slice(1, 3).read(["n"])["n"].to_pylist() == [2, 3]


def test_chunks_hold_whole_batches_where_these_shape_the_result() -> None:
    step = Step(double, writes=("doubled",), chunk_by="numbers", chunk_rows=whole_batches)
    assert step.chunks(1200, Scale(chunk_articles=700)) == [(0, 512), (512, 1024), (1024, 1200)]
    assert step.chunks(3, Scale(chunk_articles=1)) == [(0, 3)]
    assert step.chunks(0, Scale()) == [(0, 0)]
