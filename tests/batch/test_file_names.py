import pytest
from hypothesis import given
from hypothesis import strategies as st

from handfont.batch.file_names import FileNames, make_file_name, name_pattern, safe, shortened
from handfont.errors import TextError


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("{{ a }}-{{ row }}.pdf", "x-7.pdf"),
        ("{{ a }}", "x.pdf"),
        ("{{ a }}.PNG", "x.png"),
        ("a/{{ a }}.pdf", "a/x.pdf"),
        ("{{ up }}.pdf", "_._etc_passwd.pdf"),
        ("../{{ a }}.pdf", "x.pdf"),
        ("/{{ a }}.pdf", "x.pdf"),
        ("con.pdf", "_con.pdf"),
        ("a:b?.pdf", "a_b_.pdf"),
        (".x.pdf", "_x.pdf"),
        ("Zoe\u0308.pdf", "Zo\u00eb.pdf"),
        ("x\u202efdp.pdf", "x_fdp.pdf"),
        ("com1.png", "_com1.png"),
    ],
)
def test_names_are_safe(pattern, name):
    assert make_file_name(name_pattern(pattern), {"a": "x", "row": 7, "up": "../etc/passwd"}) == name


@given(st.text(), st.text())
def test_no_path_leaves_the_folder(first, second):
    try:
        name = make_file_name(name_pattern("{{ a }}/{{ b }}.pdf"), {"a": first, "b": second})
    except TextError:
        return
    parts = name.split("/")
    assert 1 <= len(parts) <= 2
    for part in parts:
        assert part not in {"", ".", ".."}
        assert not part.startswith(".")
        assert len(part.encode()) <= 180
        assert not set(part) & set('\\:*?"<>|\0\n')


def test_long_names_stay_apart():
    pattern = name_pattern("{{ a }}.pdf")
    first, second = (make_file_name(pattern, {"a": "é" * 300 + end}) for end in "xy")
    assert first != second
    assert first.endswith(".pdf")


@pytest.mark.parametrize("pattern", ["", "   ", "..", "{{ a }}.doc", "{{ nothing }}.pdf"])
def test_no_name_is_an_error(pattern):
    with pytest.raises(TextError):
        make_file_name(name_pattern(pattern), {"a": "x"})


def test_names_that_some_system_cannot_tell_apart_are_one():
    names = FileNames()
    assert names.take("Anna.pdf", 1) is None
    assert names.take("anna.PDF", 2) == 1
    assert names.take("Zo\u00eb.pdf", 3) is None
    assert names.take("zoe\u0308.pdf", 4) == 3


@pytest.mark.parametrize(
    ("first", "second", "clash"),
    [
        ("x.png", "x-2.png", True),
        ("x-2.png", "x.png", True),
        ("x-1.png", "x-2.png", False),
        ("x.pdf", "x-1.pdf", False),
    ],
)
def test_pages_of_one_row_never_meet_another_row(first, second, clash):
    names = FileNames()
    names.take(first, 1)
    assert names.take(second, 2) == (1 if clash else None)


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("/".join(["x" * 200] * 9) + "/{{ a }}.pdf", "8|9 folders and .* use at most 1000 bytes"),
        ("{{ '\\ud800' }}.pdf", "holds half a character"),
        ("\udcff.pdf", "holds half a character"),
        ("x." + "d" * 4000, "is not known"),
        ("{{ a.upper }}.pdf", "uses the function 'upper'"),
    ],
)
def test_names_that_no_file_can_have_are_refused_shortly(pattern, message):
    with pytest.raises(TextError, match=message) as caught:
        make_file_name(name_pattern(pattern), {"a": "x"})
    assert len(caught.value.message) < 400


def test_names_of_files_with_bytes_that_are_no_text_become_names():
    assert safe("\udcff\ud800x") == "__x"
    assert shortened(safe("\udcff" * 300), ".pdf").isascii()


def test_pages_of_the_longest_names_can_still_be_written(tmp_path):
    from handfont.util.files import atomic

    name = make_file_name(name_pattern("{{ a }}.png"), {"a": "é" * 300})
    with atomic(tmp_path / name.replace(".png", "-1234567.png")) as temporary:
        temporary.write_text("x")
    assert len(list(tmp_path.iterdir())) == 1
