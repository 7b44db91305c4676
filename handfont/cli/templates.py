"""``handfont templates``."""

from __future__ import annotations

from pathlib import Path

import click

SAMPLE = """The quick brown fox jumps over the lazy dog, and thinks nothing of it. Then it sits down, and writes home.

How are you all? The days are long here, and the evenings are full of light; there is much to tell, and more to show \
when you come.
"""
"""What a preview says on a template without a text of its own."""


@click.group(short_help="List, show and preview the sheets to write on.")
def command() -> None:
    """The sheets a text can be written on: YAML files in ./templates, your own folder, and those that come with
    handfont.

    \b
    handfont templates list
    handfont templates show letter
    handfont templates preview letter -o letter.png
    """


@command.command("list", short_help="List the templates that are known.")
def list_() -> None:
    """List the templates that are known, and what each is for."""
    from handfont.errors import OptionError
    from handfont.layout import template_yaml
    from handfont.util import search_path

    known = search_path.known("templates")
    width = max((len(name) for name in known), default=0)
    for name, path in known.items():
        try:
            click.echo(f"{name:{width}}  {template_yaml.load(str(path)).description}")
        except OptionError as error:
            click.echo(f"{name:{width}}  unusable: {error.message}")


@command.command(short_help="Show a template: its file, its fields, and the YAML.")
@click.argument("name")
def show(name: str) -> None:
    """Show a template: its file, the fields it has filled in, and its YAML, to copy and change."""
    from handfont.layout import template_yaml

    found = template_yaml.load(name)
    path = template_yaml.find(name)
    click.echo(f"{found.name}: {found.description}\n{path}")
    for field in found.fields:
        note = " (required)" if field.required else f" ('{field.default}' by default)" if field.default else ""
        click.echo(f"  --field {field.name}=...  {field.about}{note}")
    click.echo(f"\n{path.read_text(encoding='utf-8').rstrip()}")


@command.command(short_help="Write a sample on a template.")
@click.argument("name")
@click.option("--style", "-s", default="ballpoint", show_default=True, help="Name or file of the style.")
@click.option("--output", "-o", type=click.Path(path_type=Path), help="File to write.  [NAME.png]")
@click.option("--dpi", type=float, default=100.0, show_default=True, help="Resolution of PNG pages.")
def preview(name: str, style: str, output: Path | None, dpi: float) -> None:
    """Write a sample on a template, every field filled in with what it is for."""
    from handfont.layout import template_yaml
    from handfont.options import FileOptions, RenderOptions
    from handfont.output.document import check_output
    from handfont.rendering import render

    found = template_yaml.load(name)
    target = output or Path(f"{found.name}.png")
    check_output(target)
    fields = {field.name: field.default or field.about or field.name for field in found.fields}
    options = RenderOptions(template=name, fields=fields)
    document = render(found.body or SAMPLE, style, options, title=found.name, where="the sample")
    files = document.save(target, FileOptions(dpi=dpi))
    click.echo(f"{found.name} written to {', '.join(str(file) for file in files)}")
