"""Plots of the scorer's confidence: probabilities of pairs, cohesion of stories."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from newsfold.plots.style import ACCENT, MAIN, PALE, draw_note, make_axes, styled
from newsfold.plots.tables import EditionTables


@styled
def draw_probabilities(tables: EditionTables, ax: Axes | None = None) -> Axes:
    """Draw the probabilities of the pairs that the scorer kept, inside one story and across two.

    Args:
        tables: an edition.
        ax: where to draw; None: on a new figure.
    """
    ax = make_axes(ax, 5.5, 4.2)
    story_of = tables.members.drop_duplicates("article_id").set_index("article_id").story_id
    left, right = tables.edges.left_id.map(story_of), tables.edges.right_id.map(story_of)
    known = left.notna() & right.notna()
    edges, inside = tables.edges[known], (left == right)[known]
    if not len(edges):
        return draw_note(ax, "The edition has no pairs.")
    bins = np.linspace(0, 1, 41).tolist()
    ax.hist(edges.probability[~inside], bins, color=PALE, label="across stories")
    ax.hist(edges.probability[inside], bins, histtype="step", color=ACCENT, linewidth=1.8, label="inside one story")
    ax.set_yscale("log")
    ax.yaxis.set_major_formatter("{x:,.0f}")
    ax.set_xlabel("probability of being one story")
    ax.set_ylabel("pairs")
    ax.set_title("Every scored pair")
    ax.legend()
    return ax


@styled
def draw_cohesion(tables: EditionTables, ax: Axes | None = None) -> Axes:
    """Draw the cohesion of each story of several articles, the mean probability of its pairs, by its size.

    Args:
        tables: an edition.
        ax: where to draw; None: on a new figure.
    """
    ax = make_axes(ax, 5.5, 4.2)
    several = tables.several
    if not len(several):
        return draw_note(ax, "No story has several articles.")
    jitter = np.random.default_rng(0).uniform(-0.12, 0.12, len(several))
    ax.scatter(several.n_articles * np.exp(jitter), several.cohesion, s=12, color=MAIN, alpha=0.5, linewidths=0)
    ax.set_xscale("log")
    ticks = [n for n in (2, 3, 5, 10, 20, 50, 100, 200, 500, 1000) if n <= max(several.n_articles.max(), 3)]
    ax.set_xticks(ticks, [str(n) for n in ticks])
    ax.minorticks_off()
    ax.set_ylim(0, 1.03)
    ax.set_xlabel("articles in the story")
    ax.set_ylabel("cohesion")
    ax.set_title("Cohesion by size")
    return ax
