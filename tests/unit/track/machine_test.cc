// A machine at random: sockets that open and close in every way, events that get lost, dumps in
// between. At a quiet moment the table says what the machine says.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <random>
#include <string>
#include <vector>

#include "support/found.hh"

namespace lastack::track {
namespace {

using model::Caller;
using model::EventKind;
using model::SocketEvent;
using model::SocketState;
using test::Found;
using test::Story;
using enum model::SocketState;

enum class Shape : std::uint8_t { Full, Request, Mini };

struct KernelSocket {
  std::uint64_t cookie = 0;  // of a request 0 until somebody asks
  model::Flow flow;
  SocketState state = Closed;
  Shape shape = Shape::Full;
  std::uint32_t inode = 0;
};

class Machine {
 public:
  Machine(Story& story, unsigned seed, double loss) : story_(story), random_(seed), loss_(loss) {}

  void step() {
    if (sockets_.size() < 5 || chance(0.2)) return begin();
    auto const which = below(sockets_.size());
    switch (sockets_[which].shape) {
      case Shape::Full: return live(which);
      case Shape::Request: return decide(which);
      case Shape::Mini: return wait(which);
    }
  }
  void stop_losing() { loss_ = 0; }

  // What a dump finds: asked for it, a request gets its cookie.
  Found dump() {
    Found found;
    for (auto& socket : sockets_) {
      if (socket.cookie == 0) socket.cookie = next_cookie_++;
      found.row(socket.cookie, socket.state, socket.flow, socket.inode);
    }
    return found;
  }
  // "7 ESTABLISHED 40000", sorted.
  [[nodiscard]] std::vector<std::string> rows() const {
    std::vector<std::string> out;
    for (auto const& socket : sockets_) {
      out.push_back(written(socket.cookie, socket.state, socket.flow));
    }
    std::ranges::sort(out);
    return out;
  }
  static std::string written(std::uint64_t cookie, SocketState state, model::Flow const& flow) {
    return std::to_string(cookie) + " " + std::string(name(state)) + " " +
           std::to_string(flow.local_port) + ">" + std::to_string(flow.remote_port);
  }

 private:
  std::size_t below(std::size_t count) { return random_() % count; }
  bool chance(double probability) {
    return std::uniform_real_distribution<>(0, 1)(random_) < probability;
  }

  void begin() {
    KernelSocket socket;
    socket.flow = test::flow("10.0.0.1", 0, "10.0.0.2", 80);
    socket.flow.local_port = next_port_++;
    if (chance(0.5)) {
      socket.cookie = next_cookie_++;
      socket.inode = 50'000 + next_port_;
      tell_state(socket, SynSent);
    } else {
      std::swap(socket.flow.local_port, socket.flow.remote_port);
      socket.shape = Shape::Request;
      socket.state = SynReceived;
      tell(socket, EventKind::RequestArmed);
    }
    sockets_.push_back(socket);
  }

  // A full socket goes on from where it is.
  void live(std::size_t which) {
    auto& socket = sockets_[which];
    if (chance(0.05)) return end(which, ECONNRESET);
    switch (socket.state) {
      case SynSent: return tell_state(socket, Established);
      case Established: return tell_state(socket, chance(0.5) ? FinWait1 : CloseWait);
      case CloseWait: return tell_state(socket, LastAck);
      case LastAck: return end(which, 0);
      case FinWait1: return tell_state(socket, chance(0.8) ? FinWait2 : Closing);
      case Closing: return shrink(socket, TimeWait);
      default: return shrink(socket, chance(0.5) ? TimeWait : FinWait2);
    }
  }
  void decide(std::size_t which) {
    auto& socket = sockets_[which];
    if (chance(0.2)) {
      tell(socket, EventKind::RequestDisarmed, Caller::Segment);
      sockets_.erase(sockets_.begin() + static_cast<std::ptrdiff_t>(which));
      return;
    }
    tell(socket, EventKind::RequestDisarmed, Caller::Handshake);
    if (socket.cookie == 0) socket.cookie = next_cookie_++;
    socket.shape = Shape::Full;
    socket.inode = 50'000 + next_port_;
    tell_state(socket, Established);
  }
  void wait(std::size_t which) {
    auto& socket = sockets_[which];
    tell(socket, EventKind::MiniDisarmed, Caller::TimerWheel);
    if (socket.state == FinWait2 && chance(0.5)) {
      socket.state = TimeWait;
      return tell(socket, EventKind::MiniArmed);
    }
    tell(socket, EventKind::MiniFired);
    sockets_.erase(sockets_.begin() + static_cast<std::ptrdiff_t>(which));
  }
  void shrink(KernelSocket& socket, SocketState to) {
    auto const full = socket;
    socket.shape = Shape::Mini;
    socket.state = to;
    socket.inode = 0;
    tell(socket, EventKind::MiniArmed);
    auto gone = full;
    tell_state(gone, Closed, 0, SocketEvent::Orphan);
  }
  void end(std::size_t which, std::uint16_t error) {
    tell_state(sockets_[which], Closed, error);
    sockets_.erase(sockets_.begin() + static_cast<std::ptrdiff_t>(which));
  }

