#include "capture/owners/join.hh"

#include <gtest/gtest.h>

namespace lastack::capture::owners {
namespace {

using model::Endpoint;
using model::NoOwner;
using model::SocketState;

Endpoint endpoint(std::uint64_t cookie, std::uint32_t inode,
                  SocketState state = SocketState::Established) {
  Endpoint result;
  result.cookie = cookie;
  result.inode = inode;
  result.state = state;
  return result;
}

Holder holder(std::uint64_t cookie, std::uint32_t inode, std::uint32_t pid, std::int32_t fd) {
  return {.cookie = cookie, .inode = inode, .pid = pid, .fd = fd};
}

std::vector<std::uint32_t> pids_of(model::Snapshot const& snapshot, Endpoint const& of) {
  std::vector<std::uint32_t> pids;
  for (auto const& owner : snapshot.owners_of(of)) pids.push_back(snapshot.process_of(owner).pid);
  return pids;
}

TEST(Join, GivesEverySocketAllItsHolders) {
  model::Snapshot snapshot;
  snapshot.endpoints = {endpoint(1, 10), endpoint(2, 20)};
  std::vector<Holder> const holders{holder(2, 20, 500, 3), holder(1, 10, 500, 4),
                                    holder(2, 20, 600, 3)};
  auto const result = join(snapshot, holders, Key::Cookie, true);
  EXPECT_TRUE(result.unmatched.empty());
  EXPECT_EQ(pids_of(snapshot, snapshot.endpoints[0]), (std::vector<std::uint32_t>{500}));
  EXPECT_EQ(pids_of(snapshot, snapshot.endpoints[1]), (std::vector<std::uint32_t>{500, 600}));
  EXPECT_EQ(snapshot.owners_of(snapshot.endpoints[0]).front().fd, 4);
  EXPECT_EQ(snapshot.processes.size(), 2U);
  EXPECT_EQ(snapshot.endpoints[0].no_owner, NoOwner::HasOwner);
}

TEST(Join, JoinsByInodeWhereCookiesAreUnknown) {
  model::Snapshot snapshot;
  snapshot.endpoints = {endpoint(1, 10), endpoint(2, 0, SocketState::TimeWait)};
  std::vector<Holder> const holders{holder(0, 10, 500, 4), holder(0, 99, 500, 5)};
  auto const result = join(snapshot, holders, Key::Inode, true);
  EXPECT_EQ(pids_of(snapshot, snapshot.endpoints[0]), (std::vector<std::uint32_t>{500}));
  ASSERT_EQ(result.unmatched.size(), 1U);
  EXPECT_EQ(result.unmatched.front().inode, 99U);
}

// A process that has shut down its side still holds the old socket, whose cookie the TIME_WAIT
// mini-socket has inherited. Nobody holds that one.
TEST(Join, GivesAMiniSocketNoOwnerThoughItSharesACookie) {
  model::Snapshot snapshot;
  snapshot.endpoints = {endpoint(1, 0, SocketState::TimeWait)};
  (void)join(snapshot, std::vector{holder(1, 10, 500, 4)}, Key::Cookie, true);
  EXPECT_EQ(snapshot.endpoints[0].owner_count, 0U);
  EXPECT_EQ(snapshot.endpoints[0].no_owner, NoOwner::TimeWaitSocket);
}

TEST(Join, FindsTheSubflowsOfAnMptcpSocketByItsInode) {
  model::Snapshot snapshot;
  snapshot.endpoints = {endpoint(1, 10), endpoint(2, 10), endpoint(3, 11)};
  Holder mptcp = holder(77, 10, 500, 4);
  mptcp.mptcp = true;
  (void)join(snapshot, std::vector{mptcp}, Key::Cookie, true);
  EXPECT_EQ(snapshot.endpoints[0].owner_count, 1U);
  EXPECT_EQ(snapshot.endpoints[1].owner_count, 1U);
  EXPECT_TRUE(snapshot.endpoints[1].mptcp_subflow);
  EXPECT_EQ(snapshot.endpoints[2].owner_count, 0U);
}

TEST(Join, HandlesAnMptcpSocketWithoutAnySockets) {
  model::Snapshot snapshot;
  Holder mptcp = holder(77, 10, 500, 4);
  mptcp.mptcp = true;
  EXPECT_EQ(join(snapshot, std::vector{mptcp}, Key::Cookie, true).unmatched.size(), 1U);
}

TEST(Join, ForgetsAnEarlierJoin) {
  model::Snapshot snapshot;
  snapshot.endpoints = {endpoint(1, 10)};
  (void)join(snapshot, std::vector{holder(1, 10, 500, 4)}, Key::Cookie, true);
  (void)join(snapshot, std::vector{holder(1, 10, 600, 5)}, Key::Cookie, true);
  EXPECT_EQ(pids_of(snapshot, snapshot.endpoints[0]), (std::vector<std::uint32_t>{600}));
}

TEST(Join, SurvivesManyNeighbouringKeys) {
  model::Snapshot snapshot;
  std::vector<Holder> holders;
  for (std::uint32_t i = 1; i <= 20'000; ++i) {
    snapshot.endpoints.push_back(endpoint(i, i));
    holders.push_back(holder(i, i, 1 + i % 7, static_cast<std::int32_t>(i)));
  }
  EXPECT_TRUE(join(snapshot, holders, Key::Cookie, true).unmatched.empty());
  for (auto const& each : snapshot.endpoints) {
    ASSERT_EQ(each.owner_count, 1U);
    ASSERT_EQ(snapshot.owners_of(each).front().fd, static_cast<std::int32_t>(each.cookie));
  }
}

TEST(ReasonWithoutOwner, FollowsFromStateAndPermissions) {
  struct Case {
    SocketState state;
    std::uint32_t inode;
    bool all_read;
    NoOwner reason;
  };
  for (auto const& [state, inode, all_read, reason] : {
           Case{SocketState::TimeWait, 0, true, NoOwner::TimeWaitSocket},
           Case{SocketState::SynReceived, 0, true, NoOwner::RequestSocket},
           Case{SocketState::FinWait1, 0, true, NoOwner::Orphan},
           Case{SocketState::FinWait2, 0, false, NoOwner::Orphan},
           Case{SocketState::Closing, 0, true, NoOwner::Orphan},
           Case{SocketState::LastAck, 0, true, NoOwner::Orphan},
           Case{SocketState::Established, 0, true, NoOwner::AcceptQueue},
           Case{SocketState::CloseWait, 0, true, NoOwner::AcceptQueue},
           Case{SocketState::Established, 7, true, NoOwner::NoProcess},
           Case{SocketState::Established, 7, false, NoOwner::NotPermitted},
           Case{SocketState::Listen, 7, false, NoOwner::NotPermitted},
       }) {
    EXPECT_EQ(reason_without_owner(endpoint(1, inode, state), all_read), reason)
        << name(state) << " inode " << inode;
  }
}

TEST(DropRepeated, KeepsTheLaterRowOfASocketThatMoved) {
  std::vector<Endpoint> endpoints{endpoint(1, 10, SocketState::SynSent), endpoint(2, 20),
                                  endpoint(1, 10, SocketState::Established), endpoint(0, 0),
                                  endpoint(0, 0)};
  EXPECT_EQ(drop_repeated(endpoints), 1U);
  ASSERT_EQ(endpoints.size(), 4U);  // an unknown cookie repeats nothing
  EXPECT_EQ(endpoints[0].cookie, 2U);
  EXPECT_EQ(endpoints[1].state, SocketState::Established);
}

TEST(DropRepeated, KeepsABoundSocketBesideItsMiniSocket) {
  std::vector<Endpoint> endpoints{endpoint(1, 10, SocketState::BoundInactive),
                                  endpoint(1, 0, SocketState::TimeWait)};
  EXPECT_EQ(drop_repeated(endpoints), 0U);
  EXPECT_EQ(endpoints.size(), 2U);
}

TEST(DropRepeated, KeepsANewConnectionBesideTheMiniSocketOfTheOldOne) {
  std::vector<Endpoint> endpoints{endpoint(1, 0, SocketState::TimeWait),
                                  endpoint(1, 10, SocketState::Established)};
  endpoints[0].flow.local_port = 40000;
  endpoints[1].flow.local_port = 40002;
  EXPECT_EQ(drop_repeated(endpoints), 0U);
  EXPECT_EQ(endpoints.size(), 2U);
}

TEST(DropRepeated, ButNotASocketThatBecameItsMiniSocketMeanwhile) {
  std::vector<Endpoint> endpoints{endpoint(1, 10, SocketState::FinWait1),
                                  endpoint(1, 0, SocketState::TimeWait)};
  EXPECT_EQ(drop_repeated(endpoints), 1U);
  ASSERT_EQ(endpoints.size(), 1U);
  EXPECT_EQ(endpoints[0].state, SocketState::TimeWait);
}

TEST(DropRepeated, CountsEachRowOnce) {
  std::vector<Endpoint> endpoints{endpoint(1, 1), endpoint(1, 1), endpoint(1, 1)};
  EXPECT_EQ(drop_repeated(endpoints), 2U);
  EXPECT_EQ(endpoints.size(), 1U);
}

}  // namespace
}  // namespace lastack::capture::owners
