from __future__ import annotations

import numpy as np

from handfont.noise import noise_of


def test_noise_belongs_to_positions():
    whole = noise_of(3, "a", 0, 700, 24, 4)
    part = noise_of(3, "a", 300, 100, 24, 4)
    assert (whole.residual[:, 300:400] == part.residual).all()
    assert (whole.choice[300:400] == part.choice).all()
    assert np.allclose(whole.pressure[300:400], part.pressure, atol=1e-6)


def test_pressure_is_slow_and_of_unit_variance():
    pressure = np.concatenate([noise_of(seed, "", 200, 2000, 1, 1).pressure for seed in range(10)])
    assert abs(pressure.std() - 1) < 0.1
    assert np.abs(np.diff(pressure)).mean() < 0.1
