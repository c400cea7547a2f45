"""The line rules: which lines of a text are bylines, captions, credits and the like, and what is left as body.

Shared by plain text scrapes, where all rules apply, and texts whose title is known, where only the safe ones do.
A line of running text is never taken for anything else: the rules ask for a line's whole shape and its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from newsfold import text
from newsfold.extraction import datelines, names, page_furniture, publisher_names, republished, times

_FEW_WORDS = 20
_LONGEST_CREDIT = 90  # words
_MOST_LOOSE_LINES = 3  # more short lines in a row are a list, not captions
_CONTRIBUTORS = re.compile(
    r"^\W?(?:(?:(?:additional|further) )?reporting (?:was|were|is) contributed by\b"
    r"|contribut(?:ing|ors?)\s*:|additional (?:reporting|research|writing)\b.{0,30}\bby\b"
    r"|(?:reporting|writing|editing|compiled|written|edited) by (?=[A-Z])"
    r"|with (?:files|reporting|additional reporting|contributions|information|inputs?|material) (?:from|by)\b"
    r"|con (?:información|informaciones|aportes) de\b|mit material (?:von|der)\b)",
    re.IGNORECASE,
)
_CONTRIBUTED = re.compile(
    r"\bcontributed (?:reporting|research|to (?:this|the) (?:report|reporting|article|story|piece))"
    r"(?: from [^.]{1,60})?\W*$",
    re.IGNORECASE,
)
_LABELLED = {
    "categories": re.compile(
        r"^(?:categor(?:y|ies)\s*:|(?:filed|posted) (?:under|in)\s*:?\s|categorías?\s*:)\s*", re.IGNORECASE
    ),
    "tags": re.compile(
        r"^(?:tags?|tagged(?: with| as)?|keywords|topics|etiquetas|schlagwörter|mots-clés)\s*:\s*", re.IGNORECASE
    ),
}
_CORRECTION = re.compile(
    r"^\W?(?:corrections?|clarification|editor(?:['’]s|s['’])? note)\b[^:.—–]{0,40}[:—–]"
    r"|^\W?(?:this (?:article|story|post|report|version|piece)|the headline of this \w+)"
    r" (?:was|has been) (?:updated|corrected|amended|revised|edited)\b"
    r"|^\W?an earlier version of this (?:article|story|post|report|headline|piece)\b",
    re.IGNORECASE,
)
_COPYRIGHT = re.compile(
    r"^(?:©|(?:\(c\)|copyright)(?: ©| \(c\))? ?(?:\d{4}|by\b)|all rights reserved\W*$"
    r"|this material may not be published\b)",
    re.IGNORECASE,
)
_COMPANY = re.compile(
    r"(?:,? (?:company|co|inc|ltd|llc|limited|plc|gmbh|media group|corporation|corp)\b\.?)+$", re.IGNORECASE
)
_COPYRIGHT_SIGNS = re.compile(r"^\W*(?:\(c\)|copyright)?\W*(?:\(c\)|©)?\s*(?:\d{4})?\s*(?:by )?", re.IGNORECASE)
_JUNK = re.compile(
    r"^(?:advertisement|(?:continue|keep) reading\b.{0,60}|continue at .{1,40}|read (?:on|more)(?: at .{1,40})?[ →»…]*"
    r"|read the full (?:article|story)\b.{0,40}|(?:seguir|continuar) leyendo|leer más|lire la suite|weiterlesen"
    r"|(?:story|article) continues below(?: advertisement)?|skip to .{1,30}|share|tweet|pin it|print|e-?mail|facebook"
    r"|twitter|whatsapp|\[?…\]?)\.?$",
    re.IGNORECASE,
)
_FEED_SIGNATURE = re.compile(r"^The post .{1,200} (?:appeared first|first appeared) on .{1,80}$")
_LINK = re.compile(
    r"^(?:read (?:more|also|next)|also read|related|see also|more|lee también|lire aussi|lesen sie auch)\s*: ",
    re.IGNORECASE,
)
_SOURCE = re.compile(r"^(?:source|fuente|quelle|via|from)\s*:\s*", re.IGNORECASE)
_CAPTION_LABEL = re.compile(
    r"^\W?(?:(?:file |handout |courtesy )?(?:photo|picture|image|photograph|foto|bild|caption)s?(?: \w+)?\s*[:/]"
    r"|photo(?:graph)?s? by\b|(?:photo |image |picture )?credits?\s*:|(?:ap|afp|epa|reuters|getty) (?:photo|images)\b"
    r"|file photo\b)",
    re.IGNORECASE,
)
_CAPTION_CREDIT = re.compile(
    r"(?:\((?:photo|image|picture|credit|foto|file|ap photo|afp|getty|reuters|[^()]{1,40}/[^()]{1,40})[^()]{0,80}\)\.?"
    r"|(?:photo|image|credit|picture)\s*: .{1,60}|getty images|/(?:afp|ap|reuters|epa|getty)\b[^.]{0,30}|\bphotos?"
    r"|courtesy of [^.]{1,40})$",
    re.IGNORECASE,
)
_SMALL = frozenset({"", "for", "via", "of", "the", "and", "de", "der", "van", "von"})
_TAIL_CREDIT = re.compile(r"[.!?][\"”’)]*\s+(?P<credit>[^.!?]{3,70}|(?:[A-Z]\.\s?)*[^.!?]{3,60})$")


@dataclass
class Told:
    """What a text's lines said: its body, and the facts that stood around it."""

    paragraphs: list[str] = field(default_factory=list)
    authors: list[str] = field(default_factory=list)
    agency: str | None = None
    syndicated_from: str | None = None
    dateline: str | None = None
    published_at: str | None = None
    extras: list[tuple[str, str]] = field(default_factory=list)

    def credit(self, institution: str, agency: str | None = None) -> None:
        """Note who a text comes from; the first credit stands, a longer form of it replaces it.

        Args:
            institution: an outlet or an agency.
            agency: newsfold's name for it, where it is known to be an agency.
        """
        agency = agency or publisher_names.agency(institution)
        if agency is None:
            self.syndicated_from = self.syndicated_from or institution
        elif self.agency is None or (len(agency) > len(self.agency) and publisher_names.resembles(agency, self.agency)):
            self.agency = agency


