// A stage for detectors: processes, sockets and what happened, set up by a few calls, and looked
// at.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

#include "detect/config.hh"
#include "detect/scene.hh"

namespace lastack::test {

inline constexpr std::uint64_t kSecondNs = 1'000'000'000;

class Stage {
 public:
  // Time begins at 1,000 s; everything that is watched is watched from there on.
  static constexpr std::uint64_t kStart = 1000 * kSecondNs;

  Stage() : history(kStart) {
    snapshot.namespaces.push_back({.inode = 4026531840, .label = "host"});
    namespaces.resize(1);
    namespaces[0].inode = 4026531840;
  }

  // Its place in the snapshot. `exe` "" : not readable.
  std::uint32_t process(std::uint32_t pid, std::string comm, std::string exe = "") {
    model::Process made;
    made.pid = pid;
    made.comm = std::move(comm);
    made.exe = std::move(exe);
    snapshot.processes.push_back(std::move(made));
    return static_cast<std::uint32_t>(snapshot.processes.size() - 1);
  }

  // Its row. Addresses without brackets: "10.0.0.1", "::1"; no remote: listeners.
  std::uint32_t tcp(model::SocketState state, std::string const& local, std::uint16_t local_port,
                    std::string const& remote = "", std::uint16_t remote_port = 0,
                    std::uint32_t owner = model::kNone, std::int32_t fd = 3) {
    model::Endpoint row = endpoint(state, local, local_port, remote, remote_port);
    row.cookie = ++cookies_;
    row.owners_at = static_cast<std::uint32_t>(snapshot.owners.size());
    if (owner != model::kNone) {
      snapshot.owners.push_back({.process = owner, .fd = fd});
      row.owner_count = 1;
      row.no_owner = model::NoOwner::HasOwner;
    }
    snapshot.endpoints.push_back(row);
    timings.emplace_back();
    return static_cast<std::uint32_t>(snapshot.endpoints.size() - 1);
  }
  // The last row, to be changed.
  model::Endpoint& last() { return snapshot.endpoints.back(); }
  // The last row has been in its state since that long before `now`.
  void aged(double seconds) { timings.back().since_ns = now_ns - ns(seconds); }
  // Details of the last row, to be filled in.
  model::SocketDetails& details() {
    if (last().details == model::kNone) {
      last().details = static_cast<std::uint32_t>(snapshot.details.size());
      snapshot.details.emplace_back();
    }
    return snapshot.details[last().details];
  }

  // A state change of a connection that need not have a row, at the present time.
  void change(model::SocketState from, model::SocketState to, model::Cause cause,
              model::Life const& life, std::uint32_t owner) {
    auto after = life;
    after.endpoint.state = to;
    history.on_transition(after, {.time_ns = now_ns, .from = from, .to = to, .cause = cause},
                          owner == model::kNone ? nullptr : &snapshot.processes[owner],
                          snapshot.namespaces[0].inode);
  }
  void end(model::Life const& life, std::uint32_t owner) {
    history.on_end(life, owner == model::kNone ? nullptr : &snapshot.processes[owner],
                   snapshot.namespaces[0].inode);
  }
  [[nodiscard]] static model::Life life(model::Side opened_by, std::string const& local,
                                        std::uint16_t local_port, std::string const& remote,
                                        std::uint16_t remote_port) {
    model::Life made;
    made.endpoint =
        endpoint(model::SocketState::Established, local, local_port, remote, remote_port);
    made.opened_by = opened_by;
    return made;
  }
  // connect() to there, and how it ended; `why` Connect: it is still waiting.
  void attempt(std::uint32_t owner, std::string const& remote, std::uint16_t port,
               model::Cause why) {
    using model::SocketState;
    auto const made = life(model::Side::Local, "10.0.0.1", 40000, remote, port);
    change(SocketState::Closed, SocketState::SynSent, model::Cause::Connect, made, owner);
    if (why == model::Cause::Connect) return;
    bool const good = why == model::Cause::SynAck;
    change(SocketState::SynSent, good ? SocketState::Established : SocketState::Closed, why, made,
           owner);
  }

  void wait(double seconds) { now_ns += ns(seconds); }

  [[nodiscard]] detect::Scene scene() {
    rows.resize(snapshot.endpoints.size());
    std::iota(rows.begin(), rows.end(), 0U);
    detect::Scene made;
    made.snapshot = &snapshot;
    made.rows = rows;
    made.timings = timings;
    made.namespaces = namespaces;
    made.process_facts = process_facts;
    made.memory = memory;
    made.history = watched ? &history : nullptr;
    made.baseline = baseline;
    made.blindness = blindness;
    made.now_ns = now_ns;
    return made;
  }
  // What that detector finds now, after its conditions were noted. Its thresholds may be changed in
  // `config`.
  [[nodiscard]] detect::Findings look(std::string_view detector) {
    auto const made = scene();
    history.note(made);
    detect::Findings found;
    auto const all = detect::detectors();
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (all[i]->id == detector) all[i]->look(made, config.knobs(i), found);
    }
    return found;
  }

  static std::uint64_t ns(double seconds) { return static_cast<std::uint64_t>(seconds * 1e9); }
  static model::Endpoint endpoint(model::SocketState state, std::string const& local,
                                  std::uint16_t local_port, std::string const& remote,
                                  std::uint16_t remote_port) {
    model::Endpoint row;
    row.state = state;
    row.family = local.find(':') == std::string::npos ? model::Family::Inet : model::Family::Inet6;
    row.flow = {.local = address(local, row.family),
                .remote = remote.empty() ? model::Address() : address(remote, row.family),
                .local_port = local_port,
                .remote_port = remote_port};
    return row;
  }
  static model::Address address(std::string const& text, model::Family family) {
    std::array<std::uint8_t, 16> raw{};
    bool const v4 = family == model::Family::Inet;
    EXPECT_EQ(::inet_pton(v4 ? AF_INET : AF_INET6, text.c_str(), raw.data()), 1) << text;
    return model::Address::from_bytes(raw.data(), family);
  }

  model::Snapshot snapshot;
  std::vector<detect::Timing> timings;
  std::vector<detect::NamespaceFacts> namespaces;
  std::vector<detect::ProcessFacts> process_facts;
  std::vector<std::uint32_t> rows;
  model::TcpMemory memory;
  detect::Baseline const* baseline = nullptr;
  detect::Blindness blindness;
  detect::History history;
  detect::Config config;
  bool watched = true;
  std::uint64_t now_ns = kStart;

 private:
  std::uint64_t cookies_ = 100;
};

// "10.1.2.3" for 2 * 256 + 3 and "10.1".
inline std::string host(std::string const& network, unsigned number) {
  return network + "." + std::to_string(number / 250) + "." + std::to_string(1 + number % 250);
}

}  // namespace lastack::test
