# %% [markdown]
# ## 1. What are the top stories?
#
# Stories are ranked by `importance`, a sum whose parts are columns: independent origins, publisher families, number of
# articles, growth tonight, and recency. Set the weights under `importance` in the configuration. `KINDS` above selects
# the stories.

# %%
PARTS = ["independent", "families", "volume", "growth", "recency"]
top = ranked.head(15)
importance = top[[f"importance_{part}" for part in PARTS]].astype(float)
fig, ax = plt.subplots(figsize=(10, 0.36 * len(top) + 1.2))
left = np.zeros(len(top))
for part, colour in zip(PARTS, ["#7d1f0e", "#b4553f", "#d59b85", "#1f5f8b", "#8fb4cc"], strict=True):
    width = importance[f"importance_{part}"].fillna(0).to_numpy()
    ax.barh(range(len(top)), width, left=left, color=colour, height=0.72, label=part)
    left += width
if not left.any():  # an edition of an older version has only the sum
    ax.barh(range(len(top)), top.importance, color=ACCENT, height=0.72, label="importance")
ax.set_yticks(range(len(top)), [shorten(title, 62) for title in top.headline])
ax.invert_yaxis()
ax.set_xlabel("importance")
ax.set_title("The top stories and the parts of their importance")
fig.legend(frameon=False, ncols=5, loc="outside lower center")
plt.show()
top[["headline", "kind", "n_articles", "n_outlets", "n_independent", "languages", "status"]].reset_index(drop=True)

# %% [markdown]
# ## 2. How did coverage grow?
#
# Each line is one of the eight largest stories: its number of articles over time.

# %%
largest = several.nlargest(8, "n_articles", keep="first")
timed = members.dropna(subset=["published_at"]).sort_values("published_at")
fig, ax = plt.subplots()
ends = []
for story_id, row in largest.iterrows():
    times = timed.loc[timed.story_id == story_id, "published_at"]
    if len(times):
        (line,) = ax.step(times, range(1, len(times) + 1), where="post", linewidth=1.8)
        ax.plot(times.iloc[-1], len(times), "o", color=line.get_color(), markersize=4)
        ends.append((len(times), line.get_color(), shorten(row.headline, 44)))
if ends:
    ends.sort()
    top_height = ends[-1][0]
    gap = top_height / 17
    heights = [n for n, _, _ in ends]
    for at in range(1, len(ends)):  # labels that would overlap move up …
        heights[at] = max(heights[at], heights[at - 1] + gap)
    for at, (_, colour, title) in enumerate(ends):  # … but not above the plot
        height = min(heights[at], top_height - gap * (len(ends) - 1 - at))
        ax.annotate(title, (1.01, height), xycoords=("axes fraction", "data"), color=colour, va="center", fontsize=9)
    ax.xaxis.set_major_formatter(mdates.ConciseDateFormatter(ax.xaxis.get_major_locator()))
    ax.yaxis.set_major_locator(MaxNLocator(integer=True))
    ax.set_ylabel("articles")
    ax.set_title("How the largest stories grew")
    plt.show()
else:
    plt.close(fig)
    print_note("No story of several articles has publication times.")

# %% [markdown]
# ## 3. Who was first?
#
# Among the stories that several outlets cover: how often an outlet's article was the first, and by how many hours it
# followed the first (median). Feeds date articles differently, so minutes mean little.

# %%
shared = timed[timed.story_id.isin(stories.index[stories.n_outlets > 1])]
first_by_outlet = shared.groupby(["story_id", "outlet"]).published_at.min().reset_index()
first_by_outlet["hours"] = (
    first_by_outlet.published_at - first_by_outlet.groupby("story_id").published_at.transform("min")
).dt.total_seconds() / 3600
pace = first_by_outlet.groupby("outlet").hours.agg(
    first=lambda hours: int((hours == 0).sum()), stories="size", median="median"
)
pace = pace.sort_values(["first", "stories"], ascending=False).head(20)
if len(pace):
    fig, (ax, ax2) = plt.subplots(1, 2, figsize=(10, 0.32 * len(pace) + 1.3), width_ratios=[3, 2], sharey=True)
    ax.barh(range(len(pace)), pace.stories, color=PALE, height=0.7, label="covered")
    ax.barh(range(len(pace)), pace["first"], color=ACCENT, height=0.7, label="first")
    ax.set_yticks(range(len(pace)), [shorten(name, 28) for name in pace.index])
    ax.invert_yaxis()
    ax.set_xlabel("stories of several outlets")
    ax.set_title("Who was first")
    ax.legend(frameon=False, loc="lower right")
    ax2.hlines(range(len(pace)), 0, pace["median"], color=PALE)
    ax2.plot(pace["median"], range(len(pace)), "o", color="#1f5f8b", markersize=5)
    ax2.set_xlabel("median hours after the first")
    ax2.tick_params(left=False)
    plt.show()
