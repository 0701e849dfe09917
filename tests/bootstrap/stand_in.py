"""A supervisor over stand-ins for Flyt's processes: `python stand_in.py DATA PORT` begins it.

`python stand_in.py part NAME` is one stand-in: web answers /healthz, migrate ends, others wait.
"""

from __future__ import annotations

import os
import signal
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path


class Healthy(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


def part(name: str) -> None:
    if name == "migrate":
        return
    with (Path(os.environ["FLYT_DATA"]) / "pids").open("a") as file:
        file.write(f"{name} {os.getpid()}\n")
    if name == "web":
        HTTPServer(("127.0.0.1", int(os.environ["FLYT_PORT"])), Healthy).serve_forever()
    signal.pause()


def supervise(data: str, port: str) -> None:
    from runtime.settings import Settings
    from runtime.supervisor import Supervisor

    environ = {**os.environ, "FLYT_DATA": data, "FLYT_PORT": port}
    settings = Settings.from_env(environ, Path(data), services="ignored")
    Supervisor(settings, lambda name: [sys.executable, __file__, "part", name]).run()


if __name__ == "__main__":
    first, second = sys.argv[1:]
    part(second) if first == "part" else supervise(first, second)
