"""The command line of a benchmark: its docstring is the help."""

from __future__ import annotations

import argparse
from pathlib import Path


def create_parser(file: str, docstring: str | None, epilog: str = "") -> argparse.ArgumentParser:
    """Return a parser without arguments for the benchmark in a file."""
    path = Path(file)
    name = path.parent.name if path.stem == "__main__" else path.stem
    return argparse.ArgumentParser(
        prog=f"python -m tests.benchmarks.{name}",
        description=docstring,
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
