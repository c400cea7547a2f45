"""Labels as people write them, and the errors on those that cannot be used."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from newsfold import constraints
from newsfold.errors import ConfigError
from tests.factories import articles_table

PAGE = "https://example.org/news/ferry-sinks"


def write(folder: Path, name: str, *lines: str) -> Path:
    (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder / name


@pytest.mark.parametrize(
    ("written", "must_link"),
    [("must-link", True), ("must_link", True), ("Together", True), ("1", True), ("cannot link", False), ("0", False)],
)
def test_a_label_may_be_written_in_several_ways(tmp_path: Path, written: str, must_link: bool) -> None:
    file = write(tmp_path, "l.csv", "left,right,label", f"a,b,{written}")
    assert constraints.read_labels([file])["must_link"].to_pylist() == [must_link]


def test_parquet_and_spreadsheets_csv_are_read_alike(tmp_path: Path) -> None:
    table = {
        "left": ["a", "c"],
        "right": ["b", "d"],
        "label": [True, False],
        "by": ["Ida", None],
        "note": ["sea", None],
    }
    pq.write_table(pa.table(table), tmp_path / "l.parquet")
    file = write(
        tmp_path, "l.csv", "\ufeffright; left; label; note; by", "b; a; together; sea; Ida", "", "d; c; apart; ;"
    )
    columns = ["left", "right", "must_link"]
    from_csv, from_parquet = constraints.read_labels([file]), constraints.read_labels([tmp_path / "l.parquet"])
    assert from_csv.select(columns).equals(from_parquet.select(columns))
    assert from_csv["origin"].to_pylist() == ["l.csv row 2 (Ida: sea)", "l.csv row 4"]
    assert from_parquet["origin"].to_pylist() == ["l.parquet row 1 (Ida: sea)", "l.parquet row 2"]


def test_without_labels_there_are_no_constraints() -> None:
    articles = articles_table([{"title": "Ferry sinks"}])
    assert constraints.resolve_labels(constraints.read_labels([]), articles).constraints.num_rows == 0


def test_all_unusable_rows_and_files_are_listed_at_once(tmp_path: Path) -> None:
    bad = write(
        tmp_path, "bad.csv", "left,right,label", "a,b,perhaps", "a,,must-link", f"{PAGE},{PAGE}?utm_source=x,apart"
    )
    other = write(tmp_path, "other.csv", "one,two", "a,b")
    with pytest.raises(ConfigError) as raised:
        constraints.read_labels([bad, other, tmp_path / "gone.parquet"])
    message = str(raised.value)
    assert "bad.csv row 2: the label is 'perhaps'; write must-link or cannot-link" in message
    assert "bad.csv row 3: the right article is missing" in message
    assert "bad.csv row 4: left and right are the same article" in message
    assert "other.csv: it has no column left, right, label; it has one, two" in message
    assert "gone.parquet" in message


def test_a_conflict_is_shown_with_the_shortest_chain_of_labels(tmp_path: Path) -> None:
    file = write(
        tmp_path, "l.csv", "left,right,label", "a,b,1", "b,c,1", "c,d,1", "a,c,1", "d,a,apart", "x,y,apart", "y,x,1"
    )
    with pytest.raises(ConfigError) as raised:
        constraints.read_labels([file])
    message = str(raised.value)
    assert "l.csv row 6 keeps d and a apart; must-links join them: d and c (l.csv row 4), c and a (l.csv row 5)." in (
        message
    )
    assert "l.csv row 7 keeps x and y apart; must-links join them: x and y (l.csv row 8)." in message


def test_twenty_conflicts_are_listed_and_the_others_counted(tmp_path: Path) -> None:
    pairs = [f"a{n},b{n},{label}" for n in range(25) for label in (0, 1)]
    with pytest.raises(ConfigError, match="and 5 more") as raised:
        constraints.read_labels([write(tmp_path, "l.csv", "left,right,label", *pairs)])
    assert str(raised.value).count("keeps") == 20


def test_an_article_may_be_named_by_its_id_or_any_of_its_urls(tmp_path: Path) -> None:
    articles = articles_table(
        [
            {"title": "Ferry sinks", "url": f"{PAGE}?ref=home", "canonical_url": PAGE},
            {"title": "Ferry lost", "url": "https://example.net/1"},
        ]
    )
    for name in ("a000", f"{PAGE}?ref=home", PAGE, f"{PAGE}?utm_source=mail"):
        labels = constraints.read_labels(
            [write(tmp_path, "l.csv", "left,right,label", f"https://example.net/1,{name},apart")]
        )
        found = constraints.resolve_labels(labels, articles)
        assert found.constraints.select(["left_id", "right_id", "must_link"]).to_pylist() == [
            {"left_id": "a000", "right_id": "a001", "must_link": False}
        ], name
        assert found.outcomes["in_window"].to_pylist() == [True]


def test_labels_on_an_id_and_on_a_url_of_one_article_can_conflict(tmp_path: Path) -> None:
    articles = articles_table([{"title": "Ferry sinks", "url": PAGE}, {"title": "Ferry lost"}])
    labels = constraints.read_labels([write(tmp_path, "l.csv", "left,right,label", "a000,a001,1", f"a001,{PAGE},0")])
    with pytest.raises(ConfigError, match=r"row 3 keeps a001 and a000 apart.*row 2"):
        constraints.resolve_labels(labels, articles)


def test_labels_through_an_article_outside_the_window_still_hold(tmp_path: Path) -> None:
    articles = articles_table([{"title": title} for title in ("Ferry", "Boat", "Plum")])  # a000 a001 a002
    file = write(tmp_path, "l.csv", "left,right,label", "a000,old,1", "old,a001,1", "a002,old,0", "gone,lost,1")
    found = constraints.resolve_labels(constraints.read_labels([file]), articles)
    assert found.outcomes["in_window"].to_pylist() == [False] * 4
    assert [(row["left_id"], row["right_id"], row["must_link"]) for row in found.constraints.to_pylist()] == [
        ("a000", "a001", True),
        ("a000", "a002", False),
    ]
