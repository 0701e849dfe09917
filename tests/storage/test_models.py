"""Providers, setup, prices, prompts, calls: of one workspace each, and keys that stay secret."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import uuid4

import psycopg
import pytest

from storage import audit, models
from storage.errors import NotFound, Refused
from storage.identifiers import uuid7
from storage.models import Call, Price
from storage.secrets import Unreadable, Vault

KEY = "sk-quite-secret-4f9a"
VAULT = Vault("0123456789abcdef" * 4)


def provider(tenant, session, **more):
    given = {"kind": "openai", "name": "Ours", "base_url": "https://api.openai.com/v1"} | more
    return models.create_provider(session, actor=tenant.actor, **given)


class TestSecrets:
    def test_only_the_workspace_opens_its_own(self, tenant, other):
        sealed = VAULT.seal(tenant.id, KEY)
        assert VAULT.open(tenant.id, sealed) == KEY
        with pytest.raises(Unreadable):
            VAULT.open(other.id, sealed)

    def test_two_alike_are_sealed_differently(self, tenant):
        assert VAULT.seal(tenant.id, KEY) != VAULT.seal(tenant.id, KEY)

    def test_keys_can_change(self, tenant):
        old = VAULT.seal(tenant.id, KEY)
        both = Vault("f" * 64, older=("0123456789abcdef" * 4,))
        assert both.open(tenant.id, old) == KEY
        assert not both.is_current(old)
        assert both.is_current(both.seal(tenant.id, KEY))
        with pytest.raises(Unreadable, match="enter it again"):
            Vault("f" * 64).open(tenant.id, old)

    @pytest.mark.parametrize("place", [4, 20, -1])
    def test_what_was_tampered_with_does_not_open(self, tenant, place):
        sealed = bytearray(VAULT.seal(tenant.id, KEY))
        sealed[place] ^= 1
        with pytest.raises(Unreadable):
            VAULT.open(tenant.id, bytes(sealed))

    def test_it_shows_nothing_of_itself(self):
        assert "0123" not in repr(VAULT)

    def test_no_table_holds_a_key_in_the_clear(self, tenant, owner: psycopg.Connection):
        """Looked for in every row of every table, as a dump would show them."""
        with tenant.session() as session:
            made = provider(tenant, session, secret=VAULT.seal(tenant.id, KEY))
            models.change_provider(session, made.id, actor=tenant.actor, name="Renamed")
        tables = owner.execute(
            "select tablename from pg_tables where schemaname = 'flyt'"
        ).fetchall()
        assert ("model_provider",) in tables
        hexed = KEY.encode().hex()
        for (table,) in tables:
            rows = owner.execute(f'select row_to_json(t)::text from flyt."{table}" t').fetchall()
            assert not [row for (row,) in rows if KEY in row or hexed in row], table


class TestProviders:
    def test_another_workspace_sees_nothing_of_it(self, tenant, other):
        with tenant.session() as session:
            made = provider(tenant, session)
            models.change_setup(session, actor=tenant.actor, persona="Kind")
            models.replace_prices(session, [Price("m", *[Decimal(1)] * 3)], actor=tenant.actor)
            models.write_prompt(session, "answer", "Mine", actor=tenant.actor)
            models.record_call(session, Call("answer", "Ours", "m", cost=Decimal(1)))
        with other.session() as session:
            assert list(models.providers(session)) == []
            assert models.setup(session) is None
            assert models.prices(session) == []
            assert models.prompts(session) == {}
            assert list(models.calls(session)) == []
            assert models.month(session, models.this_month()) is None
            for act in (
                lambda: models.provider(session, made.id),
                lambda: models.change_provider(session, made.id, actor="system", name="Theirs"),
                lambda: models.delete_provider(session, made.id, actor="system"),
            ):
                with pytest.raises(NotFound):
                    act()

    def test_what_is_done_is_in_the_audit_without_the_key(self, tenant):
        with tenant.session() as session:
            made = provider(tenant, session, secret=VAULT.seal(tenant.id, KEY))
            changed = {"secret": VAULT.seal(tenant.id, "sk-another"), "region": "eu"}
            models.change_provider(session, made.id, actor=tenant.actor, **changed)
            models.delete_provider(session, made.id, actor=tenant.actor)
            found = [(row.action, row.data) for row in audit.listed(session, limit=3)]
        assert [action for action, _ in found] == [
            "model_provider.deleted", "model_provider.changed", "model_provider.created",
        ]  # fmt: skip
        assert found[1][1] == {"fields": ["region", "secret"]}

    def test_one_that_is_used_stays(self, tenant):
        with tenant.session() as session:
            made = provider(tenant, session)
            links = [{"provider": str(made.id), "model": "m"}]
            setup = models.change_setup(session, actor=tenant.actor, strong=links)
            assert models.used_for(setup, made.id) == ["strong"]
            with pytest.raises(models.ProviderUsed, match="used for strong answers"):
                models.delete_provider(session, made.id, actor=tenant.actor)
            models.change_setup(session, actor=tenant.actor, strong=[])
            models.delete_provider(session, made.id, actor=tenant.actor)

    def test_only_what_can_change_changes(self, tenant):
        with tenant.session() as session:
            made = provider(tenant, session)
            with pytest.raises(Refused, match="kind can't be changed"):
                models.change_provider(session, made.id, actor=tenant.actor, kind="gemini")
            with pytest.raises(Refused, match="nothing called colour"):
                models.change_setup(session, actor=tenant.actor, colour="red")


class TestCalls:
    def test_each_call_is_a_row_and_a_part_of_its_month(self, tenant):
        call = Call(
            "answer", "Ours", "m", tokens_in=100, tokens_cached=40, tokens_out=7,
            cost=Decimal("0.002"), milliseconds=900, key="c:1", conversation=uuid7(),
        )  # fmt: skip
        with tenant.session() as session:
            assert models.record_call(session, call) == Decimal("0.002")
            failed = Call("answer", "Ours", "n", status="limit", error="too many")
            assert models.record_call(session, failed) == Decimal("0.002")
            assert models.record_call(session, call) == Decimal("0.004")
        with tenant.session() as session:
            newest = models.calls(session, limit=2)
            assert [row.status for row in newest] == ["ok", "limit"]
            assert newest[0].conversation_id is None  # there is no such conversation
            assert [row.model for row in models.calls(session, status="failed")] == ["n"]
            assert [row.model for row in models.calls(session, status="ok")] == ["m", "m"]
            assert [r.id for r in models.calls(session, before=newest[1].id)] == [newest[1].id - 1]
            month = models.month(session, models.this_month())
            counted = (month.calls, month.tokens_in, month.tokens_cached, month.tokens_out)
            assert counted == (3, 200, 80, 14)
            first, second = models.by_model(session, models.this_month())
            assert (first.model, first.calls, first.cost) == ("m", 2, Decimal("0.004"))
            assert (second.model, second.calls) == ("n", 1)
            assert models.by_model(session, date(2020, 12, 1)) == []

    def test_a_call_that_can_not_be_written_leaves_its_month_alone(self, tenant):
        with tenant.session() as session:
            models.record_call(session, Call("answer", "Ours", "m", tokens_in=1))
        with pytest.raises(ValueError, match="can't be stored"), tenant.session() as session:
            models.record_call(session, Call("answer", "Ours", "m", tokens_in=2**40))
        with tenant.session() as session:
            assert models.month(session, models.this_month()).calls == 1


def test_prompts_and_prices_come_and_go(tenant):
    with tenant.session() as session:
        models.write_prompt(session, "answer", "Mine", actor=tenant.actor)
        models.write_prompt(session, "answer", "Better", actor=tenant.actor)
        assert models.prompts(session) == {"answer": "Better"}
        models.write_prompt(session, "answer", None, actor=tenant.actor)
        assert models.prompts(session) == {}
        one = Price("m", Decimal("0.1"), Decimal("0.01"), Decimal(2))
        models.replace_prices(session, [one], actor=tenant.actor)
        models.replace_prices(session, [one], actor=tenant.actor)
        assert models.prices(session) == [one]


def test_a_setup_that_stays_the_same_is_no_change(tenant):
    with tenant.session() as session:
        models.change_setup(session, actor=tenant.actor, persona="Kind", budget=Decimal(5))
        models.change_setup(session, actor=tenant.actor, persona="Kind", budget=Decimal(5))
        rows = audit.listed(session, action="model_setup.changed")
        assert [row.data for row in rows] == [{"fields": ["budget", "persona"]}]
        assert models.used_for(models.setup(session), uuid4()) == []
