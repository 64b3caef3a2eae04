"""What the explanations analysis stores: summaries of SHAP values over rows, and none of the rows themselves."""

from __future__ import annotations

from rai.statistics.estimates import Estimate
from rai.stored import Stored


class Importance(Stored):
    """Mean absolute SHAP value of one input, in the unit of the output."""

    name: str
    found: Estimate


class Band(Stored):
    """SHAP values of the rows with low, middle or high values of an input.

    Attributes
    ----------
    level
        ``low``, ``middle`` or ``high`` third of the values; ``any`` for text and for too few rows to part.
    label
        The values in words.
    least, lower, middle, upper, most
        SHAP values below which 5, 25, 50, 75 and 95 % of these rows lie.
    """

    level: str
    label: str
    least: float
    lower: float
    middle: float
    upper: float
    most: float
    n: int


class Spread(Stored):
    """How the SHAP values of one input lie, by how large its value is."""

    name: str
    bands: tuple[Band, ...]


class Bin(Stored):
    """Rows with similar values of an input: their mean SHAP value.

    Attributes
    ----------
    label
        The values in words.
    at
        Mean value of the input in these rows; ``None`` for categories and for missing values.
    """

    label: str
    at: float | None = None
    found: Estimate


class Half(Stored):
    """The bins of a dependence among the rows on one side of another input; ``label`` says which side."""

    label: str
    bins: tuple[Bin, ...]


class Dependence(Stored):
    """How the SHAP value of one input moves with its value, for one output.

    Attributes
    ----------
    other
        The other input on which this most depends; empty where none is worth telling.
    left, strength
        Share of the variance of the SHAP values that the value alone leaves unexplained, and the share of that which
        the other input explains.
    halves
        The same bins for low and high values of the other input, or for its most frequent value and all others.
    """

    name: str
    numeric: bool
    bins: tuple[Bin, ...]
    other: str = ""
    left: float | None = None
    strength: float | None = None
    halves: tuple[Half, ...] = ()


class ResponsePoint(Stored):
    """The model's answers with one input set to one value in every row asked.

    Attributes
    ----------
    at
        The value as a number; ``None`` for categories.
    mean
        Mean output over the rows (partial dependence).
    low, high
        ``mean`` plus the 10 % and 90 % quantiles of how rows differ from it in shape: each row's own answers, less
        their mean over the values, less the mean row's.
    """

    label: str
    at: float | None
    mean: float
    low: float
    high: float


class Response(Stored):
    """What the model answers when one input is set to each of a few values, all others kept.

    Attributes
    ----------
    unit
        Unit of the output asked for; a probability also where SHAP values are in log-odds.
    n
        Rows asked, a seeded sample.
    """

    name: str
    numeric: bool
    unit: str
    points: tuple[ResponsePoint, ...]
    n: int


class Shuffled(Stored):
    """Drop of the score when one input is shuffled between rows (permutation importance)."""

    name: str
    found: Estimate


class Agreement(Stored):
    """Whether another way of asking ranks the inputs alike.

    Attributes
    ----------
    score
        ``accuracy`` or ``r2_score``.
    shuffled
        Every input, in the order of its mean absolute SHAP value.
    correlation
        Spearman's rank correlation of the two orders; its n is the number of rows shuffled.
    """

    score: str
    shuffled: tuple[Shuffled, ...]
    correlation: Estimate


class Stability(Stored):
    """Whether another half of the rows ranks the inputs alike.

    Attributes
    ----------
    correlation
        Spearman's rank correlation of the importances in two random halves of rows and background.
    first, shared
        How many of the most important inputs are compared, and how many are among them in both halves.
    """

    correlation: Estimate
    first: int
    shared: int


class GroupImportance(Stored):
    """Mean absolute SHAP value of one input among the rows of one group."""

    feature: str
    group: str
    name: str
    found: Estimate


class Proxy(Stored):
    """How closely an input follows a sensitive feature.

    Attributes
    ----------
    measure
        ``Cramér's V`` for categories, ``correlation ratio`` for numbers; both from 0 (nothing) to 1 (determined).
    """

    feature: str
    name: str
    measure: str
    found: Estimate


class Check(Stored):
    """What shap's own explainer found on a handful of rows.

    Attributes
    ----------
    difference
        Largest difference of single values; ``None`` where the check was not possible.
    typical
        Mean absolute value of the largest contribution of each of these rows, to compare the difference with.
    words
        The check in a sentence, or why it was not possible.
    """

    explainer: str
    rows: int
    difference: float | None
    typical: float | None
    words: str


class Facts(Stored):
    """How the values were computed.

    Attributes
    ----------
    rows, rows_available
        Rows explained, and rows there are.
    unit, outputs, described
        What the values are in, which outputs are explained, and which of them the dependences are about.
    link
        ``logit`` where values add up to log-odds, ``identity`` where they add up to what the model answers.
    background, background_from, background_digest
        Rows each was compared with, where they come from, and their SHA-256; 0 and empty for the model's own values.
    additivity_residual
        Largest gap between base value plus SHAP values and the prediction, relative to the largest prediction.
    sampling_error
        Mean standard error of a single value from drawing orders; 0 where exact.
    sensitive, sensitive_inputs
        Sensitive features, and those of them the model takes.
    note
        Why the model's own values were not used, where it has some.
    """

    target: str
    rows: int
    rows_available: int
    method: str
    unit: str
    link: str
    outputs: tuple[str, ...]
    described: str
    background: int
    background_from: str
    background_digest: str
    additivity_residual: float
    sampling_error: float
    sensitive: tuple[str, ...]
    sensitive_inputs: tuple[str, ...]
    note: str


class Explained(Stored):
    """Everything the SHAP values, and a few more questions to the model, say about the inputs."""

    importance: tuple[Importance, ...]
    spread: tuple[Spread, ...]
    dependence: tuple[Dependence, ...]
    responses: tuple[Response, ...]
    by_group: tuple[GroupImportance, ...]
    proxies: tuple[Proxy, ...]
    agreement: Agreement
    stability: Stability
