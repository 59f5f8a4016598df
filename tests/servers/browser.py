"""A real browser: the Chromium that is installed here, driven through Playwright, without a network."""

from __future__ import annotations

import shutil
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser

INSTALL = "apt-get install -y --no-install-recommends chromium"


def program() -> str | None:
    """The installed browser; None when there is none."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@contextmanager
def running() -> Generator[Browser]:
    """A browser for the time of the block. It needs no sandbox of its own: it opens our files only, maybe as root."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program(), args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()
