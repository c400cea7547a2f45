"""Which documents are one article, tonight and on later nights: through the whole stage, as a run sees it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsfold import schemas
from newsfold.dataflow import Context, end_of_day
from newsfold.extraction.stage import EXTRACT
from newsfold.settings import Settings
from newsfold.sources.document import SourceOutcome
from tests.factories import prose

FIRST_NIGHT = date(2013, 6, 5)
SHARED = "https://harbour.example/bulletins"


@dataclass
class Nights:
    """Editions one after another: each knows the articles of the window, and the ids of all before it."""

    night: date = FIRST_NIGHT
    known: pa.Table = field(default_factory=lambda: schemas.empty_table("known_articles"))
    ids: dict[str, date] = field(default_factory=dict)

    def read(self, *documents: Mapping[str, Any]) -> dict[str, pa.Table]:
        """Read a night's documents; those of no other file are in one feed."""
        blank = {
            "source": "s",
            "form": "fields",
            "authors": [],
            "timezone": "UTC",
            "file": "feed.xml",
            "outlet": "Courier",
        }
        rows = [blank | {"location": f"item {n}"} | dict(row) for n, row in enumerate(documents, 1)]
        outcomes = [schemas.empty_table("source_outcomes")] + [
            SourceOutcome(n_read=sum(row["source"] == source for row in rows)).to_table(source)
            for source in sorted({row["source"] for row in rows})
        ]
        tables = {name: schemas.empty_table(name) for name in EXTRACT.reads}
        tables |= {
            "documents": schemas.build_table("documents", rows),
            "source_outcomes": pa.concat_tables(outcomes),
            "known_articles": self.known,
            "known_ids": schemas.build_table(
                "known_ids", [{"article_id": key, "recorded_on": day} for key, day in sorted(self.ids.items())]
            ),
        }
        wanted = ("articles", "revisions", "window_articles", "sources", "unreadable", "sightings", "cleaned")
        result = EXTRACT.run(tables, Context(Settings(), self.night, end_of_day(self.night)), wanted)
        self.known = result["window_articles"]
        recorded = [*result["articles"]["article_id"].to_pylist(), *result["sightings"]["article_id"].to_pylist()]
        self.ids |= dict.fromkeys(recorded, self.night)
        self.night += timedelta(days=1)
        return result

    def end_window(self) -> None:
        """Let the window pass: of all articles, only the ids are known."""
        self.known = schemas.empty_table("known_articles")
        self.night += timedelta(days=20)


def text(seed: int) -> dict[str, str]:
    """Return an article's title and text, unlike any other's."""
    return {"title": prose(seed, 7), "text": prose(seed + 1000, 60)}


def titles(table: pa.Table) -> list[str]:
    return sorted(table["title"].to_pylist())


def page(canonical: str | None, seed: int) -> dict[str, Any]:
    link = f'<link rel="canonical" href="{canonical}">' if canonical else ""
    words = text(seed)
    paragraphs = "".join(f"<p>{words['text'].capitalize()}.</p>" for _ in range(2))
    content = f"<html><head><title>{words['title']}</title>{link}</head><body><article><h1>{words['title']}</h1>"
    return {"form": "html", "content": f"{content}{paragraphs}</article></body></html>".encode()}


def test_entries_with_ids_of_their_own_are_articles_even_at_one_address() -> None:
    nights = Nights()
    entries = [text(seed) | {"url": SHARED, "entry_id": f"bulletin-{seed:06}"} for seed in range(4)]
    assert titles(nights.read(*entries[:3])["articles"]) == sorted(entry["title"] for entry in entries[:3])
    second = nights.read(*entries[1:])
    assert titles(second["articles"]) == [entries[3]["title"]]
    assert second["revisions"].num_rows == 0


