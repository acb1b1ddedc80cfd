// A snapshot with one of everything that a listing may meet: all states, both families and
// v4-mapped addresses, shared sockets, every reason for having no owner, hostile names.
#pragma once

#include <arpa/inet.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "model/snapshot.hh"

namespace lastack::test {

inline constexpr std::int64_t kSampleTime = 1'763'870'184'120;  // 2025-11-23T03:56:24.120Z

class SampleBuilder {
 public:
  std::uint32_t process(std::uint32_t pid, std::string comm, std::string cmdline) {
    model::Process process;
    process.pid = pid;
    process.comm = std::move(comm);
    process.cmdline = std::move(cmdline);
    process.exe = "/usr/sbin/" + process.comm;
    process.uid_known = true;
    process.start_unix_ms = kSampleTime - std::int64_t{pid} * 61'000;
    process.parents = {{.pid = 1, .comm = "systemd"}};
    process.cgroup = "/system.slice/" + process.comm + ".service";
    process.unit = process.comm + ".service";
    snapshot_.processes.push_back(std::move(process));
    return static_cast<std::uint32_t>(snapshot_.processes.size() - 1);
  }
  model::Process& at(std::uint32_t process) { return snapshot_.processes[process]; }

  // `local` and `remote` as in "10.0.0.1" or "::1"; the family is that of `local`.
  model::Endpoint& endpoint(model::SocketState state, char const* local, std::uint16_t local_port,
                            std::pair<char const*, std::uint16_t> remote) {
    model::Endpoint made;
    bool const is_v6 = std::string(local).find(':') != std::string::npos;
    made.family = is_v6 ? model::Family::Inet6 : model::Family::Inet;
    ::inet_pton(is_v6 ? AF_INET6 : AF_INET, local, made.flow.local.bytes.data());
    ::inet_pton(is_v6 ? AF_INET6 : AF_INET, remote.first, made.flow.remote.bytes.data());
    made.flow.local_port = local_port;
    made.flow.remote_port = remote.second;
    made.state = state;
    made.cookie = 0x1000 + snapshot_.endpoints.size();
    made.inode = 50'000 + static_cast<std::uint32_t>(snapshot_.endpoints.size());
    return snapshot_.endpoints.emplace_back(made);
  }

  void own(model::Endpoint& endpoint, std::vector<std::pair<std::uint32_t, int>> const& owners) {
    endpoint.owners_at = static_cast<std::uint32_t>(snapshot_.owners.size());
    endpoint.owner_count = static_cast<std::uint32_t>(owners.size());
    endpoint.no_owner = model::NoOwner::HasOwner;
    for (auto const& [process, fd] : owners) {
      snapshot_.owners.push_back({.process = process, .fd = fd});
    }
  }

  void disown(model::Endpoint& endpoint, model::NoOwner reason) {
    endpoint.no_owner = reason;
    endpoint.inode = 0;
  }

  model::SocketDetails& details(model::Endpoint& endpoint) {
    endpoint.details = static_cast<std::uint32_t>(snapshot_.details.size());
    return snapshot_.details.emplace_back();
  }

  model::Snapshot& snapshot() { return snapshot_; }

