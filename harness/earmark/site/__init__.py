"""One page that shows a board: self-contained, readable offline, and safe whatever the results on it say."""

from earmark.site.main import sections_of, write_site
from earmark.site.page import page_of
from earmark.site.section import Section

__all__ = ["Section", "page_of", "sections_of", "write_site"]
