"""The form of a text: how long it is, whether it reports, tells, asks, lists or only points to something else."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Sequence

from newsfold import text
from newsfold.extraction import word_lists
from newsfold.extraction.kinds.forms import load_words, share_of
from newsfold.extraction.kinds.title_form import has_name_in_capitals

OPENING_CHARACTERS = 700
NAMES = (
    "text_is_empty",
    "text_is_tags",
    "text_characters",
    "text_is_short",
    "text_paragraphs",
    "text_asks",
    "text_first_person",
    "text_second_person",
    "text_reports",
    "text_numbers",
    "text_quotes",
    "text_begins_with_quote",
    "text_weekday",
    "text_names",
    "text_word_length",
    "text_links",
    "text_hashtags",
    "text_list",
    "text_clock_times",
    "text_names_outlet",
    "text_repeats_title",
    "text_title_words",
    "text_begins_with_label",
    "text_begins_with_name_in_capitals",
    "text_ends_open",
)
_QUOTES = tuple('"“”„«»「『')
_LINK = re.compile(r"https?://\S*|www\.\S*")
_HASHTAG = re.compile(r"#\w+")
_LIST_MARK = re.compile(r"\n\s*(?:[*•▪●►✓–—-]|\d{1,2}[.)])(?=\s)")
_CLOCK_TIME = re.compile(r"\n\d{1,2}[:.h]\d{2}\b")
_DIGITS = re.compile(r"\d+")
_WEEKDAY = re.compile(rf"\b{word_lists.load_alternatives('dates', 'weekdays')}\b")
_BYLINE = re.compile(r"([^:：.\n]{3,40})[:：]")
_END = re.compile(r"[.!?。！？…।؟]['\"”»)]*$")
_EXAMINED_CHARACTERS = 4000


def describe_text(
    body: str, words: Sequence[str], title_words: set[str], labels: Sequence[Sequence[str]], language: str, outlet: str
) -> list[float]:
    """Return the values of `NAMES`.

    Args:
        body: the text, a paragraph per line; may be empty.
        words: the words of its first `OPENING_CHARACTERS`.
        title_words: the words of the title.
        labels: the labels of the title, each as words.
        language: ISO 639-1 or `und`.
        outlet: the outlet's name.
    """
    examined = body[:_EXAMINED_CHARACTERS]
    lines = f"\n{examined}"  # each after a line end, which is found faster than the beginning of a line
    opening = body[:OPENING_CHARACTERS]
    hundreds = max(1.0, len(examined) / 100)
    # Most texts have neither: that is seen faster than patterns look for them.
    has_links, has_hashtags = "http" in examined or "www." in examined, "#" in examined
    bare = _HASHTAG.sub("", opening) if has_hashtags else opening
    bare = _LINK.sub("", bare) if has_links else bare
    printed = opening.split()
    byline = _BYLINE.match(opening)
    n_printed = max(1, len(printed))
    in_title = len(title_words.intersection(words)) / max(1, len(title_words))
    return [
        float(not body),
        float(bool(body) and not any(map(str.isalpha, bare))),
        math.log1p(len(body)) / 5,
        float(0 < len(body) < 60),
        math.log1p(body.count("\n")),
        min(2.0, (examined.count("?") + examined.count("？")) / hundreds),
        share_of(words, load_words("first_person", language)),
        share_of(words, load_words("second_person", language)),
        share_of(words, load_words("reports", language)),
        min(2.0, 5 * len(_DIGITS.findall(opening)) / n_printed),
        min(3.0, sum(map(examined.count, _QUOTES)) / hundreds),
        float(body.startswith(_QUOTES)),
        float(bool(_WEEKDAY.search(opening.casefold()))),
        sum([word[0].isupper() for word in printed[1:]]) / n_printed,
        sum(map(len, printed)) / n_printed / 5,
        float(min(len(_LINK.findall(examined)), 5)) if has_links else 0.0,
        float(min(len(_HASHTAG.findall(examined)), 4)) if has_hashtags else 0.0,
        min(len(_LIST_MARK.findall(lines)), 6) / 3,
        min(len(_CLOCK_TIME.findall(lines)), 4) / 2,
        float(_names_outlet(words, outlet)),
        float(bool(words) and in_title > 0.8 and len(words) < 1.5 * len(title_words)),
        in_title,
        float(any(label and list(words[: len(label)]) == list(label) for label in labels)),
        float(byline is not None and has_name_in_capitals(byline[1], opening)),
        float(0 < len(body) <= OPENING_CHARACTERS and not _END.search(body)),
    ]


def _names_outlet(words: Sequence[str], outlet: str) -> bool:
    """Return whether a text names its outlet, be it by a part of the outlet's name: cnn of cnntv, bbc of BBC News."""
    return not _list_names(outlet).isdisjoint(words)


@functools.lru_cache(maxsize=4096)
def _list_names(outlet: str) -> frozenset[str]:
    parts = text.split_words(outlet)
    joined = "".join(parts)
    names = [*parts, *(joined[:length] for length in range(3, len(joined) + 1))]
    return frozenset(name for name in names if len(name) > 2)
