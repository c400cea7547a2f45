"""The tables that newsfold publishes, one Arrow schema each, and the descriptions of their columns.

Columns are only ever added. Times are UTC, ids are strings.
"""

from __future__ import annotations

import pyarrow as pa

from newsfold.schemas.columns import (
    ARTICLE_ID,
    DAY,
    EDITION_DATE,
    ENTITY,
    KEY_VALUE,
    REJECTION,
    SENTENCE,
    STORY_ID,
    TIME,
)
from newsfold.schemas.columns import NULL as _NULL
from newsfold.schemas.columns import PAIR as _PAIR
from newsfold.schemas.columns import field as _field
from newsfold.schemas.columns import list_of as _list
from newsfold.schemas.importance import IMPORTANCE_COLUMNS
from newsfold.schemas.kinds import list_kinds
from newsfold.schemas.pair_features import EXTRA_COLUMNS, FEATURES, RETIRED_COLUMNS
from newsfold.schemas.threads import THREAD_STORIES, THREADS
from newsfold.schemas.vectors import vector_type

_ARTICLES = pa.schema(
    [
        _field(
            "article_id",
            pa.string(),
            "Id in its table; else hash of the canonical URL, with the entry's id or the title if several articles "
            "share it; without a URL, of outlet, title and body. It stays what it was when the article was first seen.",
        ),
        _field("outlet", pa.string(), "Name of the publication; `unknown` if nothing names it."),
        _field("publisher_family", pa.string(), "Name shared by outlets with one owner or newsroom.", nullable=True),
        _field("url", pa.string(), "Address at which the article was found.", nullable=True),
        _field(
            "canonical_url",
            pa.string(),
            "The URL without tracking parameters, or the canonical link that the page declares.",
            nullable=True,
        ),
        _field(
            "title",
            pa.string(),
            "Headline without the outlet's name, and without labels that the outlet prints on many titles: programmes, "
            "forms (`WATCH:`, `Opinion:`) and bylines, which `extras` keeps as `title_label` and `title_ending`.",
        ),
        _field(
            "body", pa.string(), "Paragraphs of the article, one per line, without captions, offers or other furniture."
        ),
        _field("lead", pa.string(), "Beginning of the body, at most 400 characters."),
        _field(
            "authors",
            _list(pa.string()),
            "Signing authors in order. On web pages they may include newsrooms and agencies.",
        ),
        _field("agency", pa.string(), "News agency credited by the article (AP, Reuters, AFP, …).", nullable=True),
        _field("syndicated_from", pa.string(), "Outlet credited as the origin of a reposted article.", nullable=True),
        _field("dateline", pa.string(), "Place from which the report was filed, as printed.", nullable=True),
        _field("language", pa.string(), "Language code (ISO 639-1); `und` if undetermined."),
        _field("published_at", TIME, "Publication time; null if unknown.", nullable=True),
        _field("first_seen_at", TIME, "End of the day of the edition that first saw the article."),
        _field("content_hash", pa.string(), "Hash of the words of title and body: equal for equal texts."),
        _field("source", pa.string(), "Name of the configured source that delivered the article."),
        _field(
            "roundup",
            pa.bool_(),
            "Whether the article is about many matters: a live blog, briefing, newsletter or roundup.",
            default=False,
        ),
        _field(
            "extras",
            _list(KEY_VALUE),
            "Lines set apart from the body and labels set apart from the title, by kind: `caption`, `contributors`, "
            "`correction`, `copyright`, `title_label`, `title_ending` and others.",
        ),
        _field(
            "country", pa.string(), "Home country of the outlet (ISO 3166-1 alpha-2).", nullable=True, default=_NULL
        ),
        _field("entry_id", pa.string(), "Id of the article's entry in its feed (guid).", nullable=True, default=_NULL),
        _field("kind", pa.string(), f"Kind of the article: {list_kinds()}.", nullable=True, default=_NULL),
    ]
)


