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
KERNEL6, PUPPET6 = "fd77::1", "fd77::2"
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
    payload: bytes = b""
    window: int = 65535

    def end(self):
        """The sequence number that follows it."""
        controls = bool(self.flags & SYN) + bool(self.flags & FIN)
        return (self.seq + len(self.payload) + controls) & 0xFFFFFFFF


class Puppet:
    """`version`: of IP. A namespace may have one of each."""

    def __init__(self, ns, version=4):
        self.version = version
        self.kernel, self.address = (KERNEL, PUPPET) if version == 4 else (KERNEL6, PUPPET6)
        device = "puppet" if version == 4 else "puppet6"
        with ns.entered():
            self._fd = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        request = struct.pack("16sH22x", device.encode(), _IFF_TUN | _IFF_NO_PI)
        fcntl.ioctl(self._fd, _TUNSETIFF, request)
        if version == 4:
            ns.run("ip", "address", "add", f"{KERNEL}/24", "dev", device)
        else:
            ns.run("ip", "-6", "address", "add", f"{KERNEL6}/64", "dev", device, "nodad")
        ns.run("ip", "link", "set", device, "up")

    def close(self):
        os.close(self._fd)

    def send(self, segment):
        packet = ipv4 if self.version == 4 else _ipv6
        os.write(self._fd, packet(segment))

    def receive(self, port, flags):
        """The next segment to the puppet's `port` with exactly these of FIN, SYN, RST and ACK."""
        end = time.monotonic() + DEADLINE_S
        while select.select([self._fd], [], [], max(0.0, end - time.monotonic()))[0]:
            segment = _parse(os.read(self._fd, 65536))
            if segment and segment.destination == port and segment.flags & _FLAGS == flags:
                return segment
        raise AssertionError(f"no segment with flags {flags:#x} came to port {port}")

    def begin_handshake(self, kernel_port, puppet_port, seq=_SEQUENCE, payload=b""):
        """Leaves a request socket (SYN_RECEIVED) at a listener of the kernel; returns the
        Conversation that it becomes with acknowledge()."""
        syn = Segment(puppet_port, kernel_port, seq, 0, SYN, payload)
        self.send(syn)
        answer = self.receive(puppet_port, SYN | ACK)
        return Conversation(self, puppet_port, kernel_port, answer.end(), syn.end())

    def connect(self, kernel_port, puppet_port, seq=_SEQUENCE):
        """Opens a connection to a listener of the kernel; returns the Conversation."""
        talk = self.begin_handshake(kernel_port, puppet_port, seq)
        talk.acknowledge()
        return talk

    def await_syn(self, port):
        """Awaits the SYN of a connect() to `port` and leaves it unanswered (SYN_SENT); returns the
        Conversation that it may become, in which the puppet has not sent a SYN yet."""
        syn = self.receive(port, SYN)
        return Conversation(self, port, syn.source, syn.end(), _SEQUENCE)

    def accept(self, port):
        """Answers the SYN of a connect() to `port`; returns the Conversation."""
        talk = self.await_syn(port)
        talk.send(SYN | ACK)
        self.receive(port, ACK)
        return talk


class Conversation:
    """A connection that exists, or may. Everything before `kernel_seq` is acknowledged by what it
    sends, and nothing else ever is. `seq` is the next of the puppet's own."""

    def __init__(self, puppet, port, kernel_port, kernel_seq, seq=_SEQUENCE + 1):
        self._puppet, self.port = puppet, port
        self.kernel_port, self.kernel_seq, self.seq = kernel_port, kernel_seq, seq

    def send(self, flags, payload=b"", window=65535):
        segment = Segment(self.port, self.kernel_port, self.seq,
                          self.kernel_seq if flags & ACK else 0, flags, payload, window)
        self._puppet.send(segment)
        self.seq = segment.end()

    def acknowledge(self, window=65535):
        self.send(ACK, window=window)

    def send_fin(self):
        self.send(FIN | ACK)

    def reset(self):
        self.send(RST | ACK)

    def await_fin(self):
        """Its FIN has come; it stays unacknowledged until take(fin)."""
        return self._puppet.receive(self.port, FIN | ACK)

    def take(self, segment):
        """From now on `segment` is acknowledged by whatever is sent."""
        self.kernel_seq = segment.end()


def _tcp(source, destination, segment):
    """Header and payload, with the checksum over the pseudo header of these addresses."""
    header = struct.pack("!HHIIBBHHH", segment.source, segment.destination, segment.seq,
                         segment.ack, 5 << 4, segment.flags, segment.window, 0, 0)
    size = len(header) + len(segment.payload)
    pseudo = source + destination + struct.pack("!II", size, socket.IPPROTO_TCP)
    checksum = _checksum(pseudo + header + segment.payload)
    return header[:16] + checksum + header[18:] + segment.payload


def ipv4(segment, source=PUPPET, destination=KERNEL):
    """The packet, from whatever address."""
    source, destination = socket.inet_aton(source), socket.inet_aton(destination)
    tcp = _tcp(source, destination, segment)
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(tcp), 0, 0, 64, socket.IPPROTO_TCP, 0,
                     source, destination)
    return ip[:10] + _checksum(ip) + ip[12:] + tcp


def _ipv6(segment):
    source, destination = (socket.inet_pton(socket.AF_INET6, a) for a in (PUPPET6, KERNEL6))
    tcp = _tcp(source, destination, segment)
    return struct.pack("!IHBB", 6 << 28, len(tcp), socket.IPPROTO_TCP, 64) + source + destination \
        + tcp


def _checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return struct.pack("!H", ~total & 0xFFFF)


def _parse(packet):
    """None of what is no TCP: the kernel also sends IPv6 router solicitations."""
    if len(packet) >= 40 and packet[0] == 0x45 and packet[9] == socket.IPPROTO_TCP:
        tcp = packet[20:]
    elif len(packet) >= 60 and packet[0] >> 4 == 6 and packet[6] == socket.IPPROTO_TCP:
        tcp = packet[40:]
    else:
        return None
    source, destination, seq, ack, offset, flags, window = struct.unpack("!HHIIBBH", tcp[:16])
    return Segment(source, destination, seq, ack, flags, tcp[(offset >> 4) * 4:], window)
