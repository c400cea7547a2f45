"""Uses of a name in one article or several."""

from __future__ import annotations

from dataclasses import dataclass, field

from newsfold.summaries.names.mentions import Mention
from newsfold.summaries.names.split_runs import Evidence


@dataclass(slots=True)
class NameUse:
    """The uses of a name in one article or several.

    Attributes:
        key: the name, case-folded.
        forms: how often it is printed how.
        articles: ids of the articles that print it.
        persons, places, definite: how often the words around it treat it so, see `Evidence`.
        first: the position of its first use, -1 in a title, and the rank of the article.
        in_title: whether a title has it.
        abbreviation: the one that a text gives it.
        numbers: the numbers that are printed after it.
        total: the number of uses.
    """

    key: str
    forms: dict[str, int] = field(default_factory=dict)
    articles: set[str] = field(default_factory=set)
    persons: int = 0
    places: int = 0
    definite: int = 0
    weight: float = 0.0
    first: tuple[int, int] = (1 << 30, 0)
    in_title: bool = False
    abbreviation: str = ""
    numbers: tuple[str, ...] = ()
    total: int = 0

    @property
    def words(self) -> list[str]:
        """The words of the name, case-folded."""
        return self.key.split(" ")

    def count(self, name: str, mention: Mention, rank: int) -> None:
        """Add one mention; those of an article come in their order."""
        _, _, position, _, evidence, abbreviation, number = mention
        self.forms[name] = self.forms.get(name, 0) + 1
        if not self.total:
            self.first = position, rank
            self.in_title = position < 0
        self.total += 1
        if evidence:
            self.persons += evidence & Evidence.PERSON > 0
            self.places += evidence & Evidence.PLACE > 0
            self.definite += evidence & Evidence.DEFINITE > 0
        if abbreviation:
            self.abbreviation = self.abbreviation or abbreviation
        if number:
            self.numbers += (number,)

    def add(self, other: NameUse) -> None:
        """Add the uses of another article, or of another form of the name."""
        for form, n_uses in other.forms.items():
            self.forms[form] = self.forms.get(form, 0) + n_uses
        self.total += other.total
        self.articles |= other.articles
        self.persons += other.persons
        self.weight += other.weight
        self.first = min(self.first, other.first)
        self.in_title |= other.in_title
        self.abbreviation = self.abbreviation or other.abbreviation
        self.numbers += other.numbers
        if other.key == self.key:
            self.places += other.places
            self.definite += other.definite
