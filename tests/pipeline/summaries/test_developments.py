"""Stories whose newest reports contradict, complete or supersede older ones."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from newsfold import schemas
from tests.pipeline.summaries.invented_stories import SEEN_AT, describe, member

FERRY = "The ferry Halvard left Norrhavn for Skate Point on Friday with its crew."
RESCUE = "Lifeboats of Norrhavn searched the sea off Skate Point."


def at(hours: float) -> dict[str, Any]:
    """Return the columns of an article that was published some hours before the edition."""
    return {"published_at": SEEN_AT - timedelta(hours=hours)}


def tell(older: str, newer: str, language: str = "en", **columns: Any) -> dict[str, Any]:
    """Describe a story that two outlets told ten hours ago, and one told anew an hour ago."""
    rows = [
        member("a", older, FERRY, outlet="Bulletin", language=language, **at(10)),
        member("b", older, FERRY + " Tugs wait.", outlet="Harbour TV", language=language, **at(9)),
        member("c", newer, f"{newer} on Friday.", outlet="Norr Times", language=language, **at(1) | columns),
    ]
    return describe(*rows).story


@pytest.mark.parametrize(
    ("language", "older", "newer"),
    [
        (
            "en",
            "Ferry Halvard sinks off Skate Point, killing 9",
            "Ferry Halvard disaster off Skate Point leaves 22 dead",
        ),
        ("en", "Two sailors dead as ferry Halvard sinks", "Sinking of ferry Halvard kills five sailors"),
        ("sv", "9 omkomna när färjan Halvard sjönk", "Färjan Halvard: 22 omkomna enligt polisen"),
        ("en", "Norrhavn council will close old bridge", "Norrhavn council closes old bridge"),
        ("en", "Norrhavn council orders old bridge closed", "Norrhavn council cancels order on bridge"),
        ("en", "Search for missing skipper Odd Vik", "Skipper Odd Vik found in lifeboat off Skate Point"),
        (
            "en",
            "Police arrest harbour master Brask over fraud",
            "Harbour master Brask sentenced to two years for fraud",
        ),
        (
            "es",
            "Buscan al patrón Odd Vik, desaparecido en Norrhavn",
            "Hallado el patrón Odd Vik en un bote en Norrhavn",
        ),
        ("tl", "Hinahanap ang nawawalang kapitan Odd Vik", "Natagpuan na si kapitan Odd Vik sa Norrhavn"),
    ],
)
def test_the_headline_and_the_lead_follow_what_supersedes_older_reports(language: str, older: str, newer: str) -> None:
    story = tell(older, newer, language)
    assert story["headline"] == newer
    assert story["summary_sentences"][0]["article_id"] == "c"


@pytest.mark.parametrize(
    "newer",
    [
        "Skipper Odd Vik grew up in Norrhavn by the sea",
        "What skipper Odd Vik found in his lifeboat",
        "Skipper Odd Vik may be found soon, police say",
        "Found: a cake for the mayor",
    ],
)
def test_background_questions_and_guesses_supersede_nothing(newer: str) -> None:
    older = "Search for missing skipper Odd Vik off Norrhavn"
    assert tell(older, newer)["headline"] == older


def test_only_news_supersedes_news() -> None:
    older = "Search for missing skipper Odd Vik off Norrhavn"
    newer = "Skipper Odd Vik found, and nobody asks why he sailed"
    assert tell(older, newer, kind="opinion")["headline"] == older


def test_an_older_report_supersedes_nothing() -> None:
    older = "Search for missing skipper Odd Vik off Norrhavn"
    assert tell(older, "Skipper Odd Vik found in lifeboat off Norrhavn", **at(20))["headline"] == older


def test_a_new_word_of_two_origins_leads_after_a_day() -> None:
    rows = [
        member("a", "Ferry Halvard runs aground off Skate Point", FERRY, outlet="Bulletin", **at(60)),
        member("b", "Ferry Halvard aground off Skate Point", FERRY + " Tugs wait.", outlet="Harbour TV", **at(59)),
        member("c", "Tugs refloat ferry Halvard", "Tugs refloated the ferry Halvard.", outlet="Norr Times", **at(3)),
        member("d", "Ferry Halvard refloated", "Tugs refloated the Halvard at last.", outlet="Skate Post", **at(2)),
    ]
    assert "float" in describe(*rows).story["headline"]


def test_a_corrected_count_is_not_quoted() -> None:
    old = "Rescuers said that nine people were killed when the ferry Halvard sank off Skate Point."
    new = "Rescuers said that 22 people were killed when the ferry Halvard sank."
    rows = [
        member(
            "a", "Ferry Halvard sinks off Skate Point", f"{old} The harbour of Norrhavn was closed on Friday.", **at(9)
        ),
        member("b", "Toll of the ferry Halvard rises", new, **at(1)),
    ]
    summary = describe(*rows).story["summary"]
    assert "22" in summary
    assert "nine" not in summary


def test_the_headline_of_the_edition_before_is_kept_if_it_differs() -> None:
    rows = [member("a", "Ferry Halvard runs aground off Skate Point", FERRY)]
    before: dict[str, Any] = {"story_id": "s", "timeline": []}
    for earlier, kept in (("Ferry Halvard sails", "Ferry Halvard sails"), (rows[0]["title"], None)):
        table = schemas.build_table("previous_stories", [before | {"headline": earlier}])
        assert describe(*rows, previous_stories=table).story["previous_headline"] == kept
    assert describe(*rows).story["previous_headline"] is None


def test_the_timeline_holds_the_latest_news_of_each_day() -> None:
    day = timedelta(days=1) / timedelta(hours=1)
    rows = [
        member("a", "Search for missing skipper Odd Vik", FERRY, outlet="Bulletin", **at(day + 9)),
        member("b", "Search for missing skipper Odd Vik", FERRY + " Tugs.", outlet="Harbour TV", **at(day + 8)),
        member("c", "Skipper Odd Vik found in lifeboat", FERRY, outlet="Norr Times", **at(day + 2)),
        member("d", "Column: the sea gives skipper Odd Vik back", FERRY, outlet="Skate Post", kind="opinion", **at(2)),
        member("e", "Skipper Odd Vik leaves hospital", FERRY, outlet="Vik Post", **at(1)),
    ]
    entries = describe(*rows).story["timeline"]
    assert [entry["text"] for entry in entries] == [
        "Skipper Odd Vik found in lifeboat",
        "Skipper Odd Vik leaves hospital",
    ]


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("Norrhavn fever cases jump to 312 in a night", "Norrhavn fever: 18 new patients; total 328"),
        ("Shares of Brask fall for a second day in Norrhavn", "Shares of Brask tumble for a third day in Norrhavn"),
        ("Ferry Halvard will return to Norrhavn on Thursday", "Ferry Halvard seen from Skate Point lighthouse"),
    ],
)
def test_totals_ordinals_and_days_that_have_passed_supersede(older: str, newer: str) -> None:
    # The edition's day is a Saturday.
    rows = [
        member("a", older, FERRY, outlet="Bulletin", **at(90)),
        member("b", older, FERRY + " Tugs wait.", outlet="Harbour TV", **at(89)),
        member("c", newer, f"{newer} on Friday.", outlet="Norr Times", **at(1)),
    ]
    assert describe(*rows).story["headline"] == newer


def test_of_a_few_reports_the_latest_clean_one_leads_the_headlines() -> None:
    older = "Ferry Halvard stuck off Skate Point as tugs wait"
    for newer, chosen in (
        ("Ferry Halvard drifts past Skate Point lighthouse", True),
        ("Skate Point: was ferry Halvard doomed?", False),
        ("Column of smoke over Ostby", False),
    ):
        rows = [
            member("a", older, FERRY, outlet="Bulletin", **at(30)),
            member("b", newer, f"{newer} on Friday.", outlet="Norr Times", **at(1)),
        ]
        assert (describe(*rows).story["headline"] == newer) is chosen


def test_of_reports_of_which_only_the_day_is_known_the_next_day_s_is_not_the_latest() -> None:
    older, newer = "Ferry Halvard stuck off Skate Point as tugs wait", "Ferry Halvard drifts past Skate Point in fog"
    midnight = SEEN_AT.replace(hour=0, minute=0, second=0, microsecond=0)
    for days, chosen in ((1, False), (2, True)):
        rows = [
            member("a", older, f"{older}.", outlet="Bulletin", published_at=midnight - timedelta(days=days)),
            member("b", newer, f"{older}, they say.", outlet="Norr Times", published_at=midnight),
        ]
        assert (describe(*rows).story["headline"] == newer) is chosen


def test_a_count_that_a_newer_text_raises_is_no_headline() -> None:
    rows = [
        member("a", "Storm in Norrhavn harbour kills 9 sailors", FERRY, outlet="Bulletin", **at(10)),
        member("b", "Storm in Norrhavn harbour kills 9 sailors", RESCUE, outlet="Harbour TV", **at(9)),
        member("c", "Toll of Norrhavn storm rises again", "At least 14 sailors were killed.", outlet="Post", **at(1)),
    ]
    assert describe(*rows).story["headline"] == "Toll of Norrhavn storm rises again"
