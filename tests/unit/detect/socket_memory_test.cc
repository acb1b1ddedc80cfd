#include <gtest/gtest.h>

#include "support/stage.hh"

namespace lastack::detect {
namespace {

using model::Severity;
using model::SocketState;
using model::TcpCounter;
using test::Stage;

std::string evidence(model::Finding const& finding, std::string_view id) {
  for (auto const& each : finding.evidence) {
    if (each.id == id) return each.value.in(base::Language::English);
  }
  return "";
}

model::TcpMemory memory(std::uint64_t pages) {
  model::TcpMemory made;
  made.known = true;
  made.pages = pages;
  made.low = 1000;
  made.pressure = 2000;
  made.high = 3000;
  return made;
}

void rise(Stage& stage, TcpCounter counter, std::uint64_t by) {
  auto& facts = stage.namespaces[0];
  facts.earlier.emplace();
  facts.counters.emplace().set(counter, by);
}

void holds(Stage& stage, std::uint32_t owner, std::uint32_t bytes) {
  stage.tcp(SocketState::Established, "10.0.0.1", 80, "10.9.0.1", 50000, owner);
  stage.details().mem_rmem = bytes;
  stage.details().mem_wqueued = 0;
}

// A process with that many connections, and files.
void files(Stage& stage, std::size_t sockets, std::uint64_t open, std::uint64_t limit) {
  auto const server = stage.process(7, "server", "/opt/server");
  for (std::size_t i = 0; i < sockets; ++i) {
    stage.tcp(SocketState::Established, "10.0.0.1", 80, "10.9.0.1", 50000, server);
  }
  stage.process_facts.resize(server + 1U);
  stage.process_facts[server] = {.open_files = open, .file_limit = limit, .hard_file_limit = {}};
}

TEST(SocketMemory, TellsNoticePressureAndTheLimit) {
  constexpr std::array kSteps{std::pair{1800U, Severity::Notice},
                              std::pair{2000U, Severity::Warning},
                              std::pair{3000U, Severity::Critical}};
  for (auto const& [pages, severity] : kSteps) {
    Stage stage;
    stage.memory = memory(pages);
    auto const found = stage.look("socket-memory");
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].severity, severity);
    EXPECT_EQ(found[0].subject, "tcp_mem");
  }
}

TEST(SocketMemory, NamesWhoHoldsMostOfIt) {
  Stage stage;
  stage.memory = memory(2500);
  auto const small = stage.process(7, "small");
  auto const hog = stage.process(8, "hog", "/opt/hog");
  holds(stage, small, 100'000);
  for (int i = 0; i < 9; ++i) holds(stage, hog, 1'000'000);
  auto const found = stage.look("socket-memory");
  ASSERT_EQ(found.size(), 1U);
  ASSERT_TRUE(found[0].process);
  EXPECT_EQ(found[0].process.value_or(model::Process()).exe, "/opt/hog");
  EXPECT_EQ(evidence(found[0], "holder_1").rfind("hog[8]: 8.6 MiB", 0), 0U);
  EXPECT_EQ(evidence(found[0], "holder_2").rfind("small[7]", 0), 0U);
}

TEST(SocketMemory, RemembersPressureThatIsOver) {
  Stage stage;
  stage.memory = memory(100);
  rise(stage, TcpCounter::MemoryPressures, 2);
  auto const found = stage.look("socket-memory");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].severity, Severity::Warning);
}

TEST(SocketMemory, FindsConnectionsResetForWantOfMemory) {
  Stage stage;
  stage.memory = memory(100);
  rise(stage, TcpCounter::AbortOnMemory, 12);
  auto const found = stage.look("socket-memory");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].severity, Severity::Warning);
  EXPECT_EQ(evidence(found[0], "aborts"), "12");
}

TEST(SocketMemory, FindsAProcessNearItsLimitOfFiles) {
  for (std::uint64_t const open : {850U, 990U}) {
    Stage stage;
    files(stage, 800, open, 1000);
    auto const found = stage.look("socket-memory");
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].severity, open == 850 ? Severity::Warning : Severity::Critical);
    EXPECT_EQ(found[0].subject, "pid 7");
    EXPECT_EQ(found[0].process.value_or(model::Process()).exe, "/opt/server");
    EXPECT_EQ(found[0].socket_count, 800U);
    EXPECT_EQ(evidence(found[0], "most"), "ESTABLISHED: 800");
  }
}

TEST(SocketMemory, IsSilentAboutPlentyOfEverything) {
  Stage stage;
  stage.memory = memory(1500);
  files(stage, 700, 700, 1000);
  rise(stage, TcpCounter::PruneCalled, 500);  // single sockets whose program does not read
  EXPECT_TRUE(stage.look("socket-memory").empty());
}

TEST(SocketMemory, IsSilentAboutASandboxAndUnknownLimits) {
  Stage stage;
  files(stage, 6, 8, 1);
  EXPECT_TRUE(stage.look("socket-memory").empty());
  stage.process_facts[0] = {.open_files = 800, .file_limit = {}, .hard_file_limit = {}};
  EXPECT_TRUE(stage.look("socket-memory").empty());
}

}  // namespace
}  // namespace lastack::detect
