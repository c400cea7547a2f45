"""Labels of titles: what stands before or after a divider and names a form, a programme, a section or the author.

`UB: …`, `WATCH: …`, `Opinion | …`, `… | TV Patrol`, `[VIDEO] …`. A label is removed if it is a form of the lists, if it
is the article's author, or if it was learned of the outlet (`learn_labels`); and only from a title whose rest can
stand alone.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from newsfold import text
from newsfold.extraction import word_lists

LABEL, ENDING = "title_label", "title_ending"  # the keys under which an article's extras keep what was removed
HOUSE_ENDING = "house_ending"  # the side of an ending that stands under most titles of an outlet: under short ones, too

_FILE = "title_labels"
_FORMS = word_lists.load_words(_FILE, "forms")
# A word of a script without spaces is split into its characters.
_FORM_PHRASES = {
    " ".join(text.split_words(entry)) for entry in {*word_lists.load_words(_FILE, "form_phrases"), *_FORMS}
}
_FILLERS = word_lists.load_words(_FILE, "fillers")
_PROGRAMMES = word_lists.load_words(_FILE, "programmes")
_LIVE_WORDS = frozenset(
    word
    for lists in word_lists.load_lists("roundup_patterns")["languages"].values()
    for word in lists.get("live_words", ())
)
_MAX_WORDS = 6
_MAX_CHARACTERS = 40
_MAX_LABELS = 4  # that are removed from one title
_MIN_REST_WORDS = 4  # beside dates and numbers, of a title that can stand alone
_MIN_LEARNED_REST_WORDS = 1  # … of a title from which a label is learned, or an ending removed that most titles have
_OPEN, _CLOSE = r"[\[(（【〔]", r"[\])）】〕]"
_FRONT = re.compile(
    rf"(?P<bracketed>{_OPEN}(?P<inner>[^\[\]()（）【】〔〕]+){_CLOSE}\s*[:：|｜–—-]?\s*)"
    r"|(?P<label>[^:：|｜]+?)(?P<divider>\s*:\s+|\s*[：｜|]\s*|\s+[-–—•·»]\s+|(?<=[A-Z\d])-(?=[A-Z“‘\"']))"
)
_END = re.compile(
    rf"\s*{_OPEN}(?P<inner>[^\[\]()（）【】〔〕]+){_CLOSE}$"
    r"|(?P<divider>\s*[|｜]\s*|\s+[-–—•·«]\s+|:\s+)(?P<label>(?:(?!\s[-–—•·«]\s)[^|｜:])+)$"
)
_HAS_DIVIDER = re.compile(r"[:：|｜\-–—•·«»\])）】〕]")  # a title without any has no label, and most have none
_WIRE_DIVIDER = "-"  # without blanks, as agencies print it: "UPDATE 2-Oil falls"
_MONTHS = "|".join(sorted({name for names in word_lists.load_entries("dates", "months") for name in names.split()}))
_DATE = re.compile(rf"\b(?:{_MONTHS})\b|{word_lists.load_alternatives('dates', 'weekdays')}|\b[ap]m\b|\d+")


class Label(NamedTuple):
    """A label of a title.

    Attributes:
        side: `LABEL` or `ENDING`.
        printed: the label with its divider, as it stands in the title.
        key: its words, case-folded: equal for equal labels.
        divider: what parts it from the rest, without blanks; a bracket if it stands in brackets.
        rest: the title without it.
    """

    side: str
    printed: str
    key: str
    divider: str
    rest: str

    @property
    def name(self) -> str:
        """The label without its divider."""
        return self.printed.strip(" \t:：|｜–—-•·»«[](（）【】〔〕")


def find_labels(title: str) -> Iterator[Label]:
    """Yield what may be a label of a title, before and after the rest; nothing if the rest is but a date."""
    if not _HAS_DIVIDER.search(title):
        return
    front = _FRONT.match(title)
    if front is not None:
        yield from _build_label(LABEL, front, title[front.end() :])
    end = _END.search(title)
    if end is not None and end.start() > 0:
        yield from _build_label(ENDING, end, title[: end.start()])


def remove_labels(
    title: str, learned: Collection[tuple[str, str]], authors: Sequence[str] = ()
) -> tuple[str, list[Label]]:
    """Remove the labels of a title.

    Args:
        title: the cleaned title.
        learned: side and key of the labels that were learned of its outlet.
        authors: the article's authors.

    Returns:
        The rest of the title, and the labels that were removed, in that order.
    """
    removed: list[Label] = []
    names = {" ".join(text.split_words(author)) for author in authors}
    while len(removed) < _MAX_LABELS:
        label = next((found for found in find_labels(title) if _is_removed(found, learned, names)), None)
        if label is None:
            break
        removed.append(label)
        title = _capitalise(label.rest) if label.side == LABEL else label.rest
    return title, removed


def restore_labels(title: str, extras: Iterable[Mapping[str, str]]) -> str:
    """Return a title as it was printed, with the labels that the extras of its article hold."""
    for extra in reversed([extra for extra in extras if extra["key"] in (LABEL, ENDING)]):
        title = f"{extra['value']} {title}" if extra["key"] == LABEL else f"{title}{extra['value']}"
    return title


def is_form(label: Label) -> bool:
    """Return whether a label names nothing but the form of an article."""
    words = label.key.split()
    if label.divider == _WIRE_DIVIDER and label.printed.endswith(_WIRE_DIVIDER):
        words = [word for word in words if not word.isnumeric()]
    if " ".join(words) in _FORM_PHRASES:
        return True
    return any(word in _FORMS for word in words) and all(word in _FORMS or word in _FILLERS for word in words)


def is_typed(label: Label) -> bool:
    """Return whether a label holds a word for a form or a programme, or stands behind a bar, which announces one."""
    return is_behind_bar(label) or any(word in _PROGRAMMES or word in _FORMS for word in label.key.split())


def is_behind_bar(label: Label) -> bool:
    """Return whether a label stands behind a bar, after which no title goes on."""
    return label.side == ENDING and label.divider in ("|", "｜")


def is_live(label: Label) -> bool:
    """Return whether a label announces live coverage."""
    return not _LIVE_WORDS.isdisjoint(label.key.split())


def list_content_words(label: Label) -> list[str]:
    """Return the words of a label that are not words for forms and programmes."""
    return [word for word in label.key.split() if word not in _FORMS | _PROGRAMMES | _FILLERS and not word.isnumeric()]


def _is_removed(label: Label, learned: Collection[tuple[str, str]], authors: Collection[str]) -> bool:
    if label.side == ENDING and (HOUSE_ENDING, label.key) in learned:
        return True
    is_label = (label.side, label.key) in learned or is_form(label) or label.key in authors
    return is_label and _count_rest_words(label.rest) >= _MIN_REST_WORDS


def _build_label(side: str, match: re.Match[str], rest: str) -> Iterator[Label]:
    name = match["inner"] or match["label"]
    words = text.split_words(name)
    divider = (match["divider"] or "[").strip()
    label = Label(side, match[0].strip() if side == LABEL else match[0], " ".join(words), divider, rest.strip())
    is_wire = side == LABEL and match["divider"] == _WIRE_DIVIDER
    if (
        not words
        or len(words) > _MAX_WORDS
        or len(name) > _MAX_CHARACTERS
        or _count_rest_words(rest) < _MIN_LEARNED_REST_WORDS
    ):
        return
    if (is_wire and not _is_wire_label(name)) or (side == ENDING and divider == ":" and not is_form(label)):
        return  # "UK-based …"; and what follows a colon says who said it
    if _count_rest_words(name):
        yield label


def _is_wire_label(name: str) -> bool:
    """Return whether a label is one of agencies, in capitals and with a number: `UPDATE 2-…`, `EXCLUSIVE-…`."""
    words = [word for word in text.split_words(name) if not word.isnumeric()]
    return name.isupper() and bool(words) and all(word in _FORMS for word in words)


def _count_rest_words(rest: str) -> int:
    return text.count_words(_DATE.sub(" ", rest.casefold()))


def _capitalise(rest: str) -> str:
    """Return the rest of a title with a capital at its beginning, unless its first word has its own ("iPhone")."""
    first = rest.split(" ", 1)[0]
    return rest[:1].upper() + rest[1:] if first.islower() and first.isalpha() else rest
