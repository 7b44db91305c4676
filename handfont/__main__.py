"""``python -m handfont``."""

from handfont.cli.main import run

run()
