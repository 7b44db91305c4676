import json
import resource
import subprocess
import sys

import pytest

from handfont.batch.sandbox_limits import MAX_STEPS
from handfont.batch.text_template import TextTemplate, UnknownNameError, escaped, names_of
from handfont.errors import OptionError, TextError


def test_columns_have_names_that_a_template_can_use():
    assert names_of(["Last Name", "sum (€)", "City"]) == {
        "Last Name": "Last Name",
        "Last_Name": "Last Name",
        "last_name": "Last Name",
        "sum (€)": "sum (€)",
        "sum": "sum (€)",
        "City": "City",
        "city": "City",
    }
    assert names_of(["a b", "a-b"]) == {"a b": "a b", "a-b": "a-b"}
    assert names_of(["a b", "a_b"])["a_b"] == "a_b"


def test_fields_are_text_and_never_run():
    text = TextTemplate("{{ a }}{% if b %} and {{ b | upper }}{% endif %}", "it")
    assert text.filled({"a": "{{ b }}{% x %}", "b": "c"}) == "{{ b }}{% x %} and C"


def test_in_markdown_cells_read_as_they_stand():
    text = TextTemplate("*{{ a }}* {{ a | markdown }}", "it", escaped)
    assert text.filled({"a": "# x_y"}) == "*\\# x\\_y* # x_y"


def test_unknown_names_are_told_with_the_nearest():
    with pytest.raises(UnknownNameError, match="uses 'nam', which is no column, did you mean 'name'"):
        TextTemplate("{{ nam }}", "it").filled({"name": "x"})


@pytest.mark.parametrize(
    "source",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ a.__init__ }}",
        "{{ a | attr('__class__') }}",
        "{{ a.format(a) }}",
        "{{ a * 10000000 }}",
        "{{ '%99999999d' % 1 }}",
        "{{ 9 ** 9999999 }}",
        "{{ a.ljust(999999999) }}",
        "{{ a | center(999999999) }}",
        "{% for i in range(99999999) %}{% endfor %}",
        "{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}",
        "{% set r = range(3000) | list %}{% for i in r %}{% for j in r %}{% endfor %}{% endfor %}",
        "{% for i in range(9999) %}{{ 'x' * 9999 }}{% endfor %}",
        "{% macro f() %}{{ f() }}{{ f() }}{% endmacro %}{{ f() }}",
        "{{ 1 / 0 }}",
        "{{ a.b.c }}",
        "{{ a() }}",
        "{% include '/etc/passwd' %}",
        "{{ cycler('a') }}",
    ],
)
def test_tricks_and_endless_templates_are_refused(source):
    with pytest.raises((TextError, OptionError)):
        TextTemplate(source, "it").filled({"a": "x"})


def test_syntax_errors_name_their_line():
    with pytest.raises(OptionError, match="it cannot be understood at line 2"):
        TextTemplate("a\n{% if %}", "it")


def test_steps_are_counted_for_each_row_anew():
    text = TextTemplate(f"{{% for i in range({MAX_STEPS - 10}) %}}{{% endfor %}}x", "it")
    assert [text.filled({}), text.filled({})] == ["x", "x"]


def doubled(change, times=40, first="['x']"):
    return f"{{% set a = {first} %}}" + f"{{% set a = {change} %}}" * times


