"""Files of the browser's that tools write are today's."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.functions import files


@pytest.mark.parametrize("path", files(), ids=lambda path: path.name)
def test_a_generated_file_is_todays(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == files()[path], "run `make functions`"