def read(lines: list[str], *, scrape: bool) -> Told:
    """Sort the lines of a text into body and facts.

    Args:
        lines: its paragraphs in order, normalised, none empty, the title not among them.
        scrape: apply all rules; else only those that are safe in text that is known to be an article's.

    Returns:
        Every line is in the paragraphs, in a fact, or was page furniture.
    """
    told = Told()
    if len(lines) == 1 and not scrape:
        # A summary in one line is the body, whatever it looks like.
        told.paragraphs = list(lines)
        _take_dateline(told)
        return told
    article, after = page_furniture.split(lines, furniture=scrape)
    first, second, last = _prose_bounds(article)
    kept: list[tuple[int, str]] = []
    values_next: str | None = None  # `Categories:` alone on its line: the next one holds them
    for at, line in enumerate(article):
        head, tail = at <= second, at > last
        if values_next and not page_furniture.is_prose(line):
            told.extras.append((values_next, line))
            values_next = None
            continue
        values_next = _label_alone(line) if tail else None
        if values_next or _take(told, line, head=head, tail=tail, scrape=scrape):
            continue
        kept.append((at, line))
    for line in after:
        _take_labelled(told, line) or _take_date(told, line)
    told.paragraphs = [line for at, line in kept if first <= at <= last or not scrape]
    if scrape and first < len(article):
        loose_head = [line for at, line in kept if at < first]
        loose_tail = [line for at, line in kept if at > last]
        told.paragraphs = _without_captions(told, loose_head) + told.paragraphs + _without_captions(told, loose_tail)
    elif scrape:
        told.paragraphs = [line for _, line in kept]
    _take_dateline(told)
    return told


