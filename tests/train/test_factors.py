from __future__ import annotations

import numpy as np
import pytest
import torch

from handfont.model.evidence import PLACES
from handfont.model.gaussians import Gaussian, pool
from handfont.train import factors
from handfont.train.corpus import METRICS, Corpus

WRITERS, CHARACTERS, EMBEDDED, STYLE = 120, 10, 12, 3


@pytest.fixture(scope="module")
def hands():
    """Embeddings and a corpus drawn from a factor model with known styles."""
    rng = np.random.default_rng(0)
    centre = rng.normal(0, 1, (CHARACTERS, EMBEDDED + PLACES))
    loading = rng.normal(0, 0.5, (EMBEDDED + PLACES, STYLE))
    loading = loading + rng.normal(0, 0.1, (CHARACTERS, EMBEDDED + PLACES, STYLE))
    z = rng.normal(size=(WRITERS, STYLE))
    writer, label = (x.ravel() for x in np.meshgrid(np.arange(WRITERS), np.arange(CHARACTERS), indexing="ij"))
    seen = centre[label] + np.einsum("ndr,nr->nd", loading[label], z[writer])
    seen += rng.normal(0, 0.2, seen.shape)
    metrics, known = np.zeros((len(writer), METRICS), np.float32), np.zeros((len(writer), METRICS), bool)
    metrics[:, :PLACES], known[:, 0] = seen[:, EMBEDDED:], True
    metrics[~known] = 1e3  # what is not known must not matter
    names = [str(w) for w in range(WRITERS)]
    corpus = Corpus(np.zeros((len(writer), 1, 1), np.int8), label, writer, metrics, known, names)
    return z, seen[:, :EMBEDDED], corpus


def test_styles_are_found_again_and_tell_unseen_characters(hands):
    z, embedded, corpus = hands
    head = factors.fit(embedded, corpus, CHARACTERS, STYLE)
    _, label, metrics, known = corpus.rows(slice(None))
    told = head(torch.from_numpy(embedded).float(), label, metrics, known)
    shaped = Gaussian(*(part.view(WRITERS, CHARACTERS, STYLE) for part in told))
    half = torch.zeros(WRITERS, 1, CHARACTERS)
    half[:, :, :5] = 1
    found = pool(shaped, half).mean[:, 0]
    # The latent is known up to a turn: a linear map takes it to the true styles.
    turn, *_ = np.linalg.lstsq(found.numpy(), z, rcond=None)
    assert np.corrcoef((found.numpy() @ turn).ravel(), z.ravel())[0, 1] > 0.9
    last = torch.full((WRITERS,), CHARACTERS - 1)
    expected = head.expected(found, last).numpy()
    truth = embedded[corpus.labels == CHARACTERS - 1]
    rest = ((expected - truth) ** 2).sum() / ((truth - truth.mean(0)) ** 2).sum()
    assert rest < 0.4


def test_more_glyphs_narrow_the_style(hands):
    _, embedded, corpus = hands
    head = factors.fit(embedded, corpus, CHARACTERS, STYLE)
    _, label, metrics, known = corpus.rows(slice(0, CHARACTERS))
    told = head(torch.from_numpy(embedded[:CHARACTERS]).float(), label, metrics, known)
    masks = torch.tril(torch.ones(CHARACTERS, CHARACTERS))
    variance = pool(told, masks).log_variance.exp()
    assert (variance.diff(dim=0) < 0).all()
    assert (variance <= 1).all()


def test_homes_are_unit_means(hands):
    _, embedded, corpus = hands
    found = factors.homes(embedded, corpus).numpy()
    mean = embedded[corpus.writers == 7].mean(0)
    assert np.allclose(found[7], mean / np.linalg.norm(mean), atol=1e-6)
