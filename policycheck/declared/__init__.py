"""User files to the model: YAML with positions, Cerberus schemas, rules PC001 to PC009, defaults and profiles."""
