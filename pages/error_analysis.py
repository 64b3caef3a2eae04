"""Error analysis: where it fails."""

from pages.ui import evidence

evidence.page("error_analysis")
