"""The service families: one module each, imported when a pull needs it."""
