"""Styles and many texts on the command line."""

from dataclasses import replace

import yaml

from handfont.style import yaml_format


def test_styles_are_made_of_others(handfont_here, tmp_path, style):
    (tmp_path / "styles").mkdir()
    yaml_format.save(style, tmp_path / "styles" / "me.yaml")

    def run(*arguments, code=0):
        done = handfont_here("styles", *arguments, cwd=tmp_path)
        assert done.returncode == code, done.stderr
        return done.stdout + done.stderr

    assert "styles/me.yaml" in run()
    assert "weights  hand" in run("show", "me")
    run("adjust", "me", "--slant", 8, "--weight", 1.3, "-o", "bold")
    assert "exists; add --force" in run("adjust", "me", "--slant", 8, "-o", "bold", code=2)
    run("mix", "me:0.7", "bold:0.3", "-o", "between")
    assert yaml_format.load(tmp_path / "styles" / "between.yaml").geometry.slant == 2.4
    between = yaml_format.load(tmp_path / "styles" / "between.yaml")
    yaml_format.save(
        replace(between, rhythm=replace(between.rhythm, letter_gap=1.3, word_gap=1.15)),
        tmp_path / "styles" / "between.yaml",
    )
    checked = run("check", "between")
    assert "warning: words run together: word_gap 1.15" in checked
    assert "missing, inferred from the others: # $ *" in checked
    run("preview", "between", "-o", "between.png", "--dpi", 60)
    assert (tmp_path / "between.png").read_bytes().startswith(b"\x89PNG")
    run("export", "bold", "-o", "away.yaml")
    run("import", "away.yaml", "--name", "back")
    assert yaml_format.load(tmp_path / "styles" / "back.yaml").name == "back"
    data = yaml.safe_load((tmp_path / "away.yaml").read_text(encoding="utf-8")) | {"model": "hand-0"}
    (tmp_path / "foreign.yaml").write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    assert "enrolled with the weights 'hand-0'" in run("import", "foreign.yaml", code=2)
    assert "has no number after the colon" in run("mix", "me:x", "bold", "-o", "y", code=2)

    for name in ("a", "b"):
        (tmp_path / f"{name}.txt").write_text(f"Dear {name}")
    done = handfont_here("render", "a.txt", "b.txt", "-s", "me", "--out", "many", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "2 of 2 documents are in many\n"), done.stderr
    assert sorted(path.name for path in (tmp_path / "many").iterdir()) == ["a.pdf", "b.pdf"]
    (tmp_path / "c.txt").write_text("Dear \u4e2d", encoding="utf-8")
    done = handfont_here("render", "a.txt", "c.txt", "-s", "me", "--out", "none", cwd=tmp_path)
    assert (done.returncode, (tmp_path / "none").exists()) == (2, False)
    assert "c.txt has characters" in done.stderr
