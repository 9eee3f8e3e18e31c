"""Rows only: what acquires and what releases, harnesses, migrations, waiters, assertions."""
