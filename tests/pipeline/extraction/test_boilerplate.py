"""Sentences that an outlet prints everywhere are removed; those about one topic stay, however often."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from newsfold import sources
from newsfold.extraction import boilerplate
from newsfold.extraction.folding import fold_text
from newsfold.extraction.stage import extract_articles

ABOUT = "Harbour Television brings you the coast's news around the clock."
REPORTS = {
    "Ferry runs aground off Vessel Point": "A ferry with 80 people on board ran aground on Friday.",
    "Council closes two libraries": "Two of the town's five libraries will close in June.",
    "Storm cuts power to the valley": "Ten thousand homes were without power on Saturday.",
    "Keeper signs for the Rovers": "The goalkeeper has signed a contract for three years.",
}


def extract(rows: list[dict[str, str]], known: pa.Table | None = None) -> pa.Table:
    documents = sources.documents_from_table(pa.Table.from_pylist(rows), "test")
    return extract_articles(documents, known_articles=known)[0]


def outlet_rows(outlet: str = "Harbour TV", reports: dict[str, str] = REPORTS) -> list[dict[str, str]]:
    return [{"title": title, "text": f"{body} {ABOUT}", "outlet": outlet} for title, body in reports.items()]


def test_a_sentence_in_unlike_reports_of_one_outlet_moves_to_the_extras() -> None:
    articles = extract(outlet_rows()).to_pylist()
    assert sorted(row["body"] for row in articles) == sorted(REPORTS.values())
    assert all({"key": "repeated", "value": ABOUT} in row["extras"] for row in articles)
    assert all(ABOUT not in row["lead"] for row in articles)


def test_the_same_sentence_of_many_outlets_is_a_wire_report_and_stays() -> None:
    rows = [row for outlet in ("A", "B", "C", "D") for row in outlet_rows(outlet, dict(list(REPORTS.items())[:1]))]
    assert all(ABOUT in row["body"] for row in extract(rows).to_pylist())


def test_a_background_sentence_in_updates_of_one_report_stays() -> None:
    updates = {f"Ferry runs aground off Vessel Point, {n} hurt": f"{n} people were hurt." for n in range(2, 8)}
    assert all(ABOUT in row["body"] for row in extract(outlet_rows(reports=updates)).to_pylist())


def test_what_was_removed_on_an_earlier_night_is_removed_from_a_single_article() -> None:
    known = extract(outlet_rows())
    later = extract([{"title": "Mayor resigns", "text": f"The mayor has gone. {ABOUT}", "outlet": "Harbour TV"}], known)
    assert later["body"].to_pylist() == ["The mayor has gone."]


def test_copies_are_still_recognised_by_their_hash_once_the_outlets_own_lines_are_gone() -> None:
    bare = [{"title": title, "text": body, "outlet": "Wire"} for title, body in REPORTS.items()]
    hashes = extract([*outlet_rows(), *bare])["content_hash"].to_pylist()
    assert len(set(hashes)) == len(REPORTS)


sentences = st.lists(
    st.sampled_from(["One two three four five.", "Six.", "Seven eight nine ten!", "A B C D?"]), max_size=5
)


@given(st.lists(sentences.map(" ".join), max_size=4), st.sets(st.sampled_from(["one two three four five", "six"])))
def test_every_sentence_is_kept_or_returned_as_removed(lines: list[str], phrases: set[str]) -> None:
    body = "\n".join(line for line in lines if line)
    sentences, hashes = fold_text(body).sentences.tolist(), frozenset(map(boilerplate.hash_sentence, phrases))
    kept, removed = boilerplate.remove_sentences(body, sentences, hashes)
    assert sorted(kept.split() + " ".join(removed).split()) == sorted(body.split())


def test_the_title_decides_on_the_language_of_an_article_whose_text_is_boilerplate() -> None:
    titles = (
        "Tulay sa Kalayag, isinara matapos ang bagyo",
        "Alkalde ng Kalayag, pumanaw na",
        "Council closes two libraries",
    )
    promo = "Harbour Television brings you the news of the coast around the clock, and the weather of the day."
    rows = [{"title": title, "text": promo, "outlet": "Harbour TV"} for title in titles]
    found = {row["title"]: row["language"] for row in extract(rows).to_pylist()}
    assert found == {titles[0]: "tl", titles[1]: "tl", titles[2]: "en"}


def test_a_label_that_was_removed_on_an_earlier_night_is_removed_from_a_single_title() -> None:
    rows = [
        {"title": f"Harbour Tonight: {title}", "text": body, "outlet": "Harbour TV"} for title, body in REPORTS.items()
    ]
    dated = [row | {"published_at": f"2013-06-0{n + 1}T12:00:00Z"} for n, row in enumerate(rows)]
    known = extract(dated)
    assert sorted(known["title"].to_pylist()) == sorted(REPORTS)
    assert {"key": "title_label", "value": "Harbour Tonight:"} in known.to_pylist()[0]["extras"]
    one = {"title": "Harbour Tonight: Mayor resigns after a long night", "text": "Gone.", "outlet": "Harbour TV"}
    assert extract([one], known)["title"].to_pylist() == ["Mayor resigns after a long night"]
    assert extract([one])["title"].to_pylist() == [one["title"]]


@given(st.permutations(["Alder bay", "Bay creek", "Creek dune", "Dune ember", "Ember fjord"]))
def test_the_order_in_which_articles_are_read_does_not_choose_the_sentences(titles: list[str]) -> None:
    # Each title is like its neighbours in the list: how many are unlike each other depends on where one begins.
    hashes = np.full(len(titles), boilerplate.hash_sentence(ABOUT), np.uint64)
    repeated = boilerplate.find_repeated_sentences(["Harbour TV"] * len(titles), titles, np.arange(len(titles)), hashes)
    assert repeated == {"Harbour TV": {int(hashes[0])}}
