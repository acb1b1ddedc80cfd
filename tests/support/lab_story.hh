// Scenarios and what comes of them, for the faces of the lab.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "lab/play/player.hh"
#include "lab/scenario/parser.hh"

namespace lastack::test {

struct LabStory {
  lab::Scenario scenario;
  lab::Story story;
};

inline LabStory played(std::string_view name, std::string_view text) {
  auto scenario = lab::parse_scenario(name, text);
  if (!scenario) {
    ADD_FAILURE() << scenario.error().message;
    return {};
  }
  lab::Stage stage(*scenario,
                   {.reading = scenario->readings.front(), .wire = scenario->wire, .seed = 1});
  lab::Player player(*scenario, stage);
  auto const problem = player.play(true);
  EXPECT_FALSE(problem) << name << ':' << problem->line << ": " << problem->what;
  return {std::move(*scenario), stage.take_story()};
}

// One of tests/scenarios.
inline LabStory played(std::string const& name) {
  std::ifstream file(std::string(LASTACK_SCENARIOS) + '/' + name + ".lab", std::ios::binary);
  EXPECT_TRUE(file) << name;
  return played(name, std::string(std::istreambuf_iterator<char>(file), {}));
}

// A SYN is lost and sent again; then somebody forges a reset. Its words are nothing for XML.
inline LabStory lost_and_forged() {
  return played("lost-and-forged.lab", R"(title     Lost & <forged>
title.zh  丢失与 <伪造>
lesson    A lost SYN comes again after a second.
lesson    A forged reset at RCV.NXT ends a connection.
lesson.zh 丢失的 SYN 一秒后重发。
lesson.zh 序号恰为 RCV.NXT 的伪造 RST 会终止连接。

host client
host server
wire delay 10ms

server listen L 80
lose client > server SYN
client connect c server:80
expect client > server SYN seq=0
+1s expect client > server SYN seq=0
server accept L s
note Who forges it knows the sequence number.
forge client.c > server RST seq=1
expect server.s CLOSED
expect server.s error ECONNRESET
)");
}

}  // namespace lastack::test
