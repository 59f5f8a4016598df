"""Model values as plain JSON objects, and the way they are written: shared by every JSON output.

Each output names its schema (``policycheck/check/v1``), published under ``policies/schemas``. Keys are only ever
added within a version. All text is escaped to ASCII, so that no control character reaches a terminal.
"""

from __future__ import annotations

import json
import re
from typing import Any, TextIO, TypeAlias

from policycheck.model.facts import Coverage
from policycheck.model.findings import Finding, Instance, PartyRow, SnapshotInfo, Tally
from policycheck.model.grants import Exposure, Grant
from policycheck.model.places import Evidence, Location
from policycheck.model.problems import Problem
from policycheck.model.survey import StoppedRead, UnlistedRead, VendorRow

Plain: TypeAlias = dict[str, Any]

#: What YAML takes for something else than a text.
_WORDS = frozenset({"yes", "no", "on", "off", "true", "false", "null", "y", "n"})


def dump(document: Plain, stream: TextIO) -> None:
    """Write a document: one line for each key, one for each item of a list of objects."""
    stream.write("{")
    for number, (key, value) in enumerate(document.items()):
        stream.write(f"{',' if number else ''}\n {json.dumps(key)}: ")
        if isinstance(value, list) and value and isinstance(value[0], dict):
            stream.write("[\n  ")
            for index, item in enumerate(value):
                stream.write((",\n  " if index else "") + json.dumps(item))
            stream.write("\n ]")
        else:
            stream.write(json.dumps(value))
    stream.write("\n}\n")


def quoted(text: str) -> str:
    """A text as a YAML scalar that can only be that text: JSON's form, but for plain words."""
    return text if re.fullmatch(r"[A-Za-z_][\w.-]*", text) and text.lower() not in _WORDS else json.dumps(text)


def location(at: Location) -> Plain:
    """Where something is written; lines and columns from 1."""
    return {"path": at.path, "line": at.line, "column": at.column}


def evidence(each: Evidence) -> Plain:
    """What was seen where."""
    return {"connector": each.connector, "where": each.where, "note": each.note}


def instance(each: Instance) -> Plain:
    """One place where a finding holds, with its proof."""
    return {
        "fingerprint": each.fingerprint,
        "subject": dict(each.subject),
        "observed": each.observed,
        "evidence": [evidence(item) for item in each.evidence],
        "witnesses": [
            {
                "action": w.action,
                "resource": w.resource,
                "context": {key: list(values) for key, values in w.context},
                "granted": w.granted or None,
                "ours": w.ours or None,
            }
            for w in each.witnesses
        ],
    }


def finding(each: Finding) -> Plain:
    """A finding with all its instances."""
    return {
        "rule": each.rule,
        "severity": each.severity.word,
        "outcome": each.outcome,
        "vendor": each.vendor,
        "fingerprint": each.fingerprint,
        "message": each.message,
        "location": location(each.location),
        "help": each.help,
        "owner": each.owner,
        "ask": each.ask,
        "enforced": each.enforced,
        "accepted": each.accepted or None,
        "accepted_by": each.accepted_by or None,
        "because": list(each.because),
        "assumes": list(each.assumes),
        "instances": [instance(item) for item in each.instances],
    }


def tally(each: Tally) -> Plain:
    """The counts of the line at the end."""
    return {
        "vendors": each.vendors,
        "grants": each.grants,
        "fields": each.fields,
        "severities": dict(each.severities),
        "excepted": each.excepted,
        "stated": each.stated,
        "not_seen": each.not_seen,
        "ignored": each.ignored,
        "baselined": each.baselined,
        "known": each.known,
        "left_out": each.left_out,
    }


def coverage(each: Coverage) -> Plain:
    """What a connector looked at, or could not see."""
    return {
        "connector": each.connector,
        "type": each.type,
        "system": each.system,
        "account": each.account,
        "resource": each.resource,
        "status": each.status,
        "seen": each.seen,
        "reason": each.reason,
        "help": each.help,
        "where": each.where,
        "note": each.note,
        **({"left_out": [name for name, _ in each.left_out]} if each.left_out else {}),
        **({"beyond": [name for name, _ in each.beyond]} if each.beyond else {}),
        **({"callers": list(each.callers)} if each.callers else {}),
    }


def party(each: PartyRow) -> Plain:
    """Somebody whom policies and shares let in."""
    return {"kind": each.kind, "party": each.party, "external": each.external, "vendor": each.vendor or None}


def snapshot(each: SnapshotInfo) -> Plain:
    """Which snapshot was judged."""
    blind = [{"taken_at": pull.taken_at, "reasons": list(pull.reasons)} for pull in each.blind_since]
    return {
        "id": each.id,
        "taken_at": each.taken_at,
        "policies_revision": each.policies_revision,
        **({"blind_since": blind} if blind else {}),
    }


def grant(each: Grant) -> Plain:
    """One way in which a party can act; ``conditions`` is the parsed Condition element, null without one."""
    return {
        "system": each.system,
        "account": each.account,
        "principal": each.principal,
        "name": each.name,
        "party": each.party,
        "party_kind": each.party_kind,
        "external": each.external,
        "vendor": each.vendor,
        "identified_by": each.identified_by,
        "looks_like": each.looks_like or None,
        "direction": each.direction,
        "held_by": each.held_by,
        "external_id": each.external_id,
        "conditions": json.loads(each.conditions) if each.conditions else None,
        "scopes": None if each.scopes is None else list(each.scopes),
        "evidence": [evidence(item) for item in each.evidence],
    }


def exposure(each: Exposure) -> Plain:
    """A category that a vendor has or can read, in a form, at a place."""
    return {
        "vendor": each.vendor,
        "category": each.category,
        "form": each.form,
        "depth": each.depth,
        "origin": each.origin or None,
        "place": each.place,
        "via": each.via,
        "party": each.party or None,
        "system": each.system,
        "account": each.account,
        "tenant": each.tenant,
        "dataset": each.dataset or None,
        "field": each.field or None,
        "action": each.action or None,
        "subjects": each.subjects,
        "host": each.host or None,
        "records": each.records or None,
        "limits": list(each.limits),
        "decided_by": each.decided_by,
        "declared_at": location(each.at) if each.at else None,
        "evidence": [evidence(item) for item in each.evidence],
    }


def stopped(each: StoppedRead) -> Plain:
    """A dataset that policies let a vendor read and that something else keeps from it."""
    return {
        "vendor": each.vendor,
        "account": each.account,
        "via": each.via,
        "party": each.party or None,
        "dataset": each.dataset,
        "action": each.action,
        "by": each.by,
        "categories": list(each.categories),
        "assumes": list(each.assumes),
    }


def unlisted(each: UnlistedRead) -> Plain:
    """Something that a vendor can read and no dataset describes."""
    return {
        "vendor": each.vendor,
        "system": each.system,
        "account": each.account,
        "via": each.via,
        "party": each.party or None,
        "action": each.action,
        "places": list(each.places),
        "evidence": [evidence(item) for item in each.evidence],
    }


def vendor(each: VendorRow) -> Plain:
    """One vendor with what is declared about it and how much of it was seen."""
    return {
        "vendor": each.vendor,
        "name": each.name,
        "kind": each.kind,
        "stage": each.stage,
        "owner": each.owner,
        "policy": each.policy or None,
        "grants": each.grants,
        "categories": list(each.categories),
    }


def problem(each: Problem) -> Plain:
    """One problem in a file that a user wrote."""
    return {
        "rule": each.rule,
        "severity": each.severity,
        "message": each.message,
        "help": each.help,
        "location": location(each.location),
    }
