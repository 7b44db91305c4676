"""``handfont enroll``."""

from __future__ import annotations

from pathlib import Path

import click


@click.command(short_help="Learn a hand from scans.")
@click.argument("scans", type=click.Path(path_type=Path))
@click.option("--name", help="Name of the style; by default that of the folder or scan.")
@click.option("--out", "-o", type=click.Path(path_type=Path, file_okay=False), default=Path("styles"),
              show_default=True, help="Folder the style is written to.")
@click.option("--description", default="", help="Whose hand it is, kept in the style.")
@click.option("--licence", default="", help="Terms under which the hand may be used, kept in the style.")
@click.option("--quiet", "-q", is_flag=True, help="Say nothing unless something is wrong.")
def command(scans: Path, name: str | None, out: Path, description: str, licence: str, quiet: bool) -> None:
    """Learn a hand from SCANS: a scan, a folder of one writer's scans, or a folder of writers' folders.

    Each scan is a filled grid, one character to a cell, with a text file of the same name beside it that is laid out
    like the grid and says what stands in each cell (a space for an empty cell). Writes NAME.yaml and NAME.preview.png
    to the output folder.

    \b
    handfont enroll scans/ --name alice
    handfont enroll grid.jpg
    """
    from handfont import enrolment
    from handfont.cli.report import print_enrolment
    from handfont.errors import OptionError, OutputError
    from handfont.files import atomic
    from handfont.output.specimen import write_specimen
    from handfont.style import store, yaml_format
    from handfont.style.posterior import Origin

    found = enrolment.writers(scans)
    if name and len(found) > 1:
        raise OptionError(f"--name {name} cannot name {len(found)} writers ({', '.join(found)}); leave it out, each "
                          "style is then named after its folder")
    for writer, files in found.items():
        chosen = store.check_name(name or writer)
        origin = Origin(description, licence, tuple(file.name for file in files))
        style, report = enrolment.enroll(files, chosen, origin)
        try:
            out.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(f"cannot make the folder {out}: {error.strerror or error}") from error
        path = out / f"{chosen}.yaml"
        with atomic(out / f"{chosen}.preview.png") as preview:
            write_specimen(style, preview)
            yaml_format.save(style, path)
        if not quiet:
            print_enrolment(style, report, path)
