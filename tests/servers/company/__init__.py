"""Lumen as a whole organization in a moto server: 25 accounts in a tree of units, three Regions, and a table of ways
in and out that are planted in it, each with the finding that must tell of it."""
