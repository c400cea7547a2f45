"""Who gets the credit: the agencies and outlets that are listed, and what a newspaper's name looks like."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from newsfold import publishers, text
from newsfold.publishers import ARTICLES as _ARTICLES
from newsfold.publishers import Publishers

# What credits are read by: a run's list, for as long as it extracts.
_LISTED: ContextVar[Publishers | None] = ContextVar("publishers", default=None)
_TRUSTED_INITIALS = frozenset({"ap", "pa"})

_PAPER_WORDS = text.word_set(
    """
    advertiser agency agence agencia agenzia argus beacon blade bulletin bugle chronicle citizen commercial courier
    daily democrat diario digest dispatch echo enquirer examiner express gazeta gazette gazzetta giornale globe
    guardian herald heraldo independent inquirer journal jornal ledger magazine mail mercury messenger mirror
    monitor news newspaper newspapers newswire observer planet post press presse prensa record register reporter
    republic review sentinel service standard star sun telegraph telegram times today tribune tribuna union voice
    wire world zeitung kurier anzeiger rundschau tageblatt nachrichten
    """
)
_AGENCY_WORDS = re.compile(
    r"\b(?:wire|newswire|(?:news|press) (?:agency|service)|agence|agenzia|agencia|agentur)\b", re.I
)
_OPENERS = text.word_set("agence agencia agenzia diario jornal gazeta corriere")
# World News or Breaking News head a page; they publish nothing.
_HEADINGS = text.word_set("breaking latest local more other related sports the today top trending world your")
_BEFORE_PLACE = text.word_set(
    "new los las san santa st st. saint fort el la le the north south east west des palm salt"
)
_LOWER = text.word_set("and of for de del della la le du di da des y e und et & the sur auf am")


@contextmanager
def listed(known: Publishers) -> Iterator[None]:
    """Read credits by this list within the block; outside it, by the shipped one."""
    token = _LISTED.set(known)
    try:
        yield
    finally:
        _LISTED.reset(token)


def agency(name: str, *, bracketed: bool = False) -> str | None:
    """The agency that a credit names, by newsfold's name for it, or None.

    Args:
        name: a credit, such as `The Associated Press`.
        bracketed: it stood in a dateline's brackets, where two letters are enough.
    """
    key = name.strip(" .,;:()[]/").casefold()
    if _is_vague(key) and not bracketed:
        return None
    agencies = _known().agencies
    known = agencies.get(key) or agencies.get(key.removeprefix("the "))
    return known or (name.strip() if is_outlet(name) and _AGENCY_WORDS.search(name) else None)


def by_whole_name(agency: str | None, outlet: str) -> str | None:
    """The agency as credited, or the outlet where it calls itself by less: `(Meridian)` in Meridian Wire's own text."""
    shortened = agency and agency not in _known().agencies.values() and resembles(agency, outlet)
    return outlet if shortened else agency


def family(outlet: str) -> str | None:
    """The publisher family of an outlet, where one is listed."""
    return _known().family(outlet)


def is_outlet(name: str) -> bool:
    """Is this an outlet's or agency's name: a known one, or capitalised words with a newspaper's among them?"""
    if is_known(name):
        return True
    words = name.strip(" .,;:()[]").split()
    if not 2 <= len(words) <= 6 or not all(_capitalised(word) for word in words):
        return False
    first, last = words[0].casefold(), words[-1].casefold()
    if first in _HEADINGS and last == "news":
        return False
    # A newspaper word elsewhere than at the end may be a surname or a place: Star Jones, Daily City.
    return last in _PAPER_WORDS or (first in _ARTICLES | _OPENERS and any(_paper(word) for word in words))


def is_known(name: str) -> bool:
    """Is this exactly the name of an agency or outlet in newsfold's lists?"""
    key = name.strip(" .,;:()[]").casefold()
    known = _known()
    return key in known.outlets or (key in known.agencies and not _is_vague(key))


def split_credit(credit: str) -> tuple[str, str | None]:
    """The name and the outlet in `NAME OUTLET`, written without anything between them.

    A known outlet divides them; else a change from capitals to mixed case; else `The`; else the shortest ending
    that looks like a newspaper's name. The outlet is None where there is none.
    """
    words = credit.split()
    endings = [(" ".join(words[:at]), " ".join(words[at:])) for at in range(1, len(words))]
    shouted = [_shouts(word) for word in words]
    for name, outlet in endings:
        if is_known(outlet) or (outlet.casefold().startswith("the ") and is_outlet(outlet)):
            return name, outlet
    if len(words) > 2 and all(shouted[:2]) and not all(shouted):
        at = shouted.index(False)
        if not any(shouted[at:]) and len(words) - at <= 6 and all(_capitalised(word) for word in words[at:]):
            return endings[at - 1]
    for at in range(len(words) - 2, 1, -1):
        if is_outlet(endings[at - 1][1]):
            while at > 2 and words[at - 1].casefold() in _BEFORE_PLACE:
                at -= 1
            return endings[at - 1]
    return credit, None


def resembles(one: str, other: str) -> bool:
    """Do two names mean one outlet: equal words, or the shorter's words all in the longer's, `The` and `.com` aside?

    Listed spellings of one publisher do too.
    """
    left, right = ([word for word in text.split_words(name) if word not in _NAME_FILLERS] for name in (one, other))
    if not left or not right:
        return False
    if "".join(left) == "".join(right) or set(left) <= set(right) or set(right) <= set(left):
        return True
    return _known().same(one, other)


_NAME_FILLERS = _ARTICLES | {"com", "org", "net", "co", "uk", "www", "online"}


def _known() -> Publishers:
    return _LISTED.get() or publishers.load_shipped_publishers()


def _is_vague(key: str) -> bool:
    """Too short to be trusted outside brackets: AA, TT and CP are initials of many things."""
    return len(key) < 3 and key not in _TRUSTED_INITIALS


def _capitalised(word: str) -> bool:
    return (word[:1].isupper() or word[:1].isdigit() or word.casefold() in _LOWER) and not word.endswith(":")


def _paper(word: str) -> bool:
    return word.casefold() in _PAPER_WORDS


def _shouts(word: str) -> bool:
    letters = [character for character in word if character.isalpha()]
    return bool(letters) and all(character.isupper() for character in letters)
