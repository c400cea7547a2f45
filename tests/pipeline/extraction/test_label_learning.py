"""What stands on many titles of one outlet: programmes and bylines are labels; topics, places and speakers are not."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

import pytest

from newsfold.extraction.label_learning import LabelKey, Title, learn_labels
from newsfold.extraction.title_labels import ENDING, LABEL

MATTERS = (
    ("Ferry runs aground off Vessel Point", "Eighty people were on board when it struck the reef."),
    ("Council closes two of five libraries", "The town saves a quarter of a million a year."),
    ("Storm cuts power to the valley", "Ten thousand homes were dark on Saturday."),
    ("Keeper signs for the Rovers again", "The contract runs for three years."),
    ("Bakers strike over night shifts", "Bread was scarce in the morning."),
    ("Museum shows maps of sunken villages", "Visitors came from three counties."),
)


def print_titles(pattern: str, outlet: str = "Harbour TV", texts: str = "{}") -> list[tuple[Title, str]]:
    """Return titles and their texts, a matter and a day each."""
    return [
        (
            Title(
                outlet,
                pattern.format(title),
                date(2013, 6, 1) + timedelta(days=n),
                f"{pattern} {outlet} {n}",
                "en",
                False,
            ),
            texts.format(body),
        )
        for n, (title, body) in enumerate(MATTERS)
    ]


def learn(rows: Iterable[tuple[Title, str]], known: Mapping[str, Sequence[LabelKey]] | None = None) -> set[LabelKey]:
    """Return what is learned of Harbour TV."""
    texts = {title.article_id: body for title, body in rows}
    learned = learn_labels([title for title, _ in rows], known or {}, lambda _: texts)
    return set(learned.get("Harbour TV", ()))


OTHERS = [
    row
    for number, outlet in enumerate(("Courier", "Harbour TV", "Harbour TV"))
    for row in print_titles(f"{{}} after {number} days", outlet)
]


@pytest.mark.parametrize(
    ("pattern", "label"),
    [
        ("Harbour Tonight: {}", (LABEL, "harbour tonight")),
        ("HT: {}", (LABEL, "ht")),
        ("{} | Coast Live", (ENDING, "coast live")),
        ("{} - The Tidewater Hour", (ENDING, "the tidewater hour")),
        ("JANE ROE: {}", (LABEL, "jane roe")),
        ("Jane Roe: {}", (LABEL, "jane roe")),
    ],
)
def test_programmes_and_bylines_on_unlike_titles_of_several_days_are_learned(pattern: str, label: LabelKey) -> None:
    assert learn([*print_titles(pattern), *OTHERS]) == {label}


def test_a_topic_that_the_texts_mention_is_no_label() -> None:
    rows = print_titles("Bridge fever: {}")
    mentioned = print_titles("Bridge fever: {}", texts="{} Bridge fever has held the coast since May.")
    assert learn([*rows, *OTHERS]) == {(LABEL, "bridge fever")}
    assert learn([*rows[2:], *mentioned[:2], *OTHERS]) == set()


def test_a_speaker_of_whom_other_outlets_write_is_no_label() -> None:
    assert learn([*print_titles("Ames: {}"), *OTHERS]) == {(LABEL, "ames")}
    assert (
        learn([*print_titles("Ames: {}"), *print_titles("{}, says Ames in the council", outlet="Courier")[:2]]) == set()
    )


def test_who_said_it_at_the_end_of_a_title_is_no_label() -> None:
    assert learn([*print_titles("{} - analyst"), *OTHERS]) == set()
    assert learn([*print_titles("{}: Ames"), *OTHERS]) == set()


def test_titles_of_one_event_teach_nothing() -> None:
    rows = [
        (
            Title(
                "Harbour TV",
                f"Halden disaster: {n} people rescued from the water",
                date(2013, 6, n),
                f"f{n}",
                "en",
                False,
            ),
            "",
        )
        for n in range(1, 9)
    ]
    assert learn([*rows, *OTHERS]) == set()


def test_a_label_before_two_titles_of_one_day_is_not_learned() -> None:
    assert learn([*print_titles("Harbour Tonight: {}")[:2], *OTHERS]) == set()


def test_what_was_learned_earlier_stays_learned() -> None:
    known = {"Harbour TV": [(LABEL, "harbour tonight")]}
    assert learn(OTHERS, known) == {(LABEL, "harbour tonight")}


def test_titles_of_earlier_nights_count() -> None:
    rows = print_titles("Harbour Tonight: {}")
    earlier = [(title._replace(is_known=True), body) for title, body in rows[1:]]
    assert learn([*rows[:1], *OTHERS]) == set()
    assert learn([*rows[:1], *earlier, *OTHERS]) == {(LABEL, "harbour tonight")}


def test_the_order_of_the_titles_makes_no_difference() -> None:
    rows = [*print_titles("Harbour Tonight: {}"), *print_titles("Ames: {}", outlet="Courier"), *OTHERS]
    texts = {title.article_id: body for title, body in rows}
    titles = [title for title, _ in rows]
    expected = learn_labels(titles, {}, lambda _: texts)
    for seed in range(5):
        random.Random(seed).shuffle(titles)
        assert learn_labels(titles, {}, lambda _: texts) == expected
