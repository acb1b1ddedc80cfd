#include "app/screen_probe.hh"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <sstream>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "app/command.hh"
#include "app/probe_options.hh"
#include "app/probe_run.hh"
#include "app/probe_targets.hh"
#include "base/fd.hh"
#include "base/output.hh"

namespace lastack::app {
namespace {

// Until the other end of the pipe is closed.
void tell_lines(base::Fd const& pipe, std::function<void(std::string)> const& tell) {
  std::string line;
  std::array<char, 4096> chunk{};
  for (;;) {
    auto const got = ::read(pipe.get(), chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    for (char const c : std::string_view(chunk.data(), static_cast<std::size_t>(got))) {
      if (c != '\n') {
        line += c;
      } else {
        tell(std::exchange(line, {}));
      }
    }
  }
  if (!line.empty()) tell(std::move(line));
}

base::Result<void> run(std::string const& target, base::Language language, StopRequest const& stop,
                       base::Output& output) {
  std::vector<std::string> words{"--color", "never", "--lang",
                                 language == base::Language::Chinese ? "zh" : "en"};
  std::istringstream in(target);
  for (std::string word; in >> word;) {
    // It would be printed over the screen.
    if (word == "-h" || word == "--help") return base::fail("--help: see 'lastack probe --help'");
    words.push_back(word);
  }
  std::vector<char const*> arguments;
  arguments.reserve(words.size());
  for (auto const& word : words) arguments.push_back(word.c_str());
  auto command = parse_probe_options(arguments);
  if (!command) return {};  // what is wrong was said
  base::Fd netns;
  if (auto const& label = command->netns) {
    auto opened = open_netns_called(*label);
    if (!opened) return std::unexpected(opened.error());
    netns = std::move(*opened);
    command->options.netns = &netns;
  }
  auto targets = resolve_probe_targets(command->specs, command->family, command->limit());
  if (!targets) return std::unexpected(targets.error());
  ProbeRun probe(*command, std::move(*targets), output);
  if (probe.shows_steps()) watch_if_permitted(probe, command->options.netns);
  auto done = probe.run(stop);
  probe.log();
  complain_of_losses(probe);
  if (probe.needs_summary()) output.append(probe.summary() + "\n");
  return done;
}

}  // namespace

void probe_for_screen(std::string const& target, base::Language language, StopRequest const& stop,
                      std::function<void(std::string)> const& tell) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    return complain("probe", base::fail_errno("pipe").error().message);
  }
  base::Fd const reader(ends[0]);
  std::jthread const telling([&] { tell_lines(reader, tell); });  // ends when the writer is closed
  {
    base::Fd const writer(ends[1]);
    base::Output output(writer.get());
    auto const done = run(target, language, stop, output);
    if (auto const written = output.finish("the window"); !done || !written) {
      complain("probe", !done ? done.error().message : written.error().message);
    }
  }
}

}  // namespace lastack::app
