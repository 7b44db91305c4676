from __future__ import annotations

import numpy as np
import pytest

from handfont.core.gaussian import Gaussian, product
from handfont.model.evidence import PLACES
from handfont.train import factor_analysis
from handfont.train.data.corpus import METRICS, Corpus

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


def posteriors(evidence, embedded, corpus, characters):
    """(WRITERS, STYLE) means and variances of each writer's style, from so many characters."""
    found = []
    for writer in range(WRITERS):
        rows = np.flatnonzero((corpus.writers == writer) & (corpus.labels < characters))
        told = evidence.of(
            embedded[rows].astype(np.float32),
            corpus.labels[rows],
            corpus.metrics[rows],
            corpus.known[rows].astype(np.float32),
        )
        found.append(product([Gaussian.standard(STYLE), *told]))
    return np.stack([one.mean for one in found]), np.stack([one.variance for one in found])


def test_styles_are_found_again_and_tell_unseen_characters(hands):
    z, embedded, corpus = hands
    evidence = factor_analysis.fit(embedded, corpus, CHARACTERS, STYLE)
    found, _ = posteriors(evidence, embedded, corpus, 5)
    # The latent is known up to a turn: a linear map takes it to the true styles.
    turn, *_ = np.linalg.lstsq(found, z, rcond=None)
    assert np.corrcoef((found @ turn).ravel(), z.ravel())[0, 1] > 0.9
    last = np.array([CHARACTERS - 1])
    expected = np.concatenate([evidence.expected(style.astype(np.float32), last) for style in found])
    truth = embedded[corpus.labels == CHARACTERS - 1]
    truth = truth / np.linalg.norm(truth, axis=1, keepdims=True)
    assert np.linalg.norm(expected, axis=1) == pytest.approx(1, abs=1e-5)
    rest = ((expected - truth) ** 2).sum() / ((truth - truth.mean(0)) ** 2).sum()
    assert rest < 0.4


def test_more_glyphs_narrow_the_style(hands):
    _, embedded, corpus = hands
    evidence = factor_analysis.fit(embedded, corpus, CHARACTERS, STYLE)
    variances = [posteriors(evidence, embedded, corpus, count)[1] for count in range(CHARACTERS + 1)]
    assert (np.diff(variances, axis=0) < 0).all()
    assert (variances[0] == 1).all()


def test_what_is_measured_is_finite_and_a_variance(hands):
    _, embedded, corpus = hands
    rows = corpus.labels != 3
    evidence = factor_analysis.fit(embedded[rows], corpus.subset(rows), CHARACTERS, STYLE)
    for array in (evidence.centre, evidence.loading, evidence.noise):
        assert array.dtype == np.float32
        assert np.isfinite(array).all()
    assert (evidence.noise > 0).all()
    # Nothing was seen of the character that nobody wrote: only what all characters have in common.
    assert (evidence.centre[3] == 0).all()