def test_an_entry_that_was_alone_at_its_address_is_not_overwritten_by_the_next() -> None:
    nights = Nights()
    entries = [text(seed) | {"url": SHARED, "entry_id": f"bulletin-{seed:06}"} for seed in range(3)]
    for entry in entries:
        assert titles(nights.read(entry)["articles"]) == [entry["title"]]
    nights.end_window()
    again = nights.read(*entries)
    assert again["articles"].num_rows == 0
    assert titles(nights.read(text(7) | {"url": SHARED, "entry_id": "bulletin-000007"})["articles"]) == [
        text(7)["title"]
    ]


def test_entries_without_ids_that_share_a_link_are_told_apart_by_their_texts() -> None:
    nights = Nights()
    entries = [text(seed) | {"url": SHARED} for seed in range(4)]
    assert nights.read(*entries[:3])["articles"].num_rows == 3
    assert titles(nights.read(entries[3])["articles"]) == [entries[3]["title"]]


def test_a_row_that_a_table_without_addresses_holds_twice_is_one_article() -> None:
    result = Nights().read(text(1), text(2), text(1))
    assert titles(result["articles"]) == sorted([text(1)["title"], text(2)["title"]])
    assert result["sources"]["n_repeated"].to_pylist() == [1]


def test_template_texts_with_ids_of_their_own_stay_apart() -> None:
    body = prose(1, 40)
    entries = [
        {"title": "Traffic report", "text": f"{body} at {hour} o'clock", "url": SHARED, "entry_id": f"traffic-{hour}"}
        for hour in (8, 9, 10)
    ]
    assert Nights().read(*entries)["articles"].num_rows == 3


def test_what_only_its_text_distinguishes_is_said_in_sources() -> None:
    entries = [{"title": "Traffic report", "text": text(seed)["text"], "url": SHARED} for seed in range(2)]
    result = Nights().read(*entries)
    assert result["articles"].num_rows == 1
    (source,) = result["sources"].to_pylist()
    assert (source["n_read"], source["n_kept"], source["n_rejected"]) == (2, 1, 1)
    assert source["rejections"][0]["location"] == "item 2"
    assert "cannot decide" in source["rejections"][0]["reason"]


TEXTS = {
    "equal": text(1),
    "changed": {"title": text(1)["title"] + " today", "text": text(1)["text"] + " and so on"},
    "other": text(2),
}
# One article or two, by what two entries of a source have in common: the id in the feed, the address, the text. Each
# pair of answers is for two entries of one file, and for one a night.
COMBINATIONS = {
    ("same", "same"): {"equal": (1, 1), "changed": (1, 1), "other": (2, 1)},
    ("same", "other"): {"equal": (1, 1), "changed": (1, 1), "other": (2, 2)},
    ("same", "none"): {"equal": (1, 1), "changed": (1, 1), "other": (2, 1)},
    ("other", "same"): {"equal": (1, 1), "changed": (2, 2), "other": (2, 2)},
    ("other", "other"): {"equal": (2, 2), "changed": (2, 2), "other": (2, 2)},
    ("other", "none"): {"equal": (2, 2), "changed": (2, 2), "other": (2, 2)},
    ("none", "same"): {"equal": (1, 1), "changed": (1, 1), "other": (2, 1)},
    ("none", "other"): {"equal": (2, 2), "changed": (2, 2), "other": (2, 2)},
    ("none", "none"): {"equal": (1, 1), "changed": (2, 2), "other": (2, 2)},
}


@pytest.mark.parametrize(("entry", "address"), COMBINATIONS)
@pytest.mark.parametrize("words", TEXTS)
def test_two_entries_are_one_article_or_two_by_what_they_have_in_common(entry: str, address: str, words: str) -> None:
    rows: list[dict[str, Any]] = [dict(TEXTS["equal"]), dict(TEXTS[words])]
    for row, name in zip(rows, ("ferry", "ferry" if address == "same" else "strike"), strict=True):
        row["url"] = f"https://harbour.example/{name}" if address != "none" else None
    for row, name in zip(rows, ("entry-one", "entry-one" if entry == "same" else "entry-two"), strict=True):
        row["entry_id"] = name if entry != "none" else None
    together, apart = Nights().read(*rows), Nights()
    ids = {row["article_id"] for one in rows for row in apart.read(one)["cleaned"].to_pylist()}
    assert (together["articles"].num_rows, len(ids)) == COMBINATIONS[entry, address][words]
    assert together["unreadable"].num_rows == 0


