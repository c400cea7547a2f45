"""Features of an article by which the model of kinds distinguishes a report from a column, a live blog or a recipe.

They are numbers that a person can name: which forms the title, the address and the text name (forms), how the title is
built (title_form), how the text is written (text_form), and where the address leads. The words of title, text and
folders, whose weights the model learns from labels, come on top.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from newsfold import text
from newsfold.extraction.addresses import split_address
from newsfold.extraction.kinds import text_form, title_form
from newsfold.extraction.kinds.forms import load_forms
from newsfold.extraction.title_labels import ENDING, LABEL

COLUMNS = ("article_id", "outlet", "url", "title", "body", "authors", "agency", "language", "roundup", "extras")
FIELDS = ("title", "text", "folder")  # whose words have weights
_PLACES = ("label", "address", "title", "text")
_PLACE_NAMES = ("folders", "page_is_one_word", "page_is_number", "page_words", "has_agency", "authors", "is_roundup")
NAMES = (
    *(f"{form}_in_{place}" for place in _PLACES for form in load_forms().names),
    *title_form.NAMES,
    *text_form.NAMES,
    *_PLACE_NAMES,
)


@dataclass(frozen=True)
class Features:
    """What the model reads of an article.

    Attributes:
        numbers: the values of `NAMES`.
        words: the different words of each of `FIELDS`, in order of first occurrence.
    """

    numbers: list[float]
    words: tuple[list[str], ...]


def extract_features(article: Mapping[str, Any]) -> Features:
    """Extract the features of an article.

    Args:
        article: a row of table `articles`; at least `COLUMNS`.
    """
    title, body = article["title"], article["body"]
    removed = list_removed_labels(article)
    title_words, parts = text.split_words(title), title_form.split_title(title)
    labels = [part for part in parts if len(part) <= title_form.MAX_LABEL_WORDS] if len(parts) > 1 or removed else []
    labels += map(text.split_words, removed)
    folders, page = split_folders(article["url"])
    folder_words, page_words = [text.split_words(folder) for folder in folders], text.split_words(page)
    opening_words = text.split_words(body[: text_form.OPENING_CHARACTERS])
    # The name of a page often repeats the title: only what it adds says something.
    address = [*folder_words, [word for word in page_words if word not in title_words]]
    forms = load_forms()
    places = (labels, address, [title_words], [opening_words])
    found = [set().union(*map(forms.find, place)) for place in places]
    numbers = [float(form in in_place) for in_place in found for form in range(len(forms.names))]
    numbers += title_form.describe_title(article, title_words, parts, len(removed))
    numbers += text_form.describe_text(
        body, opening_words, set(title_words), labels, article["language"], article["outlet"]
    )
    numbers += [
        float(min(len(folders), 5)),
        float(len(page_words) == 1 and page.isalpha()),
        float(page.isdigit()),
        min(len(page_words), 15) / 15,
        float(bool(article["agency"])),
        float(min(len(article["authors"] or ()), 3)),
        float(article["roundup"]),
    ]
    all_title_words = title_words + [word for label in removed for word in text.split_words(label)]
    fields = (all_title_words, opening_words, [word for folder in folder_words for word in folder])
    return Features(numbers, tuple([*filter(str.isalpha, dict.fromkeys(field))] for field in fields))


def list_removed_labels(article: Mapping[str, Any]) -> list[str]:
    """Return the labels that were moved from an article's title to its extras."""
    return [extra["value"] for extra in article["extras"] or () if extra["key"] in (LABEL, ENDING)]


def split_folders(url: str | None) -> tuple[list[str], str]:
    """Split an address into its folders, without those that are dates and other numbers, and the name of its page."""
    folders, page = split_address(url)
    return [folder for folder in folders if not folder.replace("-", "").isdigit()], page
