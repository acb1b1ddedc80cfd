#include "ui/cli/order.hh"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "support/sample_snapshot.hh"

namespace lastack::ui {
namespace {

using model::SocketState;

class Order : public ::testing::Test {
 protected:
  // An endpoint of this process, told by its local port.
  model::Endpoint& add(SocketState state, std::uint16_t port, char const* remote) {
    return sample_.endpoint(state, "10.0.0.1", port, {remote, 9});
  }
  std::vector<std::uint16_t> ports(Rows const& rows) {
    std::vector<std::uint16_t> out;
    for (auto const row : rows) {
      out.push_back(sample_.snapshot().endpoints[row].flow.local_port);
    }
    return out;
  }
  std::vector<std::uint16_t> by_default() {
    auto rows = all_rows(sample_.snapshot());
    sort_by_default(sample_.snapshot(), rows);
    return ports(rows);
  }
  std::vector<std::uint16_t> by(std::string_view columns) {
    auto rows = all_rows(sample_.snapshot());
    sort_by_columns({sample_.snapshot()}, parse_sort(columns).value(), rows);
    return ports(rows);
  }

  test::SampleBuilder sample_;
};

using Ports = std::vector<std::uint16_t>;

TEST_F(Order, IsByNamePidAndStateWithListenersFirst) {
  auto const zsh = sample_.process(1, "zsh", "");
  auto const second = sample_.process(20, "Nginx", "");
  auto const first = sample_.process(3, "nginx", "");
  auto const apache = sample_.process(900, "apache", "");
  sample_.own(add(SocketState::Established, 1, "1.1.1.1"), {{zsh, 3}});
  sample_.own(add(SocketState::Established, 2, "1.1.1.1"), {{first, 3}});
  sample_.own(add(SocketState::Listen, 30, "0.0.0.0"), {{first, 3}});
  sample_.own(add(SocketState::Established, 4, "1.1.1.1"), {{second, 3}});
  sample_.own(add(SocketState::CloseWait, 5, "1.1.1.1"), {{apache, 3}});
  EXPECT_EQ(by_default(), (Ports{5, 4, 30, 2, 1}));  // "Nginx" before "nginx" alone by byte
}

TEST_F(Order, EndpointsWithoutOwnersComeLastGroupedByReason) {
  sample_.disown(add(SocketState::LastAck, 1, "1.1.1.1"), model::NoOwner::Orphan);
  sample_.disown(add(SocketState::TimeWait, 2, "1.1.1.1"), model::NoOwner::TimeWaitSocket);
  sample_.disown(add(SocketState::LastAck, 3, "1.1.1.1"), model::NoOwner::Orphan);
  sample_.own(add(SocketState::Established, 4, "1.1.1.1"), {{sample_.process(1, "z", ""), 3}});
  EXPECT_EQ(by_default(), (Ports{4, 2, 1, 3}));
}

TEST_F(Order, RemoteAddressesAreNumbers) {
  auto const process = sample_.process(1, "x", "");
  std::vector<char const*> const sorted{"9.9.9.9", "10.0.0.1", "10.0.0.2", "200.0.0.0"};
  for (auto const at : {2, 0, 3, 1}) {
    auto& endpoint = add(SocketState::Established, 80, sorted[static_cast<std::size_t>(at)]);
    endpoint.cookie = static_cast<std::uint64_t>(at);
    sample_.own(endpoint, {{process, 3}});
  }
  auto rows = all_rows(sample_.snapshot());
  sort_by_default(sample_.snapshot(), rows);
  for (std::uint32_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(sample_.snapshot().endpoints[rows[i]].cookie, i);
  }
}

TEST_F(Order, Ipv6PeersOfOneNetworkAreInOrderToo) {
  auto const process = sample_.process(1, "x", "");
  for (auto const* remote : {"2001:db8::9", "2001:db8::1", "2001:db8::5"}) {
    sample_.own(sample_.endpoint(SocketState::Established, "::1", 80, {remote, 1}), {{process, 3}});
  }
  auto rows = all_rows(sample_.snapshot());
  sort_by_default(sample_.snapshot(), rows);
  EXPECT_EQ(rows, (Rows{1, 2, 0}));
}

TEST_F(Order, DoesNotDependOnTheOrderOfTheDump) {
  auto const snapshot = test::sample_snapshot();
  auto expected = all_rows(snapshot);
  sort_by_default(snapshot, expected);
  std::mt19937 random(1);  // NOLINT: the same in every run
  for (int i = 0; i < 20; ++i) {
    auto rows = all_rows(snapshot);
    std::ranges::shuffle(rows, random);
    sort_by_default(snapshot, rows);
    EXPECT_EQ(rows, expected);
  }
}

TEST_F(Order, ByNumbersPutsTheUnknownLastBothWays) {
  for (std::uint16_t port = 1; port <= 3; ++port) add(SocketState::Established, port, "1.1.1.1");
  auto& endpoints = sample_.snapshot().endpoints;
  sample_.details(endpoints[0]).rtt_us = 900;
  sample_.details(endpoints[2]).rtt_us = 1000;
  EXPECT_EQ(by("rtt"), (Ports{1, 3, 2}));
  EXPECT_EQ(by("-rtt"), (Ports{3, 1, 2}));
}

TEST_F(Order, ByTextPutsTheUnknownLastBothWays) {
  sample_.disown(add(SocketState::TimeWait, 1, "1.1.1.1"), model::NoOwner::TimeWaitSocket);
  sample_.own(add(SocketState::Established, 2, "1.1.1.1"), {{sample_.process(1, "b", ""), 3}});
  sample_.own(add(SocketState::Established, 3, "1.1.1.1"), {{sample_.process(2, "a", ""), 3}});
  EXPECT_EQ(by("process"), (Ports{3, 2, 1}));
  EXPECT_EQ(by("-process"), (Ports{2, 3, 1}));
}

TEST_F(Order, BySeveralColumnsIsStable) {
  add(SocketState::Established, 1, "1.1.1.2").recv_queue = 5;
  add(SocketState::Listen, 2, "1.1.1.1").recv_queue = 5;
  add(SocketState::Established, 3, "1.1.1.1").recv_queue = 9;
  add(SocketState::Established, 4, "1.1.1.1").recv_queue = 5;
  EXPECT_EQ(by("-recv-q"), (Ports{3, 1, 2, 4}));
  EXPECT_EQ(by("state,-recv-q"), (Ports{2, 3, 1, 4}));
  EXPECT_EQ(by("remote,-local"), (Ports{4, 3, 2, 1}));
}

}  // namespace
}  // namespace lastack::ui