else:
    print_note("No story of several outlets has publication times.")

# %% [markdown]
# ## 4. Which outlets cover what?

# %%
widest = several.nlargest(25, "n_outlets", keep="first")
covered = members[members.story_id.isin(widest.index)].pivot_table(
    index="story_id", columns="outlet", values="article_id", aggfunc="count", fill_value=0
)
covered = covered.reindex(widest.index.intersection(covered.index))
covered = covered[covered.gt(0).sum().sort_values(ascending=False, kind="stable").index]
if covered.size:
    fig, ax = plt.subplots(figsize=(0.38 * covered.shape[1] + 4.5, 0.28 * len(covered) + 1.8))
    ax.imshow(
        np.ma.masked_equal(covered.to_numpy(), 0),
        aspect="auto",
        cmap="YlOrBr",
        norm="log",
        vmin=0.6,
        vmax=max(8, covered.to_numpy().max()),
    )
    for y, x in np.argwhere(covered.to_numpy() > 1):
        n = covered.to_numpy()[y, x]
        ax.text(
            x,
            y,
            n,
            ha="center",
            va="center",
            fontsize=8,
            color="white" if n > 0.5 * covered.to_numpy().max() else "#333",
        )
    label_grid(
        ax,
        covered.columns,
        widest.headline[covered.index],
        "Articles by outlet, in the stories that most outlets cover",
    )
    plt.show()
else:
    print_note("No story has several articles.")

# %% [markdown]
# How many articles of each kind does each outlet have in the window?

# %%
runs = newsfold.load(STORE, "runs", EDITION).to_pandas()
first_day, last_day = runs.window_start[0], runs.edition_date[0]
kinds = newsfold.load(STORE, "articles", (first_day, last_day)).select(["article_id", "kind"]).to_pandas()
kinds = members.merge(kinds.drop_duplicates("article_id", keep="last"), on="article_id").fillna({"kind": "news"})
pd.crosstab(kinds.outlet, kinds.kind, margins=True, margins_name="all")

# %% [markdown]
# ## 5. Who is in the news?
#
# The people, organisations and places that most articles mention, in the stories that are ranked.

# %%
mentions = [(named["type"], named["name"], named["n_articles"]) for row in ranked.entity_mentions for named in row]
if not mentions:  # editions of older versions have names without types
    mentions = [("name", name, row.n_articles) for row in ranked.itertuples() for name in row.entities]
named = pd.DataFrame(mentions, columns=["type", "name", "n"]).groupby(["type", "name"]).n.agg(["sum", "size"])
named = named.rename(columns={"sum": "articles", "size": "stories"}).reset_index()
named = named.sort_values(["articles", "stories", "name"], ascending=[False, False, True])
titles = {"person": "People", "organisation": "Organisations", "place": "Places", "name": "Names"}
titles = {type_: title for type_, title in titles.items() if type_ in set(named.type)}
if titles:
    fig, axes = plt.subplots(1, len(titles), figsize=(10, 4.2), squeeze=False)
    for ax, (type_, title) in zip(axes[0], titles.items(), strict=True):
        most = named[named.type == type_].head(12)
        ax.barh(range(len(most)), most.articles, color=ACCENT, height=0.7)
        ax.set_yticks(range(len(most)), [shorten(name, 26) for name in most.name])
        ax.invert_yaxis()
        ax.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=5))
        ax.set_xlabel("articles")
        ax.set_title(title)
    plt.show()
else:
    print_note("No story that is ranked mentions a name.")
named.head(20).reset_index(drop=True)

# %% [markdown]
# ## 6. Who copies whom?
#
# Texts that an outlet printed although they are another's. Rows are the sources (the outlet with the original, or the
# agency that it credits), columns the outlets that printed them. `newsfold copies` shows the texts.

