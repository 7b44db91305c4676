"""Training the proofreader (:mod:`handfont.model.proofreader`): it learns to read drawn glyphs as the reader does."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from handfont.model.network import HandModel
from handfont.model.proofreader import Proofreader, new_proofreader
from handfont.model.reader import Reader
from handfont.train.config import TrainConfig
from handfont.train.corpus import Corpus
from handfont.train.device import autocast
from handfont.train.distil import Situations, asked
from handfont.train.fitting import fit

WRITTEN = 0.25
"""Glyphs of the corpus in each batch, as a share of those drawn: enrolled letters come out as they were written."""
AVERAGE = 0.99
"""Decay of the average of the weights that is kept: they are trained for few steps."""


def train_proofreader(
    network: HandModel, reader: Reader, situations: Situations, corpus: Corpus, config: TrainConfig,
    report: Callable[[str], None],
) -> Proofreader:
    """A proofreader that was taught by the reader for ``config.proofreader_steps`` batches (distillation: Hinton,
    Vinyals, Dean 2015), on glyphs good and broken, as far from a hand's mean as hands are ever drawn.
    """
    torch.manual_seed(config.seed + 9)
    device = situations.device
    proofreader = new_proofreader(network.config).to(device)
    average = torch.optim.swa_utils.AveragedModel(
        proofreader, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(AVERAGE))

    def batch(step: int) -> tuple[Tensor, dict[str, Tensor]]:
        written = round(WRITTEN * config.distil_batch)
        rows = np.random.default_rng([config.seed, 10, step]).choice(len(corpus.labels), written)
        drawn = asked(network, situations, step, config.distil_batch)[3]
        with torch.no_grad(), autocast(device):
            fields = torch.cat([drawn, corpus.rows(rows)[0].to(device)])
            wanted = reader(fields).log_softmax(-1)
        with autocast(device):
            read = proofreader(fields).log_softmax(-1)
        apart = F.kl_div(read, wanted, log_target=True, reduction="none").sum(-1)
        return apart.mean(), {"nats apart": apart.detach(), "as the reader": read.argmax(-1) == wanted.argmax(-1)}

    fit("proofreader", proofreader, batch, config.proofreader_steps, config.proofreader_rate, report,
        after=lambda: average.update_parameters(proofreader), decay=0.0)
    learnt = average.module
    assert isinstance(learnt, Proofreader)
    return learnt.eval()
