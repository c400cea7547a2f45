"""Plots of outlets: who was first, who covers what, who copies whom, blind spots, and articles in facets."""

from __future__ import annotations

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from newsfold.language_names import name_language
from newsfold.plots.style import (
    ACCENT,
    INK,
    MAIN,
    PALE,
    count_on,
    draw_note,
    format_days,
    label_grid,
    label_rows,
    make_axes,
    put_legend_below,
    shorten_label,
    styled,
)
from newsfold.plots.tables import FACETS, EditionTables

_MIN_STORIES = 3  # of an outlet whose blind spots are shown
_MIN_BIG = 5
_COVERAGE_TITLE = "Articles by outlet, in the stories that most outlets cover (without a number: one)"


@styled
def draw_firsts(tables: EditionTables, ax: Axes | None = None, n: int = 20) -> Axes:
    """Draw how often each outlet was the first on a story of several outlets, and its median delay if it was not.

    Args:
        tables: an edition.
        ax: where to draw; None: on a new figure.
        n: at most so many outlets, those that were first most often.
    """
    timed = tables.timed
    shared = timed[timed.n_outlets > 1]
    first = shared.groupby(["story_id", "outlet"]).published_at.min().reset_index()
    delay = first.published_at - first.groupby("story_id").published_at.transform("min")
    first["hours"] = delay.dt.total_seconds() / 3600
    by_outlet = first.groupby("outlet").hours
    pace = pd.DataFrame(
        {
            "stories": by_outlet.size(),
            "first": first.hours.eq(0).groupby(first.outlet).sum(),
            "delay": first[first.hours > 0].groupby("outlet").hours.median(),
        }
    )
    pace = pace.sort_values(["first", "stories"], ascending=False, kind="stable").head(n)
    ax = make_axes(ax, height=0.32 * len(pace) + 1.6)
    if not len(pace):
        return draw_note(ax, "No story of several outlets has publication times.")
    ax.barh(range(len(pace)), pace.stories, color=PALE, height=0.7, label="covered")
    ax.barh(range(len(pace)), pace["first"], color=ACCENT, height=0.7, label="first")
    for row, (stories, delay) in enumerate(zip(pace.stories, pace.delay, strict=True)):
        if not np.isnan(delay):
            ax.text(stories, row, f"  else {delay:,.1f} h later" if row == 0 else f"  {delay:,.1f} h", va="center")
    label_rows(ax, list(pace.index), 28)
    count_on(ax.xaxis)
    ax.margins(x=0.12)
    ax.set_xlabel("stories of several outlets; at the bars, the median delay where the outlet was not first")
    ax.set_title("Who was first")
    put_legend_below(ax)
    return ax


@styled
def draw_coverage(tables: EditionTables, ax: Axes | None = None, n: int = 25) -> Axes:
    """Draw the articles of each outlet in the `n` stories that most outlets cover.

    Args:
        tables: an edition.
        ax: where to draw; None: on a new figure.
        n: how many stories.
    """
    widest = tables.several.nlargest(n, "n_outlets", keep="first")
    members = tables.members[tables.members.story_id.isin(widest.index)]
    covered = pd.crosstab(members.story_id, members.outlet).reindex(widest.index).fillna(0).astype(int)
    covered = covered[covered.gt(0).sum().sort_values(ascending=False, kind="stable").index]
    ax = make_axes(ax, 0.38 * covered.shape[1] + 4.5, 0.28 * len(covered) + 1.8)
    if not covered.size:
        return draw_note(ax, "No story has several articles.")
    _draw_matrix(ax, covered.to_numpy(), min_shown=2)
    label_grid(ax, list(covered.columns), widest.headline, _COVERAGE_TITLE)
    return ax


@styled
def draw_exchange(exchange: Mapping[tuple[str, str], int], ax: Axes | None = None, n: int = 15) -> Axes:
    """Draw how many texts of each source (rows) each outlet (columns) printed.

    Args:
        exchange: texts by source and outlet, as `newsfold.queries.syndication.analyse_syndication` counts them.
        ax: where to draw; None: on a new figure.
        n: at most so many sources and outlets, those with the most texts.
    """
    counts = pd.Series(dict(exchange), dtype="int64")
    flow = counts.unstack(fill_value=0) if len(counts) else pd.DataFrame()
    if len(flow):
        flow = flow.loc[flow.sum(axis=1).nlargest(n).index, flow.sum().nlargest(n).index]
    ax = make_axes(ax, 0.5 * flow.shape[1] + 4, 0.4 * len(flow) + 1.9)
    if not len(flow):
        return draw_note(ax, "No outlet printed another's text.")
    _draw_matrix(ax, flow.to_numpy())
    label_grid(ax, list(flow.columns), list(flow.index), "Texts of (rows) printed by (columns)")
    return ax


