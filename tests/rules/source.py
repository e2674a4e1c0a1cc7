"""The source of the platform as trees, read once for all rules about code."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
PACKAGE = TOP / "consortium"


@cache
def trees() -> dict[str, ast.Module]:
    """Every module of the package by its path under `consortium`."""
    return {
        str(path.relative_to(PACKAGE)): ast.parse(path.read_text("utf-8")) for path in sorted(PACKAGE.rglob("*.py"))
    }


def called(node: ast.AST) -> str:
    """The dotted name of what a call calls: `datetime.now`, `db.session.execute`; blank where it is no name."""
    parts = []
    target = node.func if isinstance(node, ast.Call) else node
    while isinstance(target, ast.Attribute):
        parts.append(target.attr)
        target = target.value
    if isinstance(target, ast.Name):
        parts.append(target.id)
    elif parts:
        parts.append("…")
    return ".".join(reversed(parts))


@cache
def nodes(tree: ast.AST) -> tuple[ast.AST, ...]:
    """All nodes of a tree, walked once however many rules look at them."""
    return tuple(ast.walk(tree))


@cache
def calls(tree: ast.AST) -> tuple[tuple[int, str, ast.Call], ...]:
    """Line and name of every call."""
    return tuple((node.lineno, called(node), node) for node in nodes(tree) if isinstance(node, ast.Call))
