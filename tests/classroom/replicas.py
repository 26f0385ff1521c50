"""Two replicas with one Redis, and in front of them a proxy with the settings of `deploy`."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.request import urlopen

from tools.serving import ROOT, Server, free_port, running

from .conftest import needed


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), **more}


@contextmanager
def twins(logs: Path, redis_url: str) -> Iterator[list[Server]]:
    """Two servers that share their classes."""
    same = environment(ATLAS_REDIS_URL=redis_url)
    with ExitStack() as stack:
        yield [stack.enter_context(running(Server(logs / f"{name}.txt", environment=same))) for name in "ab"]


def haproxy(folder: Path, port: int, replicas: list[Server]) -> list[str]:
    """deploy/haproxy.cfg with these replicas in place of those that Docker would name."""
    text = (ROOT / "deploy" / "haproxy.cfg").read_text(encoding="utf-8").replace("bind :8080", f"bind 127.0.0.1:{port}")
    lines = [f"  server {n} 127.0.0.1:{each.port}" for n, each in enumerate(replicas)]
    text = replaced(text, "  server-template atlas 1-16 atlas:8501 resolvers docker init-addr none", "\n".join(lines))
    (folder / "haproxy.cfg").write_text(text, encoding="utf-8")
    return [needed("haproxy"), "-db", "-f", str(folder / "haproxy.cfg")]


def nginx(folder: Path, port: int, replicas: list[Server]) -> list[str]:
    """deploy/nginx.conf with these replicas."""
    text = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    for name, each in zip(("10.0.0.11:8501", "10.0.0.12:8501"), replicas, strict=True):
        text = replaced(text, name, f"127.0.0.1:{each.port}")
    text = replaced(text, "listen 80;", f"listen 127.0.0.1:{port};")
    text = replaced(text, "/run/nginx.pid", str(folder / "nginx.pid"))
    paths = [f"{each}_temp_path {folder}/{each};" for each in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")]
    text = replaced(text, "  access_log off;", "\n".join(["  access_log off;", *paths]))
    (folder / "nginx.conf").write_text(text, encoding="utf-8")
    return [needed("nginx"), "-c", str(folder / "nginx.conf"), "-e", "stderr"]


def replaced(text: str, before: str, after: str) -> str:
    assert before in text
    return text.replace(before, after)


PROXIES = {"nginx": nginx, "haproxy": haproxy}


@contextmanager
def proxied(name: str, folder: Path, replicas: list[Server]) -> Iterator[str]:
    """The address of a proxy in front of the replicas."""
    port = free_port()
    with (folder / "proxy.txt").open("wb") as log:
        process = subprocess.Popen(PROXIES[name](folder, port, replicas), stdout=log, stderr=log)
    try:
        wait_for(port, process, folder / "proxy.txt")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(400):
        assert process.poll() is None, log.read_text()
        try:
            with urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.05)
    raise AssertionError(log.read_text())
