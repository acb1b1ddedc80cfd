// What must be true of the table. The build fails where it is not.
#include "tcp/proofs.hh"

#include <algorithm>

#include "tcp/edges.hh"

namespace lastack::tcp {
namespace {

static_assert(deterministic(kRfcTable), "two rows speak of the same case");
static_assert(complete(kRfcTable), "a case has no row: 'ignored' must be said");
static_assert(deterministic(kLinuxTable), "two rows of the overlay speak of the same case");
static_assert(std::ranges::all_of(kRules, consistent), "what is not here does nothing");
static_assert(std::ranges::all_of(kLinuxRules, consistent), "what is not here does nothing");

consteval StateSet reachable_from_closed() {
  StateSet seen = Closed;
  for (std::size_t n = 0; n < kStateCount; ++n) {
    for (auto const& edge : kEdges) {
      if (seen.has(edge.from)) seen = seen | edge.to;
    }
  }
  return seen;
}
static_assert(reachable_from_closed() == StateSet::all());

consteval auto edges_of_kind(EdgeKind kind) {
  return std::ranges::count(kEdges, kind, &Edge::kind);
}
static_assert(edges_of_kind(EdgeKind::Figure5) == 20);
static_assert(edges_of_kind(EdgeKind::Note2) == 1);

// Note 1: SYN_RECEIVED goes back to LISTEN only where it came from there.
static_assert(kLiteral.find(SynReceived, Event::Rst, Condition::Passive)->to == Listen);
static_assert(kLiteral.find(SynReceived, Event::Rst, {})->to == Closed);
// Note 2: FIN and the ACK of ours in one segment lead from FIN_WAIT_1 to TIME_WAIT, step by step.
static_assert(kLiteral.find(FinWait1, Event::AckOfFin, {})->to == FinWait2);
static_assert(kLiteral.find(FinWait1, Event::AckOfFin, {})->then == Then::GoOn);
static_assert(kLiteral.find(FinWait2, Event::Fin, {})->to == TimeWait);
// Nothing leaves CLOSED but the two OPENs.
static_assert(std::ranges::count(kEdges, Closed, &Edge::from) == 2);
// Linux knows no way back to LISTEN, and no listener that connects.
static_assert(!find_edge(SynReceived, Listen)->in_linux && !find_edge(Listen, SynSent)->in_linux);
static_assert(find_edge(TimeWait, SynReceived)->in_linux);
static_assert(find_edge(Established, TimeWait) == nullptr);
static_assert(find_edge(LastAck, Established) == nullptr);

static_assert(next_towards(Established, LastAck) == CloseWait);
static_assert(next_towards(Established, TimeWait) == FinWait1);
static_assert(next_towards(SynSent, CloseWait) == Established);
static_assert(next_towards(SynSent, FinWait1) == Established);
static_assert(next_towards(FinWait1, TimeWait) == FinWait2);
static_assert(next_towards(Established, Closed) == Closed);
static_assert(next_towards(Established, Closing) == FinWait1);
static_assert(!next_towards(LastAck, Established));
static_assert(!next_towards(TimeWait, FinWait2));

}  // namespace
}  // namespace lastack::tcp
