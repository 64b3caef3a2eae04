"""The import table of the design: arrows point down, no circles, heavy libraries in one file each."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted(
    [ROOT / "app.py", *(ROOT / "pages").rglob("*.py"), *(ROOT / "rai").rglob("*.py"), *(ROOT / "reports").rglob("*.py")]
)

#: The floors of the house, lowest first; a module may import its own floor and those below.
FLOORS: tuple[frozenset[str], ...] = (
    frozenset(
        {
            "rai", "rai.errors", "rai.digests", "rai.stored", "rai.clock", "rai.files", "rai.settings", "rai.store", "rai.versions",
            "rai.database", "rai.demo_data", "rai.demo_models", "rai.demo_words", "rai.narrative_fields",
            "rai.word_difference",
        }
    ),
    frozenset(
        {
            "rai.measures", "rai.section", "rai.profile", "rai.people", "rai.theme", "rai.cohorts",
            "rai.registry_records", "rai.narrative", "rai.narrative_history", "rai.small_cells", "rai.people_counts",
        }
    ),
    frozenset(
        {
            "rai.dataset", "rai.jobs", "rai.policy", "rai.model", "rai.evidence", "rai.registry", "rai.registry_client",
            "rai.drift",
        }
    ),
    frozenset(
        {"rai.subject", "rai.statistics", "rai.row_evidence", "rai.prediction_record", "rai.demo", "rai.webhook"}
    ),
    frozenset({"rai.asking", "rai.toolbox", "rai.strata"}),
    frozenset(
        {"rai.representation", "rai.performance", "rai.fairness", "rai.explaining", "rai.erring", "rai.recourse", "rai.pairing"}
    ),
    frozenset({"rai.analyses"}),
    frozenset(
        {
            "rai.review", "rai.card", "rai.card_import", "rai.card_import_readme", "rai.card_import_toolkit",
            "rai.card_difference", "rai.card_schema", "rai.drafts", "rai.compare", "rai.archive", "rai.approval",
            "rai.conduct", "rai.evaluation", "rai.outbox", "rai.suppression",
        }
    ),
    frozenset({"rai.workspace", "rai.cards", "reports"}),
    frozenset({"rai.submission", "rai.inbox"}),
    frozenset(
        {
            "rai.signing", "rai.standing", "rai.reviewing", "rai.gating", "rai.publishing", "rai.demo_queue", "rai.commands",
            "rai.card_files", "rai.narrative_editing", "rai.last_approved",
            "rai.marking", "rai.beside", "rai.promoting", "rai.mirror_check", "rai.restoring", "rai.reconciling", "rai.watching", "rai.status_file", "rai.offline_files",
            "rai.looking",
        }
    ),
    frozenset({"rai.cli", "rai.worker", "rai.__main__", "app", "pages"}),
)  # fmt: skip

HEAVY = {"mlflow", "fairlearn", "shap", "erroranalysis", "dice_ml", "responsibleai", "raiwidgets"}


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {node.module}
    return found


def floor(name: str) -> int | None:
    """The floor of the longest listed prefix."""
    best: tuple[int, int] | None = None
    for number, rooms in enumerate(FLOORS):
        for room in rooms:
            if (name == room or name.startswith(f"{room}.")) and (best is None or len(room) > best[0]):
                best = (len(room), number)
    return best[1] if best else None


IMPORTS = {module_name(path): imports(path) for path in SOURCES}
INSIDE = set(IMPORTS)


def test_every_module_stands_on_a_floor() -> None:
    homeless = sorted(
        name
        for name in INSIDE
        if name != "rai" and name.startswith("rai.") and floor(name) in {None, 0} and name not in FLOORS[0]
    )
    assert homeless == []


@pytest.mark.parametrize("name", sorted(INSIDE))
def test_imports_point_down(name: str) -> None:
    own = floor(name)
    assert own is not None
    upward = {target for target in IMPORTS[name] & INSIDE if target != "rai" and (floor(target) or 0) > own}
    assert upward == set()


def test_no_module_imports_itself_in_a_circle() -> None:
    graph = {name: {target for target in found & INSIDE if target != name} for name, found in IMPORTS.items()}
    while leaves := [name for name, targets in graph.items() if not targets]:
        for leaf in leaves:
            del graph[leaf]
        graph = {name: targets - set(leaves) for name, targets in graph.items()}
    assert sorted(graph) == []


@pytest.mark.parametrize("name", sorted(name for name in INSIDE if name == "app" or name.startswith("pages")))
def test_pages_import_nothing_heavy_and_no_other_page(name: str) -> None:
    tops = {target.split(".")[0] for target in IMPORTS[name]}
    assert tops & (HEAVY | {"sklearn", "lightgbm", "xgboost"}) == set()
    others = {target for target in IMPORTS[name] & INSIDE if target.startswith("pages.") and ".ui" not in target}
    assert others == set()


@pytest.mark.parametrize("name", sorted(name for name in INSIDE if name.startswith("reports")))
def test_reports_compute_nothing_and_fetch_nothing(name: str) -> None:
    forbidden = ("streamlit", "mlflow", "rai.analyses", "rai.registry", "requests", "urllib.request")
    assert [target for target in IMPORTS[name] if target.startswith(forbidden)] == []


@pytest.mark.parametrize("name", sorted(name for name in INSIDE if name.startswith("rai.analyses.")))
def test_an_analysis_imports_no_other_and_no_policy(name: str) -> None:
    own = name.split(".")[2]
    others = [t for t in IMPORTS[name] & INSIDE if t.startswith("rai.analyses.") and t.split(".")[2] != own]
    assert others == []
    assert [t for t in IMPORTS[name] if t.startswith(("rai.policy", "rai.review", "rai.registry", "streamlit"))] == []


def test_streamlit_is_imported_only_by_the_app_and_its_pages() -> None:
    users = {name for name, found in IMPORTS.items() if any(t.split(".")[0] == "streamlit" for t in found)}
    assert {name for name in users if not (name == "app" or name.startswith("pages"))} == set()


@pytest.mark.parametrize("library", ["fairlearn", "shap", "erroranalysis", "dice_ml"])
def test_each_heavy_library_has_one_door(library: str) -> None:
    users = [name for name, found in IMPORTS.items() if any(t.split(".")[0] == library for t in found)]
    inside_model_process = {name for name in users if name.startswith("rai.model.")}
    assert len(set(users) - inside_model_process) == 1


def test_mlflow_is_imported_by_registry_demo_and_model_process_only() -> None:
    users = {name for name, found in IMPORTS.items() if any(t.split(".")[0] == "mlflow" for t in found)}
    assert {n for n in users if not n.startswith(("rai.registry", "rai.demo", "rai.model."))} == set()


def test_nothing_imports_cli_and_worker_but_the_entry() -> None:
    users = {name for name, found in IMPORTS.items() if found & {"rai.cli", "rai.worker"}}
    assert users - {"rai.__main__", "rai.cli", "app"} == set()


VERIFIER = {name for name in INSIDE if name == "rai.approval.verify" or name.startswith("rai.approval.verifying")}


@pytest.mark.parametrize("name", sorted({*VERIFIER, "rai.digests", "rai.errors", "rai.settings", "rai.__main__"}))
def test_the_verifier_stands_on_the_standard_library_and_cryptography(name: str) -> None:
    import sys

    allowed = {"cryptography", "rai", "__future__"} | set(sys.stdlib_module_names)
    assert {t.split(".")[0] for t in IMPORTS[name]} - allowed == set()
    if name in VERIFIER:
        assert IMPORTS[name] & INSIDE - {"rai"} <= {"rai.digests", "rai.errors", "rai.approval", *VERIFIER}


def test_the_verifier_has_its_files() -> None:
    assert len(VERIFIER) > 10


def test_files_and_functions_stay_small() -> None:
    long_files, long_functions = [], []
    for path in SOURCES:
        text = path.read_text()
        if text.count("\n") > 300:
            long_files.append(module_name(path))
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                doc = ast.get_docstring(node, clean=False)
                size = node.end_lineno - node.lineno + 1 - (doc.count("\n") + 1 if doc else 0)
                if size > 40:
                    long_functions.append(f"{module_name(path)}.{node.name} {size}")
    assert (long_files, long_functions) == ([], [])
