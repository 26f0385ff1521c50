"""What a process with a heap full of holes gives back to the machine."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

HOLES = """
import os
from pathlib import Path

import numpy as np

from ui.memory import give_back, share_pools

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20

share_pools()
texts = [[np.ones(8000) for _ in range(40)] for _ in range(40)]  # 100 MB in pieces of 64 kB
for text in texts:
    del text[1::2]
before = resident()
give_back()
print(before - resident())
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="the C library is not GNU's")
def test_what_lies_free_between_arrays_that_are_kept_goes_back_to_the_machine() -> None:
    found = subprocess.run([sys.executable, "-c", HOLES], check=True, stdout=subprocess.PIPE, text=True).stdout
    assert float(found) > 30  # megabytes of the 50 that are free