def byline(line: str, *, prefixed: bool) -> names.Credit | None:
    """The people and outlets of a byline, or None where the line is anything else.

    Args:
        line: one whole line.
        prefixed: only with a `By`; else also `NAME, OUTLET` and `NAME in PLACE and NAME in PLACE`.
    """
    stated = names.BY.match(line)
    if len(line.split()) > _FEW_WORDS or (prefixed and not stated):
        return None
    undated, _ = times.split_tail(line)
    credit = names.read_credit(undated)
    if credit.rest or (page_furniture.ends_sentence(line) and not re.search(r"\b(?:[A-Z]|Jr|Sr)\.$", line)):
        return None
    if stated:
        anonymous = not credit.names and not credit.institutions
        whole = any(" " in name or name[-1:].isdigit() for name in credit.names) or bool(credit.institutions)
        return credit if whole or (anonymous and names.is_role(line)) else None
    if not all(len(name.split()) in {2, 3} for name in credit.names):
        return None
    placed = len(credit.names) > 1 and re.search(r"\sin\s[A-Z]", line)
    return credit if credit.names and (credit.institutions or placed) else None


def is_caption(line: str) -> bool:
    """Does this line carry a photo credit, or call itself a caption?"""
    if len(line.split()) > 60:
        return False
    if _CAPTION_LABEL.match(line) and len(line.split()) <= 40:
        return True
    if page_furniture.ends_sentence(line.removesuffix(")").removesuffix(").")) and not line.endswith((")", ").")):
        return False
    if _CAPTION_CREDIT.search(line) and len(line.split()) > 1:
        return True
    tail = _TAIL_CREDIT.search(line)
    return bool(tail) and _is_photo_credit(tail["credit"]) if tail else False


def date_of(line: str) -> str | None:
    """The date that a whole line consists of, with or without `Published`, or None."""
    if len(line.split()) > _FEW_WORDS or not re.search(r"\d", line):
        return None
    stated = times.LABEL.match(line)
    words = (line[stated.end() :] if stated else line).split()
    for end in range(min(len(words), 9), 0, -1):
        rest = words[end:]
        if rest and not (stated and rest[0].casefold().strip("|•·,") in {"by", "in", "at", "under", "von", "por", ""}):
            continue
        raw = " ".join(words[:end]).rstrip(",|")
        if times.parse(raw, "UTC") and not raw.isdigit():
            return raw
    return None


def _prose_bounds(lines: list[str]) -> tuple[int, int, int]:
    """Where the first, the second and the last paragraph of running text stand (past the end, without any)."""
    prose = [
        at
        for at, line in enumerate(lines)
        if page_furniture.is_prose(line)
        and not any(rule(line) for rule in (_contributors, republished.outlet_of, is_caption, _is_note))
    ]
    if not prose:
        return len(lines), len(lines), -1
    return prose[0], prose[min(1, len(prose) - 1)], prose[-1]


def _take(told: Told, line: str, *, head: bool, tail: bool, scrape: bool) -> bool:
    """Take a line out of the body where a rule says what it is; True where one did."""
    rules: list[Callable[[Told, str], bool]] = [_take_contributors, _take_republished]
    if tail or scrape:
        rules += [_take_labelled]
    if (_JUNK.match(line) and not page_furniture.is_prose(line)) or _FEED_SIGNATURE.match(line):
        return True
    if scrape:
        rules += [_take_note, _take_caption]
        if _LINK.match(line) and not page_furniture.ends_sentence(line) and len(line.split()) <= 30:
            return True
    if head or tail:
        rules += [_take_date]
        rules += [lambda told, line: _take_byline(told, line, prefixed=not (scrape and head))]
        # Above the text only what a list knows; below it in a scrape whatever looks like a newspaper.
        accepted = publisher_names.is_known if head else publisher_names.is_outlet if scrape else publisher_names.agency
        rules += [lambda told, line: _take_credit(told, line, accepted=accepted)]
    return any(rule(told, line) for rule in rules)


def _take_byline(told: Told, line: str, *, prefixed: bool) -> bool:
    credit = byline(line, prefixed=prefixed)
    if credit is None:
        return False
    told.authors += [name for name in credit.names if name not in told.authors]
    for institution in credit.institutions:
        told.credit(institution)
    _, date = times.split_tail(line)
    told.published_at = told.published_at or date
    return True


def _take_credit(told: Told, line: str, *, accepted: Callable[[str], object]) -> bool:
    bare = _COPYRIGHT_SIGNS.sub("", _SOURCE.sub("", line.strip(" ()[]—–-•|*"))).rstrip(".")
    if len(bare.split()) > 6 or not accepted(bare):
        return False
    told.credit(bare)
    return True


