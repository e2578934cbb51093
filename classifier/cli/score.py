"""`caveat score`: one result a document, for people (text, html) or programs (json)."""

from __future__ import annotations

import codecs
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from ..classifier import EXPLAIN, Classifier, Document
from ..errors import CaveatError, InputError
from ..policy.load import BOOLEAN_FACTS, FACTS
from ..records import Result
from ..report.json import to_json
from ..text.offsets import UNITS

if TYPE_CHECKING:
    from ..report.sheet import Sheet

FORMATS = ("text", "json", "html")
FORMAT_OF = {".json": "json", ".jsonl": "json", ".html": "html", ".htm": "html"}
KIND_OF = {".md": "markdown", ".markdown": "markdown", ".html": "html", ".htm": "html", ".xhtml": "html"}
TRUE, FALSE = frozenset({"y", "yes", "true"}), frozenset({"n", "no", "false"})
FAIL_ON = ("borderline", "violating", "not_assessed", "error")
FOUND = {"borderline": {"borderline", "violating"}, "violating": {"violating"}, "not_assessed": {"not_assessed"}}


@dataclass(frozen=True)
class Scored:
    """A document and its result, for the faces that quote the text."""

    name: str
    document: Document
    result: Result


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("files", nargs=-1, required=True, metavar="FILE… | -")
@click.option("--format", "face", type=click.Choice(FORMATS), help="Default: by the ending of --out, else text. json: one object a line.")
@click.option("--title", help="The title, a field of its own. Default: the one a page carries.")
@click.option("--fact", "facts", multiple=True, metavar="NAME=VALUE", help=f"What you know of the text: {', '.join(FACTS)}. Repeatable.")
@click.option("--explain", type=click.Choice(EXPLAIN), default="spans", show_default=True, help="How much is explained.")
@click.option("--offset-unit", type=click.Choice(UNITS), default="code_point", show_default=True, help="What offsets count.")
@click.option("--model", help="A model: directory, version or alias. Default: CAVEAT_MODEL, else the current one.")
@click.option("--policy", type=click.Path(path_type=Path), help="A policy file. Default: CAVEAT_POLICY, else health@1.")
@click.option(
    "--fail-on", type=click.Choice(FAIL_ON), multiple=True, help="Exit 1 where a document is so (borderline: or worse). Repeatable."
)
@click.option("--out", type=click.Path(path_type=Path), help="Write here instead of standard output.")
def command(
    files: tuple[str, ...], face: str | None, title: str | None, facts: tuple[str, ...], explain: str, offset_unit: str,
    model: str | None, policy: Path | None, fail_on: tuple[str, ...], out: Path | None,
) -> int:  # fmt: skip
    """Score documents: .txt, .md, .html, any other ending as plain text; `-` reads text from standard input."""
    _check_files(files, out)
    classifier = Classifier.load(model, policy)
    told = classifier.check_facts(parse_facts(facts))
    asked = Document(title=title, facts=told, explain=explain, offset_unit=offset_unit)
    chosen = face or (FORMAT_OF.get(out.suffix.lower(), "text") if out else "text")
    tally = Tally(fail_on)
    with _opened(out) as stream:
        _write(tally.over(_scored(classifier, files, asked, tally)), chosen, stream, classifier)
    return tally.exit_code()


class Tally:
    """Counts what `--fail-on` asks about as the results pass."""

    def __init__(self, fail_on: Sequence[str]) -> None:
        self.fail_on = fail_on
        self.met = self.failed = False

    def error(self, name: str, why: str) -> None:
        """A document that cannot be scored: one line on standard error, and the others go on."""
        self.failed = True
        click.echo(f"caveat: {name}: {why}", err=True)

    def over(self, results: Iterator[Scored]) -> Iterator[Scored]:
        wanted = {band for name in self.fail_on for band in FOUND.get(name, ())}
        for scored in results:
            self.met |= any(s.band in wanted for s in scored.result.scores.values())
            yield scored

    def exit_code(self) -> int:
        """1 where --fail-on is met, else 2 where a document could not be scored, else 0."""
        if self.met or (self.failed and "error" in self.fail_on):
            return 1
        return 2 if self.failed else 0


