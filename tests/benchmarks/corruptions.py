"""Copies with a known source: real texts, corrupted as outlets do when they take over a text."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

Row = dict[str, Any]
Corruption = Callable[[str, "Material"], str]

_PLAIN_PUNCTUATION = str.maketrans("“”‘’—", "\"\"''-")
_SYLLABLES = (
    "al", "ber", "cor", "dan", "el", "for", "gar", "hol", "in", "jun", "kel", "lor", "mar", "nor", "os", "pel",
)  # fmt: skip
_SPELLINGS = {
    "center": "centre", "labor": "labour", "color": "colour", "favor": "favour", "defense": "defence", "percent":
    "per cent", "organization": "organisation", "program": "programme", "Mr.": "Mr", "Mrs.": "Mrs", "Sen.": "Senator",
    "Gov.": "Governor", "Rep.": "Congressman", "U.S.": "US", "canceled": "cancelled", "toward": "towards",
}  # fmt: skip
_BOILERPLATE = (
    "{name} is an independent newspaper founded by the {place} reading society.",
    "Sign up for the {name} morning letter and have the day's news from {place} with your first cup of coffee.",
    "Our reporters pay for every trip themselves, and advertisers have no say in what {name} prints.",
    "You can reach the {place} newsroom by telephone on every working day between eight and six.",
    "Subscribers of {name} read all of our archives since the year of its foundation without paying more.",
    "Letters to the editor are welcome; please keep them shorter than two hundred words and sign them.",
)


class Material:
    """What a corruption draws on: a random stream of its own, the copying outlet, other articles."""

    def __init__(self, seed: int, titles: Sequence[str], vocabulary: Sequence[str]) -> None:
        self.random = random.Random(seed)
        self.titles = titles
        self.vocabulary = vocabulary
        self.outlet = f"{self.invent_name(seed % 24)} Post"

    def invent_name(self, number: int) -> str:
        """Return the same invented name for the same number."""
        drawn = random.Random(number)
        return "".join(drawn.choice(_SYLLABLES) for _ in range(3)).capitalize()

    def boilerplate(self) -> list[str]:
        """The sentences that the copying outlet prints everywhere."""
        place = self.invent_name(sum(map(ord, self.outlet)))
        return [sentence.format(name=self.outlet, place=place) for sentence in _BOILERPLATE]


def cut(share: float) -> Corruption:
    """Keep only the opening."""

    def corrupt(body: str, material: Material) -> str:
        ends = [match.end() for match in re.finditer(r"\S+", body)]
        return body[: ends[max(0, int(len(ends) * share) - 1)]]

    return corrupt


def add_boilerplate(body: str, material: Material) -> str:
    """Add boilerplate around and between paragraphs: a byline, the outlet's sentences, links to other articles."""
    paragraphs = body.split("\n\n")
    boilerplate = material.boilerplate()
    for _ in range(3):
        link = f"Read more: {material.random.choice(material.titles)}"
        paragraphs.insert(material.random.randrange(len(paragraphs) + 1), link)
    author = " ".join(material.invent_name(material.random.randrange(500)) for _ in range(2))
    return "\n\n".join([f"By {author}", boilerplate[0], *paragraphs, *boilerplate[1:]])


def restyle(body: str, material: Material) -> str:
    """Apply another house style: spelling, titles, quotation marks, dashes, no dateline."""
    body = re.sub(r"^[A-Z][A-Za-z ,.]{2,40}(?:\([A-Za-z ]+\) )?(?:—|--|-) ", "", body)
    for american, british in _SPELLINGS.items():
        body = re.sub(rf"(?<!\w){re.escape(american)}(?!\w)", british, body)
    return body.translate(_PLAIN_PUNCTUATION)


def reorder(body: str, material: Material) -> str:
    """Shuffle the paragraphs."""
    paragraphs = body.split("\n\n")
    material.random.shuffle(paragraphs)
    return "\n\n".join(paragraphs)


def replace_words(share: float) -> Corruption:
    """Replace a share of the words by any others."""

    def corrupt(body: str, material: Material) -> str:
        def word(match: re.Match[str]) -> str:
            return material.random.choice(material.vocabulary) if material.random.random() < share else match[0]

        return re.sub(r"\S+", word, body)

    return corrupt


def keep(body: str, material: Material) -> str:
    """Keep the text."""
    return body


def chain(*steps: Corruption) -> Corruption:
    """Apply one corruption after another."""

    def corrupt(body: str, material: Material) -> str:
        for step in steps:
            body = step(body, material)
        return body

    return corrupt


# Each corruption, and whether the headline is another article's.
KINDS: Mapping[str, tuple[Corruption, bool]] = {
    "cut to 70%": (cut(0.7), False),
    "cut to 50%": (cut(0.5), False),
    "cut to 30%": (cut(0.3), False),
    "re-headlined": (keep, True),
    "house style": (restyle, False),
    "boilerplate added": (add_boilerplate, False),
    "paragraphs reordered": (reorder, False),
    "10% of words changed": (replace_words(0.1), False),
    "all of a pick-up: cut to 50%, restyled, framed, re-headlined": (chain(cut(0.5), restyle, add_boilerplate), True),
    "hardest: cut to 30%, 10% of words changed, framed, re-headlined": (
        chain(cut(0.3), replace_words(0.1), add_boilerplate),
        True,
    ),
}


def corrupt_article(source: Row, number: int, kind: str, titles: Sequence[str], vocabulary: Sequence[str]) -> Row:
    """Return a copy of an article by another outlet, hours later; the same for the same arguments."""
    corrupt, has_other_headline = KINDS[kind]
    material = Material(number, titles, vocabulary)
    hours = material.random.randrange(1, 30)
    return source | {
        "id": f"copy-{number:05d}",
        "url": None,
        "outlet": material.outlet,
        "title": material.random.choice(titles) if has_other_headline else source["title"],
        "text": corrupt(source["text"], material),
        "published_at": source["published_at"] and source["published_at"] + timedelta(hours=hours),
    }


def list_words(rows: Sequence[Row]) -> list[str]:
    """Return the words of articles as printed, as often as they occur: replacements for other words."""
    return [word for row in rows for word in row["text"].split()]
