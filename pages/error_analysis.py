"""Error analysis: where does it fail?"""

from pages.ui import evidence

evidence.page("error_analysis")
