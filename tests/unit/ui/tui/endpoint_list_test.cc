#include "ui/tui/endpoint_list.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "support/tui_updates.hh"
#include "ui/cli/order.hh"
#include "unit/filter/support.hh"

namespace lastack::ui::tui {
namespace {

using model::SocketState;
using test::Machine;
using testing::ElementsAre;
using testing::IsEmpty;

filter::Filter parsed(std::string_view text) {
  filter::testing::FakeNames const names;
  auto filter = filter::parse(text, names);
  if (!filter) ADD_FAILURE() << text << ": " << filter.error().message;
  return filter ? *filter : filter::Filter();
}
std::vector<SortColumn> sorted_by(std::string_view text) {
  if (text.empty()) return {};
  auto sort = parse_sort(text);
  if (!sort) ADD_FAILURE() << text;
  return sort ? *sort : std::vector<SortColumn>();
}

class EndpointListTest : public testing::Test {
 protected:
  void apply(Update&& update) {
    store.apply(std::move(update));
    list.update(store.take_changes());
  }
  // What the lines show, from top to bottom: "4000" for a row with that remote port (a listener:
  // "L80"), "[3" for an open head of three, "(3" for a folded one.
  [[nodiscard]] std::vector<std::string> shown() const {
    std::vector<std::string> out;
    for (auto const& line : list.lines()) {
      auto const& flow = store.endpoint(line.slot).flow;
      out.push_back(line.is_head()          ? (line.folded ? "(" : "[") + std::to_string(line.count)
                    : flow.remote_port == 0 ? "L" + std::to_string(flow.local_port)
                                            : std::to_string(flow.remote_port));
    }
    return out;
  }
  Machine::Place connection(std::uint16_t remote_port, std::uint32_t process = Machine::kNobody) {
    return machine.open(test::tcp("10.0.0.1", 80, "10.0.0.2", remote_port), process);
  }
  [[nodiscard]] Slot slot_of_port(std::uint16_t remote_port) const {
    for (Slot slot = 0; slot < store.slot_count(); ++slot) {
      if (store.is_used(slot) && store.endpoint(slot).flow.remote_port == remote_port) return slot;
    }
    return kNoSlot;
  }

