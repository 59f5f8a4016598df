"""Measures what docs/benchmarks.md promises: CPU seconds and peak memory of processes, never wall time."""
