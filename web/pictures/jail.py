"""Seccomp: from here on the kernel carries out nothing for this process but what drawing needs.

A list of what is allowed, not of what is forbidden: reading what is open, writing the answer,
memory, and ending. On machines other than the two named below the limits of the program remain.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import sys
from collections.abc import Mapping, Sequence
from typing import Final

_SET_NO_NEW_PRIVILEGES: Final = 38
_SET_SECCOMP: Final = 22
_FILTER: Final = 2

_LOAD: Final = 0x20  # BPF: load a word
_EQUALS: Final = 0x15  # BPF: compare, and jump
_RETURN: Final = 0x06  # BPF: the verdict
_NUMBER_AT, _MACHINE_AT = 0, 4
_ALLOW: Final = 0x7FFF0000
_REFUSE: Final = 0x00050000 | errno.EPERM

# read write close fstat lseek mmap mprotect
# munmap brk rt_sigaction rt_sigprocmask rt_sigreturn mremap madvise
# sched_yield futex clock_gettime getrandom sigaltstack exit exit_group
_CALLS: Final[Mapping[str, tuple[int, Sequence[int]]]] = {
    "x86_64": (
        0xC000003E,
        [
            *(0, 1, 3, 5, 8, 9, 10),
            *(11, 12, 13, 14, 15, 25, 28),
            *(24, 202, 228, 318, 131, 60, 231),
        ],
    ),
    "aarch64": (
        0xC00000B7,
        [
            *(63, 64, 57, 80, 62, 222, 226),
            *(215, 214, 134, 135, 139, 216, 233),
            *(124, 98, 113, 278, 132, 93, 94),
        ],
    ),
}
"""By machine: its mark, and the numbers of the calls above in their order."""


class _Step(ctypes.Structure):
    _fields_ = (
        ("code", ctypes.c_ushort),
        ("if_true", ctypes.c_ubyte),
        ("if_false", ctypes.c_ubyte),
        ("value", ctypes.c_uint),
    )


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.POINTER(_Step)))


def lock_up() -> bool:
    """Whether the kernel has done it; it cannot be undone."""
    known = _CALLS.get(platform.machine())
    if sys.platform != "linux" or known is None:
        return False
    steps = _steps(*known)
    program = _Program(len(steps), (_Step * len(steps))(*steps))
    control = ctypes.CDLL(None).prctl
    control.argtypes = (ctypes.c_int, *(ctypes.c_ulong,) * 4)
    if control(_SET_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        return False
    return bool(control(_SET_SECCOMP, _FILTER, ctypes.addressof(program), 0, 0) == 0)


def _steps(machine: int, calls: Sequence[int]) -> list[_Step]:
    """Refuse calls in another machine's way; look for the number; refuse what is not in the list.

    A jump counts the steps that it leaves out: to the verdict "allow", which stands last.
    """
    compared = [_Step(_EQUALS, len(calls) - number, 0, call) for number, call in enumerate(calls)]
    return [
        _Step(_LOAD, 0, 0, _MACHINE_AT),
        _Step(_EQUALS, 1, 0, machine),
        _Step(_RETURN, 0, 0, _REFUSE),
        _Step(_LOAD, 0, 0, _NUMBER_AT),
        *compared,
        _Step(_RETURN, 0, 0, _REFUSE),
        _Step(_RETURN, 0, 0, _ALLOW),
    ]
