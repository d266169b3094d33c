"""Archives that are refused before anything of them is unpacked."""

import gzip
import io
import stat
import tarfile
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from earmark.errors import SubmissionError
from earmark.submit.plugin.archive import MOST_BYTES, MOST_FILES, Member, check_members, path_fault, unpack

BAD_PATHS = [
    "/etc/passwd", "../up", "a/../../up", "C:/up", "a\\..\\up", "<script>", "a\nb", "a\u202eb", "x`y`", "a" * 300,
]  # fmt: skip


def wheel(home: Path, *entries: zipfile.ZipInfo | str, content: bytes = b"x") -> Path:
    path = home / "p-1-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for entry in entries:
            file.writestr(entry, content)
    return path


def sdist(home: Path, *infos: tarfile.TarInfo, content: bytes = b"x") -> Path:
    path = home / "p-1.tar.gz"
    with tarfile.open(path, "w:gz") as file:
        for info in infos:
            info.size = len(content) if info.isfile() else 0
            file.addfile(info, io.BytesIO(content))
    return path


def refused(archive: Path, home: Path, sentence: str) -> None:
    with pytest.raises(SubmissionError, match=sentence):
        unpack(archive, home / "out")
    assert not (home / "out").exists()


@pytest.mark.parametrize("path", BAD_PATHS)
def test_a_bad_path_is_refused_in_both_kinds(path: str, tmp_path: Path) -> None:
    refused(sdist(tmp_path, tarfile.TarInfo(path)), tmp_path, "nothing of it was unpacked")
    info = zipfile.ZipInfo("good")
    info.filename = path
    refused(wheel(tmp_path, info), tmp_path, "nothing of it was unpacked")


@pytest.mark.parametrize("path", ["a.py", "pkg/__init__.py", "pkg-1.0.dist-info/METADATA", "données/é.txt", "a b.txt"])
def test_a_plain_path_is_accepted(path: str) -> None:
    assert path_fault(path) == ""


@given(st.text(max_size=40))
@settings(max_examples=200, deadline=None)
def test_an_accepted_path_stays_below_its_folder(path: str) -> None:
    if not path_fault(path):
        assert (Path("/home/x") / path).resolve().is_relative_to("/home/x")


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE])
def test_a_link_or_a_device_is_refused(kind: bytes, tmp_path: Path) -> None:
    info = tarfile.TarInfo("p/a")
    info.type, info.linkname = kind, "/etc/passwd"
    refused(sdist(tmp_path, info), tmp_path, "is a link or a device")


def test_a_link_in_a_wheel_is_refused(tmp_path: Path) -> None:
    info = zipfile.ZipInfo("a")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    refused(wheel(tmp_path, info), tmp_path, "is a link or a device")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_stands_there_twice_is_refused(tmp_path: Path) -> None:
    refused(wheel(tmp_path, "a.py", "a.py"), tmp_path, "stands in it twice")


def test_a_bomb_is_refused(tmp_path: Path) -> None:
    zeros = bytes(50_000_000)
    refused(wheel(tmp_path, "zeros", content=zeros), tmp_path, "would unpack to 50,000,000")
    refused(sdist(tmp_path, tarfile.TarInfo("zeros"), content=zeros), tmp_path, "would unpack to 50,000,000")


def test_a_wheel_that_lies_about_a_size_is_no_bomb_either(tmp_path: Path) -> None:
    path = wheel(tmp_path, "zeros", content=bytes(50_000_000))
    packed = path.read_bytes().replace((50_000_000).to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    path.write_bytes(packed)
    with pytest.raises(SubmissionError):
        unpack(path, tmp_path / "out")
    assert sum(p.stat().st_size for p in (tmp_path / "out").rglob("*") if p.is_file()) <= 1000


def test_a_head_that_would_fill_the_memory_is_refused(tmp_path: Path) -> None:
    info = tarfile.TarInfo("pax")
    info.type, info.size = tarfile.XHDTYPE, 1 << 33
    path = tmp_path / "p-1.tar.gz"
    path.write_bytes(gzip.compress(info.tobuf(tarfile.GNU_FORMAT) + bytes(1 << 20)))
    refused(path, tmp_path, "more than any plugin needs")


def test_too_much_in_all_is_refused() -> None:
    member = Member(path="a", bytes=MOST_BYTES + 1, is_folder=False)
    with pytest.raises(SubmissionError, match="more than any plugin needs"):
        check_members([member], packed=MOST_BYTES)
    many = [Member(path=f"{i}", bytes=0, is_folder=False) for i in range(MOST_FILES + 1)]
    with pytest.raises(SubmissionError, match="10,000 are allowed"):
        check_members(many, packed=1)


@pytest.mark.parametrize("name", ["p-1-py3-none-any.whl", "p-1.tar.gz"])
@given(content=st.binary(max_size=300))
@settings(max_examples=30, deadline=None)
def test_rubbish_ends_in_a_sentence(tmp_path_factory: pytest.TempPathFactory, name: str, content: bytes) -> None:
    home = tmp_path_factory.mktemp("rubbish")
    (home / name).write_bytes(content)
    with suppress(SubmissionError):
        assert unpack(home / name, home / "out") == []  # a tar of nothing


@pytest.mark.parametrize("kind", [wheel, sdist])
def test_a_good_archive_is_unpacked_without_rights_to_run(kind: Callable[..., Path], tmp_path: Path) -> None:
    archive = wheel(tmp_path, "p/a.py") if kind is wheel else sdist(tmp_path, tarfile.TarInfo("p/a.py"))
    assert [(m.path, m.bytes) for m in unpack(archive, tmp_path / "out")] == [("p/a.py", 1)]
    assert (tmp_path / "out/p/a.py").read_bytes() == b"x"
    assert not (tmp_path / "out/p/a.py").stat().st_mode & 0o111
