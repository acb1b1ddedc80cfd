// Any bytes as a filter, of endpoints and of transitions: parsing neither crashes nor answers with
// unsafe text, and what parses can be asked about every endpoint and keeps the promise of its
// pushdown. The two scopes differ in nothing but `from` and `to`.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/text.hh"
#include "unit/filter/support.hh"

namespace {

using namespace lastack;

void require(bool condition) {
  if (!condition) std::abort();
}

void check_error(std::string_view text, filter::SyntaxError const& error) {
  require(error.column >= 1 && error.column <= text.size() + 1);
  require(error.message.starts_with("column " + std::to_string(error.column) + ": "));
  require(base::is_valid_utf8(error.message));
  for (char const c : error.message) require(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
  require(error.message.size() < 1000);
}

bool is_inside(filter::Pushdown const& down, model::Endpoint const& endpoint) {
  return (down.states & model::mask_of(endpoint.state)) != 0 &&
         (endpoint.family == model::Family::Inet ? down.inet : down.inet6) &&
         (endpoint.protocol == model::Protocol::Tcp ? down.tcp : down.udp);
}

void check_matches(filter::Filter const& filter, model::Snapshot const& snapshot) {
  filter::Matcher const matches(filter, snapshot);
  for (auto const& endpoint : snapshot.endpoints) {
    require(is_inside(filter.pushdown(), endpoint) || !matches(endpoint));
  }
}

// An endpoint arrives at its state from every other.
void check_transitions(filter::Filter const& filter, model::Snapshot const& snapshot) {
  filter::Matcher const matches(filter, snapshot);
  for (auto const& endpoint : snapshot.endpoints) {
    if (endpoint.protocol != model::Protocol::Tcp) continue;
    bool const inside = is_inside(filter.pushdown(), endpoint);
    for (std::size_t from = 0; from < tcp::kStateCount; ++from) {
      filter::Edge const edge{model::from_tcp(tcp::state_at(from)), endpoint.state};
      require(inside || !matches(endpoint, edge));
    }
  }
}

// A filter that `list` takes asks the same of an endpoint, whatever step it makes.
void check_agreement(filter::Filter const& of_endpoints, filter::Filter const& of_transitions,
                     model::Snapshot const& snapshot) {
  filter::Matcher const lists(of_endpoints, snapshot);
  filter::Matcher const watches(of_transitions, snapshot);
  for (auto const& endpoint : snapshot.endpoints) {
    require(lists(endpoint) == watches(endpoint));
    require(lists(endpoint) == watches(endpoint, {endpoint.state, model::SocketState::Closed}));
  }
}

// `list` refuses what `watch` takes for one reason only.
void check_refusal(filter::SyntaxError const& error) {
  require(error.message.find("asks about a transition") != std::string::npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  static model::Snapshot const snapshot = filter::testing::sample();
  static filter::testing::FakeNames const names;
  std::string_view const text(reinterpret_cast<char const*>(data), size);
  auto const listed = filter::parse(text, names);
  auto const watched = filter::parse(text, names, filter::Scope::Transitions);
  if (listed) check_matches(*listed, snapshot);
  if (!listed) check_error(text, listed.error());
  if (watched) check_transitions(*watched, snapshot);
  if (!watched) check_error(text, watched.error());
  if (listed) require(watched.has_value());
  if (listed) check_agreement(*listed, *watched, snapshot);
  if (!listed && watched) check_refusal(listed.error());
  return 0;
}
