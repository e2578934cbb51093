"""`caveat models`: the registry."""

from __future__ import annotations

import json

import click

from ..artifact import load_model
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
