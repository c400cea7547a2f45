from __future__ import annotations

from typing import Any

import pytest

from newsfold_flows.cli import edition_report

FIGURES = {"new_articles": 1, "articles": 1, "stories": 1, "singletons": 1, "copies": 0, "status": {"new": 1}}


def manifest(**changes: Any) -> dict[str, Any]:
    return {"edition_date": "2013-06-05", "status": "published", "quality": FIGURES, "sources": []} | changes


def test_one_article_is_not_printed_in_the_plural(capsys: pytest.CaptureFixture[str]) -> None:
    edition_report.print_edition(manifest())
    assert "1 new article, 1 in the window, 1 story (0 with several" in capsys.readouterr().out


def test_labels_and_the_verdict_of_the_gate_are_printed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    labels = {"honoured": 2, "not_in_window": 1}
    gate = {"problems": ["The window holds 1 article."], "released": False}
    edition_report.print_edition(manifest(quality=FIGURES | {"labels": labels}, gate=gate, status="held"))
    printed = capsys.readouterr().out
    assert "Labels: 2 honoured, 1 of articles not in the window." in printed
    assert "Gate (held): The window holds 1 article." in printed


def test_only_sources_with_problems_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    fine = {"source": "wire", "status": "ok", "n_read": 5, "n_kept": 5, "n_rejected": 0, "error": None}
    lost = {"source": "lost", "status": "failed", "n_read": 0, "n_kept": 0, "n_rejected": 1, "error": "[no] file"}
    edition_report.print_edition(manifest(sources=[fine, lost]))
    printed = capsys.readouterr().out
    assert "lost" in printed and "[no] file" in printed
    assert "wire" not in printed
