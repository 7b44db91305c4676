"""``handfont enroll``."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from handfont.enrollment import EnrollReport
    from handfont.style.posterior import Origin, StylePosterior
    from handfont.style.sample_archive import SampleArchive


@click.command(short_help="Learn a hand from scans.")
@click.argument("scans", type=click.Path(path_type=Path), required=False)
@click.option("--name", help="Name of the style; by default that of the folder or scan.")
@click.option(
    "--out",
    "-o",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder the style is written to.  [./styles; in a clone of handfont, your own folder]",
)
@click.option(
    "--text",
    "transcript",
    type=click.Path(path_type=Path, dir_okay=False),
    help="What a single scan says, if not the text file of the same name beside it.",
)
@click.option("--add", is_flag=True, help="Add the scans to the style NAME instead of replacing it.")
@click.option(
    "--exclude",
    multiple=True,
    metavar="SAMPLE",
    help="Leave a sample out, like a:2, the second a of the report; may be given several times.",
)
@click.option("--dry-run", is_flag=True, help="Say what is read; write nothing.")
@click.option("--description", default="", help="Whose hand it is; stored in the style.")
@click.option("--licence", default="", help="Terms under which the hand may be used; stored in the style.")
@click.option("--quiet", "-q", is_flag=True, help="Say nothing unless something is wrong.")
def command(
    scans: Path | None,
    name: str | None,
    out: Path | None,
    transcript: Path | None,
    add: bool,
    exclude: tuple[str, ...],
    dry_run: bool,
    description: str,
    licence: str,
    quiet: bool,
) -> int:
    """Learn a hand from SCANS: a scan or photo, a folder of one writer's scans, or a folder of writers' folders.

    A page is a filled writing sheet (see 'handfont sheet'), a grid with one character in each cell, or free writing. A
    text file of the same name beside a scan says what is written there: the rows of the grid, or the words. Writes
    NAME.yaml, NAME.preview.png, NAME.report.html, and NAME.samples.npz, which --add needs.

    \b
    handfont enroll scans/ --name alice
    handfont enroll page2.jpg --add --name alice
    handfont enroll --add --name alice --exclude a:2
    """
    from handfont.errors import OptionError, ScanError
    from handfont.util import paths
    from handfont.util.terminal import message

    if scans is not None and (problem := paths.problem(scans)) and not paths.is_folder(scans):
        raise ScanError(f"{paths.shown(scans)} {problem}; give a scan or a folder of scans")  # before torch is loaded
    from handfont import enrollment
    from handfont.cli.enroll_report import print_enrollment
    from handfont.style import store
    from handfont.util import search_path
    from handfont.util.progress import StepProgress

    if scans is None and not (add and name):
        raise OptionError("no scans given; name a scan or a folder, or a style to change: --add --name NAME")
    found = enrollment.writers(scans) if scans is not None else {str(name): []}
    if name and len(found) > 1:
        raise OptionError(
            f"--name {name} cannot name {len(found)} writers ({', '.join(found)}); leave it out, each "
            "style is then named after its folder"
        )
    if transcript and (scans is None or not scans.is_file()):
        raise OptionError("--text goes with a single scan; beside the scans of a folder put a text file each")
    failed = False
    for writer, files in found.items():
        chosen = store.check_name(name or writer)
        path = (out or (store.folder_of(chosen) if add else store.folder_for_new())) / f"{chosen}.yaml"
        try:
            origin = partial(_origin, description, licence)
            with StepProgress(quiet) as watch:
                learn = partial(enrollment.enroll, files, chosen, exclude=exclude, transcript=transcript, watch=watch)
                style, report = _learnt(learn, origin, path, add, dry_run)
        except ScanError as error:
            # One writer's bad pages must not prevent the others from being enrolled.
            click.echo(f"handfont: {f'{writer}: ' if len(found) > 1 else ''}{message(error.message)}", err=True)
            failed = True
            continue
        for failure in report.failures:
            click.echo(f"handfont: {message(failure)}", err=True)
        failed |= bool(report.failures)
        if not quiet:
            print_enrollment(style, report, None if dry_run else path)
            if not dry_run and out is None and search_path.is_source(Path("styles")):
                click.echo("  (not to ./styles, which belongs to handfont itself here; --out names another folder)")
    return 2 if failed else 0


def _learnt(
    learn: Callable[..., tuple[StylePosterior, EnrollReport]],
    origin: Callable[[Origin | None], Origin],
    path: Path,
    add: bool,
    dry_run: bool,
) -> tuple[StylePosterior, EnrollReport]:
    """The style that ``learn`` makes, written to ``path``. A style that is added to is read, learned again and written
    under one lock, so that no other process can add to it meanwhile; otherwise only writing needs the lock.
    """
    from handfont.errors import StyleError
    from handfont.style import store
    from handfont.util import paths
    from handfont.util.files import check_folder, make_folder

    if dry_run:
        old, known = _before(path) if add else (None, None)
        return learn(origin=origin(old), known=known)
    check_folder(path.parent)
    with ExitStack() as stack:
        old, known = None, None
        if add:
            if problem := paths.problem(path):
                raise StyleError(f"nothing can be added to the style {paths.shown(path)}: it {problem}")
            stack.enter_context(store.changing(path, partial(_waiting, path)))
            old, known = _before(path)
        style, report = learn(origin=origin(old), known=known)
        if not add:
            make_folder(path.parent)
            stack.enter_context(store.changing(path, partial(_waiting, path)))
        _write(style, report, path)
    return style, report


def _waiting(path: Path) -> None:
    click.echo(f"handfont: waiting until another process has changed {path}", err=True)


def _before(path: Path) -> tuple[Origin, SampleArchive]:
    """Where the style that is there comes from, and what it was enrolled from; it may be of an older handfont."""
    from handfont.style import sample_file, yaml_format

    return yaml_format.load_origin(path), sample_file.load(sample_file.path_of(path))


def _origin(description: str, licence: str, before: Origin | None) -> Origin:
    """What the user says of the hand; its sources are the scans that letters are read from."""
    from handfont.style.posterior import Origin

    old = before or Origin()
    return Origin(description or old.description, licence or old.licence)


def _write(style: StylePosterior, report: EnrollReport, path: Path) -> None:
    """The style, its samples, specimen and report, as one step."""
    from handfont.output import enrollment_report as reports
    from handfont.output.specimen import write_specimen
    from handfont.style import sample_file, yaml_format
    from handfont.style.store import StyleFiles
    from handfont.util.transaction import replaced_together

    files = StyleFiles.of(path)
    with replaced_together(path, files.others) as parts:
        write_specimen(style, parts[files.preview])
        reports.write(style, report.archive, report.fits, parts[files.preview], report.failures, parts[files.report])
        sample_file.write(report.stored, parts[files.samples])
        parts[path].write_text(yaml_format.dumps(style), encoding="utf-8")
