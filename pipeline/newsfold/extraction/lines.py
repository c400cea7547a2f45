"""Line rules: which lines of a text are bylines, captions, credits and the like, and which are its body.

Shared by plain text scrapes, to which all rules apply, and texts whose title is known, to which only the safe ones do.
A line of running text is never taken for anything else: the rules look at a line's whole shape and its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from newsfold import times
from newsfold.extraction import bylines, captions, datelines, page_furniture, publisher_names, republished, word_lists
from newsfold.extraction.parsed_text import ParsedText

_MAX_CREDIT_WORDS = 90
_MAX_LABELLED_WORDS = 60
_MAX_LINK_WORDS = 30
_MAX_CAPTIONS_IN_A_ROW = 3  # more short lines in a row are a list
_CONTRIBUTORS = re.compile(rf"^\W?{word_lists.load_alternatives('lines', 'contributors')}", re.IGNORECASE)
_CONTRIBUTED = re.compile(
    r"\bcontributed (?:reporting|research|to (?:this|the) (?:report|reporting|article|story|piece))"
    r"(?: from [^.]{1,60})?\W*$",
    re.IGNORECASE,
)
_LABELS = {
    name: re.compile(rf"^{word_lists.load_alternatives('lines', name)}\s*", re.IGNORECASE)
    for name in ("categories", "tags")
}
_CORRECTION = re.compile(rf"^\W?{word_lists.load_alternatives('lines', 'corrections')}", re.IGNORECASE)
_COPYRIGHT = re.compile(
    r"^(?:©|(?:\(c\)|copyright)(?: ©| \(c\))? ?(?:\d{4}|by\b)"
    rf"|{word_lists.load_alternatives('lines', 'copyright')})",
    re.IGNORECASE,
)
_COPYRIGHT_SIGNS = re.compile(r"^\W*(?:\(c\)|copyright)?\W*(?:\(c\)|©)?\s*(?:\d{4})?\s*(?:by )?", re.IGNORECASE)
_COMPANY = re.compile(rf"(?:,? {word_lists.load_alternatives('lines', 'company_words')}\b\.?)+$", re.IGNORECASE)
_NOISE = re.compile(rf"^{word_lists.load_alternatives('lines', 'noise')}\.?$", re.IGNORECASE)
_FEED_SIGNATURE = re.compile(r"^The post .{1,200} (?:appeared first|first appeared) on .{1,80}$")
# What a line within the running text begins with if it may be a fact: most do not, and no rule need look at them.
_FACT = re.compile(
    rf"\W?(?:The post |{word_lists.load_alternatives('lines', 'noise')}"
    rf"|{word_lists.load_alternatives('lines', 'contributors')}"
    rf"|{word_lists.load_alternatives('republished', 'statements')})",
    re.IGNORECASE,
)
_LINK = re.compile(rf"^{word_lists.load_alternatives('lines', 'links')}\s*: ", re.IGNORECASE)
_SOURCE = re.compile(rf"^{word_lists.load_alternatives('lines', 'sources')}\s*:\s*", re.IGNORECASE)


def parse_lines(lines: list[str], *, is_scrape: bool) -> ParsedText:
    """Sort the lines of a text into body and facts.

    Args:
        lines: its paragraphs in order, normalised, none empty, without the title.
        is_scrape: apply all rules; else only those that are safe in text that is known to be an article's.

    Returns:
        The parsed text: each line is in its paragraphs or in a fact, or was page furniture.
    """
    parsed = ParsedText()
    if len(lines) == 1 and not is_scrape:
        # A summary in one line is the body, whatever it looks like.
        parsed.paragraphs = list(lines)
        _take_dateline(parsed)
        return parsed
    article, after = page_furniture.split_at_furniture(lines, at_widgets=is_scrape)
    first, second, last = _find_prose(article)
    kept: list[tuple[int, str]] = []
    open_label: str | None = None  # `Categories:` alone on its line: the next one holds them
    for at, line in enumerate(article):
        in_head, in_tail = at <= second, at > last
        if not (in_head or in_tail or open_label or is_scrape or "contributed" in line or _FACT.match(line)):
            kept.append((at, line))
            continue
        if open_label and not page_furniture.is_prose(line):
            parsed.extras.append((open_label, line))
            open_label = None
            continue
        open_label = _find_bare_label(line) if in_tail else None
        if open_label or _take_line(parsed, line, in_head=in_head, in_tail=in_tail, is_scrape=is_scrape):
            continue
        kept.append((at, line))
    for line in after:
        _take_labelled(parsed, line) or _take_date(parsed, line)
    parsed.paragraphs = [line for at, line in kept if first <= at <= last or not is_scrape]
    if is_scrape and first < len(article):
        before_prose = [line for at, line in kept if at < first]
        after_prose = [line for at, line in kept if at > last]
        parsed.paragraphs = (
            _take_loose_captions(parsed, before_prose) + parsed.paragraphs + _take_loose_captions(parsed, after_prose)
        )
    elif is_scrape:
        parsed.paragraphs = [line for _, line in kept]
    _take_dateline(parsed)
    return parsed


def _find_prose(lines: list[str]) -> tuple[int, int, int]:
    """Return the places of the first, second and last paragraph of running text; past the end if there is none."""
    # Most lines are between them, and need not be looked at.
    prose = (at for at, line in enumerate(lines) if _is_running_text(line))
    first = next(prose, None)
    if first is None:
        return len(lines), len(lines), -1
    last = next(at for at in range(len(lines) - 1, -1, -1) if at == first or _is_running_text(lines[at]))
    return first, next(prose, first), last


def _is_running_text(line: str) -> bool:
    not_prose = (_is_contributors, republished.find_first_outlet, captions.is_caption, _is_correction, _is_copyright)
    return page_furniture.is_prose(line) and not any(matches(line) for matches in not_prose)


def _take_line(parsed: ParsedText, line: str, *, in_head: bool, in_tail: bool, is_scrape: bool) -> bool:
    """Take a line out of the body if a rule recognises it; return whether one did.

    Args:
        parsed: where facts are recorded.
        line: the line.
        in_head: the line stands before the second paragraph of running text.
        in_tail: the line stands after the last one.
        is_scrape: as for `parse_lines`.
    """
    if (_NOISE.match(line) and not page_furniture.is_prose(line)) or _FEED_SIGNATURE.match(line):
        return True
    if is_scrape and _is_link(line):
        return True
    if _take_contributors(parsed, line) or _take_republished(parsed, line):
        return True
    if (in_tail or is_scrape) and _take_labelled(parsed, line):
        return True
    if is_scrape and (_take_correction(parsed, line) or _take_copyright(parsed, line) or _take_caption(parsed, line)):
        return True
    if not (in_head or in_tail):
        return False
    # Above the text only listed publishers; below it in a scrape any name that looks like a newspaper's.
    is_credit: Callable[[str], object] = publisher_names.is_listed
    if not in_head:
        is_credit = publisher_names.is_publisher if is_scrape else publisher_names.resolve_agency
    return (
        _take_date(parsed, line)
        or _take_byline(parsed, line, require_by=not (is_scrape and in_head))
        or _take_credit(parsed, line, is_credit=is_credit)
    )


def _is_link(line: str) -> bool:
    is_label = bool(_LINK.match(line)) and not page_furniture.ends_sentence(line)
    return is_label and len(line.split()) <= _MAX_LINK_WORDS


def _take_byline(parsed: ParsedText, line: str, *, require_by: bool) -> bool:
    credit = bylines.parse_byline(line, require_by=require_by)
    if credit is None:
        return False
    parsed.authors += [name for name in credit.names if name not in parsed.authors]
    for publisher in credit.publishers:
        parsed.add_credit(publisher)
    _, date = times.split_trailing_date(line)
    parsed.published_at = parsed.published_at or date
    return True


def _take_credit(parsed: ParsedText, line: str, *, is_credit: Callable[[str], object]) -> bool:
    name = _COPYRIGHT_SIGNS.sub("", _SOURCE.sub("", line.strip(" ()[]—–-•|*"))).rstrip(".")
    if len(name.split()) > 6 or not is_credit(name):
        return False
    parsed.add_credit(name)
    return True


def _take_contributors(parsed: ParsedText, line: str) -> bool:
    if not _is_contributors(line):
        return False
    parsed.extras.append(("contributors", line.strip("()[] ")))
    return True


def _is_contributors(line: str) -> bool:
    matched = _CONTRIBUTORS.match(line) or ("contributed" in line and _CONTRIBUTED.search(line))
    if not matched or len(line.split()) > _MAX_CREDIT_WORDS:
        return False
    folded = line.casefold()
    if (
        not page_furniture.ends_sentence(line)
        or "reporting was contributed" in folded
        or "additional reporting" in folded
    ):
        return True
    # "Reporting by the commission found …" is a sentence: credits are mostly names.
    words = [word for word in line.split() if word[:1].isalpha()]
    return sum(word[:1].isupper() for word in words) >= 0.4 * len(words)


def _take_republished(parsed: ParsedText, line: str) -> bool:
    outlet = republished.find_first_outlet(line)
    if outlet is None:
        return False
    parsed.add_credit(outlet)
    parsed.extras.append(("republished", line))
    return True


def _take_labelled(parsed: ParsedText, line: str) -> bool:
    for name, label in _LABELS.items():
        match = label.match(line)
        if match and len(line.split()) <= _MAX_LABELLED_WORDS and not page_furniture.is_prose(line):
            value = line[match.end() :].strip(" |,;")
            if value:
                parsed.extras.append((name, value))
            return True
    return False


def _find_bare_label(line: str) -> str | None:
    """Return the name of the label if a line consists of nothing else."""
    return next(
        (name for name, label in _LABELS.items() if (match := label.match(line + " ")) and match.end() >= len(line)),
        None,
    )


def _is_correction(line: str) -> bool:
    return bool(_CORRECTION.match(line))


def _take_correction(parsed: ParsedText, line: str) -> bool:
    if not _is_correction(line):
        return False
    parsed.extras.append(("correction", line))
    return True


def _is_copyright(line: str) -> bool:
    return bool(_COPYRIGHT.match(line)) and len(line.split()) <= _MAX_LABELLED_WORDS


def _take_copyright(parsed: ParsedText, line: str) -> bool:
    if not _is_copyright(line):
        return False
    parsed.extras.append(("copyright", line))
    holder = _COMPANY.sub("", _COPYRIGHT_SIGNS.sub("", line.split(". ", maxsplit=1)[0]))
    if publisher_names.is_listed(holder):
        parsed.add_credit(holder)
    return True


def _take_date(parsed: ParsedText, line: str) -> bool:
    date = times.find_line_date(line)
    if date is None:
        return False
    parsed.published_at = parsed.published_at or date
    return True


def _take_caption(parsed: ParsedText, line: str) -> bool:
    if not captions.is_caption(line):
        return False
    parsed.extras.append(("caption", line))
    return True


def _take_loose_captions(parsed: ParsedText, lines: list[str]) -> list[str]:
    """Take lines outside the running text as captions if they are few and no sentences; return the others."""
    loose = [line for line in lines if not page_furniture.ends_sentence(line)]
    if len(loose) > _MAX_CAPTIONS_IN_A_ROW:
        return lines
    parsed.extras += [("caption", line) for line in loose if len(line.split()) >= 4]
    return [line for line in lines if page_furniture.ends_sentence(line)]


def _take_dateline(parsed: ParsedText) -> None:
    for at, paragraph in enumerate(parsed.paragraphs[:2]):
        dateline = datelines.parse_dateline(paragraph)
        if dateline:
            parsed.paragraphs[at] = dateline.rest
            parsed.dateline = dateline.place
            if dateline.agency or dateline.outlet:
                parsed.add_credit(dateline.agency or dateline.outlet or "", dateline.agency)
            break
    last = parsed.paragraphs[-1] if parsed.paragraphs else ""
    # `(AP)` closes many a report that opened with it.
    if (
        parsed.agency
        and last.startswith("(")
        and len(last.split()) <= 3
        and publisher_names.is_same_publisher(last, parsed.agency)
    ):
        parsed.paragraphs.pop()
