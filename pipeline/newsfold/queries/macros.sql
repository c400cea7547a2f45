-- Views and table functions over the views of the tables; {edition} is the edition's date.

-- Each edition with the one that it follows, and with the one that the store has before it.
CREATE VIEW _successions AS
SELECT edition_date, coalesce(p.previous_edition_date, lag(edition_date) OVER (ORDER BY edition_date)) AS follows,
    lag(edition_date) OVER (ORDER BY edition_date) AS kept
FROM runs_all LEFT JOIN _previous AS p USING (edition_date);

-- Where the edition that one follows is missing, the articles of a story show what became of it.
CREATE VIEW lineage_all AS
WITH missing AS (SELECT edition_date, kept FROM _successions WHERE follows > kept),
lost AS (
    SELECT m.edition_date, m.kept, s.story_id
    FROM missing AS m JOIN stories_by_edition AS s ON s.edition_date = m.kept
    WHERE NOT EXISTS (
        FROM lineage_by_edition AS l WHERE l.edition_date = m.edition_date AND l.previous_story_id = s.story_id
    )
),
shared AS (
    SELECT lost.edition_date, lost.kept, lost.story_id AS previous_story_id, now.story_id,
        count(DISTINCT now.copy_group_id)::INTEGER AS n_texts
    FROM lost
    JOIN story_articles_by_edition AS old ON old.edition_date = lost.kept AND old.story_id = lost.story_id
    LEFT JOIN story_articles_by_edition AS now
        ON now.edition_date = lost.edition_date AND now.article_id = old.article_id
    GROUP BY lost.edition_date, lost.kept, lost.story_id, now.story_id
),
moved AS (
    FROM shared QUALIFY row_number() OVER (
        PARTITION BY edition_date, previous_story_id ORDER BY n_texts DESC, story_id NULLS LAST
    ) = 1
)
SELECT l.edition_date, s.follows AS previous_edition_date, l.* EXCLUDE (edition_date)
FROM lineage_by_edition AS l LEFT JOIN _successions AS s USING (edition_date)
UNION ALL
SELECT edition_date, kept, story_id, previous_story_id, if(story_id IS NULL, 'ended', 'merged'), n_texts, NULL
FROM moved;

-- What editions after a day brought to the stories of this edition; without a day, after the edition before this one.
CREATE MACRO new_since(day := NULL) AS TABLE
WITH since AS (
    SELECT coalesce(
        CAST(day AS DATE), (SELECT max(edition_date) FROM runs_all WHERE edition_date < DATE '{edition}'), DATE '0001-01-01'
    ) AS after
),
fresh AS (SELECT article_id FROM articles_by_edition WHERE edition_date > (SELECT after FROM since)),
by_outlet AS (
    SELECT story_id, outlet, count(f.article_id) AS n_new, count(*) = n_new AS is_new
    FROM story_articles LEFT JOIN fresh AS f USING (article_id)
    GROUP BY ALL
),
counts AS (
    SELECT story_id, sum(n_new)::INTEGER AS n_new_articles,
        coalesce(list(outlet ORDER BY outlet) FILTER (WHERE is_new), []) AS new_outlets
    FROM by_outlet GROUP BY ALL HAVING n_new_articles > 0
),
sentences AS (
    SELECT story_id, flatten(list(what_is_new ORDER BY edition_date)) AS what_is_new
    FROM stories_by_edition WHERE edition_date > (SELECT after FROM since) GROUP BY ALL
),
known AS (SELECT DISTINCT story_id FROM stories_by_edition WHERE edition_date <= (SELECT after FROM since))
SELECT story_id, s.headline, s.kind, if(k.story_id IS NULL, 'new', 'updated') AS status, s.importance,
    s.n_articles, c.n_new_articles, c.new_outlets, t.what_is_new
FROM counts AS c JOIN stories AS s USING (story_id) JOIN sentences AS t USING (story_id) LEFT JOIN known AS k USING (story_id)
ORDER BY s.importance DESC, story_id;

-- The rows of lineage_all that lead to a story, and those of what became of it.
CREATE MACRO lineage_of(story) AS TABLE
WITH RECURSIVE later(id, since) AS (
    SELECT CAST(story AS VARCHAR), DATE '0001-01-01'
    UNION
    SELECT l.story_id, l.edition_date FROM lineage_all AS l JOIN later ON l.previous_story_id = later.id
    WHERE l.relation IN ('merged', 'split') AND l.edition_date > later.since
),
earlier(id, until) AS (
    SELECT CAST(story AS VARCHAR), DATE '9999-12-31'
    UNION
    SELECT l.previous_story_id, l.edition_date FROM lineage_all AS l JOIN earlier ON l.story_id = earlier.id
    WHERE l.relation IN ('merged', 'split') AND l.edition_date <= earlier.until
),
found AS (
    SELECT l.* FROM lineage_all AS l JOIN later ON l.previous_story_id = later.id AND l.edition_date > later.since
    UNION
    SELECT l.* FROM lineage_all AS l JOIN earlier ON l.story_id = earlier.id AND l.edition_date <= earlier.until
)
SELECT f.edition_date, f.previous_edition_date, f.previous_story_id, f.relation, f.story_id, f.shared_articles,
    s.n_articles, s.headline
FROM found AS f LEFT JOIN stories_by_edition AS s ON s.edition_date = f.edition_date AND s.story_id = f.story_id
ORDER BY f.edition_date, f.previous_story_id NULLS FIRST, f.story_id NULLS LAST;
