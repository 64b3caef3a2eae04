"""Performance: is it good enough at all?"""

from pages.ui import evidence

evidence.page("performance")
