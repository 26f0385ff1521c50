"""Benchmarks: `python -m bench` measures the browser, the core and a class of learners, and writes bench/results.md."""
