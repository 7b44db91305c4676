"""A hand between others: arithmetic on their posteriors.

Styles z of independent writers are Gaussian, so the weighted mean of them is, too: its mean is the weighted mean of the
means, its variance the sum of the variances times the squared weights. How well each writer is known decides how sure
the mixture is, not how much of whom is in it, as a product of the posteriors would have it.

The latents of strokes say how one character was written. They are mixed where all writers were seen to write it in the
same form; where they were not, the strokes of a point between would be neither's, and the heaviest writer's are used.
Characters that some writer was not seen to write are inferred from the mixed z.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from handfont.core.gaussian import Gaussian
from handfont.errors import OptionError, StyleError
from handfont.model.joins import JoinHabit
from handfont.style import offsets
from handfont.style.posterior import Geometry, Origin, Rhythm, StylePosterior, Variant
from handfont.style.yaml_format import rounded

NEVER = -6.0
"""Rate of joins of a writer who joins no letters, in log odds."""
MIN_WEIGHT, MAX_WEIGHT = 1e-6, 1e6
"""Weights are relative; sums and squares of these are exact enough."""


def mix(parts: Sequence[tuple[StylePosterior, float]], name: str) -> StylePosterior:
    """A style of several, each with its weight.

    Raises:
        OptionError: weights are not positive.
        StyleError: the styles belong to different weights of the model.
    """
    if len(parts) < 2 or not all(weight > 0 for _, weight in parts):
        raise OptionError("a mixture needs two styles or more, each with a weight above 0, like alice:0.7 bob:0.3")
    for _, weight in parts:
        if not MIN_WEIGHT <= weight <= MAX_WEIGHT:
            raise OptionError(
                f"the weight {weight:g} is out of range; use {MIN_WEIGHT:g} to {MAX_WEIGHT:g}, like alice:0.7 bob:0.3"
            )
    total = sum(weight for _, weight in parts)
    models = sorted({style.model for style, _ in parts})
    if len(models) > 1:
        raise StyleError(f"styles of the weights {', '.join(models)} cannot be mixed; enroll the older ones again")
    ordered = sorted(parts, key=lambda part: -part[1])  # the heaviest first, else as given
    styles = [style for style, _ in ordered]
    shares = np.array([weight / total for _, weight in ordered])
    first = styles[0]
    common = [c for c in first.characters if all(c in style.characters for style in styles)]
    heights = [style.x_height_mm for style in styles]
    known = [height for height in heights if height is not None]
    return StylePosterior(
        name=name,
        model=first.model,
        writer=rounded(_weighted([style.writer for style in styles], shares)),
        characters={c: _variants([style.characters[c] for style in styles], shares) for c in common},
        pen=replace(
            first.pen,
            variation=_mean([style.pen.variation for style in styles], shares),
            width=round(float(np.exp(shares @ np.log([style.pen.width for style in styles]))), 4),
        ),
        x_height_mm=_mean(known, shares) if len(known) == len(styles) else None,
        rhythm=Rhythm.mean([style.rhythm for style in styles], shares),
        origin=_origin(styles, shares),
        geometry=Geometry(
            _mean([style.geometry.slant for style in styles], shares),
            _mean([style.geometry.width for style in styles], shares),
        ),
        neatness=_mean([style.neatness for style in styles], shares),
        joins=_joins([style.joins for style in styles], shares),
    )


def _weighted(gaussians: Sequence[Gaussian], shares: np.ndarray) -> Gaussian:
    """Of the weighted sum of independent variables."""
    return Gaussian(
        shares @ np.stack([g.mean for g in gaussians]), shares**2 @ np.stack([g.variance for g in gaussians])
    )


def _variants(found: Sequence[tuple[Variant, ...]], shares: np.ndarray) -> tuple[Variant, ...]:
    """The heaviest writer's variants of a character, each mixed with the nearest of the others' in the same form."""
    return tuple(_variant(own, [_nearest(own, others) for others in found[1:]], shares) for own in found[0])


def _nearest(own: Variant, others: Sequence[Variant]) -> Variant | None:
    same = [other for other in others if other.form == own.form]
    return min(same, key=lambda other: float(((own.mean - other.mean) ** 2).sum()), default=None)


def _variant(own: Variant, nearest: list[Variant | None], shares: np.ndarray) -> Variant:
    near = [own, *(other for other in nearest if other is not None)]
    if len(near) < len(shares):
        return own
    # Here variance is how much a writer varies, not how well they are known: that of a writer between is between.
    heights = [v.height for v in near if v.height is not None]
    return Variant(
        sum(v.samples for v in near),
        own.form,
        np.round(shares @ np.stack([v.mean for v in near]), 4) + 0.0,
        np.round(shares @ np.stack([v.variance for v in near]), 4),
        _mean(heights, shares) if len(heights) == len(near) else None,
        offsets.as_stored(np.tensordot(shares, np.stack([v.offsets for v in near]), 1)),
    )


def _joins(habits: Sequence[JoinHabit | None], shares: np.ndarray) -> JoinHabit | None:
    """A habit between those of writers; one who joins no letters has a rate of ``NEVER``."""
    known = [habit for habit in habits if habit is not None]
    if not known:
        return None
    never = JoinHabit(0, NEVER, 0.0)
    every = [never if habit is None else habit for habit in habits]
    levels = [(habit.level, share) for habit, share in zip(every, shares, strict=True) if habit.level is not None]
    level, weight = (sum(own * share for own, share in levels), sum(share for _, share in levels))
    return JoinHabit(
        sum(habit.pairs for habit in known),
        round(float(shares @ np.array([habit.rate for habit in every])), 3),
        float(f"{shares**2 @ np.array([habit.variance for habit in every]):.4g}"),
        _effects([habit.onward for habit in every], shares),
        _effects([habit.back for habit in every], shares),
        _shifts([habit.leaving for habit in every], shares),
        _shifts([habit.entering for habit in every], shares),
        round(float(level / weight), 3) if levels else None,  # of those of whom it is known
    )


def _effects(found: Sequence[dict[str, float]], shares: np.ndarray) -> dict[str, float]:
    characters = sorted({character for effects in found for character in effects})
    mean = {c: round(float(shares @ np.array([own.get(c, 0.0) for own in found])), 2) for c in characters}
    return {character: effect for character, effect in mean.items() if effect}


def _shifts(found: Sequence[dict[str, tuple[float, float]]], shares: np.ndarray) -> dict[str, tuple[float, float]]:
    x, y = (_effects([{c: shift[axis] for c, shift in own.items()} for own in found], shares) for axis in (0, 1))
    return {c: (x.get(c, 0.0), y.get(c, 0.0)) for c in sorted({*x, *y})}


def _mean(values: Sequence[float], shares: np.ndarray) -> float:
    return round(float(shares @ np.array(values)), 4)


def _origin(styles: Sequence[StylePosterior], shares: np.ndarray) -> Origin:
    """Who is in it, under the terms of all of them."""
    parts = " and ".join(
        f"{share:.0%} '{style.name}' ({style.origin.description.rstrip('.') or 'no description'})"
        for style, share in zip(styles, shares, strict=True)
    )
    licences = dict.fromkeys(style.origin.licence for style in styles if style.origin.licence)
    sources = dict.fromkeys(source for style in styles for source in style.origin.sources)
    return Origin(f"A mixture: {parts}.", " and ".join(licences), tuple(sources))
