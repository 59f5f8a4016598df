"""Learning the catalog: sources -> drafts -> judged entries -> merged YAML that keeps what people wrote."""
