"""Names of accounts that other programs accept: unique, in the shape of the tree, and never their syntax."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from ledger_core.chart.queries import Node
from ledger_core.chart.types import ROOT_LABELS

_NOT_BEANCOUNT = re.compile(r"[^A-Za-z0-9]+")
_SPACES = re.compile(r"\s+")


def hledger_names(nodes: list[Node]) -> dict[int, str]:
    """`Assets:1000 Bank:1010 Checking`, by account id."""
    return _tree(nodes, lambda code, name: one_line(f"{code} {name}").replace(":", "."))


def beancount_names(nodes: list[Node]) -> dict[int, str]:
    """`Assets:1000-Bank:1010-Checking`, by account id: ASCII letters, digits and dashes."""
    return _tree(nodes, lambda code, name: "-".join(filter(None, (_ascii(code), _ascii(name)))).strip("-") or "0")


def one_line(text: str) -> str:
    """Text without line ends, tabs, runs of spaces and control characters, and without what starts a comment."""
    printable = "".join(each if each.isprintable() or each.isspace() else " " for each in text)
    return _SPACES.sub(" ", printable).replace(";", ",").strip()


def _ascii(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return _NOT_BEANCOUNT.sub("-", plain).strip("-")


def _tree(nodes: list[Node], component: Callable[[str, str], str]) -> dict[int, str]:
    """Full names in tree order: a parent's name is known before its children's."""
    names: dict[int, str] = {}
    taken: set[str] = set()
    for node in nodes:
        account = node.account
        above = names[account.parent_id] if account.parent_id else ROOT_LABELS[account.root]
        part = component(account.code, account.name)
        part = part[:1].upper() + part[1:]
        name, count = f"{above}:{part}", 1
        while name in taken:  # codes that differ in signs only: 10.1 and 10-1
            count += 1
            name = f"{above}:{part}-{count}"
        taken.add(name)
        names[account.pk] = name
    return names
