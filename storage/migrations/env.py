"""Run by Alembic on a connection that `storage.database` hands over, inside its transaction."""

from __future__ import annotations

from alembic import context

from storage.tables import SCHEMA, Table


def is_ours(name: str | None, kind: str, parents: object) -> bool:
    return kind != "schema" or name == SCHEMA


connection = context.config.attributes["connection"]
# Of an owner called like the schema, PostgreSQL would take our schema for the default one.
connection.dialect.default_schema_name = "public"
context.configure(
    connection=connection,
    target_metadata=Table.metadata,
    version_table_schema=SCHEMA,
    include_schemas=True,
    include_name=is_ours,
    compare_server_default=True,
)
with context.begin_transaction():
    context.run_migrations()
