"""Measurements of Duixian against other tools, run by hand: ``python -m benchmarks.extraction``."""
