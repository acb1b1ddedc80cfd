// lastack: every TCP connection on a machine, from the first SYN to the last ACK.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <exception>
#include <span>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "app/command.hh"
#include "base/text.hh"

namespace {

using namespace lastack;

std::string help() {
  std::string text =
      "lastack: every TCP connection on a machine, from the first SYN to the last ACK.\n\n"
      "usage: lastack COMMAND [OPTIONS] ...\n"
      "       lastack                         the live screen; without a terminal, the list\n"
      "       lastack OPTIONS                 as lastack list\n\n";
  for (auto const& command : app::commands()) {
    text += fmt::format("  {:<8} {}\n", command.name, command.summary);
  }
  text +=
      "\n'lastack COMMAND --help' shows a command's options; --version the version.\n"
      "exit status: 0 done, 1 failure, 2 wrong usage\n";
  return text;
}

std::string nearest_command(std::string_view word) {
  auto const distance = [&](app::Command const& c) { return base::edit_distance(c.name, word); };
  auto const best = std::ranges::min_element(app::commands(), {}, distance);
  return distance(*best) <= 2 ? fmt::format("; did you mean '{}'?", best->name) : std::string();
}

int run(std::span<char const* const> arguments) {
  if (arguments.empty()) {
    return app::can_show_screen() ? app::run_screen(arguments) : app::run_list(arguments);
  }
  std::string_view const first = arguments.front();
  if (first == "--help" || first == "-h" || first == "help") {
    return app::print(help());
  }
  if (first == "--version" || first == "-V") {
    return app::print("lastack " LASTACK_VERSION "\n");
  }
  if (first.starts_with('-')) return app::run_list(arguments);
  auto const known = std::ranges::find(app::commands(), first, &app::Command::name);
  if (known != app::commands().end()) return known->run(arguments.subspan(1));
  app::complain("", fmt::format("unknown command '{}'{}; see 'lastack --help'", first,
                                nearest_command(first)));
  return app::kExitUsage;
}

// Else what lastack opens would get the number of a standard stream that is closed. Reading from
// such a one ends at once, writing to it fails.
void occupy_standard_streams() {
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) {
    if (::fcntl(fd, F_GETFD) == -1) (void)::open("/dev/null", O_RDONLY);
  }
}

}  // namespace

int main(int count, char** arguments) {
  occupy_standard_streams();
  (void)std::signal(SIGPIPE, SIG_IGN);  // a closed pipe is seen where it is written to
  try {
    return run(std::span<char const* const>(arguments + 1,
                                            static_cast<std::size_t>(count > 0 ? count - 1 : 0)));
  } catch (std::exception const& bug) {
    lastack::app::complain("", std::string("internal error: ") + bug.what());
    return lastack::app::kExitFailure;
  }
}
