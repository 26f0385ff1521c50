"""The run that the microscope shows where no model is installed: `python -m tools.microscope` records it again.

It needs the model all-MiniLM-L6-v2, from the extra `models`.
"""

from __future__ import annotations

from ui.microscope.answers import Asked, text_of
from ui.microscope.discoveries import BARK, MINILM
from ui.microscope.texts import RECORDED, record

if __name__ == "__main__":
    record(text_of(Asked(MINILM, BARK)), RECORDED)
