"""What benchmarks share: their help, what they cost, how it grows, and newsfold beside other methods."""

from __future__ import annotations

import importlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from tests import events
from tests.benchmarks import night_profile, night_runs, process_cost, scale, volume
from tests.benchmarks.peers import __main__ as peers
from tests.benchmarks.peers import report
from tests.benchmarks.peers.method import Options, run_method
from tests.benchmarks.peers.methods import INPUTS, METHODS
from tests.benchmarks.peers.workspace import Workspace

FOLDER = Path(__file__).parent / "benchmarks"
PROGRAMS = sorted(
    file.parent.name if file.name == "__main__.py" else file.stem
    for file in FOLDER.rglob("*.py")
    if 'if __name__ == "__main__":' in file.read_text(encoding="utf-8")
)
INNER = {"method", "night_runs"}  # other benchmarks start them
TYPER = {"digest_looks", "digest_page"}
OPTIONS = Options(distance=0.45, max_tokens=64, embedded=20)


@pytest.mark.parametrize("name", [name for name in PROGRAMS if name not in INNER | TYPER])
def test_a_benchmark_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    is_package = (FOLDER / name).is_dir()
    module = importlib.import_module(f"tests.benchmarks.{name}{'.__main__' if is_package else ''}")
    with pytest.raises(SystemExit) as ended:
        module.main(["--help"])
    assert ended.value.code == 0
    assert f"usage: python -m tests.benchmarks.{name}" in capsys.readouterr().out


