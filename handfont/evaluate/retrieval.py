"""Whose hand is it? Writers sought among all by what is drawn after them."""

from __future__ import annotations

import numpy as np

from handfont.evaluate.held_out import held_out, unlettered, written
from handfont.evaluate.judges import Judges
from handfont.evaluate.reading import share
from handfont.evaluate.results import ResultRow
from handfont.model.loading import Weights
from handfont.synthesis.hand import Hand
from handfont.train.data import unipen

MIN_QUERY = 6
"""Glyphs by which a hand is looked for, at least."""
DRAWS = 4
"""Times that other letters are enrolled where hands are looked for: forty writers alone are few."""


def retrieval(
    weights: Weights, judges: Judges, dev: list[unipen.Trajectory], count: int, limit: int | None = None
) -> list[ResultRow]:
    """Whose hand is it? Each writer is enrolled from ``count`` letters, ``DRAWS`` times others, and sought among all by
    what is drawn for characters that were not enrolled.

    Homes are the writers' real glyphs of those characters; queries are drawn, or the writers' second real ones.
    """
    found: dict[str, list[np.ndarray]] = {"drawn": [], "real": [], "enrolled": [], "own": [], "own, real": []}
    for draw in range(DRAWS):
        writers = held_out(dev, seed=1 + draw)[:limit]
        homes: list[np.ndarray] = []
        own_homes: list[np.ndarray] = []
        queries: dict[str, dict[int, np.ndarray]] = {kind: {} for kind in found}
        for number, writer in enumerate(writers):
            seen, unseen = writer.seen(count), writer.unseen(count)
            homes.append(judges.embed(list((unseen or seen).values())))
            again = [character for character in seen if character in writer.second]
            own_homes.append(judges.embed([writer.second[c] for c in again] or list(seen.values())))
            if len(again) >= MIN_QUERY:
                hand = Hand(writer.style(count, weights), weights=weights)
                queries["own"][number] = judges.embed(written(hand, again))
                queries["own, real"][number] = judges.embed([seen[character] for character in again])
            twice = [character for character in unseen if character in writer.second]
            if len(twice) >= MIN_QUERY:
                hand = Hand(unlettered(writer.on_paper(count), weights), weights=weights)
                queries["drawn"][number] = judges.embed(written(hand, twice))
                queries["real"][number] = judges.embed([writer.second[character] for character in twice])
                queries["enrolled"][number] = judges.embed(list(seen.values()))
        for kind, asked in queries.items():
            found[kind].append(_found(asked, own_homes if kind.startswith("own") else homes))
    shares = {kind: share(np.concatenate(hits)) for kind, hits in found.items()}
    if len(np.concatenate(found["drawn"])) < 2:
        return []
    # The enrolled letters themselves, sought among other characters, show how much of a hand they hold at all.
    return [
        ResultRow(
            f"writer found among {len(homes)} by unseen characters",
            count,
            shares["drawn"],
            shares["real"],
            "80 % of real" if count == 20 else "",
        ),
        ResultRow("writer found by the enrolled letters themselves, real ones", count, shares["enrolled"], None),
        ResultRow(
            "writer found by enrolled characters, drawn as the next sample",
            count,
            shares["own"],
            shares["own, real"],
            "as real",
        ),
    ]


def _found(queries: dict[int, np.ndarray], homes: list[np.ndarray]) -> np.ndarray:
    """Whether each query's nearest home is its writer's."""
    table = np.stack(homes)
    return np.array([int((table @ query).argmax()) == number for number, query in queries.items()])
