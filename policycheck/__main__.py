"""The process: the console script, and ``python -m policycheck``. Imports the program only inside of its guard."""

from __future__ import annotations

import gc
import os
import sys

#: Start-up, and reading files, make many objects and hardly any garbage: look for it less often than at every 700th.
_OBJECTS = 100_000


def start() -> None:
    """Run the program and exit; Ctrl-C has its exit code while modules are still being imported, too."""
    gc.set_threshold(_OBJECTS)
    try:
        from policycheck.cli.main import main

        main()
    except KeyboardInterrupt:
        _interrupted()


def _interrupted() -> None:
    from contextlib import suppress

    with suppress(OSError):
        os.write(2, b"\ninterrupted\n")
    # ExitCode.INTERRUPTED, whose module may be what was not imported
    sys.exit(130)


if __name__ == "__main__":
    start()
