// `lastack screen`, or `lastack` alone on a terminal: the live screen.
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <clocale>
#include <memory>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "app/clocks.hh"
#include "app/command.hh"
#include "app/names.hh"
#include "app/namespace_settings.hh"
#include "app/screen_host.hh"
#include "app/screen_jobs.hh"
#include "app/screen_mailbox.hh"
#include "app/screen_names.hh"
#include "app/screen_options.hh"
#include "app/screen_session.hh"
#include "app/screen_settings.hh"
#include "app/stderr_catcher.hh"
#include "app/stop_request.hh"
#include "app/terminal.hh"
#include "app/terminal_guard.hh"
#include "base/text.hh"
#include "filter/filter.hh"
#include "ui/tui/screen.hh"
#include "ui/tui/terminal.hh"

namespace lastack::app {
namespace {

using ui::tui::Screen;
using ui::tui::Settings;
using ui::tui::Tone;

// Marks fade and messages go within this time of when they should.
constexpr int kIdleMs = 250;

struct Beginning {
  Settings settings;
  Settings from_file;
  std::string settings_path;
  std::vector<std::string> problems;  // of the settings file
};

// Settings, and over them what the command line says. Error: the exit status, and it was said.
std::expected<Beginning, int> begin(ScreenOptions const& options) {
  Beginning beginning;
  beginning.settings_path = options.config.empty() ? settings_path() : options.config;
  if (!options.reset) {
    auto read = read_settings(beginning.settings_path);
    if (!read) {
      complain("screen", read.error().message);
      return std::unexpected(kExitFailure);
    }
    beginning.settings = std::move(read->settings);
    beginning.problems = std::move(read->problems);
  }
  beginning.from_file = beginning.settings;
  auto& settings = beginning.settings;
  if (!options.view.empty()) {
    auto const saved = settings.saved.find(options.view);
    if (saved == settings.saved.end()) {
      std::string names;
      for (auto const& [name, view] : settings.saved) names += (names.empty() ? "" : ", ") + name;
      complain("screen", fmt::format("no view is saved as '{}'; there {}", options.view,
                                     names.empty() ? "is none" : "are: " + names));
      return std::unexpected(kExitUsage);
    }
    settings.view = saved->second;
  }
  if (options.has_filter) {
    if (auto const filter = filter::parse(options.filter, SystemNames()); !filter) {
      complain("screen", "filter: " + filter.error().message);
      return std::unexpected(kExitUsage);
    }
    settings.view.filter = options.filter;
  }
  if (options.pace_ms) settings.pace_ms = *options.pace_ms;
  if (options.theme) settings.theme = *options.theme;
  return beginning;
}

// What the command line asked for was for this time; what the user chose since stays.
Settings to_remember(Settings settings, Beginning const& beginning) {
  auto const& given = beginning.settings;
  auto const& file = beginning.from_file;
  if (settings.pace_ms == given.pace_ms) settings.pace_ms = file.pace_ms;
  if (settings.theme == given.theme) settings.theme = file.theme;
  if (settings.view == given.view) settings.view = file.view;
  if (settings.view.filter == given.view.filter) settings.view.filter = file.view.filter;
  return settings;
}

// Everything that lives as long as the screen is up.
class Loop {
 public:
  Loop(ui::tui::Terminal& terminal, StopRequest const& stop, StderrCatcher& errors,
       ScreenMailbox& mailbox, ScreenJobs& jobs, ScreenNames& names, Screen& screen)
      : terminal_(terminal),
        stop_(stop),
        errors_(errors),
        mailbox_(mailbox),
        jobs_(jobs),
        names_(names),
        screen_(screen) {}

  // Until the user quits or a signal comes. Error: what ended the session.
  base::Result<void> run() {
    while (!screen_.wants_to_quit()) {
      draw();
      auto const waiting = wait();
      if (waiting[kStop].revents != 0) break;
      for (auto const& line : errors_.take()) screen_.tell(line, Tone::Warning);
      jobs_.run_tellings(screen_);
      if (screen_.drops_typed()) drop_typed();
      if (!read_input()) break;
      if (auto const fed = take_update(); !fed) return fed;
      screen_.tick(monotonic_ns());
      if (names_.changed()) screen_.set_naming(names_.naming());
    }
    return {};
  }

 private:
  enum Waited : std::size_t { kInput, kStop, kMailbox, kJobs, kErrors, kWaitedCount };

  void draw() {
    if (!screen_.is_dirty()) return;
    ui::tui::Canvas canvas(terminal_.width(), terminal_.height());
    screen_.draw(canvas);
    terminal_.show(canvas);
  }

