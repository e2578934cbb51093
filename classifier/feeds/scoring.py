"""Items to output lines, in order, in this process or in several: the same bytes either way."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from ..classifier import Classifier
from ..errors import CaveatError
from .items import Item, RowError

_ROWS_A_TASK = 16
_TASKS_AHEAD = 3  # a worker; bounds what is held in memory


@dataclass(frozen=True, slots=True)
class Line:
    """One output line without its end, and what the summary counts: the band of each policy, or an error."""

    data: bytes
    bands: tuple[tuple[str, str], ...]
    failed: bool


def line_of(classifier: Classifier, item: Item) -> Line:
    """The output line for one item. Whatever goes wrong with a row is its error row, and the others go on."""
    error = item.error
    if item.document is not None:
        try:
            result = classifier.score_document(item.document)
            return Line(encode(result.to_dict()), tuple((name, s.band) for name, s in result.scores.items()), False)
        except CaveatError as problem:
            error = RowError.of(problem, item.where)
        except Exception as problem:  # a fault of ours with one text must not cost the other rows
            error = RowError("internal", f"{item.where}: {type(problem).__name__} while scoring; please report it")
    assert error is not None
    return Line(encode({"id": item.id, "row": item.row, "error": error.to_dict()}), (), True)


def encode(value: dict[str, Any]) -> bytes:
    """Compact JSON in UTF-8, without a line end."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def lines_of(classifier: Classifier, items: Iterable[Item]) -> Iterator[Line]:
    """Lines in order, scored in this process."""
    return (line_of(classifier, item) for item in items)


def lines_by_workers(items: Iterable[Item], workers: int, model: Path, policy: Path | None) -> Iterator[Line]:
    """Lines in order, scored by `workers` processes that each load `model` and `policy`. A bounded number of rows is under
    way at a time. Raises `OSError` where a worker dies."""
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, context, _start_worker, (model, policy))
    ahead: deque[Future[list[Line]]] = deque()
    source = iter(items)
    try:
        while True:
            while len(ahead) < workers * _TASKS_AHEAD and (batch := list(islice(source, _ROWS_A_TASK))):
                ahead.append(pool.submit(_work, batch))
            if not ahead:
                return
            yield from ahead.popleft().result()
    except BrokenProcessPool:
        raise OSError("a worker process died (out of memory?); run again with --resume, perhaps with fewer --workers") from None
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


_worker: Classifier | None = None


def _start_worker(model: Path, policy: Path | None) -> None:
    global _worker
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends the pool
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _worker = Classifier.load(model, policy)


def _end_with_parent() -> None:
    """A parent that is killed cannot end its workers, and they would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _work(items: list[Item]) -> list[Line]:
    assert _worker is not None
    return [line_of(_worker, item) for item in items]
