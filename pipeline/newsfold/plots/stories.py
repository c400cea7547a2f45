"""Plots of stories: importance, growth, names, what is new, and the history of one."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from newsfold.plots.style import (
    ACCENT,
    INK,
    MAIN,
    PALE,
    PALETTE,
    QUIET,
    count_on,
    draw_note,
    find_height,
    format_times,
    label_rows,
    make_axes,
    put_legend_below,
    shorten_label,
    spread_positions,
    styled,
)
from newsfold.plots.tables import EditionTables, count_names
from newsfold.queries.story_history import StoryHistory

_LEADER = {"arrowstyle": "-", "linewidth": 1.8, "shrinkA": 2, "shrinkB": 0, "relpos": (0, 0.5)}
_PARTS = ["independent", "families", "volume", "growth", "recency"]
_NAME_TITLES = {"person": "People", "organisation": "Organisations", "place": "Places", "name": "Names"}


@styled
def draw_importance(tables: EditionTables, ax: Axes | None = None, n: int = 15) -> Axes:
    """Draw the parts of the importance of the top stories as stacked bars.

    Args:
        tables: an edition.
        ax: where to draw; None: on a new figure.
        n: how many stories.
    """
    top = tables.ranked.head(n)
    ax = make_axes(ax, height=0.36 * len(top) + 1.7)
    parts = top[[f"importance_{part}" for part in _PARTS]].astype(float).fillna(0).to_numpy()
    left = np.zeros(len(top))
    for part, width, colour in zip(_PARTS, parts.T, PALETTE, strict=False):
        ax.barh(range(len(top)), width, left=left, color=colour, height=0.72, label=part)
        left += width
    if not left.any():  # an edition of an older version has only the sum
        ax.barh(range(len(top)), top.importance, color=MAIN, height=0.72, label="importance")
    label_rows(ax, top.headline)
    ax.set_xlabel("importance")
    ax.set_title("The top stories and the parts of their importance")
    put_legend_below(ax)
    return ax


@styled
def draw_growth(tables: EditionTables, ax: Axes | None = None, n: int = 8) -> Axes:
    """Draw the number of articles over time of the `n` largest stories, each labelled at its line.

    Args:
        tables: an edition.
        ax: where to draw; None: on a new figure.
        n: how many stories.
    """
    ax = make_axes(ax)
    largest = tables.several.nlargest(n, "n_articles", keep="first")
    timed = tables.timed[tables.timed.story_id.isin(largest.index)]
    if not len(timed):
        return draw_note(ax, "No story of several articles has publication times.")
    end = timed.published_at.max()
    shown = [
        (story_id, times.clip(lower=min(tables.start, end)))
        for story_id in largest.index
        if len(times := timed.loc[timed.story_id == story_id, "published_at"])
    ]
    counts = [len(times) for _, times in shown]
    top = 1.05 * max(counts)
    gap = top * 13 / (72 * 0.78 * find_height(ax))  # lines of 9 points
    for (story_id, times), count, height, colour in zip(
        shown, counts, spread_positions(counts, gap, top), PALETTE * (len(shown) // len(PALETTE) + 1), strict=False
    ):
        ax.step([*times, end], [*range(1, count + 1), count], where="post", color=colour, linewidth=1.8)
        ax.annotate(
            shorten_label(largest.headline[story_id], 46),
            (1, count), (1.03, height), ("axes fraction", "data"), ("axes fraction", "data"),
            color=INK, va="center", fontsize=9, annotation_clip=False,
            arrowprops=_LEADER | {"color": colour},
        )  # fmt: skip
    ax.set_xlim(right=end)
    ax.set_ylim(0, top)
    format_times(ax)
    count_on(ax.yaxis)
    ax.set_ylabel("articles")
    ax.set_title("How the largest stories grew")
    return ax


@styled
def draw_names(tables: EditionTables, type_: str, ax: Axes | None = None, n: int = 12) -> Axes:
    """Draw the names of one type that most articles mention.

    Args:
        tables: an edition.
        type_: `person`, `organisation` or `place`; `name` for an edition whose names have no types.
        ax: where to draw; None: on a new figure.
        n: how many names.
    """
    names = count_names(tables)
    most = names[names.type == type_].head(n)
    ax = make_axes(ax, 5, 0.3 * len(most) + 1.4)
    ax.set_title(_NAME_TITLES.get(type_, type_.title()))
    if not len(most):
        return draw_note(ax, "No ranked story mentions any.")
    ax.barh(range(len(most)), most.articles, color=MAIN, height=0.7)
    label_rows(ax, most.name, 26)
    count_on(ax.xaxis, 5)
    ax.set_xlabel("articles")
    return ax


@styled
def draw_statuses(tables: EditionTables, ax: Axes | None = None) -> Axes:
    """Draw how many stories of several articles are new, updated and unchanged.

    Args:
        tables: an edition.
        ax: where to draw; None: on a new figure.
    """
    counts = tables.several.status.value_counts().reindex(["new", "updated", "unchanged"]).fillna(0)
    return _draw_counts(make_axes(ax, 5, 2.6), counts, "Stories of several articles")


@styled
def draw_relations(tables: EditionTables, ax: Axes | None = None) -> Axes:
    """Draw how the stories continue those of the edition before: continued, new, split, merged, ended.

    Args:
        tables: an edition.
        ax: where to draw; None: on a new figure.
    """
    relations = tables.lineage.relation.value_counts()
    counts = relations.reindex(["continued", "new", "split", "merged", "ended"]).dropna()
    ax = make_axes(ax, 5, 2.6)
    if not len(counts):
        return draw_note(ax, "The edition has no lineage.")
    return _draw_counts(ax, counts, "Since the edition before")


@styled
def draw_history(history: StoryHistory, ax: Axes | None = None) -> Axes:
    """Draw when each outlet reported on a story, over all its editions; rings are articles of another story now.

    Args:
        history: a story as `newsfold.story` returns it.
        ax: where to draw; None: on a new figure.
    """
    articles = history.members.to_pandas()
    articles["time"] = articles.published_at.fillna(pd.to_datetime(articles.day).dt.tz_localize("UTC"))
    outlets = list(articles.groupby("outlet").time.min().sort_values(kind="stable").index)
    ax = make_axes(ax, height=0.34 * len(outlets) + 1.7)
    for row, outlet in enumerate(outlets):
        of_outlet = articles[articles.outlet == outlet]
        moved = of_outlet.moved_to.notna()
        ax.hlines(row, of_outlet.time.min(), of_outlet.time.max(), color=PALE, linewidth=1)
        ax.plot(of_outlet.time[~moved], [row] * int((~moved).sum()), "o", color=MAIN, markersize=6)
        rings = ax.plot(of_outlet.time[moved], [row] * int(moved.sum()), "o", markersize=6, color="none")
        rings[0].set_markeredgecolor(QUIET)
    label_rows(ax, outlets, 28)
    format_times(ax)
    headlines = history.editions.column("headline").to_pylist()
    ax.set_title(shorten_label(headlines[-1], 80) if headlines else history.story_id)
    return ax


def _draw_counts(ax: Axes, counts: pd.Series, title: str) -> Axes:
    colours = [ACCENT if name in ("new", "updated") else PALE for name in counts.index]
    bars = ax.barh(list(counts.index), counts, color=colours)
    ax.bar_label(bars, fmt="{:,.0f}", padding=4)
    ax.invert_yaxis()
    ax.margins(x=0.15)
    ax.set_title(title)
    ax.xaxis.set_visible(False)
    ax.spines["bottom"].set_visible(False)
    return ax
