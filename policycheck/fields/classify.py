"""Classification of fields: what each one holds, in which form, how sure that is, and what decided.

First to know wins: the project's overrides, the reviewed export, the vendor's profile, the project's own catalog, the
generic rules. Nobody: the field stays unclassified, which is a finding, never a guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property

from policycheck.fields.judge import Judge, Judged
from policycheck.fields.keymap import KeyMap, parts
from policycheck.fields.overriding import Overriding
from policycheck.library.classification import RuleBook, load_rules
from policycheck.library.known_paths import known_path
from policycheck.library.profiles import Profile
from policycheck.library.taxonomy import NONE, Taxonomy
from policycheck.library.weights import Weights, load_weights
from policycheck.model.dataclass import dataclass
from policycheck.model.declared import Dataset, Override
from policycheck.model.facts import VendorField

# IPv4 and IPs are words of their own
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])(?!Pv\d|[A-Z]s(?![a-z]))")
_OTHER = re.compile(r"[^a-z0-9]+")

# A vendor's own name for a field, by a profile and by a field map, which nobody had to confirm field by field; one
# that ends like it (docs/classification.md tells how often these are right).
_EXACT = 0.99
_MAPPED = 0.95
_ALIKE = 0.9
_ELSEWHERE = 0.8

# What a field is not said to be without, for another product's sake.
_NEVER_NONE = (
    *("user.contact.email", "user.contact.phone_number", "user.device.ip_address", "user.authorization"),
    *("user.government_id", "user.financial.", "user.health_and_medical", "user.location.precise"),
)


@dataclass(frozen=True, slots=True)
class Classified:
    """``category`` is a taxonomy key, ``none`` (nothing personal), or None (could not be judged).

    ``decided_by`` is for people: ``export``, ``profile VENDOR: KEY``, ``field map VENDOR: KEY``,
    ``catalog DATASET.FIELD``, ``rule ID``, ``override FILE:LINE``, or empty. ``rule`` is its id: ``export``,
    ``profile:VENDOR:KEY``, ``catalog:DATASET.FIELD``, ``override:FILE:LINE`` or that of a generic rule. ``confidence``
    runs from 0 to 1; what a person decided is 1. ``perhaps`` is what a rule that is not sure enough would have said,
    ``why`` what it went by.
    """

    category: str | None
    form: str
    depth: str
    decided_by: str
    confidence: float = 1.0
    rule: str = ""
    why: str = ""
    perhaps: str = ""


@dataclass(frozen=True, slots=True)
class _Known:
    category: str
    depth: str
    place: str


class Classifier:
    """Classifies the fields of one project.

    ``datasets`` is its catalog; equal names there must agree to count. ``overrides`` are what its people decided.
    ``rules`` are the generic rules and ``weights`` what words weigh, the shipped ones by default; they are read when
    the first field asks for them. With ``unnamed``, a field of no vendor is also known by its whole path, where
    products that have it agree.
    """

    def __init__(
        self,
        taxonomy: Taxonomy,
        datasets: tuple[Dataset, ...] = (),
        overrides: tuple[Override, ...] = (),
        rules: RuleBook | None = None,
        *,
        weights: Weights | None = None,
        unnamed: bool = False,
    ) -> None:
        self._taxonomy = taxonomy
        self._catalog = _unambiguous(datasets)
        self._overriding = Overriding(overrides)
        self._rules = rules
        self._keys: dict[str, KeyMap] = {}
        self._weights = weights
        self._unnamed = unnamed

    @cached_property
    def _judge(self) -> Judge:
        return Judge(self._rules) if self._rules else Judge(load_rules(), self._weights or load_weights())

    def classify(self, field: VendorField, profile: Profile | None, vendor: str = "") -> Classified:
        """What a vendor's field holds. ``vendor`` is whom it belongs to, that of the profile by default.

        An unstated form is the one that name and shape tell, else raw; an unstated depth is that of the catalog's
        field, else the latest value.
        """
        vendor = vendor or (profile.vendor if profile else "")
        override = self._overriding.find(field.object, field.path, field.system, vendor)
        if override is not None:
            place = f"{override.at.path}:{override.at.line}"
            found = Classified(override.category, override.form, "", f"override {place}", 1.0, f"override:{place}")
        elif self._is_category(field.category):
            found = Classified(field.category, "", "", "export", 1.0, "export")
        else:
            found = self._known(field, profile) or self._elsewhere(field, self._generic(field), profile)
        form = field.form or found.form or self._form(field, found.category)
        return Classified(
            found.category,
            form or "raw",
            field.depth or found.depth or "latest",
            found.decided_by,
            found.confidence,
            found.rule,
            found.why,
            found.perhaps,
        )

    def name(
        self,
        path: str,
        object: str = "",
        *,
        label: str = "",
        type: str = "",
        format: str = "",
        shape: str = "",
        system: str = "",
        profile: Profile | None = None,
    ) -> Classified:
        """What a field of this name holds, for use without facts: a column, a property, a line of a list.

        ``type`` and ``format`` as declared (``varchar(255)``, ``email``), ``shape`` a word of
        ``model.shapes.SHAPES``. ``category`` is None where it could not be judged; ``perhaps`` then is what it may be.
        """
        type = format if format and self._judge.knows_type(format) else type
        field = VendorField(system, "", object, path, "", "", label, type, shape=shape)
        return self.classify(field, profile)

    def _known(self, field: VendorField, profile: Profile | None) -> Classified | None:
        """By the vendor's profile, else by our own catalog."""
        key, sure = self._profile_key(field, profile) if profile else (None, 0.0)
        if profile and key:
            form, depth = profile.forms.get(key, ""), profile.depths.get(key, "")
            place = f"{'field map' if key in profile.mapped else 'profile'} {profile.vendor}: {key}"
            rule, why = f"profile:{profile.vendor}:{key}", f"a field of {profile.name}: `{key}`"
            return Classified(profile.keys[key], form, depth, place, sure, rule, why)
        known = next((self._catalog[name] for name in _names(field) if name in self._catalog), None)
        if known:
            return Classified(known.category, "", known.depth, f"catalog {known.place}", 0.95, f"catalog:{known.place}")
        return None

    def _generic(self, field: VendorField) -> Classified:
        judged: Judged = self._judge.judge(field.path, field.object, field.label, field.type, shape=field.shape)
        decided = f"rule {judged.rule}" if judged.category is not None else ""
        return Classified(
            judged.category,
            judged.form,
            judged.depth,
            decided,
            judged.confidence,
            judged.rule,
            judged.why,
            judged.perhaps,
        )

    def _elsewhere(self, field: VendorField, judged: Classified, profile: Profile | None) -> Classified:
        """By what products have under the same whole path, where no vendor is named; else as it was judged. That an
        address, a number or a secret is nothing personal is not believed so."""
        if profile is not None or not self._unnamed:
            return judged
        whole = parts(f"{field.object}.{field.path}" if field.object else field.path, normal)
        found = known_path(whole)
        if found is None or (found[0] == NONE and (judged.category or "").startswith(_NEVER_NONE)):
            return judged
        category, vendor = found
        path = ".".join(whole)
        form = judged.form if category == judged.category else ""
        why = f"`{field.path}` in the field map of {vendor}"
        return Classified(
            category, form, "", f"field map {vendor}: {path}", _ELSEWHERE, f"profile:{vendor}:{path}", why
        )

    def _form(self, field: VendorField, category: str | None) -> str:
        if category is None or category == NONE or not field.shape:
            return ""
        return self._judge.form(field.path, field.object, category, field.type, field.shape)

    def _is_category(self, word: str | None) -> bool:
        return word == NONE or word in self._taxonomy.categories

    def _profile_key(self, field: VendorField, profile: Profile) -> tuple[str | None, float]:
        """The key of the profile's map for this field, and how sure that is."""
        keys = self._keys.get(profile.vendor)
        if keys is None:
            keys = self._keys[profile.vendor] = KeyMap(profile, normal)
        exact = keys.find(field)
        if exact:
            return exact, _MAPPED if exact in profile.mapped else _EXACT
        return keys.alike(field), _ALIKE


