"""Scripts that the app exports, run where nothing of this project is known."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

# A process that knows nothing of this project runs one script after another: starting one for each took minutes.
RUNNER = """
import contextlib, io, json, sys
import numpy
for line in sys.stdin:
    with contextlib.redirect_stdout(io.StringIO()) as printed, numpy.printoptions():
        exec(compile(json.loads(line), "script", "exec"), {"__name__": "__main__"})
    print(json.dumps(printed.getvalue()), flush=True)
"""
ALONE = [sys.executable, "-I", "-W", "error", "-c"]
Running = Callable[[str], str]


@contextmanager
def running() -> Iterator[Running]:
    """Takes a script, gives what it prints."""
    with subprocess.Popen(
        [*ALONE, RUNNER], text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as elsewhere:
        written, read, failed = elsewhere.stdin, elsewhere.stdout, elsewhere.stderr
        assert written
        assert read
        assert failed

        def printed(code: str) -> str:
            written.write(json.dumps(code) + "\n")
            written.flush()
            line = read.readline()
            assert line, failed.read()
            return str(json.loads(line))

        yield printed
        written.close()
        assert not failed.read()
