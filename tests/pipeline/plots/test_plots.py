"""Plots: labels that can be read, in any script, times in UTC, and the same places for the same texts."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import story, story_article
from tests.pipeline.digest.invented_editions import HOSTILE, publish_stories

plt = pytest.importorskip("matplotlib.pyplot", reason="the extra `notebook` is not installed")

import pandas as pd  # noqa: E402
from matplotlib.text import Text  # noqa: E402

import newsfold  # noqa: E402
from newsfold import plots  # noqa: E402
from newsfold.errors import ConfigError  # noqa: E402
from newsfold.plots import style  # noqa: E402
from newsfold.queries.syndication import analyse_syndication  # noqa: E402
from newsfold.settings import Settings  # noqa: E402

NOON = datetime(2013, 6, 5, 12, tzinfo=UTC)
DRAWN = [
    plots.draw_blind_spots,
    plots.draw_cohesion,
    plots.draw_coverage,
    plots.draw_firsts,
    plots.draw_growth,
    plots.draw_importance,
    plots.draw_map,
    plots.draw_probabilities,
    plots.draw_relations,
    plots.draw_statuses,
    plots.draw_thread_growth,
    plots.draw_threads,
]


@pytest.fixture(autouse=True)
def draw_without_a_screen() -> Iterator[None]:
    plt.switch_backend("agg")
    yield
    plt.close("all")


def publish(folder: Path, titles: list[str], n_articles: int = 6, **columns: Any) -> plots.EditionTables:
    stories = []
    for number, title in enumerate(titles):
        times = [NOON - timedelta(hours=number + at) for at in range(n_articles)]
        members = [
            story_article(f"s{number}", at, title=title, outlet=f"{title[:10]} {at}", published_at=time, **columns)
            for at, time in enumerate(times)
        ]
        stories.append((story(f"s{number}", members, headline=title), members))
    return plots.load_edition(publish_stories(folder, stories))


def place_articles(tables: plots.EditionTables) -> pd.DataFrame:
    return tables.members.assign(x=0.0, y=0.0)


def find_boxes(ax: Any, texts: list[Any]) -> list[Any]:
    ax.figure.canvas.draw()
    return [Text.get_window_extent(text) for text in texts]  # without the lines that lead to them


def test_labels_of_lines_that_end_together_do_not_overlap_and_stay_in_the_picture(tmp_path: Path) -> None:
    ax = plots.draw_growth(publish(tmp_path / "s", [f"Ferry {number} sinks off Lomo" for number in range(8)]))
    boxes = sorted(find_boxes(ax, list(ax.texts)), key=lambda box: box.y0)
    assert len(boxes) == 8
    assert all(lower.y1 <= upper.y0 + 1 for lower, upper in pairwise(boxes))
    picture = ax.figure.bbox
    assert all(picture.x0 <= box.x0 and box.x1 <= picture.x1 and box.y1 <= picture.y1 for box in boxes)


def test_time_axes_are_in_utc_and_counts_are_whole(tmp_path: Path) -> None:
    ax = plots.draw_growth(publish(tmp_path / "s", ["Ferry sinks off Lomo"], 2))
    ax.figure.canvas.draw()
    assert ax.get_xlabel() == "time (UTC)"
    assert "12:00" in [label.get_text() for label in ax.get_xticklabels()]  # the last article's time
    assert all(tick == int(tick) for tick in ax.get_yticks())


@pytest.mark.parametrize("draw", DRAWN)
def test_each_plot_of_an_edition_draws_its_data(sample_store: Path, draw: Any) -> None:
    assert draw(plots.load_edition(sample_store)).has_data()  # a note is none


def test_names_copying_and_history_are_drawn(sample_store: Path) -> None:
    tables = plots.load_edition(sample_store)
    for type_ in ("person", "organisation", "place"):
        assert plots.draw_names(tables, type_).has_data()
    exchange = analyse_syndication(sample_store, Settings(), tables.first_day, tables.edition).exchange
    assert plots.draw_exchange(exchange).has_data()
    assert plots.draw_history(newsfold.story(sample_store, tables.ranked.index[0])).has_data()


@pytest.mark.parametrize("draw", DRAWN)
def test_texts_of_any_script_are_drawn_without_warnings(tmp_path: Path, draw: Any) -> None:
    titles = [*HOSTILE.values(), "渡轮沉没", "नौका डूबी", "$x^2", "  "]
    tables = publish(tmp_path / "s", titles)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        draw(tables).figure.canvas.draw()


def test_a_script_without_a_font_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    base = style._list_families()["DejaVu Sans"]
    monkeypatch.setattr(style, "_list_families", lambda: {"DejaVu Sans": base})
    style._find_family.cache_clear()
    monkeypatch.setattr(style, "_families", ["DejaVu Sans"])
    assert style.shorten_label("渡轮沉没，所有人获救") == "(no font for this script)"
    assert style.shorten_label("Ferry 渡轮 sinks") == "Ferry sinks"
    style._find_family.cache_clear()


def test_plots_leave_the_callers_style_and_draw_on_the_axes_given(sample_store: Path) -> None:
    before = dict(plt.rcParams)
    _, ax = plt.subplots()
    assert plots.draw_growth(plots.load_edition(sample_store), ax) is ax
    assert dict(plt.rcParams) == before


def test_facets_count_each_article_once(sample_store: Path) -> None:
    tables = plots.load_edition(sample_store)
    fig = plots.draw_facets(tables, "language")
    bars: list[Any] = [bar for ax in fig.axes for bar in ax.patches]
    assert sum(bar.get_height() for bar in bars) == len(tables.timed)
    assert fig.axes[0].get_title(loc="left").startswith("English")
    with pytest.raises(ValueError, match="one of outlet, language, kind"):
        plots.draw_facets(tables, "country")


def test_the_map_puts_the_same_texts_at_the_same_places(sample_store: Path) -> None:
    tables = plots.load_edition(sample_store)
    first, second = plots.project_articles(tables), plots.project_articles(tables)
    assert first[["article_id", "x", "y"]].equals(second[["article_id", "x", "y"]])
    assert set(first.article_id) == set(tables.vectors.article_id)


def test_the_chart_says_what_each_dot_is_and_filters_by_three_facets(sample_store: Path) -> None:
    pytest.importorskip("altair", reason="the extra `interactive` is not installed")
    chart = plots.chart_stories(plots.load_edition(sample_store)).to_dict()
    names = {parameter["name"] for parameter in chart["params"]}
    assert {"follow", "outlet", "language", "kind"} <= names
    rows = next(rows for rows in chart["datasets"].values() if "title" in rows[0])
    assert all(row["title"] and row["published"].endswith(("UTC", "unknown")) for row in rows)


def test_stories_of_one_headline_have_colours_of_their_own(tmp_path: Path) -> None:
    pytest.importorskip("altair", reason="the extra `interactive` is not installed")
    tables = publish(tmp_path / "s", ["Ferry sinks off Lomo", "Ferry sinks off Lomo", "Strike ends"])
    chart = plots.chart_stories(tables, place_articles(tables)).to_dict()
    scale = chart["vconcat"][0]["encoding"]["color"]["scale"]
    names = ["1  Ferry sinks off Lomo", "2  Ferry sinks off Lomo", "3  Strike ends", "others"]
    assert (scale["domain"], len(scale["range"])) == (names, 4)


def test_no_more_stories_are_named_than_there_are_colours(tmp_path: Path) -> None:
    pytest.importorskip("altair", reason="the extra `interactive` is not installed")
    tables = publish(tmp_path / "s", [f"Ferry {number} sinks" for number in range(12)], 2)
    points = place_articles(tables)
    chart = plots.chart_stories(tables, points, n=12).to_dict()
    assert len(chart["vconcat"][0]["encoding"]["color"]["scale"]["domain"]) == 8 + 1
    assert len(plots.draw_map(tables, points=points, n=12).get_legend_handles_labels()[1]) == 8


def test_articles_of_no_known_language_are_charted(tmp_path: Path) -> None:
    pytest.importorskip("altair", reason="the extra `interactive` is not installed")
    tables = publish(tmp_path / "s", ["Ferry sinks off Lomo"], language=None)
    chart = plots.chart_stories(tables, place_articles(tables)).to_dict()
    rows = next(rows for rows in chart["datasets"].values() if "title" in rows[0])
    assert {row["language"] for row in rows} == {"unknown"}


def test_without_altair_the_chart_names_the_extra(sample_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "altair", None)
    with pytest.raises(ConfigError, match=r"newsfold\[interactive\]"):
        plots.chart_stories(plots.load_edition(sample_store))


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=12), st.floats(0.01, 10))
def test_spread_positions_keep_their_order_and_distance_and_move_no_more_than_needed(
    positions: list[float], gap: float
) -> None:
    spread = style.spread_positions(positions, gap)
    order = sorted(range(len(positions)), key=lambda at: positions[at])
    assert all(spread[b] - spread[a] >= gap - 1e-6 for a, b in pairwise(order))
    if all(positions[b] - positions[a] >= gap for a, b in pairwise(order)):
        assert spread == pytest.approx(positions)
    assert sum(spread) == pytest.approx(sum(positions), abs=1e-6)  # labels stay around their lines