  std::array<pollfd, kWaitedCount> wait() {
    std::array<pollfd, kWaitedCount> waiting{};
    waiting[kInput] = {terminal_.fd(), POLLIN, 0};
    waiting[kStop] = {stop_.fd(), POLLIN, 0};
    waiting[kMailbox] = {screen_.is_paused() ? -1 : mailbox_.fd(), POLLIN, 0};
    waiting[kJobs] = {jobs_.fd(), POLLIN, 0};
    waiting[kErrors] = {errors_.fd(), POLLIN, 0};
    (void)::poll(waiting.data(), waiting.size(), kIdleMs);
    return waiting;
  }

  // False: the terminal is gone.
  bool read_input() {
    while (auto const input = terminal_.read()) {
      if (std::holds_alternative<ui::tui::HangUp>(*input)) return false;
      if (auto const* key = std::get_if<ui::tui::Key>(&*input)) screen_.key(*key);
      if (auto const* mouse = std::get_if<ui::tui::Mouse>(&*input)) screen_.mouse(*mouse);
      if (auto const* paste = std::get_if<ui::tui::Paste>(&*input)) screen_.paste(paste->text);
      if (std::holds_alternative<ui::tui::Resize>(*input)) screen_.redraw();
      if (screen_.wants_to_quit()) return true;
      if (screen_.drops_typed()) drop_typed();
    }
    return true;
  }

  // What waits to be read was not meant as an answer.
  void drop_typed() {
    while (auto const input = terminal_.read()) {
      if (std::holds_alternative<ui::tui::HangUp>(*input)) return;  // and always from now on
    }
  }

  base::Result<void> take_update() {
    if (!screen_.is_paused()) {
      if (auto update = mailbox_.take()) screen_.update(std::move(*update));
    }
    if (!mailbox_.is_closed()) return {};
    auto const error = mailbox_.error();
    return error ? base::Result<void>(std::unexpected(*error)) : base::fail("the session ended");
  }

  ui::tui::Terminal& terminal_;
  StopRequest const& stop_;
  StderrCatcher& errors_;
  ScreenMailbox& mailbox_;
  ScreenJobs& jobs_;
  ScreenNames& names_;
  Screen& screen_;
};

base::Result<void> show(ScreenOptions const& options, Beginning const& beginning) {
  auto stop = StopRequest::install();
  if (!stop) return std::unexpected(stop.error());
  auto mailbox = ScreenMailbox::create();
  if (!mailbox) return std::unexpected(mailbox.error());
  auto terminal = ui::tui::Terminal::open({.theme = beginning.settings.theme,
                                           .mouse = beginning.settings.mouse,
                                           .unicode = speaks_utf8(),
                                           .color = wants_color(Color::Auto)});
  if (!terminal) return std::unexpected(terminal.error());
  auto errors = StderrCatcher::install();
  if (!errors) return std::unexpected(errors.error());
  auto jobs = ScreenJobs::create();
  if (!jobs) return std::unexpected(jobs.error());

  SystemNames const system_names;
  ScreenNames names(**jobs);
  // A locale without UTF-8 shows no Chinese.
  auto const language = speaks_utf8() ? options.language : base::Language::English;
  ScreenHost host(**mailbox, **jobs, names, *terminal, beginning.settings_path, language);
  Screen screen(
      beginning.settings,
      {.language = language, .unicode = speaks_utf8(), .tcp_settings = own_tcp_settings()},
      system_names, host);
  if (language != options.language) {
    screen.tell("the locale is not UTF-8 and cannot show Chinese: English instead", Tone::Warning);
  }
  for (auto const& problem : beginning.problems) screen.tell(problem, Tone::Warning);
  auto session = ScreenSession::start(**mailbox, options.poll);
  if (!session) return std::unexpected(session.error());
  auto const result = Loop(*terminal, *stop, *errors, **mailbox, **jobs, names, screen).run();
  // A file with faults in it is left as its owner wrote it.
  auto const remembered = to_remember(screen.settings(), beginning);
  bool const changed = options.reset || remembered != beginning.from_file;
  if (changed && beginning.problems.empty()) {
    if (auto const saved = host.save(remembered); !saved) {
      complain("screen", "settings are not saved: " + saved.error().message);
    }
  }
  return result;
}

int run_unguarded(ScreenOptions const& options, Beginning const& beginning) {
  auto const shown = show(options, beginning);
  if (shown) return kExitOk;
  complain("screen", shown.error().message);
  return kExitFailure;
}

}  // namespace

bool can_show_screen() {
  return ::isatty(STDIN_FILENO) != 0 && stdout_is_terminal() && moves_cursor();
}

int run_screen(std::span<char const* const> arguments) {
  auto const options = parse_screen_options(arguments);
  if (!options) return options.error();
  if (!can_show_screen()) {
    complain("screen",
             "needs a terminal that can be drawn on; 'lastack list' and 'lastack watch' "
             "do not");
    return kExitUsage;
  }
  auto const beginning = begin(*options);
  if (!beginning) return beginning.error();
  (void)std::setlocale(LC_CTYPE, "");
  return run_guarded([&] { return run_unguarded(*options, *beginning); });
}

}  // namespace lastack::app
