#include "app/notices.hh"

#include <gtest/gtest.h>

namespace lastack::app {
namespace {

std::string said(model::Unseen const& unseen) { return notice(unseen, {}, 0); }

bool contains(std::string const& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST(Notice, SaysNothingWhereAllWasSeen) { EXPECT_EQ(said({}), ""); }

TEST(Notice, CountsHiddenOwnersAndSaysHowToSeeThem) {
  model::Unseen unseen;
  unseen.hidden_owners = 1;
  unseen.unreadable_processes = 8;
  EXPECT_TRUE(contains(said(unseen),
                       "not shown: 1 socket without a process name (8 processes may not be read)"));
  unseen.processes_hidden = true;
  EXPECT_TRUE(contains(said(unseen), "(/proc does not show other users' processes)"));
}

TEST(Notice, TellsWhatAFilterCouldNotDecide) {
  model::Unseen unseen;
  unseen.undecided = 2;
  unseen.unreadable_processes = 1;
  EXPECT_TRUE(contains(said(unseen), "2 sockets may match the filter"));
}

TEST(Notice, CountsNamespacesInsteadOfListingThem) {
  model::Unseen unseen;
  auto& labels = unseen.unreadable_namespaces["needs CAP_SYS_ADMIN"];
  for (int i = 0; i < 500; ++i) labels.push_back("shop-" + std::to_string(i));
  auto const line = said(unseen);
  EXPECT_TRUE(
      contains(line, "500 network namespaces (shop-0, shop-1, shop-2, …): needs CAP_SYS_ADMIN"));
  EXPECT_LT(line.size(), 600U);
}

TEST(Notice, CountsEveryLoss) {
  model::Unseen unseen;
  unseen.interrupted_dumps = 1;
  unseen.malformed_messages = 2;
  unseen.truncated_text = 3;
  Names names;
  names.unanswered = 4;
  auto const line = notice(unseen, names, 5);
  for (auto const* part :
       {"1 kernel dump kept", "2 kernel messages", "3 texts", "4 host names", "5 columns"}) {
    EXPECT_TRUE(contains(line, part)) << part;
  }
}

}  // namespace
}  // namespace lastack::app
