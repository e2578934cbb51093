"""`caveat models`: the registry."""

from __future__ import annotations

import json
from pathlib import Path

import click

from ..artifact import load_model
from ..errors import ModelDamaged
from ..home import SHIPPED_MODEL, home, read_registry, resolve_model


@click.group(no_args_is_help=False, context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Lists, shows and chooses models."""


@command.command("list")
def list_models() -> None:
    """Every model, with its aliases."""
    folder = home()
    aliases = read_registry(folder)
    for path in sorted(folder.glob("*/manifest.json")):
        version = path.parent.name
        names = [a for a, v in sorted(aliases.items()) if v == version]
        click.echo(f"{version}\t{' '.join(names)}".rstrip())
    if (SHIPPED_MODEL / "manifest.json").is_file():
        click.echo(f"{load_model(SHIPPED_MODEL).version}\tshipped")


@command.command()
@click.argument("name", required=False)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def show(name: str | None, form: str) -> None:
    """A model's card (default: the current one)."""
    model = load_model(resolve_model(name))
    if form == "json":
        facts = {"version": model.version, "sha256": model.sha256, "directory": str(model.path), "heads": list(model.sentences.heads)}
        click.echo(json.dumps(facts, ensure_ascii=False))
        return
    card = model.path / "card.md"
    click.echo(card.read_text(encoding="utf-8") if card.is_file() else f"model {model.version} in {model.path} (no card)")


@command.command()
@click.argument("before")
@click.argument("after")
def compare(before: str, after: str) -> None:
    """Two models' figures side by side, as each was evaluated when it was trained.

    \b
    caveat models compare previous current
    """
    old, new = (_figures(resolve_model(name)) for name in (before, after))
    click.echo(f"{'policy':32s} {'metric':20s} {'before':>8s} {'after':>8s} {'change':>8s}")
    for key in sorted(old.keys() & new.keys()):
        click.echo(f"{key[0]:32s} {key[1]:20s} {old[key]:8.3f} {new[key]:8.3f} {new[key] - old[key]:+8.3f}")


def _figures(directory: Path) -> dict[tuple[str, str], float]:
    """(policy, metric) → value, from the evaluation beside a model. Raises `ModelDamaged`."""
    load_model(directory)
    try:
        report = json.loads((directory / "evaluation.json").read_text(encoding="utf-8"))
        return {(policy, f["name"]): float(f["value"]) for policy, figures in report["policies"].items() for f in figures}
    except (OSError, ValueError, KeyError, TypeError):
        raise ModelDamaged(f"{directory}: evaluation.json is missing or unreadable; train again to compare") from None


@command.command()
@click.argument("version")
def promote(version: str) -> None:
    """Makes a version the current one."""
    from ..training.register import set_alias

    set_alias(home(), "current", version)
    click.echo(f"current is {version}")


@command.command()
def rollback() -> None:
    """Makes what was current before the current one again."""
    from ..training.register import set_alias

    previous = read_registry(home()).get("previous")
    if previous is None:
        raise click.UsageError("there is no previous model to go back to")
    set_alias(home(), "current", previous)
    click.echo(f"current is {previous}")