  void tell_state(KernelSocket& socket, SocketState to, std::uint16_t error = 0,
                  unsigned flags = 0) {
    auto event = event_of(socket, EventKind::State);
    event.to = to;
    event.error = error;
    event.flags = static_cast<std::uint16_t>(flags);
    socket.state = to;
    send(event);
  }
  void tell(KernelSocket const& socket, EventKind kind, Caller caller = Caller::Unknown) {
    auto event = event_of(socket, kind);
    event.caller = caller;
    send(event);
  }
  static SocketEvent event_of(KernelSocket const& socket, EventKind kind) {
    SocketEvent event;
    event.kind = kind;
    event.cookie = socket.cookie;
    event.flow = socket.flow;
    event.netns_inode = test::kHostNetns;
    event.from = event.to = socket.state;
    event.inode = socket.inode;
    return event;
  }
  void send(SocketEvent const& event) {
    if (!chance(loss_)) story_.apply(event);
  }

  Story& story_;
  std::mt19937 random_;
  double loss_;
  std::vector<KernelSocket> sockets_;
  std::uint64_t next_cookie_ = 1;
  std::uint16_t next_port_ = 10'000;
};

std::vector<std::string> rows_of(LiveTable const& table) {
  std::vector<std::string> out;
  table.for_each([&](Connection const& each) {
    out.push_back(Machine::written(each.endpoint.cookie, each.endpoint.state, each.endpoint.flow));
  });
  std::ranges::sort(out);
  return out;
}

void expect_sound(Story& story) {
  EXPECT_EQ(story.counts().defects, 0U) << ::testing::PrintToString(story.table().defects());
  EXPECT_EQ(story.table().size(), story.counts().begun - story.counts().ended);
}

TEST(MachineAtRandom, EventsAloneTellEverything) {
  for (unsigned seed = 1; seed <= 10; ++seed) {
    Story story;
    Machine machine(story, seed, 0);
    for (int i = 0; i < 2000; ++i) {
      machine.step();
      if (i % 100 != 0) continue;
      story.settles();
      ASSERT_EQ(rows_of(story.table()), machine.rows()) << "seed " << seed << ", step " << i;
    }
    EXPECT_EQ(story.counts().inferred, 0U);
    expect_sound(story);
  }
}

TEST(MachineAtRandom, DumpsChangeNothingOfWhatEventsTold) {
  for (unsigned seed = 1; seed <= 10; ++seed) {
    Story story;
    Machine machine(story, seed, 0);
    for (int i = 0; i < 1000; ++i) {
      machine.step();
      if (i % 50 != 0) continue;
      story.settles();
      auto const corrections = story.looks(machine.dump().snapshot());
      EXPECT_EQ(corrections.found + corrections.moved + corrections.ended, 0U)
          << "seed " << seed << ", step " << i;
      ASSERT_EQ(rows_of(story.table()), machine.rows());
    }
    EXPECT_EQ(story.counts().inferred, 0U);
    expect_sound(story);
  }
}

TEST(MachineAtRandom, AfterLossesTwoDumpsMakeItRightAgain) {
  for (unsigned seed = 1; seed <= 40; ++seed) {
    Story story;
    Machine machine(story, seed, seed % 2 == 0 ? 0.05 : 0.4);
    for (int i = 0; i < 1000; ++i) {
      machine.step();
      if (i % 97 == 0) (void)story.looks(machine.dump().snapshot());
    }
    machine.stop_losing();
    for (int i = 0; i < 2; ++i) {
      story.settles();
      (void)story.looks(machine.dump().snapshot());
    }
    ASSERT_EQ(rows_of(story.table()), machine.rows()) << "seed " << seed;
    for (int i = 0; i < 500; ++i) machine.step();
    story.settles();
    ASSERT_EQ(rows_of(story.table()), machine.rows()) << "and it stays right; seed " << seed;
    expect_sound(story);
  }
}

}  // namespace
}  // namespace lastack::track
