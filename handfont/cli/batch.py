"""``handfont batch``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from handfont.cli.page_options import page_options
from handfont.options import FileOptions, RenderOptions

if TYPE_CHECKING:
    from handfont.batch.result import BatchResult


@click.command(short_help="Write a letter for each row of a table.")
@click.argument("table", type=click.Path(path_type=Path))
@click.option("--out", "-o", type=click.Path(path_type=Path, file_okay=False), help="Folder for the documents.")
@click.option("--style", "-s", help="Name or file of the style, where a row names none in its column 'style'.")
@page_options
@click.option(
    "--text",
    type=click.Path(path_type=Path),
    help="The letter, with {{ columns }} in it; .md for Markdown, .docx, .odt.  [the template's body]",
)
@click.option(
    "--name",
    "pattern",
    help="Pattern of the documents' names, like '{{ last_name }}-{{ row }}.pdf'.  [letter-00001.pdf ...]",
)
@click.option("--dry-run", is_flag=True, help="Check every row and write nothing.")
@click.option("--resume", is_flag=True, help="Finish an interrupted batch: only what is missing or changed is written.")
@click.option("--prune", is_flag=True, help="With --resume: remove the documents of rows that are no longer in TABLE.")
@click.option(
    "--on-error",
    type=click.Choice(["skip", "stop"]),
    default="skip",
    show_default=True,
    help="What a row that cannot be written does to the others.",
)
@click.option("--workers", "-j", type=click.IntRange(min=1), help="Processes.  [one for each processor]")
@click.option(
    "--engine",
    type=click.Choice(["local", "ray"]),
    default="local",
    show_default=True,
    help="This machine, or a Ray cluster (needs the extra 'cluster').",
)
@click.option("--address", help="Address of the Ray cluster.  [RAY_ADDRESS, or a new one on this machine]")
@click.option("--merge", "merged", type=click.Path(path_type=Path, dir_okay=False), help="Also write all into one PDF.")
@click.option("--limit", type=click.IntRange(min=1), help="Only the first rows.")
@click.option("--encoding", help="Encoding of the table, like cp1252.  [found]")
@click.option("--separator", help="What parts the cells of the table.  [found]")
@click.option("--sheet", help="Sheet of an XLSX table.  [the first]")
@click.option("--dpi", type=float, default=FileOptions().dpi, show_default=True, help="Resolution of PNG pages.")
@click.option("--quiet", "-q", is_flag=True, help="Say nothing unless something is wrong.")
def command(
    table: Path,
    out: Path | None,
    style: str | None,
    text: Path | None,
    pattern: str | None,
    dry_run: bool,
    resume: bool,
    prune: bool,
    on_error: str,
    workers: int | None,
    engine: str,
    address: str | None,
    merged: Path | None,
    limit: int | None,
    encoding: str | None,
    separator: str | None,
    sheet: str | None,
    dpi: float,
    quiet: bool,
    **page: Any,
) -> None:
    """Write one document for each row of TABLE: CSV, TSV, JSON Lines or XLSX, whose first row names the columns.

    The letter comes from --text or the template's 'body', with the columns' names in double braces ({{ first_name }};
    {{ row }} is the row's number). All rows are checked before the first letter is written. Columns called style,
    template, seed and format choose for their row. What became of each row is in OUT/manifest.jsonl.

    \b
    handfont batch friends.csv --text invitation.md --style alice --out letters/ --dry-run
    handfont batch friends.csv --text invitation.md --style alice --out letters/ --merge all.pdf
    handfont batch friends.csv --text invitation.md --style alice --out letters/ --resume
    """
    from handfont.batch.file_names import DEFAULT_PATTERN
    from handfont.batch.plan import BatchRequest, Planner
    from handfont.batch.run import RunOptions, check, run
    from handfont.batch.tables.table import open_table
    from handfont.errors import BatchError, OptionError
    from handfont.layout import plain_text as texts
    from handfont.layout import text_files
    from handfont.util.parallel import processors

    if out is None and not dry_run:
        raise OptionError("name the folder for the documents with --out, or only check the table with --dry-run")
    if prune and (not resume or dry_run or limit is not None):
        raise OptionError("--prune goes with --resume, and without --dry-run and --limit")
    found = open_table(table, encoding, separator, sheet)
    if found.guessed and not quiet:
        click.echo(f"handfont: {table} was read as {found.encoding}, a guess that --encoding can correct", err=True)
    options = RenderOptions(**page, markdown=text is not None and texts.is_markdown(text))
    name, content = ("the text", None) if text is None else (str(text), text_files.read(text))
    order = BatchRequest(style, content, name, pattern or DEFAULT_PATTERN, options, FileOptions(dpi=dpi))
    planner = Planner(found, order)
    if dry_run:
        outcome = check(planner, limit, click.echo, merged is not None)
        if outcome.failed:
            raise BatchError(f"{outcome.failed} of {outcome.rows} rows cannot be written, the others can")
        if not quiet:
            click.echo(f"all {outcome.rows} rows can be written")
        return
    assert out is not None
    running = RunOptions(
        workers or processors(), engine, address, resume, prune, on_error == "stop", limit, merged, quiet
    )
    outcome = run(planner, out, running)
    if not quiet:
        before = f" ({outcome.already_done} were there already)" if outcome.already_done else ""
        click.echo(
            f"{outcome.done} of {outcome.rows} documents are in {out}{before}"
            + (f", all of them in {merged}" if merged else "")
        )
    _say_left(outcome, out, quiet)
    if outcome.failed:
        raise BatchError(
            f"{outcome.failed} of {outcome.rows} rows failed (see {out / 'manifest.jsonl'}):" + outcome.listed()
        )


def _say_left(outcome: BatchResult, out: Path, quiet: bool) -> None:
    """What became of the documents of rows that are no longer in the table."""
    if outcome.removed and not quiet:
        click.echo(f"{outcome.removed} files of rows that are no longer in the table were removed")
    if not outcome.left_count:
        return
    more = ", ..." if outcome.left_count > len(outcome.left) else ""
    hint = "add --prune to remove them"
    if outcome.nameless:
        hint = f"they stay while {outcome.nameless} rows have no name that is known"
    click.echo(
        f"handfont: {outcome.left_count} files in {out} belong to no row of the table any more "
        f"({', '.join(outcome.left)}{more}); {hint}",
        err=True,
    )