def _take_contributors(told: Told, line: str) -> bool:
    if not _contributors(line):
        return False
    told.extras.append(("contributors", line.strip("()[] ")))
    return True


def _take_republished(told: Told, line: str) -> bool:
    outlet = republished.outlet_of(line)
    if outlet is None:
        return False
    told.credit(outlet)
    told.extras.append(("republished", line))
    return True


def _contributors(line: str) -> bool:
    stated = _CONTRIBUTORS.match(line) or ("contributed" in line and _CONTRIBUTED.search(line))
    if not stated or len(line.split()) > _LONGEST_CREDIT:
        return False
    said = line.casefold()
    if not page_furniture.ends_sentence(line) or "reporting was contributed" in said or "additional reporting" in said:
        return True
    # "Reporting by the commission found …" is a sentence: credits are mostly names.
    words = [word for word in line.split() if word[:1].isalpha()]
    return sum(word[:1].isupper() for word in words) >= 0.4 * len(words)


def _take_labelled(told: Told, line: str) -> bool:
    for key, label in _LABELLED.items():
        match = label.match(line)
        if match and len(line.split()) <= 60 and not page_furniture.is_prose(line):
            value = line[match.end() :].strip(" |,;")
            if value:
                told.extras.append((key, value))
            return True
    return False


def _label_alone(line: str) -> str | None:
    return next(
        (key for key, label in _LABELLED.items() if (match := label.match(line + " ")) and match.end() >= len(line)),
        None,
    )


def _is_note(line: str) -> bool:
    return bool(_CORRECTION.match(line) or (_COPYRIGHT.match(line) and len(line.split()) <= 60))


def _take_note(told: Told, line: str) -> bool:
    if _CORRECTION.match(line):
        told.extras.append(("correction", line))
    elif _COPYRIGHT.match(line) and len(line.split()) <= 60:
        told.extras.append(("copyright", line))
        owner = re.sub(
            r"^\W*(?:\(c\)|copyright)?\W*(?:\(c\)|©)?\s*(?:\d{4})?\s*(?:by )?",
            "",
            line.split(". ", maxsplit=1)[0],
            flags=re.IGNORECASE,
        )
        owner = _COMPANY.sub("", owner)
        if publisher_names.is_known(owner):
            told.credit(owner)
    else:
        return False
    return True


def _take_date(told: Told, line: str) -> bool:
    date = date_of(line)
    if date is None:
        return False
    if not told.published_at or told.published_at == date:
        told.published_at = date
    return True


def _take_caption(told: Told, line: str) -> bool:
    if not is_caption(line):
        return False
    told.extras.append(("caption", line))
    return True


def _without_captions(told: Told, lines: list[str]) -> list[str]:
    """Lines outside the running text that are sentences or a list; a few loose ones are captions."""
    loose = [line for line in lines if not page_furniture.ends_sentence(line)]
    if len(loose) > _MOST_LOOSE_LINES:
        return lines
    told.extras += [("caption", line) for line in loose if len(line.split()) >= 4]
    return [line for line in lines if page_furniture.ends_sentence(line)]


def _take_dateline(told: Told) -> None:
    for at, paragraph in enumerate(told.paragraphs[:2]):
        found = datelines.split(paragraph)
        if found:
            told.paragraphs[at] = found.rest
            told.dateline = found.place
            if found.agency or found.outlet:
                told.credit(found.agency or found.outlet or "", found.agency)
            break
    last = told.paragraphs[-1] if told.paragraphs else ""
    # `(AP)` closes many a report that opened with it.
    if told.agency and last.startswith("(") and len(last.split()) <= 3 and publisher_names.resembles(last, told.agency):
        told.paragraphs.pop()


def _is_photo_credit(credit: str) -> bool:
    words = re.split(r"[ /]", credit)
    if len(words) > 9 or not all(word[:1].isupper() or word.casefold() in _SMALL for word in words):
        return False
    people = re.split(r"\s?/\s?|\sfor\s|,\s|\svia\s", credit)
    return (
        names.is_name(people[0])
        or publisher_names.is_outlet(people[0])
        or text.split_words(credit)[-1] in {"photo", "images", "pictures"}
    )
