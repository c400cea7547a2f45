"""Whether the capitals of a title or a text are evidence of names."""

from __future__ import annotations

from newsfold import text
from newsfold.summaries.languages import function_words
from newsfold.summaries.names.runs import count_long_words, encode

_EXAMINED_CHARACTERS = 400
_MIN_LONG_WORDS = 16
_MIN_LOWER_SHARE = 0.2


def is_title_case(title: str, language: str) -> bool:
    """Return whether a title capitalises every word that carries content, so that its capitals are no evidence."""
    content = [word for word in text.split_cased_words(title) if len(word) > 3]
    return not any(word.islower() and word not in function_words(language) for word in content)


def has_void_capitals(body: str) -> bool:
    """Return whether a text of some length capitalises nearly every word, as lists of headlines do."""
    n_words, n_lower = count_long_words(encode(body[:_EXAMINED_CHARACTERS]))
    return n_words >= _MIN_LONG_WORDS and n_lower < _MIN_LOWER_SHARE * n_words