def normal(name: str) -> str:
    """A name with letter case and separators evened out: ``lastLoginIp``, ``LAST-LOGIN IP`` -> ``last_login_ip``."""
    return _OTHER.sub("_", _HUMP.sub("_", name).lower()).strip("_")


def _names(field: VendorField) -> tuple[str, ...]:
    """What a field may be known as: its path, the path without a namespace (Amplitude's ``gp:plan``), its label."""
    return (normal(field.path), normal(field.path.rpartition(":")[2]), normal(field.label))


def _unambiguous(datasets: Iterable[Dataset]) -> dict[str, _Known]:
    """The catalog's fields by normal name, without those that two datasets read differently.

    What waits for a review says nothing yet; and that `name` is nothing personal in one of our tables says nothing of
    a vendor's `name`, though it is a different reading.
    """
    known: dict[str, _Known] = {}
    doubtful = {normal(name) for dataset in datasets for name in dataset.plain}
    for dataset in datasets:
        for field in dataset.fields:
            if field.category and not field.review:
                name, new = normal(field.name), _Known(field.category, field.depth, f"{dataset.name}.{field.name}")
                old = known.setdefault(name, new)
                if (old.category, old.depth) != (new.category, new.depth):
                    doubtful.add(name)
    return {name: entry for name, entry in known.items() if name and name not in doubtful}
