"""The doctor of a vendor's API: one cheap question, and what the credential may do beyond what an audit needs."""

from __future__ import annotations

from collections.abc import Iterator

from policycheck.model.definitions import Definition, Probe, Value
from policycheck_connectors.interface import Check
from policycheck_connectors.rest.failures import Failure
from policycheck_connectors.rest.mapping import scopes_of
from policycheck_connectors.rest.session import Session
from policycheck_connectors.rest.templates import fill_path, filled, plain, search
from policycheck_connectors.rest.transport import Answer, Ask, with_query

#: Scopes that one line names.
_SHOWN = 6


def checks(definition: Definition, session: Session) -> Iterator[Check]:
    """What the probe tells, then what no call can tell."""
    if definition.probe is not None:
        yield from _probed(definition, definition.probe, session)
    else:
        yield Check(
            "credential", "warning", "no cheap call proves it", "run `policycheck pull` to see whether it works"
        )
    for name in definition.unconfirmed:
        text = f"`{name}` is not confirmed by the vendor's reference"
        yield Check(name, "warning", text, "compare what is pulled with what the vendor's own pages show")
    for each in definition.unknown:
        yield Check(each.facts, "warning", f"no call tells: {each.why}", each.attest)


def _probed(definition: Definition, probe: Probe, session: Session) -> Iterator[Check]:
    url = with_query(session.base + fill_path(probe.path, session.options), filled(probe.query, session.options))
    body = session.told(probe.body) if probe.method == "POST" else None
    try:
        answer = session.ask(Ask(url, probe.method, filled(definition.headers, session.options), body))
        who = plain(search(probe.who, answer.body)) if probe.who else ""
        yield Check("credential", "ok", f"works at {session.host}" + (f", as {who}" if who else ""))
        held = _scopes(probe, answer)
    except Failure as failure:
        yield Check("credential", "failed", failure.reason, failure.help)
        return
    if held is None:
        text = "the vendor does not tell what this credential may do"
        yield Check("scopes", "warning" if probe.enough else "ok", text, "look at it in the vendor's own pages")
        return
    yield from _compared(definition, probe, held)


def _scopes(probe: Probe, answer: Answer) -> list[str] | None:
    if probe.scopes_header:
        text = answer.headers.get(probe.scopes_header)
        return None if text is None else [each.strip() for each in text.split(",") if each.strip()]
    return scopes_of(Value(probe.scopes), answer.body) if probe.scopes else None


def _compared(definition: Definition, probe: Probe, held: list[str]) -> Iterator[Check]:
    for request in definition.requests:
        missing = [scope for scope in request.needs if scope not in held]
        if missing:
            hides = f"`{request.name}` cannot be seen without {', '.join(missing)}"
            yield Check(request.name, "warning", hides, f"give the credential {', '.join(missing)}")
    enough = {*probe.enough, *(scope for request in definition.requests for scope in request.needs)}
    more = sorted(set(held) - enough)
    if more and enough:
        shown = ", ".join(more[:_SHOWN]) + (f" and {len(more) - _SHOWN} more" if len(more) > _SHOWN else "")
        text = f"the credential may do more than an audit needs: {shown}"
        yield Check(
            "scopes", "warning", text, f"{', '.join(sorted(enough))} suffices: make a credential with that alone"
        )
    elif enough:
        yield Check("scopes", "ok", f"no more than an audit needs: {', '.join(sorted(held)) or 'none'}")
