"""Words that stand where there is no name."""

from __future__ import annotations

NO_VENDOR = "no vendor"
NO_OWNER = "no owner"
NO_ACCOUNT = "no account"
