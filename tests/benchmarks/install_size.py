"""What the active environment takes on the disk: `python -m tests.benchmarks.install_size [--top N] [--extra NAME]`.

Prints the distributions that newsfold needs, directly or not, by the size of their installed files, the sum, and the
size of the user's cache with the converted model. Extras count only if `--extra` names them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from importlib import metadata
from pathlib import Path

from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from platformdirs import user_cache_path

from tests.benchmarks.command_line import create_parser


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = create_parser(__file__, __doc__)
    parser.add_argument("--top", type=int, default=20, metavar="N", help="print the N largest ones (default: 20)")
    parser.add_argument("--extra", action="append", default=[], help="count this extra of newsfold, too; repeatable")
    options = parser.parse_args(arguments)
    sizes = {name: measure_distribution(name) for name in find_requirements("newsfold", options.extra)}
    for name, size in sorted(sizes.items(), key=lambda item: (-item[1], item[0]))[: options.top]:
        sys.stdout.write(f"{size / 1e6:8.1f} MB  {name} {metadata.version(name)}\n")
    sys.stdout.write(f"{sum(sizes.values()) / 1e6:8.1f} MB  in all, {len(sizes)} distributions\n")
    cache = user_cache_path("newsfold")
    size = sum(file.stat().st_size for file in cache.rglob("*") if file.is_file())
    sys.stdout.write(f"{size / 1e6:8.1f} MB  {cache}\n")


def find_requirements(name: str, extras: Iterable[str] = ()) -> set[str]:
    """Return the names of a distribution and of all installed ones that it requires, directly or not."""
    environment = {key: str(value) for key, value in default_environment().items()}
    found: set[tuple[str, str]] = set()
    waiting = [(canonicalize_name(name), extra) for extra in ("", *extras)]
    while waiting:
        distribution, extra = pair = waiting.pop()
        if pair in found:
            continue
        try:
            requirements = metadata.requires(distribution) or []
        except metadata.PackageNotFoundError:
            continue  # of an optional dependency
        found.add(pair)
        for requirement in map(Requirement, requirements):
            if not requirement.marker or requirement.marker.evaluate(environment | {"extra": extra}):
                required = canonicalize_name(requirement.name)
                waiting += [(required, wanted) for wanted in ("", *requirement.extras)]
    return {distribution for distribution, _ in found}


def measure_distribution(name: str) -> int:
    """Return the size of the installed files of a distribution in bytes, compiled modules included."""
    files = metadata.files(name) or []
    paths = (Path(str(file.locate())) for file in files)
    return sum(path.stat().st_size for path in paths if path.is_file())


if __name__ == "__main__":
    main()
