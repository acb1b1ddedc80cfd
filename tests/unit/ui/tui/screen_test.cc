// The screen without a terminal: keys and updates in, text out, and what it asks of the host.
#include "ui/tui/screen.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <string>
#include <vector>

#include "support/listening.hh"
#include "support/tui_updates.hh"

namespace lastack::ui::tui {
namespace {

using model::SocketState;
using test::Machine;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class FakeHost : public Host {
 public:
  void set_pace(std::uint32_t milliseconds) override { pace = milliseconds; }
  void refresh() override { ++refreshes; }
  void watch_sockets(std::vector<SocketId> sockets) override { watched = std::move(sockets); }
  void want_life(Place place) override { life = place; }
  void resolve_names(bool hosts, bool services) override { names = {hosts, services}; }
  ProcessMore process_more(std::uint32_t) override { return {}; }
  bool carries_session(model::Snapshot const&, model::Endpoint const& endpoint) override {
    return endpoint.flow.remote_port == session_port;
  }
  void close_connections(std::vector<SocketId> sockets) override { closed = std::move(sockets); }
  EndPreview hold_process(model::Process const& process) override {
    held.push_back(process.pid);
    preview.handle = held.size();
    return preview;
  }
  void signal_process(std::uint64_t handle, int signal) override {
    signals.push_back(signal);
    hit.push_back(held.at(handle - 1));
  }
  void probe(std::string target) override { probed.push_back(std::move(target)); }
  void cancel_jobs() override { ++cancelled; }
  base::Result<void> write_file(std::string const& path,
                                std::function<void(base::Output&)> const& write) override {
    if (path == "/full") return base::fail("write /full: No space left on device");
    base::Output output(-1);
    write(output);
    written = output.buffer();
    return {};
  }
  base::Result<void> copy(std::string_view text) override {
    copied = text;
    return {};
  }
  base::Result<void> save(Settings const& settings) override {
    saved.push_back(settings);
    return {};
  }
  void set_theme(ThemeChoice choice) override { theme = choice; }

  std::uint32_t pace = 0;
  int refreshes = 0;
  std::vector<SocketId> watched;
  std::optional<Place> life;
  std::pair<bool, bool> names;
  std::vector<SocketId> closed;
  std::uint16_t session_port = 0;
  EndPreview preview{.name = "nginx[12]", .lines = {"Program: /usr/sbin/nginx"}, .refused = {}};
  std::vector<std::uint32_t> held;
  std::vector<int> signals;
  std::vector<std::uint32_t> hit;
  std::vector<std::string> probed;
  int cancelled = 0;
  std::string written;
  std::string copied;
  std::vector<Settings> saved;
  ThemeChoice theme = ThemeChoice::Auto;
};

class NoNames : public filter::NameLookup {
 public:
  [[nodiscard]] std::optional<std::uint16_t> service_port(std::string_view) const override {
    return std::nullopt;
  }
  [[nodiscard]] std::vector<filter::HostAddress> host_addresses(std::string_view) const override {
    return {};
  }
};

class TheScreen : public ::testing::Test {
 protected:
  TheScreen() {
    nginx = machine.process(12, "nginx");
    curl = machine.process(99, "curl");
    web = machine.open(test::listener("10.0.0.1", 80), nginx);
    served = machine.open(test::tcp("10.0.0.1", 80, "10.0.0.2", 4000), nginx);
    fetching = machine.open(test::tcp("10.0.0.1", 5000, "10.0.0.9", 443), curl);
    screen.update(machine.whole());
  }

  std::string shown(int width = 100, int height = 24) {
    Canvas canvas(width, height);
    screen.draw(canvas);
    return canvas.text();
  }
  // The line with that text; "" if there is none.
  std::string line(std::string_view text) {
    auto const all = shown();
    auto const at = all.find(text);
    if (at == std::string::npos) return "";
    auto const begin = all.rfind('\n', at) + 1;
    return all.substr(begin, all.find('\n', at) - begin);
  }
  void type(std::string_view text) {
    for (char const c : text) screen.key(static_cast<Key>(c));
  }
  void press(std::initializer_list<Key> keys) {
    for (auto const key : keys) screen.key(key);
  }
  // The cursor goes to the row with that text.
  void go_to(std::string_view text) {
    press({kF3});
    type(text);
    press({kEnter});
  }

