// `lastack close`: connections of other programs, closed by the kernel.
#include <unistd.h>

#include <set>
#include <utility>

#include <fmt/format.h>

#include "act/close.hh"
#include "act/protected.hh"
#include "app/action_log.hh"
#include "app/close_choice.hh"
#include "app/close_options.hh"
#include "app/collect.hh"
#include "app/command.hh"
#include "app/confirm.hh"
#include "app/names.hh"
#include "app/notices.hh"
#include "app/privileges.hh"
#include "app/socket_label.hh"
#include "app/terminal.hh"
#include "base/output.hh"
#include "base/text.hh"
#include "export/json_writer.hh"
#include "filter/filter.hh"
#include "ui/cli/json_lines.hh"
#include "ui/cli/table_writer.hh"

namespace lastack::app {
namespace {

ui::Columns shown_columns() {
  ui::Columns columns;
  for (auto const* id : {"process", "pid", "proto", "local", "remote", "state", "user", "netns"}) {
    columns.push_back(&ui::column(id));
  }
  return columns;
}
ui::Columns json_columns() {
  ui::Columns columns;
  for (auto const* id : {"proto", "family", "local", "remote", "state", "cookie", "netns",
                         "no-owner", "process", "pid", "fd"}) {
    columns.push_back(&ui::column(id));
  }
  return columns;
}

class CloseRun {
 public:
  CloseRun(CloseOptions const& options, model::Snapshot const& snapshot, CloseChoice choice)
      : options_(options),
        snapshot_(snapshot),
        choice_(std::move(choice)),
        output_(STDOUT_FILENO) {}

  int run();

 private:
  void preview();
  // nullopt: go on.
  [[nodiscard]] std::optional<int> refuse() const;
  int close_all();
  void tell(model::Endpoint const& endpoint, act::CloseOutcome const& outcome);
  void write_json(model::Endpoint const& endpoint, std::string_view result,
                  act::CloseOutcome const* outcome);
  int finish(int status);

