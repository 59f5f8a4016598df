"""Connectors that read exported inventories from files of the project."""
