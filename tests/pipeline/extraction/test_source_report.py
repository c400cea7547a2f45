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
REJECTS = [{"source": "wire", "location": "a.jsonl:4", "reason": "it has no text"}]


def test_counts_of_a_source_add_up() -> None:
    outcome = {"source": "wire", "n_read": 7, "n_files": 2, "seconds": None, "unchanged": False, "failures": FAILURES}
    outcomes, rejects = schemas.build_table("source_outcomes", [outcome]), schemas.build_table("rejects", REJECTS)
    (row,) = report_sources(outcomes, rejects, {"wire": 4}, {"wire": 1}, NIGHT).to_pylist()
    assert (row["n_read"], row["n_kept"], row["n_repeated"], row["n_rejected"]) == (7, 4, 1, 3)
    for n_kept, n_repeated in ((3, 1), (4, 0), (5, 1)):
        with pytest.raises(DocumentsLost, match=r"source 'wire' has 7 documents.*not accounted for"):
            report_sources(outcomes, rejects, {"wire": n_kept}, {"wire": n_repeated}, NIGHT)


def test_one_failure_may_stand_for_many_documents() -> None:
    failure = {"location": "map.xml", "reason": "40 entries have no date", "file_failed": False, "n_documents": 40}
    outcome = {"source": "wire", "n_read": 45, "n_files": 1, "seconds": None, "unchanged": False, "failures": [failure]}
    outcomes = schemas.build_table("source_outcomes", [outcome])
    (row,) = report_sources(outcomes, schemas.empty_table("rejects"), {"wire": 5}, {}, NIGHT).to_pylist()
    assert (row["n_read"], row["n_kept"], row["n_rejected"], len(row["rejections"])) == (45, 5, 40, 1)
