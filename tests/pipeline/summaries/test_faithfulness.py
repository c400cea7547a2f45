"""Numbers and names of a summary that its sources do not have."""

from __future__ import annotations

from newsfold.summaries.faithfulness import find_unsupported


def test_other_forms_of_supported_numbers_and_names_are_accepted() -> None:
    sources = ["Twelve sailors, 1,300 tons and Ida Brask’s crew"]
    assert find_unsupported("Brask's 12 sailors lost 1300 tons.", sources, "en") == []
    assert find_unsupported("They lost 13 sailors near Oslo.", sources, "en") == ["13", "Oslo"]
