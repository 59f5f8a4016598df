"""Samples of requests: what is sent where, as names and shapes."""