 private:
  model::Snapshot snapshot_;
};

inline void add_servers(SampleBuilder& sample) {
  using enum model::SocketState;
  auto const sshd = sample.process(812, "sshd", "sshd: /usr/sbin/sshd -D [listener] 0 of 10-100");
  auto const session = sample.process(4711, "sshd", "sshd: alice [priv]");
  sample.at(session).parents = {{.pid = 812, .comm = "sshd"}, {.pid = 1, .comm = "systemd"}};
  auto& listener = sample.endpoint(Listen, "0.0.0.0", 22, {"0.0.0.0", 0});
  listener.send_queue = 128;
  sample.own(listener, {{sshd, 3}});
  auto& listener6 = sample.endpoint(Listen, "::", 22, {"::", 0});
  listener6.send_queue = 128;
  listener6.v6_only = true;
  sample.own(listener6, {{sshd, 4}});
  auto& login = sample.endpoint(Established, "192.168.1.10", 22, {"192.168.1.77", 51514});
  login.send_queue = 36;
  login.timer = model::TimerKind::Keepalive;
  login.timer_ms = 7'140'000;
  sample.own(login, {{session, 4}, {sample.process(4720, "sshd", "sshd: alice@pts/0"), 4}});
  auto& details = sample.details(login);
  details = {.bytes_sent = 123'456, .bytes_acked = 123'420, .bytes_received = 9'000'000'000};
  details.pacing_rate = 12'345'678;
  details.rtt_us = 12'345;
  details.rto_us = 204'000;
  details.cwnd = 10;
  details.ssthresh = 0x7fffffff;
  details.retrans_total = 0;
  details.mem_rmem = 0;
  details.mem_rcvbuf = 131'072;
  details.mem_drops = 2;
  details.shutdown = 2;
  details.congestion = {'c', 'u', 'b', 'i', 'c'};
}

inline void add_web_server(SampleBuilder& sample) {
  using enum model::SocketState;
  auto const master = sample.process(900, "nginx", "nginx: master process /usr/sbin/nginx");
  auto const first = sample.process(901, "nginx", "nginx: worker process");
  auto const second = sample.process(902, "nginx", "nginx: worker process");
  for (auto const worker : {first, second}) sample.at(worker).uid = 33;
  auto& any = sample.endpoint(Listen, "::", 443, {"::", 0});
  any.recv_queue = 5;
  any.send_queue = 511;
  sample.own(any, {{master, 6}, {first, 6}, {second, 6}});
  sample.own(
      sample.endpoint(Established, "::ffff:192.168.1.10", 443, {"::ffff:203.0.113.9", 40000}),
      {{first, 12}});
  sample.own(
      sample.endpoint(Established, "2001:db8::10", 443, {"2001:db8:85a3::8a2e:370:7334", 65535}),
      {{second, 13}});
  auto& waiting = sample.endpoint(CloseWait, "192.168.1.10", 443, {"198.51.100.7", 33333});
  waiting.recv_queue = 1;
  sample.own(waiting, {{first, 14}});
}

inline void add_clients(SampleBuilder& sample) {
  using enum model::SocketState;
  auto const curl = sample.process(31337, "curl", "curl --max-time 5 https://example.org/");
  sample.at(curl).uid = 1000;
  sample.at(curl).exe_deleted = true;
  sample.at(curl).unit = "user@1000.service";
  auto& syn = sample.endpoint(SynSent, "192.168.1.10", 45678, {"192.0.2.1", 443});
  syn.send_queue = 1;
  syn.timer = model::TimerKind::Retransmit;
  syn.timer_ms = 2'900;
  syn.retransmits = 2;
  sample.own(syn, {{curl, 5}});
  sample.own(sample.endpoint(FinWait1, "192.168.1.10", 45680, {"192.0.2.2", 80}), {{curl, 6}});
  sample.own(sample.endpoint(BoundInactive, "127.0.0.1", 5000, {"0.0.0.0", 0}), {{curl, 7}});
  auto& resolver = sample.endpoint(Unconnected, "127.0.0.53", 53, {"0.0.0.0", 0});
  resolver.protocol = model::Protocol::Udp;
  auto const resolved = sample.process(640, "systemd-resolve", "/lib/systemd/systemd-resolved");
  sample.at(resolved).uid = 101;
  sample.own(resolver, {{resolved, 13}});
  auto& query = sample.endpoint(Established, "fe80::5054:ff:fe12:3456", 40001, {"fe80::1", 53});
  query.protocol = model::Protocol::Udp;
  query.interface = 2;
  sample.own(query, {{resolved, 18}});
}

inline void add_ownerless(SampleBuilder& sample) {
  using enum model::SocketState;
  using enum model::NoOwner;
  auto& time_wait = sample.endpoint(TimeWait, "192.168.1.10", 443, {"198.51.100.8", 50001});
  time_wait.timer = model::TimerKind::TimeWait;
  time_wait.timer_ms = 43'210;
  sample.disown(time_wait, TimeWaitSocket);
  sample.disown(sample.endpoint(FinWait2, "192.168.1.10", 443, {"198.51.100.8", 50002}), Orphan);
  sample.disown(sample.endpoint(SynReceived, "192.168.1.10", 443, {"198.51.100.9", 1}),
                RequestSocket);
  sample.disown(sample.endpoint(LastAck, "192.168.1.10", 443, {"198.51.100.10", 2}), Orphan);
  sample.disown(sample.endpoint(Closing, "192.168.1.10", 443, {"198.51.100.11", 3}), Orphan);
  sample.disown(sample.endpoint(Established, "192.168.1.10", 443, {"198.51.100.12", 4}),
                AcceptQueue);
  sample.disown(sample.endpoint(Established, "192.168.1.10", 6000, {"198.51.100.13", 5}),
                NotPermitted);
  sample.disown(sample.endpoint(Closed, "10.0.0.1", 111, {"10.0.0.2", 2049}), NoProcess);
}

// Names as an attacker chooses them. Addresses are documentation's (RFC 5737).
inline void add_hostile(SampleBuilder& sample) {
  std::vector<std::string> const names{"\x1b[31mred\x1b[0m",
                                       "two\nlines",
                                       "say \"hi\", ok",
                                       "bad\xff\xfeutf8",
                                       "=1+cmd|' /C'!A0",
                                       "\u65e5\u672c\u8a9e",
                                       "\xc2\x9b"
                                       "31m c1",
                                       "\u202egnp.exe",
                                       "back\\slash",
                                       "del\x7f",
                                       "-",
                                       " "};
  std::uint16_t port = 7000;
  for (auto const& name : names) {
    auto const process = sample.process(6000U + port - 7000U, name, name + " --flag");
    sample.at(process).uid = 1000;
    auto& endpoint =
        sample.endpoint(model::SocketState::Established, "192.0.2.10", port++, {"192.0.2.99", 9});
    endpoint.netns = 1;
    sample.own(endpoint, {{process, 3}});
  }
}

inline model::Snapshot sample_snapshot() {
  SampleBuilder sample;
  auto& snapshot = sample.snapshot();
  snapshot.taken_unix_ms = kSampleTime;
  snapshot.interfaces = {{{0, 2}, "eth0"}};
  snapshot.namespaces = {{.inode = 4026531840, .label = "host"},
                         {.inode = 4026532281, .label = "blue"}};
  snapshot.users = {{0, "root"}, {33, "www-data"}, {101, "systemd-resolve"}, {1000, "alice"}};
  add_servers(sample);
  add_web_server(sample);
  add_clients(sample);
  add_ownerless(sample);
  add_hostile(sample);
  return std::move(snapshot);
}

}  // namespace lastack::test
