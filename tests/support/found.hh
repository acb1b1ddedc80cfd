// What dumps find, and whether the live table says the same.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "support/sample_snapshot.hh"
#include "support/story.hh"

namespace lastack::test {

inline constexpr std::uint32_t kBlueNetns = 4026532281;

// What a dump finds: one row each call.
class Found {
 public:
  Found() {
    sample_.snapshot().namespaces = {{.inode = kHostNetns, .label = "host"},
                                     {.inode = kBlueNetns, .label = "blue"}};
  }
  // Of a full socket; requests and mini-sockets have no inode.
  model::Endpoint& row(std::uint64_t cookie, model::SocketState state, model::Flow const& flow,
                       std::uint32_t inode = 0) {
    auto& made = sample_.snapshot().endpoints.emplace_back();
    made.cookie = cookie;
    made.state = state;
    made.flow = flow;
    made.inode = inode;
    made.no_owner = model::NoOwner::NoProcess;
    return made;
  }
  void own(std::uint64_t cookie, std::vector<std::pair<std::uint32_t, int>> const& holders) {
    auto& rows = snapshot().endpoints;
    sample_.own(*std::ranges::find(rows, cookie, &model::Endpoint::cookie), holders);
  }
  // As actor() has them, unless it was started at another time.
  std::uint32_t process(std::uint32_t pid, char const* name, std::int64_t start_ms = 5000) {
    auto const made = sample_.process(pid, name, "");
    sample_.at(made).start_unix_ms = start_ms;
    return made;
  }
  [[nodiscard]] model::Snapshot& snapshot() { return sample_.snapshot(); }

 private:
  SampleBuilder sample_;
};

// A row with all that a listing shows of it, indices replaced by what they stand for.
struct Row {
  model::Endpoint endpoint;
  std::uint64_t netns = 0;
  std::vector<std::pair<std::uint32_t, int>> holders;  // pid, fd
  bool operator==(Row const&) const = default;
};

inline std::vector<Row> rows_of(model::Snapshot const& snapshot) {
  std::vector<Row> rows;
  for (auto const& endpoint : snapshot.endpoints) {
    Row row{endpoint, snapshot.netns_of(endpoint)->inode, {}};
    for (auto const& owner : snapshot.owners_of(endpoint)) {
      row.holders.emplace_back(snapshot.process_of(owner).pid, owner.fd);
    }
    row.endpoint.netns = row.endpoint.owners_at = 0;
    row.endpoint.details = model::kNone;
    rows.push_back(row);
  }
  std::ranges::sort(
      rows, {}, [](Row const& row) { return std::pair(row.endpoint.cookie, row.endpoint.state); });
  return rows;
}

inline void expect_same_rows(model::Snapshot const& actual, model::Snapshot const& expected) {
  auto const have = rows_of(actual);
  auto const want = rows_of(expected);
  ASSERT_EQ(have.size(), want.size());
  for (std::size_t i = 0; i < have.size(); ++i) {
    EXPECT_TRUE(have[i] == want[i])
        << "cookie " << want[i].endpoint.cookie << ", " << name(want[i].endpoint.state);
  }
}

}  // namespace lastack::test
