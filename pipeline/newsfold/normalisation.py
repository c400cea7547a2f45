"""Texts in canonical Unicode, with plain spaces."""

from __future__ import annotations

import unicodedata

import numpy as np
import numpy.typing as npt

from newsfold.loops import compile_loop
from newsfold.text import normalise_characters


def normalise(text: str) -> str:
    """Return a text in canonical Unicode (NFC) with plain spaces, without invisible characters; newlines stay."""
    is_spaced, is_printable = _examine(np.frombuffer(text.encode(errors="surrogatepass"), np.uint8))
    if is_spaced and (is_printable or text.replace("\n", " ").isprintable()):
        return unicodedata.normalize("NFC", text).strip()  # no blank in it is other than a single space
    text = normalise_characters(text.replace("\r\n", "\n").replace("\r", "\n"))
    return "\n".join([" ".join(line.split()) for line in text.split("\n")]).strip()


@compile_loop
def _examine(content: npt.NDArray[np.uint8]) -> tuple[bool, bool]:
    """Examine a text in UTF-8.

    Returns:
        Whether its spaces are single ones within lines; and whether its other characters are surely printable, as all
        below U+0300 are but controls, and the marks of typography: other texts may be, too.
    """
    is_printable = True
    before = 0x0A
    for at in range(len(content)):
        byte = content[at]
        if byte == 0x20 or byte == 0x0A:
            if (before == 0x20 or (before == 0x0A and byte == 0x20)) and at > 0:
                return False, False
        elif byte == 0xE2 and is_printable:  # U+2010 to 2027, 20AC
            second, third = content[at + 1], content[at + 2]
            is_printable = (second == 0x80 and 0x90 <= third <= 0xA7) or (second == 0x82 and third == 0xAC)
        elif byte < 0x20 or byte == 0x7F or byte == 0xC2 or byte > 0xCB:
            is_printable = False
        before = byte
    return True, is_printable
