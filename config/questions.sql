-- Ten questions to a store, for `newsfold sql` and newsfold.connect(store).sql: copy one, and change it.
-- A query is a line or a few, up to the semicolon; `describe stories` lists the columns of a view.

-- 1. What happened? The most important news of the edition.
SELECT headline, n_articles, n_outlets, summary FROM stories
WHERE kind IN ('news', 'analysis') ORDER BY importance DESC LIMIT 10;

-- 2. What is new since yesterday? Stories that are new or have grown since the edition before; new_since('2013-06-05')
--    asks since another day.
SELECT status, headline, n_new_articles, new_outlets FROM new_since() LIMIT 20;

-- 3. Who covered it, who was first, and how many minutes after that? The most important story, outlet by outlet.
SELECT outlet, min(published_at) AS first_at, date_diff('minute', min(first_at) OVER (), first_at) AS minutes_later
FROM story_articles WHERE story_id = (SELECT story_id FROM stories ORDER BY importance DESC LIMIT 1)
GROUP BY outlet ORDER BY first_at NULLS LAST, outlet;

-- 4. Who is often first to report? Of the stories of several outlets, how many each outlet had first, over all editions.
SELECT first_outlet, count(*) AS first, round(avg(n_outlets), 1) AS followed_by FROM stories_all
WHERE n_outlets > 1 GROUP BY first_outlet ORDER BY first DESC, first_outlet;

-- 5. Who copied whom? Texts of one origin that another outlet printed, over all editions.
SELECT c.origin, a.outlet, count(*) AS texts FROM copies_all AS c JOIN articles_all AS a USING (article_id)
WHERE NOT c.is_original AND c.kind <> 'revision' AND c.origin <> coalesce(a.publisher_family, a.outlet)
GROUP BY ALL ORDER BY texts DESC, c.origin, a.outlet;

-- 6. Why are these articles together? The weakest members of stories, each with what it shares with the others.
SELECT s.headline, m.title, m.outlet, m.similarity, m.why FROM story_articles AS m JOIN stories AS s USING (story_id)
WHERE s.n_articles > 2 AND m.role <> 'copy' ORDER BY m.similarity LIMIT 10;

-- 7. Which stories have the most independent coverage, and how much of their coverage is repetition?
SELECT headline, n_independent, n_articles, round(1 - n_independent / n_articles, 2) AS repeated
FROM stories WHERE n_articles > 1 ORDER BY n_independent DESC, repeated LIMIT 10;

-- 8. Which headlines changed from one edition to the next, corrected or rewritten? Later texts of articles are in
--    revisions_all.
SELECT edition_date, previous_headline, headline FROM stories_by_edition
WHERE previous_headline IS NOT NULL ORDER BY edition_date, n_articles DESC, story_id;

-- 9. How did a running matter develop? The largest thread, story by story.
SELECT first_day, last_day, n_articles, headline FROM thread_stories
WHERE thread_id = (SELECT thread_id FROM threads ORDER BY n_stories DESC, importance DESC LIMIT 1) ORDER BY first_day;

-- 10. How much of the coverage in each language is an outlet's, in percent?
SELECT language, outlet, count(*) AS n, round(100 * n / sum(n) OVER (PARTITION BY language))::INT AS percent
FROM articles_all GROUP BY language, outlet ORDER BY language, n DESC, outlet;
