"""Photo captions and their credits."""

from __future__ import annotations

import re

from newsfold import text
from newsfold.extraction import names, page_furniture, publisher_names, word_lists

_MAX_WORDS = 60
_MAX_LABELLED_WORDS = 40
_MAX_CREDIT_WORDS = 9
_LABEL = re.compile(
    rf"^\W?(?:(?:file |handout |courtesy )?{word_lists.load_alternatives('captions', 'picture_words')}s?"
    rf"(?: \w+)?\s*[:/]"
    rf"|{word_lists.load_alternatives('captions', 'caption_starts')})",
    re.IGNORECASE,
)
_CREDIT = re.compile(rf"{word_lists.load_alternatives('captions', 'caption_ends')}$", re.IGNORECASE)
# A credit without any sign, after the caption's last sentence: `The sled on Sunday. Nils Aker for The Herald`.
_TRAILING_CREDIT = re.compile(r"[.!?][\"”’)]*\s+(?P<credit>[^.!?]{3,70}|(?:[A-Z]\.\s?)*[^.!?]{3,60})$")
_SMALL_WORDS = word_lists.load_words("captions", "small_words") | {""}
_LAST_WORDS = word_lists.load_words("captions", "last_words")


def is_caption(line: str) -> bool:
    """Return whether a line has a photo credit, or calls itself a caption."""
    n_words = len(line.split(maxsplit=_MAX_WORDS))
    if n_words > _MAX_WORDS:
        return False
    if _LABEL.match(line) and n_words <= _MAX_LABELLED_WORDS:
        return True
    if page_furniture.ends_sentence(line.removesuffix(")").removesuffix(").")) and not line.endswith((")", ").")):
        return False
    if _CREDIT.search(line) and n_words > 1:
        return True
    trailing = _TRAILING_CREDIT.search(line)
    return trailing is not None and _is_photo_credit(trailing["credit"])


def _is_photo_credit(credit: str) -> bool:
    words = re.split(r"[ /]", credit)
    if len(words) > _MAX_CREDIT_WORDS or not all(
        word[:1].isupper() or word.casefold() in _SMALL_WORDS for word in words
    ):
        return False
    photographer = re.split(r"\s?/\s?|\sfor\s|,\s|\svia\s", credit)[0]
    return (
        names.is_name(photographer)
        or publisher_names.is_publisher(photographer)
        or text.split_words(credit)[-1] in _LAST_WORDS
    )
