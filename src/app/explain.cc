// `lastack explain`: states, edges, and the sockets that are there now.
#include <unistd.h>

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "app/collect.hh"
#include "app/command.hh"
#include "app/explain_options.hh"
#include "app/explain_request.hh"
#include "app/names.hh"
#include "app/namespace_settings.hh"
#include "app/notices.hh"
#include "app/page_style.hh"
#include "base/output.hh"
#include "base/text.hh"
#include "explain/groups.hh"
#include "explain/socket.hh"
#include "filter/matcher.hh"
#include "ui/explain/explain_json.hh"
#include "ui/explain/socket_page.hh"
#include "ui/explain/state_page.hh"

namespace lastack::app {
namespace {

constexpr std::size_t kOneByOne = 4;  // more sockets are grouped
constexpr std::size_t kMostGroups = 6;

constexpr base::Phrase kImpossible{
    "two states are an edge (a comma between them explains both): {}{}{} is impossible: {}",
    "两个状态表示一次转换（要分别解释请用逗号隔开）：{}{}{} 不可能：{}"};
constexpr base::Phrase kNothing{"no socket matches '{}' now", "目前没有套接字符合 '{}'"};

// Durations must not pass for this machine's where they are not.
void complain_of_usual(std::size_t namespaces) {
  if (namespaces == 0) return;
  complain("explain", "the settings of " +
                          base::counted(namespaces, "network namespace", "network namespaces") +
                          " cannot be read: durations are those that Linux has by default");
}

model::TcpSettings own_settings() {
  auto settings = own_tcp_settings();
  complain_of_usual(settings.all_usual() ? 1 : 0);
  return settings;
}

class Explainer {
 public:
  Explainer(ExplainOptions const& options, base::Output& output)
      : options_(options), style_(page_style(options.language, options.color)), output_(output) {}

  int operator()(ExplainAll const& /*request*/);
  int operator()(ExplainStates const& request);
  int operator()(ExplainEdge const& request);
  int operator()(ExplainSockets const& request);

 private:
  using Matches = std::vector<std::uint32_t>;

  void write_states(std::vector<tcp::State> const& states);
  void write_each(ui::SocketView const& view, Matches const& matches);
  void write_groups(ui::SocketView const& view, Matches const& matches);

