"""What names fields: SQL, JSON Schema and OpenAPI, sample documents, lists. Each reader yields ``Named`` fields."""