SPELLINGS = [
    "https://harbour.example/2013/ferry",
    "http://harbour.example/2013/ferry",
    "https://www.harbour.example/2013/ferry/",
    "https://HARBOUR.example/2013/ferry?utm_source=rss&utm_medium=feed",
    "https://harbour.example/2013/ferry?fbclid=abc&ref=rss#comments",
    "https://harbour.example/2013/ferry/amp",
    "https://amp.harbour.example/2013/ferry?amp=1",
    "https://m.harbour.example/2013/ferry?outputType=amp",
    "https://harbour-example.cdn.ampproject.org/c/s/harbour.example/2013/ferry/amp",
    "https://www.google.com/amp/s/harbour.example/amp/2013/ferry",
]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_all_addresses_of_one_page_are_one_article(spelling: str) -> None:
    nights = Nights()
    night = nights.read(text(1) | {"url": spelling})
    changed = text(1) | {"title": "Another headline of it", "text": text(2)["text"]}
    second_night = nights.read(
        *(changed | {"url": url, "file": f"{n}.xml", "source": f"{n}"} for n, url in enumerate(SPELLINGS))
    )
    assert second_night["articles"].num_rows == 0
    assert second_night["revisions"]["article_id"].to_pylist() == night["articles"]["article_id"].to_pylist()
    assert sum(row["n_kept"] + row["n_repeated"] for row in second_night["sources"].to_pylist()) == len(SPELLINGS)
    for url in SPELLINGS:
        nights.end_window()
        assert nights.read(text(1) | {"url": url})["articles"].num_rows == 0


@pytest.mark.parametrize("canonical", [SHARED, "https://harbour.example/en/", "/en/", "https://harbour.example/"])
def test_pages_that_claim_one_address_are_articles_of_their_own(canonical: str) -> None:
    nights = Nights()
    pages = [
        page(canonical, seed) | {"url": f"https://harbour.example/en/{seed}", "file": f"{seed}"} for seed in range(4)
    ]
    first = nights.read(*pages[:2])
    assert titles(first["articles"]) == sorted(text(seed)["title"] for seed in range(2))
    assert set(first["articles"]["canonical_url"].to_pylist()) == {row["url"] for row in pages[:2]}
    second = nights.read(*pages[1:3])
    assert titles(second["articles"]) == [text(2)["title"]] and second["revisions"].num_rows == 0
    nights.end_window()
    assert titles(nights.read(*pages)["articles"]) == [text(3)["title"]]


def test_a_page_that_was_the_first_to_claim_an_address_is_not_overwritten() -> None:
    nights = Nights()
    for seed in range(3):
        document = page(SHARED, seed) | {"url": f"https://harbour.example/en/{seed}", "file": f"{seed}"}
        assert titles(nights.read(document)["articles"]) == [text(seed)["title"]]


def test_saved_pages_without_an_address_of_their_own_are_told_apart_by_their_texts() -> None:
    nights = Nights()
    pages = [page("https://harbour.example/en/section", seed) | {"file": f"{seed}.html"} for seed in range(3)]
    assert nights.read(*pages)["articles"].num_rows == 3
    assert nights.read(*pages)["articles"].num_rows == 0


def test_a_page_and_its_other_form_are_one_article_by_their_canonical_link() -> None:
    main, print_form = "https://harbour.example/ferry", "https://harbour.example/print.php?article=7"
    nights = Nights()
    first = nights.read(page(main, 1) | {"url": print_form, "file": "a"}, text(1) | {"url": main, "file": "b"})
    assert first["articles"]["canonical_url"].to_pylist() == [main]
    assert nights.read(page(main, 1) | {"url": print_form})["articles"].num_rows == 0


