from __future__ import annotations

import pytest

from newsfold.extraction import headlines


def test_headlines_lose_the_outlets_name_and_keep_the_rest() -> None:
    outlet = "Harbour Courier"
    assert headlines.clean_headline("Ferry sinks & rises | Harbour Courier", outlet) == "Ferry sinks & rises"
    assert headlines.clean_headline("Ferry sinks - World - The Harbour Courier", outlet) == "Ferry sinks - World"
    assert headlines.clean_headline("Ferry sinks - and rises", outlet) == "Ferry sinks - and rises"
    assert headlines.clean_headline("Harbour Courier", outlet) == "Harbour Courier"
    assert headlines.choose_headline(["Harbour Courier", "Ferry sinks"], outlet) == "Ferry sinks"


@pytest.mark.parametrize(
    ("titles", "chosen"),
    [
        (["Ferry sinks off Lomo | World News - The Sun", "Ferry sinks off Lomo"], "Ferry sinks off Lomo"),
        (["宮崎県で震度5弱：朝日新聞", "宮崎県で震度5弱"], "宮崎県で震度5弱"),
        (["Ferry sinks off Lomo - 214 aboard", "Ferry"], "Ferry sinks off Lomo - 214 aboard"),
    ],
)
def test_what_follows_another_of_a_pages_titles_is_the_sites(titles: list[str], chosen: str) -> None:
    assert headlines.choose_headline(titles, "Courier") == chosen
