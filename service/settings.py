"""Settings of the service, read from the environment: one table, from which `caveat serve --help` is made."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from classifier import CaveatError


class SettingError(CaveatError):
    """A setting cannot be used. The message names the variable and what was expected."""

    code = "bad_setting"


def _text(variable: str, about: str) -> Any:
    return field(default=None, metadata={"variable": variable, "about": about})


def _host(variable: str, about: str, default: str) -> Any:
    return field(default=default, metadata={"variable": variable, "about": about})


def _whole(variable: str, about: str, default: int, low: int, high: int) -> Any:
    return field(default=default, metadata={"variable": variable, "about": about, "range": (low, high)})


@dataclass(frozen=True)
class Settings:
    """What a service is run with. Raises `SettingError` where a number is out of its range."""

    host: str = _host("CAVEAT_HOST", "address to listen on", "127.0.0.1")
    port: int = _whole("CAVEAT_PORT", "port to listen on; 0 takes a free one", 8000, 0, 65_535)
    workers: int = _whole("CAVEAT_WORKERS", "processes", 1, 1, 64)
    model: str | None = _text("CAVEAT_MODEL", "model by directory, version or alias; else the current one")
    policy: str | None = _text("CAVEAT_POLICY", "policy file; else the shipped one")
    threads: int = _whole("CAVEAT_THREADS", "documents scored at the same time in a process", 2, 1, 64)
    max_body: int = _whole(
        "CAVEAT_MAX_BODY", "bytes in a request body, and in one line of an NDJSON stream", 8_000_000, 1_000, 1_000_000_000
    )
    max_text: int = _whole("CAVEAT_MAX_TEXT", "code points in one document with its title", 1_000_000, 100, 100_000_000)

    def __post_init__(self) -> None:
        for each in fields(self):
            if "range" in each.metadata:
                _check_range(each.metadata["variable"], getattr(self, each.name), *each.metadata["range"])


def _check_range(variable: str, value: Any, low: int, high: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise SettingError(f"{variable}: expected a whole number from {low} to {high}, found {value!r}")


def from_environment(environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from `CAVEAT_…` variables; an empty variable counts as absent. Raises `SettingError`."""
    given = os.environ if environ is None else environ
    values: dict[str, Any] = {}
    for each in fields(Settings):
        raw = given.get(each.metadata["variable"], "")
        if raw:
            values[each.name] = _number(each.metadata, raw) if "range" in each.metadata else raw
    return Settings(**values)


def _number(about: Mapping[str, Any], raw: str) -> int:
    try:
        return int(raw)
    except ValueError:
        low, high = about["range"]
        raise SettingError(f"{about['variable']}: expected a whole number from {low} to {high}, found {raw!r}") from None


def describe() -> list[tuple[str, str]]:
    """(variable, what it does) for every setting, with its default."""
    out = [("CAVEAT_HOME", "folder of models; else models/ in a checkout, or the platform's data folder")]
    for each in fields(Settings):
        default = "" if each.default is None else f" [default: {each.default}]"
        out.append((each.metadata["variable"], each.metadata["about"] + default))
    return out
