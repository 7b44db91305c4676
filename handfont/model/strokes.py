"""The stroke model: every form's shapes as a linear latent space, and the hands it was learned from.

    points = mean_f + u basis_f            decoder: the points of a character in the form f, from its latent u
    u = (points - mean_f) basis_f^T        encoder: exact, since the basis is orthonormal
    u | writer ~ N(own mean, W_f W_f^T)    how a writer's repetitions differ
    E[u | z] = ... + slope_f z             how shapes go with the style z of a writer

It is the variational autoencoder with a linear decoder, whose optimum is known in closed form (probabilistic principal
components: Tipping, Bishop 1999; Lucas, Tucker, Grosse, Norouzi 2019). Within one form strokes correspond point by
point and pens are lifted at the same places, so that a linear space is enough: 16 dimensions bring a stranger's letter
back within a fifth of a pen's width.

A character that a writer was not seen to write is taken from the training hand whose character is likest to what the
writer's style lets expect, and moved towards that style (see :meth:`StrokeModel.likest`): people's own forms are
legible and look like somebody's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from handfont.core.arrays import FloatArray, IntArray
from handfont.core.forms import ALONE, POINTS, Joins, StrokeForm, assign, coarse, in_form, tidied
from handfont.core.strokes import StrokeGlyph

ARRAYS = (
    "mean",
    "basis",
    "deviation",
    "within",
    "height",
    "slope",
    "hand_form",
    "hand_latent",
    "hand_style",
    "hand_embedding",
)
ADAPTED = 0.5
"""A training hand's character is moved so far of the way that its style differs from the writer's."""


@dataclass(frozen=True, eq=False)
class StrokeModel:
    """The stroke model of F forms with U latent dimensions, and H characters of training hands.

    Attributes:
        forms: F of them.
        mean: (F, 2 POINTS) mean points, x and y in turn, about the middle of the character's box, in x-heights.
        basis: (F, U, 2 POINTS) orthonormal directions.
        deviation: (F, U) standard deviation of the latent over people.
        within: (F, R, U) rows of a factor W^T of the covariance of the latent among one writer's samples.
        height: (F, 3) the share of the height of a character's box at which it keeps to the line (0 its foot, 1 its
            top), and mean and standard deviation of the height of that place over the baseline, in x-heights.
        slope: (F, U, Z) how the latent goes with the style of the writer.
        hand_form: (H,) the form of each character of a training hand.
        hand_latent: (H, U) its mean latent.
        hand_style: (H, Z) the style of its writer.
        hand_embedding: (H, E) unit vectors: how it looks to the embedder of hands.
    """

    forms: tuple[StrokeForm, ...]
    mean: FloatArray
    basis: FloatArray
    deviation: FloatArray
    within: FloatArray
    height: FloatArray
    slope: FloatArray
    hand_form: NDArray[np.int32]
    hand_latent: FloatArray
    hand_style: FloatArray
    hand_embedding: FloatArray

    @property
    def dimensions(self) -> int:
        """Of the latent."""
        return int(self.basis.shape[1])

    @cached_property
    def _numbers(self) -> dict[tuple[str, Joins], list[int]]:
        result: dict[tuple[str, Joins], list[int]] = {}
        for number, form in enumerate(self.forms):
            result.setdefault((form.character, form.joins), []).append(number)
        return result

    @cached_property
    def characters(self) -> list[str]:
        """The characters that have forms by themselves."""
        return [character for character, joins in self._numbers if joins == ALONE]

    def forms_of(self, character: str, joins: Joins = ALONE) -> list[int]:
        """The forms of a character that are joined so; none where people do not join it."""
        return self._numbers.get((character, joins), [])

    @cached_property
    def _hands_of(self) -> dict[tuple[str, Joins], IntArray]:
        return {key: np.flatnonzero(np.isin(self.hand_form, numbers)) for key, numbers in self._numbers.items()}

    def encode(
        self, character: str, strokes: Sequence[FloatArray], joins: Joins = ALONE
    ) -> tuple[int, FloatArray] | None:
        """The form and latent (U,) of a written character; None where no form has as many strokes."""
        own = tidied(strokes)
        shape = coarse(own)
        possible = [form for form in self.forms_of(character, joins) if len(self.forms[form].counts) == len(own)]
        if not possible:
            return None
        form = min(possible, key=lambda number: float(assign(shape[None], self.forms[number].template).distance[0]))
        points = in_form(own, self.forms[form]).reshape(-1)
        return form, np.asarray((points - self.mean[form]) @ self.basis[form].T, np.float32)

    def points(self, form: int, latent: FloatArray) -> FloatArray:
        """(POINTS, 2) of a latent (U,), about the middle of the character's box."""
        return np.asarray((self.mean[form] + latent @ self.basis[form]).reshape(POINTS, 2), np.float32)

    def decode(self, form: int, latent: FloatArray) -> StrokeGlyph:
        """The character of a latent (U,), at its form's usual height over the baseline."""
        points = self.points(form, latent)
        share, height, _ = self.height[form]
        low, high = points.min(axis=0), points.max(axis=0)
        origin = np.array([(low[0] + high[0]) / 2, (1 - share) * low[1] + share * high[1] - height], np.float32)
        return StrokeGlyph(self.forms[form].character, self.forms[form].strokes(points - origin))

    def likest(
        self, character: str, expected: FloatArray, style: FloatArray, joins: Joins = ALONE
    ) -> tuple[int, FloatArray]:
        """The form and latent of a character in the training hand that looks most as is expected, moved towards a
        style.

        Args:
            expected: (E,) what the embedder should see, see :meth:`handfont.model.evidence.Evidence.expected`.
            style: (Z,) of the writer.
            joins: to which sides the character is joined.
        """
        rows = self._hands_of[character, joins]
        # Rounded, so that the last bits of a product, which differ between processors, decide nothing.
        likeness = np.rint(self.hand_embedding[rows] @ expected * 1e4)
        best = rows[int(likeness.argmax())]
        form = int(self.hand_form[best])
        moved = self.hand_latent[best] + ADAPTED * self.slope[form] @ (style - self.hand_style[best])
        return form, np.asarray(moved, np.float32)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """All arrays, by name, the templates of the forms among them."""
        templates = {f"template.{number}": form.template for number, form in enumerate(self.forms)}
        return {name: getattr(self, name) for name in ARRAYS} | templates

    def forms_listed(self) -> list[list[Any]]:
        """Character, point counts, joins and exit of each form, as JSON can hold them."""
        return [[form.character, list(form.counts), list(form.joins), form.exit] for form in self.forms]

    @classmethod
    def of(cls, forms: list[list[Any]], arrays: dict[str, NDArray[Any]]) -> StrokeModel:
        """The model of what :meth:`forms_listed` and :meth:`arrays` gave.

        Raises:
            KeyError: an array is missing.
            ValueError: a form has not the number of points that forms have.
        """
        listed = tuple(
            StrokeForm(character, tuple(counts), arrays[f"template.{number}"], Joins(*joins), exit)
            for number, (character, counts, joins, exit) in enumerate(
                [(*f, [False, False], 0) if len(f) == 2 else f for f in forms]
            )
        )
        if any(sum(form.counts) != POINTS for form in listed):
            raise ValueError(f"a form has not {POINTS} points")
        return cls(listed, **{name: arrays[name] for name in ARRAYS})