def test_an_entry_keeps_its_article_when_its_address_and_its_text_change() -> None:
    nights = Nights()
    old = text(1) | {"url": "https://harbour.example/news/415027/light-aircraft-crashes", "entry_id": "2435e64d2154"}
    new = text(2) | {"url": "https://harbour.example/news/415027/pilot-dies-after-crash", "entry_id": "2435e64d2154"}
    first, second = nights.read(old), nights.read(new)
    assert second["articles"].num_rows == 0
    assert second["revisions"]["article_id"].to_pylist() == first["articles"]["article_id"].to_pylist()
    assert second["revisions"]["canonical_url"].to_pylist() == [new["url"]]
    nights.end_window()
    assert nights.read(old)["articles"].num_rows == nights.read(new)["articles"].num_rows == 0


def test_an_id_that_a_feed_gives_all_its_entries_identifies_none_of_them() -> None:
    nights = Nights()
    entries = [text(seed) | {"url": f"https://harbour.example/{seed}", "entry_id": "harbour-feed"} for seed in range(5)]
    assert nights.read(*entries[:3])["articles"].num_rows == 3
    second = nights.read(entries[3])
    assert titles(second["articles"]) == [entries[3]["title"]] and second["revisions"].num_rows == 0
    nights.end_window()
    assert titles(nights.read(*entries)["articles"]) == [entries[4]["title"]]


def test_an_id_that_two_nights_have_at_unlike_addresses_and_texts_is_no_evidence() -> None:
    nights = Nights()
    for seed in range(2):
        entry = text(seed) | {
            "url": f"https://harbour.example/{text(seed)['title'].split()[0]}",
            "entry_id": "harbour-feed",
        }
        assert titles(nights.read(entry)["articles"]) == [entry["title"]]


def test_an_id_that_counts_the_versions_of_an_address_is_no_other_article() -> None:
    nights = Nights()
    address = "https://harbour.example/news/uk-52381234"
    first = nights.read(text(1) | {"url": address, "entry_id": f"{address}#0"})
    second = nights.read(text(2) | {"url": address, "entry_id": f"{address}#1"})
    assert second["revisions"]["article_id"].to_pylist() == first["articles"]["article_id"].to_pylist()


def test_two_snapshots_of_one_feed_in_a_night_are_versions_of_its_articles() -> None:
    address = "https://harbour.example/ferry"
    result = Nights().read(
        text(1) | {"url": address, "file": "0600.xml"}, text(2) | {"url": address, "file": "1800.xml"}
    )
    assert result["articles"].num_rows == 1


def test_an_entry_without_address_is_the_same_when_its_text_changes() -> None:
    nights = Nights()
    first, second = (
        nights.read(text(1) | {"entry_id": "note-000001"}),
        nights.read(text(2) | {"entry_id": "note-000001"}),
    )
    assert second["revisions"]["article_id"].to_pylist() == first["articles"]["article_id"].to_pylist()
    nights.end_window()
    assert nights.read(text(2) | {"entry_id": "note-000001"})["articles"].num_rows == 0


