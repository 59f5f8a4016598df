"""The door of this room: comparisons of documents with memory, nothing process-global."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product

from policycheck.aws.actions import ActionIndex
from policycheck.aws.callers import read_caller
from policycheck.aws.compare import comparison, for_principal, has_principal
from policycheck.aws.contexts import Scope
from policycheck.aws.difference import OUT_OF_BUDGET, Case, Findings, Searcher
from policycheck.aws.documents import NEW_VERSION, Clause, Document, Statement, folded, identity_problems, parse, split
from policycheck.aws.evaluate import READINGS, Request, allows, request
from policycheck.aws.given import RESOURCE_ACCOUNT, keys_of, of_caller, of_resources, settle, with_account
from policycheck.aws.globs import Budget, OverBudget
from policycheck.aws.granting import fitting_first, granting
from policycheck.aws.keys import several
from policycheck.aws.trust import TrustReading, read_trust
from policycheck.aws.vocabulary import Vocabulary
from policycheck.model.dataclass import dataclass
from policycheck.model.verdict import INSIDE, OUTSIDE, UNDECIDED, Access, Comparison, Verdict, Witness

DEFAULT_BUDGET = 200_000
SHOWN = 3
_STEP = 5


@dataclass(frozen=True, slots=True)
class _Layers:
    """The layers of one access: each a tuple of documents; all must allow."""

    layers: tuple[tuple[Document, ...], ...]

    @property
    def denies(self) -> tuple[Statement, ...]:
        return tuple([s for layer in self.layers for doc in layer for s in doc.statements if not s.allow])

    def allows(self) -> Iterator[tuple[Statement, ...]]:
        """One allowing statement of each layer, in every combination."""
        return product(*[[s for doc in layer for s in doc.statements if s.allow] for layer in self.layers])


class Engine:
    """Compares documents (canonical JSON texts). ``budget`` bounds the work of one comparison, in automaton steps;
    with ``known``, witnesses name actions and resources of a catalogue where they can."""

    def __init__(self, budget: int = DEFAULT_BUDGET, known: Vocabulary | None = None) -> None:
        self._budget = budget
        self._searcher = Searcher(known)
        self._documents: dict[str, Document] = {}
        self._trusts: dict[str, TrustReading] = {}
        self._verdicts: dict[tuple[str, Access, tuple[object, ...]], Verdict] = {}
        self._keys: dict[Access, frozenset[str]] = {}
        self._prefixes: dict[Access, frozenset[str] | None] = {}
        self._indexes: dict[tuple[Statement, ...], ActionIndex] = {}

    def trust(self, text: str) -> TrustReading:
        """Who a role's trust policy lets in."""
        if text not in self._trusts:
            self._trusts[text] = read_trust(text)
        return self._trusts[text]

    def services(self, access: Access) -> frozenset[str] | None:
        """The service prefixes that the access can name in an allowed action; None: it may be any."""
        if access not in self._prefixes:
            found = [self._services(part) for part in access.parts]
            known = [own for own in found if own is not None]
            self._prefixes[access] = frozenset().union(*known) if len(known) == len(found) else None
        return self._prefixes[access]

    def _services(self, access: Access) -> frozenset[str] | None:
        layers, _ = self._read(access)
        found: set[str] = set()
        for statement in (s for document in layers.layers[0] for s in document.statements if s.allow):
            prefixes = {action.partition(":")[0] for action in statement.actions}
            if statement.not_action or any("*" in prefix or "?" in prefix for prefix in prefixes):
                return None
            found |= prefixes
        return frozenset(found)

    def keys(self, access: Access) -> frozenset[str]:
        """The lower-case condition keys that any layer of the access asks for."""
        if access not in self._keys:
            read = [self._read(part)[0].layers for part in access.parts]
            self._keys[access] = keys_of([doc for layers in read for layer in layers for doc in layer])
        return self._keys[access]

    def resources(self, text: str) -> tuple[str, ...]:
        """The resource patterns that the Allow statements of a document name; a star for NotResource."""
        allows = [s for s in self._document(text).statements if s.allow]
        return tuple({p: None for s in allows for p in (("*",) if s.not_resource else s.resources or ("*",))})

    def problems(self, text: str) -> tuple[str, ...]:
        """Why a document is not a valid policy; empty when it is."""
        return self._document(text).problems

    def contained(self, actual: Access, declared: tuple[str, ...]) -> Verdict:
        """Whether everything that ``actual`` allows is allowed by the union of the ``declared`` documents."""
        return self._remembered("contained", actual, (declared,), lambda part: self._contained(part, declared))

    def compare(self, declared: str, actual: str, principal: str = "") -> Comparison:
        """Both directions between two policies. Policies with Principal are compared for one ``principal``.

        Raises ValueError when a policy has a Principal and none is given, or the principal has no known form.
        """
        documents = [self._document(declared), self._document(actual)]
        known: tuple[Clause, ...] = ()
        if any(has_principal(document) for document in documents):
            if not principal:
                raise ValueError("a policy with Principal is compared for one principal; name it")
            caller = read_caller(principal)
            known = of_caller(caller, keys_of(documents))
            documents = [settle(for_principal(document, caller), known) for document in documents]
        reason = _invalid(documents[:1], "the declared policy") or _invalid(documents[1:], "the actual policy")
        if reason:
            return comparison(Verdict(UNDECIDED, reason=reason), Verdict(UNDECIDED, reason=reason))
        extra = (_synthetic(("*",), ("*",), known),) if known else ()
        one, other = [_Layers(((document,),)) for document in documents]
        return comparison(
            self._difference(other, extra, (documents[0],)), self._difference(one, extra, (documents[1],))
        )

    def reads(
        self, access: Access, actions: tuple[str, ...], locations: tuple[str, ...], clauses: tuple[Clause, ...] = ()
    ) -> Verdict:
        """OUTSIDE with a witness: one of the actions can be done on a resource that a location matches, in a request
        of which all ``clauses`` hold."""

        def work(part: Access) -> Verdict:
            return self._within(part, _synthetic(actions, locations, clauses), None)

        return self._remembered("reads", access, (actions, locations, clauses), work)

    def may(self, access: Access, actions: tuple[str, ...], locations: tuple[str, ...]) -> bool:
        """As ``reads``, where only that it is not refuted is asked for: one witness will do."""

        def work(part: Access) -> Verdict:
            return self._within(part, _synthetic(actions, locations), None, enough=1)

        return self._remembered("may", access, (actions, locations), work).status != INSIDE

    def reads_beyond(
        self, access: Access, actions: tuple[str, ...], locations: tuple[str, ...], within: tuple[str, ...] = ()
    ) -> Verdict:
        """OUTSIDE with a witness: one of the actions can be done on a resource that no location matches.

        ``within`` are the patterns of the resources that matter at all; empty: every resource.
        """

        def work(part: Access) -> Verdict:
            known = _synthetic(actions, locations) if locations else None
            return self._within(part, _synthetic(actions, within or ("*",)), known)

        return self._remembered("beyond", access, (actions, locations, within), work)

    def _document(self, text: str) -> Document:
        if text not in self._documents:
            self._documents[text] = parse(text)
        return self._documents[text]

    def _remembered(
        self, kind: str, access: Access, about: tuple[object, ...], work: Callable[[Access], Verdict]
    ) -> Verdict:
        key = (kind, access, about)
        if key not in self._verdicts and access.others:
            self._verdicts[key] = _united([self._remembered(kind, part, about, work) for part in access.parts])
        elif key not in self._verdicts:
            verdict = self._told(access, work(access))
            self._verdicts[key] = replace(verdict, assumes=access.unseen) if access.unseen else verdict
        return self._verdicts[key]

    def _told(self, access: Access, verdict: Verdict) -> Verdict:
        """The verdict with requests such as AWS knows them first, and with the words that grant each."""
        if not verdict.witnesses:
            return verdict
        documents = [self._document(text) for text in access.identity]
        kept = fitting_first(self._searcher.known, verdict.witnesses)
        return replace(verdict, witnesses=tuple(granting(documents, witness) for witness in kept))

    def _read(self, access: Access) -> tuple[_Layers, str]:
        own = [access.identity] if access.boundary is None else [access.identity, access.boundary]
        read = [tuple([self._document(text) for text in dict.fromkeys(layer)]) for layer in (*own, *access.limits)]
        reason = _invalid((doc for layer in read[: len(own)] for doc in layer), "an attached policy")
        limits = [problem for layer in read[len(own) :] for doc in layer for problem in doc.problems]
        if limits and not reason:
            reason = f"a limiting policy is not valid: {limits[0]}"
        return _Layers(tuple(read)), reason

    def _contained(self, actual: Access, declared: tuple[str, ...]) -> Verdict:
        layers, reason = self._read(actual)
        documents = tuple([self._document(text) for text in dict.fromkeys(declared)])
        reason = reason or _invalid(documents, "a declared policy")
        if reason:
            return Verdict(UNDECIDED, reason=reason)
        return self._difference(layers, (), documents)

    def _within(self, access: Access, wanted: Statement, known: Statement | None, enough: int = SHOWN) -> Verdict:
        layers, reason = self._read(access)
        if reason:
            return Verdict(UNDECIDED, reason=reason)
        documents = (Document(NEW_VERSION, (known,), ()),) if known else ()
        return self._difference(layers, (wanted,), documents, enough)

    def _difference(
        self,
        layers: _Layers,
        extra: tuple[Statement, ...],
        declared: tuple[Document, ...],
        enough: int = SHOWN,
    ) -> Verdict:
        findings = Findings(enough=enough)
        documents = [*declared, *[doc for layer in layers.layers for doc in layer]]
        listed = several([clause for doc in documents for s in doc.statements for clause in s.clauses])
        scope = Scope(Budget(self._budget), listed)
        denies = layers.denies
        allows = tuple([s for doc in declared for s in doc.statements if s.allow])
        refusals = tuple([s for doc in declared for s in doc.statements if not s.allow])
        owned = RESOURCE_ACCOUNT in keys_of(documents)
        layered = (*layers.layers, (Document(NEW_VERSION, extra, ()),)) if extra else layers.layers

        def verify(witness: Witness) -> bool:
            asked = with_account(witness.resource, dict(witness.context)) if owned else dict(witness.context)
            return asked is not None and _is_difference(layered, declared, witness, asked)

        try:
            for combo in layers.allows():
                if findings.full:
                    break
                scope.budget.spend(_STEP)
                known = of_resources(combo) if owned else frozenset()
                case = Case((*combo, *extra), self._index(denies + allows), verify, known)
                self._searcher.run(case, scope, findings)
                for refusal in refusals:
                    case = Case((*combo, *extra, refusal), self._index(denies), verify, known)
                    self._searcher.run(case, scope, findings)
        except OverBudget:
            findings.open[OUT_OF_BUDGET] = None
        return _verdict(findings)

    def _index(self, statements: tuple[Statement, ...]) -> ActionIndex:
        found = self._indexes.get(statements)
        if found is None:
            found = self._indexes[statements] = ActionIndex(statements)
        return found