def parse_facts(pairs: Sequence[str]) -> dict[str, Any]:
    """NAME=VALUE pairs; y, yes, true, n, no and false for the facts that are true or false. Raises `InputError`."""
    out: dict[str, Any] = {}
    for pair in pairs:
        name, equals, value = (part.strip() for part in pair.partition("="))
        if not equals or not value:
            raise InputError(f"--fact: expected NAME=VALUE; names: {', '.join(FACTS)}")
        if name in out:
            raise InputError(f"--fact: {name if name in FACTS else 'a name'} is given twice")
        if name in BOOLEAN_FACTS and value.lower() in TRUE | FALSE:
            out[name] = value.lower() in TRUE
        else:
            out[name] = value
    return out


# ---------------------------------------------------------------- reading


def _check_files(files: Sequence[str], out: Path | None) -> None:
    if files.count("-") > 1:
        raise InputError("standard input (-) can be read once only")
    if out is not None and out.exists() and any(f != "-" and Path(f).exists() and out.samefile(f) for f in files):
        raise InputError(f"--out {out}: is one of the files to score; name another")


def _scored(classifier: Classifier, files: Sequence[str], asked: Document, tally: Tally) -> Iterator[Scored]:
    for file in files:
        try:
            document = read_document(file, asked)
            yield Scored(printable(file), document, classifier.score_document(document))
        except CaveatError as error:
            tally.error(printable(file), str(error))
        except OSError as error:
            tally.error(printable(file), f"cannot be read: {error.strerror or error}")


def read_document(file: str, asked: Document) -> Document:
    """A file, or standard input for `-`, decoded as it stands: line ends and a BOM stay. Raises `InputError`, `OSError`."""
    if file == "-":
        return replace(asked, text=decode(sys.stdin.buffer.read()))
    path = Path(file)
    if path.is_dir():
        raise InputError("is a directory; `caveat batch` reads folders")
    text = decode(path.read_bytes())
    named = replace(asked, id=printable(file))
    kind = KIND_OF.get(path.suffix.lower(), "text")
    if kind == "html":
        return replace(named, html=text)
    return replace(named, markdown=text) if kind == "markdown" else replace(named, text=text)


def decode(data: bytes) -> str:
    """UTF-8 bytes as text. Raises `InputError` for binary data and for other encodings."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise InputError("is UTF-16, not UTF-8; convert it, for example with `iconv -f UTF-16 -t UTF-8`")
    if b"\0" in data:
        raise InputError("is binary (holds NUL bytes); expected a text in UTF-8")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"is not UTF-8 (byte {error.start:,}); convert it, for example with `iconv -t UTF-8`") from None


def printable(name: str) -> str:
    """A file name as valid Unicode: bytes that are no UTF-8 are escaped."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


# ---------------------------------------------------------------- writing


@contextmanager
def _opened(out: Path | None) -> Iterator[IO[str]]:
    """Standard output, or `out`, which appears whole or not at all."""
    if out is None:
        yield sys.stdout
        return
    part = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        with part.open("w", encoding="utf-8", newline="\n") as stream:
            yield stream
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)


def _write(results: Iterator[Scored], face: str, stream: IO[str], classifier: Classifier) -> None:
    if face == "json":
        for scored in results:
            stream.write(to_json(scored.result) + "\n")
            stream.flush()
    elif face == "html":
        from ..report.page import to_page

        if sheets := [_sheet(scored, classifier) for scored in results]:
            stream.write(to_page(sheets))
    else:
        from ..report.terminal import draw, open_console

        console = open_console(stream)
        for scored in results:
            draw(_sheet(scored, classifier), console)


def _sheet(scored: Scored, classifier: Classifier) -> Sheet:
    from ..report.sheet import Submission, make_sheet

    document, result = scored.document, scored.result
    text = document.text if document.text is not None else result.document.text or ""
    name = "standard input" if scored.name == "-" else scored.name
    return make_sheet(result, Submission(name, text, document.title or result.document.title or ""), classifier.policy)
