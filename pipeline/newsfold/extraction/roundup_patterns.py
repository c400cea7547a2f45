"""Patterns of titles, texts and addresses that mark a roundup, by language; the lists stand in the YAML file."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence, Set

from newsfold import text
from newsfold.extraction import word_lists

_FILE = "roundup_patterns"
DATE_MARK = "\x00"  # stands for a date in a title
FOLDERS = word_lists.load_words(_FILE, "folders")
LIVE_FOLDERS = word_lists.load_words(_FILE, "live_folders")
PROGRAMMES = word_lists.load_words(_FILE, "programmes")
PAGE_NAME = re.compile(word_lists.load_alternatives(_FILE, "page_names"))
LIST_ENDING = re.compile(rf"{word_lists.load_alternatives(_FILE, 'list_endings')}[.!]?$")
_SECTIONS = word_lists.load_words(_FILE, "sections")
_EVENTS = word_lists.load_words(_FILE, "events")
_LIVE_PHRASE = re.compile(word_lists.load_alternatives(_FILE, "live_phrases"))
_MAX_OTHER_WORDS = 1  # beside a theme under live coverage: Queensland, Victoria


class RoundupPatterns:
    """The patterns of one or several languages.

    Attributes:
        label: matches a part of a title that names a form, such as a briefing.
        dated_label: matches a part that does so beside a date and a broad theme.
        opening: matches the beginning of a roundup's text.
    """

    def __init__(self, languages: Sequence[str]) -> None:
        self._languages = languages
        self.label = self._compile("labels")
        self.dated_label = self._compile("dated_labels")
        self.opening = self._compile("openings")
        self._live_words = frozenset(self._entries("live_words"))
        self._update_words = frozenset(self._entries("update_words"))
        self._themes = frozenset(self._entries("themes"))
        self._fillers = frozenset(self._entries("fillers"))
        months = word_lists.load_lists("dates")["months"]
        full_names = {names.split()[-1] for code in languages for names in months.get(code, ())}
        month = f"(?:{'|'.join(sorted(full_names))})"
        self._date = re.compile(
            rf"(?:{word_lists.load_alternatives('dates', 'weekdays')},? )?"
            rf"(?:\b{month}\.? \d{{1,2}}(?:st|nd|rd|th)?\b(?:,? \d{{4}})?|"
            rf"\b\d{{1,2}}(?:st|nd|rd|th|\.|º)?,?(?: de)? {month}\b(?:,?(?: de)? \d{{4}})?|"
            r"\b\d{1,2}[/.]\d{1,2}[/.]\d{2,4}\b|\b\d{4}-\d{2}-\d{2}\b)"
        )

    def mark_dates(self, line: str) -> str:
        """Return a line in which `DATE_MARK` stands for each date."""
        return self._date.sub(DATE_MARK, line)

    def is_live_label(self, part: str, words: Set[str]) -> bool:
        """Return whether a part of a title, which has these words, says only that it is live."""
        is_live = words & self._live_words and words <= self._live_words | self._fillers
        return bool(_LIVE_PHRASE.fullmatch(part) or is_live)

    def is_theme(self, words: Set[str]) -> bool:
        """Return whether a part of a title with these words is the name of a broad theme."""
        return bool(words & self._themes) and words <= self._themes | self._fillers

    def is_running_coverage(self, words: Set[str]) -> bool:
        """Return whether a part of a title with these words announces running coverage of a broad theme, no more."""
        if not words & self._themes or words & _EVENTS:
            return False
        others = self._other_words(words)
        if words & self._live_words:
            return len(others) <= _MAX_OTHER_WORDS
        return bool(words & self._update_words) and not others

    def has_broad_theme(self, page_name: str) -> bool:
        """Return whether the name of a page holds a broad theme and next to nothing else."""
        words = {word for word in text.split_words(page_name) if not word.isdigit()} - {"html"}
        has_theme = bool((words & self._themes) - _SECTIONS)
        return has_theme and len(self._other_words(words)) <= _MAX_OTHER_WORDS and not words & _EVENTS

    def _other_words(self, words: Set[str]) -> Set[str]:
        return words - self._themes - self._fillers - self._live_words - self._update_words

    def _entries(self, key: str) -> list[str]:
        by_language = word_lists.load_lists(_FILE)["languages"]
        return [entry for code in self._languages for entry in by_language[code].get(key, ())]

    def _compile(self, key: str) -> re.Pattern[str]:
        pattern = "|".join(self._entries(key))
        for name, fragment in word_lists.load_lists(_FILE)["fragments"].items():
            pattern = pattern.replace(f"<{name}>", fragment)
        return re.compile(pattern)


@functools.cache
def load_patterns(language: str) -> RoundupPatterns:
    """Return the patterns of a language and of English; of all languages if it is unknown."""
    known = list(word_lists.load_lists(_FILE)["languages"])
    if language == text.UNKNOWN_LANGUAGE:
        return RoundupPatterns(known)
    return RoundupPatterns(["en", language] if language in known and language != "en" else ["en"])