GREEDY = [
    doubled("[a, a]") + "{{ a }}",
    doubled("[a, a]") + "{{ a == a }}",
    doubled("{'b': a, 'c': a}") + "{{ a|string }}",
    doubled("a ~ a", first="'x'") + "{{ a|length }}",
    doubled("a + a", first="'x'"),
    doubled("a + a"),
    doubled("a * a", first="99999999999") + "{{ a }}",
    doubled("a ~ a ~ a ~ a ~ a ~ a ~ a ~ a", 9, "'x' * 200000"),
    "{{ [1]|slice(10**9)|list }}",
    "{{ [1]|batch(10**9, 'x')|list }}",
    "{{ [1]|slice(slices=10**9)|list }}",
    "{{ 1.5|round(10**8, 'ceil') }}",
    "{{ 1|round(precision=10**8, method='floor') }}",
    "{% set a = 'x' * 100000 %}{{ [a, a, a]|map('replace', 'x', a)|list|length }}",
    "{{ ('x' * 9999)|replace('x', a * 9999) }}",
    "{{ ('x' * 9999)|replace(new=a * 9999, old='x') }}",
    "{{ range(100000)|join(a * 9999) }}",
    "{{ ([range(200000)] * 1000)|map('list')|list|length }}",
    "{{ range(199999)|map('string')|list|length }}",
    "{{ range(199999)|sum }}{{ range(199999)|sum }}",
    "{{ ([[1] * 100] * 400)|sum(start=[])|length }}",
    "{{ '%(b)s' * 30000 % {'b': 'x' * 200000} }}",
    "{{ ('%999d' * 30000) % 1 }}",
    "{{ (2 ** 0.5) ** 9999999 }}",
    "{% set b %}{% for i in range(199000) %}" + "text " * 1000 + "{% endfor %}{% endset %}{{ b|length }}",
    "{% macro f() %}" + "text " * 1000 + "{% endmacro %}{% for i in range(100000) %}{% set b = f() %}{% endfor %}",
    "{% set b = 'x' * 200000 %}{% for i in range(199000) %}{% set c = b[1:] %}{% endfor %}",
    "{% set b = 'x' * 200000 %}{% for i in range(199000) %}{% if b == b ~ '' %}{% endif %}{% endfor %}",
    "{% for i in range(199000) recursive %}{{ loop(range(199000)) }}{% endfor %}",
    "{{ 9|string|float ** 400 }}",
    "{% for i in range(9**99) %}{% endfor %}",
    "{{ ('9' * 9999)|int }}",
]
ODD = [
    "{% for i in [1] %}" * 25 + "x" + "{% endfor %}" * 25, "{% if 1 %}" * 120 + "x" + "{% endif %}" * 120,
    "{{ " + "(" * 500 + "1" + ")" * 500 + " }}", "{{ " + "not " * 900 + "1 }}", "{{ 1" + " + 1" * 900 + " }}",
    "{{ a" + "|upper" * 900 + " }}", "{{ 1 }}" * 30_000, "x" * 300_000, "{{ 'inf'|float|round }}", "{{ 'nan'|float }}",
    "{{ ('inf'|float)|int }}", "{{ 1e308 * 10 }}", "{{ (-8) ** 0.5 }}", "{{ '\\ud800' }}", "{{ range }}",
    "{{ [range] }}",
    "{{ range(3) }}", "{{ range ~ '' }}", "{{ range|string }}", "{{ range|markdown }}", "{{ a|map('upper') }}",
    "{{ a|map('upper') ~ '' }}", "{{ a.upper }}", "{{ {'b': 1}.items }}", "{% macro f() %}{% endmacro %}{{ f }}",
    "{% macro f() %}{% endmacro %}{{ [f] }}", "{% macro f() %}{% endmacro %}{{ f|upper }}",
    "{% for i in [1] %}{{ loop }}{% endfor %}", "{{ a.b }}", "{{ none.b }}", "{{ [1][5] }}", "{{ a % 5 }}",
    "{{ 'a' % 5 }}", "{{ [1] < ['a'] }}", "{{ 1 in 1 }}", "{{ a|nothing }}", "{{ a is nothing }}", "{{ a|slice(0) }}",
    "{% block b %}{{ self.b() }}{% endblock %}", "{% import 'x' as y %}", "{% extends 'x' %}", "{{ self }}",
    "{% set a = [1] %}" + "{% set a = [a] %}" * 30 + "{{ a }}", "{% set x, y = 1 %}", "{{ 99999999999 * 99999999999 }}",
]  # fmt: skip


@pytest.mark.parametrize("source", ODD)
def test_what_is_no_text_or_too_deep_is_refused_in_one_sentence(source):
    with pytest.raises((TextError, OptionError)) as caught:
        TextTemplate(source, "it").filled({"a": "x"})
    assert "\n" not in caught.value.message
    assert len(caught.value.message) < 300
    assert "at 0x" not in caught.value.message


def test_no_template_takes_long_or_much_memory():
    """All of them, in a process that may take a fraction of the memory and time that each of them took."""
    code = """if True:
        import json, resource, sys
        from handfont.batch.text_template import TextTemplate
        from handfont.errors import HandfontError
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for source in json.load(sys.stdin):
            try:
                print("written:", source[:80], TextTemplate(source, "it").filled({"a": "x"})[:80])
            except HandfontError as error:
                assert len(error.message) < 300
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
    """

    def limit():
        resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
        resource.setrlimit(resource.RLIMIT_CPU, (60, 60))

    done = subprocess.run(
        [sys.executable, "-c", code],
        input=json.dumps(GREEDY),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        preexec_fn=limit,
    )
    assert done.returncode == 0, done.stderr
    grown = done.stdout.strip()
    assert grown.isdigit(), grown
    assert int(grown) < 200_000, "kB"


def test_what_letters_need_is_still_there():
    source = (
        "{% macro line(x, y='-') %}{{ x }}{{ y }}{% endmacro %}{% for k, v in d.items() if v %}{{ loop.index }}"
        "{{ line(k) }}{{ '%05.2f' % v }}{% if not loop.last %}, {% endif %}{% else %}none{% endfor %} "
        "{{ names|map('upper')|sort|join(' & ') }} {{ names|length }} {{ names[1:] }} {{ 'b' in names }} "
        "{{ (2.5|round(1)) * 2 }} {{ names|first ~ '!' }} {% set x, y = 1, 2 %}{{ x + y }} {{ d.c }} "
        "{% for row in names|batch(2, '-') %}{{ row|join }};{% endfor %}{{ none }}{{ text.split()|last|title }}"
    )
    fields = {"d": {"b": 1, "c": 2.5, "e": 0}, "names": ["b", "a", "c"], "text": "o my"}
    assert TextTemplate(source, "it").filled(fields) == (
        "1b-01.00, 2c-02.50 A & B & C 3 ['a', 'c'] True 5.0 b! 3 2.5 ba;c-;My"
    )


def test_a_template_that_is_refused_row_after_row_stops_the_batch():
    text = TextTemplate(
        "{% if n %}{% for i in range(n) %}{% for j in range(n) %}{% endfor %}{% endfor %}{% endif %}x", "it"
    )
    for n in (999, 0, 999, 999):
        if n:
            with pytest.raises(TextError, match="it is refused: it takes more than 200000 steps"):
                text.filled({"n": n})
        else:
            assert text.filled({"n": n}) == "x"
    with pytest.raises(OptionError, match="in 11 rows so far"):
        for _ in range(20):
            with pytest.raises(TextError):
                text.filled({"n": 999})
