"""The names of an article that its own text, the other articles of its story or the window confirm."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Sequence

from newsfold import text
from newsfold.summaries.languages import function_words
from newsfold.summaries.names.mentions import Mention
from newsfold.summaries.names.split_runs import Capital, Evidence, fold_name
from newsfold.summaries.names.statistics import UNKNOWN, NameRow, NameStatistics
from newsfold.summaries.names.uses import NameUse
from newsfold.summaries.names.words import load_name_words
from newsfold.summaries.stories import Article
from newsfold.summaries.word_statistics import WordStatistics
from newsfold.vocabulary import zipf_frequency

_MIN_TEXTS = 2  # of the window, for a name of several words that only others confirm
_MIN_WORD_TEXTS = 3  # the same for a name of one word
_MIN_PHRASE_TEXTS, _MIN_PHRASE_OUTLETS = 3, 2  # the same for a name of common words: White House
_MAX_PERSON_WORDS = 3
_INHABITANTS = ("an", "ans", "er", "ers", "ean", "eans", "ese", "i", "ian", "ians", "is", "n", "ns")
_MIN_PLACE = 4  # letters of a place's name that its inhabitants have theirs from
_FREQUENT_ZIPF = 5.5  # a given name that is so frequent a word opens a sentence as that word: In, So, Will
_MIN_THEME_TEXTS = 10  # of a theme, for each that seems to name a person so
_COMMON_ZIPF = 3.2  # more common words are names only if the window says so
_MIN_SHOUTED = 5  # letters of a word in capitals that is hardly an abbreviation
_SHOUTED_ZIPF = 2.5  # frequency of a word that one outlet alone prints in capitals, for emphasis
_MAX_ACRONYM_WORD = 2  # longer words in capitals may be printed so for emphasis
_LINKS = frozenset({"of", "for", "and", "the", "&"})
ACRONYM = re.compile(r"[^\W\d_a-z](?:[^\W\d_a-z]|[&.\d-])+\Z")


class NameReader:
    """Reads the names of articles in one language, and remembers what it judged of each.

    Args:
        statistics: use of words in the window.
        names: use of names in the window.
        language: ISO 639-1.
    """

    def __init__(self, statistics: WordStatistics, names: NameStatistics, language: str) -> None:
        self.statistics = statistics
        self.names = names
        self._function_words = function_words(language)
        self._name_words: dict[str, bool] = {}
        self._names_by_form: dict[str, bool] = {}
        self._known_words: dict[tuple[str, int], bool] = {}
        self._openings: dict[str, tuple[list[tuple[str, str]], str]] = {}
        self._themes: dict[str, bool] = {}
        self._refined: dict[str, list[str]] = {}
        # What others judge of names, by all that it depends on: most names are in many texts.
        self.spellings: dict[tuple[str, str], str] = {}
        self.types: dict[tuple[str, str, int, int, int, int, bool], str] = {}
        self.theme_names: dict[str, bool] = {}
        self.parts: dict[str, tuple[tuple[int, int], list[str], list[str], list[str]]] = {}
        self.outlet_parts: dict[str, tuple[str, str, bool]] = {}
        self.language = language
        self.words = load_name_words(language)
        self._rows = names.rows(language)

    def find(self, key: str) -> NameRow:
        """Return what the window knows of a folded name."""
        return self._rows.get(key, UNKNOWN)

    def read(self, article: Article, rank: int, known: Container[str]) -> dict[str, NameUse]:
        """Return the uses of names in an article, by their keys; `known` are those of the story's other articles."""
        own = set()
        for mention in article.mentions:
            _, key, _, capital, evidence, _, _ = mention
            if capital != Capital.EVIDENCE or key in own or evidence & Evidence.COMMON:
                continue
            if evidence & Evidence.QUOTED or self._is_name(mention.name, key):
                own.add(key)
        uses: dict[str, NameUse] = {}
        for mention in article.mentions:
            name, key, _, capital, evidence, _, _ = mention
            if evidence & Evidence.COMMON:
                continue
            if " " not in key:
                is_name = key in own or (capital != Capital.EVIDENCE and (key in known or self._is_known_word(mention)))
                names: Iterable[str] = (name,) if is_name else ()
            elif capital == Capital.EVIDENCE:
                names = self._refine(name) if key in own else ()
            else:
                names = self._confirm(mention, own, known)
            for each in names:
                each_key = key if each is name else fold_name(each)
                use = uses.get(each_key)
                if use is None:
                    use = uses[each_key] = NameUse(each_key, {}, {article.article_id})
                use.count(each, mention, rank)
        return uses

    def is_name_word(self, word: str) -> bool:
        """Return whether a folded word is hardly ever printed in small letters."""
        is_name = self._name_words.get(word)
        if is_name is None:
            parts = text.split_words(word) or [word]
            is_name = self._name_words[word] = self.statistics.is_name(parts, self.language)
        return is_name

    def _is_known_word(self, mention: Mention) -> bool:
        """Return whether the window has a single word as a name, see `_is_known`."""
        judged = mention.name, mention.capital
        is_known = self._known_words.get(judged)
        if is_known is None:
            key, is_loose = mention.key, mention.capital == Capital.NO_EVIDENCE
            is_known = self._known_words[judged] = self._is_known([mention.name], [key], (), (), is_loose=is_loose)
        return is_known

    def _confirm(self, mention: Mention, own: Container[str], known: Container[str]) -> Iterator[str]:
        """Yield the names in a mention of several words whose capitals are no evidence."""
        if mention.capital == Capital.FIRST:
            name = self._find_opening(mention, own, known)
            if name:
                yield from self._refine(name)
            return
        tokens, folded = mention.name.split(" "), mention.key.split(" ")
        i, n = 0, len(tokens)
        while i < n:
            end = n
            while end > i and not self._is_known(tokens[i:end], folded[i:end], own, known, is_loose=True):
                end -= 1
            end = max(end, self._find_person(folded, i))
            if end == i and i + 1 < n and self._may_be_surname(folded[i + 1], own, known):
                end += 2 * self._is_rare_name(folded[i])  # Uche Brask, where another text has Brask
            if end > i:
                yield from self._refine(" ".join(tokens[i:end]))
            i = max(end, i + 1)

    def _refine(self, name: str) -> Sequence[str]:
        """Return the names in one that is confirmed: without what stands around it, and each of two by itself."""
        if " " not in name:
            return (name,)
        names = self._refined.get(name)
        if names is None:
            names = self._refined[name] = self._split_neighbours(self._trim(name))
        return names

    def _trim(self, name: str) -> str:
        """Return a name without words around it that are no part of it; "" if nothing is left.

        These are an article before a place, the window's theme, common capitals after it, a nation before a better
        known name, and a description of a person: the UK, Hull COVID-19, Hull ICU, Lebanese Hezbollah, Zoologist Ida
        Brask.
        """
        tokens = name.split(" ")
        if fold_name(name) in self.words.places:
            return name
        if fold_name(tokens[0]) in self.words.articles and fold_name(" ".join(tokens[1:])) in self.words.places:
            return " ".join(tokens[1:])
        n = len(tokens)
        while len(tokens) > 1 and self._is_theme(tokens[-1]):
            tokens.pop()
            while len(tokens) > 1 and fold_name(tokens[-1]) in self._function_words:
                tokens.pop()  # Ostmark Task Force Against COVID-19
        if self._is_theme(tokens[0]) and find_head(fold_name(name).split(" ")) not in self.words.heads:
            del tokens[0]
        if len(tokens) < n and not (tokens and self._is_name(" ".join(tokens), fold_name(" ".join(tokens)))):
            return ""
        while len(tokens) > 1 and tokens[-1].isupper() and fold_name(tokens[-1]) in self.words.common_capitals:
            tokens.pop()
        if not tokens[0].isupper():  # Ida Brask RETURNS
            while (
                len(tokens) > 1
                and len(tokens[-1]) > _MAX_ACRONYM_WORD
                and tokens[-1].isupper()
                and "." not in tokens[-1]
                and not (self.is_name_word(fold_name(tokens[-1])))
            ):
                tokens.pop()
        tokens = tokens[: _count_shouted(tokens) or None]
        return " ".join(tokens[self._find_described(tokens) :])

    def _is_theme(self, token: str) -> bool:
        """Return whether a word in a name is the window's theme; neither places nor persons are."""
        if token not in self._themes:
            key = fold_name(token)
            self._themes[token] = (
                key not in self.words.places
                and key not in self.words.function_words
                and key not in self.words.heads
                and key not in self.words.given_names
                and self.find(key).persons * _MIN_THEME_TEXTS <= self.find(key).texts
                and self.statistics.is_theme(text.split_words(key))
            )
        return self._themes[token]

    def _find_described(self, tokens: Sequence[str]) -> int:
        """Return where a name begins after words that describe what it names: a nation, a role, an office, a place."""
        words, folded, n = self.words, [fold_name(token) for token in tokens], len(tokens)
        if folded[-1] in words.heads:
            return 0
        if folded[0] in words.demonyms and folded[0] not in words.directions:
            rest = " ".join(folded[1:])
            is_known = self.find(rest).texts > max(1, self.find(" ".join(folded)).texts)
            if is_known and (n > 2 or rest in words.places or zipf_frequency(rest, self.language) < _COMMON_ZIPF):
                return 1
        if folded[0] in words.titles or folded[0] in words.given_names or folded[0] in words.other_beginnings:
            return 0
        is_description = folded[0] in words.demonyms or folded[0] in words.places or not self.is_name_word(folded[0])
        if is_description or ACRONYM.match(tokens[0]):
            for start in range(1, n - 1):
                is_person = self._is_given_name(folded[start]) or self.find(" ".join(folded[start:])).persons > 1
                if is_person and all(map(self.is_name_word, folded[start:])):
                    return start
        return 0

    def _split_neighbours(self, name: str) -> list[str]:
        """Return both of two well-known names that a headline or a label put side by side: Ida Brask Zoom."""
        if not name:
            return []
        folded = fold_name(name).split(" ")
        n = len(folded)
        if n > 1 and folded[-1] in self.words.platforms:
            return name.rsplit(" ", 1)
        if n < 3 or folded[-1] in self.words.heads or self.find(" ".join(folded)).texts >= _MIN_TEXTS:
            return [name]
        first, last = self.find(" ".join(folded[:-1])), self.find(folded[-1])
        if first.texts < _MIN_TEXTS or last.texts < _MIN_WORD_TEXTS or not self.is_name_word(folded[-1]):
            return [name]
        tokens = name.split(" ")
        return [" ".join(tokens[:-1]), tokens[-1]]

    def _is_given_name(self, word: str) -> bool:
        """Return whether a folded word is a given name, and hardly ever anything else."""
        return word in self.words.given_names and (
            word not in self._function_words or zipf_frequency(word, self.language) < _FREQUENT_ZIPF
        )

    def _find_opening(self, mention: Mention, own: Container[str], known: Container[str]) -> str:
        """Return the name in the words that open a sentence; "" if there is none."""
        found = self._openings.get(mention.name)
        if found is None:
            found = self._openings[mention.name] = self._judge_opening(mention.name, mention.key)
        ends, judged = found
        for key, name in ends:
            if key in own or key in known:
                return name
        return judged

    def _judge_opening(self, name: str, key: str) -> tuple[list[tuple[str, str]], str]:
        """Return the name that the window knows in words that open a sentence, or "", and the longer ends of these.

        An end, folded and as printed, is the name instead if the article or the story has it.
        """
        tokens, folded = name.split(" "), key.split(" ")
        n = len(tokens)
        ends: list[tuple[str, str]] = []
        for start in range(n > 1 and folded[0] in self.words.articles, n):
            end = " ".join(tokens[start:])
            if self._is_known(tokens[start:], folded[start:], (), ()):
                return ends, end
            ends.append((" ".join(folded[start:]), end))
            first = folded[start]
            if start + 1 < n and self._is_given_name(first) and self.is_name_word(folded[start + 1]):
                return ends, end
            if n == 1 or first in self._function_words or first in self.words.no_names:
                continue
            if self._may_begin_name(first) or find_head(folded[start:]) in self.words.heads:
                return ends, end if self._is_name(end, " ".join(folded[start:])) else ""
        return ends, ""

    def _may_begin_name(self, word: str) -> bool:
        """Return whether a folded word that opens a sentence may begin a name: a rare word, if the window is silent."""
        if word in self.words.given_names or word in self.words.places:
            return True
        is_frequent = self.statistics.document_frequency(word, self.language) >= _MIN_WORD_TEXTS
        return self.is_name_word(word) and (is_frequent or zipf_frequency(word, self.language) < _COMMON_ZIPF)

    def _is_known(
        self,
        tokens: Sequence[str],
        folded: Sequence[str],
        own: Container[str],
        known: Container[str],
        *,
        is_loose: bool = False,
    ) -> bool:
        """Return whether the article, the story or the window has words as a name where their capitals are evidence."""
        key = " ".join(folded)
        if key in own or key in known:
            return True
        min_texts = _MIN_WORD_TEXTS if is_loose and len(tokens) == 1 else _MIN_TEXTS
        is_common = key in self.words.places or key in self.words.organisations or self.find(key).texts >= min_texts
        return is_common and self._is_name(" ".join(tokens), key)

    def _find_person(self, folded: Sequence[str], start: int) -> int:
        """Return where a person's name ends that begins with a common given name; `start` if none does."""
        words = folded[start : start + _MAX_PERSON_WORDS]
        if not self._is_given_name(words[0]) or not self.is_name_word(words[0]):
            return start
        n = len(words)
        while n > 1 and (not self.is_name_word(words[n - 1]) or words[n - 1] in self.words.no_names):
            n -= 1
        return start + n if n > 1 else start

    def _may_be_surname(self, word: str, own: Container[str], known: Container[str]) -> bool:
        return (word in own or word in known) and word not in self.words.places and word not in self.words.organisations

    def _is_rare_name(self, word: str) -> bool:
        """Return whether a folded word in a title is hardly known but as a name."""
        words = self.words
        is_plain = word not in words.no_names and word not in words.all_roles and word not in words.heads
        return is_plain and self.is_name_word(word) and zipf_frequency(word, self.language) < _COMMON_ZIPF

    def _is_name(self, name: str, key: str) -> bool:
        """Return whether capitals inside a sentence make a name."""
        is_name = self._names_by_form.get(name)
        if is_name is None:
            is_name = self._names_by_form[name] = self._judge_name(name, key)
        return is_name

    def _judge_name(self, name: str, key: str) -> bool:
        words = self.words
        if " " not in key:
            return self._is_single_name(name, key)
        parts = key.split(" ")
        if key in words.places or key in words.organisations:
            return True  # the United States
        if all(part in words.no_names or part in words.body_heads for part in parts) or key in words.no_names:
            return False
        if self._is_inhabitant(key):
            return False
        if any(self.is_name_word(part) for part in parts if part not in words.no_names):
            return True
        if not self._function_words.isdisjoint(part for part in parts if part not in _LINKS):
            return False
        row = self.find(key)
        is_frequent = row.texts >= _MIN_PHRASE_TEXTS and row.outlets >= _MIN_PHRASE_OUTLETS
        return is_frequent or find_head(parts) in words.organisation_heads

    def _is_single_name(self, name: str, key: str) -> bool:
        words = self.words
        if (
            len(key) < 2
            or key in words.no_names
            or key in words.all_roles
            or key in words.titles
            or self._is_inhabitant(key)
        ):
            return False
        if key in words.places or key in words.organisations:
            return True
        if name.isupper() and self.find(key).full[:1].isupper():
            return True  # WHO, which others write out
        # German capitalises every noun.
        if self.language == "de" and not ACRONYM.match(name) and not self.find(key).full:
            return False
        is_shouted = len(name) >= _MIN_SHOUTED and name.isupper() and self.find(key).outlets < _MIN_PHRASE_OUTLETS
        if is_shouted and zipf_frequency(key, self.language) >= _SHOUTED_ZIPF:
            return False
        is_head = key in words.heads and not ACRONYM.match(name)
        return self.is_name_word(key) and (not is_head or self.find(key).texts >= _MIN_PHRASE_TEXTS)

    def _is_inhabitant(self, key: str) -> bool:
        """Return whether a word is a place with an ending, or a compound of nations: Londoners, British-Egyptian."""
        if "-" in key and self.words.demonyms.issuperset(key.split("-")):
            return True
        return key.endswith(_INHABITANTS) and any(
            key.endswith(end) and len(key) >= len(end) + _MIN_PLACE and key.removesuffix(end) in self.words.places
            for end in _INHABITANTS
        )


def _count_shouted(tokens: Sequence[str]) -> int:
    """Return the number of words in capitals that a column begins with, before its other words: IDA BRASK The."""
    n = 0
    while n < len(tokens) and tokens[n].isupper() and len(tokens[n]) > _MAX_ACRONYM_WORD:
        n += 1
    return n if 1 < n < len(tokens) and max(map(len, tokens[:n])) >= _MIN_SHOUTED else 0


def find_head(parts: Sequence[str]) -> str:
    """Return the word that says what a name names: the last one, or the one before "of" or "for"."""
    for link in ("of", "for", "de", "du", "del"):
        if link in parts[1:]:
            return parts[parts.index(link) - 1]
    return parts[-1].partition("-")[0]
