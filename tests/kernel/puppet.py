"""A TCP peer made of hand-written segments behind a TUN device.

It answers only what a test tells it to, so the kernel's side of a connection stays in whatever
state the test wants: SYN_SENT, SYN_RECEIVED, FIN_WAIT_1, CLOSING, LAST_ACK.
"""

import fcntl
import os
import select
import socket
import struct
import time
from typing import NamedTuple

from support import DEADLINE_S

KERNEL, PUPPET = "10.77.0.1", "10.77.0.2"  # the two ends of the TUN link
FIN, SYN, RST, ACK = 0x01, 0x02, 0x04, 0x10
_FLAGS = FIN | SYN | RST | ACK
_TUNSETIFF, _IFF_TUN, _IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
_SEQUENCE = 1_000_000


class Segment(NamedTuple):
    source: int
    destination: int
    seq: int
    ack: int
    flags: int


class Puppet:
    def __init__(self, ns):
        with ns.entered():
            self._fd = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        request = struct.pack("16sH22x", b"puppet", _IFF_TUN | _IFF_NO_PI)
        fcntl.ioctl(self._fd, _TUNSETIFF, request)
        ns.run("ip", "address", "add", f"{KERNEL}/24", "dev", "puppet")
        ns.run("ip", "link", "set", "puppet", "up")

    def close(self):
        os.close(self._fd)

    def send(self, segment):
        source, destination = socket.inet_aton(PUPPET), socket.inet_aton(KERNEL)
        header = struct.pack("!HHIIBBHHH", segment.source, segment.destination, segment.seq,
                             segment.ack, 5 << 4, segment.flags, 65535, 0, 0)
        pseudo = source + destination + struct.pack("!BBH", 0, socket.IPPROTO_TCP, len(header))
        tcp = header[:16] + _checksum(pseudo + header) + header[18:]
        ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(tcp), 0, 0, 64, socket.IPPROTO_TCP, 0,
                         source, destination)
        os.write(self._fd, ip[:10] + _checksum(ip) + ip[12:] + tcp)

    def receive(self, port, flags):
        """The next segment to the puppet's `port` with exactly these of FIN, SYN, RST and ACK."""
        end = time.monotonic() + DEADLINE_S
        while select.select([self._fd], [], [], max(0.0, end - time.monotonic()))[0]:
            segment = _parse(os.read(self._fd, 65536))
            if segment and segment.destination == port and segment.flags & _FLAGS == flags:
                return segment
        raise AssertionError(f"no segment with flags {flags:#x} came to port {port}")

    def begin_handshake(self, kernel_port, puppet_port):
        """Leaves a request socket (SYN_RECEIVED) at a listener of the kernel."""
        self.send(Segment(puppet_port, kernel_port, _SEQUENCE, 0, SYN))
        self.receive(puppet_port, SYN | ACK)

    def accept(self, port):
        """Answers the SYN of a connect() to `port`; returns the Conversation."""
        syn = self.receive(port, SYN)
        self.send(Segment(port, syn.source, _SEQUENCE, syn.seq + 1, SYN | ACK))
        self.receive(port, ACK)
        return Conversation(self, port, syn.source, syn.seq + 1)


class Conversation:
    """An established connection. `kernel_seq` is acknowledged and no later byte ever is."""

    def __init__(self, puppet, port, kernel_port, kernel_seq):
        self._puppet, self._port = puppet, port
        self.kernel_port, self._kernel_seq = kernel_port, kernel_seq

    def send_fin(self):
        self._puppet.send(Segment(self._port, self.kernel_port, _SEQUENCE + 1, self._kernel_seq,
                                  FIN | ACK))

    def await_fin(self):
        self._puppet.receive(self._port, FIN | ACK)


def _checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return struct.pack("!H", ~total & 0xFFFF)


def _parse(packet):
    if len(packet) < 40 or packet[0] != 0x45 or packet[9] != socket.IPPROTO_TCP:
        return None  # the kernel also sends IPv6 router solicitations
    source, destination, seq, ack, _, flags = struct.unpack("!HHIIBB", packet[20:34])
    return Segment(source, destination, seq, ack, flags)
