// What the filter lets through to the face, and when --count lines are full.
#include "app/watch_sink.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <optional>
#include <string>
#include <vector>

#include "app/names.hh"
#include "support/story.hh"

namespace lastack::app {
namespace {

using test::flow;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using enum model::SocketState;

// Remembers what it is shown.
class Face : public WatchFace {
 public:
  void transition(model::Life const& life, model::Transition const& transition) override {
    shown.push_back(test::written(life.endpoint.cookie, transition));
  }
  void end(model::Life const& life, std::uint64_t /*end_ns*/) override {
    shown.push_back(test::written(life));
  }
  void gap(Gap const& /*gap*/) override {}
  void process_changed(std::uint32_t entry) override { changed.push_back(entry); }
  void tick(std::uint64_t /*now_ns*/) override {}
  void finish(WatchSummary const& /*summary*/, std::uint64_t /*now_ns*/) override {}

  std::vector<std::string> shown;
  std::vector<std::uint32_t> changed;
};

// A table whose sink is the one that is tested; events as in a Story.
class Watching {
 public:
  explicit Watching(WatchOptions options, std::string const& text = "")
      : options_(std::move(options)),
        filter_(filter::parse(text, SystemNames(), filter::Scope::Transitions).value()) {}

  void open() { sink.open(table_, keeper_, face, filter_); }
  void apply(std::uint64_t cookie, std::uint16_t port, model::SocketState from,
             model::SocketState to, model::Actor const* by = nullptr) {
    model::SocketEvent event;
    event.time_ns = now_ns_ += 1'000'000;
    event.cookie = cookie;
    event.flow = flow("127.0.0.1", port, "127.0.0.1", 80);
    event.netns_inode = test::kHostNetns;
    event.from = from;
    event.to = to;
    event.actor = by;
    event.flags = by == nullptr ? 0 : model::SocketEvent::Owned;
    if (to == Closed) event.error = ECONNRESET;
    table_.apply(event);
  }
  // connect(), answered and reset.
  void life(std::uint64_t cookie, std::uint16_t port, model::Actor const* by = nullptr) {
    apply(cookie, port, Closed, SynSent, by);
    apply(cookie, port, SynSent, Established);
    apply(cookie, port, Established, Closed);
  }

 private:
  WatchOptions options_;
  filter::Filter filter_;

 public:
  Face face;
  WatchSink sink{options_};

 private:
  track::LiveTable table_{sink};
  BookKeeper keeper_{table_, {}};
  std::uint64_t now_ns_ = 1'000'000'000;
};

WatchOptions options_for(WatchView view, std::optional<std::uint64_t> count = std::nullopt) {
  WatchOptions options;
  options.view = view;
  options.count = count;
  return options;
}

constexpr auto kConnect = "7 CLOSED>SYN_SENT connect";
constexpr auto kSynAck = "7 SYN_SENT>ESTABLISHED syn_ack_received";
constexpr auto kRst = "7 ESTABLISHED>CLOSED rst_received";

TEST(WatchSink, ShowsNothingBeforeItIsOpened) {
  Watching watching({});
  watching.life(7, 40000);
  EXPECT_THAT(watching.face.shown, IsEmpty());
  watching.open();
  watching.life(8, 40000);
  EXPECT_THAT(watching.face.shown, SizeIs(3));
}

TEST(WatchSink, ShowsEachTransition) {
  Watching watching({});
  watching.open();
  watching.life(7, 40000);
  EXPECT_THAT(watching.face.shown, ElementsAre(kConnect, kSynAck, kRst));
  EXPECT_EQ(watching.sink.shown(), 3U);
}

TEST(WatchSink, StopsWhenCountLinesWereShown) {
  Watching watching(options_for(WatchView::Transitions, 2));
  watching.open();
  watching.apply(7, 40000, Closed, SynSent);
  EXPECT_FALSE(watching.sink.is_full());
  watching.life(7, 40000);
  EXPECT_TRUE(watching.sink.is_full());
  EXPECT_THAT(watching.face.shown, SizeIs(2));
  EXPECT_EQ(watching.sink.shown(), 2U);
}

TEST(WatchSink, ShowsALifeWhenItIsOver) {
  Watching watching(options_for(WatchView::Lives, 2));
  watching.open();
  watching.apply(7, 40000, Closed, SynSent);
  EXPECT_THAT(watching.face.shown, IsEmpty());
  for (std::uint64_t cookie = 7; cookie < 12; ++cookie) watching.life(cookie, 40000);
  EXPECT_THAT(watching.face.shown, SizeIs(2)) << "the first, missed end and all, and the second";
}

TEST(WatchSink, TalliesCountTransitionsInsteadOfLines) {
  Watching watching(options_for(WatchView::Tally));
  watching.open();
  watching.life(7, 40000);
  EXPECT_THAT(watching.face.shown, SizeIs(3));
  EXPECT_EQ(watching.sink.shown(), 3U);
  EXPECT_FALSE(watching.sink.is_full());
}

TEST(WatchSink, AsksTheFilterAboutEachStep) {
  Watching watching({}, "from syn-sent or to closed");
  watching.open();
  watching.life(7, 40000);
  EXPECT_THAT(watching.face.shown, ElementsAre(kSynAck, kRst));
}

TEST(WatchSink, AsksTheFilterAboutTheConnection) {
  Watching watching({}, "sport = :40001");
  watching.open();
  watching.life(7, 40000);
  watching.life(8, 40001);
  EXPECT_THAT(watching.face.shown, SizeIs(3));
  EXPECT_TRUE(watching.face.shown.front().starts_with("8 "));
}

// The filter must know a process that has just come into the book.
TEST(WatchSink, AsksTheFilterAboutProcessesThatAreNew) {
  Watching watching({}, "process = curl");
  watching.open();
  auto const curl = test::actor(100, "curl");
  auto const wget = test::actor(101, "wget");
  watching.life(7, 40000, &wget);
  watching.life(8, 40000, &curl);
  EXPECT_THAT(watching.face.shown, SizeIs(3));
  EXPECT_TRUE(watching.face.shown.front().starts_with("8 "));
}

TEST(WatchSink, AProcessWithANewNameIsFilteredByIt) {
  Watching watching({}, "process = curl");
  watching.open();
  auto const shell = test::actor(100, "sh");
  auto const curl = test::actor(100, "curl");
  watching.life(7, 40000, &shell);
  EXPECT_THAT(watching.face.shown, IsEmpty());
  watching.life(7, 40000, &curl);
  EXPECT_THAT(watching.face.shown, SizeIs(3));
  EXPECT_FALSE(watching.face.changed.empty()) << "the face is told";
}

TEST(WatchSink, ALifeIsWantedWhereOneOfItsStepsIs) {
  struct Case {
    char const* filter;
    bool wanted;
  };
  for (auto const& [filter, wanted] :
       {Case{"from syn-sent to established", true}, Case{"to closed", true},
        Case{"from established to closed", true}, Case{"to syn-sent", true},
        Case{"from closed", true}, Case{"from syn-sent to closed", false},
        Case{"to time-wait", false}, Case{"dport = :80", true}, Case{"dport = :81", false},
        Case{"to established and dport = :81", false}}) {
    Watching watching(options_for(WatchView::Lives), filter);
    watching.open();
    watching.life(7, 40000);
    EXPECT_EQ(watching.face.shown.size(), wanted ? 1U : 0U) << filter;
  }
}

}  // namespace
}  // namespace lastack::app
