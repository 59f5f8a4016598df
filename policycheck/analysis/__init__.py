"""Facts to identified vendors, effective access, grants and exposures. Judges nothing."""
