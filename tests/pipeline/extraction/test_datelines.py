from __future__ import annotations

import pytest

from newsfold.extraction import datelines


@pytest.mark.parametrize(
    ("opening", "place", "agency"),
    [
        ("BEIRUT, Lebanon — ", "BEIRUT, Lebanon", None),
        ("WASHINGTON (AP) — ", "WASHINGTON", "AP"),
        ("LONDON, June 5 (Reuters) - ", "LONDON", "Reuters"),
        ("PARIS, June 5 (Meridian) - ", "PARIS", "Meridian"),
        ("PARIS – ", "PARIS", None),
        ("ST. LOUIS -- ", "ST. LOUIS", None),
        ("RANCHO MIRAGE, Calif. — ", "RANCHO MIRAGE, Calif.", None),
        ("Berlin (dpa) - ", "Berlin", "dpa"),
        ("Madrid, 5 jun (EFE).- ", "Madrid", "EFE"),
        ("NEW YORK, June 5, 2013 /PRNewswire/ -- ", "NEW YORK", "PR Newswire"),
        ("(Reuters) - ", None, "Reuters"),
    ],
)
def test_a_dateline_leaves_the_paragraph(opening: str, place: str | None, agency: str | None) -> None:
    found = datelines.parse_dateline(opening + "The harbour froze on Monday.")
    assert found is not None
    assert (found.place, found.agency, found.rest) == (place, agency, "The harbour froze on Monday.")


@pytest.mark.parametrize(
    "paragraph",
    [
        "WATCH — The harbour froze on Monday.",
        "NASA - which built the probe - lost it.",
        "The mayor - a baker - resigned on Monday.",
        "Paul (Quill) - The harbour froze on Monday.",
        "Rome — The harbour froze on Monday.",
        "After years of talks (and two strikes) — The deal came.",
        "A well-known baker resigned.",
        "FILE - In this photo a baker resigns.",
        "",
    ],
)
def test_other_dashes_are_left_alone(paragraph: str) -> None:
    assert datelines.parse_dateline(paragraph) is None
