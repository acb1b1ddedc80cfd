// A small machine made by hand, and names that need neither /etc/services nor DNS.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "filter/filter.hh"
#include "filter/matcher.hh"
#include "model/snapshot.hh"

namespace lastack::filter::testing {

class FakeNames final : public NameLookup {
 public:
  std::optional<std::uint16_t> service_port(std::string_view name) const override {
    if (name == "ssh") return std::uint16_t{22};
    if (name == "https") return std::uint16_t{443};
    return std::nullopt;
  }
  std::vector<HostAddress> host_addresses(std::string_view name) const override {
    HostAddress v4{{}, model::Family::Inet};
    v4.address.bytes = {192, 0, 2, 7};
    HostAddress v6{{}, model::Family::Inet6};
    v6.address.bytes = {0x20, 0x01, 0x0d, 0xb8};
    v6.address.bytes[15] = 7;
    if (name == "example.com") return {v4, v6};
    if (name == "v4.example.com") return {v4};
    return {};
  }
};

inline model::Address v4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d) {
  model::Address out;
  out.bytes = {a, b, c, d};
  return out;
}
inline model::Address mapped(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d) {
  model::Address out;
  out.bytes = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, a, b, c, d};
  return out;
}
// 2001:db8::last
inline model::Address v6(std::uint8_t last) {
  model::Address out;
  out.bytes = {0x20, 0x01, 0x0d, 0xb8};
  out.bytes[15] = last;
  return out;
}

// Named by cookie in the tests below.
enum Row : std::uint64_t {
  kNginxListen = 1,  // tcp  0.0.0.0:80, pids 100 (root) and 101 (www-data)
  kNginxClient,      // tcp  10.1.2.3:80 <- 10.9.9.9:50000, ESTABLISHED, pid 101
  kMappedClient,     // tcp  ::ffff:10.1.2.3:443 <- ::ffff:10.9.9.8:50001, ESTABLISHED, pid 101
  kSixClient,        // tcp  [2001:db8::1]:40000 -> [2001:db8::2]:443, CLOSE_WAIT, pid 200
  kTimeWait,         // tcp  127.0.0.1:40001 -> 127.0.0.1:22, TIME_WAIT, no owner, uid 0
  kSynSent,          // tcp  10.1.2.3:40002 -> 192.0.2.7:443, SYN_SENT, pid 200
  kHalfOpen,         // tcp  10.1.2.3:80 <- 203.0.113.5:5, SYN_RECEIVED, no owner, uid 33
  kBound,            // tcp  0.0.0.0:7000, bound and inactive, pid 200
  kDns,              // udp  0.0.0.0:53, UNCONN, pid 300 in another namespace
  kConnectedUdp,     // udp  10.1.2.3:40003 -> 192.0.2.53:53, ESTABLISHED, pid 300
  kLastRow,
};

inline model::Endpoint endpoint(Row row, model::Protocol protocol, model::SocketState state,
                                model::Flow const& flow) {
  model::Endpoint out;
  out.cookie = row;
  out.inode = static_cast<std::uint32_t>(1000 + row);
  out.protocol = protocol;
  out.state = state;
  out.flow = flow;
  return out;
}

inline model::Process process(std::uint32_t pid, std::string comm, std::uint32_t uid) {
  model::Process out;
  out.pid = pid;
  out.comm = std::move(comm);
  out.uid = uid;
  out.uid_known = true;
  return out;
}

inline void own(model::Snapshot& snapshot, Row row, std::vector<model::Owner> const& owners) {
  auto& owned = snapshot.endpoints[row - 1];
  owned.owners_at = static_cast<std::uint32_t>(snapshot.owners.size());
  owned.owner_count = static_cast<std::uint32_t>(owners.size());
  owned.no_owner = model::NoOwner::HasOwner;
  snapshot.owners.insert(snapshot.owners.end(), owners.begin(), owners.end());
}

inline void add_endpoints(model::Snapshot& snapshot) {
  using model::Protocol;
  using model::SocketState;
  auto const any = model::Address{};
  auto const here = v4(10, 1, 2, 3);
  auto& all = snapshot.endpoints;
  all.push_back(endpoint(kNginxListen, Protocol::Tcp, SocketState::Listen, {any, any, 80, 0}));
  all.push_back(endpoint(kNginxClient, Protocol::Tcp, SocketState::Established,
                         {here, v4(10, 9, 9, 9), 80, 50000}));
  all.push_back(endpoint(kMappedClient, Protocol::Tcp, SocketState::Established,
                         {mapped(10, 1, 2, 3), mapped(10, 9, 9, 8), 443, 50001}));
  all.back().family = model::Family::Inet6;
  all.push_back(
      endpoint(kSixClient, Protocol::Tcp, SocketState::CloseWait, {v6(1), v6(2), 40000, 443}));
  all.back().family = model::Family::Inet6;
  all.push_back(endpoint(kTimeWait, Protocol::Tcp, SocketState::TimeWait,
                         {v4(127, 0, 0, 1), v4(127, 0, 0, 1), 40001, 22}));
  all.push_back(endpoint(kSynSent, Protocol::Tcp, SocketState::SynSent,
                         {here, v4(192, 0, 2, 7), 40002, 443}));
  all.push_back(endpoint(kHalfOpen, Protocol::Tcp, SocketState::SynReceived,
                         {here, v4(203, 0, 113, 5), 80, 5}));
  all.back().uid = 33;
  all.push_back(endpoint(kBound, Protocol::Tcp, SocketState::BoundInactive, {any, any, 7000, 0}));
  all.push_back(endpoint(kDns, Protocol::Udp, SocketState::Unconnected, {any, any, 53, 0}));
  all.back().netns = 1;
  all.push_back(endpoint(kConnectedUdp, Protocol::Udp, SocketState::Established,
                         {here, v4(192, 0, 2, 53), 40003, 53}));
  all.back().recv_queue = 4096;
}

inline model::Snapshot sample() {
  model::Snapshot out;
  out.users = {{0, "root"}, {33, "www-data"}};
  out.namespaces = {{4026531840, "host"}, {4026532000, "blue"}};
  out.processes = {process(100, "nginx", 0), process(101, "nginx", 33),
                   process(200, "curl (odd) \"name\"", 1000), process(300, "named", 53)};
  out.processes[0].exe = "/usr/sbin/nginx";
  out.processes[0].unit = "nginx.service";
  out.processes[1].cmdline = "nginx: worker process";
  out.processes[2].container = "3f4e5d6c7b8a" + std::string(52, '0');
  out.processes[3].cgroup = "/system.slice/named.service";
  add_endpoints(out);
  own(out, kNginxListen, {{0, 6}, {1, 7}});
  own(out, kNginxClient, {{1, 8}});
  own(out, kMappedClient, {{1, 9}});
  own(out, kSixClient, {{2, 3}});
  own(out, kSynSent, {{2, 4}});
  own(out, kBound, {{2, 5}});
  own(out, kDns, {{3, 20}});
  own(out, kConnectedUdp, {{3, 21}});
  return out;
}

// The rows of the sample that `text` matches; empty, with a failure, where it does not parse.
std::vector<Row> rows(std::string_view text);
// The message of the error in `text`; "" where there is none.
std::string error_of(std::string_view text, Scope scope = Scope::Endpoints);

}  // namespace lastack::filter::testing
