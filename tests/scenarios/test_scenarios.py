"""Every scenario is played to its end, and compares balances on the way."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ledger_core.verification.verify import CHECKS
from tests.scenarios.player import play, statements

FOLDER = Path(__file__).parent
SCENARIOS = sorted(path.stem for path in FOLDER.glob("*.txt"))


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_ends_as_it_says(in_north: Any, name: str) -> None:
    text = (FOLDER / f"{name}.txt").read_text()
    compared = sum(len(each.lines) for each in statements(text) if each.words[0] == "=")
    assert play(text) == compared > 0
    assert [(what, finding) for what, check in CHECKS for finding in check()] == []


def test_a_wrong_amount_is_noticed(in_north: Any) -> None:
    text = (FOLDER / "multi-currency.txt").read_text()
    wrong = text.replace("  1050            -4125000.00", "  1050            -4125000.01")
    assert wrong != text
    with pytest.raises(AssertionError, match="balances on 2026-03-31"):
        play(wrong)
