"""The root of `caveat`: commands by name, loaded when asked for, and errors as one line with an exit code.

Exit codes: 0 done, 1 findings (with --fail-on) or a gate not met, 2 usage, 3 environment (no model, unreadable).
"""

from __future__ import annotations

import importlib
import sys
from typing import Any

import click

from ..errors import CaveatError, ModelError, Problem
from ..version import __version__

COMMANDS = ("score", "batch", "serve", "train", "evaluate", "data", "models", "policy")
SHOWN_PROBLEMS = 200


class Lazy(click.Group):
    """Imports a command's module only when it is used: `caveat score` must not pay for scikit-learn."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module = importlib.import_module(f"..cli.{name}", package=__package__)
        command = module.command
        assert isinstance(command, click.Command)
        return command


@click.group(cls=Lazy, no_args_is_help=False, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="caveat")
@click.option("--debug", is_flag=True, help="Show the stack trace of an error.")
def root(debug: bool) -> None:
    """Reads health content the way a careful moderator does.

    \b
    caveat score article.txt
    caveat batch feed.xml --out scores.jsonl
    caveat serve
    """


def main() -> None:
    """Entry point of the console command."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure: Any = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")
    debug = "--debug" in sys.argv
    try:
        sys.exit(root(prog_name="caveat", standalone_mode=False) or 0)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.ClickException as error:
        click.echo(f"caveat: {usage_line(error)}", err=True)
        sys.exit(2)
    except click.Abort:
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except CaveatError as error:
        if debug:
            raise
        show_problems(getattr(error, "problems", []))
        click.echo(f"caveat: {error}", err=True)
        sys.exit(3 if isinstance(error, ModelError) else 2)
    except OSError as error:
        if debug:
            raise
        where = f"{error.filename}: " if error.filename else ""
        click.echo(f"caveat: {where}{error.strerror or error}", err=True)
        sys.exit(3)


def show_problems(problems: list[Problem]) -> None:
    """Problems on standard error, one a line, file and line first."""
    for problem in problems[:SHOWN_PROBLEMS]:
        click.echo(str(problem), err=True)
    if len(problems) > SHOWN_PROBLEMS:
        click.echo(f"… and {len(problems) - SHOWN_PROBLEMS:,} more", err=True)


def usage_line(error: click.ClickException) -> str:
    """What is wrong with a command line and where to look, in one line; for a group also its commands."""
    said = " ".join(error.format_message().split())
    said += "" if said.endswith((".", "?", "!")) else "."
    context = getattr(error, "ctx", None)
    if context is None:
        return f"{said} See `caveat --help`."
    if isinstance(context.command, click.Group):
        said += f" Commands: {', '.join(context.command.list_commands(context))}."
    return f"{said} See `{context.command_path} --help`."