PUBLISHED: dict[str, pa.Schema] = {
    "articles": _ARTICLES,
    "copies": pa.schema(
        [
            ARTICLE_ID,
            _field("copy_group_id", pa.string(), "Id of the copy group: the `article_id` of its original."),
            _field("is_original", pa.bool_(), "Whether the article is its group's original; true for exactly one."),
            _field(
                "similarity",
                pa.float32(),
                "Similarity to the original: the share of the shorter text's 3-word shingles that the longer one "
                "contains, small edits bridged.",
            ),
            _field(
                "kind",
                pa.string(),
                "Relation to the original: `exact`, `near`, or `revision` (another version by the same outlet).",
            ),
            _field(
                "reason",
                pa.string(),
                "Why the group's original was chosen as such; null if the group has one article.",
                nullable=True,
                default=_NULL,
            ),
            _field(
                "origin",
                pa.string(),
                "Origin of the text: the agency or outlet that it credits, else its original's outlet; the "
                "publisher family if it is known or learnt.",
                nullable=True,
                default=_NULL,
            ),
        ]
    ),
    "article_embeddings": pa.schema(
        [
            ARTICLE_ID,
            _field(
                "text_digest",
                pa.string(),
                "Digest of the embedded text and the model; an equal digest means an equal vector.",
            ),
            _field("vector", vector_type(1), "Embedding of the article's title and text, of unit norm."),
        ]
    ),
    "edges": pa.schema(
        [
            *_PAIR,
            _field("probability", pa.float32(), "Calibrated probability that both articles belong to one story."),
            *(
                _field(name, pa.float32(), meaning, nullable=True)
                for name, meaning in (FEATURES | EXTRA_COLUMNS).items()
            ),
            *(
                _field(
                    name,
                    pa.float32(),
                    "Null in editions of newsfold 0.2 and later: the scorer does not use it any more.",
                    nullable=True,
                    default=_NULL,
                )
                for name in RETIRED_COLUMNS
            ),
        ]
    ),
    "stories": pa.schema(
        [
            EDITION_DATE,
            STORY_ID,
            _field("headline", pa.string(), "Member's title that best describes the story."),
            _field("summary", pa.string(), "Summary of the story in one to three sentences of its members."),
            _field("summary_sentences", _list(SENTENCE), "Sentences of the summary, each with its article."),
            _field("representative_article_id", pa.string(), "Id of the article that best represents the story."),
            _field("n_articles", pa.int32(), "Number of member articles, copies included."),
            _field("n_outlets", pa.int32(), "Number of different outlets among the members."),
            _field(
                "n_independent",
                pa.int32(),
                "Number of independent origins: copies, credited agencies and publisher families count once.",
            ),
            _field(
                "first_published_at",
                TIME,
                "Earliest known publication time of the story's articles, also of those that have left the window.",
                nullable=True,
            ),
            _field("last_published_at", TIME, "Latest known publication time of a member.", nullable=True),
            _field(
                "first_outlet",
                pa.string(),
                "Outlet of the original of the earliest dated text, also if that has left the window.",
                nullable=True,
            ),
            _field("languages", _list(pa.string()), "Languages of the members (ISO 639-1), most articles first."),
            _field(
                "keywords",
                _list(pa.string()),
                "Words that set the story apart from the rest of the window, best first.",
            ),
            _field(
                "entities",
                _list(pa.string()),
                "People, organisations, places and other names that the members mention, each once, by its fullest "
                "form, the most prominent first.",
            ),
            _field(
                "importance", pa.float32(), "Score by which stories are ranked: the sum of the `importance_…` columns."
            ),
            _field(
                "cohesion",
                pa.float32(),
                "Mean probability over all pairs of texts in the story, 0 for an unscored pair; 1 for a singleton.",
            ),
            _field(
                "status",
                pa.string(),
                "State in this edition: `new`, `updated` (the story gained articles) or `unchanged`.",
            ),
            _field("n_new_articles", pa.int32(), "Number of members first seen in this edition."),
            _field(
                "what_is_new",
                _list(SENTENCE),
                "Sentences or titles of new members that add to what earlier members said and that the summary lacks; "
                "empty if there are none or the whole story is new.",
                default=[],
            ),
            *(
                _field(name, kind, description, nullable=True, default=_NULL)
                for name, (kind, description) in IMPORTANCE_COLUMNS.items()
            ),
            _field(
                "summary_by",
                pa.string(),
                "Author of the summary: `extractive`, or the name of the language model.",
                default="extractive",
            ),
            _field(
                "summary_doubts",
                _list(pa.string()),
                "Numbers and names in a language model's summary that no member mentions.",
                default=[],
            ),
            _field(
                "timeline",
                _list(DAY),
                "For a story of several days, the best title of each day's news that later news of that day does not "
                "supersede, also of days whose articles have left the window; empty otherwise.",
                default=[],
            ),
            _field(
                "language",
                pa.string(),
                "Language of headline, summary and `what_is_new` (ISO 639-1); `und` if undetermined.",
                nullable=True,
                default=_NULL,
            ),
            _field(
                "kind",
                pa.string(),
                "Kind of the story: `news` if any original is news, else `analysis` if any is analysis, else that of "
                "most originals.",
                nullable=True,
                default=_NULL,
            ),
            _field(
                "previous_headline",
                pa.string(),
                "Headline of the story in the previous edition; null if it did not change, or the story is new.",
                nullable=True,
                default=_NULL,
            ),
            _field(
                "entity_mentions",
                _list(ENTITY),
                "The entities with their type (`person`, `organisation`, `place` or `other`), the number of texts that "
                "mention each, and its other forms (`Dr. Brask`, `NTC`), most frequent first.",
                default=[],
            ),
            _field(
                "thread_id",
                pa.string(),
                "Id of the story's thread, as in the table `threads`; null in editions that have no such table.",
                nullable=True,
                default=_NULL,
            ),
            _field(
                "thread_importance",
                pa.float32(),
                "Importance of that thread, as in the table `threads`.",
                nullable=True,
                default=_NULL,
            ),
        ]
    ),
    "story_articles": pa.schema(
        [
            EDITION_DATE,
            STORY_ID,
            ARTICLE_ID,
            _field("copy_group_id", pa.string(), "Id of the article's copy group: the `article_id` of its original."),
            _field(
                "role", pa.string(), "Role in the story: `representative`, `original` (has copies), `copy` or `member`."
            ),
            _field(
                "similarity",
                pa.float32(),
                "Mean probability that the article belongs with the other texts of the story; 1 in a singleton.",
            ),
            _field("why", _list(pa.string()), "Evidence that the article shares with the story, in words."),
            _field("outlet", pa.string(), "Outlet of the article."),
            _field("title", pa.string(), "Title of the article."),
            _field("url", pa.string(), "Address of the article.", nullable=True),
            _field("published_at", TIME, "Publication time of the article; null if unknown.", nullable=True),
            _field(
                "language",
                pa.string(),
                "Language of the article (ISO 639-1); `und` if undetermined.",
                nullable=True,
                default=_NULL,
            ),
        ]
    ),
    "threads": THREADS,
    "thread_stories": THREAD_STORIES,
    "lineage": pa.schema(
        [
            EDITION_DATE,
            _field("story_id", pa.string(), "Id of the story in this edition; null if the story ended.", nullable=True),
            _field(
                "previous_story_id",
                pa.string(),
                "Id of the story in the previous edition; null if the story is new.",
                nullable=True,
            ),
            _field(
                "relation",
                pa.string(),
                "How the two are related: `new`; `continued` (same id); `merged` (what the window has of the earlier "
                "story became part of this one); `split` (this one has a part of it: the rest continues, or has left "
                "the window); `ended` (the window has nothing of the earlier story but remnants in other ones).",
            ),
            _field("shared_articles", pa.int32(), "Number of texts (copy groups) in both stories."),
            _field(
                "overlap",
                pa.float32(),
                "Jaccard index of the two stories' texts, over the texts that are in both editions' windows.",
            ),
        ]
    ),
    "revisions": _ARTICLES,
    "sightings": pa.schema([EDITION_DATE, ARTICLE_ID]),
    "sources": pa.schema(
        [
            EDITION_DATE,
            _field("source", pa.string(), "Name of the source in the configuration."),
            _field(
                "status",
                pa.string(),
                "Outcome: `ok`, `partial` (some files failed), `unchanged` (nothing new), `failed`, or `empty`, which "
                "has an `error` if no source has a file for the night.",
            ),
            _field("n_read", pa.int32(), "Number of documents found."),
            _field("n_kept", pa.int32(), "Number of articles obtained from them, known articles included."),
            _field(
                "n_repeated",
                pa.int32(),
                "Number of documents that hold an article which another document of the edition holds, too.",
            ),
            _field("n_rejected", pa.int32(), "Number of documents and files that could not be used."),
            _field("error", pa.string(), "First problem of the source; null if there was none.", nullable=True),
            _field("seconds", pa.float32(), "Seconds spent on the network; null for sources on disk.", nullable=True),
            _field("rejections", _list(REJECTION), "Rejected files, rows or items, each with the reason; at most 100."),
            _field(
                "n_too_old",
                pa.int32(),
                "Number of documents left out because their articles, seen for the first time, are older than the "
                "source's `max_age_days`.",
                default=0,
            ),
        ]
    ),
    "fetches": pa.schema(
        [
            EDITION_DATE,
            _field("url", pa.string(), "Address as the source or a listing names it."),
            _field("source", pa.string(), "Name of the source that requested it."),
            _field(
                "kind",
                pa.string(),
                "Kind of the address: `listing` (a feed or sitemap), `page`, or `shared` (several entries lead to it, "
                "so that it is not requested).",
            ),
            _field(
                "status", pa.int32(), "HTTP status of the last response; 304 if nothing is new, 0 without a request."
            ),
            _field("etag", pa.string(), "ETag header of the version sent last.", nullable=True),
            _field("last_modified", pa.string(), "Last-Modified header of the version sent last.", nullable=True),
            _field("n_entries", pa.int32(), "Number of entries in a listing at its last response.", nullable=True),
            _field(
                "fingerprint",
                pa.string(),
                "Digest of a listing, or of a page's entry in its listing, when it was fetched.",
            ),
            _field("fetched_on", pa.date32(), "Date of the edition that fetched it."),
            _field("listed_on", pa.date32(), "Date of the last edition whose listings contain it."),
        ]
    ),
}
