"""Letters with fields for the fuzz runs: jinja templates made from a grammar, most of them right in their form."""

from __future__ import annotations

import random
from pathlib import Path


def make(rng: random.Random, folder: Path) -> list[str]:
    """Write a table and a letter with fields into ``folder``; the arguments of the command that checks them."""
    (folder / "t.jsonl").write_text(
        '{"name": "Anna", "tags": ["a", "b"], "more": {"x": [1, 2]}}\n{"name": "Zoë", "tags": [], "more": {}}\n'
    )
    source = "{% macro f(x=1) %}-{{ x }}-{% endmacro %}{% set i = 1 %}"
    source += "".join(_statement(rng, 4) for _ in range(rng.randint(1, 5)))
    if rng.random() < 0.15:
        change = rng.choice(
            ("[a, a]", "a ~ a", "a + a", "a * a", "{'x': a, 'y': a}", "a|replace('x', a)", "(a, a)", "a|list + a|list")
        )
        source = "{% set a = 'x' %}" + f"{{% set a = {change} %}}" * rng.choice((5, 30, 90)) + "{{ a }}" + source
    if rng.random() < 0.1:
        at = rng.randrange(len(source))
        source = source[:at] + rng.choice(("{%", "}}", "{{", "'", "{#", "%}", "\\", "((((" * 200)) + source[at:]
    name = rng.choice((["--name", f"{{{{ {_expression(rng, 2)} }}}}.pdf"], [], []))
    (folder / "l.txt").write_text(source, encoding="utf-8", errors="replace")
    return ["batch", "t.jsonl", "--text", "l.txt", "--style", "print", "--dry-run", *name]


def _statement(rng: random.Random, depth: int) -> str:
    if depth <= 0 or rng.random() < 0.4:
        return f"{{{{ {_expression(rng, 3)} }}}} "
    inner = "".join(_statement(rng, depth - 1) for _ in range(rng.randint(1, 2)))
    return rng.choice(
        (
            lambda: f"{{% for i in {_expression(rng, 2)} %}}{inner}{{% endfor %}}",
            lambda: f"{{% for i in range({rng.choice((3, 20, 999, 10**5, 10**30))}) %}}{inner}{{% endfor %}}",
            lambda: f"{{% if {_expression(rng, 2)} %}}{inner}{{% elif i %}}x{{% else %}}y{{% endif %}}",
            lambda: f"{{% set i = {_expression(rng, 3)} %}}",
            lambda: f"{{% set i %}}{inner}{{% endset %}}",
            lambda: f"{{% macro f(x=1) %}}{inner}{{% endmacro %}}{{{{ f({_expression(rng, 1)}) }}}}",
            lambda: f"{{% for i in {_of_kind(rng, 3, 'list')} %}}{inner}{{% endfor %}}",
            lambda: f"{{% filter upper %}}{inner}{{% endfilter %}}",
            lambda: f"{{% with j = {_expression(rng, 1)} %}}{inner}{{% endwith %}}",
            lambda: (
                "{% include 'x' %}" if rng.random() < 0.1 else rng.choice(("{% block b %}{% endblock %}", "words "))
            ),
            lambda: f"{{% set a, b = {_expression(rng, 2)} %}}",
            lambda: f"{{% call f() %}}{inner}{{% endcall %}}",
        )
    )()


def _expression(rng: random.Random, depth: int) -> str:
    return _of_kind(rng, depth, rng.choice(("text", "text", "number", "list", "any")))


_LEAVES = {"text": ("name", "name", "'x'", "''", "'ab c'", "more|string"),
           "list": ("tags", "[]", "[1, 2]", "more.x", "range(99)|list", "{}"),
           "number": ("1", "0", "-1", "row", "i", "2.5", "10**9", "99999", "1e308", "9" * 25, "loop.index"),
           "any": ("more", "none", "true", "range", "f", "loop", "self", "unknown", "caller", "name.upper",
                   "'inf'|float", "'\\ud800'")}  # fmt: skip
_COMPOUND = {
    "text": ("{text} ~ {any}", "{text} ~ {text}", "({text})|upper", "({text})|replace({text}, {text})",
             "({list})|join({text})",
             "({number})|string", "({text})[{number}:{number}]", "({text}) * ({number})",
             "'%5s %(a)s' % {{'a': {text}}}", "'%s-%s' % ({text}, {number})",
             "'%09d' % ({number})", "f({any})", "({text} if {any} else {text})", "({any})|default({text}, true)",
             "({text})|title|trim",
             "({text})|markdown", "({list})|string", "({text}).strip({text})", "({list})|first", "({text})|reverse"),
    "number": ("({number}) + ({number})", "({number}) * ({number})", "({number}) ** ({number})",
               "({number}) % ({number})", "({number}) // ({number})",
               "({list})|length", "({list})|sum", "({text})|int", "({text})|float", "({number})|round({number})",
               "({number})|round({number}, 'ceil')",
               "-({number})", "({number})|abs", "({text})|wordcount", "({list})|max", "({list})|sum(start={list})"),
    "list": ("[{any}, {text}]", "[{list}, {list}]", "({list}) + ({list})", "({list}) * ({number})",
             "({list})|map('upper')|list", "({text})|list",
             "({list})|map('replace', {text}, {text})|list", "({list})|map('list')|list", "({list})|sort",
             "({list})|unique|list", "({text}).split({text})",
             "({list})|batch({number}, {any})|list", "({list})|slice({number})|list",
             "({list})[{number}:{number}:{number}]", "range({number})|list",
             "range({number}, {number})", "({list})|select('in', {list})|list", "more.items()",
             "({list})|groupby({number})", "{{{text}: {any}}}|dictsort",
             "({list})|map({text})", "({list})|reject({text})|list", "({text}, {list})",
             "({list})|map('batch', {number})|list"),
    "any": ("({any}).{word}", "({any})[{any}]", "{any} == {any}", "{text} in {list}", "({any}) is {test}", "not {any}",
            "{any}({any})", "({any})|{filter}",
            "loop.cycle({any}, {any})", "({any}).__class__", "{any} < {any}", "[{any}] == [{any}]", "{number}"),
}  # fmt: skip
_WORDS = {"word": ("x", "split()", "items()", "keys()", "format(1)", "upper()", "get(1)", "append(1)", "real", "a.b.c"),
          "test": ("defined", "string", "divisibleby(0)", "callable", "iterable", "sameas(1)", "in([1])", "odd",
                   "nothing"),
          "filter": ("list", "string", "dictsort", "items", "center(9**9)", "tojson", "indent(10**8)", "attr('x')",
                     "random", "min", "first")}  # fmt: skip


def _of_kind(rng: random.Random, depth: int, kind: str) -> str:
    """An expression that is mostly what its kind says, so that most templates are filled in to some depth."""
    if kind in _WORDS:
        return rng.choice(_WORDS[kind])
    if rng.random() < 0.03:
        kind = "any"
    if depth <= 0 or rng.random() < 0.15:
        return rng.choice(_LEAVES[kind])
    form = rng.choice(_COMPOUND[kind])
    return form.format_map({name: _of_kind(rng, depth - 1, name) for name in (*_COMPOUND, *_WORDS)})
