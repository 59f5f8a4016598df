"""The type ``payload-samples``: recorded requests, of which names and shapes are kept and no value.

Sources: the HTTP Archive format 1.2 (http://www.softwareishard.com/blog/har-12-spec/), JSON Lines
(https://jsonlines.org).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import ClassVar

from policycheck.model.facts import Coverage, Fact, VendorField
from policycheck_connectors.files.base import FileConnector
from policycheck_connectors.files.book import Book, Gap, Seen
from policycheck_connectors.files.samples.reading import form_of, records, where
from policycheck_connectors.files.samples.sampler import SOCKETS, Sampler
from policycheck_connectors.files.source import FileProblem, Source

_EVERY = 10_000
_RESOURCE = "samples"
#: Files and the number of a record in one share a number: the lower bits are the record's.
_BITS = 40
_HELP = {
    "lines": "write one request on each line, as a JSON object",
    "entries": "record it again",
    "requests": "record the whole URL, or the host beside the path",
    "sockets": "write what they say as requests of their own, or attest it",
    "values": "give the samples of each vendor an entry of their own under `connectors`",
    "bodies": "record bodies unpacked, as JSON, a form or text; or attest what they hold",
}


class PayloadSamples(FileConnector):
    """Reads recorded requests; what is kept are hosts, endpoints, key paths, shapes and counts."""

    type: ClassVar[str] = "payload-samples"
    resources: ClassVar[tuple[str, ...]] = (_RESOURCE,)

    def __init__(self, name: str, options: Mapping[str, object], root: Path) -> None:
        super().__init__(name, options, root)
        self._book = Book(self)
        self._sampler = Sampler(self._gap)
        self._seen = Seen()
        self._files: list[tuple[str, str]] = []
        self._place = 0

    def _read(self, source: Source, name: str) -> Iterator[Fact]:
        form, before = form_of(source), self._sampler.requests
        first = len(self._files) << _BITS
        self._files.append((name, form))
        any_record = False
        try:
            for number, record in records(source, form):
                if not any_record:
                    any_record = True
                    self._seen = self._book.at("", "", name)
                self._place = first + number
                if isinstance(record, str):
                    self._gap(record)
                else:
                    self._sampler.take(record, self._place)
                    if not self._sampler.requests % _EVERY:
                        self.context.tell(f"reading {self.name}: {self._sampler.requests:,} requests")
        except FileProblem as problem:
            if self._sampler.requests == before:
                raise
            self._file_gap(name, f"the file {problem.reason}", problem.help)
        if not any_record:
            self._file_gap(name, "the file has no request", "record it again")
        yield from ()

    def _file_gap(self, name: str, reason: str, help: str) -> None:
        self._book.file_gap(name, _RESOURCE, Gap(reason, help))

    def _gap(self, reason: str) -> None:
        """Note why something of the record at hand was not seen; its place tells nothing of its content."""
        help = _HELP["sockets"] if reason == SOCKETS else _HELP.get(reason.partition(" ")[0], _HELP["bodies"])
        self._seen.gap(_RESOURCE, Gap(reason, help, self._where(self._place)))

    def _where(self, place: int) -> str:
        name, form = self._files[place >> _BITS]
        return where(name, form, place & ((1 << _BITS) - 1))

    def _rest(self) -> Iterator[Fact]:
        self._seen.counts[_RESOURCE] = self._sampler.requests
        for field in self._sampler.fields():
            yield VendorField(
                "",
                "",
                field.endpoint,
                field.path,
                self.name,
                self._where(field.place),
                origin="sent",
                shape=field.shape,
                host=field.host,
                records=field.records,
                last_seen=field.day,
            )

    def _coverage(self) -> Iterator[Coverage]:
        return self._book.rows()
