"""Whether two texts are versions of one: by their titles, and by the 3-word shingles of their bodies."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from newsfold import text

_SHINGLE_WORDS = 3
_MAX_WORDS = 1000  # of a body: its beginning is enough
_MIN_SHINGLES = 8  # of a body that can be compared
_SAME_BODY = 0.5  # share of the shorter body's shingles that the other holds
_OTHER_BODY = 0.1  # less of them are no more than a topic and an outlet's phrases
_SAME_TITLE = 0.6  # share of the shorter title's words that the other holds
_MIN_TITLE_WORDS = 4  # of titles that are compared by words


class Strictness(Enum):
    """How equal two texts must be to count as one.

    Attributes:
        TITLE: an equal title suffices: they stand at one address.
        BODY: their bodies must not contradict an equal title: a page may claim any address.
        EQUAL: all words must be equal: their feed says that they are two.
    """

    TITLE = 1
    BODY = 2
    EQUAL = 3


@dataclass(frozen=True, slots=True)
class TextSketch:
    """What two texts are compared by.

    Attributes:
        title: the words of the title.
        shingles: the 3-word shingles at the beginning of the body.
        digest: of the words of title and body.
    """

    title: tuple[str, ...]
    shingles: frozenset[tuple[str, ...]]
    digest: str


def sketch_text(title: str, body: str, digest: str) -> TextSketch:
    """Build the sketch of a text; `digest` is that of its words."""
    words = text.split_words(body)[:_MAX_WORDS]
    shingles = frozenset(zip(*(words[at:] for at in range(_SHINGLE_WORDS)), strict=False))
    return TextSketch(tuple(text.split_words(title)), shingles, digest)


def is_same_text(one: TextSketch, other: TextSketch, strictness: Strictness) -> bool:
    """Return whether two texts are versions of one."""
    if one.digest == other.digest:
        return True
    if strictness is Strictness.EQUAL:
        return False
    shorter = min(len(one.shingles), len(other.shingles))
    n_common = len(one.shingles & other.shingles)
    is_comparable = shorter >= _MIN_SHINGLES
    if is_comparable and n_common >= _SAME_BODY * shorter:
        return True
    if one.title == other.title:
        return bool(one.title) and (strictness is Strictness.TITLE or not is_other_text(one, other))
    return _is_similar_title(one.title, other.title) and is_comparable and not is_other_text(one, other)


def is_other_text(one: TextSketch, other: TextSketch) -> bool:
    """Return whether two bodies have hardly anything in common, and are long enough to tell."""
    shorter = min(len(one.shingles), len(other.shingles))
    return shorter >= _MIN_SHINGLES and len(one.shingles & other.shingles) < _OTHER_BODY * shorter


def _is_similar_title(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    shorter = min(len(set(one)), len(set(other)))
    return shorter >= _MIN_TITLE_WORDS and len(set(one) & set(other)) >= _SAME_TITLE * shorter
