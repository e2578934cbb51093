"""A file of lines that survives a crash: whole lines in chunks, each chunk on disk before the next.

After a kill the file holds whole lines and perhaps one torn one. `resume` cuts that off, and as one line stands for one
row, their number says where to go on.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType

from ..errors import InputError

_CHUNK_LINES, _CHUNK_BYTES = 64, 1 << 20
_BLOCK = 1 << 20


class LineFile:
    """Appends lines to a file. Use as a context manager: leaving it writes what is left."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path, self._fd = path, descriptor
        self._lines: list[bytes] = []
        self._size = 0
        self._failed = False
        self.written = 0

    @classmethod
    def create(cls, path: Path, *, replace: bool) -> LineFile:
        """A new file. Raises `InputError` where `path` exists and is not to be replaced, `OSError` where it cannot be made."""
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0) | (os.O_TRUNC if replace else os.O_EXCL)
        try:
            return cls(path, os.open(path, flags, 0o666))
        except FileExistsError:
            raise InputError(f"{path}: exists; go on with --resume, replace it with --force, or name another --out") from None

    @classmethod
    def resume(cls, path: Path, seen: Callable[[bytes, int], None]) -> LineFile:
        """Opens `path` behind its last whole line, a torn one cut off; `seen` gets each whole line and its number."""
        file = cls(path, os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o666))
        try:
            end = 0
            for line in _whole_lines(path):
                file.written += 1
                end += len(line)
                seen(line, file.written)
            os.ftruncate(file._fd, end)
            os.lseek(file._fd, end, os.SEEK_SET)
        except BaseException:
            os.close(file._fd)
            raise
        return file

    def add(self, line: bytes) -> None:
        """Takes one line without its end. Raises `OSError` where the disk is full: the file then ends in a whole line."""
        self._lines.append(line)
        self._size += len(line) + 1
        if len(self._lines) >= _CHUNK_LINES or self._size >= _CHUNK_BYTES:
            self.flush()

    def flush(self) -> None:
        """Writes what is held and waits until it is on the disk."""
        lines, self._lines, self._size = self._lines, [], 0
        if not lines:
            return
        data = b"".join(line + b"\n" for line in lines)
        done = 0
        try:
            while done < len(data):
                done += os.write(self._fd, data[done:])
            _to_disk(self._fd)
        except OSError as error:
            self._failed = True
            whole = data.rfind(b"\n", 0, done) + 1
            self.written += data.count(b"\n", 0, whole)
            self._cut_back(done - whole)
            raise OSError(
                error.errno, f"{error.strerror}; the first {self.written:,} rows are written: run again with --resume", str(self.path)
            ) from None
        self.written += len(lines)

    def _cut_back(self, torn: int) -> None:
        if torn:
            try:
                os.ftruncate(self._fd, os.lseek(self._fd, 0, os.SEEK_CUR) - torn)
            except OSError:
                return  # what is no plain file cannot be cut; --resume cuts a torn line too

    def __enter__(self) -> LineFile:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            if not self._failed:
                self.flush()
        finally:
            os.close(self._fd)


def _whole_lines(path: Path) -> Iterator[bytes]:
    with path.open("rb", buffering=_BLOCK) as stream:
        for line in stream:
            if line.endswith(b"\n"):
                yield line


def _to_disk(descriptor: int) -> None:
    try:
        os.fsync(descriptor)
    except OSError as error:
        import errno

        if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # a pipe or a device has nothing to wait for
            raise
