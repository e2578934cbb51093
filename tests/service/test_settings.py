from __future__ import annotations

import pytest

from service.settings import SettingError, Settings, describe, from_environment


def test_nothing_given_is_the_defaults() -> None:
    assert from_environment({}) == Settings()
    assert from_environment({"CAVEAT_THREADS": ""}).threads == 2


def test_values_come_from_their_variables() -> None:
    own = from_environment({"CAVEAT_THREADS": "3", "CAVEAT_MODEL": "stable", "CAVEAT_MAX_TEXT": "5000"})
    assert (own.threads, own.model, own.max_text) == (3, "stable", 5000)


@pytest.mark.parametrize(
    ("variable", "value"), [("CAVEAT_PORT", "http"), ("CAVEAT_THREADS", "0"), ("CAVEAT_MAX_BODY", "8MB"), ("CAVEAT_WORKERS", "-1")]
)
def test_a_wrong_value_names_its_variable(variable: str, value: str) -> None:
    with pytest.raises(SettingError, match=f"{variable}: expected a whole number from .* found .*{value}"):
        from_environment({variable: value})


def test_a_wrong_value_passed_in_is_refused_too() -> None:
    with pytest.raises(SettingError, match="CAVEAT_MAX_TEXT"):
        Settings(max_text=1)


def test_the_listing_has_every_variable_that_is_read() -> None:
    names = [name for name, _ in describe()]
    assert len(set(names)) == len(names)
    assert {"CAVEAT_HOME", "CAVEAT_MODEL", "CAVEAT_POLICY", "CAVEAT_MAX_BODY", "CAVEAT_MAX_TEXT", "CAVEAT_THREADS"} <= set(names)
