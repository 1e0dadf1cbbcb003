"""Calls to strangers lead nowhere private, end in time, and bring back no more than was asked."""

import asyncio
import errno
import time
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from federation.answers import Answer, require_success
from federation.errors import (
    AddressRefused,
    FederationError,
    Gone,
    Malformed,
    PeerAskedToWait,
    PeerUnavailable,
    Rejected,
)
from federation.transport import open_client
from fedparents.jobs import GiveUp, TryLater
from fedparents.settings import Settings
from tests.federation.strangers import never_ends, says, stranger, writes
from tests.web.mail.certificates import certificate_for


def town(**changes) -> Settings:
    """A town in development that may call the second address of loopback and no other."""
    given = {"domain": "localhost:8000", "allowed_private_networks": "127.0.0.2/32"}
    return Settings.model_validate(given | changes)


def production(**changes) -> Settings:
    return town(domain="parents-issy.fr", allowed_private_networks="", **changes)


@pytest.fixture
async def open_town():
    """Makes clients that are closed after the test."""
    clients = []

    async def make(settings=None, look_up=None):
        clients.append(open_client(settings or town(), look_up=look_up))
        return clients[-1]

    yield make
    for client in clients:
        await client.close()


class NameServer:
    """Answers from a table and remembers what it was asked."""

    def __init__(self, hosts):
        self.hosts = hosts
        self.asked = []

    async def __call__(self, host, _port):
        self.asked.append(host)
        if host not in self.hosts:
            raise OSError(errno.ENOENT, "no such name")
        return self.hosts[host]


def knows(**hosts):
    return NameServer(hosts)


REFUSED = [
    "http://meudon.fr/",
    "https://meudon.fr:8443/",
    "https://ana:secret@meudon.fr/",
    "https://localhost/",
    "https://meudon/",
    "https://meudon.local/",
    "https://127.0.0.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0177.0.0.1/",
    "https://127.1/",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://169.254.169.254/latest/meta-data",
    "ftp://meudon.fr/",
    "file:///etc/passwd",
    "unix:///run/postgres",
    "//meudon.fr/",
    "https://",
    "https:///path",
    "meudon.fr",
    "",
    "https://meu don.fr/",
    "https://meudon.fr\x00/",
    "https://[::1/",
    "https://meudon.fr:99999999/",
    f"https://{'a' * 300}.fr/",
]


@pytest.mark.parametrize("url", REFUSED)
async def test_what_is_no_town_is_not_even_looked_up(open_town, url):
    name_server = knows()
    client = await open_town(production(), name_server)
    with pytest.raises(AddressRefused):
        await client.get(url)
    assert not name_server.asked


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "::1", "::ffff:127.0.0.1", "fd00::1"])
async def test_a_public_name_for_a_private_address_is_refused(open_town, address):
    client = await open_town(production(), knows(**{"meudon.fr": [address]}))
    with pytest.raises(AddressRefused, match="may not be called"):
        await client.get("https://meudon.fr/")


async def test_allowed_networks_do_not_lower_the_bar_in_production(open_town):
    settings = town(domain="parents-issy.fr", allowed_private_networks="127.0.0.0/8")
    client = await open_town(settings)
    with pytest.raises(AddressRefused, match="only https"):
        await client.get("http://127.0.0.1:8000/")


async def test_an_allowed_network_may_be_called_in_development(open_town):
    client = await open_town()
    async with stranger("127.0.0.2") as meudon:
        meudon.replies["/"] = says(b"bonjour", Content_Type="text/plain")
        answer = await client.get(f"{meudon.url}/")
    assert (answer.status, answer.body) == (200, b"bonjour")
    assert answer.headers["content-type"] == "text/plain"
    assert answer.url == f"{meudon.url}/"


async def test_an_address_beside_the_allowed_network_gets_no_connection(open_town):
    client = await open_town()
    async with stranger("127.0.0.3") as neighbour:
        with pytest.raises(AddressRefused, match=r"127\.0\.0\.3 may not be called"):
            await client.get(f"{neighbour.url}/")
    assert not neighbour.heads


