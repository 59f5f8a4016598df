"""The shipped data under ``policies/``: taxonomy, kinds, vendor profiles, rules. Reads nothing until asked."""
