"""One text written by ``handfont render``: checked, written, and written again when it changes."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import Path

import click

from handfont.errors import HandfontError, OptionError
from handfont.layout import plain_text
from handfont.options import FileOptions, RenderOptions

PAUSE = 0.4
"""Seconds between two looks at files that may have changed."""


@dataclass(frozen=True)
class TextJob:
    """What is to be written, and where.

    Attributes:
        text: the file, ``-`` for standard input; None for ``words``, or for what the template says by itself.
        words: the text itself.
        style: name or file.
        output: the file to write, ``-`` for standard output; None for one named after the text.
        kind: its format, where its name does not say it.
        markdown: what the text is; None where its name says it.
    """

    text: Path | None
    words: str | None
    style: str
    output: Path | None
    kind: str | None
    options: RenderOptions
    markdown: bool | None
    files: FileOptions
    quiet: bool

    @property
    def typed(self) -> bool:
        """Whether the text comes from standard input."""
        return str(self.text) == plain_text.STANDARD_INPUT

    @property
    def name(self) -> Path:
        """What the document is named after."""
        if self.typed or self.words is not None:
            return Path("text")
        return self.text or Path(Path(self.options.template).name)

    @property
    def target(self) -> Path:
        """The file to write."""
        return self.output or (Path("-") if self.typed else self.name.with_suffix(f".{self.kind or 'pdf'}"))

    def write(self) -> list[Path]:
        """Write the document; the files, none for standard output.

        All that can be wrong with what was asked is found before any work is done, and before torch is loaded.
        """
        from handfont.layout import text_files
        from handfont.output.document import check_options, check_output, plotter_notes, standard_output
        from handfont.util import paths

        if self.text:
            plain_text.check_readable(self.text)
        stream = standard_output() if str(self.target) == "-" else None
        kind = check_output(self.target, self.kind) if stream is None else self.kind or "pdf"
        check_options(kind, self.files)
        options = self.options
        if self.markdown is None:
            options = replace(options, markdown=plain_text.is_markdown(self.name))
        content = text_files.read(self.text) if self.text else (self.words or "").replace("\\n", "\n")
        self._check_sheet_and_style()
        from handfont.rendering import render
        from handfont.util.progress import StepProgress

        where = "standard input" if self.typed else str(self.text or ("the text" if self.words is None else "--text"))
        document = render(content, self.style, options, title=paths.shown(self.name.stem), where=where)
        if stream is not None:
            document.stream(stream, kind, self.files)
            return []
        with StepProgress(self.quiet) as watch:
            written = document.save(self.target, self.files, watch)
        if not self.quiet:
            count = len(document.pages)
            click.echo(f"{count} page{'s' if count > 1 else ''} written to {', '.join(str(file) for file in written)}")
            for note in plotter_notes(kind, document, self.files):
                click.echo(note, err=True)
        return written

    def write_when_changed(self, show: bool) -> None:
        """Write the document now, and again whenever the text, the style or the template changes, until the program is
        stopped. A fault is a sentence, and what was written before it stays.

        Args:
            show: open the document once it is written for the first time.

        Raises:
            OptionError: the text is no file, or goes to standard output.
        """
        if self.text is None or self.typed or str(self.target) == "-":
            raise OptionError("--watch needs a TEXT that is a file, and a file to write")
        written = self.write()
        if show and written:
            click.launch(str(written[0]))
        seen = self._stamps()
        if not self.quiet:
            click.echo(f"watching {self.text}; Ctrl-C ends it", err=True)
        while True:
            time.sleep(PAUSE)
            if (now := self._stamps()) == seen:
                continue
            seen = now
            try:
                self.write()
            except HandfontError as error:
                click.echo(f"handfont: {error.message}", err=True)

    def _check_sheet_and_style(self) -> None:
        from handfont.layout import template_yaml
        from handfont.style import store

        template_yaml.find(self.options.template)
        store.find(self.style)

    def _stamps(self) -> list[tuple[int, int] | None]:
        """When the text, the style and the template were changed, and how long they are; None for what is not there."""
        from handfont.layout import template_yaml
        from handfont.style import store

        assert self.text is not None
        files = [self.text]
        for find, name in ((store.find, self.style), (template_yaml.find, self.options.template)):
            try:
                files.append(find(name))
            except HandfontError:
                files.append(Path(name))
        return [_stamp(file) for file in files]


def _stamp(file: Path) -> tuple[int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
