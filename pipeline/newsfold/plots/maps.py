"""The map of a window: its texts in two dimensions, close to texts of a similar meaning."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib import patheffects
from matplotlib.axes import Axes

from newsfold.plots.style import PALE, PALETTE, QUIET, draw_note, make_axes, shorten_label, styled
from newsfold.plots.tables import EditionTables

_MIN_TEXTS = 5


def find_largest_stories(tables: EditionTables, points: pd.DataFrame, n: int) -> pd.Series:
    """Find the stories of several articles with the most texts on a map.

    Args:
        tables: an edition.
        points: the map's texts, of `project_articles`.
        n: at most so many stories, and no more than there are colours (eight).

    Returns:
        The number of texts of each story, by story id, the largest first.
    """
    several = points[points.story_id.isin(tables.several.index)]
    sizes = several.story_id.value_counts(sort=False).sort_values(ascending=False, kind="stable")
    return sizes.head(min(n, len(PALETTE)))


def project_articles(tables: EditionTables, n: int = 1500) -> pd.DataFrame:
    """Place the window's texts in two dimensions, by t-SNE of their vectors with a fixed seed.

    Only closeness means something. Copies share their original's place, so they are left out.

    Args:
        tables: an edition.
        n: at most so many texts, new ones first, then the latest: a map of more takes minutes.

    Returns:
        The originals' rows of `tables.members` with columns `x` and `y`; none if there are too few texts for a map.
    """
    from sklearn.manifold import TSNE
    from threadpoolctl import threadpool_limits

    originals = tables.members[tables.members.article_id == tables.members.copy_group_id]
    texts = originals.merge(tables.vectors, on="article_id")
    keys = ["is_new", "published_at", "article_id"]
    texts = texts.sort_values(keys, ascending=[False, False, True], na_position="last").head(n).reset_index(drop=True)
    vectors = np.stack(texts.pop("vector").tolist()) if len(texts) else np.empty((0, 2))
    if len(texts) < _MIN_TEXTS:
        return texts.head(0).assign(x=0.0, y=0.0)
    perplexity = min(30.0, (len(texts) - 1) / 3)
    with threadpool_limits(1):  # sums of several threads differ in their last bits
        points = TSNE(perplexity=perplexity, init="pca", metric="cosine", random_state=0).fit_transform(vectors)
    return texts.assign(x=points[:, 0].astype(float), y=points[:, 1].astype(float))


@styled
def draw_map(tables: EditionTables, ax: Axes | None = None, points: pd.DataFrame | None = None, n: int = 8) -> Axes:
    """Draw the window's texts by meaning; the `n` stories with the most texts have colours and numbers.

    Args:
        tables: an edition.
        ax: where to draw; None: on a new figure.
        points: the places, of `project_articles`; None: of at most 1,500 texts, as it chooses them.
        n: how many stories are named, at most eight, one for each colour.
    """
    points = project_articles(tables) if points is None else points
    ax = make_axes(ax, height=8 if len(points) else 1)
    ax.set_axis_off()
    if not len(points):
        return draw_note(ax, "Too few texts to draw a map.")
    size = np.where(points.is_new, 22, 9)
    ax.scatter(points.x, points.y, s=size, color=PALE, linewidths=0)
    largest = find_largest_stories(tables, points, n)
    halo = [patheffects.withStroke(linewidth=3, foreground="white")]
    for number, (story_id, colour) in enumerate(zip(largest.index, PALETTE, strict=False), start=1):
        inside = (points.story_id == story_id).to_numpy()
        label = f"{number}  {shorten_label(tables.stories.headline[story_id], 52)} ({inside.sum()})"
        ax.scatter(points.x[inside], points.y[inside], s=size[inside] * 1.6, color=colour, label=label)
        place = (points.x[inside].median(), points.y[inside].median())
        offset = (7, 7)
        ax.annotate(
            str(number), place, offset, textcoords="offset points", weight="bold", color=colour, path_effects=halo
        )
    ax.set_title("The window's texts by meaning")
    ax.text(1, 1.01, "larger dots: first seen tonight", transform=ax.transAxes, ha="right", color=QUIET, fontsize=9)
    if len(largest):
        ax.legend(fontsize=8.5, loc="upper left", bbox_to_anchor=(0, -0.01), ncols=2)
    return ax
