"""Plots of threads: the stories of running matters over the days, and those that grew."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from newsfold.plots.style import (
    ACCENT,
    MAIN,
    PALE,
    count_on,
    draw_note,
    format_days,
    label_rows,
    make_axes,
    put_legend_below,
    styled,
)
from newsfold.plots.tables import EditionTables


@styled
def draw_threads(tables: EditionTables, ax: Axes | None = None, n: int = 12) -> Axes:
    """Draw the threads with the most stories: a dot for each story, on the day of its first article.

    Args:
        tables: an edition.
        ax: where to draw; None: on a new figure.
        n: how many threads.
    """
    running = tables.running_threads.head(n)
    ax = make_axes(ax, height=0.42 * len(running) + 1.7)
    if not len(running):
        return draw_note(ax, "No thread has several stories.")
    chapters = tables.thread_stories[tables.thread_stories.thread_id.isin(running.index)]
    rows = chapters.thread_id.map({thread_id: row for row, thread_id in enumerate(running.index)})
    days = pd.to_datetime(chapters.first_day)
    ax.hlines(range(len(running)), pd.to_datetime(running.first_day), pd.to_datetime(running.last_day), color=PALE)
    for in_window, colour, label in ((True, MAIN, "in the window"), (False, PALE, "older")):
        chosen = chapters.in_window == in_window
        size = 24 * np.sqrt(chapters.n_articles[chosen])
        ax.scatter(days[chosen], rows[chosen], s=size, color=colour, alpha=0.7, linewidths=0, zorder=2, label=label)
    label_rows(ax, running.title)
    format_days(ax, (days.max() - days.min()).days + 1)
    ax.set_xlabel("day of a story's first article")
    ax.set_title("The threads with the most stories")
    if not chapters.in_window.all():
        put_legend_below(ax)
    return ax


@styled
def draw_thread_growth(tables: EditionTables, ax: Axes | None = None, n: int = 15) -> Axes:
    """Draw the threads of several stories that grew tonight: their articles, and the new ones among them.

    Args:
        tables: an edition.
        ax: where to draw; None: on a new figure.
        n: how many threads, the most important first.
    """
    grown = tables.grown_threads.head(n)
    ax = make_axes(ax, height=0.36 * len(grown) + 1.6)
    if not len(grown):
        return draw_note(ax, "No thread of several stories has a new article.")
    ax.barh(range(len(grown)), grown.n_articles, color=PALE, height=0.7, label="articles")
    ax.barh(range(len(grown)), grown.n_new_articles, color=ACCENT, height=0.7, label="new tonight")
    label_rows(ax, grown.title)
    count_on(ax.xaxis)
    ax.set_xlabel("articles")
    ax.set_title("Threads that grew tonight, the most important first")
    put_legend_below(ax)
    return ax
