"""Reports: one file per output format, one interface. Knows what a terminal is; judges nothing."""
