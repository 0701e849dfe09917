"""Which models may be asked for what: chains, regions, secrets, money."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from connectors.llm import NoModel, Purpose, Strength
from connectors.llm.accounts import Link, Price, Setup
from connectors.llm.presets import preset, price

NOT_SET_UP = "no language model is set up: an owner of the workspace adds one under AI models"


@dataclass(frozen=True)
class Plan:
    """A workspace's decisions, and what this month has cost so far."""

    setup: Setup
    spent: Decimal

    def refusal(self, link: Link, purpose: Purpose) -> NoModel | None:
        """Why this model may not be asked for this; None: it may."""
        account, setup = link.account, self.setup
        if not account.enabled:
            return NoModel("not_set_up", f"{account.name} is switched off")
        if purpose.confidential and not account.local:
            return NoModel(
                "confidential",
                f"this is confidential, and {link.model} of {account.name} is not a local model",
            )
        if setup.regions and not account.local and account.region not in setup.regions:
            where = f"processes data in {account.region}" if account.region else "names no region"
            allowed = ", ".join(sorted(setup.regions))
            return NoModel(
                "region", f"{account.name} {where}, and this workspace allows only {allowed}"
            )
        if self.over_budget and not self._is_free(link):
            spent = f"{self.spent:.2f} of {setup.budget:.2f} {setup.currency}"
            return NoModel("over_budget", f"the budget of this month is used up ({spent})")
        return None

    @property
    def over_budget(self) -> bool:
        return bool(self.setup.budget) and self.spent >= self.setup.budget

    def price(self, link: Link) -> Price | None:
        return price(link.account, link.model, self.setup.prices, self.setup.currency)

    def _is_free(self, link: Link) -> bool:
        """A model whose price nobody knows may cost anything."""
        known = self.price(link)
        return known is not None and known.free


def chain(setup: Setup, strength: Strength) -> tuple[Link, ...]:
    """In the order to try them; where one kind has none, the other kind's."""
    first, second = setup.strong, setup.cheap
    return (first or second) if strength == "strong" else (second or first)


def embedding(setup: Setup, model: str) -> Link | None:
    """Who makes vectors with the model of this name: they may be older than today's choice."""
    chosen = setup.embedding
    if chosen is not None and chosen.model == model:
        return chosen
    for account in setup.accounts:
        for known in preset(account.kind).models:
            if account.enabled and known.strength == "embedding" and known.model == model:
                return Link(account, model, known.size or 0)
    return Link(chosen.account, model) if chosen is not None else None
