"""`python -m benchmarks.guard web --api …`: `flyt` under watch, for what it reaches beyond itself.

Connections, look-ups of hosts and programs are prevented and told, and files beyond Flyt's own
folders are told, each as a line of the file that `FLYT_BENCH_REACHED` names. Python tells of them
before they happen (PEP 578). uvloop connects behind Python's back, so asyncio's own loop runs.
What the database's driver does in C is not seen: it is given one address and no other.
"""

from __future__ import annotations

import asyncio
import os
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import Any

import uvloop

from runtime.cli import main

REACHED = "FLYT_BENCH_REACHED"  # a file
PORTS = "FLYT_BENCH_PORTS"  # on this machine: of the database, of Redis and the server's own

_CONNECTS = ("socket.connect", "socket.sendto", "socket.sendmsg")
_LOOKS_UP = ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr")
_PROGRAMS = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.spawn")
_HERE = (None, "", "127.0.0.1", "localhost", b"127.0.0.1")
_ROOT = Path(__file__).parents[1]
_OF_THE_SYSTEM = ("/dev/null", "/dev/urandom", "/proc/self/", "/proc/stat", "/usr/share/zoneinfo/",
                  "/etc/localtime", "/etc/ssl/", "/etc/mime.types")  # fmt: skip
_OF_OURS = (".py", ".pyc", ".so", ".json", ".js", ".css", ".html", ".sql", ".mako")


class Reached(PermissionError):
    """The server under watch would have left its machine."""


def watch(report: int, ports: frozenset[str], folders: tuple[str, ...]) -> None:
    """From now on until the process ends; ``report`` is an open file."""

    def tell(event: str, what: object) -> None:
        os.write(report, f"{event} {what!r}\n".encode(errors="replace"))

    def heard(event: str, args: tuple[Any, ...]) -> None:
        if event == "open":
            if not _is_known(args[0], folders):
                tell(event, args[0])
        elif event in _PROGRAMS:
            tell(event, args[:1])
            raise Reached(event)
        elif event in _CONNECTS and not _is_allowed(args[1], ports):
            tell(event, args[1])
            raise Reached(event)
        elif event in _LOOKS_UP and args[0] not in _HERE:
            tell(event, args[0])
            raise Reached(event)

    sys.addaudithook(heard)


def _is_allowed(address: Any, ports: frozenset[str]) -> bool:
    if isinstance(address, str | bytes):  # a socket of this machine
        return True
    return address[0] in _HERE and str(address[1]) in ports


def _is_known(file: Any, folders: tuple[str, ...]) -> bool:
    if isinstance(file, int):  # open already
        return True
    path = os.path.abspath(os.fsdecode(file))  # noqa: PTH100  # follows no links
    if path.startswith(folders):
        return True
    if "/__pycache__/" in path or path.endswith("__path_hook__"):  # Python looks for its modules
        return True
    return path.startswith(f"{_ROOT}/") and path.endswith(_OF_OURS)


def _folders(environ: dict[str, str]) -> tuple[str, ...]:
    python = [*sysconfig.get_paths().values(), sys.prefix, sys.base_prefix]
    own = [environ["FLYT_DATA"], tempfile.gettempdir()]
    return (*(f"{folder.rstrip('/')}/" for folder in (*python, *own)), *_OF_THE_SYSTEM)


if __name__ == "__main__":
    environ = dict(os.environ)
    uvloop.new_event_loop = asyncio.new_event_loop
    watch(
        os.open(environ[REACHED], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600),
        frozenset(environ[PORTS].split()),
        _folders(environ),
    )
    sys.exit(main())
