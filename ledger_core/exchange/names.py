"""Names of accounts that other programs accept: unique, in the shape of the tree, and never their syntax."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from urllib.parse import quote

from ledger_core.chart.models import Account
from ledger_core.chart.queries import Node
from ledger_core.chart.types import ROOT_LABELS

LONGEST_CODE = 20
_CODE = re.compile(rf"[A-Za-z0-9][A-Za-z0-9._/-]{{0,{LONGEST_CODE - 1}}}\Z")
_LEADING_CODE = re.compile(r"([A-Za-z0-9._/-]*[0-9][A-Za-z0-9._/-]*)[ -]+(.+)")
_NOT_BEANCOUNT = re.compile(r"[^A-Za-z0-9]+")
_SPACES = re.compile(r"\s+")


def hledger_names(nodes: list[Node]) -> dict[int, str]:
    """`Assets:1000 Bank:1010 Checking`, by account id."""
    return _tree(nodes, lambda code, name: one_line(f"{code} {name}").replace(":", "."))


def beancount_names(nodes: list[Node]) -> dict[int, str]:
    """`Assets:1000-Bank:1010-Checking`, by account id: ASCII letters, digits and dashes."""
    return _tree(nodes, lambda code, name: "-".join(filter(None, (_ascii(code), _ascii(name)))).strip("-") or "0")


def is_code(text: str) -> bool:
    return _CODE.match(text) is not None


def code_and_name(component: str) -> tuple[str, str]:
    """What a part of a name says: `1010 Checking` is code and name; `Checking` is a name."""
    found = _LEADING_CODE.fullmatch(component)
    if found and is_code(found[1]):
        return found[1], found[2].strip()
    return "", component


def tag_of_name(account: Account, name: str) -> dict[str, str]:
    """The tag that keeps an account's name where its name in the journal does not say it; encoded as in an address."""
    if code_and_name(name.rpartition(":")[2]) == (account.code, account.name):
        return {}
    signs = zip(account.name, f" {account.name}", strict=False)
    return {"account_name": "".join(_encoded(sign, before) for sign, before in signs)}


def _encoded(sign: str, before: str) -> str:
    """Only what a tag cannot hold: what ends it, and what is no plain text in a line."""
    plain = sign.isprintable() and sign not in "%,;" and not (sign == " " and before == " ")
    return sign if plain else quote(sign, safe="")


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
