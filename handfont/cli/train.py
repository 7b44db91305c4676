"""``handfont train``."""

from __future__ import annotations

from pathlib import Path

import click


@click.command(short_help="Rebuild the weights from data.")
@click.option(
    "--data",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    required=True,
    help="Folder with unipen/ and fonts/, and dhsd/ and fonts_joined/ if they are there.",
)
@click.option(
    "--work",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("training"),
    show_default=True,
    help="Folder for the prepared data and finished stages; an interrupted run goes on from there.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("weights"),
    show_default=True,
    help="Folder the finished weights are written to.",
)
@click.option(
    "--emnist",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Folder with EMNIST 'byclass' in torchvision's layout: more letters for the reader.",
)
@click.option(
    "--networks",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Take reader and embedder from this .safetensors file that train wrote, instead of training them.",
)
@click.option("--device", help="cpu or cuda.  [cuda if there is one]")
@click.option(
    "--resume/--fresh",
    default=True,
    show_default=True,
    help="Go on where an earlier run stopped, or start from nothing.",
)
def command(
    data: Path, work: Path, out: Path, emnist: Path | None, networks: Path | None, device: str | None, resume: bool
) -> None:
    """Rebuild the weights from a data folder, on the processor or a GPU.

    \b
    handfont train --data data/ --out handfont/model/weights
    """
    from handfont.cli.optional_dependencies import needs
    from handfont.errors import OptionError

    with needs("train", "train"):
        from handfont.train.config import TrainConfig
        from handfont.train.pipeline import build_weights

    if device and device.split(":")[0] not in ("cpu", "cuda"):
        raise OptionError(f"--device {device} is not known; give cpu or cuda")
    weights = build_weights(
        data,
        work,
        out,
        TrainConfig(),
        device,
        emnist,
        not resume,
        lambda line: click.echo(line, err=True),
        networks=networks,
    )
    click.echo(f"{weights.name} written to {out}")
