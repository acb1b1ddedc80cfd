#include <unistd.h>

#include <array>
#include <cstdio>
#include <string>

#include "app/command.hh"
#include "base/output.hh"
#include "base/text.hh"

namespace lastack::app {
namespace {

constexpr auto kCommands = std::to_array<Command>({
    {"screen", "the live screen (the default on a terminal)", run_screen},
    {"list", "every TCP and UDP endpoint with its owner (the default elsewhere)", run_list},
    {"watch", "every TCP state change as it happens, and whole lives of connections", run_watch},
    {"diagnose", "what is wrong, why, and what to do: worms, leaks, floods", run_diagnose},
    {"explain", "what a state means, how an edge is gone, what a socket waits for", run_explain},
    {"diagram", "the state machine as a picture, with what happens on this machine", run_diagram},
    {"close", "close connections of other programs: shows them, asks, verifies", run_close},
    {"kill", "end the process behind a socket: shows it, asks, never hits another", run_kill},
    {"probe", "connect to ports: what comes back, on both sides, and what it means", run_probe},
    {"lab", "what TCP does here: the table held against the running kernel", run_lab},
    {"status", "what this machine lets lastack see, and what would let it see more", run_status},
    {"docs", "the generated reference: columns, states, detectors, schema", run_docs},
});

}  // namespace

std::span<Command const> commands() { return kCommands; }

int print(std::string_view text) {
  base::Output output(STDOUT_FILENO);
  output.append(text);
  auto const written = output.finish("stdout");
  if (!written) complain("", written.error().message);
  return written ? kExitOk : kExitFailure;
}

void complain(std::string_view command, std::string_view message) {
  std::string line = "lastack";
  if (!command.empty()) line.append(" ").append(command);
  line += ": ";
  base::append_message(line, message);
  line += '\n';
  (void)std::fputs(line.c_str(), stderr);
}

}  // namespace lastack::app
