"""The parts of `bench_mark.py`: what is done to marked sound, what is measured of it, and how it is told."""
