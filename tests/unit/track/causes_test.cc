// From what the kernel reported to why.
#include "track/causes.hh"

#include <gtest/gtest.h>

#include <cerrno>
#include <set>
#include <string>
#include <vector>

namespace lastack::track {
namespace {

using model::Caller;
using model::Cause;
using model::SocketEvent;
using model::SocketState;
using enum model::SocketState;

constexpr unsigned kOwned = SocketEvent::Owned;
constexpr unsigned kClosing = SocketEvent::Owned | SocketEvent::FileClosing;
constexpr unsigned kExiting = kClosing | SocketEvent::Exiting;
constexpr unsigned kOrphan = SocketEvent::Orphan;

struct Case {
  SocketState from;
  SocketState to;
  Cause cause;
  unsigned flags = 0;
  std::uint16_t error = 0;
  Caller caller = Caller::Unknown;
  bool time_wait_full = false;
};

SocketEvent event_of(Case const& each) {
  SocketEvent event;
  event.from = each.from;
  event.to = each.to;
  event.flags = static_cast<std::uint16_t>(each.flags);
  event.error = each.error;
  event.caller = each.caller;
  event.time_wait_full = each.time_wait_full;
  return event;
}

std::string written(Case const& each) {
  return std::string(name(each.from)) + " -> " + std::string(name(each.to)) + ", flags " +
         std::to_string(each.flags) + ", error " + std::to_string(each.error) + ", caller " +
         std::to_string(static_cast<int>(each.caller));
}

std::string id(Cause cause) { return std::string(model::describe(cause).id); }

std::vector<Case> const& steps() {
  static std::vector<Case> const cases{
      // calls
      {Closed, Listen, Cause::Listen, kOwned},
      {Closed, SynSent, Cause::Connect, kOwned},
      {Established, FinWait1, Cause::Shutdown, kOwned},
      {Established, FinWait1, Cause::Close, kClosing},
      {Established, FinWait1, Cause::Exit, kExiting},
      {Established, FinWait1, Cause::Close, kOwned | SocketEvent::NoFile},
      {SynReceived, FinWait1, Cause::Close, kClosing},
      {SynReceived, FinWait1, Cause::Shutdown},  // put off until the handshake was over
      {CloseWait, LastAck, Cause::Close, kClosing},
      {CloseWait, LastAck, Cause::Exit, kExiting},
      {CloseWait, LastAck, Cause::Shutdown, kOwned},
      // segments
      {Listen, SynReceived, Cause::Syn},
      {SynSent, SynReceived, Cause::Syn},
      {TimeWait, SynReceived, Cause::Syn},
      {SynSent, Established, Cause::SynAck},
      {SynReceived, Established, Cause::Ack},
      {Established, CloseWait, Cause::Fin},
      {FinWait1, FinWait2, Cause::Ack},
      {FinWait1, Closing, Cause::Fin},
      {FinWait1, TimeWait, Cause::FinAck},
      {FinWait2, TimeWait, Cause::Fin},
      {Closing, TimeWait, Cause::Ack},
      // no rule knows it
      {Established, LastAck, Cause::Unknown},
  };
  return cases;
}

std::vector<Case> const& ends() {
  static std::vector<Case> const cases{
      // errors, whoever runs
      {Established, Closed, Cause::Rst, 0, ECONNRESET},
      {CloseWait, Closed, Cause::Rst, 0, EPIPE},
      {Established, Closed, Cause::Rst, kOwned, ECONNRESET},  // from the socket's backlog
      {LastAck, Closed, Cause::Rst, kOrphan, ECONNRESET},
      {SynSent, Closed, Cause::Refused, 0, ECONNREFUSED},
      {Established, Closed, Cause::Destroyed, kOwned, ECONNABORTED},
      {Listen, Closed, Cause::Destroyed, kOwned, ECONNABORTED},
      {SynSent, Closed, Cause::Unreachable, 0, EHOSTUNREACH},
      {SynSent, Closed, Cause::Unreachable, 0, ENETUNREACH},
      {Established, Closed, Cause::Unreachable, 0, ENETDOWN},
      {Established, Closed, Cause::Unreachable, 0, EHOSTDOWN},
      {SynSent, Closed, Cause::Unreachable, 0, ENOPROTOOPT},
      {Established, Closed, Cause::OtherError, 0, EIO},
      // timers
      {SynSent, Closed, Cause::RetransmissionLimit, 0, ETIMEDOUT},
      {SynReceived, Closed, Cause::RetransmissionLimit, SocketEvent::Probing, ETIMEDOUT},
      {Established, Closed, Cause::RetransmissionLimit, SocketEvent::Retransmitted, ETIMEDOUT},
      {Established, Closed, Cause::RetransmissionLimit, SocketEvent::Unacked | SocketEvent::Probing,
       ETIMEDOUT},
      {Established, Closed, Cause::KeepaliveLimit, SocketEvent::Probing, ETIMEDOUT},
      {Established, Closed, Cause::ProbeLimit, SocketEvent::Probing | SocketEvent::Unsent,
       ETIMEDOUT},
      {FinWait1, Closed, Cause::RetransmissionLimit, kOrphan | SocketEvent::Retransmitted},
      {FinWait1, Closed, Cause::ProbeLimit, kOrphan | SocketEvent::Probing | SocketEvent::Unsent},
      {FinWait2, Closed, Cause::FinWait2Timeout, kOrphan, 0, Caller::KeepaliveTimer},
      // calls
      {Listen, Closed, Cause::Close, kClosing},
      {Listen, Closed, Cause::Exit, kExiting},
      {Listen, Closed, Cause::ListenFailed, kOwned, 0, Caller::ListenCall},
      {Listen, Closed, Cause::Shutdown, kOwned, 0, Caller::ShutdownCall},
      {Listen, Closed, Cause::Disconnect, kOwned, 0, Caller::DisconnectCall},
      {Listen, Closed, Cause::Destroyed, kOwned, 0, Caller::Destroy},
      {Listen, Closed, Cause::Close, kOwned, 0, Caller::CloseCall},
      {Listen, Closed, Cause::Unknown, kOwned},
      {SynSent, Closed, Cause::Close, kClosing},
      {SynSent, Closed, Cause::Exit, kExiting},
      {SynSent, Closed, Cause::ConnectFailed, kOwned, 0, Caller::ConnectCall},
      {SynSent, Closed, Cause::Disconnect, kOwned, 0, Caller::DisconnectCall},
      {SynSent, Closed, Cause::Shutdown, kOwned, 0, Caller::ShutdownCall},
      {Established, Closed, Cause::LingerReset, kClosing | SocketEvent::LingerReset},
      {Established, Closed, Cause::UnreadData, kClosing},
      {CloseWait, Closed, Cause::UnreadData, kExiting},
      {FinWait1, Closed, Cause::UnreadData, kClosing},
      {Established, Closed, Cause::Disconnect, kOwned},
      {CloseWait, Closed, Cause::Disconnect, kOwned},
      // the rest of the kernel
      {Established, Closed, Cause::NetnsRemoved, SocketEvent::NetnsDying},
      {FinWait1, Closed, Cause::NetnsRemoved, kOrphan | SocketEvent::NetnsDying, ETIMEDOUT},
      {FinWait2, Closed, Cause::TimeWaitTableFull, kOrphan, 0, Caller::Receiver, true},
      {Closing, Closed, Cause::TimeWaitTableFull, kOrphan, 0, Caller::Unknown, true},
      {FinWait2, Closed, Cause::DataAfterClose, kOrphan, 0, Caller::Receiver},
      {FinWait2, Closed, Cause::OrphanLimit, kOrphan | kOwned, 0, Caller::CloseCall},
      {FinWait2, Closed, Cause::Unknown, kOrphan},
      {FinWait1, Closed, Cause::OrphanLimit, kOrphan | kOwned},
      {LastAck, Closed, Cause::Ack},
      {LastAck, Closed, Cause::Ack, kOrphan},
      {LastAck, Closed, Cause::Ack, kOwned},
      {Established, Closed, Cause::Unknown},
  };
  return cases;
}

TEST(Causes, OfEveryStep) {
  for (auto const& each : steps()) {
    EXPECT_EQ(id(cause_of(event_of(each), {})), id(each.cause)) << written(each);
  }
}

TEST(Causes, OfEveryEnd) {
  for (auto const& each : ends()) {
    EXPECT_EQ(id(cause_of(event_of(each), {})), id(each.cause)) << written(each);
  }
}

TEST(Causes, OfAConnectionThatNobodyAccepted) {
  Connection waiting;
  waiting.opened_by = Side::Remote;
  auto const end = event_of({Established, Closed, Cause::ListenerClosed});
  EXPECT_EQ(cause_of(end, waiting), Cause::ListenerClosed);
  waiting.owner_source = OwnerSource::Listener;
  EXPECT_EQ(cause_of(end, waiting), Cause::ListenerClosed);
  waiting.owner_source = OwnerSource::Accepted;
  EXPECT_EQ(cause_of(end, waiting), Cause::Unknown);
  waiting = {};
  waiting.opened_by = Side::Local;
  EXPECT_EQ(cause_of(end, waiting), Cause::Unknown);
}

TEST(Causes, OfAHandshakeThatASynCookieKept) {
  Connection child;
  child.from_cookie = true;
  EXPECT_EQ(cause_of(event_of({SynReceived, Established, Cause::SynCookie}), child),
            Cause::SynCookie);
  EXPECT_EQ(cause_of(event_of({Established, CloseWait, Cause::Fin}), child), Cause::Fin);
}

struct SmallCase {
  Caller caller;
  Cause of_request;
  Cause of_mini;
};

std::vector<SmallCase> const& small_ends() {
  static std::vector<SmallCase> const cases{
      {Caller::Unknown, Cause::RequestDropped, Cause::Unknown},
      {Caller::TimerWheel, Cause::SynAckLimit, Cause::TimeWaitTimeout},
      {Caller::Destroy, Cause::Destroyed, Cause::Destroyed},
      {Caller::Segment, Cause::Rst, Cause::Rst},
      {Caller::Receiver, Cause::ListenerClosed, Cause::DataAfterClose},
      {Caller::TakeOver, Cause::RequestDropped, Cause::TimeWaitReused},
      {Caller::NetnsExit, Cause::NetnsRemoved, Cause::NetnsRemoved},
      {Caller::ListenerEnd, Cause::ListenerClosed, Cause::ListenerClosed},
      {Caller::Handshake, Cause::RequestDropped, Cause::Unknown},
      {Caller::ListenCall, Cause::RequestDropped, Cause::Unknown},
      {Caller::KeepaliveTimer, Cause::RequestDropped, Cause::Unknown},
  };
  return cases;
}

TEST(Causes, OfTheEndsOfRequestsAndMiniSockets) {
  for (auto const& [caller, of_request, of_mini] : small_ends()) {
    SocketEvent event;
    event.caller = caller;
    EXPECT_EQ(id(cause_of_end(event, false)), id(of_request)) << static_cast<int>(caller);
    EXPECT_EQ(id(cause_of_end(event, true)), id(of_mini)) << static_cast<int>(caller);
    event.flags = SocketEvent::NetnsDying;
    EXPECT_EQ(cause_of_end(event, false), Cause::NetnsRemoved);
    EXPECT_EQ(cause_of_end(event, true), Cause::NetnsRemoved);
  }
}

TEST(Causes, OfRequestsThatTheKernelResets) {
  SocketEvent event;
  event.caller = Caller::Segment;
  event.flags = SocketEvent::ResetSent;
  EXPECT_EQ(cause_of_end(event, false), Cause::BadSegment);
  EXPECT_EQ(cause_of_end(event, true), Cause::Rst) << "of a mini-socket that says nothing";
  event.flags = SocketEvent::AcceptQueueFull;
  EXPECT_EQ(cause_of_end(event, false), Cause::Rst) << "without a reset it goes on";
  for (auto const caller : {Caller::Segment, Caller::Unknown, Caller::Handshake}) {
    event.caller = caller;
    event.flags = SocketEvent::AcceptQueueFull | SocketEvent::ResetSent;
    EXPECT_EQ(cause_of_end(event, false), Cause::AcceptQueueFull);
  }
}

// Every cause has a way to come about but those that the table itself gives.
TEST(Causes, NoneIsForgotten) {
  std::set<Cause> seen{Cause::SynCookie, Cause::AcceptQueueFull, Cause::BadSegment,
                       Cause::TimeWaitRecycled};  // above, and in closing_test.cc
  for (auto const& each : steps()) seen.insert(each.cause);
  for (auto const& each : ends()) seen.insert(each.cause);
  for (auto const& each : small_ends()) seen.insert({each.of_request, each.of_mini});
  for (std::size_t i = 0; i < model::kCauseCount; ++i) {
    EXPECT_TRUE(seen.contains(static_cast<Cause>(i))) << id(static_cast<Cause>(i));
  }
}

TEST(Causes, UsuallyEveryStepOfTheFigureHasOne) {
  EXPECT_EQ(usual_cause(LastAck, Closed), Cause::Ack);
  EXPECT_EQ(usual_cause(TimeWait, Closed), Cause::TimeWaitTimeout);
  EXPECT_EQ(usual_cause(Listen, Closed), Cause::Close);
  EXPECT_EQ(usual_cause(Established, FinWait1), Cause::Close);
  EXPECT_EQ(usual_cause(CloseWait, LastAck), Cause::Close);
  EXPECT_EQ(usual_cause(FinWait2, TimeWait), Cause::Fin);
  EXPECT_EQ(usual_cause(Established, Closed), Cause::Unknown) << "there are many";
  EXPECT_EQ(usual_cause(LastAck, Established), Cause::Unknown) << "there is none";
}

TEST(Closer, IsWhoseFinOrResetCameFirst) {
  EXPECT_EQ(closer(Established, FinWait1, Cause::Shutdown), Side::Local);
  EXPECT_EQ(closer(Established, CloseWait, Cause::Fin), Side::Remote);
  EXPECT_EQ(closer(Established, Closed, Cause::Rst), Side::Remote);
  EXPECT_EQ(closer(Established, Closed, Cause::LingerReset), Side::Local);
  EXPECT_EQ(closer(Established, Closed, Cause::KeepaliveLimit), Side::Kernel);
  EXPECT_EQ(closer(Established, Closed, Cause::Destroyed), Side::Kernel);
  EXPECT_EQ(closer(Established, Closed, Cause::Unknown), Side::Unknown);
  EXPECT_EQ(closer(Listen, Closed, Cause::Close), Side::Unknown) << "nobody is at the other end";
  EXPECT_EQ(closer(SynSent, Established, Cause::SynAck), Side::Unknown);
  EXPECT_EQ(closer(FinWait1, FinWait2, Cause::Ack), Side::Unknown);
}

}  // namespace
}  // namespace lastack::track
