from __future__ import annotations

import numpy as np
import torch

from handfont import gaussian
from handfont.model.config import ModelConfig
from handfont.model.gaussians import Gaussian, Mixture, pool
from handfont.model.network import HandModel


def test_pool_is_the_product_with_the_prior():
    rng = np.random.default_rng(0)
    mean, log_variance = rng.standard_normal((2, 1, 5, 7)).astype(np.float32)
    mask = torch.tensor([[[1, 0, 1, 1, 0], [0, 0, 0, 0, 0]]], dtype=torch.float32)
    pooled = pool(Gaussian(torch.from_numpy(mean), torch.from_numpy(log_variance)), mask)
    factors = [gaussian.Gaussian.standard(7)] + [
        gaussian.Gaussian(mean[0, i].astype(float), np.exp(log_variance[0, i].astype(float))) for i in (0, 2, 3)]
    expected = gaussian.product(factors)
    assert np.allclose(pooled.mean[0, 0], expected.mean, atol=1e-5)
    assert np.allclose(pooled.log_variance[0, 0].exp(), expected.variance, atol=1e-5)
    # No evidence leaves the prior.
    assert np.allclose(pooled.mean[0, 1], 0)
    assert np.allclose(pooled.log_variance[0, 1], 0)


def test_mixture_density_of_equal_components_is_that_of_one():
    mean = torch.randn(4, 1, 3).expand(4, 2, 3)
    value = torch.randn(4, 3)
    mixture = Mixture(torch.randn(4, 2), mean, torch.zeros(4, 2, 3))
    one = Gaussian(mean[:, 0], torch.zeros(4, 3))
    assert torch.allclose(mixture.log_prob(value), one.log_prob(value), atol=1e-5)
    assert torch.equal(mixture.pick(torch.tensor([0, 1, 0, 1])).mean, mean[:, 0])


def test_shapes():
    config = ModelConfig()
    model = HandModel(config).eval()
    x, c = torch.zeros(3, config.grid, config.grid), torch.tensor([0, 5, 9])
    metrics = known = torch.zeros(3, config.metrics)
    with torch.no_grad():
        h = model.encode(x)
        z = model.evidence(x, c, metrics, known).mean
        u = model.residual(h, c, metrics, known, z).mean
        field, measured = model.decode(z, u, c)
        prior = model.prior(z, c)
    assert z.shape == (3, config.style)
    assert u.shape == (3, config.residual)
    assert field.shape == (3, config.grid, config.grid)
    assert measured.shape == (3, config.metrics)
    assert prior.means.shape == (3, config.modes, config.residual)
