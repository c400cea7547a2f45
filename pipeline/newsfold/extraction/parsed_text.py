"""What the lines of a text hold: its body, and the facts that stand around it."""

from __future__ import annotations

from dataclasses import dataclass, field

from newsfold.extraction import publisher_names


@dataclass
class ParsedText:
    """The paragraphs of a text, and the facts in its other lines.

    Attributes:
        paragraphs: the body, one line each.
        authors: people who sign it.
        agency: the agency that it credits.
        syndicated_from: the outlet that it credits.
        dateline: the place that it was filed from.
        published_at: its date, as printed.
        extras: other lines that are kept, each with the name of its kind.
    """

    paragraphs: list[str] = field(default_factory=list)
    authors: list[str] = field(default_factory=list)
    agency: str | None = None
    syndicated_from: str | None = None
    dateline: str | None = None
    published_at: str | None = None
    extras: list[tuple[str, str]] = field(default_factory=list)

    def add_credit(self, publisher: str, agency: str | None = None) -> None:
        """Record a publisher that the text comes from; the first credit stands, a longer form of it replaces it.

        Args:
            publisher: an outlet or an agency.
            agency: newsfold's name for it, if it is known to be an agency.
        """
        agency = agency or publisher_names.resolve_agency(publisher)
        if agency is None:
            self.syndicated_from = self.syndicated_from or publisher
        elif self.agency is None or (
            len(agency) > len(self.agency) and publisher_names.is_same_publisher(agency, self.agency)
        ):
            self.agency = agency
