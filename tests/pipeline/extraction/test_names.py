from __future__ import annotations

import pytest

from newsfold.extraction import names


@pytest.mark.parametrize(
    ("printed", "restored"),
    [
        ("SINÉAD O'NEILL", "Sinéad O'Neill"),
        ("JOAN MCDONALD", "Joan McDonald"),
        ("JAN VAN DER BERG", "Jan van der Berg"),
        ("J.D. VANE", "J.D. Vane"),
        ("KARIM AL-SAYED", "Karim al-Sayed"),
        ("MARIE-CLAIRE LEROUX", "Marie-Claire Leroux"),
        ("Jane McAdam", "Jane McAdam"),
    ],
)
def test_names_in_capitals_get_title_case(printed: str, restored: str) -> None:
    assert names.restore_case(printed) == restored
