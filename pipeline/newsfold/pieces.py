"""The steps of the stages that work on chunks: what each does with its tables, and in which order."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from newsfold import constraints, embedding, extraction, publishers, schemas, scoring, vocabulary
from newsfold.blocking import candidates
from newsfold.dataflow import Context, Selection, Step, Tables
from newsfold.schemas import pair_features

_REJECTIONS_KEPT = 100
_OF_CHUNK = Selection("article_id", ("article_id",))
_ENDS = Selection("article_id", ("left_id", "right_id"))
_SAME_TEXT = Selection("text_digest", ("text_digest",))
_TOLD_BY = ("article_id", "content_hash", "source", "url", "canonical_url")
_TEXT = ("article_id", "title", "body")


def _read(tables: Tables, context: Context) -> Tables:
    def progress(done: int, total: int) -> None:
        context.progress("extract", done, total)

    known = publishers.load_publishers(context.settings)
    return {"readings": extraction.read(tables["documents"], context.seen_at, progress, known)}


def _meet(tables: Tables, _: Context) -> Tables:
    articles, rejects = extraction.met(tables["readings"])
    return {"met": articles, "unread": rejects}


def _merge(tables: Tables, _: Context) -> Tables:
    together, printed = extraction.merged(tables["met"], tables["readings"])
    return {"merged": together, "printed": printed}


def _learn(tables: Tables, _: Context) -> Tables:
    learnt = extraction.habits(tables["met"], tables["merged"], tables["printed"], tables["known_articles"])
    return {"habits": learnt}


def _cut(tables: Tables, _: Context) -> Tables:
    return {"found": extraction.cut(tables["merged"], tables["habits"])}


def _decide(tables: Tables, context: Context) -> Tables:
    found, taken_back = constraints.remove_retracted(tables["found"], tables["retractions"])
    known, _ = constraints.remove_retracted(tables["known_articles"], tables["retractions"])
    rejects = schemas.concat_tables("rejects", [tables["unread"], taken_back])
    return {
        "decided": extraction.decided(found, known, tables["known_ids"]),
        "sources": report(tables["source_outcomes"], rejects, Counter(found["source"].to_pylist()), context.edition),
    }


def _lay_out(tables: Tables, _: Context) -> Tables:
    return dict(
        zip(
            ("articles", "revisions", "window_articles"),
            extraction.laid_out(tables["decided"], tables["found"], tables["known_articles"]),
            strict=True,
        )
    )


def _seek_vectors(tables: Tables, context: Context) -> Tables:
    return {"wanted": embedding.wanted(tables["window_articles"], tables["copies"], context.settings.embedding)}


def _ask(tables: Tables, _: Context) -> Tables:
    wanted, known = tables["wanted"], tables["known_embeddings"]
    # By id too: two articles may have one text and yet be no copies, and each needs a row of its own.
    there = (pc.is_in(wanted[name], known[name].combine_chunks()) for name in ("article_id", "text_digest"))
    fresh = pc.invert(pc.and_(*there))
    return {
        "missing": embedding.missing(wanted, [known, tables["cached_embeddings"]]),
        "asked": wanted.append_column("fresh", fresh),
    }


def _encode(tables: Tables, context: Context) -> Tables:
    def progress(done: int, total: int) -> None:
        context.progress("embed", done, total)

    chosen = context.settings.embedding
    return {"computed": embedding.encode(tables["window_articles"], tables["missing"], chosen, progress)}


def _gather(tables: Tables, _: Context) -> Tables:
    names = ("known_embeddings", "cached_embeddings", "computed")
    filled = [tables[name] for name in names if tables[name].num_rows]
    vectors = embedding.gather(tables["asked"], filled or [tables["computed"]])
    return {"vectors": vectors, "article_embeddings": vectors.filter(tables["asked"]["fresh"])}


def _describe_words(tables: Tables, _: Context) -> Tables:
    order = pc.index_in(tables["vectors"]["article_id"], tables["window_articles"]["article_id"].combine_chunks())
    wordings, uses = vocabulary.describe(tables["window_articles"].take(order))
    return {"wordings": wordings, "word_uses": uses}


def _weigh(tables: Tables, _: Context) -> Tables:
    wordings, revisions = tables["wordings"], tables["revisions"]["article_id"].combine_chunks()
    originals, ids = tables["settled"]["article_id"], wordings["article_id"].combine_chunks()
    # What was a copy yesterday, or has another text today, was not paired as what it is now.
    still = pc.and_not(pc.is_in(originals, ids), pc.is_in(originals, revisions))
    settled, old = originals.filter(still).combine_chunks(), tables["known_edges"]
    kept = (pc.is_in(old[end], settled) for end in ("left_id", "right_id"))
    return {
        "vocabulary": vocabulary.weigh(tables["word_uses"], wordings["language"].to_pylist()),
        "timeline": candidates.timeline(wordings, settled),
        "kept_edges": old.filter(pc.and_(*kept)),
    }


def _arrange(tables: Tables, _: Context) -> Tables:
    laid = (tables[name] for name in ("timeline", "vectors", "wordings", "vocabulary"))
    return {"searched": candidates.arrange(*laid)}


def _search(tables: Tables, context: Context, slices: Sequence[pa.Table]) -> Tables:
    words, chosen = tables["vocabulary"].num_rows, context.settings.candidates
    near, nearest = candidates.search(tables["searched"], slices, tables["timeline"], words, chosen)
    return {"near": near, "nearest": nearest}


def _pair(tables: Tables, _: Context) -> Tables:
    return {"near_rows": candidates.paired(tables["near"])}


def _name_pairs(tables: Tables, _: Context) -> Tables:
    pairs, times = tables["near_rows"], tables["timeline"]
    return {"candidate_pairs": candidates.named(pairs, times), "spans": scoring.spans(pairs, times)}


def _sum(tables: Tables, _: Context) -> Tables:
    return {"moments": scoring.summed(tables["vectors"])}


def _state_facts(tables: Tables, _: Context) -> Tables:
    moments, span = scoring.facts(tables["moments"], tables["spans"], tables["timeline"])
    return {"window_moments": moments, "usual_span": span}


def _compare(tables: Tables, context: Context) -> Tables:
    found = scoring.compared(
        scoring.scorer(context.settings.scoring),
        (tables["candidate_pairs"], tables["near_rows"]),
        (tables["wordings"], tables["vectors"], tables["nearest"]),
        (tables["vocabulary"], tables["window_moments"], tables["usual_span"]),
    )
    return {"compared": found}


def _look(tables: Tables, context: Context) -> Tables:
    model = scoring.scorer(context.settings.scoring)
    outlook = scoring.outlook(model, tables["compared"], tables["kept_edges"], tables["timeline"])
    return {"outlook": outlook[0], "mates": outlook[1]}


def _judge(tables: Tables, context: Context) -> Tables:
    model = scoring.scorer(context.settings.scoring)
    edges = scoring.judged(model, tables["compared"], tables["outlook"], tables["mates"])
    return {"fresh_edges": edges.filter(pc.greater_equal(edges["probability"], pair_features.MIN_EDGE_PROBABILITY))}


def _join_edges(tables: Tables, _: Context) -> Tables:
    known = tables["kept_edges"]
    known = known.filter(pc.greater_equal(known["probability"], pair_features.MIN_EDGE_PROBABILITY))
    return {"edges": scoring.together(tables["fresh_edges"], known)}


def report(outcomes: pa.Table, rejects: pa.Table, kept: Counter[str], edition: date) -> pa.Table:
    """The `sources` table: what reading and extraction made of each source."""
    rejected: defaultdict[str, list[dict[str, str]]] = defaultdict(list)
    for row in rejects.to_pylist():
        rejected[row["source"]].append({"location": row["location"], "reason": row["reason"]})
    rows = []
    for outcome in outcomes.to_pylist():
        name = outcome["source"]
        problems = outcome["failures"] + rejected[name]
        whole_files = [problem for problem in outcome["failures"] if problem["file_failed"]]
        if kept[name]:
            status = "partial" if whole_files else "ok"
        elif problems:
            status = "failed"
        elif outcome["unchanged"]:
            status = "unchanged"
        else:
            status = "ok" if outcome["n_read"] else "empty"  # what others delivered first is read all the same
        listed = [{"location": item["location"], "reason": item["reason"]} for item in problems]
        rows.append(
            {
                "edition_date": edition,
                "source": name,
                "status": status,
                "n_read": outcome["n_read"],
                "n_kept": kept[name],
                "n_rejected": len(problems),
                "error": f"{listed[0]['location']}: {listed[0]['reason']}" if listed else None,
                "seconds": outcome["seconds"],
                "rejections": listed[:_REJECTIONS_KEPT],
            }
        )
    return schemas.build_table("sources", sorted(rows, key=lambda row: str(row["source"])))


EXTRACT = (
    Step("read", _read, over="documents", writes=("readings",)),
    Step("meet", _meet, reads=("readings",), writes=("met", "unread"), columns={"readings": extraction.MET_BY}),
    Step("merge", _merge, over="met", beside={"readings": _OF_CHUNK}, writes=("merged", "printed")),
    Step(
        "learn",
        _learn,
        reads=("met", "merged", "printed", "known_articles"),
        writes=("habits",),
        columns={"merged": extraction.LEARNT_BY, "known_articles": ("outlet", "extras")},
    ),
    Step("cut", _cut, reads=("habits",), over="merged", writes=("found",)),
    Step(
        "decide",
        _decide,
        reads=("found", "unread", "source_outcomes", "retractions", "known_ids", "known_articles"),
        writes=("decided", "sources"),
        columns=dict.fromkeys(("found", "known_articles"), _TOLD_BY),
    ),
    Step(
        "lay out",
        _lay_out,
        over="decided",
        beside={"found": _OF_CHUNK, "known_articles": _OF_CHUNK},
        writes=("articles", "revisions", "window_articles"),
    ),
)

EMBED = (
    Step(
        "recipes",
        _seek_vectors,
        over="copies",
        beside={"window_articles": _OF_CHUNK},
        writes=("wanted",),
        columns={"copies": ("article_id", "is_original"), "window_articles": _TEXT},
    ),
    Step(
        "ask",
        _ask,
        reads=("wanted", "known_embeddings", "cached_embeddings"),
        writes=("missing", "asked"),
        columns=dict.fromkeys(("known_embeddings", "cached_embeddings"), ("article_id", "text_digest")),
    ),
    Step(
        "encode",
        _encode,
        over="missing",
        unit=embedding.UNIT,
        beside={"window_articles": _OF_CHUNK},
        writes=("computed",),
        columns={"window_articles": _TEXT},
    ),
    Step(
        "gather",
        _gather,
        over="asked",
        beside=dict.fromkeys(("known_embeddings", "cached_embeddings", "computed"), _SAME_TEXT),
        writes=("vectors", "article_embeddings"),
    ),
)

BLOCK = (
    Step(
        "describe",
        _describe_words,
        over="vectors",
        beside={"window_articles": _OF_CHUNK},
        writes=("wordings", "word_uses"),
        columns={
            "vectors": ("article_id",),
            "window_articles": (*_TEXT, "outlet", "language", "published_at", "first_seen_at"),
        },
    ),
    Step(
        "weigh",
        _weigh,
        reads=("wordings", "word_uses", "revisions", "settled", "known_edges"),
        writes=("vocabulary", "timeline", "kept_edges"),
        columns={"wordings": ("article_id", "language", "published_at", "first_seen_at"), "revisions": ("article_id",)},
    ),
    Step(
        "arrange",
        _arrange,
        reads=("vocabulary",),
        over="timeline",
        beside={"vectors": _OF_CHUNK, "wordings": _OF_CHUNK},
        writes=("searched",),
        columns={"wordings": ("article_id", "words", "counts")},
    ),
    Step(
        "search",
        _search,
        reads=("vocabulary", "timeline"),
        over="searched",
        along="searched",
        slice_rows=candidates.SLICE,
        writes=("near", "nearest"),
        columns={"vocabulary": ("documents",), "timeline": ("row", "published_at")},
    ),
    Step("pair", _pair, reads=("near",), writes=("near_rows",)),
    Step("name", _name_pairs, reads=("timeline",), over="near_rows", pairs=True, writes=("candidate_pairs", "spans")),
)

SCORE = (
    Step("sum", _sum, over="vectors", writes=("moments",)),
    Step(
        "facts",
        _state_facts,
        reads=("moments", "spans", "timeline"),
        writes=("window_moments", "usual_span"),
        columns={"timeline": ("first_seen_at",)},
    ),
    Step(
        "compare",
        _compare,
        reads=("vocabulary", "window_moments", "usual_span"),
        over="candidate_pairs",
        pairs=True,
        abreast=("near_rows",),
        beside={"wordings": _ENDS, "vectors": _ENDS, "nearest": _ENDS},
        writes=("compared",),
    ),
    Step(
        "look",
        _look,
        reads=("compared", "kept_edges", "timeline"),
        writes=("outlook", "mates"),
        columns={
            "compared": ("left", "right", "evidence", "headline_only"),
            "kept_edges": ("left_id", "right_id", "probability"),
            "timeline": ("article_id", "row"),
        },
    ),
    Step("judge", _judge, reads=("outlook", "mates"), over="compared", pairs=True, writes=("fresh_edges",)),
    Step("join", _join_edges, reads=("fresh_edges", "kept_edges"), writes=("edges",)),
)
