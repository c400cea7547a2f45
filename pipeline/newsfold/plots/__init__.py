"""Plots of an edition: growth, coverage, names, copying, threads and more, with Matplotlib or, interactive, Altair.

    from newsfold import plots

    tables = plots.load_edition("newsfold-store")
    plots.draw_growth(tables)

Each function takes the tables of an edition and, if it draws one panel, the Axes to draw on; without these it makes a
figure. It returns what it drew, for changes of your own: `plots.draw_growth(tables).set_title("Our week")`. What cannot
be drawn, such as the growth of stories without times, is said in the panel. Times are UTC, and the colours are
distinguishable for colour-blind readers (Okabe and Ito, 2008, https://jfly.uni-koeln.de/color/).

Needs the extra `notebook`; `chart_stories` needs `interactive`.
"""

from newsfold.plots.interactive import chart_stories, show_chart
from newsfold.plots.maps import draw_map, project_articles
from newsfold.plots.outlets import (
    draw_blind_spots,
    draw_coverage,
    draw_exchange,
    draw_facets,
    draw_firsts,
    list_blind_spots,
)
from newsfold.plots.scores import draw_cohesion, draw_probabilities
from newsfold.plots.stories import draw_growth, draw_history, draw_importance, draw_names, draw_relations, draw_statuses
from newsfold.plots.style import use_style
from newsfold.plots.tables import EditionTables, count_names, load_edition
from newsfold.plots.threads import draw_thread_growth, draw_threads

__all__ = [
    "EditionTables",
    "chart_stories",
    "count_names",
    "draw_blind_spots",
    "draw_cohesion",
    "draw_coverage",
    "draw_exchange",
    "draw_facets",
    "draw_firsts",
    "draw_growth",
    "draw_history",
    "draw_importance",
    "draw_map",
    "draw_names",
    "draw_probabilities",
    "draw_relations",
    "draw_statuses",
    "draw_thread_growth",
    "draw_threads",
    "list_blind_spots",
    "load_edition",
    "project_articles",
    "show_chart",
    "use_style",
]
