from __future__ import annotations

import numpy as np
import pytest

from handfont.errors import UserError
from handfont.train.data import emnist


def test_pictures_become_fields():
    picture = np.zeros((28, 28), np.uint8)
    picture[6:22, 13:16] = 255
    field = emnist.to_field(picture)
    assert field is not None
    ink = field > 0
    assert ink.any(axis=1).sum() > 35
    assert 2 <= ink.any(axis=0).sum() <= 8
    assert emnist.to_field(np.zeros((28, 28), np.uint8)) is None


def test_a_folder_without_emnist_is_reported(tmp_path):
    # Without torchvision, or with it and nothing to read, the user gets one sentence either way.
    with pytest.raises(UserError, match="torchvision"):
        emnist.read(tmp_path)


def test_the_real_layout_is_read(tmp_path):
    try:
        import torchvision  # noqa: F401
    except (ImportError, RuntimeError) as error:  # RuntimeError: a torchvision built for another build of torch
        pytest.skip(f"torchvision belongs to the train extra and is not usable here: {error}")
    folder = tmp_path / "EMNIST" / "raw"
    folder.mkdir(parents=True)
    pictures = np.zeros((4, 28, 28), np.uint8)
    pictures[:, 13:16, 6:22] = 255
    header = b"\x00\x00\x08\x03" + b"".join(int(n).to_bytes(4, "big") for n in pictures.shape)
    labels = b"\x00\x00\x08\x01" + (4).to_bytes(4, "big") + bytes([1, 10, 36, 1])
    for part in ("train", "test"):
        (folder / f"emnist-byclass-{part}-images-idx3-ubyte").write_bytes(header + pictures.tobytes())
        (folder / f"emnist-byclass-{part}-labels-idx1-ubyte").write_bytes(labels)
    made = emnist.read(tmp_path)
    assert sorted(made.labels.tolist()) == sorted(emnist.INDEX[c] for c in "1A1a")
