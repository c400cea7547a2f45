# %% [markdown]
# ## 12. Which matters run for days?
#
# Threads: the stories of one running matter. Each row is one of those with the most stories, each dot a story on the
# day of its first article, the larger the more articles; grey ones have left the window. Below: the first row's days.

# %%
plots.draw_threads(tables)
first = tables.running_threads.head(1)
days = [(line["day"], line["text"], line["outlet"]) for timeline in first.timeline for line in timeline]
pd.DataFrame(days, columns=["day", "text", "outlet"])

# %% [markdown]
# ## 13. Which threads grew tonight?

# %%
plots.draw_thread_growth(tables)
columns = ["title", "n_stories", "n_articles", "n_new_articles", "n_independent", "first_day", "status"]
tables.grown_threads[columns].head(15).reset_index(drop=True)