  Machine machine;
  Store store;
  EndpointList list{store};
};

TEST_F(EndpointListTest, TheDefaultOrderIsThatOfList) {
  auto const zsh = machine.process(30, "zsh");
  auto const Apache = machine.process(20, "Apache");
  auto const bash = machine.process(10, "bash");
  connection(1, zsh);
  connection(2, bash);
  connection(3, Apache);
  connection(4);
  machine.open(test::listener("0.0.0.0", 80), bash);
  apply(machine.whole());
  EXPECT_THAT(shown(), ElementsAre("3", "L80", "2", "1", "4"));
  Rows rows = all_rows(store.snapshot());
  sort_by_default(store.snapshot(), rows);
  std::vector<Slot> slots;
  for (auto const& line : list.lines()) slots.push_back(line.slot);
  EXPECT_EQ(slots, rows);
}

TEST_F(EndpointListTest, UnknownValuesComeLastUpAndDown) {
  auto const bash = machine.process(10, "bash");
  auto const zsh = machine.process(30, "zsh");
  connection(1, bash);
  connection(2, zsh);
  connection(3);
  apply(machine.whole());
  list.set_sort(sorted_by("-pid"));
  list.rebuild();
  EXPECT_THAT(shown(), ElementsAre("2", "1", "3"));
  list.set_sort(sorted_by("-process"));
  list.rebuild();
  EXPECT_THAT(shown(), ElementsAre("2", "1", "3"));
  list.set_sort(sorted_by("process"));
  list.rebuild();
  EXPECT_THAT(shown(), ElementsAre("1", "2", "3"));
}

TEST_F(EndpointListTest, RowsComeMoveAndLeave) {
  list.set_sort(sorted_by("remote"));
  connection(10);
  auto const second = connection(20);
  apply(machine.whole());
  connection(15);
  apply(machine.changes());
  EXPECT_THAT(shown(), ElementsAre("10", "15", "20"));
  machine.close(second);
  apply(machine.changes());
  EXPECT_THAT(shown(), ElementsAre("10", "15", "20"));  // gone, and still shown
  machine.pass_ms(2000);
  store.expire(machine.now_ns);
  list.update(store.take_changes());
  EXPECT_THAT(shown(), ElementsAre("10", "15"));
  EXPECT_EQ(list.matching(), 2U);
}

TEST_F(EndpointListTest, TheFilterFollowsProcessesThatChange) {
  list.set_filter(parsed("process = nginx"));
  auto const sh = machine.process(12, "sh");
  auto const place = connection(10, sh);
  connection(20);
  apply(machine.whole());
  EXPECT_THAT(shown(), IsEmpty());
  EXPECT_EQ(list.hidden(), 2U);
  machine.become(sh, 12, "nginx");  // exec()
  apply(machine.changes());
  EXPECT_THAT(shown(), ElementsAre("10"));
  auto const other = machine.process(13, "nginx");
  connection(30, other);
  apply(machine.changes());
  EXPECT_THAT(shown(), ElementsAre("10", "30"));
  machine.become(sh, 99, "curl");
  machine.move(place, SocketState::CloseWait);
  apply(machine.changes());
  EXPECT_THAT(shown(), ElementsAre("30"));
}

TEST_F(EndpointListTest, TheFilterFollowsNamesOfUsers) {
  list.set_filter(parsed("user = alice"));
  connection(10, machine.process(12, "sh"));
  apply(machine.whole());
  EXPECT_THAT(shown(), IsEmpty());
  machine.user(12, "alice");
  apply(machine.changes());
  EXPECT_THAT(shown(), ElementsAre("10"));
}

TEST_F(EndpointListTest, Toggles) {
  machine.open(test::listener("127.0.0.1", 80));
  machine.open(test::tcp("127.0.0.1", 5000, "127.0.0.1", 1));
  machine.open(test::tcp("10.0.0.1", 5000, "10.0.0.1", 2));
  machine.open(test::tcp("2001:db8::1", 5000, "2001:db8::2", 3));
  machine.move(connection(4), SocketState::CloseWait);
  machine.others.push_back(test::udp("0.0.0.0", 53));
  list.set_sort(sorted_by("proto,local,remote"));
  apply(machine.whole());
  auto const with = [&](Toggles const& toggles) {
    list.set_toggles(toggles);
    list.rebuild();
    return shown();
  };
  EXPECT_THAT(with({}), ElementsAre("4", "2", "L80", "1", "3", "L53"));
  EXPECT_THAT(with({.tcp = false}), ElementsAre("L53"));
  EXPECT_THAT(with({.udp = false}), ElementsAre("4", "2", "L80", "1", "3"));
  EXPECT_THAT(with({.ipv4 = false}), ElementsAre("3"));
  EXPECT_THAT(with({.ipv6 = false}), ElementsAre("4", "2", "L80", "1", "L53"));
  EXPECT_THAT(with({.listening = false}), ElementsAre("4", "2", "1", "3"));
  EXPECT_THAT(with({.connected = false}), ElementsAre("L80", "L53"));
  EXPECT_THAT(with({.loopback = false}), ElementsAre("4", "2", "3", "L53"));
  EXPECT_THAT(with({.states = model::mask_of(SocketState::CloseWait)}), ElementsAre("4"));
}

TEST_F(EndpointListTest, TimeWaitFoldsByListenerOrPeerBelowTheRest) {
  list.set_grouping(Grouping::FoldTimeWait);
  auto const web = machine.open(test::listener("0.0.0.0", 80));
  connection(10);
  for (std::uint16_t port = 100; port < 103; ++port) {
    machine.move(connection(port), SocketState::TimeWait);
  }
  for (std::uint16_t port = 100; port < 102; ++port) {  // of this side as the client
    machine.move(machine.open(test::tcp("10.0.0.1", port, "10.0.0.9", 443)), SocketState::TimeWait);
  }
  apply(machine.whole());
  EXPECT_THAT(shown(), ElementsAre("L80", "10", "(3", "(2"));
  EXPECT_EQ(list.matching(), 7U);

  auto const head = list.lines()[2];
  EXPECT_EQ(list.find(slot_of_port(101)), 2U);
  EXPECT_EQ(list.find_group(head.group), 2U);
  list.set_folded(head.group, false);
  EXPECT_THAT(shown(), ElementsAre("L80", "10", "[3", "100", "101", "102", "(2"));
  EXPECT_EQ(list.find(slot_of_port(101)), 4U);
  EXPECT_EQ(list.find(slot_of_port(443)), 6U);
  list.rebuild();  // it stays open
  EXPECT_THAT(shown(), ElementsAre("L80", "10", "[3", "100", "101", "102", "(2"));

  machine.close(web);  // peers are what is left, one each
  apply(machine.changes());
  machine.pass_ms(2000);
  store.expire(machine.now_ns);
  list.update(store.take_changes());
  EXPECT_THAT(shown(), ElementsAre("10", "(1", "(1", "(1", "(2"));
  EXPECT_EQ(list.find_group(head.group), std::nullopt);
}

TEST_F(EndpointListTest, ATreeByProcess) {
  list.set_grouping(Grouping::ByProcess);
  list.set_sort(sorted_by("-remote"));
  auto const zsh = machine.process(30, "zsh");
  auto const bash = machine.process(10, "bash");
  connection(1, zsh);
  connection(2, bash);
  connection(3, zsh);
  connection(4);
  apply(machine.whole());
  EXPECT_THAT(shown(), ElementsAre("[1", "2", "[2", "3", "1", "[1", "4"));
  list.set_folded(list.lines()[2].group, true);
  EXPECT_THAT(shown(), ElementsAre("[1", "2", "(2", "[1", "4"));
  machine.become(zsh, 30, "ash");  // it comes first now, and stays folded
  apply(machine.changes());
  EXPECT_THAT(shown(), ElementsAre("(2", "[1", "2", "[1", "4"));
  machine.become(zsh, 31, "zsh");  // another process in the entry
  apply(machine.changes());
  EXPECT_THAT(shown(), ElementsAre("[1", "2", "[2", "3", "1", "[1", "4"));
}

TEST_F(EndpointListTest, AgesGrowWithoutMovingRows) {
  list.set_sort(sorted_by("age"));
  auto const old = machine.process(10, "old");
  auto const young = machine.process(20, "young");
  connection(1, old);
  connection(2, young);
  auto update = machine.whole();
  auto const now_ms =
      (static_cast<std::int64_t>(update.now_ns) + update.wall_offset_ns) / 1'000'000;
  update.processes[old].second.start_unix_ms = now_ms - 10'000;
  update.processes[young].second.start_unix_ms = now_ms - 3'000;
  apply(std::move(update));
  EXPECT_THAT(shown(), ElementsAre("2", "1"));
  machine.pass_ms(60'000);
  auto const younger = machine.process(30, "younger");
  connection(3, younger);
  update = machine.changes();
  update.processes.front().second.start_unix_ms = now_ms + 59'000;
  apply(std::move(update));
  EXPECT_THAT(shown(), ElementsAre("3", "2", "1"));
}

// A flood, and the one row that is looked for is still seen at once.
TEST_F(EndpointListTest, ThirtyThousandTimeWaitsHideNothing) {
  list.set_grouping(Grouping::FoldTimeWait);
  machine.open(test::listener("0.0.0.0", 80));
  std::vector<Machine::Place> waiting;
  for (std::uint32_t i = 0; i < 30'000; ++i) {
    waiting.push_back(connection(static_cast<std::uint16_t>(i + 1)));
    machine.move(waiting.back(), SocketState::TimeWait);
  }
  auto const wanted = machine.open(test::tcp("10.0.0.1", 22, "10.0.0.3", 60'001));
  apply(machine.whole());
  for (std::size_t round = 0; round < 5; ++round) {
    for (std::size_t i = 0; i < 1'000; ++i) machine.close(waiting[round * 1'000 + i]);
    if (round == 2) machine.move(wanted, SocketState::CloseWait);
    apply(machine.changes());
    machine.pass_ms(1000);
  }
  EXPECT_THAT(shown(), ElementsAre("L80", "60001", "(27000"));  // 2,000 are just gone
  EXPECT_EQ(store.endpoint(list.lines()[1].slot).state, SocketState::CloseWait);
}

// Whatever happens, keeping up leads to where beginning anew leads.
class Shaker {
 public:
  explicit Shaker(unsigned seed) : random_(seed) {
    for (std::uint32_t i = 0; i < 6; ++i) processes_.push_back(machine.process(10 + i, name()));
    for (int i = 0; i < 200; ++i) open();
  }

  // Some changes, and how they are told.
  Update shake() {
    auto const steps = below(40);
    for (unsigned i = 0; i < steps; ++i) step();
    machine.pass_ms(below(900));
    return below(12) == 0 ? machine.whole() : machine.changes();
  }
  unsigned below(unsigned end) { return static_cast<unsigned>(random_() % end); }

  Machine machine;

 private:
  void step() {
    auto const place = below(machine.place_count());
    switch (below(14)) {
      case 0:
      case 1:
      case 2: open(); break;
      case 3:
      case 4:
      case 5:
      case 6:
        if (machine.is_open(place)) machine.move(place, any_state());
        break;
      case 7:
      case 8:
      case 9:
        if (machine.is_open(place)) machine.close(place);
        break;
      case 10:
        if (machine.is_open(place)) machine.endpoint(place).recv_queue = below(5);
        break;
      case 11:
        if (machine.is_open(place)) machine.own(place, any_process());
        break;
      case 12: change_process(); break;
      default: change_others(); break;
    }
  }
  SocketState any_state() {
    constexpr std::array kStates{SocketState::Established, SocketState::CloseWait,
                                 SocketState::TimeWait, SocketState::TimeWait, SocketState::Listen};
    return kStates[below(kStates.size())];
  }
  std::uint32_t any_process() {
    auto const at = below(static_cast<unsigned>(processes_.size()) + 1);
    return at < processes_.size() ? processes_[at] : Machine::kNobody;
  }
  std::string name() {
    constexpr std::array kNames{"nginx", "sshd", "Xorg", "curl", "a", "zsh"};
    return kNames[below(kNames.size())];
  }
  void open() {
    constexpr std::array kHosts{"10.0.0.1", "127.0.0.1", "10.0.0.2"};
    constexpr std::array kHosts6{"2001:db8::1", "::ffff:10.0.0.2", "::1"};
    bool const v6 = below(3) == 0;
    auto const* local = v6 ? kHosts6[below(3)] : kHosts[below(3)];
    auto const* remote = v6 ? kHosts6[below(3)] : kHosts[below(3)];
    auto endpoint = test::tcp(local, static_cast<std::uint16_t>(80 + below(4)), remote,
                              static_cast<std::uint16_t>(1 + below(2) * 442 + below(3)));
    endpoint.state = any_state();
    machine.open(endpoint, any_process());
  }
  void change_process() {
    if (below(3) == 0 && processes_.size() < 40) {
      processes_.push_back(machine.process(100 + below(100), name()));
    } else {
      machine.become(processes_[below(static_cast<unsigned>(processes_.size()))], 10 + below(30),
                     name());
    }
  }
  void change_others() {
    if (machine.others.size() > 5) machine.others.erase(machine.others.begin());
    machine.others.push_back(test::udp("0.0.0.0", static_cast<std::uint16_t>(below(100))));
    machine.others.back().cookie = machine.next_cookie();
  }

  std::mt19937 random_;
  std::vector<std::uint32_t> processes_;
};

struct Setting {
  std::string_view filter;
  std::string_view sort;
  Grouping grouping = Grouping::None;
};

class Kept {
 public:
  Kept(Store const& store, Setting const& setting)
      : store_(store), setting_(setting), list_(store) {
    set(list_);
  }
  void update(StoreChanges const& changes) { list_.update(changes); }
  void fold_some(Shaker& shaker) {
    for (auto const& line : std::vector(list_.lines().begin(), list_.lines().end())) {
      if (line.is_head() && shaker.below(5) == 0) list_.set_folded(line.group, !line.folded);
    }
  }

  void check() {
    EndpointList fresh(store_);
    set(fresh);
    fresh.rebuild();
    std::map<Slot, bool> folded;  // by the head's example
    for (auto const& line : list_.lines()) {
      if (line.is_head()) folded[line.slot] = line.folded;
    }
    for (auto const& line : std::vector(fresh.lines().begin(), fresh.lines().end())) {
      if (line.is_head()) fresh.set_folded(line.group, folded[line.slot]);
    }
    ASSERT_EQ(list_.lines().size(), fresh.lines().size());
    std::map<std::uint64_t, std::uint64_t> groups;
    for (std::size_t i = 0; i < fresh.lines().size(); ++i) {
      auto line = list_.lines()[i];
      auto const& expected = fresh.lines()[i];
      auto const group = groups.try_emplace(line.group, expected.group).first->second;
      line.group = group;
      ASSERT_EQ(line, expected) << "line " << i;
    }
    ASSERT_EQ(list_.matching(), fresh.matching());
    ASSERT_EQ(list_.hidden(), fresh.hidden());
    check_finding();
  }

 private:
  void set(EndpointList& list) const {
    list.set_filter(parsed(setting_.filter));
    list.set_sort(sorted_by(setting_.sort));
    list.set_grouping(setting_.grouping);
  }
  void check_finding() const {
    for (std::size_t i = 0; i < list_.lines().size(); ++i) {
      auto const& line = list_.lines()[i];
      if (line.is_head()) {
        ASSERT_EQ(list_.find_group(line.group), i);
        ASSERT_EQ(list_.find(line.slot), line.folded ? i : i + 1);
      } else {
        ASSERT_EQ(list_.find(line.slot), i);
      }
    }
  }

  Store const& store_;
  Setting setting_;
  EndpointList list_;
};

class EndpointListProperty : public testing::TestWithParam<unsigned> {};

TEST_P(EndpointListProperty, KeepingUpIsBeginningAnew) {
  Shaker shaker(GetParam());
  Store store;
  std::deque<Kept> lists;
  for (auto const& setting : std::vector<Setting>{
           {"", "", Grouping::None},
           {"", "", Grouping::FoldTimeWait},
           {"", "-state,recv-q", Grouping::ByProcess},
           {"process = nginx or state = time-wait", "process,-remote", Grouping::None},
           {"sport = :80", "owners,local,remote,-state", Grouping::FoldTimeWait},
           {"not user = 12", "-user,unit", Grouping::None},
           {"dst 10.0.0.2", "-remote", Grouping::ByProcess}}) {
    lists.emplace_back(store, setting);
  }
  for (int round = 0; round < 400; ++round) {
    store.apply(shaker.shake());
    if (shaker.below(3) == 0) store.expire(shaker.machine.now_ns + shaker.below(1'000'000'000));
    if (shaker.below(4) == 0) continue;  // changes of several updates come together
    auto const changes = store.take_changes();
    for (auto& list : lists) list.update(changes);
    if (shaker.below(5) == 0) {
      for (auto& list : lists) list.fold_some(shaker);
    }
    if (round % 7 != 0) continue;
    for (auto& list : lists) {
      list.check();
      if (HasFatalFailure()) FAIL() << "round " << round << " list " << &list - &lists.front();
    }
  }
}
INSTANTIATE_TEST_SUITE_P(Seeds, EndpointListProperty, testing::Range(1U, 9U));

}  // namespace
}  // namespace lastack::ui::tui
