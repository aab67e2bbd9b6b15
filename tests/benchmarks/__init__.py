"""Benchmarks: each figure beside its peer or limit in the same run; run with `make bench`, written down in README.md."""
