// Records of the transition ring, as the BPF programs write them.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "capture/bpf/transitions_abi.h"

namespace lastack::test {

// The kernel's numbers of the states (include/net/tcp_states.h).
enum KernelState : std::uint8_t {
  kEstablished = 1,
  kSynSent = 2,
  kSynRecv = 3,
  kFinWait1 = 4,
  kFinWait2 = 5,
  kTimeWait = 6,
  kClose = 7,
  kCloseWait = 8,
  kLastAck = 9,
  kListen = 10,
  kClosing = 11,
};

// One record and the parts behind it. The members may be changed before bytes() is asked.
struct Record {
  transition_record record{};
  transition_addresses addresses{};
  transition_actor actor{};
  transition_totals totals{};
  transition_stack stack{};

  // Of an IPv4 socket from 10.0.0.1:40000 to 10.0.0.2:80.
  Record(transition_kind kind, std::uint8_t from, std::uint8_t to) {
    record.time = 1'000'000'000;
    record.cookie = 7;
    record.netns = 4026531840;
    record.kind = static_cast<std::uint8_t>(kind);
    record.from = from;
    record.to = to;
    record.family = 4;
    record.local_port = 40000;
    record.remote_port = 80;
    std::memcpy(&record.local, std::array<std::uint8_t, 4>{10, 0, 0, 1}.data(), 4);
    std::memcpy(&record.remote, std::array<std::uint8_t, 4>{10, 0, 0, 2}.data(), 4);
  }
  Record& by(std::uint32_t pid, std::string_view name) {
    record.parts |= PART_ACTOR;
    actor.start_time = 5'000'000'000;
    actor.tgid = pid;
    actor.uid = 1000;
    std::memcpy(actor.comm, name.data(), std::min(name.size(), sizeof(actor.comm)));
    return *this;
  }
  Record& having_carried(std::uint64_t sent, std::uint64_t received) {
    record.parts |= PART_TOTALS;
    totals.bytes_sent = sent;
    totals.bytes_received = received;
    return *this;
  }
  Record& through(std::uint64_t innermost, std::uint64_t next = 0) {
    record.parts |= PART_STACK;
    stack.address[0] = innermost;
    stack.address[1] = next;
    return *this;
  }

  [[nodiscard]] std::vector<std::byte> bytes() const {
    std::vector<std::byte> out;
    append(out, record);
    if ((record.parts & PART_ADDRESSES) != 0) append(out, addresses);
    if ((record.parts & PART_ACTOR) != 0) append(out, actor);
    if ((record.parts & PART_TOTALS) != 0) append(out, totals);
    if ((record.parts & PART_STACK) != 0) append(out, stack);
    return out;
  }

 private:
  template <typename T>
  static void append(std::vector<std::byte>& out, T const& part) {
    auto const at = out.size();
    out.resize(at + sizeof part);
    std::memcpy(out.data() + at, &part, sizeof part);
  }
};

}  // namespace lastack::test
