"""Property-based tests: the same examples in every run, and no deadline of an example."""

from hypothesis import settings

settings.register_profile("engine", deadline=None, max_examples=40, derandomize=True)
settings.load_profile("engine")
