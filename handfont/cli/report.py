"""What ``handfont enroll`` tells of the scans it read."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from handfont.enrolment import EnrolReport
from handfont.style.posterior import StylePosterior


def print_enrolment(style: StylePosterior, report: EnrolReport, path: Path) -> None:
    """Say what was read, what is missing and what is doubtful."""
    counts = Counter(sample.character for sample in report.samples)
    click.echo(f"{style.name}: {len(report.samples)} glyphs of {len(counts)} characters read from "
               f"{', '.join(style.origin.sources)}")
    click.echo(f"  pen {style.pen.width:.2f} x-heights wide, ink {style.pen.ink}")
    for note in report.notes:
        click.echo(f"  {note}")
    if report.empty:
        click.echo(f"  empty cells: {' '.join(report.empty)}")
    for sample, reason in report.doubtful:
        left, top, right, bottom = sample.box
        click.echo(f"  left out: '{sample.character}' at {left},{top}-{right},{bottom} in {sample.source} {reason}")
    if report.missing:
        click.echo(f"  not seen, inferred from the others: {' '.join(report.missing)}")
    click.echo(f"  written to {path}; see {path.with_suffix('')}.preview.png")
