"""`flyt doctor` passes a sound installation and names each fault with its mend."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from runtime import doctor


@pytest.fixture
def examine(tmp_path: Path, capsys: pytest.CaptureFixture[str], postgres, redis_url):
    sound = {
        "FLYT_DATA": str(tmp_path),
        "DATABASE_URL": postgres.app_url,
        "DATABASE_OWNER_URL": postgres.owner_url,
        "REDIS_URL": redis_url,
    }

    def examine(**given: str) -> tuple[int, str]:
        code = doctor.run(sound | given, tmp_path)
        return code, capsys.readouterr().out

    return examine


def test_a_sound_installation_passes(examine):
    code, report = examine()
    assert code == 0, report
    assert "All is well." in report
    for what in ("PostgreSQL 18", "pgvector", "Database schema", "Row-level security", "Redis"):
        assert f"ok      {what}" in report


def test_it_says_which_name_was_used(examine, postgres):
    _, report = examine(DATABASE_URL="", DB_URL=postgres.app_url, OPENAI_API_KEY="sk-abcdefgh")
    assert "DATABASE_URL from DB_URL in the environment" in report
    assert "OPENAI_API_KEY from OPENAI_API_KEY in the environment" in report
    assert "sk-abcdefgh" not in report


def test_it_says_whose_models_answer(examine):
    _, report = examine(OPENAI_API_KEY="sk-abcdefgh", ANTHROPIC_API_KEY="sk-ant-abcdefgh")
    assert "ok      AI provider openai, used where a workspace has none of its own" in report
    assert "ok      AI provider anthropic, the next to try" in report
    _, report = examine(AI_PROVIDER="anthropic", ANTHROPIC_API_KEY="sk-ant-abcdefgh")
    assert "ok      AI provider anthropic, used where a workspace has none of its own" in report
    assert "openai" not in report
    assert "sk-" not in report


@pytest.mark.parametrize(
    ("fault", "mend"),
    [
        ({"DATABASE_URL": "postgresql://flyt_app:x@127.0.0.1:1/flyt"}, "correct DATABASE_URL"),
        ({"REDIS_URL": "redis://127.0.0.1:1"}, "correct REDIS_URL"),
        ({"DATABASE_URL": "", "DATABASE_OWNER_URL": ""}, "set DATABASE_URL"),
        ({"FLYT_PORT": "many"}, "a number from 1 to 65535"),
        ({"FLYT_FILES": "/proc/nowhere"}, "correct FLYT_FILES"),
        ({"AI_PROVIDER": "openai"}, "set OPENAI_API_KEY"),
        ({"AI_PROVIDER": "yandex"}, "set YANDEX_API_KEY and YANDEX_FOLDER_ID"),
        ({"AI_PROVIDER": "sber"}, "set GIGACHAT_CREDENTIALS"),
        (
            {"GIGACHAT_CREDENTIALS": "k", "GIGACHAT_CA_FILE": "/nowhere.pem"},
            "correct GIGACHAT_CA_FILE",
        ),
        ({"FLYT_PROT": "8000"}, "did you mean FLYT_PORT?"),
    ],
)
def test_a_fault_is_named_with_its_mend(examine, fault, mend):
    code, report = examine(**fault)
    assert code == 1
    assert mend in report


def test_a_role_that_gets_round_the_policies_is_a_fault(postgres):
    with psycopg.connect(postgres.owner_url) as owner:
        assert "flyt_app" in doctor._role(owner).mend
    with psycopg.connect(postgres.app_url) as app:
        assert doctor._role(app).mend == ""


def test_a_table_without_row_level_security_is_named(postgres):
    with psycopg.connect(postgres.owner_url) as owner:
        owner.execute("create table flyt.bare (workspace_id uuid)")
        assert "bare" in doctor._row_security(owner).mend
        owner.rollback()
        assert doctor._row_security(owner).mend == ""


def test_a_secret_key_that_others_can_read_is_a_fault(examine, tmp_path):
    examine()
    (tmp_path / "secret.key").chmod(0o644)
    code, report = examine()
    assert code == 1
    assert f"chmod 600 {tmp_path / 'secret.key'}" in report
