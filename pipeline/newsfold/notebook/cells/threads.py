# %% [markdown]
# ## 12. Which matters run for days?
#
# Threads: the stories of one running matter. Each row is one of those with the most stories, each dot a story on the
# day of its first article, the larger the more articles; grey ones have left the window. Below: the first row's days.

# %%
plots.draw_threads(tables)
threads = tables.threads
running = threads[threads.n_stories > 1].nlargest(1, "n_stories", keep="first")
days = [(line["day"], line["text"], line["outlet"]) for timeline in running.timeline for line in timeline]
pd.DataFrame(days, columns=["day", "text", "outlet"])

# %% [markdown]
# ## 13. Which threads grew tonight?

# %%
plots.draw_thread_growth(tables)
grown = threads[(threads.n_new_articles > 0) & (threads.n_stories > 1)].nlargest(15, "importance", keep="first")
columns = ["title", "n_stories", "n_articles", "n_new_articles", "n_independent", "first_day", "status"]
grown[columns].reset_index(drop=True)
