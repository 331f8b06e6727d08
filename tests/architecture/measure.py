"""Counts the physical lines of files and functions."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = (
    "command_api",
    "domain",
    "engine",
    "jobs",
    "kit",
    "migrations",
    "ops",
    "projectors",
    "query_api",
    "read_models",
    "relay",
    "replayer",
    "stack",
)


def python_files() -> list[Path]:
    return sorted(path for folder in PRODUCT for path in (ROOT / folder).rglob("*.py") if path.stat().st_size)


def file_lengths() -> dict[str, int]:
    return {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in python_files()}


def functions_of(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
            yield f"{path.relative_to(ROOT)}:{node.lineno} {node.name}", node.end_lineno - node.lineno + 1


def function_lengths() -> dict[str, int]:
    return {name: length for path in python_files() for name, length in functions_of(path)}


def percentile(values: list[int], share: float) -> int:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]
