"""What the connector needs to be allowed: to connect. All else that it reads, every role may read."""

from __future__ import annotations

_SQL = """\
-- The connector reads pg_catalog, which PostgreSQL lets every role read: it needs no privilege on any table.
CREATE ROLE {role} LOGIN CONNECTION LIMIT 2;
ALTER ROLE {role} SET default_transaction_read_only = on;
DO $$ BEGIN EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), {text}); END $$;
-- Then give it a password that no log keeps: \\password {role}
"""


def sql(role: str) -> str:
    """Statements for psql, connected to the database, that make the role."""
    identifier, literal = role.replace('"', '""'), role.replace("'", "''")
    return _SQL.format(role=f'"{identifier}"', text=f"'{literal}'")
