"""Scope languages of systems other than AWS, with the same three answers."""
