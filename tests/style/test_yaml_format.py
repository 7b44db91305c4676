from __future__ import annotations

import copy

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from handfont.core.charset import CHARACTERS
from handfont.core.forms import POINTS
from handfont.core.gaussian import Gaussian
from handfont.errors import StyleError
from handfont.model.joins import JoinHabit
from handfont.style import offsets, yaml_format
from handfont.style.offsets import as_stored
from handfont.style.posterior import Origin, Pen, Rhythm, StylePosterior, Variant

finite = st.floats(-1e4, 1e4, allow_nan=False)
variance = st.floats(1e-6, 1e4)


def gaussian(size):
    return st.builds(
        lambda m, v: Gaussian(np.array(m), np.array(v)),
        st.lists(finite, min_size=size, max_size=size),
        st.lists(variance, min_size=size, max_size=size),
    )


def numbers(size, low, high):
    return st.lists(st.floats(low, high), min_size=size, max_size=size).map(np.array)


variants = st.builds(
    Variant,
    samples=st.integers(1, 99),
    form=st.integers(0, 500),
    mean=numbers(4, -90, 90),
    variance=numbers(3, 0, 90),
    height=st.none() | st.floats(-3, 3),
    offsets=arrays(np.float32, (POINTS, 2), elements=st.floats(-1, 1, width=32)).map(as_stored),
)
letters = st.sampled_from(CHARACTERS)
shifts = st.dictionaries(letters, st.tuples(st.floats(-5, 5), st.floats(-5, 5)), max_size=3)
habits = st.builds(
    JoinHabit,
    pairs=st.integers(1, 999),
    rate=st.floats(-20, 20),
    variance=st.floats(0, 100),
    onward=st.dictionaries(letters, st.floats(-20, 20), max_size=3),
    back=st.dictionaries(letters, st.floats(-20, 20), max_size=3),
    leaving=shifts,
    entering=shifts,
    level=st.none() | st.floats(-1, 3),
)
styles = st.builds(
    StylePosterior,
    name=st.text(min_size=1, max_size=20),
    model=st.just("hand-1"),
    writer=gaussian(5),
    characters=st.dictionaries(
        st.sampled_from(CHARACTERS), st.lists(variants, min_size=1, max_size=3).map(tuple), max_size=6
    ),
    pen=st.builds(Pen, width=st.floats(0.01, 1), variation=st.floats(0, 1), ink=st.just("#0a1b2c"))
    | st.builds(Pen, width=st.floats(0.01, 1), ratio=st.floats(0.05, 0.99), angle=st.floats(-180, 180)),
    x_height_mm=st.none() | st.floats(0.5, 20),
    rhythm=st.builds(Rhythm, letter_gap=st.floats(-0.5, 2), measured=st.booleans()),
    origin=st.builds(Origin, st.text(max_size=30), st.text(max_size=9), st.lists(st.text(max_size=9)).map(tuple)),
    joins=st.none() | habits,
)


@settings(deadline=None, max_examples=40)
@given(styles)
def test_round_trip_is_exact(style):
    text = yaml_format.dumps(style)
    assert yaml_format.loads(text) == style
    assert yaml_format.dumps(yaml_format.loads(text)) == text


def test_a_real_style_round_trips_and_is_readable(style, tmp_path):
    path = tmp_path / "grid.yaml"
    yaml_format.save(style, path)
    assert yaml_format.load(path) == style
    text = path.read_text()
    assert text.startswith("# A hand")
    # One fact a line: a vector is one line, so a change of one glyph touches a few lines.
    assert sum(line.startswith("    mean: [") for line in text.splitlines()) >= 80


@pytest.fixture(scope="module")
def plain(style):
    return yaml.safe_load(yaml_format.dumps(style))


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("schema",), "other/9", "schema 'other/9'"),
        (("name",), 3, "'name' must be text"),
        (("writer", "mean"), "x", "'writer.mean' must be a list"),
        (("writer", "mean", 0), "x", "'writer.mean[1]' must be a number"),
        (("writer", "mean", 0), float("nan"), "which is not finite"),
        (("writer", "variance", 1), -1.0, "must lie between"),
        (("writer", "extra"), 1, "'writer.extra' is not known"),
        (("pen", "width"), 40, "'pen.width' must lie between"),
        (("pen", "ink"), "blue", "'pen.ink' must be a colour"),
        (("rhythm", "slope"), True, "'rhythm.slope' must be a number"),
        (("rhythm", "measured"), 1, "must be true or false"),
        (("characters",), [], "'characters' must be a mapping"),
        (("characters", "ab"), [], "must be named by one character"),
        (("characters", "a"), [], "must be a list of variants"),
        (("characters", "a", 0, "samples"), 0, "must be a whole number"),
        (("characters", "a", 0, "form"), -1, "'characters.'a' (U+0061 LATIN SMALL LETTER A)[1].form' must be a whole"),
        (("characters", "a", 0, "form"), 1.5, "must be a whole number"),
        (("characters", "a", 0, "form"), True, "must be a whole number"),
        (("characters", "a", 0, "height"), "high", "must be a number"),
        (("characters", "a", 0, "height"), 11, "must lie between -10 and 10"),
        (("characters", "a", 0, "mean"), {}, "must be a list of numbers"),
        (("characters", "a", 0, "mean", 0), 1e9, "must lie between"),
        (("characters", "a", 0, "mean"), [0.5], "mixes fields 'mean' of [1, 32] numbers"),
        (("characters", "a", 0, "variance", 0), -0.1, "must lie between 0"),
        (("characters", "a", 0, "variance"), [0.5], "mixes fields 'variance' of [1, 12] numbers"),
        (("characters", "a", 0, "offsets"), 5, "offsets' must be text"),
        (("characters", "a", 0, "offsets"), "A" * 40, "offsets' is damaged"),
        (("characters", "a", 0, "offsets"), "", "offsets' is damaged"),
        (("characters", "a", 0, "residual"), [], "residual' is not known"),
        (("pen", "ratio"), 0, "'pen.ratio' must lie between"),
        (("pen", "angle"), 181, "'pen.angle' must lie between"),
        (("origin", "sources"), 1, "must be a list"),
        (("surprise",), 1, "'surprise' is not known"),
    ],
)
def test_every_field_is_checked(plain, path, value, message):
    data = copy.deepcopy(plain)
    place = data
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    with pytest.raises(StyleError) as caught:
        yaml_format.loads(yaml.safe_dump(data, allow_unicode=True), "bob.yaml")
    assert message in caught.value.message
    assert caught.value.message.startswith("bob.yaml")


