"""The `flyt` command: its names, its exit codes, and one clear line for each mistake."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from runtime.cli import main

COMMANDS = {
    "apikey", "backup", "bots", "chat", "clock", "doctor", "migrate", "restore", "run", "schema",
    "test", "user", "validate", "web", "worker",
}  # fmt: skip
TEMPLATES = Path(__file__).parents[2] / "templates" / "flows"


@pytest.fixture
def flyt(postgres, redis_url, tmp_path, monkeypatch):
    """Runs a command against the migrated database in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FLYT_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("DATABASE_URL", postgres.app_url)
    monkeypatch.setenv("DATABASE_OWNER_URL", postgres.owner_url)
    monkeypatch.setenv("REDIS_URL", redis_url)
    monkeypatch.setenv("FLYT_PORT", "8000")  # what --port changes is put back

    def flyt(*words: str, stdin: str = "", **environ: str) -> Result:
        return CliRunner().invoke(main, words, input=stdin, env=environ)

    return flyt


@pytest.fixture
def workspace(flyt, request) -> str:
    """The id of a workspace of this test's own."""
    email = f"{re.sub(r'[^a-z0-9]+', '-', request.node.name.lower())}@example.org"
    made = flyt("user", "create", email, "--password-stdin", stdin="a long enough password\n")
    assert made.exit_code == 0, made.output
    return made.output.split()[-1]


@pytest.fixture
def template() -> Path:
    return sorted(TEMPLATES.glob("*.json"))[0]


def test_it_has_the_commands_of_the_contract():
    assert main.commands.keys() >= COMMANDS


@pytest.mark.parametrize("words", [["--help"], *([name, "--help"] for name in sorted(COMMANDS))])
def test_every_command_explains_itself(words):
    told = CliRunner().invoke(main, words)
    assert told.exit_code == 0
    assert "Usage:" in told.output


def test_migrate_may_be_repeated(flyt):
    assert flyt("migrate").exit_code == 0


def test_an_api_key_is_all_that_is_printed(flyt, workspace):
    made = flyt("apikey", "create", "bench", "--workspace", workspace)
    assert made.exit_code == 0, made.output
    assert re.fullmatch(r"flyt_\S{20,}\n", made.output)


def test_a_pushed_document_gets_a_bot_a_release_and_a_channel(flyt, workspace, template):
    made = flyt("bots", "push", str(template), "--publish", "--workspace", workspace)
    assert made.exit_code == 0, made.output
    lines = dict(line.split() for line in made.output.splitlines())
    assert lines["release"] == "1"
    again = flyt(
        "bots", "push", str(template), "--publish", "--channel", lines["channel"],
        "--workspace", workspace,
    )  # fmt: skip
    assert again.exit_code == 0, again.output
    assert dict(line.split() for line in again.output.splitlines()) == lines | {"release": "2"}


def test_backup_and_restore(flyt, workspace, tmp_path):
    kept = tmp_path / "kept.zip"
    assert flyt("backup", str(kept)).exit_code == 0
    refused = flyt("restore", str(kept))
    assert refused.exit_code == 1
    assert "in use" in refused.stderr


def test_schema_prints_json_schema(flyt):
    told = flyt("schema")
    assert told.exit_code == 0
    assert "flyt/1" in json.dumps(json.loads(told.output))


@pytest.mark.parametrize(
    ("words", "environ", "complaint"),
    [
        (["migrate"], {"DATABASE_URL": "", "DATABASE_OWNER_URL": ""}, "set DATABASE_URL"),
        (["migrate"], {"DATABASE_OWNER_URL": "mysql://x"}, "DATABASE_OWNER_URL"),
        (
            ["migrate"],
            {"DATABASE_OWNER_URL": "postgresql://flyt:x@127.0.0.1:1/x"},
            "does not answer",
        ),
        (["apikey", "create", "x", "--workspace", "nowhere"], {}, "no workspace 'nowhere'"),
        (["user", "create", "no-address", "--password-stdin"], {}, "no-address"),
        (["web", "--port", "99999"], {}, "FLYT_PORT"),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_1(flyt, workspace, words, environ, complaint):
    told = flyt(*words, stdin="a long enough password\n", **environ)
    assert told.exit_code == 1
    assert told.stderr.startswith("error: ")
    assert complaint in told.stderr
    assert len(told.stderr.splitlines()) == 1
    assert isinstance(told.exception, SystemExit)


def test_a_file_that_is_no_document_is_explained(flyt, workspace, tmp_path):
    (tmp_path / "bad.json").write_text('{"format": "flyt/1"')
    told = flyt("bots", "push", "bad.json", "--workspace", workspace)
    assert (told.exit_code, told.stderr.count("\n")) == (1, 1)
    assert "bad.json is not JSON" in told.stderr
    (tmp_path / "bad.json").write_text('{"format": "flyt/1", "name": "x", "flows": []}')
    told = flyt("bots", "push", "bad.json", "--workspace", workspace)
    assert told.exit_code == 1
    assert "Traceback" not in told.stderr