def test_a_row_with_an_id_of_its_own_keeps_it_and_takes_in_the_entry_at_its_address() -> None:
    rows = [
        text(1) | {"id": "7", "url": SHARED},
        text(2) | {"id": "8", "url": SHARED},
        text(3) | {"id": "9", "url": "https://harbour.example/ferry", "file": "table.csv"},
        text(3) | {"url": "http://harbour.example/ferry"},
    ]
    result = Nights().read(*rows)
    assert result["articles"]["article_id"].to_pylist() == ["7", "8", "9"]
    assert result["sources"]["n_repeated"].to_pylist() == [1]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        # An id that is generated anew with each edit (brendanlong/lion-reader #1535).
        (
            {"url": "https://a.example/ferry", "entry_id": "build-1-x"},
            {"url": "https://a.example/ferry", "entry_id": "build-2-x"},
        ),
        # WordPress after its move to https, in the link and in the id (FreshRSS #5151, ForNeVeR/fornever.me #3).
        (
            {"url": "http://a.example/ferry/", "entry_id": "http://a.example/?p=7"},
            {"url": "https://a.example/ferry/", "entry_id": "https://a.example/?p=7"},
        ),
        # First an id of its own, then the address (FreshRSS #5909).
        (
            {"url": "https://a.example/ferry-0a1b2c", "entry_id": "https://medium.com/p/0a1b2c"},
            {"url": "https://a.example/ferry-0a1b2c?source=rss", "entry_id": "https://a.example/ferry-0a1b2c"},
        ),
        # A feed's own redirects, with the address as the id.
        (
            {"url": "https://feeds.example/~r/a/~3/x1/", "entry_id": "https://a.example/2013/ferry"},
            {"url": "https://feeds.example/~r/a/~3/y2/", "entry_id": "https://a.example/2013/ferry"},
        ),
        # A title with the number of comments (feedbin #198).
        (
            {"url": "https://a.example/ferry", "entry_id": "c-7"},
            {"url": "https://a.example/ferry", "entry_id": "c-7", "title": "Ferry (12 comments)"},
        ),
    ],
)
def test_a_changed_entry_stays_its_article(first: dict[str, str], second: dict[str, str]) -> None:
    nights, stated = Nights(), {"published_at": "2013-06-05T10:00:00Z"}
    old = nights.read(text(1) | stated | first)["articles"]["article_id"].to_pylist()
    edited = {"title": text(1)["title"] + " today", "text": text(1)["text"] + " and so on"}
    new = nights.read(edited | stated | second)
    assert (new["revisions"]["article_id"].to_pylist(), new["articles"].num_rows) == (old, 0)


def test_a_page_is_the_entry_that_named_it_as_its_id_on_an_earlier_night() -> None:
    nights = Nights()
    nights.read(text(1) | {"url": "https://feeds.example/~r/a/~3/x1/", "entry_id": "https://a.example/2013/ferry"})
    assert nights.read(text(1) | {"url": "https://a.example/2013/ferry", "file": "map.xml"})["articles"].num_rows == 0


def test_entries_of_one_id_and_one_address_with_other_texts_are_said_in_sources() -> None:
    # Events of one moment get one id (Sleepcap/vDiplomacy #68).
    entries = [text(seed) | {"title": "Lomo", "url": SHARED, "entry_id": "event-1673464802"} for seed in range(2)]
    result = Nights().read(*entries)
    assert result["sources"]["n_rejected"].to_pylist() == [1]
    assert "the address and the id of item 1" in result["sources"].to_pylist()[0]["rejections"][0]["reason"]


def test_an_id_and_a_link_that_a_feed_gives_all_its_entries_identify_none_of_them() -> None:
    # cocopuff2u/MOFA #24: N/A for both, in every entry.
    nights = Nights()
    entries = [text(seed) | {"url": "https://harbour.example/N/A", "entry_id": "N/A"} for seed in range(5)]
    assert nights.read(*entries[:3])["articles"].num_rows == 3
    second = nights.read(*entries[1:4])
    assert titles(second["articles"]) == [entries[3]["title"]] and second["revisions"].num_rows == 0
    assert titles(nights.read(entries[4])["articles"]) == [entries[4]["title"]]
    nights.end_window()
    assert nights.read(*entries)["articles"].num_rows == 0


def test_copies_at_other_outlets_that_keep_the_originals_id_stay_articles_of_their_own() -> None:
    entries = [
        text(1) | {"url": f"https://{name}.example/ferry", "entry_id": entry_id, "outlet": name, "source": name}
        for entry_id in ("urn:newsml:agency.example:20130605:4711", "https://agency.example/?p=4711")
        for name in ("courier", "post")
    ]
    for night in (entries[:2], entries[2:]):
        assert Nights().read(*night)["articles"].num_rows == 2


