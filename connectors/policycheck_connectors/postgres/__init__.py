"""Live PostgreSQL databases: who was granted what, and which columns there are."""
