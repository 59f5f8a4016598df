"""Snapshots: all facts of one pull as Parquet tables. The only room that knows DuckDB."""
