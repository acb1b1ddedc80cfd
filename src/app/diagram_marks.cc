#include "app/diagram_marks.hh"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "app/collect.hh"
#include "app/command.hh"
#include "app/notices.hh"
#include "app/stop_request.hh"
#include "app/watch_ring.hh"
#include "app/watch_session.hh"
#include "base/output.hh"
#include "explain/socket.hh"
#include "export/watch_lines.hh"
#include "filter/matcher.hh"
#include "ui/explain/socket_words.hh"
#include "ui/stream/tally.hh"

namespace lastack::app {
namespace {

using diagram::Marks;
using tcp::State;

// Where the edge stands in tcp::kEdges; its size: nowhere.
std::size_t index_of(State from, State to) {
  auto const* edge = tcp::find_edge(from, to);
  return edge == nullptr ? tcp::kEdges.size() : static_cast<std::size_t>(edge - tcp::kEdges.data());
}

void mark_way(Marks& marks, explain::SocketExplanation const& explanation) {
  auto before = explanation.opened_by == model::Side::Remote ? State::Listen : State::Closed;
  if (explanation.endpoint->state == model::SocketState::Listen) {
    marks.on_path.at(index_of(State::Closed, State::Listen)) = true;
  }
  for (auto const state : explanation.way) {
    if (auto const index = index_of(before, state); index < marks.on_path.size()) {
      marks.on_path[index] = true;
    }
    before = state;
  }
}

// One entry a state, none of them unknown.
void count_standing(Marks& marks, std::span<model::Endpoint const* const> endpoints) {
  marks.standing.fill(0);
  for (auto const* endpoint : endpoints) {
    auto const state = model::tcp_state(endpoint->state);
    if (state && endpoint->protocol == model::Protocol::Tcp) {
      auto& count = marks.standing.at(static_cast<std::size_t>(*state));
      count = count.value_or(0) + 1;
    }
  }
}

// Counts edges instead of printing them.
class CountingFace : public WatchFace {
 public:
  explicit CountingFace(ui::EdgeTally& tally) : tally_(tally) {}

  void transition(model::Life const& /*life*/, model::Transition const& transition) override {
    tally_.add(transition);
  }
  void end(model::Life const& /*life*/, std::uint64_t /*end_ns*/) override {}
  void gap(Gap const& /*gap*/) override {}
  void process_changed(std::uint32_t /*entry*/) override {}
  void tick(std::uint64_t /*now_ns*/) override {}
  void finish(WatchSummary const& /*summary*/, std::uint64_t /*now_ns*/) override {}

 private:
  ui::EdgeTally& tally_;
};

void complain_of_losses(std::uint64_t events) {
  if (events == 0) return;
  complain("diagram", fmt::format("{} events were lost: counts may be too low", events));
}

void take_counts(Marks& marks, ui::EdgeTally const& tally) {
  for (std::size_t i = 0; i < tcp::kEdges.size(); ++i) {
    marks.edge_counts.at(i) = tally.count(tcp::kEdges[i].from, tcp::kEdges[i].to).all;
  }
}

}  // namespace

base::Result<Marks> marks_of_connections(filter::Filter const& filter,
                                         std::string const& filter_text) {
  auto const facts = filter.facts() | model::Fact::Owners;
  auto const snapshot = collect({.facts = facts, .only = {}, .filter = {}, .netns = {}});
  if (!snapshot) return std::unexpected(snapshot.error());
  filter::Matcher const matches(filter, *snapshot);
  std::vector<model::Endpoint const*> matching;
  for (auto const& endpoint : snapshot->endpoints) {
    if (endpoint.protocol == model::Protocol::Tcp && matches(endpoint)) {
      matching.push_back(&endpoint);
    }
  }
  if (matching.empty()) return base::fail("no TCP socket matches '" + filter_text + "' now");
  if (auto const unseen = notice(snapshot->unseen, {}, 0); !unseen.empty()) {
    complain("diagram", unseen);
  }
  Marks marks;
  explain::OtherEnds const ends(*snapshot);
  for (auto const* endpoint : matching) mark_way(marks, explain::explain(*endpoint, ends, {}));
  if (matching.size() == 1) {
    std::vector<model::TcpSettings> const settings(snapshot->namespaces.size());
    ui::SocketView const view{*snapshot, settings};
    marks.here = model::tcp_state(matching.front()->state);
    marks.caption =
        fmt::format("{} - {}  {}", ui::local_text(*matching.front()),
                    ui::remote_text(*matching.front()), ui::owner_text(view, *matching.front()));
  } else {
    marks.caption = fmt::format("{}: {}", filter_text, matching.size());
    count_standing(marks, matching);
  }
  return marks;
}

base::Result<Marks> marks_of_watching(std::chrono::milliseconds duration,
                                      filter::Filter const& filter) {
  auto const stop = StopRequest::install();
  if (!stop) return std::unexpected(stop.error());
  WatchOptions options;
  options.view = WatchView::Tally;
  options.duration = duration;
  auto ring = attach_ring(options, filter, "diagram");
  if (!ring) return std::unexpected(ring.error());
  ui::EdgeTally tally;
  base::Output nothing(-1);  // the face writes nothing
  WatchSession session(options, filter, nothing, *stop, std::make_unique<CountingFace>(tally));
  auto const summary = session.run(std::move(*ring));
  if (!summary) return std::unexpected(summary.error());
  complain_of_losses(summary->lost + summary->skipped);
  for (auto const& defect : session.defects()) complain("diagram", "defect: " + defect);
  Marks marks;
  take_counts(marks, tally);
  auto const now = session.snapshot();
  filter::Matcher const matches(filter, now);
  std::vector<model::Endpoint const*> standing;
  for (auto const& endpoint : now.endpoints) {
    if (matches(endpoint)) standing.push_back(&endpoint);
  }
  count_standing(marks, standing);
  return marks;
}

base::Result<Marks> marks_of_lines(std::istream& lines, std::string const& name,
                                   std::uint64_t& strange) {
  using Line = exporting::WatchLine;
  Marks counted;
  Marks last_tally;
  bool has_tally = false;
  counted.edge_counts.fill(0);
  std::string text;
  std::uint64_t lost = 0;
  std::uint64_t number = 1;
  for (; std::getline(lines, text); ++number) {
    if (text.empty()) continue;
    auto const line = exporting::read_watch_line(text);
    if (!line) {
      return base::fail(fmt::format("{}:{}: {}; a line of 'lastack watch --json' is wanted", name,
                                    number, line.error().message));
    }
    lost += line->lost;
    auto& marks = line->kind == Line::Kind::Tally ? last_tally : counted;
    if (line->kind == Line::Kind::Tally) {
      has_tally = true;
      marks.edge_counts.fill(0);
    }
    for (auto const& edge : line->edges) {
      auto const index = index_of(edge.from, edge.to);
      if (index < marks.edge_counts.size()) {
        marks.edge_counts[index] = marks.edge_counts[index].value_or(0) + edge.count;
      } else {
        strange += edge.count;
      }
    }
  }
  if (number == 1) return base::fail(name + ": it is empty");
  complain_of_losses(lost);
  return has_tally ? last_tally : counted;
}

}  // namespace lastack::app
