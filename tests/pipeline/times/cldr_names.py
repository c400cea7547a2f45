"""Writes the names of `newsfold/times/cldr/` anew, from CLDR as Babel packages it.

Command: `python -m tests.pipeline.times.cldr_names`.
"""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path

from babel import Locale, localedata
from babel import __version__ as babel_version

from newsfold.times.names import FOLDER, load_words

_SPACE = "\ue000"  # within a name, where no line ends


def load_locale(code: str) -> Locale:
    """Return a locale whose data no other locale has changed.

    Babel keeps a name that one locale inherits in the data that all inherit from: after Azerbaijani, Korean has its
    stand-alone months.
    """
    localedata._cache.clear()
    return Locale.parse(code)


def collect_names(code: str) -> dict[str, list[list[str]]]:
    """Return a locale's names of months, weekdays (Monday first) and halves of the day, in all forms."""
    locale = load_locale(code)
    names = {
        "months": [_collect(locale.months, month) for month in range(1, 13)],
        "weekdays": [_collect(locale.days, weekday) for weekday in range(7)],
    }
    if "%(a)s" in str(locale.time_formats["short"].format):
        periods = locale.day_periods["format"]
        widths = [periods[width] for width in ("wide", "abbreviated") if width in periods]
        names["halves"] = [
            list(dict.fromkeys(str(width[half]) for width in widths if half in width)) for half in ("am", "pm")
        ]
    return names


def _collect(by_context: object, number: int) -> list[str]:
    names = [
        str(by_context[context][width][number])  # type: ignore[index]
        for context in ("format", "stand-alone")
        for width in ("wide", "abbreviated")
    ]
    return list(dict.fromkeys(names))


def render(script: str, codes: list[str]) -> str:
    """Return the file of one script: its languages, with the names of all their locales."""
    languages: dict[str, dict[str, list[list[str]]]] = {}
    for code in codes:
        merged = languages.setdefault(code.split("_")[0], {})
        for key, groups in collect_names(code).items():
            earlier = merged.get(key, [[] for _ in groups])
            merged[key] = [list(dict.fromkeys(old + new)) for old, new in zip(earlier, groups, strict=True)]
    lines = [
        f"# Names in the languages of one script ({script}), from CLDR by Babel {babel_version}; months from January,"
    ]
    lines += [
        "# weekdays from Monday, am and pm. Written by tests.pipeline.times.cldr_names: add others to words.yaml."
    ]
    for language, keys in languages.items():
        lines += [f"'{language}':"]
        for key, groups in keys.items():
            named = ", ".join(f"[{', '.join(map(_quote, group))}]" for group in groups)
            wrapped = textwrap.wrap(
                f"{key}: [{named}]", 118, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False
            )
            lines += [line.replace(_SPACE, " ") for line in wrapped]
    return "\n".join(lines) + "\n"


def _quote(name: str) -> str:
    return "'" + name.replace("'", "''").replace(" ", _SPACE) + "'"


def main(folder: Path = FOLDER) -> None:
    """Write all files."""
    for script, codes in load_words()["locales"].items():
        (folder / f"{script}.yaml").write_text(render(script, codes), encoding="utf-8")
        sys.stdout.write(f"{script}: {', '.join(codes)}\n")


if __name__ == "__main__":
    main()
