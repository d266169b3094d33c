"""The form of a target follows its family and what its cells say."""

import pytest

from earmark.errors import DatasetError, LabelError
from earmark.target import Timeline
from earmark_benchmarks.table.periods import in_order, middle_years, parse_period
from earmark_benchmarks.table.sections import parse_sections

CELLS = {
    "genre": ("a", "b", "a", "b", "a", "b"),
    "many": ("a;b", "b | c", "a;c", "b", "a;b;c", "c"),
    "years": ("1987", "1992", "1985-03-01", "1990s", "80s", "1999"),
    "periods": ("Baroque", "romantic", "baroque", "romantic", "baroque", "romantic"),
    "eras": ("old", "new", "old", "new", "old", "new"),
    "numbers": ("0.1", "-0.5", "0.3", "0.2", "1", "0.9"),
    "keys": ("C# minor", "Db min", "Ebm", "F", "Bb major", "G"),
    "answers": ("yes", "no", "True", "0", "1", "false"),
    "voices": ("none", "low", "none", "low", "none", "low"),
    "bpm": ("120", "99.5", "60", "180", "75", "200"),
}


@pytest.fixture
def ask(rows, table, read):
    """The target and labels that these cells give to a family."""

    def find(name, cells, **options):
        filled = [row | {"cell": cell} for row, cell in zip(rows, CELLS[cells], strict=True)]
        found = read(table(filled), targets={name: "cell"}, **options)
        return found.targets[0], [t.labels.get(name) for t in found.tracks], found.notes

    return find


@pytest.mark.parametrize(
    ("name", "cells", "form", "classes"),
    [
        ("genre", "genre", "class", ("a", "b")),
        ("genre", "many", "classes", ("a", "b", "c")),
        ("era", "years", "ordered", ("1980s", "1990s")),
        ("era", "periods", "ordered", ("baroque", "romantic")),
        ("era", "eras", "class", ("new", "old")),
        ("mood", "genre", "class", ("a", "b")),
        ("mood", "many", "classes", ("a", "b", "c")),
        ("mood.valence", "numbers", "number", ()),
        ("key", "keys", "key", ()),
        ("tempo", "bpm", "tempo", ()),
        ("instrument", "genre", "classes", ("a", "b")),
        ("vocal", "answers", "presence", ()),
        ("vocal.register", "voices", "class", ("low", "none")),
    ],
)
def test_forms_follow_family_and_content(ask, name, cells, form, classes):
    target, _, _ = ask(name, cells)
    assert (target.name, target.family, target.form, target.classes) == (name, name.partition(".")[0], form, classes)


@pytest.mark.parametrize(
    ("name", "cells", "labels"),
    [
        ("genre", "many", [("a", "b"), ("b", "c"), ("a", "c"), ("b",), ("a", "b", "c"), ("c",)]),
        ("era", "years", ["1980s", "1990s", "1980s", "1990s", "1980s", "1990s"]),
        ("mood.arousal", "numbers", [0.1, -0.5, 0.3, 0.2, 1.0, 0.9]),
        ("key", "keys", ["Db minor", "Db minor", "Eb minor", "F major", "Bb major", "G major"]),
        ("vocal", "answers", ["yes", "no", "yes", "no", "yes", "no"]),
        ("tempo", "bpm", [120, 99.5, 60, 180, 75, 200]),
    ],
)
def test_labels_are_read(ask, name, cells, labels):
    assert ask(name, cells)[1] == labels


def test_decades_carry_their_middle_year(ask):
    assert ask("era", "years")[0].years == (1985.0, 1995.0)


def test_periods_stand_in_the_order_of_time():
    spans = map(parse_period, ["1960s", "Romantic", "1900-1929", "baroque"])
    assert in_order(spans) == ("baroque", "romantic", "1900-1929", "1960s")


def test_spans_carry_their_middle_year_and_named_periods_none():
    assert middle_years(["1900-1929", "1960s"]) == (1914.5, 1965.0)
    assert middle_years(["baroque", "1960s"]) == ()


def test_periods_without_a_known_order_are_classes_and_a_note_says_so(ask):
    assert any("no known order" in note for note in ask("era", "eras")[2])


def test_a_form_may_be_overruled(ask):
    assert ask("mood", "genre", forms={"mood": "classes"})[0].form == "classes"


def test_a_cell_that_is_no_year_among_years_is_a_problem(rows, table, read):
    eras = [row | {"era": era} for row, era in zip(rows, [*CELLS["years"][:5], "long ago"], strict=True)]
    with pytest.raises(DatasetError, match="line 7: era: 'long ago' is no period; write a year, a decade such as"):
        read(table(eras))


@pytest.mark.parametrize("era", ["0987", "0987.0", "0987-03-01", "0500", "0980s", "0000s", "0900-0950", "2987"])
def test_a_year_that_is_none_among_years_is_a_problem(rows, table, read, era):
    eras = [row | {"era": cell} for row, cell in zip(rows, [*CELLS["years"][:5], era], strict=True)]
    with pytest.raises(DatasetError, match=rf"line 7: era: '{era}' is no period; .* \(years from 1000 on\)"):
        read(table(eras))


def test_years_before_1000_alone_are_plain_classes(rows, table, read):
    found = read(table([row | {"era": "0987" if n % 2 else "0500"} for n, row in enumerate(rows)]))
    assert (found.target("era").form, found.target("era").classes) == ("class", ("0500", "0987"))


