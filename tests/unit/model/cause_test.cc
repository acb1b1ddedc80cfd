#include "model/cause.hh"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/text.hh"

namespace lastack::model {
namespace {

TEST(Cause, EachIsDescribedAndNamedOnce) {
  std::set<std::string_view> ids;
  std::set<std::string_view> texts;
  for (std::size_t i = 0; i < kCauseCount; ++i) {
    auto const& text = describe(static_cast<Cause>(i));
    EXPECT_TRUE(ids.insert(text.id).second) << text.id;
    EXPECT_TRUE(texts.insert(text.text).second) << text.text;
    EXPECT_TRUE(std::ranges::all_of(text.id, [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    })) << text.id;
    EXPECT_LE(base::display_width(text.text), 32U) << text.text;
    EXPECT_TRUE(text.meaning.ends_with('.')) << text.id;
  }
}

TEST(Cause, StandsInTheOrderOfTheTable) {
  EXPECT_EQ(describe(Cause::Unknown).id, "unknown");
  EXPECT_EQ(describe(Cause::ListenFailed).id, "listen_failed");
  EXPECT_EQ(describe(Cause::Syn).id, "syn_received");
  EXPECT_EQ(describe(Cause::Refused).id, "refused");
  EXPECT_EQ(describe(Cause::RetransmissionLimit).id, "retransmission_limit");
  EXPECT_EQ(describe(Cause::TimeWaitTimeout).id, "time_wait_timeout");
  EXPECT_EQ(describe(Cause::Destroyed).id, "destroyed");
  EXPECT_EQ(describe(Cause::RequestDropped).id, "request_dropped");
}

TEST(Cause, KindsSayWhoseDoingItIs) {
  EXPECT_EQ(describe(Cause::Close).kind, CauseKind::Call);
  EXPECT_EQ(describe(Cause::Rst).kind, CauseKind::Segment);
  EXPECT_EQ(describe(Cause::KeepaliveLimit).kind, CauseKind::Timer);
  EXPECT_EQ(describe(Cause::NetnsRemoved).kind, CauseKind::Kernel);
  EXPECT_EQ(describe(Cause::Unknown).kind, CauseKind::Unknown);
  EXPECT_EQ(name(CauseKind::Timer), "timer");
}

}  // namespace
}  // namespace lastack::model