@pytest.mark.parametrize("key", ["name", "model", "writer", "characters", "pen", "rhythm"])
def test_missing_fields_are_named(plain, key):
    data = {k: v for k, v in plain.items() if k != key}
    with pytest.raises(StyleError, match=f"'{key}' is missing"):
        yaml_format.loads(yaml.safe_dump(data))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("schema: [", "not readable YAML at line 1"),
        ("just a sentence", "not a handfont style"),
        ("", "not a handfont style"),
        ("a: &x [1]\nschema: *x", "alias"),
        ("schema: !!python/object/apply:os.system ['true']", "not readable YAML"),
        ("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]", "alias"),
        ("[" * 3000, "nested more than 20"),
        ("schema: 0x" + "f" * 6000, "number of 6002 digits"),
        ("schema: " + "9" * 99, "has the schema 999"),
        ("schema: .inf", "not finite"),
        ("schema: handfont-style/2\nname: 2026-13-45T99:99:99", "missing|not readable"),
    ],
)
def test_broken_and_malicious_yaml(text, message):
    with pytest.raises(StyleError, match=message):
        yaml_format.loads(text)


OLD = """schema: handfont-style/1
name: bob
model: hand-5
origin:
  description: Bob's hand.
  licence: CC0
  sources: [a.jpg]
pen: {width: 0.1, variation: 0.06, ink: '#102030'}
writer: {mean: [0.0], variance: [1.0]}
rhythm: {letter_gap: 0.3}
characters:
  a:
  - {samples: 1, size: 1.0, centre_y: 0.5, residual: {mean: [0.0], variance: [1.0]}}
"""


def test_styles_of_letters_as_fields_are_told_what_to_do(tmp_path):
    path = tmp_path / "bob.yaml"
    path.write_text(OLD, encoding="utf-8")
    with pytest.raises(StyleError) as caught:
        yaml_format.load(path)
    told = caught.value.message
    assert told.startswith(str(path))
    assert "'handfont enroll --add --name NAME'" in told
    assert "\n" not in told
    assert yaml_format.load_origin(path) == Origin("Bob's hand.", "CC0", ("a.jpg",))
    for text, message in (
        (OLD.replace("style/1", "style/9"), "schema 'handfont-style/9'"),
        (OLD.replace("[a.jpg]", "5"), "'origin.sources' must be a list"),
    ):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(StyleError, match=message):
            yaml_format.load_origin(path)


def test_a_round_pen_has_no_angle_in_its_file(style):
    assert "ratio" not in yaml_format.dumps(style)


def test_offsets_are_one_short_word(style):
    text = yaml_format.dumps(style)
    words = [line.split(": ")[1] for line in text.splitlines() if line.startswith("    offsets: ")]
    assert len(words) == sum(map(len, style.characters.values()))
    assert all(offsets.from_text(word).shape == (POINTS, 2) for word in words)
    assert np.median([len(word) for word in words]) < 180


def test_files_that_are_no_text(tmp_path):
    path = tmp_path / "x.yaml"
    path.write_bytes(b"\xff\xfe\x00schema")
    with pytest.raises(StyleError, match="not UTF-8"):
        yaml_format.load(path)
    path.write_bytes(b"x" * (yaml_format.LIMITS.size + 1))
    with pytest.raises(StyleError, match="is larger than 8 MB"):
        yaml_format.load(path)
    with pytest.raises(StyleError, match="cannot read"):
        yaml_format.load(tmp_path)


@pytest.mark.parametrize(
    ("joins", "problem"),
    [
        ({"pairs": 3, "variance": 1.0}, r"field 'joins.rate' is missing"),
        ({"pairs": 3, "rate": 99.0, "variance": 1.0}, r"field 'joins.rate' must lie between -20 and 20"),
        ({"pairs": 3, "rate": 1.0, "variance": 1.0, "onward": {"ab": 1.0}}, r"'joins.onward.ab' must be named by one"),
        ({"pairs": 3, "rate": 1.0, "variance": 1.0, "leaving": {"a": [1.0]}}, r"'joins.leaving.a' must be a list of"),
        ({"pairs": 3, "rate": 1.0, "variance": 1.0, "often": 1}, r"field 'joins.often' is not known"),
        ([1], r"field 'joins' must be a mapping"),
    ],
)
def test_joins_are_checked(plain, joins, problem):
    data = copy.deepcopy(plain) | {"joins": joins}
    with pytest.raises(StyleError, match=problem):
        yaml_format.loads(yaml.safe_dump(data, allow_unicode=True))
