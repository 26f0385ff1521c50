"""The atlas as static files: see `build`."""