def test_a_mistyped_answer_among_yes_and_no_is_a_problem(rows, table, read):
    answers = [row | {"vocal": answer} for row, answer in zip(rows, [*CELLS["answers"][:5], "noo"], strict=True)]
    with pytest.raises(DatasetError) as caught:
        read(table(answers))
    assert "line 7: vocal: 'noo' is neither yes nor no." in caught.value.problems


@pytest.mark.parametrize("name", ["genre", "mood"])
def test_separators_that_make_several_classes_are_counted_in_a_note(ask, name):
    (note,) = [note for note in ask(name, "many")[2] if "';' or '|'" in note]
    assert note.startswith(f"{name}: 4 of 6 labelled cells hold ';' or '|', so the target is read as several classes")


@pytest.mark.parametrize(
    ("name", "cells", "options"),
    [("genre", "genre", {}), ("instrument", "many", {}), ("genre", "many", {"forms": {"genre": "classes"}})],
)
def test_several_classes_are_not_noted_where_they_are_no_surprise(ask, name, cells, options):
    assert not [note for note in ask(name, cells, **options)[2] if "';' or '|'" in note]


def test_decades_between_are_noted_where_no_track_is(rows, table, read):
    eras = [row | {"era": "1950" if n % 2 else "1985"} for n, row in enumerate(rows)]
    notes = read(table(eras)).notes
    assert "era: no track is from the 1960s, 1970s; periods are counted without." in notes


def test_empty_cells_are_not_labelled_and_counted(rows, table, read):
    found = read(table([row | {"bpm": "" if n == 1 else "120"} for n, row in enumerate(rows)]))
    assert found.tracks[1].labels == {"genre": "b"}
    assert "tempo: 1 of 6 tracks are not labelled." in found.notes


def test_a_rare_one_of_several_classes_is_left_out_and_noted(rows, table, read):
    tags = [
        row | {"instrument": "drums;zither" if n == 0 else "drums;bass" if n % 2 else "bass"}
        for n, row in enumerate(rows)
    ]
    found = read(table(tags), targets={"instrument": "instrument"})
    assert found.targets[0].classes == ("bass", "drums")
    assert found.tracks[0].labels["instrument"] == ("drums",)
    assert any("left out" in note and "zither" in note for note in found.notes)


def test_numbers_that_do_not_vary_are_a_problem(rows, table, read):
    with pytest.raises(DatasetError, match=r"mood: every track in test is 3\.0; add another answer"):
        read(table([row | {"mood": "3" if n > 3 else str(n)} for n, row in enumerate(rows)]), targets={"mood": "mood"})


def test_a_class_that_is_never_tested_is_noted(rows, table, read):
    genres = [row | {"genre": g} for row, g in zip(rows, "acacab", strict=True)]
    genres[0]["genre"] = "b"
    genres.append({"path": genres[5]["path"], "genre": "a", "split": "train"} | {"path": "more.wav"})
    (table(rows).parent / "more.wav").write_bytes((table(rows).parent / "0.wav").read_bytes())
    assert "genre: no track in test is c." in read(table(genres)).notes


SECTIONS = Timeline(edges_s=(0.0, 12.5, 20.0), labels=("verse", "chorus"))
LINES = {
    "a.lab": "0.0 12.5 verse\n12.5 20.0 chorus\n",
    "b.txt": "# start end label\n0.0\t12.5\t\tverse\n\n12.5\t20\tchorus\n",
    "c.csv": "0,12.5,verse\n12.5,20,chorus\n",
    "d.lab": "0 0 silence\n0 12.5 verse\n12.504 20 chorus\n20 20 end\n",
}


@pytest.mark.parametrize("text", ["0-12.5:verse; 12.5-20:chorus", '[[0, 12.5, "verse"], [12.5, 20, "chorus"]]'])
def test_sections_in_a_cell(tmp_path, text):
    assert parse_sections(text, tmp_path) == SECTIONS


@pytest.mark.parametrize("name", LINES)
def test_sections_in_a_file_beside_the_table(tmp_path, name):
    (tmp_path / name).write_text(LINES[name])
    assert parse_sections(name, tmp_path) == SECTIONS


def test_labels_of_sections_may_hold_spaces(tmp_path):
    (tmp_path / "a.lab").write_text("0.4\t49.1\t\tguitar solo\n")
    assert parse_sections("a.lab", tmp_path) == Timeline(edges_s=(0.4, 49.1), labels=("guitar solo",))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("gone.lab", "the file of sections 'gone.lab' cannot be read"),
        ("[[0, 1]]", "is no JSON list of"),
        ("bad.lab", "bad.lab line 2: '12.5 chorus' is not start, end and label"),
        ("0-2:a; 3-4:b", "does not start where the section before it ends"),
        ('[[0, 2, "a"], [3, 4, "b"]]', r"section 'b' \(3-4 s\) does not start where the one before it ends \(2 s\)"),
        ("[]", "there is no section"),
        ("0-NaN:a", "is no number"),
    ],
)
def test_sections_that_cannot_be_read(tmp_path, text, sentence):
    (tmp_path / "bad.lab").write_text("0 12.5 verse\n12.5 chorus\n")
    with pytest.raises(LabelError, match=sentence):
        parse_sections(text, tmp_path)


def test_a_timeline_becomes_the_label(rows, table, read, record):
    long = [
        row | {"path": record(f"long{n}.flac", seconds=20).name, "sections": "0-12.5:verse; 12.5-20:chorus"}
        for n, row in enumerate(rows)
    ]
    found = read(table(long), targets={"segmentation": "sections"})
    assert found.targets[0].form == "timeline"
    assert found.tracks[0].labels == {"segmentation": SECTIONS}