# %%
flow = pd.Series(analyse_syndication(STORE, Settings(), first_day, last_day).exchange, dtype="int64")
if len(flow):
    flow = flow.unstack(fill_value=0)
    flow = flow.loc[flow.sum(axis=1).nlargest(15).index, flow.sum().nlargest(15).index]
    fig, ax = plt.subplots(figsize=(0.5 * flow.shape[1] + 4, 0.4 * len(flow) + 1.9))
    n = flow.to_numpy()
    ax.imshow(np.ma.masked_equal(n, 0), aspect="auto", cmap="Blues", vmin=0, vmax=1.6 * n.max())
    for y, x in np.argwhere(n):
        ax.text(x, y, n[y, x], ha="center", va="center", fontsize=9)
    label_grid(ax, flow.columns, flow.index, "Texts of (rows) printed by (columns)")
    plt.show()
else:
    print_note("In this window no outlet printed another's text.")

# %% [markdown]
# ## 7. What are the blind spots?
#
# Big stories, and the outlets without an article on them. A story is big if at least a third of the outlets that share
# several stories cover it; if few are, the ten stories with the most outlets are shown.

# %%
busy = members[members.story_id.isin(several.index)].groupby("outlet").story_id.nunique().loc[lambda n: n >= 3].index
big = several[several.n_outlets >= max(3, len(busy) / 3)]
big = (big if len(big) >= 5 else several[several.n_outlets > 1].nlargest(10, "n_outlets", keep="first")).head(20)
covers = (
    members[members.story_id.isin(big.index) & members.outlet.isin(busy)]
    .groupby(["outlet", "story_id"])
    .size()
    .unstack(fill_value=0)
)
covers = covers.reindex(index=busy, columns=big.index, fill_value=0).gt(0)
if covers.size:
    covers = covers.loc[covers.sum(axis=1).sort_values(ascending=False, kind="stable").index]
    fig, ax = plt.subplots(figsize=(0.42 * len(covers) + 4.5, 0.3 * len(big) + 1.9))
    for y, story_id in enumerate(big.index):
        for x, outlet in enumerate(covers.index):
            is_covered = bool(covers.loc[outlet, story_id])
            fill, edge = (PALE, PALE) if is_covered else ("none", ACCENT)
            ax.plot(x, y, "o", markersize=8, color=fill, markeredgecolor=edge)
    label_grid(ax, covers.index, big.headline, "Blind spots (red rings)")
    ax.invert_yaxis()
    plt.show()
else:
    print_note("Too few outlets share stories to find blind spots.")
missed = (~covers).sum().rename("outlets without it").to_frame().join(big[["headline", "n_outlets"]])
missed.sort_values("outlets without it", ascending=False).head(10).reset_index(drop=True)

# %% [markdown]
# ## 8. What is new since yesterday?

# %%
lineage = newsfold.load(STORE, "lineage", EDITION).to_pandas()
relations = lineage.relation.value_counts().reindex(["continued", "new", "split", "merged", "ended"]).dropna()
status = several.status.value_counts().reindex(["new", "updated", "unchanged"]).fillna(0)
fig, (ax, ax2) = plt.subplots(1, 2, figsize=(10, 2.6))
for axis, counts, title in (
    (ax, status, "Stories of several articles"),
    (ax2, relations, "Lineage since the previous edition"),
):
    bars = axis.barh(
        counts.index, counts, color=[ACCENT if name in ("new", "updated") else PALE for name in counts.index]
    )
    axis.bar_label(bars, fmt="{:,.0f}", padding=4)
    axis.invert_yaxis()
    axis.margins(x=0.15)
    axis.set_title(title)
    axis.xaxis.set_visible(False)
    axis.spines["bottom"].set_visible(False)
plt.show()
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
articles = history.members.to_pandas()
articles["time"] = articles.published_at.fillna(pd.to_datetime(articles.day).dt.tz_localize("UTC"))
order = articles.groupby("outlet").time.min().sort_values(kind="stable").index
y_of = {outlet: y for y, outlet in enumerate(order)}
fig, ax = plt.subplots(figsize=(10, 0.34 * len(order) + 1.7))
for outlet, rows in articles.groupby("outlet"):
    y = y_of[outlet]
    ax.hlines(y, rows.time.min(), rows.time.max(), color=PALE, linewidth=1)
    moved = rows.moved_to.notna()
    ax.plot(rows.time[~moved], [y] * int((~moved).sum()), "o", color=ACCENT, markersize=6)
    ax.plot(rows.time[moved], [y] * int(moved.sum()), "o", markersize=6, color="none", markeredgecolor=QUIET)
ax.set_yticks(range(len(order)), [shorten(name, 28) for name in order])
ax.invert_yaxis()
ax.xaxis.set_major_formatter(mdates.ConciseDateFormatter(ax.xaxis.get_major_locator()))
ax.set_title(shorten(stories.headline[story_id], 80))
plt.show()
history.timeline.to_pandas()[["edition_date", "event", "n_articles", "n_new_articles", "headline", "other_story_id"]]

