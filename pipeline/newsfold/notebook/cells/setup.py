# %% [markdown]
# # The stories of {edition}
#
# What happened, who covered it, and what is new since yesterday: thirteen questions about an edition of newsfold, each
# with the code that answers it. Change the code as you like; every table is plain Arrow, one step from pandas or
# polars: `newsfold.load(STORE, "stories").to_pandas()`, `polars.from_arrow(newsfold.load(STORE, "stories"))`.
# `newsfold schema` describes the columns.

# %%
import matplotlib.dates as mdates
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.ticker import MaxNLocator

import newsfold
from newsfold.queries.syndication import analyse_syndication
from newsfold.schemas.importance import rank_stories
from newsfold.settings import Settings

STORE = "{store}"
EDITION = "{edition}"  # or "latest"
KINDS = ["news", "analysis"]  # of stories that are ranked; others: opinion, live, roundup, service, media, promo

plt.rcParams |= {
    "figure.figsize": (10, 5),
    "figure.dpi": 110,
    "figure.constrained_layout.use": True,
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlelocation": "left",
    "axes.titleweight": "bold",
    "axes.edgecolor": "#8a857c",
    "xtick.color": "#5c5850",
    "ytick.color": "#5c5850",
    "text.parse_math": False,
    "axes.prop_cycle": plt.cycler(
        color=["#a52a14", "#1f5f8b", "#c98a1b", "#3f7d4e", "#74509a", "#2a9d9a", "#b85c8e", "#6b6459"]
    ),
}
ACCENT, QUIET, PALE = "#a52a14", "#8a857c", "#d9d4ca"
DRAWABLE = set(get_font(findfont(FontProperties())).get_charmap())


def shorten(text, max_length=48):
    """Return a title for a plot: one line, without characters that the font lacks."""
    line = " ".join("".join(char if ord(char) in DRAWABLE else " " for char in text).split()) or "(not drawable)"
    return line if len(line) <= max_length else line[: max_length - 1].rstrip() + "…"


def label_grid(ax, columns, rows, title):
    """Label the columns and rows of a table that is drawn as a picture."""
    ax.set_xticks(
        range(len(columns)), [shorten(name, 20) for name in columns], rotation=50, ha="right", rotation_mode="anchor"
    )
    ax.set_yticks(range(len(rows)), [shorten(name, 56) for name in rows])
    ax.set_title(title)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)


def print_note(text):
    """Print why there is no plot."""
    print(text)


stories = rank_stories(newsfold.load(STORE, "stories", EDITION)).to_pandas().set_index("story_id")
stories["kind"] = stories.kind.fillna("news")  # editions of older versions have no kinds
members = newsfold.load(STORE, "story_articles", EDITION).to_pandas()
members = members.join(stories[["headline", "importance", "n_outlets"]], on="story_id")
several = stories[stories.n_articles > 1]
ranked = stories[stories.kind.isin(KINDS)]
ranked = ranked if len(ranked) else stories
{
    "articles": len(members),
    "outlets": members.outlet.nunique(),
    "stories": len(stories),
    "of several articles": len(several),
    "ranked": len(ranked),
    "in several languages": int((stories.languages.str.len() > 1).sum()),
}
