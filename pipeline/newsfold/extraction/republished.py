"""Lines in which a repost says where its text was first, such as `Originally published by The Guardian`."""

from __future__ import annotations

import re

from newsfold.extraction import publisher_names

_LONGEST = 40  # words
_STATED = re.compile(
    r"^\W?(?:(?:this|the)(?: \w+){0,2} (?:was |has been )?(?:originally|first|previously) "
    r"(?:appeared|published|posted|printed|ran)|re(?:published|printed|posted)(?: here)?(?: with permission)?"
    r"|dieser (?:artikel|text|beitrag) (?:erschien|ist) (?:zuerst|ursprünglich)(?: erschienen)?"
    r"|(?:este artículo (?:fue|se) )?public(?:ado|ó) originalmente"
    r"|cet article (?:a été|est) (?:initialement |d'abord )?(?:publié|paru)(?: initialement| d'abord)?)"
    r" (?:in|on|by|at|from|bei|auf|en|por|par|dans|sur) (?P<outlet>[^,;:(—–]{2,60}?)"
    r"(?:[.,;:(—–]*$|[,;:(—–]| (?:on|under|as|and is|am|el|le) )",
    re.IGNORECASE,
)


def outlet_of(line: str) -> str | None:
    """The outlet that the line says the text is from, where it is known for one or looks like one; else None."""
    stated = _STATED.match(line)
    outlet = stated["outlet"].strip(" .*") if stated else ""
    return outlet if outlet and len(line.split()) <= _LONGEST and publisher_names.is_outlet(outlet) else None