  CloseOptions const& options_;
  model::Snapshot const& snapshot_;
  CloseChoice choice_;
  base::Output output_;
};

int CloseRun::finish(int status) {
  if (auto const written = output_.finish("stdout"); !written) {
    complain("close", written.error().message);
    return kExitFailure;
  }
  return status;
}

int CloseRun::run() {
  preview();
  if (options_.dry_run) {
    if (!options_.json) output_.append("dry run: nothing was closed\n");
    return finish(kExitOk);
  }
  if (auto const status = refuse()) return finish(*status);
  return finish(close_all());
}

// Objects are for programs: there the table is for whoever is asked.
void CloseRun::preview() {
  if (options_.json && options_.dry_run) {
    for (auto const row : choice_.rows) {
      write_json(snapshot_.endpoints[row], "dry_run", nullptr);
    }
    return;
  }
  if (options_.json && options_.yes) return;
  base::Output errors(STDERR_FILENO);
  auto& where = options_.json ? errors : output_;
  bool const terminal = !options_.json && stdout_is_terminal();
  (void)ui::write_table(where,
                        {.snapshot = snapshot_, .rows = choice_.rows, .columns = shown_columns()},
                        {.header = true,
                         .color = terminal && wants_color(Color::Auto),
                         .terminal = terminal,
                         .columns_chosen = false,
                         .width = terminal ? terminal_width() : std::nullopt});
  where.flush();
}

std::optional<int> CloseRun::refuse() const {
  if (choice_.rows.size() > 1 && !options_.all) {
    complain("close", fmt::format("{} sockets match, and nothing was closed: --all closes them all",
                                  choice_.rows.size()));
    return kExitUsage;
  }
  if (options_.yes) return std::nullopt;
  Questioner const person;
  if (!person.has_terminal()) {
    complain("close",
             "there is no terminal to ask on, and nothing was closed: --yes closes without asking");
    return kExitUsage;
  }
  if (person.confirms(closing_question(snapshot_, choice_))) return std::nullopt;
  complain("close", "nothing was closed");
  return kExitFailure;
}

int CloseRun::close_all() {
  if (auto const log = system_log_is_there(); !log) {
    complain("close", "not logged, as there is no system log: " + log.error().message);
  }
  ActionLog const log;
  act::Closer closer;
  std::set<std::string_view> needed;
  bool all_done = true;
  for (auto const row : choice_.rows) {
    auto const& endpoint = snapshot_.endpoints[row];
    auto const outcome = closer.close(act::target_of(snapshot_, endpoint));
    auto const* netns = snapshot_.netns_of(endpoint);
    log.record("close",
               fmt::format("{} cookie={:x} netns={}", socket_label(snapshot_, endpoint),
                           endpoint.cookie, netns == nullptr ? 0 : netns->inode),
               outcome.why.empty() ? std::string(act::id(outcome.result))
                                   : fmt::format("{}: {}", act::id(outcome.result), outcome.why));
    tell(endpoint, outcome);
    all_done &= outcome.done();
    if (!outcome.needs.empty()) needed.insert(outcome.needs);
  }
  output_.flush();
  for (auto const capability : needed) {
    complain("close", fmt::format("{} is missing: {}", capability, remedy_for(capability)));
  }
  return all_done ? kExitOk : kExitFailure;
}

void CloseRun::tell(model::Endpoint const& endpoint, act::CloseOutcome const& outcome) {
  if (options_.json) {
    write_json(endpoint, act::id(outcome.result), &outcome);
    return;
  }
  auto line =
      fmt::format("{:<13}  {}", act::phrase(outcome.result).en, socket_label(snapshot_, endpoint));
  if (outcome.was && *outcome.was != endpoint.state) {
    line += fmt::format(", by then {}", model::name(*outcome.was));
  }
  if (!outcome.why.empty()) line += ": " + outcome.why;
  output_.append(line + '\n');
}

void CloseRun::write_json(model::Endpoint const& endpoint, std::string_view result,
                          act::CloseOutcome const* outcome) {
  exporting::JsonWriter json(output_.buffer());
  json.begin_object();
  json.key("action").string("close");
  json.key("result").string(result);
  if (outcome != nullptr) {
    if (outcome->was) json.key("found_in_state").string(model::name(*outcome->was));
    if (!outcome->why.empty()) json.key("error").string(outcome->why);
    if (!outcome->needs.empty()) json.key("needs").string(outcome->needs);
  }
  json.key("socket");
  ui::View const view{.snapshot = snapshot_};
  ui::write_endpoint_object(json, {view, endpoint}, json_columns());
  json.end_object();
  json.end_line();
  output_.drain();
}

}  // namespace

int run_close(std::span<char const* const> arguments) {
  auto const options = parse_close_options(arguments);
  if (!options) return options.error();
  auto const filter = filter::parse(options->filter, SystemNames());
  if (!filter) {
    complain("close", "filter: " + filter.error().message);
    return kExitUsage;
  }
  auto const snapshot =
      collect({.facts = ui::needs_of(shown_columns()) | ui::needs_of(json_columns()),
               .only = {},
               .filter = *filter,
               .netns = {}});
  if (!snapshot) {
    complain("close", snapshot.error().message);
    return kExitFailure;
  }
  if (auto const line = notice(snapshot->unseen, {}, {}); !line.empty()) complain("close", line);

  capture::procfs::ProcFs const fs;
  act::ProtectedProcesses const own(fs);
  auto choice = choose_to_close(*snapshot, *options, [&](model::Endpoint const& endpoint) {
    return own.is_session_connection(*snapshot, endpoint);
  });
  for (auto const& line : choice.spared) complain("close", line);
  if (choice.rows.empty()) {
    complain("close", choice.spared.empty()
                          ? fmt::format("no socket matches '{}' now", options->filter)
                          : "nothing was closed");
    return kExitFailure;
  }
  return CloseRun(*options, *snapshot, std::move(choice)).run();
}

}  // namespace lastack::app
