"""The ways a request can be refused, each with one sentence a person can act on.

::

    RaiError                 everything this program says no with
    ├── InputError           what was given cannot be used (exit code 2)
    │   ├── ProfileError     review.toml is wrong
    │   └── DataError        the data do not fit the profile
    ├── RegistryError        the model registry cannot be reached or lacks what was asked (exit code 2)
    ├── ModelError           the submitted model would not load, failed, or answered nonsense (exit code 3)
    ├── NotApplicable        an analysis has no meaning here: an answer, not a failure
    └── Refused              an action is not allowed: identity, role, state or a closed gate (exit code 1)

A message says what is wrong, what was expected and what to do.
"""


class RaiError(Exception):
    """Base of every refusal; ``str(error)`` is shown to people as it stands."""

    exit_code = 2


class InputError(RaiError):
    """What was given cannot be used."""


class ProfileError(InputError):
    """The review profile is wrong."""


class DataError(InputError):
    """The data do not fit the profile."""


class RegistryError(RaiError):
    """The model registry cannot be reached, or lacks what was asked for."""


class ModelError(RaiError):
    """The submitted model would not load, failed at predict, or answered nonsense."""

    exit_code = 3


class NotApplicable(RaiError):  # noqa: N818 - an answer, not an error
    """The analysis has no meaning for this subject; the reason is shown."""


class Refused(RaiError):  # noqa: N818 - a refusal is not a fault
    """The action is not allowed: identity, role, state or a closed gate."""

    exit_code = 1