  Machine machine;
  FakeHost host;
  NoNames names;
  Screen screen{Settings(), ScreenTraits(), names, host};
  std::uint32_t nginx = 0;
  std::uint32_t curl = 0;
  Place web = 0;
  Place served = 0;
  Place fetching = 0;
};

TEST_F(TheScreen, ShowsEveryEndpointWithItsOwner) {
  EXPECT_THAT(line("10.0.0.1:5000"), AllOf(HasSubstr("curl"), HasSubstr("99"),
                                           HasSubstr("10.0.0.9:443"), HasSubstr("ESTABLISHED")));
  EXPECT_THAT(line("0.0.0.0:*"), AllOf(HasSubstr("nginx"), HasSubstr("LISTEN")));
  EXPECT_EQ(host.watched.size(), 3U) << "their queues are wanted fresh";
}

TEST_F(TheScreen, MarksWhatComesChangesAndGoes) {
  machine.pass_ms(1000);
  machine.open(test::tcp("10.0.0.1", 6000, "10.0.0.9", 443), curl);
  machine.move(served, SocketState::CloseWait);
  machine.close(fetching);
  screen.update(machine.changes());
  EXPECT_EQ(line("10.0.0.1:6000").front(), '+');
  EXPECT_EQ(line("10.0.0.2:4000").front(), '~');
  EXPECT_EQ(line("10.0.0.1:5000").front(), '-') << "kept for a moment";
  screen.tick(machine.now_ns + 2'100'000'000);
  EXPECT_EQ(line("10.0.0.1:6000").front(), ' ');
  EXPECT_EQ(line("10.0.0.1:5000"), "");
}

TEST_F(TheScreen, ShowsWhatDiagnosisFoundAndMarksTheRows) {
  auto const told = [&](std::vector<model::Severity> const& severities) {
    auto update = machine.changes();
    auto& findings = update.findings.emplace();
    for (auto const severity : severities) {
      model::Finding finding;
      finding.detector = "close-wait-leak";
      finding.subject = "pid 12";
      finding.severity = severity;
      finding.title = {{"{0} leaks", "{0} 泄漏"}, {"nginx\x1b[2J"}};
      finding.process.emplace().pid = 12;
      finding.process->comm = "nginx";
      finding.cookies = {machine.endpoint(served).cookie};
      findings.push_back({finding, machine.now_ns - 3'000'000'000, true});
    }
    return update;
  };
  screen.update(told({model::Severity::Critical}));
  screen.tick(machine.now_ns + 3'000'000'000);  // marks of changes are over
  EXPECT_EQ(line("10.0.0.2:4000").front(), '!');
  EXPECT_EQ(line("10.0.0.1:5000").front(), ' ');
  EXPECT_THAT(line("1 finding (7)"), AllOf(HasSubstr("critical"), HasSubstr("leaks")));
  EXPECT_THAT(shown(), Not(HasSubstr("\x1b"))) << "names cannot speak to the terminal";
  press({'7'});
  EXPECT_THAT(line("nginx[12]"), AllOf(HasSubstr("critical"), HasSubstr("leaks")));
  press({kEnter});
  EXPECT_THAT(shown(), HasSubstr("close-wait-leak:pid 12"));
  press({kEscape});
  screen.update(told({model::Severity::Notice}));
  EXPECT_EQ(line("finding (7)"), "") << "a notice is in its view, but does not cry";
  screen.update(told({}));
  EXPECT_THAT(shown(), HasSubstr("Nothing is wrong"));
  press({'1'});
  EXPECT_NE(line("10.0.0.2:4000").front(), '!');
}

TEST_F(TheScreen, FiltersWhileItIsTyped) {
  press({'/'});
  type("process = cur");
  EXPECT_EQ(line("10.0.0.2:4000"), "") << "applied before Enter";
  type("l");
  EXPECT_NE(line("10.0.0.1:5000"), "");
  press({kEnter});
  EXPECT_EQ(screen.settings().view.filter, "process = curl");
  EXPECT_EQ(screen.endpoints().list().matching(), 1U);
  press({kEscape});
  EXPECT_EQ(screen.settings().view.filter, "") << "Esc clears it";
  EXPECT_EQ(screen.endpoints().list().matching(), 3U);
}

TEST_F(TheScreen, ShowsWhereAFilterIsWrongAndKeepsTheList) {
  press({'/'});
  type("prot = 1");
  EXPECT_THAT(shown(), AllOf(HasSubstr("column 1"), HasSubstr("10.0.0.1:5000")));
  press({kEnter});
  EXPECT_THAT(shown(), HasSubstr("column 1")) << "it stays open";
  press({kEscape});
  EXPECT_THAT(shown(), Not(HasSubstr("column 1")));
  EXPECT_EQ(screen.settings().view.filter, "");
}

TEST_F(TheScreen, SortsByAColumnBothWays) {
  type("s");
  EXPECT_THAT(shown(), HasSubstr("RECV-Q"));
  press({kEscape});
  press({'S', 'S'});
  EXPECT_EQ(screen.settings().view.sort, "pid");
  auto all = shown();
  EXPECT_LT(all.find("nginx"), all.find("curl"));
  press({'r'});
  EXPECT_EQ(screen.settings().view.sort, "-pid");
  all = shown();
  EXPECT_GT(all.find("nginx"), all.find("curl"));
}

TEST_F(TheScreen, TheCursorStaysWithItsRow) {
  go_to("10.0.0.1:5000");
  press({kEscape});
  auto const before = screen.endpoints().selected();
  for (std::uint16_t port = 1; port < 30; ++port) {
    machine.open(test::tcp("10.0.0.1", port, "10.0.0.9", 443), curl);
  }
  screen.update(machine.changes());
  EXPECT_EQ(screen.endpoints().selected(), before);
}

TEST_F(TheScreen, ClosesOnlyAfterAsking) {
  go_to("10.0.0.2:4000");
  press({'x'});
  EXPECT_THAT(shown(), HasSubstr("To be closed (1)"));
  press({kEnter});
  EXPECT_THAT(host.closed, IsEmpty()) << "the harmless answer is preselected";
  press({'x', 'y'});
  ASSERT_EQ(host.closed.size(), 1U);
  EXPECT_EQ(host.closed[0].place, served);
  screen.show_job({"10.0.0.1:80 10.0.0.2:4000: closed"});
  EXPECT_THAT(shown(), HasSubstr("4000: closed"));
  press({kEscape});
  EXPECT_EQ(host.cancelled, 1);
}

TEST_F(TheScreen, WarnsOfClosingYourOwnSession) {
  host.session_port = 4000;
  go_to("10.0.0.2:4000");
  press({'x'});
  EXPECT_THAT(shown(), HasSubstr("your own session"));
}

TEST_F(TheScreen, LeavesListenersAloneBesideConnections) {
  press({'g', kSpace, kSpace, kSpace});
  press({'x'});
  EXPECT_THAT(shown(), AllOf(HasSubstr("1 listeners"), HasSubstr("To be closed (2)")));
  press({'y'});
  EXPECT_EQ(host.closed.size(), 2U);
  for (auto const& socket : host.closed) EXPECT_NE(socket.endpoint.state, SocketState::Listen);
}

TEST_F(TheScreen, SaysThatAListenerIsNoConnection) {
  go_to("LISTEN");
  press({'x'});
  EXPECT_THAT(shown(), HasSubstr("LISTENER"));
}

TEST_F(TheScreen, EndsAProcessAfterAsking) {
  go_to("10.0.0.2:4000");
  press({kF9});
  EXPECT_THAT(host.held, ElementsAre(12U));
  EXPECT_THAT(shown(), AllOf(HasSubstr("End nginx[12]"), HasSubstr("Its sockets (2)")));
  press({'n'});
  EXPECT_THAT(host.signals, IsEmpty());
  press({kF9, 't'});
  EXPECT_THAT(host.signals, ElementsAre(SIGTERM));
  screen.ask_to_kill(1, "nginx[12]");
  EXPECT_THAT(shown(), HasSubstr("SIGKILL"));
  press({'k'});
  EXPECT_THAT(host.signals, ElementsAre(SIGTERM)) << "moves the cursor elsewhere";
  press({'K'});
  EXPECT_THAT(host.signals, ElementsAre(SIGTERM, SIGKILL));
}

// The question whether to use force comes seconds later, when another process may be asked about.
TEST_F(TheScreen, ForceGoesToTheProcessThatDidNotEnd) {
  go_to("10.0.0.2:4000");
  press({kF9, 't'});
  go_to("10.0.0.9:443");
  press({kF9});
  EXPECT_THAT(host.held, ElementsAre(12U, 99U));
  screen.ask_to_kill(1, "nginx[12]");
  press({'K'});
  EXPECT_THAT(host.hit, ElementsAre(12U, 12U));
}

TEST_F(TheScreen, AMenuIsAboutTheRowInItsTitle) {
  go_to("10.0.0.2:4000");
  press({'m'});
  machine.close(served);
  screen.update(machine.changes());
  screen.tick(machine.now_ns + 3'000'000'000);
  press({kEnter});  // Close connection
  EXPECT_THAT(shown(), AllOf(HasSubstr("that row is gone"), Not(HasSubstr("To be closed"))));
}

TEST_F(TheScreen, DoesNotEndWhatMustNotBeEnded) {
  host.preview.never = true;
  host.preview.refused = "it is process 1";
  go_to("10.0.0.2:4000");
  press({kF9});
  EXPECT_THAT(shown(), HasSubstr("it is process 1"));
  press({'t', kEnter});
  EXPECT_THAT(host.signals, IsEmpty());
}

TEST_F(TheScreen, PausesSlowsDownAndRefreshes) {
  press({'Z'});
  EXPECT_TRUE(screen.is_paused());
  press({'Z', ']'});
  EXPECT_EQ(host.pace, 2000U);
  press({'[', '[', '[', '[', '[', '['});
  EXPECT_EQ(host.pace, 100U) << "no faster";
  for (int i = 0; i < 10; ++i) press({']'});
  EXPECT_EQ(host.pace, 0U) << "only on demand";
  press({control('r')});
  EXPECT_EQ(host.refreshes, 1);
}

TEST_F(TheScreen, ShowsEveryView) {
  for (char const view : std::string("23456")) {
    screen.key(static_cast<Key>(view));
    EXPECT_GT(shown().size(), 100U) << view;
  }
  press({'2'});
  EXPECT_THAT(line("nginx"), HasSubstr("12"));
  press({kEnter});
  EXPECT_THAT(screen.settings().view.filter, HasSubstr("pid = ")) << "its sockets";
}

TEST_F(TheScreen, ShowsDetailsAndComesBack) {
  go_to("10.0.0.2:4000");
  press({kEnter});
  EXPECT_EQ(host.life, served);
  EXPECT_THAT(shown(100, 40), AllOf(HasSubstr("10.0.0.2:4000"), HasSubstr("ESTABLISHED"),
                                    Not(HasSubstr("10.0.0.1:5000"))));
  press({kEscape, kEscape});
  EXPECT_THAT(shown(), HasSubstr("10.0.0.1:5000"));
}

TEST_F(TheScreen, ExplainsARow) {
  go_to("10.0.0.2:4000");
  press({'e'});
  EXPECT_THAT(shown(), HasSubstr("ESTABLISHED"));
}

TEST_F(TheScreen, CopiesAndExports) {
  go_to("10.0.0.2:4000");
  press({'c'});
  EXPECT_THAT(host.copied, AllOf(HasSubstr("nginx[12]"), HasSubstr("10.0.0.2:4000")));
  press({'W', kEnter});
  EXPECT_THAT(host.written, AllOf(HasSubstr("comm,pid"), HasSubstr("10.0.0.2")));
  press({'W', control('u')});
  type("/full");
  press({kEnter});
  EXPECT_THAT(shown(), HasSubstr("No space left"));
}

TEST_F(TheScreen, ProbesTheOtherSide) {
  go_to("10.0.0.9:443");
  press({'P', kEnter});
  EXPECT_THAT(host.probed, ElementsAre("10.0.0.9:443"));
}

TEST_F(TheScreen, FoldsAFloodOfTimeWait) {
  for (std::uint16_t port = 1; port <= 100; ++port) {
    auto endpoint = test::tcp("10.0.0.1", 80, "10.0.0.3", port);
    endpoint.state = SocketState::TimeWait;
    machine.open(endpoint, Machine::kNobody);
  }
  screen.update(machine.changes());
  press({'w'});
  EXPECT_LE(screen.endpoints().list().lines().size(), 4U);
  EXPECT_THAT(line("(100)"), HasSubstr("TIME_WAIT"));
  EXPECT_EQ(screen.endpoints().list().matching(), 103U) << "nothing is hidden";
}

TEST_F(TheScreen, RemembersViewsByName) {
  press({'/'});
  type("state listen");
  press({kEnter, 'v'});
  type("mine");
  press({kEnter});
  ASSERT_EQ(host.saved.size(), 1U);
  EXPECT_EQ(host.saved[0].saved.at("mine").filter, "state listen");
  press({kEscape});
  press({'V', kEnter});
  EXPECT_EQ(screen.settings().view.filter, "state listen");
}

TEST_F(TheScreen, FitsAnySize) {
  for (int width = 1; width < 60; width += 7) {
    for (int height = 1; height < 20; ++height) {
      for (char const key : std::string("1?\x1bm\x1b/\x1b")) {
        screen.key(static_cast<Key>(key));
        EXPECT_FALSE(shown(width, height).empty());
      }
    }
  }
}

TEST_F(TheScreen, NamesOfProcessesAreMadeSafe) {
  auto const evil = machine.process(66, "\x1b[31mred\n");
  machine.open(test::tcp("10.0.0.1", 7000, "10.0.0.9", 443), evil);
  screen.update(machine.changes());
  auto const all = shown();
  EXPECT_EQ(all.find('\x1b'), std::string::npos);
  EXPECT_THAT(all, HasSubstr("\\e[31mred\\n"));
}

TEST_F(TheScreen, SpeaksChinese) {
  Screen chinese({}, {.language = base::Language::Chinese}, names, host);
  Machine another;
  another.open(test::listener("10.0.0.1", 80), another.process(12, "nginx"));
  chinese.update(another.whole());
  Canvas canvas(100, 24);
  chinese.key('?');
  chinese.draw(canvas);
  EXPECT_THAT(canvas.text(), AllOf(HasSubstr("过滤"), HasSubstr("帮助")));
}

}  // namespace
}  // namespace lastack::ui::tui
