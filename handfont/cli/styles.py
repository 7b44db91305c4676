"""``handfont styles``: the hands there are, and new ones made of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from handfont.cli.completion import complete_styles

if TYPE_CHECKING:
    from handfont.style.posterior import StylePosterior

_out = click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder the new style is written to.  [./styles; in a clone of handfont, your own folder]",
)
_force = click.option("--force", is_flag=True, help="Replace a style of that name in the folder.")


@click.group(invoke_without_command=True, short_help="List, show, mix and adjust styles.")
@click.pass_context
def command(context: click.Context) -> None:
    """The styles that are known, and new ones made of them; without a command, the list.

    \b
    handfont styles
    handfont styles preview slant -o slant.png
    handfont styles mix slant:0.7 print:0.3 -o between
    handfont styles adjust slant --slant 8 --weight 1.2 -o slant-bold
    """
    if context.invoked_subcommand is None:
        context.invoke(list_command)


@command.command("list", short_help="The styles that are known.")
def list_command() -> None:
    """List the styles that are known, and where each is."""
    from handfont.errors import StyleError
    from handfont.style import store, yaml_format

    known = store.known()
    if not known:
        click.echo("no styles yet; make one with 'handfont enroll'")
    width = max((len(name) for name in known), default=0)
    for name, path in known.items():
        try:
            style = yaml_format.load(path)
            seen = f"{style.samples} glyphs of {len(style.characters)} characters"
            click.echo(f"{name:{width}}  {seen:32}  {style.origin.licence or '-':12}  {path}")
        except StyleError as error:
            click.echo(f"{name:{width}}  unusable: {error.message}")


@command.command(short_help="What a style says of itself.")
@click.argument("name", shell_complete=complete_styles)
def show(name: str) -> None:
    """Show what is in the style NAME: origin, terms, pen, size, and which characters were seen."""
    from handfont.style import store

    style = store.load_style(name)
    rows = {
        "file": str(store.find(name)),
        "weights": style.model,
        "about": style.origin.description or "-",
        "licence": style.origin.licence or "-",
        "sources": ", ".join(style.origin.sources) or "-",
        "samples": f"{style.samples} glyphs of {len(style.characters)} characters",
        "seen": "".join(sorted(style.characters)),
        "pen": f"{style.pen.width:g} x-heights wide, ink {style.pen.ink}",
        "size": f"{style.x_height_mm:g} mm x-height" if style.x_height_mm else "x-height of the template",
        "rhythm": "measured" if style.rhythm.measured else "that of hands in general",
    }
    if style.joins is not None:
        rows["joins"] = f"letters are joined, as seen in {style.joins.pairs} pairs"
    if style.geometry.slant or style.geometry.width != 1:
        rows["geometry"] = f"slanted by {style.geometry.slant:g} degrees, {style.geometry.width:g} times as wide"
    if style.neatness != 1:
        rows["neatness"] = f"{style.neatness:g} times the variation"
    click.echo(f"{style.name}")
    for field, value in rows.items():
        click.echo(f"  {field:9}{value}")


@command.command(short_help="A specimen as PNG.")
@click.argument("name", shell_complete=complete_styles)
@click.option("--output", "-o", type=click.Path(path_type=Path, dir_okay=False), help="PNG to write.  [NAME.png]")
@click.option("--dpi", type=float, default=150.0, show_default=True)
def preview(name: str, output: Path | None, dpi: float) -> None:
    """Draw a specimen of the style NAME: all characters, and a sentence twice."""
    from handfont.errors import OutputError
    from handfont.output.specimen import write_specimen
    from handfont.style import store
    from handfont.util.files import atomic

    style = store.load_style(name)
    target = output or Path(f"{style.name}.png")
    if target.suffix.lower() != ".png":
        raise OutputError(f"cannot write {target}: a specimen is a PNG; its name must end in .png")
    with atomic(target) as temporary:
        write_specimen(style, temporary, dpi)
    click.echo(str(target))


@command.command(short_help="A hand between others.")
@click.argument("parts", nargs=-1, required=True, shell_complete=complete_styles)
@click.option("--output", "-o", "name", required=True, help="Name of the new style.")
@_out
@_force
def mix(parts: tuple[str, ...], name: str, folder: Path | None, force: bool) -> None:
    """Mix styles, PARTS, each as NAME:WEIGHT (weights are relative; a name alone weighs 1).

    The latent styles are averaged by weight, so are the forms of characters that all writers were seen to write;
    the rest is inferred. See handfont/style/mix.py.

    \b
    handfont styles mix slant:0.7 print:0.3 -o between
    """
    from handfont.style import store
    from handfont.style.mix import mix as mixed
    from handfont.synthesis.legibility import legible

    target = _target(name, folder, force)
    loaded = [(store.load_style(part), weight) for part, weight in map(_weighted, parts)]
    style, lost = legible(mixed(loaded, name), [part for part, _ in loaded])
    if lost:
        click.echo(f"inferred, as the forms of the writers do not mix: {' '.join(lost)}", err=True)
    _save(style, target, force)


@command.command(short_help="Bolder, narrower, slanted, larger, neater.")
@click.argument("name", shell_complete=complete_styles)
@click.option("--output", "-o", "new", required=True, help="Name of the new style.")
@click.option("--slant", type=float, default=0.0, help="Degrees further to the right; negative to the left.")
@click.option("--weight", type=click.FloatRange(0, min_open=True), default=1.0, help="Factor of the pen's width.")
@click.option("--width", type=click.FloatRange(0, min_open=True), default=1.0, help="Factor of the letters' width.")
@click.option("--size", help="x-height, like 2.2mm.")
@click.option("--neatness", type=click.FloatRange(0), default=1.0, help="Factor of how much the hand varies.")
@_out
@_force
def adjust(
    name: str,
    new: str,
    slant: float,
    weight: float,
    width: float,
    size: str | None,
    neatness: float,
    folder: Path | None,
    force: bool,
) -> None:
    """Make a new style of NAME. Slant, width, weight and size are exact geometry, neatness scales the variation of the
    latent and of the rhythm. See handfont/style/adjust.py.

    \b
    handfont styles adjust slant --slant 8 --weight 1.2 --width 0.9 -o slant-bold
    """
    from handfont.style import store
    from handfont.style.adjust import adjust as adjusted

    target = _target(new, folder, force)
    _save(adjusted(store.load_style(name), new, slant, weight, width, size, neatness), target, force)


@command.command(short_help="What a style lacks, and how sure it is.")
@click.argument("name", shell_complete=complete_styles)
def check(name: str) -> None:
    """Which characters of the style NAME were never seen, seen once, or are read badly; how well the hand is known."""
    from handfont.style import store
    from handfont.synthesis import legibility as checking

    style = store.load_style(name)
    found = checking.check(style)
    worst = sorted(found.readable, key=lambda character: found.readable[character])[:5]
    mean = sum(found.readable.values()) / len(found.readable)
    click.echo(f"{style.name}: {style.samples} glyphs of {len(style.characters)} characters")
    click.echo(f"  the hand itself is known to {found.known:.1%} (0 % would be anyone's)")
    click.echo(f"  missing, inferred from the others: {' '.join(found.missing) or 'none of ASCII'}")
    click.echo(f"  beyond ASCII inferred: {' '.join(found.inferred) or 'none'}")
    click.echo(f"  seen once, varied as people do: {' '.join(found.single) or 'none'}")
    click.echo(
        f"  read as intended: {mean:.1%} on average; least surely "
        + ", ".join(f"{character} {found.readable[character]:.0%}" for character in worst)
    )
    click.echo(f"  doubtful, better enrolled again: {' '.join(found.doubtful) or 'none'}")
    for sentence in found.rhythm:
        click.echo(f"  warning: {sentence}")


@command.command("import", short_help="Take in a style file.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--name", help="Name of the style here.  [its own]")
@_out
@_force
def import_command(file: Path, name: str | None, folder: Path | None, force: bool) -> None:
    """Check the style FILE, also against the installed weights, and copy it to the folder."""
    from dataclasses import replace

    from handfont.style import store, yaml_format

    style = yaml_format.load(file)
    store.check_model(style, str(file))
    chosen = name or style.name
    _save(replace(style, name=chosen), _target(chosen, folder, force), force)


@command.command("export", short_help="Hand a style to others.")
@click.argument("name", shell_complete=complete_styles)
@click.option("--output", "-o", type=click.Path(path_type=Path, dir_okay=False), help="File to write.  [NAME.yaml]")
def export_command(name: str, output: Path | None) -> None:
    """Check the style NAME and write it to a file of its own, for 'handfont styles import' elsewhere."""
    from handfont.errors import OutputError
    from handfont.style import store, yaml_format

    style = store.load_style(name)
    target = output or Path(f"{style.name}.yaml")
    if target.exists() and target.resolve() == store.find(name).resolve():
        raise OutputError(f"cannot write {target}: it is the style itself; name another file with -o")
    yaml_format.save(style, target)
    click.echo(f"{target} (for the weights {style.model}; {style.origin.licence or 'no licence is named in it'})")


@command.command(short_help="Remove a style of yours.")
@click.argument("names", nargs=-1, required=True, shell_complete=complete_styles)
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
def rm(names: tuple[str, ...], yes: bool) -> None:
    """Remove the styles NAMES from your folders, with the samples, specimen and report beside each. Styles that come
    with handfont stay.
    """
    from handfont.style import store

    found = [store.own(name) for name in names]
    for path in found:
        files = [path, *(file for file in store.StyleFiles.of(path).others if file.exists())]
        listed = ", ".join(file.name for file in files)
        if not yes and not click.confirm(f"Remove {listed} from {path.parent}?", err=True):
            continue
        store.remove(path)
        click.echo(f"removed {listed}")


@command.command(short_help="Give a style of yours another name.")
@click.argument("name", shell_complete=complete_styles)
@click.argument("new")
def rename(name: str, new: str) -> None:
    """Give the style NAME of yours the name NEW, in the same folder, with what is beside it."""
    from handfont.style import store

    click.echo(str(store.rename(store.own(name), new)))


def _weighted(part: str) -> tuple[str, float]:
    from handfont.errors import OptionError

    name, colon, weight = part.rpartition(":")
    if not colon:
        return part, 1.0
    try:
        return name, float(weight)
    except ValueError as error:
        raise OptionError(
            f"'{part}' has no number after the colon; write a style and its weight, like alice:0.7"
        ) from error


def _target(name: str, folder: Path | None, force: bool) -> Path:
    """Where a new style goes, found writable before any work."""
    from handfont.style import store
    from handfont.util.files import check_folder

    target = (folder or store.folder_for_new()) / f"{store.check_name(name)}.yaml"
    check_folder(target.parent)
    _check_new(target, force)
    return target


def _save(style: StylePosterior, target: Path, force: bool) -> None:
    from handfont.style import store, yaml_format
    from handfont.util.files import make_folder

    make_folder(target.parent)
    with store.changing(target):
        _check_new(target, force)  # another process may have made it since
        yaml_format.save(style, target)
    click.echo(str(target))


def _check_new(target: Path, force: bool) -> None:
    from handfont.errors import OutputError

    if target.exists() and not force:
        raise OutputError(f"{target} exists; add --force to replace it, or choose another name")
