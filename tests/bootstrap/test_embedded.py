"""The launchers keep their promises: passwords, roles, no half cluster, nothing left behind."""

from __future__ import annotations

import os
import select
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
import redis

from runtime.embedded import EmbeddedPostgres, EmbeddedRedis, ServiceFailed
from runtime.folders import AlreadyRunning, location, lock, settle
from runtime.processes import living_in

QUICK = {"fsync": "off", "shared_buffers": "16MB"}


def opened(path: Path) -> Path:
    """pytest's own folders are closed to others, and root runs PostgreSQL as another user."""
    for step in (path, *path.parents[:2]):
        step.chmod(0o711)
    return settle(path / "data")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return opened(tmp_path)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = EmbeddedPostgres(opened(tmp_path_factory.mktemp("postgres")) / "postgres", QUICK)
    server.start()
    yield server
    server.stop()


def one(url: str, query: str):
    with psycopg.connect(url) as connection:
        return connection.execute(query).fetchone()


def test_owner_and_application_are_no_superusers(server):
    query = "select usename, usesuper, usecreatedb from pg_user where usename = current_user"
    assert one(server.owner_url, query) == ("flyt", False, True)
    assert one(server.app_url, query) == ("flyt_app", False, False)


def test_the_application_can_not_become_the_owner(server):
    with (
        psycopg.connect(server.app_url) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("set role flyt")


def test_vectors_are_ready_also_in_a_database_made_later(server):
    with psycopg.connect(server.owner_url, autocommit=True) as connection:
        connection.execute("create database later")
    later = server.owner_url.rpartition("/")[0] + "/later"
    assert one(later, "select '[1,2]'::vector <-> '[1,4]'") == (2.0,)


def test_a_wrong_password_is_refused(server):
    wrong = server.app_url.replace("flyt_app:", "flyt_app:wrong")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(wrong)


def test_rows_and_addresses_survive_a_killed_server(server):
    address = server.owner_url
    with psycopg.connect(address) as connection:
        connection.execute("create table kept as select 1 as n")
    os.kill(server.process.pid, signal.SIGKILL)
    server.process.wait()
    server.start()
    assert server.owner_url == address
    assert one(address, "select n from kept") == (1,)


def test_a_second_launcher_on_the_same_data_fails_and_leaves_the_first_alone(server):
    second = EmbeddedPostgres(server.root, QUICK)
    with pytest.raises(ServiceFailed, match=f"process {server.process.pid} still works"):
        second._clear_stale_pid(patience=0.1)
    assert one(server.app_url, "select 1") == (1,)


def test_a_death_during_initdb_leaves_no_half_cluster(folder):
    begun = folder / "postgres" / "data.new"
    begun.mkdir(parents=True)
    (begun / "half").write_text("written before the death")
    server = EmbeddedPostgres(folder / "postgres", QUICK)
    server.start()
    server.stop()
    assert not begun.exists()
    assert not (folder / "postgres" / "data" / "half").exists()


def test_a_taken_port_is_left_to_its_holder(folder):
    server = EmbeddedPostgres(folder / "postgres", QUICK)
    server.start()
    server.stop()
    taken = EmbeddedRedis(folder / "redis")
    taken._kept["port"] = server._kept["port"]
    taken.start()
    try:
        server.start()
        assert one(server.app_url, "select 1") == (1,)
    finally:
        server.stop()
        taken.stop()


@pytest.mark.parametrize("service", ["EmbeddedPostgres", "EmbeddedRedis"])
def test_a_killed_parent_leaves_no_orphan(folder, service):
    code = (
        "import sys, time; from pathlib import Path; from runtime.embedded import *\n"
        f"server = {service}(Path(sys.argv[1]))\n"
        "server.start(); print(server.process.pid, flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", code, str(folder / "service")]
    parent = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert parent.stdout
    child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    wait_until_gone(child)


def wait_until_gone(pid: int) -> None:
    """Returns when the process ended; a zombie that nobody reaps counts as ended."""
    handle = os.pidfd_open(pid) if Path(f"/proc/{pid}").exists() else None
    if handle is None:
        return
    ended, _, _ = select.select([handle], [], [], 10)
    os.close(handle)
    assert ended, f"process {pid} still lives"


def test_redis_keeps_its_data_through_a_kill_and_wants_a_password(folder):
    server = EmbeddedRedis(folder / "redis")
    server.start()
    try:
        redis.Redis.from_url(server.url).set("kept", "yes")
        os.kill(server.process.pid, signal.SIGKILL)
        server.process.wait()
        server.start()
        assert redis.Redis.from_url(server.url).get("kept") == b"yes"
        without = server.url.split("@")[1]
        with pytest.raises(redis.AuthenticationError):
            redis.Redis.from_url(f"redis://{without}").ping()
    finally:
        server.stop()


def test_only_one_holds_a_data_folder(folder):
    held = lock(folder)
    with pytest.raises(AlreadyRunning, match=str(folder)):
        lock(folder)
    os.close(held)
    os.close(lock(folder))


def test_below_a_closed_home_root_keeps_the_data_elsewhere_and_leaves_a_pointer(tmp_path):
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    wanted = home / "checkout" / ".flyt"
    real = settle(wanted)
    try:
        root = os.geteuid() == 0  # anyone else owns the server and walks through the own home
        assert real.parent == (Path("/var/lib/flyt") if root else wanted.parent)
        assert location(wanted) == settle(wanted) == real
        server = EmbeddedPostgres(real / "postgres", QUICK)
        server.start()
        assert living_in(real / "postgres" / "data")
        server.stop()
    finally:
        shutil.rmtree(real)


def test_binaries_below_a_closed_home_are_copied_where_their_user_can_walk(folder, monkeypatch):
    monkeypatch.setattr("runtime.embedded.others_can_walk", lambda _: False)
    server = EmbeddedPostgres(folder / "postgres", QUICK)
    server.start()
    assert one(server.app_url, "select '[1,2]'::vector <-> '[1,4]'") == (2.0,)
    server.stop()
