#include "app/screen_probe.hh"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <sstream>
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
void tell_lines(base::Fd pipe, std::function<void(std::string)> const& tell) {
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> const file(::fdopen(pipe.release(), "r"),
                                                             std::fclose);
  std::string line;
  for (int c = 0; file && (c = std::fgetc(file.get())) != EOF;) {
    if (c != '\n') {
      line += static_cast<char>(c);
    } else {
      tell(std::exchange(line, {}));
    }
  }
  if (!line.empty()) tell(std::move(line));
}

base::Result<void> run(std::string const& target, base::Language language, StopRequest const& stop,
                       base::Output& output) {
  std::vector<std::string> words{"--color", "never", "--lang",
                                 language == base::Language::Chinese ? "zh" : "en"};
  std::istringstream in(target);
  for (std::string word; in >> word;) words.push_back(word);
  std::vector<char const*> arguments;
  arguments.reserve(words.size());
  for (auto const& word : words) arguments.push_back(word.c_str());
  auto const command = parse_probe_options(arguments);
  if (!command) return {};  // what is wrong was said
  auto targets = resolve_probe_targets(command->specs, command->family, command->limit());
  if (!targets) return std::unexpected(targets.error());
  ProbeRun probe(*command, std::move(*targets), output);
  if (probe.shows_steps()) watch_if_permitted(probe, nullptr);
  auto done = probe.run(stop);
  probe.log();
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
  std::thread reader([fd = ends[0], &tell] { tell_lines(base::Fd(fd), tell); });
  {
    base::Fd const writer(ends[1]);
    base::Output output(writer.get());
    auto const done = run(target, language, stop, output);
    if (auto const written = output.finish("the window"); !done || !written) {
      complain("probe", !done ? done.error().message : written.error().message);
    }
  }
  reader.join();
}

}  // namespace lastack::app