  ExplainOptions const& options_;
  ui::PageStyle style_;
  base::Output& output_;
};

void Explainer::write_states(std::vector<tcp::State> const& states) {
  auto const values = explain::values_of(own_settings(), options_.language);
  bool first = true;
  for (auto const state : states) {
    if (options_.json) {
      ui::write_state_json(output_, state, options_.language, values);
      continue;
    }
    if (!std::exchange(first, false)) output_.append("\n");
    ui::write_state(output_.buffer(), style_, state, values);
  }
}

int Explainer::operator()(ExplainAll const& /*request*/) {
  if (options_.json) {
    std::vector<tcp::State> states(tcp::kStateCount);
    for (std::size_t i = 0; i < states.size(); ++i) states[i] = tcp::state_at(i);
    write_states(states);
  } else {
    ui::write_state_list(output_.buffer(), style_,
                         explain::values_of(own_settings(), options_.language));
  }
  return kExitOk;
}

int Explainer::operator()(ExplainStates const& request) {
  write_states(request.states);
  return kExitOk;
}

int Explainer::operator()(ExplainEdge const& request) {
  auto const* edge = tcp::find_edge(request.from, request.to);
  if (edge == nullptr) {
    auto const text = fmt::format(fmt::runtime(kImpossible.in(options_.language)),
                                  tcp::name(request.from), style_.arrow(), tcp::name(request.to),
                                  ui::why_impossible(request.from, request.to, style_));
    complain("explain", text);
    return kExitFailure;
  }
  if (options_.json) {
    ui::write_edge_json(output_, *edge, options_.language);
  } else {
    ui::write_edge(output_.buffer(), style_, *edge,
                   explain::values_of(own_settings(), options_.language));
  }
  return kExitOk;
}

std::set<std::uint32_t> namespaces_of(model::Snapshot const& snapshot,
                                      std::vector<std::uint32_t> const& matches) {
  std::set<std::uint32_t> namespaces;
  for (auto const index : matches) namespaces.insert(snapshot.endpoints[index].netns);
  return namespaces;
}

void Explainer::write_each(ui::SocketView const& view, Matches const& matches) {
  explain::OtherEnds const ends(view.snapshot);
  bool first = true;
  for (auto const index : matches) {
    auto const& endpoint = view.snapshot.endpoints[index];
    auto const explanation = explain::explain(endpoint, ends, view.settings.at(endpoint.netns));
    if (options_.json) {
      ui::write_socket_json(output_, view, explanation);
    } else {
      if (!std::exchange(first, false)) output_.append("\n");
      ui::write_socket(output_.buffer(), style_, view, explanation);
    }
    output_.drain();
    if (output_.stopped()) return;
  }
}

void Explainer::write_groups(ui::SocketView const& view, Matches const& matches) {
  auto const groups = explain::group(view.snapshot, matches);
  auto const shown = options_.json ? groups.size() : std::min(groups.size(), kMostGroups);
  for (std::size_t i = 0; i < shown; ++i) {
    if (options_.json) {
      ui::write_group_json(output_, view, groups[i]);
      continue;
    }
    if (i > 0) output_.append("\n");
    ui::write_group(output_.buffer(), style_, view, groups[i]);
  }
  if (shown == groups.size()) return;
  std::size_t rest = 0;
  for (std::size_t i = shown; i < groups.size(); ++i) rest += groups[i].count;
  output_.append("\n");
  ui::write_rest(output_.buffer(), style_, groups.size() - shown, rest);
}

int Explainer::operator()(ExplainSockets const& request) {
  auto const filter = filter::parse(request.filter, SystemNames());
  if (!filter) {
    complain("explain", "filter: " + filter.error().message);
    return kExitUsage;
  }
  // All of them are listed: the other end of a connection need not match.
  auto const facts = filter->facts() | model::Fact::Owners | model::Fact::TcpInfo;
  auto const snapshot = collect({.facts = facts, .only = {}, .filter = {}, .netns = {}});
  if (!snapshot) {
    complain("explain", snapshot.error().message);
    return kExitFailure;
  }
  filter::Matcher const matcher(*filter, *snapshot);
  Matches matches;
  for (std::uint32_t i = 0; i < snapshot->endpoints.size(); ++i) {
    if (matcher(snapshot->endpoints[i])) matches.push_back(i);
  }
  auto const closing_line = notice(snapshot->unseen, {}, {});
  if (!closing_line.empty()) complain("explain", closing_line);
  if (matches.empty()) {
    complain("explain", fmt::format(fmt::runtime(kNothing.in(options_.language)), request.filter));
    return kExitFailure;
  }
  auto const namespaces = namespaces_of(*snapshot, matches);
  auto const settings = tcp_settings_of(*snapshot, namespaces);
  complain_of_usual(static_cast<std::size_t>(std::ranges::count_if(
      namespaces, [&](std::uint32_t index) { return settings.at(index).all_usual(); })));
  ui::SocketView const view{*snapshot, settings, options_.language};
  bool const each = options_.each || matches.size() <= kOneByOne;
  each ? write_each(view, matches) : write_groups(view, matches);
  return kExitOk;
}

}  // namespace

int run_explain(std::span<char const* const> arguments) {
  auto const options = parse_explain_options(arguments);
  if (!options) return options.error();
  auto const request = parse_explain_request(options->words);
  if (!request) {
    complain("explain", request.error().message);
    return kExitUsage;
  }
  base::Output output(STDOUT_FILENO);
  auto const status = std::visit(Explainer(*options, output), *request);
  if (auto const written = output.finish("stdout"); !written) {
    complain("explain", written.error().message);
    return kExitFailure;
  }
  return status;
}

}  // namespace lastack::app
