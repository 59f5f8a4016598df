"""Vendors' APIs, each asked as its definition says: one walker, no code for any vendor."""
