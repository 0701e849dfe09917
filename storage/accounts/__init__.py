"""Accounts: people, sign-in, workspaces with roles, invitations, API keys.

What works within one workspace takes a session of it; what is looked for before the workspace is
known takes the `Database`.
"""

from __future__ import annotations

from storage.accounts import invitations, keys, people, sign_in, workspaces
from storage.accounts.roles import Action, allows

__all__ = ["Action", "allows", "invitations", "keys", "people", "sign_in", "workspaces"]
