"""Whose request it is: the connection's, unless proxies that we trust say otherwise."""

from ipaddress import IPv4Address, IPv6Address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.security.addresses import client_address, neighbourhood, parse_address

PROXIES = (ip_network("10.0.0.0/8"), ip_network("::1/128"))
ADDRESSES = st.ip_addresses()


@pytest.mark.parametrize(
    ("peer", "forwarded", "found"),
    [
        ("198.51.100.7", "", "198.51.100.7"),
        ("198.51.100.7", "203.0.113.9", "198.51.100.7"),
        ("10.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "1.1.1.1, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        ("10.0.0.1", "203.0.113.9:51234", "203.0.113.9"),
        ("::1", "[2001:db8::7]:443", "2001:db8::7"),
        ("::1", "2001:db8::7", "2001:db8::7"),
        ("::ffff:10.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "unknown", "10.0.0.1"),
        ("10.0.0.1", "203.0.113.9, _hidden", "10.0.0.1"),
        ("10.0.0.1", " , ,", "10.0.0.1"),
        (None, "203.0.113.9", "203.0.113.9"),
        (None, "", "0.0.0.0"),  # noqa: S104 - nobody, not everybody
        ("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
    ],
)
def test_the_first_address_that_nobody_vouches_for_counts(peer, forwarded, found):
    assert str(client_address(peer, forwarded, PROXIES)) == found


@given(peer=ADDRESSES, made_up=st.lists(ADDRESSES, max_size=30))
def test_whoever_connects_directly_cannot_pretend(peer, made_up):
    claimed = ", ".join(map(str, made_up))
    found = client_address(str(peer), claimed, ())
    assert found == parse_address(str(peer))


@given(made_up=st.lists(ADDRESSES, max_size=30), real=ADDRESSES)
def test_what_stands_left_of_a_stranger_is_ignored(made_up, real):
    if any(real.version == net.version and real in net for net in PROXIES):
        return
    claimed = ", ".join(map(str, [*made_up, real]))
    assert client_address("10.0.0.1", claimed, PROXIES) == parse_address(str(real))


@given(st.text(max_size=200))
def test_any_header_gives_an_address(header):
    assert client_address("10.0.0.1", header, PROXIES) is not None


@given(st.text(max_size=60))
def test_nothing_is_an_address_by_accident(text):
    found = parse_address(text)
    assert found is None or isinstance(found, IPv4Address | IPv6Address)


def test_a_household_shares_one_limit():
    one, other = IPv6Address("2001:db8:1:2::1"), IPv6Address("2001:db8:1:2:ffff::9")
    elsewhere = IPv6Address("2001:db8:1:3::1")
    assert neighbourhood(one) == neighbourhood(other) == "2001:db8:1:2::/64"
    assert neighbourhood(elsewhere) != neighbourhood(one)
    assert neighbourhood(IPv4Address("203.0.113.9")) == "203.0.113.9"
