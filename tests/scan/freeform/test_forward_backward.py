import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from handfont.scan.freeform.forward_backward import FOREIGN, MISSING, Gaps, align

NO_GAPS = Gaps()


def every_way(i, j, letters, first, count, weight, bodies):
    """Log weight of all alignments of letters from i on with bodies from j on, by trying each."""
    if i == len(letters) and j == bodies:
        return 0.0
    ways = []
    if j < bodies:
        ways.append(FOREIGN + every_way(i, j + 1, letters, first, count, weight, bodies))
    if i < len(letters):
        # Pieces of no letter come before a missing letter, not after it, or one alignment would count twice: the rows
        # of the alignment are the letters, so both orders are different paths there, too.
        ways.append(MISSING + every_way(i + 1, j, letters, first, count, weight, bodies))
        ways += [
            weight[r, letters[i]] + every_way(i + 1, j + count[r], letters, first, count, weight, bodies)
            for r in range(len(first))
            if first[r] == j
        ]
    return float(np.logaddexp.reduce(ways)) if ways else -np.inf


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(0, 10**6))
def test_all_alignments_are_weighed(seed):
    rng = np.random.default_rng(seed)
    bodies, n = int(rng.integers(1, 4)), int(rng.integers(1, 4))
    first, count = np.array([(j, k) for j in range(bodies) for k in range(0, 3) if j + k <= bodies]).T
    weight = rng.normal(-2, 2, (len(first), 2))
    letters = rng.integers(0, 2, n)
    weighed = align(letters, np.zeros(n, bool), first, count, weight, np.zeros(bodies), NO_GAPS)
    assert np.isclose(weighed.total, every_way(0, 0, letters, first, count, weight, bodies))
    assert (weighed.share >= 0).all() and (weighed.share <= 1).all()


def matching(text, ink):
    """Each body of ink is one letter, certain by its shape."""
    different = sorted(set(text + ink))
    weight = np.array([[0.0 if c == d else -9.0 for d in different] for c in ink])
    return align(
        np.array([different.index(c) for c in text]),
        np.zeros(len(text), bool),
        np.arange(len(ink)),
        np.ones(len(ink), int),
        weight,
        np.zeros(len(ink)),
        NO_GAPS,
    )


def test_a_text_is_found_letter_by_letter():
    weighed = matching("handwriting", "handwriting")
    assert weighed.run.tolist() == list(range(11)) and (weighed.share > 0.99).all()


def test_a_word_more_in_the_text_leaves_the_rest_in_place():
    weighed = matching("thequickbrownfox", "thebrownfox")
    sure = weighed.share > 0.97
    assert [weighed.run[i] for i in range(9, 16)] == list(range(4, 11)) and sure[9:].all() and not sure[4:7].any()


def test_a_word_more_on_the_page_leaves_the_rest_in_place():
    weighed = matching("thebrownfox", "thequickbrownfox")
    assert [weighed.run[i] for i in range(3, 11)] == list(range(8, 16)) and (weighed.share[4:] > 0.97).all()


def test_a_space_wants_room_and_letters_keep_together():
    gap = np.array([np.nan, 0.0, 0.3, 1.5])
    apart, together = NO_GAPS.enter(gap, True), NO_GAPS.enter(gap, False)
    assert apart[3] == 0 and apart[1] < -2 and together[1] == together[2] == 0 and together[3] < -2
    assert apart[0] == 0 and together[0] < -2  # at the start of a line
