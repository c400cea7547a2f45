# %% [markdown]
# ## 1. What are the top stories?
#
# Stories are ranked by `importance`, a sum whose parts are columns: independent origins, publisher families, number of
# articles, growth tonight, and recency. Set the weights under `importance` in the configuration. `KINDS` above selects
# the stories.

# %%
plots.draw_importance(tables, n=15)
columns = ["headline", "kind", "n_articles", "n_outlets", "n_independent", "languages", "status"]
ranked[columns].head(15).reset_index(drop=True)

# %% [markdown]
# ## 2. How did coverage grow?
#
# Each line is one of the eight largest stories: its number of articles over time.

# %%
ax = plots.draw_growth(tables, n=8)

# %% [markdown]
# ## 3. Who was first?
#
# Among the stories that several outlets cover: how often an outlet's article was the first, and if it was not, by how
# many hours it followed the first (median). Feeds date articles differently, so minutes mean little.

# %%
ax = plots.draw_firsts(tables)

# %% [markdown]
# ## 4. Which outlets cover what?

# %%
ax = plots.draw_coverage(tables)

# %% [markdown]
# The window's articles by outlet, language and kind, and how many articles of each kind each outlet has.

# %%
for by in ("outlet", "language", "kind"):
    plots.draw_facets(tables, by)
pd.crosstab(members.outlet, members.kind, margins=True, margins_name="all")

# %% [markdown]
# ## 5. Who is in the news?
#
# The people, organisations and places that most articles mention, in the stories that are ranked.

# %%
named = plots.count_names(tables)
types = [type_ for type_ in ("person", "organisation", "place", "name") if type_ in set(named.type)] or ["name"]
fig, axes = plt.subplots(1, len(types), figsize=(10, 4.2), squeeze=False)
for ax, type_ in zip(axes[0], types):
    plots.draw_names(tables, type_, ax)
named.head(20)

# %% [markdown]
# ## 6. Who copies whom?
#
# Texts that an outlet printed although they are another's. Rows are the sources (the outlet with the original, or the
# agency that it credits), columns the outlets that printed them. `newsfold copies` shows the texts.

# %%
syndication = analyse_syndication(STORE, Settings(), tables.first_day, tables.edition)
ax = plots.draw_exchange(syndication.exchange)

# %% [markdown]
# ## 7. What are the blind spots?
#
# Big stories, and the outlets without an article on them. A story is big if at least a third of the outlets that share
# several stories cover it; if few are, the ten stories with the most outlets are shown.

# %%
plots.draw_blind_spots(tables)
missed = plots.list_blind_spots(tables).sum(axis=1).rename("outlets without it").to_frame()
missed = missed.join(stories[["headline", "n_outlets"]]).sort_values("outlets without it", ascending=False)
missed.head(10).reset_index(drop=True)

# %% [markdown]
# ## 8. What is new since yesterday?

# %%
fig, (left, right) = plt.subplots(1, 2, figsize=(10, 2.6))
plots.draw_statuses(tables, left)
ax = plots.draw_relations(tables, right)

# %%
added = ranked[ranked.what_is_new.str.len() > 0].head(12)
news = [(row.headline, quote["text"], quote["outlet"]) for row in added.itertuples() for quote in row.what_is_new]
with pd.option_context("display.max_colwidth", 200):
    display(pd.DataFrame(news, columns=["story", "new", "outlet"]))

# %% [markdown]
# ## 9. How did one story develop?
#
# The history of the most important story that is older than tonight, from its first edition. `newsfold.story` loads it
# for any story. Rings are articles that moved to another story.

# %%
older = ranked[(ranked.n_articles > 1) & (ranked.status != "new")]
story_id = next(table.index[0] for table in (older, several, stories) if len(table))
history = newsfold.story(STORE, story_id)
plots.draw_history(history)
columns = ["edition_date", "event", "n_articles", "n_new_articles", "headline", "other_story_id"]
history.timeline.to_pandas()[columns]

# %% [markdown]
# ## 10. What does a map of the window look like?
#
# Each dot is a text of the window, close to texts with a similar meaning (t-SNE of the embeddings; only closeness means
# something). Texts first seen in this edition are larger; colours are the eight largest stories.

# %%
points = plots.project_articles(tables)
ax = plots.draw_map(tables, points=points)

# %% [markdown]
# The same map to explore, with the growth of its stories: point at a dot to read it, click to follow its story, filter
# by outlet, language and kind. It needs `pip install 'newsfold[interactive]'`.

# %%
try:
    chart = plots.show_chart(plots.chart_stories(tables, points))
except newsfold.errors.ConfigError as missing:
    chart = missing
chart

# %% [markdown]
# ## 11. How sure was the model?
#
# Left: the probability of every pair that the scorer kept (1% or more), inside one story and across two. A confident
# model has two heaps and little between them. Right: each story's cohesion, the mean probability of its pairs. Look for
# mistakes in large stories with low cohesion, with `newsfold explain A B`.

# %%
fig, (left, right) = plt.subplots(1, 2, figsize=(10, 4.2))
plots.draw_probabilities(tables, left)
plots.draw_cohesion(tables, right)
unsure = several[several.n_articles >= 3].nsmallest(8, "cohesion", keep="first")
unsure[["headline", "n_articles", "n_outlets", "cohesion"]].reset_index()