async def test_only_the_addresses_that_may_be_called_are_tried(open_town):
    async with stranger("127.0.0.2") as meudon:
        meudon.replies["/"] = says()
        name_server = knows(**{"meudon.fr": ["127.0.0.3", "10.0.0.1", "127.0.0.2"]})
        client = await open_town(look_up=name_server)
        answer = await client.get(f"http://meudon.fr:{meudon.port}/")
    assert answer.status == 200
    assert f"host: meudon.fr:{meudon.port}" in meudon.heads[0].lower()


async def test_a_name_that_changes_its_mind_is_refused_when_it_is_called(open_town):
    """Whatever was looked up before: the address counts that a connection is made to."""
    answers = [["127.0.0.2"], ["127.0.0.3"]]

    async def fickle(_host, _port):
        return answers.pop(0)

    async with stranger("127.0.0.2") as meudon, stranger("127.0.0.3", port=meudon.port) as inner:
        meudon.replies["/"] = inner.replies["/"] = says(Connection="close")
        client = await open_town(look_up=fickle)
        await client.get(f"http://meudon.fr:{meudon.port}/", headers={"Connection": "close"})
        second = await open_town(look_up=fickle)
        with pytest.raises(AddressRefused):
            await second.get(f"http://meudon.fr:{meudon.port}/")
    assert not inner.heads


async def test_redirects_are_followed_three_times(open_town):
    client = await open_town()
    async with stranger("127.0.0.2") as meudon:
        for step in range(5):
            meudon.replies[f"/{step}"] = says(status="302 Found", Location=f"/{step + 1}")
        meudon.replies["/5"] = says(b"there")
        answer = await client.get(f"{meudon.url}/2")
        assert (answer.body, answer.url) == (b"there", f"{meudon.url}/5")
        with pytest.raises(Malformed, match="more than 3 redirects"):
            await client.get(f"{meudon.url}/1")
    assert meudon.paths[-4:] == ["/1", "/2", "/3", "/4"]


@pytest.mark.parametrize(
    "where", ["http://127.0.0.3:{}/", "http://localhost:{}/", "file:///etc/passwd", "http://[::1]/"]
)
async def test_a_redirect_leads_nowhere_private(open_town, where):
    client = await open_town()
    async with stranger("127.0.0.2") as meudon, stranger("127.0.0.3") as inner:
        meudon.replies["/"] = says(status="301 Moved", Location=where.format(inner.port))
        with pytest.raises(AddressRefused):
            await client.get(f"{meudon.url}/")
    assert not inner.heads


async def test_a_redirect_takes_no_secret_along(open_town):
    client = await open_town(town(allowed_private_networks="127.0.0.0/8"))
    secrets = {"Authorization": "Bearer x", "Signature": "y", "Accept": "application/ld+json"}
    async with stranger("127.0.0.2") as meudon, stranger("127.0.0.3") as other:
        meudon.replies["/"] = says(status="302 Found", Location=f"{other.url}/")
        other.replies["/"] = says()
        await client.get(f"{meudon.url}/", headers=secrets)
    assert "Bearer x" in meudon.heads[0]
    assert "Bearer" not in other.heads[0]
    assert "Signature" not in other.heads[0]
    assert "application/ld+json" in other.heads[0]


async def test_what_is_sent_is_not_sent_again_elsewhere(open_town):
    client = await open_town()
    async with stranger("127.0.0.2") as meudon:
        meudon.replies["/inbox"] = says(status="307 Temporary Redirect", Location="/other")
        answer = await client.post(f"{meudon.url}/inbox", b'{"a": 1}', headers={"X-One": "1"})
    assert answer.status == 307
    assert meudon.paths == ["/inbox"]
    assert meudon.heads[0].startswith("POST /inbox HTTP/1.1")


