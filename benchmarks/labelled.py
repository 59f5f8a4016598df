"""How well fields are classified: precision and recall on labelled fields of real vendors, and the misses."""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.jobs import Row
from benchmarks.measure import ROOT, least
from policycheck.fields.classify import Classified, Classifier
from policycheck.library.field_maps import known_fields
from policycheck.library.taxonomy import NONE, load_taxonomy
from policycheck.model.shapes import shape_of

LABELLED = ROOT / "tests" / "fields" / "labelled"

#: Files that are looked at while rules are written; the held-out ones were scored once and are spent, as are the
#: batches of ``development_2``.
PARTS = (
    *("development", "held_out", "held_out_2", "held_out_3", "development_2", "held_out_4", "development_3"),
    *("development_4", "held_out_5", "development_5", "held_out_6"),
)
#: The files that no rule and no map was mended with; a job of its own scores them, so that nobody does by accident.
BLIND = ("held_out_7", "held_out_8", "held_out_9", "held_out_10", "held_out_11")

#: What has to be reached on ``BLIND``, together and by each: measure -> (precision, recall), None where not asked.
BARS: dict[str, tuple[float | None, float | None]] = {
    "personal": (0.95, 0.90),
    "user.device.ip_address": (0.95, 0.95),
    "user.contact.email": (0.95, 0.95),
    "user.contact.phone_number": (0.95, 0.95),
    "user.account.username": (None, 0.85),
    "user.behavior": (None, 0.85),
}
EXACT = 0.80


@dataclass(frozen=True, slots=True)
class Labelled:
    """One field with its label, and what the classifier said of it; "" stands for what it could not judge."""

    vendor: str
    path: str
    label: str
    said: str
    form: str
    said_form: str
    rule: str


Classify = Callable[[dict[str, str]], Classified]


def generic(whole: Classifier) -> Classify:
    """By the generic rules alone; by whole paths first, where the classifier asks for them."""
    return lambda row: whole.name(row["key_path"], type=row["type"], shape=_shape(row))


def with_profiles(whole: Classifier) -> Classify:
    """By the vendors' key maps first."""
    return lambda row: whole.name(
        row["key_path"],
        row["object"],
        type=row["type"],
        shape=_shape(row),
        profile=known_fields(row["vendor"]),
    )


def _shape(row: dict[str, str]) -> str:
    return shape_of(row["sample_value"]) if row["sample_value"] else ""


def judged(file: Path, classify: Classify) -> list[Labelled]:
    """Every field of a file, judged."""
    with file.open(encoding="utf-8", newline="") as stream:
        return [_judged(row, classify(row)) for row in csv.DictReader(stream)]


def _judged(row: dict[str, str], found: Classified) -> Labelled:
    said_form = found.form if found.category not in (None, NONE) else ""
    return Labelled(
        row["vendor"], row["key_path"], row["category"], found.category or "", row["form"], said_form, found.rule
    )


def scores(fields: list[Labelled]) -> Iterator[tuple[str, float, float | None, int]]:
    """Measure, precision, recall, how many are labelled so; "exact" and "form" have a share instead of precision."""
    for measure in BARS:
        labelled = [_is(measure, each.label) for each in fields]
        said = [_is(measure, each.said) for each in fields]
        both = sum(map(min, labelled, said))
        yield measure, _share(both, sum(said)), _share(both, sum(labelled)), sum(labelled)
    exact = sum(each.label == (each.said or NONE) for each in fields)
    yield "exact category", _share(exact, len(fields)), None, len(fields)
    personal = [each for each in fields if each.label not in ("", NONE) and each.label == each.said]
    yield "form", _share(sum(each.form == each.said_form for each in personal), len(personal)), None, len(personal)


def _is(measure: str, category: str) -> bool:
    if measure == "personal":
        return category not in ("", NONE) and not category.startswith("system")
    return category == measure or (measure == "user.behavior" and category.startswith("user.behavior."))


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


def misses(fields: Iterable[Labelled]) -> Iterator[str]:
    """A line for each field that got another category than its label."""
    for each in fields:
        if each.label != (each.said or NONE):
            yield f"{each.vendor}: {each.path}: {each.label}, said {each.said or 'nothing'} ({each.rule or '-'})"


