"""Names that the shell completes: styles and templates. Set up once, as ``docs/cli.md`` says for each shell."""

from __future__ import annotations

import click
from click.shell_completion import CompletionItem

from handfont.util import search_path


def complete_styles(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Styles whose names begin as what was typed."""
    return _items("styles", incomplete)


def complete_templates(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Templates whose names begin as what was typed."""
    return _items("templates", incomplete)


def _items(kind: str, incomplete: str) -> list[CompletionItem]:
    names = [name for name in search_path.known(kind) if name.startswith(incomplete)]
    # A style or template may be a file, too.
    return [CompletionItem(name) for name in names] or [CompletionItem(incomplete, type="file")]
