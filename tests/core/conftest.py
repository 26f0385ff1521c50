"""Property tests draw the same examples on every run, so that a red build can be repeated."""

from hypothesis import settings

settings.register_profile("core", derandomize=True, database=None, deadline=None, max_examples=60)
settings.load_profile("core")