@styled
def draw_blind_spots(tables: EditionTables, ax: Axes | None = None) -> Axes:
    """Draw which outlets have no article on the big stories, as rings; `list_blind_spots` says what is big.

    Args:
        tables: an edition.
        ax: where to draw; None: on a new figure.
    """
    missed = list_blind_spots(tables)
    ax = make_axes(ax, 0.42 * missed.shape[1] + 4.5, 0.3 * len(missed) + 1.9)
    if not missed.size:
        return draw_note(ax, "Too few outlets share stories to find blind spots.")
    for is_missed, fill, edge, label in ((False, PALE, PALE, "covered"), (True, "none", ACCENT, "no article")):
        y, x = np.nonzero(missed.to_numpy() == is_missed)
        ax.scatter(x, y, s=64, facecolor=fill, edgecolor=edge, label=label)
    label_grid(ax, list(missed.columns), tables.stories.headline[missed.index], "Blind spots")
    ax.set_ylim(len(missed) - 0.4, -0.6)
    ax.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2)
    return ax


def list_blind_spots(tables: EditionTables) -> pd.DataFrame:
    """List which outlets have no article on the big stories.

    A story is big if at least a third of the outlets that share several stories cover it; if few are, the ten stories
    with the most outlets are listed.

    Returns:
        True where an outlet (column) has no article on a big story (row, by story id); the outlets with the fewest
        blind spots first. Without columns if no outlet shares several stories.
    """
    several, members = tables.several, tables.members
    shared = members[members.story_id.isin(several.index)].groupby("outlet").story_id.nunique()
    busy = shared[shared >= _MIN_STORIES].index
    big = several[several.n_outlets >= max(3, len(busy) / 3)]
    if len(big) < _MIN_BIG:
        big = several[several.n_outlets > 1].nlargest(10, "n_outlets", keep="first")
    big = big.head(20)
    chosen = members[members.story_id.isin(big.index) & members.outlet.isin(busy)]
    missed = pd.crosstab(chosen.story_id, chosen.outlet).reindex(index=big.index, columns=busy).fillna(0) == 0
    return missed[missed.sum().sort_values(kind="stable").index]


@styled
def draw_facets(tables: EditionTables, by: str, n: int = 9) -> Figure:
    """Draw the window's articles by day of publication, a panel for each outlet, language or kind.

    Args:
        tables: an edition.
        by: `outlet`, `language` or `kind`.
        n: at most so many panels, those with the most articles.

    Raises:
        ValueError: `by` is none of these.
    """
    if by not in FACETS:
        raise ValueError(f"by is {by!r}; it must be one of {', '.join(FACETS)}")
    timed = tables.timed[tables.timed.published_at >= tables.start]
    groups = timed[by].value_counts().head(n)
    columns = max(1, min(3, len(groups)))
    rows = max(1, -(-len(groups) // columns))
    fig, axes = plt.subplots(rows, columns, figsize=(10, 1.5 * rows + 0.9), sharex=True, squeeze=False)
    if not len(groups):
        draw_note(axes[0][0], "No article has a publication time.")
        return fig
    days = pd.date_range(timed.published_at.min().floor("D"), timed.published_at.max().floor("D"), freq="D")
    for ax, (name, total) in zip(axes.flat, groups.items(), strict=False):
        of_group = timed[timed[by] == name]
        counts = pd.crosstab(of_group.published_at.dt.floor("D"), of_group.is_new)
        counts = counts.reindex(index=days, columns=[False, True], fill_value=0)
        ax.bar(days, counts[False], width=0.8, color=PALE, label="earlier editions")
        ax.bar(days, counts[True], width=0.8, bottom=counts[False], color=MAIN, label="first seen tonight")
        title = name_language(str(name)) if by == "language" else str(name)
        ax.set_title(f"{shorten_label(title, 28)} ({total:,})", fontsize=10)
        count_on(ax.yaxis, 4)
        format_days(ax, len(days))
    for ax in axes.flat[len(groups) :]:
        ax.set_axis_off()
    fig.supxlabel("day of publication (UTC)", fontsize=10)
    fig.supylabel("articles", fontsize=10)
    fig.legend(*axes[0][0].get_legend_handles_labels(), loc="outside upper right", ncols=2)
    return fig


def _draw_matrix(ax: Axes, counts: np.ndarray, min_shown: int = 1) -> None:
    top = max(4, int(counts.max()))
    ax.imshow(np.ma.masked_equal(counts, 0), aspect="auto", cmap="Blues", norm="log", vmin=0.4, vmax=1.5 * top)
    for y, x in np.argwhere(counts >= min_shown):
        # White on the darker half of the colours, on their logarithmic scale.
        colour = "white" if np.log(counts[y, x] / 0.4) > 0.6 * np.log(1.5 * top / 0.4) else INK
        ax.text(x, y, counts[y, x], ha="center", va="center", fontsize=8, color=colour)
