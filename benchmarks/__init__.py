"""Benchmarks, and runs under stress."""
