import pytest
from PIL import Image

from handfont.batch.plan import Job, RejectedRow
from handfont.errors import OptionError, StyleError, TextError


def problems(planner):
    return [planned.problem for planned in planner.plan() if isinstance(planned, RejectedRow)]


def test_each_row_may_choose_for_itself(desk, planner):
    (desk / "own.csv").write_text("name,seed,format,style\nA,5,png,\nB,,,me\n")
    first, second = planner("own.csv", "Dear {{ name }}", pattern="{{ name }}.pdf", seed=3).plan()
    assert (first.name, first.options.seed, first.text) == ("A.png", 5, "Dear A")
    assert (second.name, second.options.seed, second.text) == ("B.pdf", 3, "Dear B")


def test_everything_wrong_with_a_row_is_told_with_its_number(desk, planner):
    (desk / "bad.csv").write_text(
        "name,style,seed,format,template\nA,,,,\na,,,,\nC,gone,,,\nD,,x,,\nE,,,doc,\nF,,,,none\n中,,,,\n,,,,\nH,,1,,\n",
        encoding="utf-8",
    )
    made = list(planner("bad.csv", "Hi {{ name }}", pattern="{{ name }}.pdf").plan())
    assert [planned.number for planned in made if isinstance(planned, Job)] == [1, 8]
    reported = {planned.number: planned.problem for planned in made if isinstance(planned, RejectedRow)}
    for number, message in {
        2: "as row 1 is",
        3: "there is no style 'gone'",
        4: "no whole number",
        5: "format 'doc'",
        6: "there is no template 'none'",
        7: "U+4E2D",
    }.items():
        assert message in reported[number], reported[number]
    assert "line 1 column 4" in reported[7]
    assert "in column 'name'" in reported[7]


def test_what_no_row_can_do_without_stops_at_once(desk, planner):
    with pytest.raises(StyleError, match="there is no style 'gone'"):
        planner(style="gone")
    with pytest.raises(OptionError, match="nothing to write"):
        planner(text=None)
    with pytest.raises(OptionError, match="uses 'nme', which is no column, did you mean 'name'"):
        list(planner(text="{{ nme }}").plan())
    with pytest.raises(OptionError, match="no style is named"):
        planner(style=None)


def test_rows_of_json_lines_may_lack_a_name(desk, planner):
    (desk / "rows.jsonl").write_text('{"name": "A"}\n{"sum": 1}\n')
    assert problems(planner("rows.jsonl", "{{ name }}")) == [
        "the text uses 'name', which is no column; there are: row, sum"
    ]


def test_the_key_tells_whether_a_document_would_be_another(planner):
    def keys(**order):
        return [planned.key for planned in planner(**order).plan()]

    assert keys() == keys()
    for other in (
        {"seed": 1},
        {"text": "Hi {{ name }}"},
        {"neatness": 0.5},
        {"template": "note-card"},
    ):
        assert not set(keys()) & set(keys(**other))


def test_no_two_rows_share_their_glyphs(planner):
    assert len({planned.name for planned in planner(text="The same").plan()}) == 4


def test_an_unfit_template_text_is_an_error_of_its_rows(planner):
    assert "the text comes out longer" in problems(planner(text="{{ 'x' * 150000 }}{{ 'y' * 150000 }}"))[0]
    with pytest.raises((OptionError, TextError)):
        planner(text="{% endfor %}")


def test_a_list_or_a_long_text_cannot_choose_a_style(desk, planner):
    (desk / "rows.jsonl").write_text(
        '{"name": "A", "style": [["x"]]}\n{"name": "B", "template": {"a": 1}}\n'
        '{"name": "C", "seed": "' + "9" * 5000 + '"}\n{"name": "D"}\n'
    )
    told = problems(planner("rows.jsonl", "{{ name }}"))
    assert len(told) == 3
    assert all("cannot be a" in problem and len(problem) < 200 for problem in told)


def test_the_key_knows_what_a_photo_of_paper_shows(desk, planner):
    with pytest.raises(OptionError, match=r"the paper photo none\.jpg does not exist"):
        planner(paper_photo="none.jpg")
    photo, template = desk / "pad.png", desk / "pad.yaml"
    template.write_text("schema: handfont-template/1\npaper-photo: pad.png\n")
    found = set()
    for color in ("white", "red"):
        Image.new("RGB", (90, 90), color).save(photo)
        for order in ({"paper_photo": str(photo)}, {"template": str(template)}):
            found.add(next(iter(planner(**order).plan())).key)
    assert len(found) == 4
