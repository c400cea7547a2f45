# %% [markdown]
# ## 12. Which matters run for days?
#
# Threads: the stories of one running matter. Each row is one of those with the most stories, each dot a story on the
# day of its first article, the larger the more articles; grey ones have left the window. Below: the first row's days.

# %%
threads = newsfold.load(STORE, "threads", EDITION).to_pandas().set_index("thread_id")
running = threads[threads.n_stories > 1].nlargest(12, "n_stories", keep="first")
chapters = newsfold.load(STORE, "thread_stories", EDITION).to_pandas()
chapters = chapters[chapters.thread_id.isin(running.index)]
if len(running):
    fig, ax = plt.subplots(figsize=(10, 0.42 * len(running) + 1.2))
    row_of = {thread_id: row for row, thread_id in enumerate(running.index)}
    rows, days = chapters.thread_id.map(row_of), pd.to_datetime(chapters.first_day)
    colours = [ACCENT if in_window else PALE for in_window in chapters.in_window]
    ax.hlines(range(len(running)), pd.to_datetime(running.first_day), pd.to_datetime(running.last_day), color=PALE)
    ax.scatter(days, rows, s=24 * np.sqrt(chapters.n_articles), color=colours, alpha=0.7, linewidths=0, zorder=2)
    ax.set_yticks(range(len(running)), [shorten(title, 62) for title in running.title])
    ax.invert_yaxis()
    ax.xaxis.set_major_formatter(mdates.ConciseDateFormatter(ax.xaxis.get_major_locator()))
    ax.set_title("The threads with the most stories")
    plt.show()
else:
    print_note("No thread has several stories.")
days = list(running.timeline.iloc[0]) if len(running) else []
pd.DataFrame([(line["day"], line["text"], line["outlet"]) for line in days], columns=["day", "text", "outlet"])

# %% [markdown]
# ## 13. Which threads grew tonight?

# %%
grown = threads[(threads.n_new_articles > 0) & (threads.n_stories > 1)].nlargest(15, "importance", keep="first")
if len(grown):
    fig, ax = plt.subplots(figsize=(10, 0.36 * len(grown) + 1.2))
    ax.barh(range(len(grown)), grown.n_articles, color=PALE, height=0.7, label="articles")
    ax.barh(range(len(grown)), grown.n_new_articles, color=ACCENT, height=0.7, label="new tonight")
    ax.set_yticks(range(len(grown)), [shorten(title, 62) for title in grown.title])
    ax.invert_yaxis()
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.set_title("Threads of several stories that grew tonight, the most important first")
    ax.legend(frameon=False)
    plt.show()
else:
    print_note("No thread of several stories has a new article.")
grown[["title", "n_stories", "n_articles", "n_new_articles", "n_independent", "first_day", "status"]].reset_index(
    drop=True
)
