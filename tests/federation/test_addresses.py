"""Only public addresses are public, in whatever form they are written."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation.addresses import embedded, is_inside, is_public, is_public_name, parse_address

PRIVATE = """
    0.0.0.0 10.0.0.1 100.64.0.1 127.0.0.1 127.255.255.254 169.254.169.254 172.16.0.1 172.31.255.255
    192.0.0.1 192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1
    224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255
    :: ::1 ::127.0.0.1 ::ffff:0:0 ::ffff:10.0.0.1 ::ffff:127.0.0.1 ::ffff:169.254.169.254
    64:ff9b::7f00:1 64:ff9b::a00:1 64:ff9b:1::1 100::1 2001::1 2001:db8::1 2001:0:7f00:1::
    2002:7f00:1:: 2002:a00:1::1 2002:c0a8:101::1 3fff::1 4000::1 fc00::1 fd12:3456::1 fe80::1
    fe80::1%eth0 fec0::1 ff02::1
""".split()  # noqa: SIM905 - addresses are easier to read one after the other
PUBLIC = """
    1.1.1.1 93.184.216.34 172.32.0.1 192.0.1.1 100.128.0.1
    2606:4700::1111 2a01:e0a::1 ::ffff:93.184.216.34 64:ff9b::5db8:d822 2002:5db8:d822::1
""".split()  # noqa: SIM905 - as above


@pytest.mark.parametrize("text", PRIVATE)
def test_private_addresses_are_private(text):
    address = parse_address(text)
    assert address is not None
    assert not is_public(address)


@pytest.mark.parametrize("text", PUBLIC)
def test_public_addresses_are_public(text):
    assert is_public(ip_address(text))


@given(st.sampled_from([ip_address(text) for text in PRIVATE if ":" not in text]))
def test_no_form_makes_a_private_address_public(inner):
    number = int(inner)
    forms = [
        (0xFFFF << 32) | number,  # ::ffff:a.b.c.d
        (0x64FF9B << 96) | number,  # 64:ff9b::a.b.c.d
        (0x2002 << 112) | (number << 80) | 1,  # 2002:aabb:ccdd::1
        number,  # ::a.b.c.d
    ]
    assert not any(is_public(IPv6Address(form)) for form in forms)


@given(st.ip_addresses(v=4))
def test_an_address_in_another_form_is_judged_like_itself(inner: IPv4Address):
    mapped = IPv6Address((0xFFFF << 32) | int(inner))
    assert embedded(mapped) == inner
    assert is_public(mapped) == is_public(inner)
    assert is_inside(mapped, [ip_network("127.0.0.0/8")]) == inner.is_loopback


@pytest.mark.parametrize(
    "text", ["", "localhost", "2130706433", "0x7f000001", "127.1", "1.2.3.4.5"]
)
def test_what_is_no_address_is_none(text):
    assert parse_address(text) is None


@pytest.mark.parametrize("host", ["meudon.fr", "a.b.c.org", "xn--mudon-bsa.fr", "meudon.fr."])
def test_names_of_towns(host):
    assert is_public_name(host)


@pytest.mark.parametrize(
    "host",
    """localhost meudon meudon.local a.localhost intra.internal x.onion a.test b.invalid
    1.0.0.127.in-addr.arpa home.arpa 127.0.0.1 127.1 2130706433 0x7f000001 a.0x7f meudon..fr .fr
    meudon.fr..""".split(),  # noqa: SIM905 - as above
)
def test_names_of_no_town(host):
    assert not is_public_name(host)
