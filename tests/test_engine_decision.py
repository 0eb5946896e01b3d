"""An answer carries its reason."""

import dataclasses

import pytest

from clinic_family.engine.decision import Decision


def test_a_yes_is_true_and_gives_no_reason():
    decision = Decision.yes(instant=0)

    assert decision
    assert decision.reason == ""
    assert decision.facts == {"instant": 0}


def test_a_no_is_false_and_gives_its_reason():
    decision = Decision.no("horizon", horizon=20)

    assert not decision
    assert decision.reason == "horizon"
    assert decision.facts == {"horizon": 20}


def test_a_fact_may_be_called_reason():
    decision = Decision.no("past", reason="flu")

    assert decision.reason == "past"
    assert decision.facts == {"reason": "flu"}


def test_a_decision_is_not_changed_afterwards():
    decision = Decision.no("past")

    with pytest.raises(dataclasses.FrozenInstanceError):
        decision.allowed = True


def test_equal_decisions_count_as_one_in_a_set():
    decisions = {Decision.no("past", now=1), Decision.no("past", now=1), Decision.yes()}

    assert len(decisions) == 2
