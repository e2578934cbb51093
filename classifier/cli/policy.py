"""`caveat policy`: what the policy says, and whether a house's own file is right."""

from __future__ import annotations

import json
import os
import shutil
import sys
import textwrap
from pathlib import Path

import click

from ..errors import InputError
from ..policy.load import Policy, load_policy
from ..report.policy import Lines, differences, entry, entry_data, find, nearest, overview, overview_data

PIPED_WIDTH = 100


@click.group(no_args_is_help=False, context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """The policy with its signals, groups and clauses."""


@command.command()
@click.argument("name", required=False, metavar="[SIGNAL|GROUP|CLAUSE]")
@click.option("--policy", "path", type=click.Path(path_type=Path), help="A policy file. Default: CAVEAT_POLICY, else health@1.")
@click.option("--format", "face", type=click.Choice(("text", "json")), default="text", show_default=True)
def show(name: str | None, path: Path | None, face: str) -> None:
    """Show the policy, or one signal, group or clause of it in full."""
    policy = load_policy(path or os.environ.get("CAVEAT_POLICY") or None)
    if name is None:
        click.echo(json.dumps(overview_data(policy), ensure_ascii=False) if face == "json" else wrapped(overview(policy)))
        return
    item = find(policy, name)
    if item is None:
        raise InputError(_unknown(policy, name))
    click.echo(json.dumps(entry_data(policy, item), ensure_ascii=False) if face == "json" else wrapped(entry(policy, item)))


@command.command()
@click.argument("file", type=click.Path(path_type=Path))
def check(file: Path) -> None:
    """Check a policy file, and say what it changes of the shipped policy."""
    policy, shipped = load_policy(file), load_policy()
    click.echo(f"{file}: valid")
    click.echo(f"name     {policy.name}@{policy.version}\nprofile  {policy.profile}\nsha256   {policy.sha256}")
    changed = differences(shipped.content, policy.content)
    if not changed:
        click.echo(f"The same as the shipped policy {shipped.profile}.")
        return
    click.echo(f"{len(changed)} {'difference' if len(changed) == 1 else 'differences'} from the shipped policy {shipped.profile}:")
    for line in changed:
        click.echo(f"  {line}")


def _unknown(policy: Policy, name: str) -> str:
    near = nearest(policy, name)
    hint = f"nearest: {', '.join(near)}" if near else "`caveat policy show` lists the signals and groups"
    return f"unknown signal, group or clause {name[:60]!r}; {hint}"


def wrapped(lines: Lines) -> str:
    """Paragraphs wrapped at the terminal's width; piped, at COLUMNS or 100."""
    width = max(40, shutil.get_terminal_size((PIPED_WIDTH, 24)).columns if sys.stdout.isatty() else _piped_width())
    out = []
    for indent, text in lines:
        lead = " " * indent
        hang = lead + ("  " if text.startswith("• ") else "")
        filled = textwrap.fill(text, width, initial_indent=lead, subsequent_indent=hang, break_on_hyphens=False, break_long_words=False)
        out.append(filled if text else "")
    return "\n".join(out)


def _piped_width() -> int:
    columns = os.environ.get("COLUMNS", "")
    return int(columns) if columns.isdigit() else PIPED_WIDTH
