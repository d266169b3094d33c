"""What a reviewer wants to know of a submitted plugin, without having to trust it first."""

from earmark.submit.plugin.cage import Limits
from earmark.submit.plugin.record import PluginReport
from earmark.submit.plugin.review import review

__all__ = ["Limits", "PluginReport", "review"]
