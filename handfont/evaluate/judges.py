"""Judges that the model was not trained to please: a reader and a writer embedding of their own.

They have other networks than the ones training uses, learn from the training writers alone, and see glyphs as pictures
drawn with one pen and blurred alike, so that neither the field's texture nor the sharpness of strokes shows a drawn
glyph from a real one (writer retrieval falls apart under a pixel of blur where that is not done).

``python -m handfont.evaluate.judges --data DIR --work training`` trains them again, in some twenty minutes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import click
import numpy as np
import torch
import torch.nn.functional as F
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from handfont.core.charset import CHARACTERS, INDEX
from handfont.core.glyph import GlyphSample
from handfont.errors import ModelError
from handfont.model.embedder import Embedder, picture
from handfont.model.loading import load_weights
from handfont.model.networks import channels_last, fill, halved
from handfont.model.reader import Reader, folded
from handfont.train.data import corpus as corpora
from handfont.train.data.augment import as_scanned
from handfont.train.data.episodes import EpisodeSampler
from handfont.train.device import autocast, choose
from handfont.train.embedder import LAYOUT, whose_loss
from handfont.train.fit_loop import fit

PATH = Path(__file__).parent / "weights" / "judges-2.safetensors"
"""File of the judges' weights."""
WIDTHS = (32, 48, 72, 112)
"""Channels of the judges' maps, others than the model's own."""
STEPS = {"reader": 1200, "embedder": 900}
"""Batches that each is trained for."""
SEED = 77
"""Of the training."""


@dataclass(frozen=True, eq=False)
class Judges:
    """A reader and a writer embedding, trained and frozen."""

    reader: Reader
    embedder: Embedder

    @torch.no_grad()
    def read(self, glyphs: list[GlyphSample]) -> np.ndarray:
        """(N,) index of the character that each glyph is read as, by its shape alone."""
        rows = [self.reader(picture(part)).argmax(-1).numpy() for part in _fields(glyphs).split(256)]
        return np.concatenate(rows)

    @torch.no_grad()
    def embed(self, glyphs: list[GlyphSample]) -> np.ndarray:
        """(D,) unit vector of the hand that glyphs are written in: the mean over them."""
        labels = torch.tensor([INDEX[glyph.character] for glyph in glyphs])
        return F.normalize(self.embedder(_fields(glyphs), labels).mean(0), dim=0).numpy()


def _fields(glyphs: list[GlyphSample]) -> Tensor:
    return torch.from_numpy(np.stack([glyph.shape for glyph in glyphs]))


def _new() -> dict[str, nn.Module]:
    return {"reader": Reader(len(CHARACTERS), WIDTHS, 192, 1), "embedder": Embedder(len(CHARACTERS), WIDTHS)}


@lru_cache(maxsize=1)
def load_judges(path: Path = PATH) -> Judges:
    """The judges that come with handfont.

    Raises:
        ModelError: their weights are missing or damaged.
    """
    try:
        tensors = load_file(path)
        networks = {part: channels_last(folded(network)) for part, network in _new().items()}
        for part, network in networks.items():
            fill(network, part, tensors)
    except (OSError, ValueError, RuntimeError, SafetensorError) as error:
        raise ModelError(f"the judges' weights {path} cannot be read ({error}); install handfont again") from error
    reader, embedder = networks["reader"], networks["embedder"]
    assert isinstance(reader, Reader) and isinstance(embedder, Embedder)
    return Judges(reader, embedder)


def train_judge(name: str, train: corpora.Corpus, device: torch.device) -> nn.Module:
    """Train one of them from nothing; neither depends on the other."""
    torch.manual_seed(SEED)
    network = channels_last(_new()[name].to(device))
    sampler = EpisodeSampler(train, SEED, 192)
    generator = torch.Generator(device).manual_seed(SEED)

    def batch(step: int) -> tuple[Tensor, dict[str, Tensor]]:
        episode = sampler.draw(step, LAYOUT)
        labels = episode.labels.to(device)
        seen = as_scanned(episode.fields.to(device), generator)
        if isinstance(network, Embedder):
            with autocast(device):
                embedded = network(seen, labels)
            loss, hit = whose_loss(network, embedded, labels, LAYOUT[0])
            return loss, {"writer found": hit}
        with autocast(device):
            logits = network(picture(seen))
        return F.cross_entropy(logits, labels, label_smoothing=0.05), {"read": logits.argmax(-1) == labels}

    fit(f"judging {name}", network, batch, STEPS[name], 3e-3, lambda line: click.echo(line, err=True))
    return network


def save_judges(networks: dict[str, nn.Module], out: Path) -> None:
    """Write both, float16."""
    out.parent.mkdir(parents=True, exist_ok=True)
    save_file({key: value for name, network in networks.items() for key, value in halved(network, name).items()}, out)


@click.command()
@click.option("--data", type=click.Path(path_type=Path, exists=True, file_okay=False), required=True)
@click.option("--work", type=click.Path(path_type=Path, file_okay=False), default=Path("training"), show_default=True)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), default=PATH)
@click.option(
    "--judge",
    type=click.Choice(["both", *STEPS]),
    default="both",
    show_default=True,
    help="Train one of them only; the other stays as it is.",
)
def main(data: Path, work: Path, out: Path, judge: str) -> None:
    """Train the judges on the training writers."""
    train, device = corpora.build(data, "train", work), choose(None)
    cut = corpora.cut_words(data, load_weights().reader, work)
    train = train if cut is None else corpora.joined([train, cut])
    networks: dict[str, nn.Module] = {}
    if judge != "both":
        present = load_judges(out)
        networks = {"reader": present.reader, "embedder": present.embedder}
    for name in STEPS:
        if judge in ("both", name):
            networks[name] = folded(train_judge(name, train, device))
    save_judges(networks, out)


if __name__ == "__main__":
    main()