def _united(verdicts: Sequence[Verdict]) -> Verdict:
    """The verdict on a union, of the verdicts on its parts."""
    witnesses = dict.fromkeys(witness for verdict in verdicts for witness in verdict.witnesses)
    reason = "; ".join(dict.fromkeys(verdict.reason for verdict in verdicts if verdict.reason))
    assumes = tuple(dict.fromkeys(each for verdict in verdicts for each in verdict.assumes))
    status = UNDECIDED if reason else INSIDE
    return Verdict(OUTSIDE if witnesses else status, tuple(witnesses)[:SHOWN], reason, assumes)


def _invalid(documents: Iterable[Document], what: str) -> str:
    for document in documents:
        problems = identity_problems(document)
        if problems:
            return f"{what} is not valid: {problems[0]}"
    return ""


def _synthetic(actions: Sequence[str], locations: Sequence[str], clauses: tuple[Clause, ...] = ()) -> Statement:
    """An Allow for the actions on the locations under some conditions, as a policy would write it."""
    lower = tuple([folded(action) for action in actions])
    wild, starts, odd = split(lower)
    return Statement(
        index=0, sid="", allow=True, actions=lower, exact=frozenset(lower).difference(wild), wild=wild,
        starts=starts, odd=odd,
        spelled=tuple(actions), not_action=False, resources=tuple(locations), not_resource=False, principals=None,
        not_principal=False, clauses=clauses, condition="", variables=False,
        conjuncts=frozenset([(clause, False) for clause in clauses]),
    )  # fmt: skip


def _is_difference(
    layers: Sequence[Sequence[Document]],
    declared: Sequence[Document],
    witness: Witness,
    told: Mapping[str, tuple[str, ...]],
) -> bool:
    """Run the evaluator on a witness in the context ``told``, under both readings of wildcards."""
    context = {key: values[0] if len(values) == 1 else values for key, values in told.items()}
    asked: Request = request(witness.action, witness.resource, context)
    if not all(allows(layers, asked, READINGS)):
        return False
    return not any(allows((declared,), asked, READINGS))


def _verdict(findings: Findings) -> Verdict:
    ordered = sorted(findings.witnesses, key=lambda witness: (findings.witnesses[witness], witness))
    reason = "; ".join(sorted(findings.open))
    if ordered:
        return Verdict(OUTSIDE, tuple(ordered[:SHOWN]), reason)
    return Verdict(UNDECIDED, reason=reason) if reason else Verdict(INSIDE)
