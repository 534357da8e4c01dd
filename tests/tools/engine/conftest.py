"""Property-based tests of the engine: the same examples in every run, and no stop-watch."""

from hypothesis import settings

settings.register_profile("engine", deadline=None, max_examples=60, derandomize=True)
settings.load_profile("engine")
