"""Vendors by categories, from what was seen and what was found; judges nothing anew, so that it cannot contradict."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from policycheck.checks.doubts import hidden
from policycheck.checks.needs import Need, need
from policycheck.checks.telling import remedy
from policycheck.checks.unused import fields_seen
from policycheck.library.kinds import KindField, load_kind
from policycheck.library.taxonomy import Taxonomy, load_taxonomy
from policycheck.model.dataclass import dataclass
from policycheck.model.declared import FieldRule, Policy, Project
from policycheck.model.findings import CheckResult, Finding, Severity
from policycheck.model.grants import Exposure, Grant
from policycheck.model.overview import (
    DECLARED,
    OVER_SHARED,
    UNDECLARED,
    UNKNOWN,
    USED,
    Cell,
    Column,
    Matrix,
    PolicyLine,
    Row,
)
from policycheck.model.survey import Survey, VendorRow

#: Rules that are about one category at one vendor.
_OF_CATEGORIES = frozenset({"PC101", "PC102", "PC103", "PC104", "PC105", "PC109", "PC401"})
#: What a vendor can read or gets, and nobody can tell what that is.
_OF_UNCLASSIFIED = frozenset({"PC106", "PC107"})

_Key = tuple[str, str]


def matrix(project: Project, survey: Survey, result: CheckResult) -> Matrix:
    """Every vendor that has a policy or was seen, and every category that is declared or was seen."""
    return _Builder(project, survey, result).build()


@dataclass(frozen=True, slots=True)
class _State:
    state: str
    why: str


class _Builder:
    def __init__(self, project: Project, survey: Survey, result: CheckResult) -> None:
        self._taxonomy = load_taxonomy()
        self._policies = {policy.vendor: policy for policy in project.policies}
        self._survey = survey
        self._result = result
        self._seen: dict[_Key, list[Exposure]] = defaultdict(list)
        for exposure in survey.exposures:
            self._seen[exposure.vendor, exposure.category or ""].append(exposure)
        self._found: dict[_Key, list[Finding]] = defaultdict(list)
        for finding in (*result.findings, *result.accepted):
            for category in _categories(finding):
                self._found[finding.vendor or "", category].append(finding)
        self._grants = _by_principal(survey.grants, survey.exposures)
        self._categories: dict[str, set[str]] = defaultdict(set)
        for vendor, category in self._seen:
            self._categories[vendor].add(category)
        self._looked = self._fields_looked_at()

    def build(self) -> Matrix:
        cells = {(cell.vendor, cell.category): cell for cell in self._cells()}
        columns = _columns(self._taxonomy, {category for _, category in cells})
        told = {(f.vendor, f.message) for f in self._result.findings if f.unseen and f.vendor}
        unseen = [vendor for vendor, _ in told | {(each.vendor, each.message) for each in self._result.doubts}]
        rows = {v.vendor: _row(v, unseen.count(v.vendor)) for v in self._survey.vendors}
        for vendor, _ in cells:
            rows.setdefault(vendor, Row(vendor, "", "", "", "", "", 0))
        order = sorted(rows)
        ordered = [cells[v, c.category] for v in order for c in columns if (v, c.category) in cells]
        return Matrix(tuple(columns), tuple(rows[v] for v in order), tuple(ordered))

    def _cells(self) -> Iterator[Cell]:
        keys = {*self._seen, *(key for key in self._found if key[0] and self._speaks(key)), *self._only_declared()}
        for vendor, category in sorted(keys):
            yield self._cell(vendor, category)

    def _speaks(self, key: _Key) -> bool:
        """Whether the findings of a category that was not seen tell something of it: of a product's own defaults, say,
        but not of an entry that stands for what is below it."""
        return bool({f.rule for f in self._found[key]} & {"PC105", "PC106", "PC107"})

    def _only_declared(self) -> Iterator[_Key]:
        for policy in self._policies.values():
            for rule in policy.fields:
                if not any(self._taxonomy.covers(rule.category, c) for c in self._categories[policy.vendor] if c):
                    yield policy.vendor, rule.category

    def _fields_looked_at(self) -> frozenset[str]:
        rows = self._result.coverage
        whole = {(c.system, c.resource) for c in rows if c.status == "complete"}
        whole -= {(c.system, c.resource) for c in rows if c.status != "complete"}
        unsure = {f.vendor for f in self._result.findings if f.unseen} | hidden(self._result.doubts)
        return frozenset(v for v, p in self._policies.items() if fields_seen(p, whole) and v not in unsure)

    def _cell(self, vendor: str, category: str) -> Cell:
        exposures = self._seen.get((vendor, category), [])
        findings = self._found.get((vendor, category), [])
        policy = self._policies.get(vendor)
        rules = _covering(self._taxonomy, policy, category)
        told = self._state(policy, rules, category, exposures, findings)
        wrong = told.state in (OVER_SHARED, UNDECLARED) and bool(exposures)
        return Cell(
            vendor=vendor,
            category=category,
            state=told.state,
            why=told.why,
            exposures=tuple(exposures),
            grants=tuple(_reading(self._grants, exposures)),
            lines=tuple(_lines(self._taxonomy, policy, rules, category)),
            need=_needed(self._taxonomy, policy, category, exposures),
            findings=tuple(dict.fromkeys(f.fingerprint for f in findings)),
            accepted=bool(findings) and all(f.accepted for f in findings),
            fix=_fix(policy, category, exposures) if wrong else "",
        )

    def _state(
        self,
        policy: Policy | None,
        rules: Sequence[FieldRule],
        category: str,
        exposures: Sequence[Exposure],
        findings: Sequence[Finding],
    ) -> _State:
        found = {f.rule: f for f in reversed(findings)}
        if not category:
            return _State(UNKNOWN, "seen, and nothing tells what it is")
        if policy is None:
            return _State(UNDECLARED, "seen, and this vendor has no policy")
        if not exposures:
            return self._absent(policy.vendor, found)
        if "PC102" in found:
            return _State(OVER_SHARED, "seen, and the policy says never")
        if "PC103" in found:
            return _State(OVER_SHARED, "seen in a wider form or further back than the policy allows")
        if beyond := found.get("PC101") or found.get("PC105"):
            if beyond.outcome == "gap" and not rules:
                return _State(UNKNOWN, "seen, and only a part of it is allowed: it may be more than that")
            allowed = "the policy allows it otherwise only" if rules else "no line of the policy allows it"
            return _State(OVER_SHARED if rules else UNDECLARED, f"seen, and {allowed}")
        # What a vendor can do without is no fault; what its kind has no use for is.
        if "PC109" in found and found["PC109"].severity > Severity.LOW:
            return _State(OVER_SHARED, "seen and allowed, not needed by such a vendor, and the policy does not say why")
        return _State(USED, "seen, as the policy allows it")

    def _absent(self, vendor: str, found: Mapping[str, Finding]) -> _State:
        if "PC105" in found:
            return _State(UNKNOWN, "the product collects it unless that is off; nobody looked")
        if vendor not in self._looked:
            return _State(UNKNOWN, "allowed, and not all places where it may be were seen")
        return _State(DECLARED, "allowed, and not seen")


def _categories(finding: Finding) -> set[str]:
    """The categories that a finding speaks of; empty text for what has none."""
    if finding.rule in _OF_UNCLASSIFIED:
        return {""}
    if finding.rule not in _OF_CATEGORIES:
        return set()
    return {value for each in finding.instances for name, value in each.subject if name == "category"}


def _by_principal(
    grants: Iterable[Grant], exposures: Iterable[Exposure]
) -> dict[tuple[str | None, str, str], list[Grant]]:
    """The grants through which something is read, by vendor, account and principal."""
    wanted = {(e.vendor, e.account, e.via) for e in exposures if e.origin == "readable"}
    found: dict[tuple[str | None, str, str], list[Grant]] = {}
    for grant in grants:
        key = (grant.vendor, grant.account, grant.principal)
        if key in wanted:
            found.setdefault(key, []).append(grant)
    return found


def _reading(
    grants: Mapping[tuple[str | None, str, str], list[Grant]], exposures: Iterable[Exposure]
) -> Iterator[Grant]:
    for key in dict.fromkeys((e.vendor, e.account, e.via) for e in exposures if e.origin == "readable"):
        yield from grants.get(key, ())


def _covering(taxonomy: Taxonomy, policy: Policy | None, category: str) -> list[FieldRule]:
    if policy is None or not category:
        return []
    return [rule for rule in policy.fields if taxonomy.covers(rule.category, category)]


def _lines(
    taxonomy: Taxonomy, policy: Policy | None, rules: Sequence[FieldRule], category: str
) -> Iterator[PolicyLine]:
    if policy is None or not category:
        return
    nevers = [never for never in policy.never if taxonomy.covers(never.category, category)]
    for never in nevers:
        source = "" if never.source == "policy" else f" (from {never.source})"
        yield PolicyLine(never.at, f"never {never.category}{source}")
    for rule in rules:
        yield PolicyLine(rule.at, f"allows {_allowed(rule)}")
    if not rules and not nevers:
        yield PolicyLine(policy.place("fields"), f"no entry allows {category}")


def _allowed(rule: FieldRule) -> str:
    limits = [" or ".join(rule.forms) or "any form", rule.depth]
    limits += [f"{' or '.join(rule.origins)} only"] if rule.origins else []
    limits += [f"via {' or '.join(rule.via)}"] if rule.via else []
    limits += [f"until {rule.until}"] if rule.until else []
    source = "" if rule.source == "policy" else f", by {rule.source}"
    return f"{rule.category} ({', '.join(limits)}{source})" + (f": {rule.why}" if rule.why else "")


_NEEDED = {
    "needed": "needs it",
    "optional": "can do without it; it serves for",
    "wider": "needs a part of it only",
    "over_shared": "does not need it",
}


def _needed(taxonomy: Taxonomy, policy: Policy | None, category: str, exposures: Sequence[Exposure]) -> str:
    """What the vendor's kind says of a category, in one sentence; empty without a kind."""
    if policy is None or not category:
        return ""
    found = need(taxonomy, policy, FieldRule(category, policy.at, tuple(sorted({e.form for e in exposures}))))
    if found is None:
        return ""
    label = load_kind(found.kind).label
    if found.field is None:
        return f"nothing tells what a vendor for {label} needs it for"
    return f"a vendor for {label} {_NEEDED[found.status]}: {_because(found, found.field)}"


def _because(found: Need, field: KindField) -> str:
    part = f"{field.category}{', ' + ' or '.join(field.forms) if field.forms else ''}; "
    return (part if found.status == "wider" else "") + field.why


def _fix(policy: Policy | None, category: str, exposures: Sequence[Exposure]) -> str:
    if policy is None:
        return f"write policies/{exposures[0].vendor}.yaml, or stop giving it {category}"
    return "; ".join(dict.fromkeys(remedy(each) for each in exposures))


def _columns(taxonomy: Taxonomy, categories: Iterable[str]) -> list[Column]:
    """In the order of the taxonomy's keys; what could not be classified comes last."""
    columns = []
    for key in sorted(categories, key=lambda each: (not each, each)):
        known = taxonomy.categories.get(key)
        group = ".".join(key.split(".")[:2])
        sensitivity, means = (known.sensitivity, known.label) if known else ("", "")
        label = taxonomy.short(key) if key else "not classified"
        columns.append(Column(key, label, group, sensitivity, means))
    return columns


def _row(each: VendorRow, unseen: int) -> Row:
    return Row(each.vendor, each.name, each.kind, each.stage, each.owner, each.policy, each.grants, unseen)
