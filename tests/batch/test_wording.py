import pytest

from handfont.batch.wording import STEPS, UnknownNameError, Wording, escaped, names_of
from handfont.errors import OptionError, TextError


def test_columns_have_names_that_a_template_can_use():
    assert names_of(["Last Name", "sum (€)", "City"]) == {
        "Last Name": "Last Name", "Last_Name": "Last Name", "last_name": "Last Name", "sum (€)": "sum (€)",
        "sum": "sum (€)", "City": "City", "city": "City"}
    assert names_of(["a b", "a-b"]) == {"a b": "a b", "a-b": "a-b"}
    assert names_of(["a b", "a_b"])["a_b"] == "a_b"


def test_fields_are_text_and_never_run():
    text = Wording("{{ a }}{% if b %} and {{ b | upper }}{% endif %}", "it")
    assert text.filled({"a": "{{ b }}{% x %}", "b": "c"}) == "{{ b }}{% x %} and C"


def test_in_markdown_cells_read_as_they_stand():
    text = Wording("*{{ a }}* {{ a | markdown }}", "it", escaped)
    assert text.filled({"a": "# x_y"}) == "*\\# x\\_y* # x_y"


def test_unknown_names_are_told_with_the_nearest():
    with pytest.raises(UnknownNameError, match="uses 'nam', which is no column, did you mean 'name'"):
        Wording("{{ nam }}", "it").filled({"name": "x"})


@pytest.mark.parametrize("source", [
    "{{ ''.__class__.__mro__ }}", "{{ a.__init__ }}", "{{ a | attr('__class__') }}", "{{ a.format(a) }}",
    "{{ a * 10000000 }}", "{{ '%99999999d' % 1 }}", "{{ 9 ** 9999999 }}", "{{ a.ljust(999999999) }}",
    "{{ a | center(999999999) }}", "{% for i in range(99999999) %}{% endfor %}",
    "{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}",
    "{% set r = range(3000) | list %}{% for i in r %}{% for j in r %}{% endfor %}{% endfor %}",
    "{% for i in range(9999) %}{{ 'x' * 9999 }}{% endfor %}",
    "{% macro f() %}{{ f() }}{{ f() }}{% endmacro %}{{ f() }}", "{{ 1 / 0 }}", "{{ a.b.c }}", "{{ a() }}",
    "{% include '/etc/passwd' %}", "{{ cycler('a') }}",
])
def test_tricks_and_endless_templates_are_refused(source):
    with pytest.raises((TextError, OptionError)):
        Wording(source, "it").filled({"a": "x"})


def test_syntax_errors_name_their_line():
    with pytest.raises(OptionError, match="it cannot be understood at line 2"):
        Wording("a\n{% if %}", "it")


def test_steps_are_counted_for_each_row_anew():
    text = Wording(f"{{% for i in range({STEPS - 10}) %}}{{% endfor %}}x", "it")
    assert [text.filled({}), text.filled({})] == ["x", "x"]
