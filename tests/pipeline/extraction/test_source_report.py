from __future__ import annotations

from datetime import date

import pytest

from newsfold import schemas
from newsfold.errors import DocumentsLost
from newsfold.extraction.source_report import report_sources

NIGHT = date(2013, 6, 5)
FAILURES = [
    {"location": "a.jsonl:3", "reason": "it is not JSON", "file_failed": False, "n_documents": 1},
    {"location": "b.jsonl", "reason": "it is empty", "file_failed": True, "n_documents": 0},
]
OUTCOME = {"source": "wire", "n_read": 0, "n_files": 2, "seconds": None, "unchanged": False, "no_files": False}
MISSING = OUTCOME | {"no_files": True}
REJECTS = [{"source": "wire", "location": "a.jsonl:4", "reason": "it has no text"}]


def test_counts_of_a_source_add_up() -> None:
    outcome = OUTCOME | {"n_read": 7, "failures": FAILURES}
    outcomes, rejects = schemas.build_table("source_outcomes", [outcome]), schemas.build_table("rejects", REJECTS)
    (row,) = report_sources(outcomes, rejects, {"wire": 4}, {"wire": 1}, NIGHT).to_pylist()
    assert (row["n_read"], row["n_kept"], row["n_repeated"], row["n_rejected"]) == (7, 4, 1, 3)
    for n_kept, n_repeated in ((3, 1), (4, 0), (5, 1)):
        with pytest.raises(DocumentsLost, match=r"source 'wire' has 7 documents.*not accounted for"):
            report_sources(outcomes, rejects, {"wire": n_kept}, {"wire": n_repeated}, NIGHT)


def test_a_source_without_files_on_a_missing_night_is_empty_with_the_reason() -> None:
    outcomes = schemas.build_table("source_outcomes", [MISSING | {"failures": []}])
    (row,) = report_sources(outcomes, schemas.empty_table("rejects"), {}, {}, NIGHT).to_pylist()
    assert (row["status"], row["error"], row["n_rejected"]) == ("empty", "no file is there for this night", 0)


def test_a_source_without_files_on_a_night_on_which_others_have_some_has_failed() -> None:
    outcomes = schemas.build_table("source_outcomes", [MISSING | {"failures": FAILURES[1:]}])
    (row,) = report_sources(outcomes, schemas.empty_table("rejects"), {}, {}, NIGHT).to_pylist()
    assert (row["status"], row["error"]) == ("failed", "b.jsonl: it is empty")


def test_one_failure_may_stand_for_many_documents() -> None:
    failure = {"location": "map.xml", "reason": "40 entries have no date", "file_failed": False, "n_documents": 40}
    outcome = OUTCOME | {"n_read": 45, "n_files": 1, "failures": [failure]}
    outcomes = schemas.build_table("source_outcomes", [outcome])
    (row,) = report_sources(outcomes, schemas.empty_table("rejects"), {"wire": 5}, {}, NIGHT).to_pylist()
    assert (row["n_read"], row["n_kept"], row["n_rejected"], len(row["rejections"])) == (45, 5, 40, 1)
