"""The console command `attention-atlas`: starts the app with Streamlit, from wherever it is installed."""

from __future__ import annotations

import os
import sys
from pathlib import Path

APP = Path(__file__).parents[1] / "app.py"
MISSING = 'The app needs more than NumPy: pip install "attention-atlas[app]"'


def main() -> None:
    """Become `streamlit run app.py`; arguments such as --server.port=8600 are handed on."""
    try:
        import streamlit
    except ImportError:
        sys.exit(MISSING)
    _ = streamlit
    os.execv(sys.executable, [sys.executable, "-m", "streamlit", "run", str(APP), *sys.argv[1:]])