# %% [markdown]
# ## 10. What does a map of the window look like?
#
# Each dot is a text of the window, close to texts with a similar meaning (t-SNE of the embeddings; only closeness means
# something). Texts first seen in this edition are larger; colours are the eight largest stories.

# %%
from sklearn.manifold import TSNE

window = newsfold.load(STORE, "article_embeddings", (first_day, last_day)).to_pandas()
window = window.drop_duplicates("article_id", keep="last")
originals = members[members.article_id == members.copy_group_id]
tonight = set(newsfold.load(STORE, "articles", EDITION)["article_id"].to_pylist())
texts = originals.merge(window[["article_id", "vector"]], on="article_id")
texts["tonight"] = texts.article_id.isin(tonight)
# New texts, then the latest others: a map of more takes minutes.
texts = (
    texts.sort_values(["tonight", "published_at"], ascending=False, na_position="last")
    .head(1500)
    .reset_index(drop=True)
)
if len(texts) >= 5:
    vectors = np.stack(texts.vector)
    points = TSNE(perplexity=min(30, (len(texts) - 1) / 3), init="pca", metric="cosine", random_state=0).fit_transform(
        vectors
    )
    fig, ax = plt.subplots(figsize=(10, 8))
    size = np.where(texts.tonight, 22, 9)
    ax.scatter(*points.T, s=size, color=PALE, linewidths=0)
    largest = (
        texts[texts.story_id.isin(several.index)]
        .groupby("story_id")
        .size()
        .sort_values(ascending=False, kind="stable")
        .head(8)
    )
    for story_id in largest.index:
        in_story = (texts.story_id == story_id).to_numpy()
        ax.scatter(
            *points[in_story].T,
            s=size[in_story] * 1.6,
            label=f"{shorten(stories.headline[story_id], 56)} ({in_story.sum()})",
        )
    ax.set_axis_off()
    ax.set_title("The window's texts by meaning")
    if len(largest):
        ax.legend(frameon=False, fontsize=8.5, loc="upper left", bbox_to_anchor=(0, -0.01), ncols=2)
    plt.show()
else:
    print_note("Too few texts to draw a map.")

# %% [markdown]
# ## 11. How sure was the model?
#
# Left: the probability of every pair that the scorer kept (1% or more), inside one story and across two. A confident
# model has two heaps and little between them. Right: each story's cohesion, the mean probability of its pairs. Look for
# mistakes in large stories with low cohesion, with `newsfold explain A B`.

# %%
edges = newsfold.load(STORE, "edges", EDITION).select(["left_id", "right_id", "probability"]).to_pandas()
story_of = members.set_index("article_id").story_id
ends = edges.left_id.map(story_of), edges.right_id.map(story_of)
edges = edges[ends[0].notna() & ends[1].notna()]
inside = (ends[0] == ends[1]).loc[edges.index]
fig, (ax, ax2) = plt.subplots(1, 2, figsize=(10, 4.2))
bins = np.linspace(0, 1, 41)
ax.hist(edges.probability[~inside], bins, color=PALE, label="across stories")
ax.hist(edges.probability[inside], bins, histtype="step", color=ACCENT, linewidth=1.8, label="inside one story")
if len(edges):
    ax.set_yscale("log")
    ax.yaxis.set_major_formatter("{x:,.0f}")
ax.set_xlabel("probability of being one story")
ax.set_ylabel("pairs")
ax.set_title("Every scored pair")
ax.legend(frameon=False)
jitter = np.random.default_rng(0).uniform(-0.12, 0.12, len(several))
ax2.scatter(several.n_articles * np.exp(jitter), several.cohesion, s=12, color="#1f5f8b", alpha=0.5, linewidths=0)
ax2.set_xscale("log")
if len(several):
    top_size = int(several.n_articles.max())
    ticks = [n for n in (2, 3, 5, 10, 20, 50, 100, 200) if n <= max(top_size, 3)]
    ax2.set_xticks(ticks, ticks)
    ax2.minorticks_off()
ax2.set_ylim(0, 1.03)
ax2.set_xlabel("articles in the story")
ax2.set_title("Cohesion by size")
plt.show()
unsure = several[several.n_articles >= 3].nsmallest(8, "cohesion", keep="first")
unsure[["headline", "n_articles", "n_outlets", "cohesion"]].reset_index()