def test_a_canonical_link_that_holds_several_addresses_is_none() -> None:
    # codelucas/newspaper #198
    canonical = "https://harbour.example/1,https://harbour.example/video/2,https://harbour.example/video/3"
    found = Nights().read(page(canonical, 1) | {"url": "https://harbour.example/1"})["articles"]
    assert found["canonical_url"].to_pylist() == ["https://harbour.example/1"]


@st.composite
def deliveries(draw: st.DrawFn) -> tuple[list[list[list[tuple[int, dict[str, Any]]]]], int]:
    """Draw nights of files of documents, each document with the number of its true article.

    Each article has at least one thing of its own by which it can be recognised on each night.
    """
    n_articles = draw(st.integers(2, 6))
    own_ids = [draw(st.booleans()) for _ in range(n_articles)]
    own_pages = [draw(st.booleans()) for _ in range(n_articles)]
    constant_ids = draw(st.booleans())
    spellings = st.sampled_from(
        ["https://{}", "http://{}", "https://www.{}/", "https://{}?utm_source=x", "http://m.{}/amp"]
    )
    nights = []
    version = [0] * n_articles
    for number in range(draw(st.integers(1, 3))):
        delivered = [at for at in range(n_articles) if draw(st.booleans())] or [0]
        files = []
        for at in delivered:
            # Without anything of its own but its text, an article is recognised by that.
            if number and (own_ids[at] or own_pages[at]) and draw(st.booleans()):
                version[at] = number
        for _ in range(draw(st.integers(1, 2))):
            shared_alone = [at for at in delivered if not own_pages[at] and not own_ids[at]]
            documents = []
            for at in draw(st.permutations(delivered)):
                if len(shared_alone) == 1 and at in shared_alone:
                    continue  # alone at a shared address: nothing shows that it is shared
                where = f"harbour.example/{at}" if own_pages[at] else "harbour.example/shared"
                entry = f"entry-number-{at}" if own_ids[at] else "constant-id-of-all" if constant_ids else None
                words = text(at + 100 * version[at])
                documents.append((at, {**words, "url": draw(spellings).format(where), "entry_id": entry}))
            files.append(documents)
        nights.append(files)
    return nights, n_articles


@settings(max_examples=50, deadline=None)
@given(deliveries())
def test_every_article_has_one_id_of_its_own_on_all_nights(
    drawn: tuple[list[list[list[tuple[int, dict[str, Any]]]]], int],
) -> None:
    delivered_nights, n_articles = drawn
    nights, ids_of = Nights(), {at: set[str]() for at in range(n_articles)}
    everything: dict[int, dict[str, Any]] = {}
    for files in delivered_nights:
        documents = [(at, row | {"file": f"{number}.xml"}) for number, file in enumerate(files) for at, row in file]
        if not documents:
            continue
        result = nights.read(*(row for _, row in documents))
        found = {row["title"]: row["article_id"] for row in result["cleaned"].to_pylist()}
        assert len(found) == len(set(found.values())) == len({at for at, _ in documents})
        for at, row in documents:
            ids_of[at].add(found[row["title"]])
            everything[at] = row
    assert all(len(ids) <= 1 for ids in ids_of.values())
    assert len(set().union(*ids_of.values())) == sum(map(len, ids_of.values()))
    nights.end_window()
    if everything:
        assert nights.read(*(row | {"file": "all.xml"} for row in everything.values()))["articles"].num_rows == 0


@settings(max_examples=20, deadline=None)
@given(deliveries(), st.randoms(use_true_random=False))
def test_the_articles_do_not_depend_on_the_order_of_the_documents(
    drawn: tuple[list[list[list[tuple[int, dict[str, Any]]]]], int], random: Any
) -> None:
    documents = [row | {"file": f"{n}.xml"} for n, file in enumerate(drawn[0][0]) for _, row in file]
    shuffled: Sequence[dict[str, Any]] = random.sample(documents, len(documents))
    one, other = ((Nights().read(*rows)["articles"]["article_id"].to_pylist()) for rows in (documents, shuffled))
    assert one == other
