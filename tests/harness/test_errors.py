import pickle

from earmark.errors import DatasetError, UnknownName


def test_a_misspelt_name_gets_a_hint() -> None:
    assert "Did you mean 'log-mel'?" in str(UnknownName("model", "log-mell", ["mfcc", "log-mel"]))


def test_a_name_like_no_other_gets_the_list() -> None:
    sentence = str(UnknownName("model", "xyzzy", ["mfcc", "log-mel"]))
    assert "Did you mean" not in sentence
    assert "There are: log-mel, mfcc." in sentence


def test_a_data_set_lists_all_its_problems() -> None:
    assert str(DatasetError("Two problems:", ["line 2: a", "line 7: b"])).splitlines() == [
        "Two problems:",
        "  line 2: a",
        "  line 7: b",
    ]


def test_errors_cross_from_worker_processes() -> None:
    for error in (UnknownName("model", "x", ["y"]), DatasetError("Two problems:", ["a", "b"])):
        assert str(pickle.loads(pickle.dumps(error))) == str(error)