@pytest.mark.parametrize(
    "reply",
    [
        says(b"x" * 2000),
        says(b"x" * 10, Content_Encoding="br"),
        never_ends(b"x" * 500),
        never_ends(b"x", pause=0.05),
    ],
    ids=["long", "compressed", "endless", "dripping"],
)
async def test_where_the_status_is_enough_nothing_else_is_waited_for(open_town, reply):
    client = await open_town()
    async with stranger("127.0.0.2") as meudon:
        meudon.replies["/inbox"] = reply
        begun = time.monotonic()
        answer = await client.post(
            f"{meudon.url}/inbox", b"{}", headers={}, at_most=1000, seconds=120, reads_body=False
        )
    assert (answer.status, answer.body) == (200, b"")
    assert time.monotonic() - begun < 60


@pytest.mark.parametrize(
    "reply", [says(b"x" * 2000), never_ends(b"x" * 500)], ids=["announced", "endless"]
)
async def test_no_more_is_read_than_was_asked_for(open_town, reply):
    client = await open_town()
    async with stranger("127.0.0.2") as meudon:
        meudon.replies["/"] = reply
        with pytest.raises(Malformed, match="larger than 1000 bytes"):
            await client.get(f"{meudon.url}/", at_most=1000)


async def test_an_answer_of_the_largest_size_is_read(open_town):
    client = await open_town()
    async with stranger("127.0.0.2") as meudon:
        meudon.replies["/"] = says(b"x" * 1000)
        assert len((await client.get(f"{meudon.url}/", at_most=1000)).body) == 1000


async def test_an_answer_that_drips_is_not_waited_for(open_town):
    client = await open_town()
    async with stranger("127.0.0.2") as meudon:
        meudon.replies["/"] = never_ends(b"x", pause=0.05)
        begun = time.monotonic()
        with pytest.raises(PeerUnavailable, match=r"within 0\.3 seconds"):
            await client.get(f"{meudon.url}/", seconds=0.3)
    assert time.monotonic() - begun < 60


async def test_the_time_is_for_all_redirects_together(open_town):
    client = await open_town()

    async def slow(writer):
        await asyncio.sleep(0.2)
        await says(status="302 Found", Location="/")(writer)

    async with stranger("127.0.0.2") as meudon:
        meudon.replies["/"] = slow
        with pytest.raises(PeerUnavailable):
            await client.get(f"{meudon.url}/", seconds=0.3)


async def test_nothing_compressed_is_asked_for_or_taken(open_town):
    client = await open_town()
    async with stranger("127.0.0.2") as meudon:
        meudon.replies["/"] = says(b"\x1f\x8b", Content_Encoding="gzip")
        with pytest.raises(Malformed, match="compressed"):
            await client.get(f"{meudon.url}/")
    assert "accept-encoding: identity" in meudon.heads[0].lower()


async def test_a_request_says_who_asks(open_town):
    client = await open_town()
    async with stranger("127.0.0.2") as meudon:
        meudon.replies["/a?b=%2F&c=d%20e"] = says()
        await client.get(f"{meudon.url}/a?b=%2F&c=d%20e")
    head = meudon.heads[0].lower()
    assert "user-agent: fedparents/" in head
    assert "(+http://localhost:8000/)" in head
    assert "cookie" not in head


@pytest.mark.parametrize("garbage", [b"SSH-2.0-OpenSSH\r\n", b"HTTP/1.1 999999 what\r\n\r\n", b""])
async def test_garbage_is_a_stranger_that_is_unavailable(open_town, garbage):
    client = await open_town()

    async def reply(writer):
        await writes(garbage)(writer)
        writer.close()

    async with stranger("127.0.0.2") as meudon:
        meudon.replies["/"] = reply
        with pytest.raises(PeerUnavailable):
            await client.get(f"{meudon.url}/", seconds=5)


async def test_nobody_at_home_is_unavailable(open_town):
    client = await open_town(look_up=knows())
    with pytest.raises(PeerUnavailable):
        await client.get("http://127.0.0.2:9/")
    with pytest.raises(PeerUnavailable):
        await client.get("http://nowhere.fr:80/")


