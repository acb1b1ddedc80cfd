#include "model/life.hh"

#include <gtest/gtest.h>

namespace lastack::model {
namespace {

TEST(Hop, HoldsWhatItIsGiven) {
  for (std::size_t state = 0; state < kSocketStateCount; ++state) {
    for (std::size_t cause = 0; cause < kCauseCount; ++cause) {
      for (bool const inferred : {false, true}) {
        Hop const hop(static_cast<SocketState>(state), 1'234'567 + state, static_cast<Cause>(cause),
                      inferred);
        ASSERT_EQ(hop.state(), static_cast<SocketState>(state));
        ASSERT_EQ(hop.dwell_us(), 1'234'567 + state);
        ASSERT_EQ(hop.left_by(), static_cast<Cause>(cause));
        ASSERT_EQ(hop.inferred(), inferred);
      }
    }
  }
}

TEST(Hop, HasRoomForEightYears) {
  auto const dwell = [](std::uint64_t us) {
    return Hop(SocketState::Established, us, Cause::Close, true);
  };
  EXPECT_EQ(dwell(0).dwell_us(), 0U);
  EXPECT_EQ(dwell(Hop::kUnknownDwell - 1).dwell_us(), Hop::kUnknownDwell - 1);
  for (auto const us : {Hop::kUnknownDwell, Hop::kUnknownDwell + 1, kUnknown64}) {
    EXPECT_EQ(dwell(us).dwell_us(), Hop::kUnknownDwell);
    EXPECT_EQ(dwell(us).state(), SocketState::Established) << "the rest stays what it is";
    EXPECT_EQ(dwell(us).left_by(), Cause::Close);
  }
  EXPECT_GE(Hop::kUnknownDwell / 1'000'000 / 86'400 / 365, 8U);
}

TEST(Life, TheHandshakeEndsWhereItIsEstablished) {
  Life life;
  EXPECT_FALSE(life.handshake_us());
  life.hops = {Hop(SocketState::SynSent, 30, Cause::Syn, false),
               Hop(SocketState::SynReceived, 12, Cause::Ack, false),
               Hop(SocketState::Established, 400, Cause::Fin, false)};
  life.hop_count = 2;
  EXPECT_FALSE(life.handshake_us()) << "it was never over";
  life.hop_count = 3;
  EXPECT_EQ(life.handshake_us(), 42U);
  life.hops[1] = Hop(SocketState::SynReceived, Hop::kUnknownDwell, Cause::Ack, true);
  EXPECT_FALSE(life.handshake_us());
  life.hops[0] = Hop(SocketState::Listen, 30, Cause::Close, false);
  EXPECT_FALSE(life.handshake_us());
}

TEST(Life, PathIsThatOfTheHopsThatWere) {
  Life life;
  EXPECT_TRUE(life.path().empty());
  life.hops[0] = Hop(SocketState::SynSent, 1, Cause::SynAck, false);
  life.hop_count = 1;
  ASSERT_EQ(life.path().size(), 1U);
  EXPECT_EQ(life.path().front().state(), SocketState::SynSent);
}

TEST(Life, SidesAndSourcesHaveNames) {
  EXPECT_EQ(name(Side::Unknown), "unknown");
  EXPECT_EQ(name(Side::Kernel), "kernel");
  EXPECT_EQ(name(OwnerSource::Unknown), "unknown");
  EXPECT_EQ(name(OwnerSource::Scanned), "scanned");
}

TEST(Actor, NamesEndAtTheirNulOrFillTheirRoom) {
  Actor actor;
  EXPECT_EQ(actor.name(), "");
  actor.comm = {'c', 'u', 'r', 'l'};
  EXPECT_EQ(actor.name(), "curl");
  actor.comm.fill('x');
  EXPECT_EQ(actor.name(), std::string(16, 'x'));
}

}  // namespace
}  // namespace lastack::model