def test_a_benchmark_that_lacks_arguments_says_which(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        peers.main([])
    assert ended.value.code == 2
    assert "required: table" in capsys.readouterr().err


def test_memory_of_an_inner_block_counts_for_the_outer_one() -> None:
    with process_cost.measure() as outer:
        with process_cost.measure() as inner:
            filled = bytearray(b"x") * 200_000_000
            del filled
        with process_cost.measure() as after:
            pass
    assert outer.peak_mb >= inner.peak_mb >= after.peak_mb
    assert inner.peak_mb > inner.before_mb + 150


def test_a_module_that_fails_is_a_result_with_the_reason() -> None:
    assert (
        "No module named tests.benchmarks.nowhere"
        in process_cost.run_module("tests.benchmarks.nowhere", [], 1)["error"]
    )


def test_growth_is_the_exponent_from_the_first_to_the_last() -> None:
    assert process_cost.growth_exponent([1000, 2000, 4000], [3.0, 99.0, 48.0]) == pytest.approx(2)
    assert process_cost.growth_exponent([1000], [3.0]) != process_cost.growth_exponent([1000], [3.0])


def test_a_projected_night_costs_what_its_new_articles_cost_in_its_window() -> None:
    linear = {1000: {"extract": 1.0, "copies": 1.0}, 2000: {"extract": 2.0, "copies": 2.0}}
    assert scale._project(linear, "extract", 1_000_000) == pytest.approx(1000)
    assert scale._project(linear, "copies", 1_000_000) == pytest.approx(7000)
    square = {1000: {"block": 1.0}, 2000: {"block": 4.0}}
    assert scale._project(square, "block", 1_000_000) == pytest.approx(7000**2 / 7)


def test_the_memory_of_a_step_is_projected_to_the_window_of_a_large_night() -> None:
    table = scale.format_memory({1000: {"identify": 10.0, "divide": 1.0}, 2000: {"identify": 20.0, "divide": 1.0}})
    _, _, row = table.strip().splitlines()  # what is small is not listed
    assert row == "| identify | 10 MB | 20 MB | 10,486 B | 73.4 GB | 734.0 GB |"


def test_columns_read_twice_are_counted_once() -> None:
    view = scale._CountingView(pa.table({"a": pa.array([1, 2], pa.int64()), "b": pa.array([3, 4], pa.int64())}))
    view.read(["a"])
    view.read()
    assert view.take_bytes_read() == 32
    assert view.take_bytes_read() == 0


def test_repeated_articles_have_other_words_and_stories_of_their_own() -> None:
    columns = {
        "id": ["a", "b", "c"],
        "title": ["Ferry sinks off Lomo"] * 3,
        "text": ["The ferry left Lomo at night with 214 people, and captain Arrieta is missing."] * 3,
        "story": ["ferry", "ferry", None],
    }
    repeated = volume.repeat_renamed(pa.table(columns), 8)
    stories = repeated["story"].to_pylist()
    assert stories[:3] == ["ferry", "ferry", None]
    assert stories[3] == stories[4] != stories[6] == stories[7]
    assert stories[3] not in {"ferry", None, stories[6]}
    assert stories[5] is None
    assert len(set(repeated["id"].to_pylist())) == 8
    texts = repeated["text"].to_pylist()
    assert texts[0] == texts[1] != texts[3] == texts[4] != texts[6]


def own(name: str) -> night_runs.Function:
    return "/site/newsfold/summaries/describe.py", 1, name


LIBRARY, BUILT_IN = ("/site/numpy/core.py", 5, "sort"), ("~", 0, "<built-in method len>")


def test_seconds_of_libraries_go_to_the_functions_that_called_them() -> None:
    one, other = own("one"), own("other")
    calls: Any = {
        one: (1, 1, 1.0, 8.0, {}),
        other: (1, 1, 2.0, 4.0, {one: (1, 1, 2.0, 4.0)}),
        LIBRARY: (2, 2, 4.0, 5.0, {one: (1, 1, 3.0, 3.0), other: (1, 1, 1.0, 2.0), LIBRARY: (1, 1, 0.0, 1.0)}),
        BUILT_IN: (9, 9, 1.0, 1.0, {LIBRARY: (9, 9, 1.0, 1.0)}),
    }
    seconds = night_runs.attribute_seconds(calls, night_runs.is_own_function)
    assert seconds == {one: pytest.approx(1 + 5 * 3 / 5), other: pytest.approx(2 + 5 * 2 / 5)}
    assert night_runs.name_function(one) == "summaries.describe.one"


def test_libraries_that_call_each_other_lose_no_seconds() -> None:
    caller, back = own("caller"), ("/site/numpy/core.py", 9, "back")
    calls: Any = {
        caller: (1, 1, 0.5, 3.5, {}),
        LIBRARY: (3, 1, 1.0, 3.0, {caller: (1, 1, 0.5, 3.0), back: (2, 0, 0.5, 1.0)}),
        back: (2, 1, 2.0, 2.5, {LIBRARY: (2, 1, 2.0, 2.5)}),
    }
    seconds = night_runs.attribute_seconds(calls, night_runs.is_own_function)
    assert seconds == {caller: pytest.approx(3.5, abs=1e-3)}


def test_what_prefect_adds_sums_up_to_the_whole_night() -> None:
    bare = {"night": {"seconds": 50.0, "cpu_seconds": 40.0}}
    prefect = {
        "night": {"seconds": 56.0, "cpu_seconds": 43.0},
        "imports": {"seconds": 2.0, "cpu_seconds": 1.0},
        "server_start": {"seconds": 4.0, "cpu_seconds": 0.1},
        "tasks": 20,
        "empty_task": {"seconds": 0.1, "cpu_seconds": 0.05},
        "server_cpu_seconds": 9.0,
    }
    parts = night_profile.split_overhead(bare, prefect)
    assert [round(part["seconds"], 6) for part in parts.values()] == [2.0, 4.0, 2.0, 4.0, 0.0]
    assert [round(part["cpu_seconds"], 6) for part in parts.values()] == [1.0, 0.1, 1.0, 2.0, 9.0]


def a_run(method: str, seconds: float, size: int = 3000, **figures: Any) -> dict[str, Any]:
    return {"method": method, "size": size, "seconds": seconds, "cpu_seconds": seconds, "peak_mb": 1000, **figures}


def test_methods_are_compared_by_their_median_run() -> None:
    runs = [a_run("newsfold", seconds) for seconds in (9.0, 2.0, 3.0)]
    runs += [a_run("bertopic", seconds, peak_mb=2500) for seconds in (6.0, 60.0, 5.0)]
    ratios = {
        run["method"]: (run["time_ratio"], run["memory_ratio"]) for run in report.add_ratios(report.merge_repeats(runs))
    }
    assert ratios == {"newsfold": (1.0, 1.0), "bertopic": (2.0, 2.5)}


def test_a_report_says_what_was_skipped_and_what_failed_and_why() -> None:
    runs = [
        a_run("newsfold", 10.0, stages={"block": {"seconds": 4.0, "cpu_seconds": 4.0, "peak_mb": 900}}),
        a_run("newsfold", 40.0, 12_000, stages={"block": {"seconds": 64.0, "cpu_seconds": 64.0, "peak_mb": 900}}),
        {"method": "agglomerative", "size": 48_000, "skipped": METHODS["agglomerative"].too_large},
        {"method": "bertopic", "size": 3000, "error": "MemoryError"},
    ]
    text = report.format_report(runs)
    assert "skipped: it holds the distances of all pairs" in text
    assert "failed: MemoryError" in text
    block = next(line for line in text.splitlines() if line.startswith("| block"))
    assert block.split("|")[4].strip() == "2.00"


def test_grouping_alone_stands_beside_all_that_newsfold_does() -> None:
    stages = {name: {"seconds": 2.0, "cpu_seconds": 2.0, "peak_mb": 500} for name in ("block", "score", "describe")}
    lines = report.format_report([a_run("newsfold", 8.0, stages=stages)]).splitlines()
    cells = next([cell.strip() for cell in line.split("|")] for line in lines if "of which" in line)
    assert cells[2:7] == ["of which pairs, scores and stories", "4.0", "4.0", "0.50", "0.50"]


def test_a_plot_needs_no_method_at_every_size(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    runs = [a_run("newsfold", 10.0), a_run("newsfold", 40.0, 12_000), a_run("hdbscan", 5.0)]
    report.plot(runs, tmp_path / "plot.png")
    assert (tmp_path / "plot.png").stat().st_size > 10_000


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The workspace of a labelled set, as newsfold's stages fill it."""
    folder = tmp_path_factory.mktemp("peers")
    gold = events.write_gold(folder / "gold.parquet", events.reports(range(10)))
    workspace = Workspace(folder / "90")
    peers.write_rows(peers.read_rows(gold), workspace)
    for name in INPUTS:
        run_method(METHODS[name], workspace, OPTIONS)
    return workspace


def test_all_methods_are_measured_on_the_same_articles_and_labels(work: Workspace) -> None:
    names = ("newsfold", "hdbscan", "agglomerative", "tfidf")
    figures = {name: run_method(METHODS[name], work, OPTIONS) for name in names}
    assert {(run["articles"], run["labelled"]) for run in figures.values()} == {(90, 90)}
    assert figures["newsfold"]["b3_f1"] > figures["tfidf"]["b3_f1"] > 0  # invented texts of a theme have the same words
    assert {"block", "score", "cluster", "describe"} <= figures["newsfold"]["stages"].keys()


def test_vectors_are_computed_once(work: Workspace) -> None:
    assert run_method(METHODS["vectors"], work, OPTIONS)["embedded"] == 0


def test_both_ways_of_embedding_get_the_same_texts(work: Workspace) -> None:
    figures = [run_method(METHODS[name], work, OPTIONS) for name in ("embed", "encode")]
    assert figures[0]["texts"] == figures[1]["texts"] == 20
    assert figures[0]["tokens"] == figures[1]["tokens"] > 20 * 10
    assert all(0 < one["share"] < 1.5 for one in figures)


def test_datasketch_finds_the_copy() -> None:
    pytest.importorskip("datasketch")
    from tests.benchmarks.peers.other_methods import group_by_datasketch

    ferry, mayor = events.reports(range(1))[0].body, events.reports(range(1))[3].body
    groups = group_by_datasketch([ferry, mayor, f"{ferry} More soon."])
    assert groups[0] == groups[2] != groups[1]


def test_a_method_is_skipped_beyond_its_size_and_a_failed_one_ends_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run_module(_: str, arguments: list[str], threads: int) -> dict[str, Any]:
        return {"error": "MemoryError"} if arguments[0] == "bertopic" else {"seconds": 1.0, "peak_mb": 1}

    monkeypatch.setattr(peers, "run_module", run_module)
    monkeypatch.setattr(
        peers, "METHODS", METHODS | {"agglomerative": replace(METHODS["agglomerative"], max_articles=2)}
    )
    rows = pa.table({"id": ["a"], "title": ["Ferry sinks off Lomo"], "text": ["The ferry left at night."]})
    arguments = ["table", str(tmp_path), "--methods", "newsfold", "bertopic", "agglomerative"]
    found = peers.measure_all(rows, [2, 4], peers.parse_arguments(arguments))
    runs = {(run["method"], run["size"]): run for run in found}
    assert runs["bertopic", 2]["error"] == runs["bertopic", 4]["error"] == "MemoryError"
    assert runs["newsfold", 2]["seconds"] == runs["newsfold", 4]["seconds"] == 1.0
    assert runs["agglomerative", 2]["seconds"] == 1.0
    assert runs["agglomerative", 4]["skipped"] == METHODS["agglomerative"].too_large
