// Captures as Wireshark, tcpdump and tshark read them: pcap with bare IPv4 packets (LINKTYPE_RAW).
#pragma once

#include <span>
#include <string>

#include "base/error.hh"
#include "lab/moment.hh"
#include "lab/packet.hh"

namespace lastack::rig {

struct TimedPacket {
  lab::Moment at;  // since the epoch
  lab::Packet packet;
};

// The bytes of a whole file. Microseconds, which is as exact as the lab is. `packets` in the order
// of their times. Error: one has more text than IPv4 can carry.
[[nodiscard]] base::Result<std::string> pcap_file(std::span<TimedPacket const> packets);

}  // namespace lastack::rig