async def test_only_certificates_of_known_authorities_are_trusted(open_town, tmp_path):
    context, authority = certificate_for("127.0.0.2", tmp_path)
    trusting, doubting = await open_town(town(ca_file=authority)), await open_town()
    async with stranger("127.0.0.2", tls=context) as meudon:
        meudon.replies["/"] = says(b"safe")
        url = f"https://127.0.0.2:{meudon.port}/"
        assert (await trusting.get(url)).body == b"safe"
        with pytest.raises(PeerUnavailable, match="certificate"):
            await doubting.get(url)


async def test_a_certificate_for_another_name_is_not_trusted(open_town, tmp_path):
    context, authority = certificate_for("rumilly.fr", tmp_path)
    name_server = knows(**{"meudon.fr": ["127.0.0.2"], "rumilly.fr": ["127.0.0.2"]})
    client = await open_town(town(ca_file=authority), name_server)
    async with stranger("127.0.0.2", tls=context) as there:
        there.replies["/"] = says()
        assert (await client.get(f"https://rumilly.fr:{there.port}/")).status == 200
        with pytest.raises(PeerUnavailable, match="certificate"):
            await client.get(f"https://meudon.fr:{there.port}/")


async def test_in_production_a_town_is_called_over_tls_at_its_name(open_town, tmp_path):
    context, authority = certificate_for("meudon.fr", tmp_path)
    settings = town(
        domain="parents-issy.fr", ca_file=authority, allowed_private_networks="127.0.0.0/8"
    )
    client = await open_town(settings, knows(**{"meudon.fr": ["127.0.0.44"]}))
    try:
        async with stranger("127.0.0.44", port=443, tls=context) as meudon:
            meudon.replies["/"] = says(b"bonjour")
            meudon.replies["/down"] = says(status="302 Found", Location="http://meudon.fr/")
            assert (await client.get("https://meudon.fr/")).body == b"bonjour"
            assert (await client.get("https://MEUDON.fr:443/")).body == b"bonjour"
            with pytest.raises(AddressRefused, match="only https"):
                await client.get("https://meudon.fr/down")
    except PermissionError:
        pytest.skip("this user may not listen on port 443")


@given(st.text(max_size=60) | st.from_regex(r"https?://[^\s]{0,30}", fullmatch=True))
@hypothesis_settings(max_examples=80)
async def test_no_url_whatever_breaks_the_client(url):
    client = open_client(production(), look_up=knows())
    try:
        with pytest.raises(FederationError):
            await client.get(url)
    finally:
        await client.close()


@pytest.mark.parametrize(
    ("status", "headers", "error", "wait"),
    [
        (302, {}, Rejected, None),
        (400, {}, Rejected, None),
        (401, {}, Rejected, None),
        (404, {}, Rejected, None),
        (410, {}, Gone, None),
        (429, {"retry-after": "90"}, PeerAskedToWait, timedelta(seconds=90)),
        (429, {}, PeerAskedToWait, timedelta(minutes=1)),
        (503, {"retry-after": "99999999999"}, PeerAskedToWait, timedelta(days=1)),
        (503, {"retry-after": "9" * 5000}, PeerAskedToWait, timedelta(days=1)),
        (503, {"retry-after": "soon"}, PeerAskedToWait, timedelta(minutes=1)),
        (500, {}, PeerUnavailable, timedelta(minutes=1)),
        (503, {}, PeerUnavailable, timedelta(minutes=1)),
    ],
)
def test_a_status_says_whether_to_come_back(status, headers, error, wait):
    with pytest.raises(error) as raised:
        require_success(Answer("https://meudon.fr/", status, headers, b""))
    assert getattr(raised.value, "after", None) == wait
    assert isinstance(raised.value, GiveUp if wait is None else TryLater)


@pytest.mark.parametrize("status", [200, 202, 204])
def test_success_is_handed_on(status):
    answer = Answer("https://meudon.fr/", status, {}, b"")
    assert require_success(answer) is answer
