"""The middleware over real SDKs and real sockets; who decides and who writes down stand in here."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from connectors.llm import Piece, Purpose, Request, Said
from connectors.llm.accounts import Account, Called, Link, Price, Secret, Setup
from connectors.llm.middleware import Middleware
from connectors.llm.queueing import HereOnly
from tests.doubles.llm import Double
from tests.doubles.llm_anthropic import Anthropic
from tests.doubles.llm_gigachat import GigaChat
from tests.doubles.llm_openai import OpenAi

WORKSPACE = UUID(int=7)


@dataclass
class House:
    """What a workspace has decided, and what was written about its calls."""

    setup_is: Setup = field(default_factory=Setup)
    rows: list[Called] = field(default_factory=list)
    refusals: list[tuple[str, str, str]] = field(default_factory=list)
    before: Decimal = Decimal(0)  # spent this month

    async def setup(self, workspace: UUID) -> Setup:
        return self.setup_is

    async def write(self, workspace: UUID, called: Called) -> None:
        self.rows.append(called)

    async def spent(self, workspace: UUID) -> Decimal:
        return self.before + sum((row.cost for row in self.rows), Decimal(0))

    async def refused(self, workspace: UUID, link: Link, why: str, purpose: str) -> None:
        self.refusals.append((link.account.name, link.model, why))

    def uses(self, *links: Link, **more: Any) -> None:
        """Sets the strong chain up, and whatever else is given."""
        accounts = tuple({link.account.id: link.account for link in links}.values())
        self.setup_is = Setup(strong=links, accounts=accounts, **more)

    def told(self) -> list[tuple[str, str]]:
        """(model, status) of every row."""
        return [(row.model, row.status) for row in self.rows]


@pytest.fixture(scope="session", autouse=True)
def _sdks() -> None:
    """Loaded before the clock of any test runs: on a busy machine that takes seconds."""
    from connectors.llm import anthropic_wire, gigachat

    assert anthropic_wire
    assert gigachat


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
async def models(house: House) -> AsyncIterator[Middleware]:
    middleware = Middleware(house, house, HereOnly())
    yield middleware
    await middleware.close()


@pytest.fixture
def start() -> Iterator[Callable[[Double], Any]]:
    with ExitStack() as running:
        yield running.enter_context


@pytest.fixture
def openai(start) -> OpenAi:
    return start(OpenAi())


@pytest.fixture
def anthropic(start) -> Anthropic:
    return start(Anthropic())


@pytest.fixture
def gigachat(start) -> GigaChat:
    return start(GigaChat())


def account(double: Double, kind: str = "openai", **more: Any) -> Account:
    key = {"anthropic": "sk-ant-right", "gigachat": "a2V5OnNlY3JldA=="}.get(kind, "sk-right")
    given = {"name": kind.capitalize(), "secret": Secret(key), "region": "us"} | more
    return Account(id=uuid4(), kind=kind, base_url=double.base_url, **given)


def link(double: Double, model: str = "gpt-4.1", kind: str = "openai", **more: Any) -> Link:
    return Link(account(double, kind, **more), model)


def priced(taken: float, cached: float, given: float) -> Price:
    return Price(*(Decimal(str(each)) for each in (taken, cached, given)))


def request(text: str = "Hi", **more: Any) -> Request:
    purpose = more.pop("purpose", None) or Purpose("answer", WORKSPACE, **more.pop("of", {}))
    said = more.pop("said", (Said("system", "Be kind."), Said("user", text)))
    return Request(said=said, purpose=purpose, **more)


async def gathered(pieces: AsyncIterator[Piece]) -> list[Piece]:
    return [piece async for piece in pieces]


def text_of(pieces: list[Piece], attempt: int) -> str:
    return "".join(piece.text for piece in pieces if piece.attempt == attempt)
