"""The process that draws can do nothing else, and whatever happens to it stays with it."""

import asyncio
import os
import subprocess
import sys

import pytest

from fedparents.errors import Unavailable
from tests.rig import photos
from web.pictures.headers import Refusal, Refused
from web.pictures.orders import PHOTO
from web.pictures.process import Drawings, _picture_of


async def refusal_of(drawings, data):
    with pytest.raises(Refused) as refused:
        await drawings.draw(data, PHOTO)
    return refused.value.why


def after_giving_up(code, *, seconds=300):
    """Run code where a crafted picture would run it. Its processor time is what the kernel counts:
    on a busy machine that lasts."""
    program = f"from web.pictures.program import give_up_rights\ngive_up_rights()\n{code}"
    return subprocess.run(
        [sys.executable, "-I", "-c", "import os, socket, subprocess, _thread\n" + program],
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )


async def test_a_photo_of_twelve_megapixels():
    picture = await Drawings().draw(photos.a_file(photos.scene(4000, 3000)), PHOTO)
    assert (picture.full.width, picture.full.height) == (1600, 1200)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (photos.SVG, Refusal.WRONG_KIND),
        (photos.HEIC, Refusal.HEIC),
        (photos.claims_to_be(9000, 9000), Refusal.TOO_MANY_PIXELS),
        (photos.claims_to_be(900, 900), Refusal.DAMAGED),
        (photos.text_bomb(), Refusal.DAMAGED),
        (photos.a_file()[:-2000], Refusal.DAMAGED),
    ],
    ids=["svg", "heic", "50 megapixels", "empty", "a comment of 200 MB", "cut short"],
)
async def test_a_refusal_comes_back_with_its_reason(data, why):
    assert await refusal_of(Drawings(), data) == why


async def test_forty_megapixels_of_a_few_kilobytes_are_drawn():
    data = photos.bomb(6300)
    assert len(data) < 200_000
    picture = await Drawings().draw(data, PHOTO)
    assert (picture.full.width, picture.full.height) == (1600, 1600)


async def test_what_takes_too_long_is_ended():
    assert await refusal_of(Drawings(seconds=0.02), photos.a_file()) == Refusal.TOO_HARD
    assert not running_programs()


async def test_who_waits_too_long_is_told():
    drawings = Drawings(at_once=1, patience=0.05)
    large = photos.a_file(photos.scene(4000, 3000))
    first = asyncio.create_task(drawings.draw(large, PHOTO))
    await asyncio.sleep(0.01)
    with pytest.raises(Unavailable) as busy:
        await drawings.draw(photos.a_file(), PHOTO)
    assert busy.value.code == "photos_busy"
    assert (await first).full.width == 1600
    assert (await drawings.draw(photos.a_file(), PHOTO)).full.width == 640


async def test_whoever_goes_away_leaves_no_process_behind():
    drawing = asyncio.create_task(Drawings().draw(photos.a_file(photos.scene(4000, 3000)), PHOTO))
    async with asyncio.timeout(30):
        while not running_programs():  # noqa: ASYNC110 - another process, which tells nobody
            await asyncio.sleep(0.002)
    drawing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await drawing
    assert not running_programs()


async def test_several_at_once_and_the_loop_goes_on():
    drawings = Drawings()
    data = photos.a_file(photos.scene(4000, 3000))
    working = [asyncio.create_task(drawings.draw(data, PHOTO)) for _ in range(3)]
    beats = 0
    while not all(task.done() for task in working):
        await asyncio.sleep(0.005)
        beats += 1
    assert beats > 10
    assert {task.result().full.width for task in working} == {1600}


@pytest.mark.parametrize(
    ("code", "complaint"),
    [
        ("open('/etc/passwd')", "PermissionError"),
        ("open('/tmp/written', 'w')", "PermissionError"),
        ("os.listdir('/')", "PermissionError"),
        ("socket.socket()", "PermissionError"),
        ("os.close(0); socket.socket()", "PermissionError"),
        ("os.close(0); os.open('/etc/passwd', 0)", "PermissionError"),
        ("os.fork()", "PermissionError"),
        ("os.execv('/bin/true', ['true'])", "PermissionError"),
        ("os.kill(os.getppid(), 9)", "PermissionError"),
        ("_thread.start_new_thread(print, ())", "can't start new thread"),
        ("bytearray(2_000_000_000)", "MemoryError"),
    ],
)
def test_a_process_taken_over_can_do_nothing(code, complaint):
    ended = after_giving_up(code)
    assert ended.returncode == 1
    assert complaint in ended.stderr


@pytest.mark.long
def test_a_process_that_never_ends_is_ended_by_the_kernel():
    # SIGXCPU, or SIGKILL where a kernel looks at the harder limit first.
    assert after_giving_up("while True: pass").returncode in {-24, -9}


@pytest.mark.parametrize(
    ("status", "answer", "why"),
    [
        (-9, b"", Refusal.TOO_HARD),
        (-11, b"", Refusal.TOO_HARD),
        (-24, b"", Refusal.TOO_HARD),
        (1, b"", Refusal.DAMAGED),
        (0, b"", Refusal.DAMAGED),
        (0, b"{}\n", Refusal.DAMAGED),
        (
            0,
            b'{"mime": "text/html", "sizes": [[1, 1, 1], [1, 1, 1]], "blurhash": ""}\nab',
            Refusal.DAMAGED,
        ),
        (3, b"nonsense", Refusal.DAMAGED),
        (3, b"\xff", Refusal.DAMAGED),
        (3, b"photo_heic", Refusal.HEIC),
    ],
)
def test_whatever_a_process_says_is_looked_at(status, answer, why):
    with pytest.raises(Refused) as refused:
        _picture_of(status, answer, b"Traceback\nValueError: nothing")
    assert refused.value.why == why


def running_programs():
    ours = ["ps", "-o", "args", "--ppid", str(os.getpid())]
    listed = subprocess.run(ours, capture_output=True, text=True, check=False)
    return [line for line in listed.stdout.splitlines() if "web.pictures.program" in line]


def test_the_server_itself_never_loads_what_decodes():
    code = "import sys, web.app, web.serving; sys.exit('PIL' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
