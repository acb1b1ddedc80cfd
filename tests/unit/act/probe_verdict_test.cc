#include "act/probe_verdict.hh"

#include <gtest/gtest.h>

#include <cerrno>

namespace lastack::act {
namespace {

using model::PeerEnd;
using model::ProbeListener;
using model::ProbeResult;
using model::ProbeStage;
using model::ProbeVerdict;

ProbeResult failed(ProbeStage stage, int error) {
  ProbeResult result;
  result.stage = stage;
  result.error = error;
  return result;
}

ProbeResult established() {
  ProbeResult result;
  result.stage = ProbeStage::Established;
  result.handshake_ns = 1000;
  return result;
}

ProbeResult unanswered() {
  auto result = failed(ProbeStage::Handshake, ETIMEDOUT);
  result.timed_out = true;
  return result;
}

// The kernel lets one more in than the limit says.
constexpr std::uint32_t kLimit = 5;
ProbeListener full(bool handshake_kept) {
  return {.queue = kLimit + 1, .limit = kLimit, .handshake_kept = handshake_kept, .netns = ""};
}

TEST(ProbeVerdict, AnErrnoMeansWhatItsCallMeans) {
  struct Row {
    ProbeStage stage;
    int error;
    ProbeVerdict verdict;
  };
  for (auto const& [stage, error, verdict] : {
           Row{ProbeStage::Open, EMFILE, ProbeVerdict::LocalError},
           Row{ProbeStage::Open, EPERM, ProbeVerdict::NotPermitted},
           Row{ProbeStage::Bind, EADDRNOTAVAIL, ProbeVerdict::BadSource},
           Row{ProbeStage::Connect, EADDRNOTAVAIL, ProbeVerdict::NoLocalPort},
           Row{ProbeStage::Connect, ENETUNREACH, ProbeVerdict::NoRoute},
           Row{ProbeStage::Connect, EHOSTUNREACH, ProbeVerdict::NoRoute},
           Row{ProbeStage::Connect, EACCES, ProbeVerdict::NotPermitted},
           Row{ProbeStage::Connect, EPERM, ProbeVerdict::NotPermitted},
           Row{ProbeStage::Connect, EINVAL, ProbeVerdict::LocalError},
           Row{ProbeStage::Handshake, ECONNREFUSED, ProbeVerdict::Refused},
           Row{ProbeStage::Handshake, ETIMEDOUT, ProbeVerdict::Filtered},
           Row{ProbeStage::Handshake, EHOSTUNREACH, ProbeVerdict::Unreachable},
           Row{ProbeStage::Handshake, EACCES, ProbeVerdict::Unreachable},
           Row{ProbeStage::Handshake, ENOBUFS, ProbeVerdict::LocalError},
       }) {
    EXPECT_EQ(decide(failed(stage, error)), verdict)
        << model::name(stage) << ' ' << error << " is " << model::name(verdict);
  }
}

TEST(ProbeVerdict, IcmpGoesBeforeItsErrno) {
  // A port unreachable ends a handshake as ECONNREFUSED, as a RST does.
  auto result = failed(ProbeStage::Handshake, ECONNREFUSED);
  result.icmp = {.family = model::Family::Inet, .type = 3, .code = 3, .from = {}};
  EXPECT_EQ(decide(result), ProbeVerdict::Unreachable);
  result.error = 0;  // it came while connect() ran
  EXPECT_EQ(decide(result), ProbeVerdict::Unreachable);
}

TEST(ProbeVerdict, WhatIsNotAnswered) {
  EXPECT_EQ(decide(unanswered()), ProbeVerdict::Filtered);
  auto result = unanswered();
  result.listener = full(false);
  EXPECT_EQ(decide(result), ProbeVerdict::AcceptQueueFull);
  result.listener->queue = kLimit;
  EXPECT_EQ(decide(result), ProbeVerdict::Filtered);
}

TEST(ProbeVerdict, WhatIsEstablished) {
  auto result = established();
  EXPECT_EQ(decide(result), ProbeVerdict::Open);
  result.banner_waited = true;
  EXPECT_EQ(decide(result), ProbeVerdict::OpenSilent);
  result.peer_end = PeerEnd::Closed;
  EXPECT_EQ(decide(result), ProbeVerdict::OpenClosed);
  result.peer_end = PeerEnd::Reset;
  EXPECT_EQ(decide(result), ProbeVerdict::ResetAfterAccept);
  result.banner = "220";
  EXPECT_EQ(decide(result), ProbeVerdict::Open);
}

TEST(ProbeVerdict, EstablishedOnThisSideAlone) {
  auto result = established();
  result.banner_waited = true;
  result.listener = full(true);
  EXPECT_EQ(decide(result), ProbeVerdict::AcceptQueueFull);
  // It got in before the queue was full.
  result.listener->handshake_kept = false;
  EXPECT_EQ(decide(result), ProbeVerdict::OpenSilent);
}

TEST(ProbeVerdict, ANameThatHasNoAddress) {
  EXPECT_EQ(decide(failed(ProbeStage::Resolve, 0)), ProbeVerdict::NameNotResolved);
}

TEST(ProbeVerdict, WhichAreOpen) {
  EXPECT_TRUE(model::is_open(ProbeVerdict::Open));
  EXPECT_TRUE(model::is_open(ProbeVerdict::OpenSilent));
  EXPECT_TRUE(model::is_open(ProbeVerdict::OpenClosed));
  EXPECT_TRUE(model::is_open(ProbeVerdict::ResetAfterAccept));
  EXPECT_FALSE(model::is_open(ProbeVerdict::AcceptQueueFull));
  EXPECT_FALSE(model::is_open(ProbeVerdict::Refused));
  EXPECT_FALSE(model::is_open(ProbeVerdict::Cancelled));
}

}  // namespace
}  // namespace lastack::act
