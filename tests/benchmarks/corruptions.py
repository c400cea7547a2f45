"""What outlets do to a text they take over, done to real texts on purpose: the copies whose source is known."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

Row = dict[str, Any]
Corrupt = Callable[[str, "Material"], str]

_PLAIN = str.maketrans("“”‘’—", "\"\"''-")
_SYLLABLES = (
    "al",
    "ber",
    "cor",
    "dan",
    "el",
    "for",
    "gar",
    "hol",
    "in",
    "jun",
    "kel",
    "lor",
    "mar",
    "nor",
    "os",
    "pel",
)
_SPELLINGS = {
    "center": "centre", "labor": "labour", "color": "colour", "favor": "favour", "defense": "defence", "percent":
    "per cent", "organization": "organisation", "program": "programme", "Mr.": "Mr", "Mrs.": "Mrs", "Sen.": "Senator",
    "Gov.": "Governor", "Rep.": "Congressman", "U.S.": "US", "canceled": "cancelled", "toward": "towards",
}  # fmt: skip
_STANDING = (
    "{name} is an independent newspaper founded by the {place} reading society.",
    "Sign up for the {name} morning letter and have the day's news from {place} with your first cup of coffee.",
    "Our reporters pay for every trip themselves, and advertisers have no say in what {name} prints.",
    "You can reach the {place} newsroom by telephone on every working day between eight and six.",
    "Subscribers of {name} read all of our archives since the year of its foundation without paying more.",
    "Letters to the editor are welcome; please keep them shorter than two hundred words and sign them.",
)


class Material:
    """What a corruption may draw on: a random stream of its own, the copying outlet, other articles."""

    def __init__(self, seed: int, titles: Sequence[str], vocabulary: Sequence[str]) -> None:
        self.random = random.Random(seed)
        self.titles = titles
        self.vocabulary = vocabulary
        self.outlet = f"{self.name(seed % 24)} Post"

    def name(self, number: int) -> str:
        """The same invented name for the same number."""
        drawn = random.Random(number)
        return "".join(drawn.choice(_SYLLABLES) for _ in range(3)).capitalize()

    def standing(self) -> list[str]:
        """What the copying outlet prints under everything."""
        place = self.name(sum(map(ord, self.outlet)))
        return [sentence.format(name=self.outlet, place=place) for sentence in _STANDING]


def cut(share: float) -> Corrupt:
    """The opening alone."""

    def corrupt(body: str, material: Material) -> str:
        ends = [match.end() for match in re.finditer(r"\S+", body)]
        return body[: ends[max(0, int(len(ends) * share) - 1)]]

    return corrupt


def framed(body: str, material: Material) -> str:
    """Boilerplate around and in between: a byline, standing sentences, links to other articles."""
    paragraphs = body.split("\n\n")
    standing = material.standing()
    for _ in range(3):
        link = f"Read more: {material.random.choice(material.titles)}"
        paragraphs.insert(material.random.randrange(len(paragraphs) + 1), link)
    opening = [f"By {material.name(material.random.randrange(500))} {material.name(material.random.randrange(500))}"]
    return "\n\n".join([*opening, standing[0], *paragraphs, *standing[1:]])


def restyled(body: str, material: Material) -> str:
    """Another house's style: spelling, titles, quotation marks, dashes, no dateline."""
    body = re.sub(r"^[A-Z][A-Za-z ,.]{2,40}(?:\([A-Za-z ]+\) )?(?:—|--|-) ", "", body)
    for theirs, ours in _SPELLINGS.items():
        body = re.sub(rf"(?<!\w){re.escape(theirs)}(?!\w)", ours, body)
    return body.translate(_PLAIN)


def reordered(body: str, material: Material) -> str:
    """The paragraphs in any order."""
    paragraphs = body.split("\n\n")
    material.random.shuffle(paragraphs)
    return "\n\n".join(paragraphs)


def reworded(share: float) -> Corrupt:
    """Words replaced by any other words."""

    def corrupt(body: str, material: Material) -> str:
        def word(match: re.Match[str]) -> str:
            return material.random.choice(material.vocabulary) if material.random.random() < share else match[0]

        return re.sub(r"\S+", word, body)

    return corrupt


def same(body: str, material: Material) -> str:
    """The text as it was."""
    return body


def after(*steps: Corrupt) -> Corrupt:
    """One corruption after another."""

    def corrupt(body: str, material: Material) -> str:
        for step in steps:
            body = step(body, material)
        return body

    return corrupt


# Each with its headline: the source's own, or another one.
KINDS: Mapping[str, tuple[Corrupt, bool]] = {
    "cut to 70%": (cut(0.7), False),
    "cut to 50%": (cut(0.5), False),
    "cut to 30%": (cut(0.3), False),
    "re-headlined": (same, True),
    "house style": (restyled, False),
    "boilerplate added": (framed, False),
    "paragraphs reordered": (reordered, False),
    "10% of words changed": (reworded(0.1), False),
    "all of a pick-up: cut to 50%, restyled, framed, re-headlined": (after(cut(0.5), restyled, framed), True),
    "hardest: cut to 30%, 10% of words changed, framed, re-headlined": (after(cut(0.3), reworded(0.1), framed), True),
}


def copy_of(source: Row, number: int, kind: str, titles: Sequence[str], vocabulary: Sequence[str]) -> Row:
    """A copy of an article by another outlet, hours later; the same for the same arguments."""
    corrupt, another_headline = KINDS[kind]
    material = Material(number, titles, vocabulary)
    hours = material.random.randrange(1, 30)
    return source | {
        "id": f"copy-{number:05d}",
        "url": None,
        "outlet": material.outlet,
        "title": material.random.choice(titles) if another_headline else source["title"],
        "text": corrupt(source["text"], material),
        "published_at": source["published_at"] and source["published_at"] + timedelta(hours=hours),
    }


def vocabulary_of(rows: Sequence[Row]) -> list[str]:
    """Words as they are printed in these articles, as often as they are: what replaces other words."""
    return [word for row in rows for word in row["text"].split()]
