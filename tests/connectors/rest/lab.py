"""A definition asked at a played vendor; data files tell what the vendor answers and what must come of it."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from policycheck.cli.definitions import Definitions
from policycheck.model.declared import ConnectorEntry
from policycheck.model.facts import Credential, Fact, VendorField
from policycheck.model.places import Location
from policycheck_connectors.interface import PullContext
from policycheck_connectors.registry import build
from policycheck_connectors.rest.connector import Rest
from policycheck_connectors.runner import run
from tests.connectors.lab import Pulled
from tests.servers.vendors import Reply, Seen, Vendors

DATA = Path(__file__).parent / "data"
TODAY = date(2026, 11, 22)
#: The credential of every test: it must reach the vendor and nothing else.
SECRET = "TEST-CREDENTIAL-0123456789"


@dataclass(frozen=True, slots=True)
class Case:
    """One data file: ``answers`` and ``empty`` have replies by question, ``facts`` what must be found. ``keyed`` are
    names of objects whose keys are names of fields: no further key can be planted there. ``also`` are further hosts
    that are asked, such as one for tokens."""

    vendor: str
    host: str
    options: dict[str, Any]
    credentials: dict[str, str]
    sends: dict[str, str]
    answers: dict[str, Any]
    empty: dict[str, Any]
    facts: dict[str, Any]
    keyed: frozenset[str] = frozenset()
    also: tuple[str, ...] = ()

    def played(self, vendors: Vendors, play: Callable[[Seen], Reply]) -> None:
        """Play the hosts of this case."""
        vendors.plays.update(dict.fromkeys((self.host, *self.also), play))


def case(vendor: str) -> Case:
    """The data file of a vendor."""
    data = yaml.load((DATA / f"{vendor}.yaml").read_bytes(), yaml.CSafeLoader)
    credentials = data.get("credentials", {"token": SECRET})
    return Case(
        vendor,
        data["host"],
        data.get("options", {}),
        credentials,
        data.get("sends", {}),
        data["answers"],
        data.get("empty", {}),
        data["facts"],
        frozenset(data.get("keyed", ())),
        tuple(data.get("also", ())),
    )


def connector(vendors: Vendors, root: Path, type: str, options: Mapping[str, Any], held: Mapping[str, str]) -> Rest:
    """The connector of an entry with these options and credentials, which come from the environment."""
    references = {name: {"env": f"TEST_{name.upper()}"} for name in held}
    entry = ConnectorEntry("c", type, Location("policycheck.yaml", 3, 5), {**options, "credentials": references})
    made = build(entry, root, Definitions(TODAY).of)
    assert isinstance(made, Rest)
    environ = {**vendors.environ, **{f"TEST_{name.upper()}": value for name, value in held.items()}}
    made.context = PullContext("2026-11-22T03:00:00Z", None, environ)
    return made


def pull(made: Rest) -> Pulled:
    """What a connector gives, as the command line would take it."""
    facts: list[Fact] = []
    coverage = run([made], facts.append)
    return Pulled(tuple(facts), coverage)


def asked(vendors: Vendors, root: Path, case: Case) -> Pulled:
    """What a case gives at the vendor as it is played."""
    return pull(connector(vendors, root, case.vendor, case.options, case.credentials))


def reply(written: Any) -> Reply:
    """A reply as a data file writes it: a body, or ``{status, headers, body}``."""
    if isinstance(written, dict) and set(written) <= {"status", "headers", "body"} and written:
        return Reply(written.get("body"), written.get("status", 200), written.get("headers", {}))
    return Reply(written)


def player(case: Case, answers: Mapping[str, Any]) -> Callable[[Seen], Reply]:
    """Plays the answers of a case: any other question is 404, a question without the right credential 401."""

    def play(seen: Seen) -> Reply:
        for name, value in case.sends.items():
            if seen.headers.get(name.lower()) != value:
                return Reply({"error": "not authenticated"}, 401)
        key = f"{seen.line} {json.dumps(seen.body, sort_keys=True)}" if seen.body is not None else seen.line
        found = answers.get(key, answers.get(seen.line))
        return reply(found) if found is not None else Reply({"error": "no such thing"}, 404)

    return play


def found(pulled: Pulled) -> dict[str, Any]:
    """The facts in the form of a data file: what is empty is left out."""
    keys = [
        _told(fact, ("id", "name", "holder", "scopes", "created", "last_used", "expires", "status", "tenant", "hosts"))
        for fact in pulled.of(Credential)
    ]
    fields = [
        _told(fact, ("object", "path", "label", "type", "origin", "form", "host", "app", "tenant"))
        for fact in pulled.of(VendorField)
    ]
    return {**({"credentials": keys} if keys else {}), **({"fields": fields} if fields else {})}


def _told(fact: Fact, names: tuple[str, ...]) -> dict[str, Any]:
    values = {name: getattr(fact, name) for name in names}
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in values.items()
        if value not in (None, "") and (name != "hosts" or value)
    }


def planted(answers: Mapping[str, Any], keyed: frozenset[str] = frozenset()) -> tuple[dict[str, Any], list[str]]:
    """The answers with a token in every object under names that no definition maps; and the tokens. Objects named by
    ``keyed`` get none."""
    tokens: list[str] = []

    def plant(value: Any, name: str = "") -> Any:
        if isinstance(value, dict):
            inner = {key: plant(item, key) for key, item in value.items()}
            if name in keyed:
                return inner
            token = f"PLANTED{len(tokens)}"
            tokens.append(token)
            return {**inner, "zz_secret": token, token: [token]}
        return [plant(item) for item in value] if isinstance(value, list) else value

    made = {}
    for question, written in copy.deepcopy(dict(answers)).items():
        answer = reply(written)
        made[question] = {"status": answer.status, "headers": dict(answer.headers), "body": plant(answer.body)}
    return made, tokens


def without(case: Case, **changes: Any) -> Case:
    """A case with other parts."""
    return replace(case, **changes)


#: The host of definitions that tests make.
HOST = "api.parcelpost.example"


def definition(top: Mapping[str, Any], request: Mapping[str, Any]) -> dict[str, Any]:
    """A small definition with some parts replaced; None takes one out."""
    asked = {
        "facts": "credentials",
        "source": "keys",
        "path": "/keys",
        "records": "data",
        "map": {"id": "id"},
        **request,
    }
    made = {
        "name": "Parcelpost",
        "checked": "2026-11-22",
        "direction": "ours",
        "sources": {"keys": "https://docs.parcelpost.example/keys"},
        "base_url": f"https://{HOST}/v1",
        "auth": {"kind": "headers", "credentials": {"token": "a key"}, "headers": {"Authorization": "Bearer {token}"}},
        "limits": {"per_second": 1000},
        "requests": {"keys": {key: value for key, value in {**asked, **request}.items() if value is not None}},
        **top,
    }
    return {key: value for key, value in made.items() if value is not None}


def ids(pulled: Pulled) -> list[str]:
    """The ids of the credentials that were found."""
    return [key.id for key in pulled.of(Credential)]


def gaps(pulled: Pulled) -> list[tuple[str, str]]:
    """Status and reason of every row that is not complete."""
    return [(row.status, row.reason) for row in pulled.coverage if row.status != "complete"]
