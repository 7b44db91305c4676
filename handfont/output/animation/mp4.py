"""MP4: H.264 video by PyAV, whose packages bring the encoder x264."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any

from handfont.output.animation.frames import Frame
from handfont.util.extras import needs

QUALITY = 20
"""Constant rate factor of x264: 18 looks like the original, 28 is coarse."""


def check() -> None:
    """Find out whether MP4 can be written.

    Raises:
        OptionError: PyAV is not installed.
    """
    _av()


def _av() -> Any:
    with needs("MP4", "video"):
        import av
    return av


def write(frames: Iterable[Frame], path: Path, fps: float) -> None:
    """Write frames as a video of an even rate, that any player plays; pictures that stay are repeated."""
    av = _av()
    rate = Fraction(fps).limit_denominator(1000)
    with av.open(str(path), "w", format="mp4", options={"movflags": "faststart"}) as container:
        stream = None
        picture, number = None, 0
        for frame in frames:
            if stream is None:
                height, width = frame.pixels.shape[:2]
                stream = container.add_stream("libx264", rate=rate)
                stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
                # The same film has the same bytes: on one thread, however many processors there are, and without
                # macroblock trees, with which x264 does not repeat itself.
                stream.codec_context.thread_count = 1
                stream.options = {"crf": str(QUALITY), "preset": "fast", "threads": "1", "x264-params": "mbtree=0"}
            while picture is not None and number < frame.number:
                picture.pts, number = number, number + 1
                container.mux(stream.encode(picture))
            picture = av.VideoFrame.from_ndarray(frame.pixels, format="rgb24")
        if stream is not None and picture is not None:
            picture.pts = number
            container.mux(stream.encode(picture))
            container.mux(stream.encode(None))
