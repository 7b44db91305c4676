"""What a style was enrolled from: every sample that was read, stored beside the style.

With it pages can be added to a style, and bad samples dropped from it, with the same result as enrolling everything at
once. Samples have one order, that of their pages' names and places, whatever order they came in;
:mod:`handfont.style.sample_file` writes and reads them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from handfont.core.glyph import GlyphSample
from handfont.core.pairs import SeenPair
from handfont.errors import OptionError
from handfont.style.posterior import Rhythm


@dataclass(frozen=True)
class ArchivedPage:
    """One page: ``digest`` of its picture distinguishes it from others; measures as in
    :class:`handfont.scan.page_reading.PageReading`.
    """

    where: str
    digest: str
    kind: str
    ink: str
    x_height_mm: float | None = None
    rhythm: Rhythm | None = None
    empty: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    sheet: tuple[int, int] | None = None
    """Number of a page of the writing sheet, from 0, and how many there are."""
    pairs: tuple[SeenPair, ...] = ()
    """Letters beside each other in words, both found with certainty."""

    @property
    def file(self) -> str:
        """Name of the file that the page is in."""
        return re.sub(r", page \d+$", "", self.where)


@dataclass(frozen=True)
class ArchivedSample:
    """A sample of the page of that digest; ``doubt`` says why it is left out of the style, ``dropped`` that the user
    left it out; ``crop`` is its picture as PNG.
    """

    sample: GlyphSample
    page: str
    doubt: str = ""
    dropped: bool = False
    crop: bytes = b""

    @property
    def used(self) -> bool:
        """Whether the style is made from the sample, too."""
        return not self.doubt and not self.dropped

    @property
    def identity(self) -> int:
        """What distinguishes the sample from all others while it is in memory."""
        return id(self.sample)


@dataclass(frozen=True)
class SampleArchive:
    """Pages and samples, in order."""

    pages: tuple[ArchivedPage, ...] = ()
    samples: tuple[ArchivedSample, ...] = field(default=(), repr=False)

    @classmethod
    def of(cls, pages: Iterable[ArchivedPage], samples: Iterable[ArchivedSample]) -> SampleArchive:
        """In the one order; a page that comes twice counts once."""
        unique = {page.digest: page for page in pages}
        ordered = sorted(unique.values(), key=lambda page: (page.where, page.digest))
        rank = {page.digest: number for number, page in enumerate(ordered)}
        known = {(one.page, one.sample.box, one.sample.character): one for one in samples}
        return cls(
            tuple(ordered),
            tuple(
                sorted(
                    known.values(),
                    key=lambda one: (
                        rank[one.page],
                        one.sample.box[1],
                        one.sample.box[0],
                        one.sample.box,
                        one.sample.character,
                    ),
                )
            ),
        )

    def with_more(self, other: SampleArchive) -> SampleArchive:
        """All of both; a page that is there already is read as the newer one was."""
        newer = {page.digest for page in other.pages}
        return SampleArchive.of(
            [*self.pages, *other.pages], [one for one in self.samples if one.page not in newer] + list(other.samples)
        )

    @property
    def used(self) -> list[GlyphSample]:
        """The samples that make the style."""
        return [one.sample for one in self.samples if one.used]

    @property
    def sources(self) -> tuple[str, ...]:
        """The files that the samples which make the style were read from."""
        giving = {one.page for one in self.samples if one.used}
        return tuple(dict.fromkeys(page.file for page in self.pages if page.digest in giving))

    @property
    def lacking(self) -> list[str]:
        """A sentence on the pages of the writing sheet that are not there, if there are some."""
        seen = [page.sheet for page in self.pages if page.sheet is not None]
        if not seen:
            return []
        there, count = {number for number, _ in seen}, max(count for _, count in seen)
        lost = [str(number + 1) for number in range(count) if number not in there]
        return [f"Of the writing sheet, page {' and '.join(lost)} of {count} is not among the scans."] if lost else []

    def numbered(self) -> dict[str, list[ArchivedSample]]:
        """Samples by character; the first of each is number 1."""
        result: dict[str, list[ArchivedSample]] = defaultdict(list)
        for one in self.samples:
            result[one.sample.character].append(one)
        return dict(result)

    def without(self, names: Iterable[str]) -> SampleArchive:
        """With samples dropped, each named like ``a:2``, the second a; ``a`` alone drops all of them.

        Raises:
            OptionError: there is no such sample.
        """
        numbered = self.numbered()
        gone: set[int] = set()
        for name in names:
            character, _, number = (name[0], "", name[2:]) if name[1:2] == ":" else (name, "", "")
            found = numbered.get(character, [])
            if not found:
                raise OptionError(f"cannot exclude '{name}': no sample of '{character}' was read")
            if not number:
                gone.update(map(id, found))
            elif number.isdecimal() and 1 <= int(number) <= len(found):
                gone.add(id(found[int(number) - 1]))
            else:
                raise OptionError(
                    f"cannot exclude '{name}': there are {len(found)} samples of '{character}', "
                    f"numbered from {character}:1; the report shows them"
                )
        return SampleArchive(
            self.pages, tuple(replace(one, dropped=True) if id(one) in gone else one for one in self.samples)
        )
