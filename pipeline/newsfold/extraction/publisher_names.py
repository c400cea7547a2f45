"""Publishers in credits: the agencies and outlets that are listed, and names that look like a newspaper's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from newsfold import publishers, text, urls
from newsfold.extraction import word_lists
from newsfold.publishers import GRAMMATICAL_ARTICLES, Publishers

# The publishers of the run that is extracting; outside a run, the shipped ones.
_PUBLISHERS: ContextVar[Publishers | None] = ContextVar("publishers", default=None)
_TRUSTED_INITIALS = frozenset({"ap", "pa"})
_MAX_NAME_WORDS = 6

_NEWSPAPER_WORDS = word_lists.load_words("publisher_names", "newspaper_words")
_AGENCY_WORDS = re.compile(rf"\b{word_lists.load_alternatives('publisher_names', 'agency_words')}\b", re.IGNORECASE)
_FIRST_WORDS = word_lists.load_words("publisher_names", "first_words") | GRAMMATICAL_ARTICLES
_HEADING_WORDS = word_lists.load_words("publisher_names", "heading_words")
_PLACE_PREFIXES = word_lists.load_words("publisher_names", "place_prefixes")
_SMALL_WORDS = word_lists.load_words("publisher_names", "small_words")
_IGNORED_WORDS = word_lists.load_words("publisher_names", "ignored_words") | GRAMMATICAL_ARTICLES


@contextmanager
def use_publishers(known: Publishers) -> Iterator[None]:
    """Read credits by these publishers within the block."""
    token = _PUBLISHERS.set(known)
    try:
        yield
    finally:
        _PUBLISHERS.reset(token)


def resolve_agency(name: str, *, bracketed: bool = False) -> str | None:
    """Return newsfold's name for the agency that a credit names, or None if it names no agency.

    Args:
        name: a credit, such as `The Associated Press`.
        bracketed: the credit stood in a dateline's brackets, where two letters are enough.
    """
    key = name.strip(" .,;:()[]/").casefold()
    if _is_ambiguous(key) and not bracketed:
        return None
    agencies = _publishers().agencies
    listed = agencies.get(key) or agencies.get(key.removeprefix("the "))
    return listed or (name.strip() if is_publisher(name) and _AGENCY_WORDS.search(name) else None)


def expand_agency_name(agency: str | None, outlet: str) -> str | None:
    """Return the outlet if an unlisted agency is a shorter form of its name, else the agency as credited.

    `(Meridian)` in a text of Meridian Wire stands for Meridian Wire.
    """
    is_short_form = agency and agency not in _publishers().agencies.values() and is_same_publisher(agency, outlet)
    return outlet if is_short_form else agency


def resolve_family(outlet: str, url: str | None) -> str | None:
    """Return the publisher family of an outlet, by its name or else by the domain it publishes at; None if unlisted."""
    known = _publishers()
    return known.family(outlet) or known.family(urls.extract_domain(url) or "")


def is_publisher(name: str) -> bool:
    """Return whether a name is an outlet's or agency's: a listed one, or capitalised words with a newspaper's in it."""
    if is_listed(name):
        return True
    words = name.strip(" .,;:()[]").split()
    if not 2 <= len(words) <= _MAX_NAME_WORDS or not all(_is_capitalised(word) for word in words):
        return False
    first, last = words[0].casefold(), words[-1].casefold()
    if first in _HEADING_WORDS and last == "news":
        return False
    # A newspaper word elsewhere than at the end may be a surname or a place: Star Jones, Daily City.
    return last in _NEWSPAPER_WORDS or (
        first in _FIRST_WORDS and any(word.casefold() in _NEWSPAPER_WORDS for word in words)
    )


def is_listed(name: str) -> bool:
    """Return whether this is exactly the name of a listed agency or outlet."""
    key = name.strip(" .,;:()[]").casefold()
    known = _publishers()
    return key in known.outlets or (key in known.agencies and not _is_ambiguous(key))


def split_credit(credit: str) -> tuple[str, str | None]:
    """Split `NAME OUTLET`, written with nothing between them, into the name and the outlet.

    A listed outlet divides them; else a change from capitals to mixed case; else `The`; else the shortest ending
    that looks like a newspaper's name. The outlet is None if the credit holds none.
    """
    words = credit.split()
    splits = [(" ".join(words[:at]), " ".join(words[at:])) for at in range(1, len(words))]
    in_capitals = [_is_in_capitals(word) for word in words]
    for name, outlet in splits:
        if is_listed(outlet) or (outlet.casefold().startswith("the ") and is_publisher(outlet)):
            return name, outlet
    if len(words) > 2 and all(in_capitals[:2]) and not all(in_capitals):
        at = in_capitals.index(False)
        rest = words[at:]
        if not any(in_capitals[at:]) and len(rest) <= _MAX_NAME_WORDS and all(_is_capitalised(word) for word in rest):
            return splits[at - 1]
    for at in range(len(words) - 2, 1, -1):
        if is_publisher(splits[at - 1][1]):
            while at > 2 and words[at - 1].casefold() in _PLACE_PREFIXES:
                at -= 1
            return splits[at - 1]
    return credit, None


def is_same_publisher(one: str, other: str) -> bool:
    """Return whether two names mean one publisher.

    They do if their words are equal or all words of the shorter are in the longer, ignoring `The` and `.com`, or if
    both are listed as spellings of one publisher.
    """
    left, right = ([word for word in text.split_words(name) if word not in _IGNORED_WORDS] for name in (one, other))
    if not left or not right:
        return False
    if "".join(left) == "".join(right) or set(left) <= set(right) or set(right) <= set(left):
        return True
    return _publishers().is_same(one, other)


def is_any_publisher(name: str, *others: str | None) -> bool:
    """Return whether a name means the same publisher as one of the others; those that are missing are ignored."""
    return any(other and is_same_publisher(name, other) for other in others)


def _publishers() -> Publishers:
    return _PUBLISHERS.get() or publishers.load_shipped_publishers()


def _is_ambiguous(key: str) -> bool:
    """Return whether a name is too short outside brackets: AA, TT and CP are initials of many things."""
    return len(key) < 3 and key not in _TRUSTED_INITIALS


def _is_capitalised(word: str) -> bool:
    return (word[:1].isupper() or word[:1].isdigit() or word.casefold() in _SMALL_WORDS) and not word.endswith(":")


def _is_in_capitals(word: str) -> bool:
    letters = [character for character in word if character.isalpha()]
    return bool(letters) and all(character.isupper() for character in letters)
