"""Writes the files of `summaries/names/places/` anew: names from CLDR, as Babel packages it, and ids of time zones.

Command: `python -m tests.pipeline.summaries.names.cldr_places`.
"""

from __future__ import annotations

import sys

from babel import Locale, localedata

from newsfold.summaries.names.gazetteer import FOLDER

# The languages that wordfreq knows, and Slovenian; CLDR files Tagalog under Filipino.
LANGUAGES = (
    "ar bg bn bs ca cs da de el en es fa fi fr he hi hr hu id is it ja ko lt lv mk ms nb nl pl pt ro ru sk sl sr sv ta "
    "tl tr uk ur vi zh"
)
_NO_PLACES = ("001", "EU", "EZ", "UN")  # the world; unions
_NO_CITIES = ("Etc/", "Antarctica/")


def collect_places(language: str) -> list[str]:
    """Return the names of countries, continents and the cities of time zones in a language, ascending."""
    localedata._cache.clear()  # see `tests.pipeline.times.cldr_names`
    locale = Locale.parse(language)
    names = {str(name) for code, name in locale.territories.items() if str(code) not in _NO_PLACES}
    for zone in map(str, Locale.parse("ar").time_zones):
        if not zone.startswith(_NO_CITIES) and "/" in zone:
            city = locale.time_zones.get(zone, {}).get("city")
            if city is not None:
                names.add(str(city))
            elif language == "en":
                names.add(zone.split("/")[-1].replace("_", " "))
    return sorted(name for name in names if len(name) > 1)


def main() -> None:
    """Write all files."""
    for language in LANGUAGES.split():
        places = collect_places(language)
        (FOLDER / f"{language}.txt").write_text("\n".join(places) + "\n", encoding="utf-8")
        sys.stdout.write(f"{language}: {len(places)}\n")


if __name__ == "__main__":
    main()
