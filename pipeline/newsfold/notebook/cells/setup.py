# %% [markdown]
# # The stories of {edition}
#
# What happened, who covered it, and what is new since yesterday: thirteen questions about an edition of newsfold, each
# with the code that answers it. Change the code as you like; every table is plain Arrow, one step from pandas or
# polars: `newsfold.load(STORE, "stories").to_pandas()`, `polars.from_arrow(newsfold.load(STORE, "stories"))`.
# `newsfold schema` describes the columns. The plots are functions of `newsfold.plots`; each returns its Matplotlib Axes
# to be changed.

# %%
import matplotlib.pyplot as plt
import pandas as pd

import newsfold
from newsfold import plots
from newsfold.queries.syndication import analyse_syndication
from newsfold.settings import Settings

STORE = "{store}"
EDITION = "{edition}"  # or "latest"
KINDS = ["news", "analysis"]  # of stories that are ranked; others: opinion, live, roundup, service, media, promo
plots.use_style()

# %%
tables = plots.load_edition(STORE, EDITION, KINDS)
stories, ranked, several, members = tables.stories, tables.ranked, tables.several, tables.members
counts = {"articles": len(members), "outlets": members.outlet.nunique(), "stories": len(stories)}
counts |= {"of several articles": len(several), "ranked": len(ranked)}
counts | {"in several languages": int((stories.languages.str.len() > 1).sum())}
