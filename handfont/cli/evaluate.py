"""``handfont evaluate``."""

from __future__ import annotations

import json
from pathlib import Path

import click


@click.command(short_help="Print the quality table.")
@click.option(
    "--data", type=click.Path(path_type=Path, exists=True, file_okay=False), required=True, help="Folder with unipen/."
)
@click.option(
    "--work",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("training"),
    show_default=True,
    help="Folder for the prepared data.",
)
@click.option(
    "--letters",
    type=click.IntRange(1, 94),
    multiple=True,
    default=(5, 10, 20, 60),
    show_default=True,
    help="From how many letters hands are enrolled; may be given several times.",
)
@click.option("--format", "form", type=click.Choice(["text", "markdown", "json"]), default="text", show_default=True)
@click.option(
    "--sheet",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write a contact sheet of held-out writers, real above drawn, to this PNG instead.",
)
@click.option("--writers", type=click.IntRange(min=1), help="Number of writers.  [all]")
@click.option("--quiet", "-q", is_flag=True, help="No progress.")
def command(
    data: Path, work: Path, letters: tuple[int, ...], form: str, sheet: Path | None, writers: int | None, quiet: bool
) -> None:
    """Measure the model on writers that it was not trained on.

    Every figure is shown beside what the writers' own repetitions reach, for no hand repeats itself exactly.

    \b
    handfont evaluate --data data/
    handfont evaluate --data data/ --sheet sheet.png --letters 20
    """
    from handfont.cli.optional_dependencies import needs
    from handfont.util.files import check_writable

    if sheet:
        check_writable(sheet)
    with needs("evaluate", "train"):
        from handfont.evaluate import contact_sheets, results, table
        from handfont.evaluate.held_out import held_out
        from handfont.model.loading import load_weights
        from handfont.train.data.trajectories import read_trajectories

    if sheet:
        people = held_out(read_trajectories(data, "dev"))
        chosen = people[:: max(1, len(people) // (writers or 12))][: writers or 12]
        count = letters[0] if len(letters) == 1 else 20
        contact_sheets.save(contact_sheets.sheet(chosen, count, load_weights()), sheet)
        click.echo(str(sheet))
        return
    rows = table.evaluate(
        data, work, letters, report=lambda line: None if quiet else click.echo(line, err=True), limit=writers
    )
    if form == "json":
        click.echo(json.dumps(results.as_data(rows), ensure_ascii=False, indent=2))
    else:
        click.echo(results.as_markdown(rows) if form == "markdown" else results.as_text(rows))
