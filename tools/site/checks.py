"""Goals of challenges for the browser: what `reached` computes, as a tree that assets/stage/site/checks.js works out.

`reached` is Python, a comparison of steps most of the time. It is read as it is written: names, comparisons,
arithmetic, pieces of arrays and the functions below become nodes; whatever does not depend on the trace is computed
here. A goal that says more than that is left out, and the page says that the app checks it. Tests hold every tree to
`reached`.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from attention_core.engine.step import Step
from attention_core.engine.trace import Trace

Tree = list[Any]
FUNCTIONS = {
    "bool", "abs", "len", "int", "max", "min", "any", "all", "set", "sum", "list",
    "np.ptp", "np.abs", "np.diff", "np.sort", "np.allclose", "np.array_equal", "np.linalg.norm", "np.unique",
    "np.atleast_2d", "np.subtract.outer", "range",
}  # fmt: skip
METHODS = {"any", "all", "max", "min", "sum", "std", "argmax", "argmin", "tolist", "size"}
ATTRIBUTES = {"value", "shape", "T", "size"}
DEEPEST = 4  # calls of helpers within each other


class UnknownError(Exception):
    """Something that the browser is not taught."""


def check_of(reached: Callable[[Trace], bool]) -> Tree | None:
    """The tree of a goal; None where it says more than a tree can."""
    try:
        return _Reading(reached, 0).called([["const", None]])  # the trace is not read by its name
    except UnknownError:
        return None


class _Reading:
    """One function, read into a tree. depth: how many others it was called by."""

    def __init__(self, function: Callable[..., Any], depth: int) -> None:
        if depth > DEEPEST or not inspect.isfunction(function):
            raise UnknownError(str(function))
        self.node, self.depth = _node_of(function), depth
        closed = inspect.getclosurevars(function)
        self.known = {**function.__globals__, **closed.nonlocals}
        arguments = self.node.args
        self.parameters = [each.arg for each in arguments.args]
        self.defaults = dict(zip(reversed(self.parameters), reversed(arguments.defaults), strict=False))
        self.local = set(self.parameters)

    def body(self) -> Tree:
        if isinstance(self.node, ast.Lambda):
            return self.read(self.node.body)
        return self._statements([each for each in self.node.body if not _is_docstring(each)])

    def called(self, given: Sequence[Tree]) -> Tree:
        """The value for these arguments; those that are missing have their defaults."""
        names = self.parameters[len(given) :]
        if not set(names) <= set(self.defaults):
            raise UnknownError("arguments")
        rest = [self.read(self.defaults[name]) for name in names]
        inner = self.body()
        for name, tree in reversed(list(zip(self.parameters, [*given, *rest], strict=True))):
            inner = ["let", name, tree, inner]
        return inner

    def _statements(self, statements: Sequence[ast.stmt]) -> Tree:
        if not statements:
            raise UnknownError("no return")
        first, *rest = statements
        if isinstance(first, ast.Return) and first.value is not None:
            return self.read(first.value)
        if isinstance(first, ast.If) and not first.orelse:
            return ["if", self.read(first.test), self._statements(first.body), self._statements(rest)]
        if isinstance(first, ast.Assign) and len(first.targets) == 1:
            return self._assigned(first.targets[0], first.value, rest)
        raise UnknownError(ast.dump(first))

    def _assigned(self, target: ast.expr, given: ast.expr, rest: Sequence[ast.stmt]) -> Tree:
        value = self.read(given)
        if isinstance(target, ast.Name):
            self.local.add(target.id)
            return ["let", target.id, value, self._statements(rest)]
        if isinstance(target, ast.Tuple) and all(isinstance(each, ast.Name) for each in target.elts):
            names = [each.id for each in target.elts if isinstance(each, ast.Name)]
            self.local.update(names)
            inner = self._statements(rest)
            for n, name in enumerate(names):
                inner = ["let", name, ["index", ["name", " all"], [["at", ["const", n]]]], inner]
            return ["let", " all", value, inner]
        raise UnknownError("assignment")

    # --- expressions -------------------------------------------------------------------------------------------------

    def read(self, node: ast.expr) -> Tree:
        if not self._depends(node):
            return ["const", _plain(self._computed(node))]
        reader = getattr(self, f"_read_{type(node).__name__.lower()}", None)
        if reader is None:
            raise UnknownError(ast.dump(node))
        found: Tree = reader(node)
        return found

    def _depends(self, node: ast.AST) -> bool:
        return any(isinstance(each, ast.Name) and each.id in self.local for each in ast.walk(node))

    def _computed(self, node: ast.expr) -> Any:
        """What does not depend on the trace."""
        return eval(compile(ast.Expression(node), "<goal>", "eval"), dict(self.known))

    def _read_name(self, node: ast.Name) -> Tree:
        return ["name", node.id]

    def _read_boolop(self, node: ast.BoolOp) -> Tree:
        return ["and" if isinstance(node.op, ast.And) else "or", *map(self.read, node.values)]

    def _read_unaryop(self, node: ast.UnaryOp) -> Tree:
        return [{ast.Not: "not", ast.USub: "neg"}.get(type(node.op)) or _unknown(node), self.read(node.operand)]

    def _read_binop(self, node: ast.BinOp) -> Tree:
        return [_SIGNS.get(type(node.op)) or _unknown(node), self.read(node.left), self.read(node.right)]

    def _read_compare(self, node: ast.Compare) -> Tree:
        if isinstance(node.ops[0], (ast.In, ast.NotIn)):
            return self._member(node)
        pairs = [
            [_SIGNS.get(type(op)) or _unknown(op), self.read(each)]
            for op, each in zip(node.ops, node.comparators, strict=True)
        ]
        return ["compare", self.read(node.left), *pairs]

    def _member(self, node: ast.Compare) -> Tree:
        within = node.comparators[0]
        if not self._is_trace(within):
            tree = ["within", self.read(node.left), self.read(within)]
        else:
            tree = ["has", self.read(node.left)]
        return tree if isinstance(node.ops[0], ast.In) else ["not", tree]

    def _is_trace(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Name) and node.id in ("trace", "t")

    def _read_ifexp(self, node: ast.IfExp) -> Tree:
        return ["if", self.read(node.test), self.read(node.body), self.read(node.orelse)]

    def _read_joinedstr(self, node: ast.JoinedStr) -> Tree:
        parts = [each.value if isinstance(each, ast.FormattedValue) else each for each in node.values]
        return ["text", *map(self.read, parts)]

    def _read_tuple(self, node: ast.Tuple) -> Tree:
        return ["list", *map(self.read, node.elts)]

    def _read_list(self, node: ast.List) -> Tree:
        return ["list", *map(self.read, node.elts)]

    def _read_set(self, node: ast.Set) -> Tree:
        (only,) = node.elts if len(node.elts) == 1 else (_unknown(node),)
        inner = only.value if isinstance(only, ast.Starred) else None
        return ["call", "set", [self.read(inner) if inner else ["list", self.read(only)]], {}]

    def _read_attribute(self, node: ast.Attribute) -> Tree:
        if self._is_trace(node.value):
            return ["output"] if node.attr == "output" else _unknown(node)
        if node.attr not in ATTRIBUTES:
            raise UnknownError(node.attr)
        return ["attribute", node.attr, self.read(node.value)]

    def _read_subscript(self, node: ast.Subscript) -> Tree:
        if self._is_trace(node.value):
            return ["step", self.read(node.slice)]
        inner = node.value
        if isinstance(inner, ast.Attribute) and inner.attr == "options" and self._is_trace(inner.value):
            return ["option", self.read(node.slice)]
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        return ["index", self.read(inner), [self._place(each) for each in parts]]

    def _place(self, node: ast.expr) -> Tree:
        if isinstance(node, ast.Slice):
            return ["slice", *(self.read(each) if each else None for each in (node.lower, node.upper, node.step))]
        if isinstance(node, ast.Constant) and node.value is None:
            return ["new"]
        return ["at", self.read(node)]

    def _read_call(self, node: ast.Call) -> Tree:
        settings = {each.arg: self.read(each.value) for each in node.keywords if each.arg}
        written = ast.unparse(node.func)
        if written in FUNCTIONS and (not settings or written.startswith("np.")):
            return ["call", written, self._arguments(node), settings]
        if isinstance(node.func, ast.Name) and node.func.id in self.known and not settings:
            return _Reading(self.known[node.func.id], self.depth + 1).called(self._arguments(node))
        if isinstance(node.func, ast.Attribute) and node.func.attr in METHODS:
            return ["method", node.func.attr, self.read(node.func.value), self._arguments(node), settings]
        raise UnknownError(written)

    def _arguments(self, node: ast.Call) -> list[Tree]:
        return [self.read(each) for each in node.args]

    def _read_generatorexp(self, node: ast.GeneratorExp | ast.ListComp | ast.SetComp) -> Tree:
        (loop,) = node.generators if len(node.generators) == 1 else (_unknown(node),)
        if not isinstance(loop.target, ast.Name) or loop.ifs:
            raise UnknownError("loop")
        among = self.read(loop.iter)
        self.local.add(loop.target.id)
        return ["each", loop.target.id, among, self.read(node.elt)]

    _read_listcomp = _read_generatorexp

    def _read_setcomp(self, node: ast.SetComp) -> Tree:
        return ["call", "set", [self._read_generatorexp(node)], {}]


_SIGNS: dict[type, str] = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=",
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.BitAnd: "&", ast.BitOr: "|",
}  # fmt: skip


def _unknown(node: Any) -> Any:
    raise UnknownError(str(node))


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _plain(value: Any) -> Any:
    """A constant as JSON has it: numbers, texts, and lists of them."""
    if isinstance(value, Step):
        raise UnknownError("a step of another trace")
    if isinstance(value, (range, tuple, set, frozenset)):
        value = list(value)
    found = np.asarray(value).tolist() if isinstance(value, (np.ndarray, np.generic, list)) else value
    if isinstance(found, (bool, int, float, str, list)) or found is None:
        return found
    raise UnknownError(type(value).__name__)


@lru_cache(maxsize=128)
def _tree_of(file: str) -> ast.Module:
    with open(file, encoding="utf-8") as source:
        return ast.parse(source.read())


def _node_of(function: Callable[..., Any]) -> ast.Lambda | ast.FunctionDef:
    """Where a function is written. Of two on one line neither is taken."""
    code = function.__code__
    found = [
        node
        for node in ast.walk(_tree_of(code.co_filename))
        if isinstance(node, (ast.Lambda, ast.FunctionDef)) and node.lineno == code.co_firstlineno
    ]
    if len(found) != 1:
        raise UnknownError("not written alone on its line")
    return found[0]
