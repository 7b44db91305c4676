"""``handfont``: the group of commands, and how every failure ends."""

from __future__ import annotations

import atexit
import difflib
import gc
import os
import sys
from importlib import import_module
from typing import Any, NoReturn

import click

import handfont
from handfont.errors import HandfontError, ReaderGoneError
from handfont.util import paths, signals, terminal
from handfont.util.signals import ExitCode, Interrupted

COMMANDS = {
    "sheet": "sheet",
    "enroll": "enroll",
    "render": "render",
    "batch": "batch",
    "export": "export",
    "styles": "styles",
    "templates": "templates",
    "studio": "studio",
    "train": "train",
    "evaluate": "evaluate",
    "doctor": "doctor",
}
"""The module, in this package, of each command: loaded only when it is called."""


class LazyGroup(click.Group):
    """Imports a command's module only when it is needed: ``handfont --help`` must not wait for torch."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of the commands, in the order in which a new user needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name, its module imported; None if there is none."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"handfont.cli.{COMMANDS[cmd_name]}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is called, or an error that names the one that may be meant."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            close = difflib.get_close_matches(args[0], COMMANDS, n=1)
            if not close:
                raise
            raise click.UsageError(f"{error.message.rstrip('.')}; did you mean '{close[0]}'?", ctx) from error


@click.group(
    cls=LazyGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(handfont.__version__, "--version", prog_name="handfont")
@click.pass_context
def cli(context: click.Context) -> None:
    """Write whole documents in a real person's handwriting.

    \b
    handfont sheet -o sheet.pdf              a sheet to print and fill in by hand
    handfont enroll scans/ --name alice      scanned handwriting -> styles/alice.yaml
    handfont render letter.txt --style alice a letter in that hand -> letter.pdf
    """
    if context.invoked_subcommand is None:
        from handfont.cli import welcome

        welcome.show()


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; returns the exit code, one of :class:`ExitCode`."""
    try:
        result: Any = cli.main(args=arguments, prog_name="handfont", standalone_mode=False)
        return result if isinstance(result, int) else ExitCode.DONE
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except (click.Abort, KeyboardInterrupt) as stop:
        ended = stop.__cause__ if isinstance(stop.__cause__, Interrupted) else stop  # click raises one of its own
        if not isinstance(ended, Interrupted):
            ended = Interrupted()
        print(f"handfont: {terminal.message(ended.message)}", file=sys.stderr)
        return ended.code
    except click.ClickException as error:
        error.show()
        return ExitCode.USER
    except (ReaderGoneError, BrokenPipeError) as error:
        _close_output()
        return signals.exit_code(error)
    except HandfontError as error:
        print(f"handfont: {terminal.message(error.message)}", file=sys.stderr)
        return signals.exit_code(error)
    except OSError as error:
        # What a file system refuses somewhere deep below is no fault of ours, and no traceback helps against it.
        print(f"handfont: {terminal.message(paths.described(error))}", file=sys.stderr)
        return ExitCode.USER


def _close_output() -> None:
    """Whoever read our output has gone; nothing more can be said to them."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def run() -> None:
    """Entry point of the ``handfont`` program."""
    terminal.protect()
    signals.heed()
    # torch's threads wait for each other in a busy loop unless they are set not to before torch is loaded: where other
    # programs want the cores, that takes longer than the work itself.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    # Work that is worth it runs on several threads already; NumPy's own would only get in their way.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # Modules and glyphs are made by the hundred thousand and hardly ever garbage in circles.
    gc.set_threshold(200_000, 20, 100)
    _end(main())


def _end(code: int) -> NoReturn:
    """End at once, when all that is to be done at the end is done: to take torch's modules apart takes a third of a
    second.
    """
    atexit._run_exitfuncs()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:
        code = code or ExitCode.READER_GONE
    os._exit(code)


if __name__ == "__main__":
    run()
