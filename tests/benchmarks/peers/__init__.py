"""newsfold beside what people would use instead: `python -m tests.benchmarks.peers --help`."""
