"""No container engine runs here: what the deployment files name must exist in the code."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from dotenv import dotenv_values

from runtime import settings
from runtime.api import PUBLIC_PREFIXES, is_public
from runtime.cli import main
from tests.browser import looks

ROOT = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
OURS = {name: part for name, part in COMPOSE["services"].items() if part.get("image") == "flyt"}
CI = yaml.safe_load((ROOT / ".github/workflows/test.yml").read_text())
CI_STEPS = CI["jobs"]["test"]["steps"]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
SETTING_NAMES = (
    settings.OWN_NAMES
    | set(settings.SERVICE_NAMES)
    | {"DATABASE_URL", "DB_URL", "DATABASE_OWNER_URL", "REDIS_URL", "AI_PROVIDER", "SENTRY_DSN"}
    | {"S3_ENDPOINT", "S3_REGION", "S3_ACCESS_KEY", "S3_SECRET_KEY"}
    | {"OTEL_EXPORTER_OTLP_ENDPOINT"}
)
# Read by compose itself, or by an image of another product.
COMPOSE_NAMES = {"POSTGRES_PASSWORD", "POSTGRES_APP_PASSWORD", "OLLAMA_MODEL"}
PROCESS_NAMES = {"FLYT_SUPERVISED", "FLYT_API_KEY"}  # set by a process or a caller, in no file


@pytest.mark.parametrize(
    ("schema", "file"),
    [
        ("vendor.compose-spec", "docker-compose.yml"),
        ("vendor.github-workflows", ".github/workflows/test.yml"),
    ],
)
def test_files_keep_the_schemas_of_their_tools(schema, file):
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, ROOT / file]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_part_of_flyt_runs_as_a_service():
    assert {"migrate", "web", "worker", "clock"} == OURS.keys()
    assert {"postgres", "redis", "ollama"} <= COMPOSE["services"].keys()


@pytest.mark.parametrize("name", OURS)
def test_each_command_is_a_command_of_flyt(name):
    assert OURS[name]["command"][0] in main.commands


@pytest.mark.parametrize("name", OURS)
def test_each_setting_name_is_read_by_the_code(name):
    assert OURS[name]["environment"].keys() <= SETTING_NAMES


def test_every_dependency_is_a_service_with_what_is_waited_for():
    for part in COMPOSE["services"].values():
        for name, wish in part.get("depends_on", {}).items():
            other = COMPOSE["services"][name]
            if wish["condition"] == "service_healthy":
                assert other["healthcheck"]["test"]
            else:
                assert other["restart"] == "no"


def test_the_published_port_is_the_one_the_server_listens_on():
    inside = OURS["web"]["ports"][0].rpartition(":")[2]
    assert inside == OURS["web"]["environment"]["FLYT_PORT"]
    assert f"EXPOSE {inside}" in DOCKERFILE
    assert f"127.0.0.1:{inside}/healthz" in DOCKERFILE


def test_the_health_check_asks_an_address_that_the_api_answers():
    path = re.search(r"8000(/\w+)", DOCKERFILE)
    assert path
    assert is_public(path[1])
    assert path[1] in PUBLIC_PREFIXES


def test_the_application_logs_in_as_the_role_that_the_policies_bind():
    for name, part in OURS.items():
        assert f"//{settings.APP_ROLE}:" in part["environment"]["DATABASE_URL"]
        assert ("DATABASE_OWNER_URL" in part["environment"]) == (name == "migrate")
    roles = (ROOT / "deploy/roles.sh").read_text()
    assert f"CREATE ROLE {settings.APP_ROLE} LOGIN" in roles
    assert "SUPERUSER" not in roles


def test_mounted_files_and_volumes_exist():
    for part in COMPOSE["services"].values():
        for volume in part.get("volumes", ()):
            source = volume.split(":")[0]
            assert (ROOT / source).exists() if source[0] == "." else source in COMPOSE["volumes"]


def test_the_script_for_the_roles_is_sound_and_gets_the_words_it_reads():
    file = ROOT / "deploy/roles.sh"
    assert subprocess.run(["sh", "-n", file], check=False).returncode == 0
    words = set(re.findall(r"\$(\w+)", file.read_text()))
    given = COMPOSE["services"]["postgres"]["environment"].keys()
    assert words - {"POSTGRES_USER", "POSTGRES_DB"} <= given


def test_the_image_copies_and_starts_what_exists():
    ignored = set((ROOT / ".dockerignore").read_text().split())
    assert not {"runtime", "builder", "bootstrap.py", "requirements.lock", "reflex.lock"} & ignored
    for words in re.findall(r"^RUN python (\S+) (.*)$", DOCKERFILE, re.M):
        options = subprocess.run(
            [sys.executable, ROOT / words[0], "--help"], check=False, capture_output=True, text=True
        ).stdout
        assert words[1] in options
    entry = re.search(r"^ENTRYPOINT (.*)$", DOCKERFILE, re.M)
    command = re.search(r"^CMD (.*)$", DOCKERFILE, re.M)
    assert entry
    assert json.loads(entry[1]) == ["flyt"]
    assert command
    assert json.loads(command[1])[0] in main.commands


def test_the_example_lists_every_setting_and_nothing_else():
    listed = dotenv_values(ROOT / ".env.example").keys()
    assert listed == (SETTING_NAMES - PROCESS_NAMES) | COMPOSE_NAMES


def test_both_runners_call_the_same_command():
    assert "exec make test" in (ROOT / ".ci/run").read_text()
    assert [step["run"] for step in CI_STEPS if "run" in step] == [".ci/run"]
    assert (ROOT / ".ci/run").stat().st_mode & 0o111


def test_the_pictures_of_a_run_are_kept_whether_it_passed_or_not():
    ran, kept = CI_STEPS[-2:]
    assert ran["run"] == ".ci/run"
    assert kept["uses"].startswith("actions/upload-artifact@")
    assert kept["if"] == "${{ !cancelled() }}"
    assert ROOT / kept["with"]["path"] == looks.USUAL
    assert kept["with"]["include-hidden-files"] is True  # its name begins with a dot
    ignored = ["git", "check-ignore", "--quiet", looks.USUAL]
    assert subprocess.run(ignored, cwd=ROOT, check=False).returncode == 0


def test_the_lock_files_pin_by_hash_and_carry_no_addresses():
    for name in ("requirements.lock", "requirements-dev.lock"):
        lines = (ROOT / name).read_text().splitlines()
        assert not [line for line in lines if "://" in line or line.startswith("-")]
        pinned = [line for line in lines if re.match(r"[a-z0-9]", line)]
        assert len(pinned) > 80
        assert all(re.match(r"\S+==\S+.* \\$", line) for line in pinned)
