"""What ``handfont enroll`` prints about the scans it read."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from handfont.enrollment import EnrollReport
from handfont.style.posterior import StylePosterior

KINDS = {"sheet": "a page of the writing sheet", "grid": "a grid of single letters", "writing": "free writing"}
"""What pages of each kind are called."""
MAX_LISTED = 20
"""Samples that are listed."""


def print_enrollment(style: StylePosterior, report: EnrollReport, path: Path | None) -> None:
    """Say what was read, what is missing and what is doubtful."""
    counts = Counter(sample.character for sample in report.archive.used)
    click.echo(
        f"{style.name}: {counts.total()} glyphs of {len(counts)} characters read from {', '.join(style.origin.sources)}"
    )
    size = f", x-height {style.x_height_mm:.1f} mm" if style.x_height_mm else ""
    click.echo(f"  pen {style.pen.width:.2f} x-heights wide, ink {style.pen.ink}{size}")
    for page in report.archive.pages:
        click.echo(f"  {page.where}: {KINDS[page.kind]}")
    for note in report.notes:
        click.echo(f"  {note}")
    if report.empty:
        click.echo(f"  empty cells: {' '.join(report.empty)}")
    numbered = [
        (f"{character}:{number}", one)
        for character, samples in report.archive.numbered().items()
        for number, one in enumerate(samples, 1)
        if not one.used
    ]
    for name, one in numbered[:MAX_LISTED]:
        left, top, right, bottom = one.sample.box
        click.echo(
            f"  left out: {name} at {left},{top}-{right},{bottom} in {one.sample.source}: {one.doubt or 'excluded'}"
        )
    if len(numbered) > MAX_LISTED:
        click.echo(f"  and {len(numbered) - MAX_LISTED} more left out; the report shows them")
    if report.missing:
        click.echo(f"  not seen, inferred from the others: {' '.join(report.missing)}")
    if path is not None:
        click.echo(f"  written to {path}; see {path.with_suffix('')}.report.html")
