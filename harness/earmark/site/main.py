"""From filed results to the page."""

from pathlib import Path

from earmark.archive import Archive
from earmark.leaderboard.entries import entries_of
from earmark.leaderboard.main import board_from
from earmark.progress import Progress, silent
from earmark.site.details import details_of
from earmark.site.page import page_of
from earmark.site.pairs import pairs_of
from earmark.site.section import Section


def sections_of(archive: Archive, progress: Progress = silent) -> list[Section]:
    """Everything to be shown of each benchmark; raises ResultError where nothing is filed, or something broken."""
    return [section_of(archive, name, progress) for name in archive.benchmarks()]


def section_of(archive: Archive, benchmark: str, progress: Progress = silent) -> Section:
    """Everything to be shown of one benchmark."""
    entries = entries_of(archive, benchmark, progress)
    board = board_from(entries, archive.folder, progress=progress)
    return Section(board=board, details=details_of(entries), pairs=pairs_of(entries, progress))


def write_site(archive: Archive, out: Path, progress: Progress = silent) -> Path:
    """Write the page of all benchmarks in the archive to `out`; raises ResultError where there is nothing to show."""
    page = page_of(sections_of(archive, progress))
    out.parent.mkdir(parents=True, exist_ok=True)
    # A lone surrogate, which JSON may hold, is no text that can be written; newlines stay as they are everywhere.
    out.write_bytes(page.encode("utf-8", "xmlcharrefreplace"))
    return out
