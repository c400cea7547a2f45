"""Names of outlets in texts: whether a name that is printed is that of the outlet itself."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from urllib.parse import urlsplit

from newsfold import text
from newsfold.summaries.languages import list_entries

_ENDINGS = tuple(list_entries("channel_endings"))
_MIN_LETTERS = 3  # of an outlet's name whose letters may be initials
_ARTICLES = frozenset({"the"})


def names_outlet(name: str, outlet: str) -> bool:
    """Return whether a name is an outlet's, however the two are spelt and whichever of them has a channel's ending.

    Args:
        name: as printed: "The Norrhavn Post", "Norrhavn Post Online".
        outlet: the outlet's name or domain: norrhavnpost, nhpost, norrhavnposttv.
    """
    (words, _, printed), (_, letters, own) = _split(name), _split(outlet)
    if not words or not letters:
        return False
    if words[0][0] != letters[0] and printed[:1] != own[:1] and printed and own:
        return False  # most are told apart by their first letters
    for shorter, longer in ((printed, own), (own, printed)):
        if longer == shorter or (longer.startswith(shorter) and longer[len(shorter) :] in _BARE_ENDINGS):
            return True
    return len(words) > 1 and len(letters) >= _MIN_LETTERS and _abbreviates(letters, words)


def strip_ending(word: str) -> str:
    """Return a word of an outlet's name without the ending of a channel: bulletin of bulletinonline."""
    return next((word.removesuffix(end) for end in _ENDINGS if word.endswith(end) and word != end), word)


def find_domain(url: str) -> str:
    """Return the name in the host of an address: bulletin of https://www.bulletin.example/a."""
    return _find_domain("/".join(url.split("/", 3)[:3]))


@functools.lru_cache(maxsize=10_000)
def _find_domain(site: str) -> str:
    labels = (urlsplit(site).hostname or "").split(".")[:-1]
    return max(labels, key=len, default="")


@functools.lru_cache(maxsize=100_000)
def _split(name: str) -> tuple[list[str], str, str]:
    """Return the words of a name without an article before them, their letters, and these without any s."""
    words = text.split_words(name)
    words = words[1:] if words and words[0] in _ARTICLES else words
    return words, "".join(words), _drop_s("".join(words))


def _drop_s(letters: str) -> str:
    """Return letters without any s, which plurals and possessives add: straitbulletin, Straits Bulletins."""
    return letters.replace("s", "")


_BARE_ENDINGS = frozenset(map(_drop_s, _ENDINGS))


def _abbreviates(letters: str, words: Sequence[str]) -> bool:
    """Return whether letters are words in order, each whole or by its initial: nytimes, smh."""
    if not words or not letters:
        return not words and not letters
    first, rest = words[0], words[1:]
    is_whole = letters.startswith(first) and _abbreviates(letters[len(first) :], rest)
    return is_whole or (letters[0] == first[0] and _abbreviates(letters[1:], rest))
