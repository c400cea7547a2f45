"""The form of a title: how it is built, whom it addresses, whose words it holds."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from newsfold import text
from newsfold.extraction.kinds.forms import load_words, share_of
from newsfold.extraction.title_labels import restore_labels

MAX_LABEL_WORDS = 5
NAMES = (
    "title_words",
    "title_is_short",
    "title_asks",
    "title_begins_as_question",
    "title_exclaims",
    "title_ends_open",
    "title_has_colon",
    "title_has_bar",
    "title_parts",
    "title_begins_with_number",
    "title_numbers",
    "title_has_date",
    "title_quotes",
    "title_begins_with_quote",
    "title_semicolons",
    "title_commas",
    "title_capitals",
    "title_begins_in_capitals",
    "title_has_hashtag",
    "title_first_person",
    "title_second_person",
    "title_reports",
    "title_begins_with_author",
    "title_begins_with_name",
    "title_names_author",
    "title_has_name_in_capitals",
    "title_labels_removed",
)
_DIVIDER = re.compile(r"\s*[:|｜：»]\s+|\s*[:|｜：]$|[|｜：]|\s+[-–—•·/]+\s+|[\[\]【】「」]")
_COLON = re.compile(r"[:：]\s|：")
_QUOTE = re.compile(r"[\"“”„«»‘「『]|(?<!\w)'")
_DIGITS = re.compile(r"\d+")
_MARKS = "\"'“”‘’«».,:;!?()[]"
_DATE = re.compile(r"\b\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}\b|\b(?:19|20)\d\d\b")


def split_title(title: str) -> list[list[str]]:
    """Return the words of each part of a title between colons, bars and dashes."""
    parts = (text.split_words(part) for part in _DIVIDER.split(title))
    return [part for part in parts if part]


def describe_title(
    article: Mapping[str, Any], words: Sequence[str], parts: Sequence[Sequence[str]], removed: int
) -> list[float]:
    """Return the values of `NAMES`.

    Names are read from the title as it was printed: a byline may have been moved to the extras, or not yet.

    Args:
        article: a row of table `articles`.
        words: the words of its title.
        parts: the words of each part of the title.
        removed: the number of labels that were moved from the title to the extras.
    """
    title, language = article["title"], article["language"]
    printed = restore_labels(title, article["extras"] or ())
    printed_parts = split_title(printed) if printed != title else parts
    questions = load_words("questions", language)
    letters = [*filter(str.isalpha, title)]
    first_words = printed.split()[:2]
    authors = [text.split_words(author) for author in article["authors"] or ()]
    author_words = {word for author in authors for word in author}
    colon = _COLON.search(title)
    printed_colon = _COLON.search(printed)
    begins_with_label = len(printed_parts) > 1 and len(printed_parts[0]) <= MAX_LABEL_WORDS
    return [
        min(len(words), 25) / 10,
        float(len(words) <= 4),
        float("?" in title or "？" in title or "؟" in title),
        float(any(part[0] in questions for part in parts)),
        float("!" in title or "！" in title),
        float(title.endswith(("...", "…"))),
        float(colon is not None),
        float("|" in title or "｜" in title),
        float(min(len(parts), 4)),
        float(bool(words) and words[0].isdigit()),
        float(min(len(_DIGITS.findall(title)), 3)),
        float(bool(_DATE.search(title))),
        float(bool(_QUOTE.search(title))),
        float(bool(_QUOTE.match(title))),
        float(min(title.count(";"), 3)),
        float(min(title.count(",") + title.count("、"), 4)),
        sum(map(str.isupper, letters)) / max(1, len(letters)),
        float(len(first_words) > 1 and all(word.isupper() and len(word) > 2 for word in first_words)),
        float("#" in title),
        share_of(words, load_words("first_person", language)),
        share_of(words, load_words("second_person", language)),
        share_of(words, load_words("reports", language)),
        float(begins_with_label and set(printed_parts[0]) <= author_words),
        float(printed_colon is not None and _is_name(printed[: printed_colon.start()])),
        float(_names_author(printed, authors)),
        float(has_name_in_capitals(printed, printed)),
        float(removed),
    ]


def has_name_in_capitals(part: str, line: str) -> bool:
    """Return whether part of a line has two words in a row in capitals, as a byline has, while the line has not."""
    words = [word.strip(_MARKS).replace("’", "'").removesuffix("'s") for word in part.split()]
    in_capitals = [len(word) > 2 and word.isalpha() and word.isupper() for word in words]
    return not line.isupper() and any(one and other for one, other in pairwise(in_capitals))


def _names_author(printed: str, authors: Sequence[Sequence[str]]) -> bool:
    """Return whether a title holds the full name of one of the article's authors."""
    title = f" {' '.join(text.split_words(printed))} "
    return any(len(author) > 1 and f" {' '.join(author)} " in title for author in authors)


def _is_name(beginning: str) -> bool:
    """Return whether a title's beginning looks like a person's name: two to four capitalised words, no digits."""
    names = beginning.replace("'s", "").split()
    return 2 <= len(names) <= 4 and all(name[:1].isupper() and name.isalpha() for name in names)
