"""The witnesses lastack is held against: what ss and lsof say of one namespace."""

import collections
import ipaddress
import re
from typing import NamedTuple

from support import Row, canonical

SS_STATES = {
    "ESTAB": "ESTABLISHED", "SYN-SENT": "SYN_SENT", "SYN-RECV": "SYN_RECEIVED",
    "FIN-WAIT-1": "FIN_WAIT_1", "FIN-WAIT-2": "FIN_WAIT_2", "TIME-WAIT": "TIME_WAIT",
    "CLOSE-WAIT": "CLOSE_WAIT", "LAST-ACK": "LAST_ACK", "LISTEN": "LISTEN", "CLOSING": "CLOSING",
    "UNCONN": "UNCONN", "BOUND-INACTIVE": "BOUND_INACTIVE",
}
LSOF_STATES = {"FIN_WAIT1": "FIN_WAIT_1", "FIN_WAIT2": "FIN_WAIT_2", "SYN_RECV": "SYN_RECEIVED"}
_OWNER = re.compile(r'",pid=(\d+),fd=(\d+)\)')
_INODE = re.compile(r" ino:(\d+)")


class SsRow(NamedTuple):
    row: Row
    inode: int
    owners: frozenset


class LsofRow(NamedTuple):
    pid: int
    fd: int
    row: Row


def ss_rows(ns):
    """Counter of SsRow: `ss -tuanpe` inside the namespace."""
    output = ns.run("ss", "-Htuanpe", "-O").stdout
    return collections.Counter(_ss_row(line) for line in output.splitlines())


def _ss_row(line):
    proto, state, _, _, local, remote, *rest = line.split(None, 6)
    # Without an owner or an inode only a blank is left; "ino:0" is not printed.
    extras = " " + (rest[0] if rest else "")
    inode = _INODE.search(extras)
    row = Row(proto, _ss_end(local), _ss_end(remote), ss_state(proto, state))
    return SsRow(row, int(inode[1]) if inode else 0,
                 frozenset((int(pid), int(fd)) for pid, fd in _OWNER.findall(extras)))


def ss_state(proto, state):
    # A TCP socket without a connection is CLOSED for ss of old and BOUND_INACTIVE for the kernel.
    return "BOUND_INACTIVE" if (proto, state) == ("tcp", "UNCONN") else SS_STATES[state]


def _ss_end(text):
    address, _, port = text.rpartition(":")
    # ss writes a listener for both families as "*".
    address = "::" if address == "*" else canonical(address.replace("[", "").replace("]", ""))
    return address, 0 if port == "*" else int(port)


def lsof_rows(ns):
    """Counter of LsofRow: every open IP socket of the namespace, a row for each descriptor.

    lsof does not tell 0.0.0.0 from :: nor a mapped address from its IPv4 one: compare with
    as_lsof_sees(). UDP sockets have no state in it ("").
    """
    # Without -i matches lsof ends with status 1, so the status tells nothing.
    output = ns.run("lsof", "-nPwi", "-F", "pfPnT", check=False).stdout
    rows = collections.Counter()
    pid = fields = None
    for line in [*output.splitlines(), "f"]:
        kind, value = line[0], line[1:]
        if kind in "pf" and fields:
            rows[_lsof_row(pid, fields)] += 1
            fields = None
        if kind == "p":
            pid = int(value)
        elif kind == "f":
            fields = {"f": value}
        elif kind == "T" and value.startswith("ST="):
            fields["state"] = value[3:]
        elif kind != "T":
            fields[kind] = value
    return rows


def _lsof_row(pid, fields):
    local, _, remote = fields["n"].partition("->")
    state = fields.get("state", "")
    row = Row(fields["P"].lower(), _lsof_end(local), _lsof_end(remote or "*:*"),
              LSOF_STATES.get(state, state))
    return LsofRow(pid, int(fields["f"]), row)


def _lsof_end(text):
    address, _, port = text.rpartition(":")
    port = 0 if port == "*" else int(port)
    return ("*" if address == "*" else _plain(address.strip("[]"))), port


def as_lsof_sees(row):
    local, remote = ((_plain(address), port) for address, port in (row.local, row.remote))
    return Row(row.proto, local, remote, row.state if row.proto == "tcp" else "")


def _plain(text):
    address = ipaddress.ip_address(text.split("%")[0])
    mapped = getattr(address, "ipv4_mapped", None)
    if mapped:
        address = mapped
    return "*" if address.is_unspecified else str(address)