SPEED = """
import time
from pathlib import Path
start = time.process_time()
from policycheck.fields.judge import Judge
from policycheck.library.classification import load_rules
from policycheck.library.weights import load_weights
judge = Judge(load_rules(), load_weights())
for line in Path("names").read_text().splitlines():
    judge.judge(line)
print(time.process_time() - start)
"""
SPEED_BAR = 0.2


def speed(directory: Path) -> Row:
    """CPU seconds for a thousand names of real vendors, from the first import on."""
    with (LABELLED / "development.csv").open(encoding="utf-8", newline="") as stream:
        names = [row["key_path"] for row in csv.DictReader(stream)][:1000]
    (directory / "names").write_text("\n".join(names), "utf-8")
    seconds = float(least(5, [sys.executable, "-c", SPEED], directory).stdout)
    return Row(
        "classify 1,000 field names, with loading the rules",
        f"{seconds:.3f} s CPU",
        f"<= {SPEED_BAR} s CPU",
        seconds <= SPEED_BAR,
    )


def rows(directory: Path) -> Iterator[Row]:
    """The speed, and the scores of the parts that are looked at, by the generic rules alone and with key maps."""
    yield speed(directory)
    whole = Classifier(load_taxonomy())
    for part in PARTS:
        told = f"{part} (spent)" if part.startswith("held_out") else part
        yield from _scored(whole, [part], told, bars=False)


def blind(directory: Path) -> Iterator[Row]:
    """The scores of each blind part and of all together, with the bars; by words that their products did not teach."""
    from benchmarks.learn import blind_weights

    whole = Classifier(load_taxonomy(), weights=blind_weights())
    there = [part for part in BLIND if (LABELLED / f"{part}.csv").exists()]
    yield from (Row(part, "not there") for part in BLIND if part not in there)
    for part in there:
        yield from _scored(whole, [part], part, bars=True)
    if len(there) > 1:
        yield from _scored(whole, there, " and ".join(there), bars=True)
        paths = generic(Classifier(load_taxonomy(), unnamed=True))
        yield from _told([*_judged_by(paths, there)], f"{' and '.join(there)}, no vendor named", bars=False)


def _scored(whole: Classifier, parts: Sequence[str], told: str, *, bars: bool) -> Iterator[Row]:
    for way, classify in (("generic rules", generic(whole)), ("with key maps", with_profiles(whole))):
        yield from _told([*_judged_by(classify, parts)], f"{told}, {way}", bars=bars)


def _judged_by(classify: Classify, parts: Sequence[str]) -> Iterator[Labelled]:
    return (field for part in parts for field in judged(LABELLED / f"{part}.csv", classify))


def _told(fields: list[Labelled], told: str, *, bars: bool) -> Iterator[Row]:
    for measure, precision, recall, count in scores(fields):
        yield _row(f"{told}: {measure} ({count})", measure, precision, recall, bars)


def _row(job: str, measure: str, precision: float, recall: float | None, bar: bool) -> Row:
    if recall is None:
        wanted = bar and measure == "exact category"
        return Row(job, f"{precision:.3f}", f">= {EXACT}" if wanted else "", precision >= EXACT if wanted else None)
    least, most = BARS[measure]
    ok = precision >= (least or 0) and recall >= (most or 0)
    told = f"P >= {least}, R >= {most}" if least else f"R >= {most}"
    return Row(job, f"P {precision:.3f}, R {recall:.3f}", told if bar else "", ok if bar else None)


def main(part: str) -> None:
    """Print the scores and misses of one part, for writing rules: never of a blind one."""
    whole = Classifier(load_taxonomy())
    for way in (generic(whole), with_profiles(whole)):
        fields = judged(LABELLED / f"{part}.csv", way)
        for measure, precision, recall, count in scores(fields):
            print(f"{measure:28} {precision:.3f} {'' if recall is None else f'{recall:.3f}':6} {count}")
        if way is not None and "-m" in sys.argv:
            print(*misses(fields), sep="\n")
            break


if __name__ == "__main__":
    main("development")
