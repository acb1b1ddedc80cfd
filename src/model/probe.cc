#include "model/probe.hh"

#include <algorithm>

namespace lastack::model {
namespace {

constexpr std::array<std::string_view, kProbeVerdictCount> kVerdicts{
    "open",          "open_silent", "open_closed",   "reset_after_accept", "accept_queue_full",
    "refused",       "filtered",    "unreachable",   "name_not_resolved",  "no_route",
    "no_local_port", "bad_source",  "not_permitted", "local_error",        "cancelled"};

constexpr std::array<std::string_view, 6> kStages{"resolve", "open",      "bind",
                                                  "connect", "handshake", "established"};
constexpr std::array<std::string_view, 3> kPeerEnds{"stayed", "closed", "reset"};
constexpr std::array<std::string_view, 10> kSteps{
    "connect_called", "established", "failed",     "icmp",   "sent",
    "banner",         "peer_closed", "peer_reset", "closed", "transition"};

// RFC 792, RFC 1812 5.2.7.1, RFC 4443.
struct IcmpName {
  Family family;
  std::uint8_t type;
  std::uint8_t code;
  std::string_view name;
};
constexpr auto kIcmp = std::to_array<IcmpName>({
    {Family::Inet, 3, 0, "net_unreachable"},      {Family::Inet, 3, 1, "host_unreachable"},
    {Family::Inet, 3, 2, "protocol_unreachable"}, {Family::Inet, 3, 3, "port_unreachable"},
    {Family::Inet, 3, 4, "fragmentation_needed"}, {Family::Inet, 3, 5, "source_route_failed"},
    {Family::Inet, 3, 6, "net_unreachable"},      {Family::Inet, 3, 7, "host_unreachable"},
    {Family::Inet, 3, 9, "admin_prohibited"},     {Family::Inet, 3, 10, "admin_prohibited"},
    {Family::Inet, 3, 11, "net_unreachable"},     {Family::Inet, 3, 12, "host_unreachable"},
    {Family::Inet, 3, 13, "admin_prohibited"},    {Family::Inet, 11, 0, "time_exceeded"},
    {Family::Inet, 12, 0, "parameter_problem"},   {Family::Inet6, 1, 0, "net_unreachable"},
    {Family::Inet6, 1, 1, "admin_prohibited"},    {Family::Inet6, 1, 2, "beyond_scope"},
    {Family::Inet6, 1, 3, "host_unreachable"},    {Family::Inet6, 1, 4, "port_unreachable"},
    {Family::Inet6, 1, 5, "admin_prohibited"},    {Family::Inet6, 1, 6, "net_unreachable"},
    {Family::Inet6, 3, 0, "time_exceeded"},       {Family::Inet6, 4, 0, "parameter_problem"},
});

}  // namespace

std::string_view name(ProbeVerdict verdict) { return kVerdicts[static_cast<std::size_t>(verdict)]; }

bool is_open(ProbeVerdict verdict) { return verdict <= ProbeVerdict::ResetAfterAccept; }

std::string_view name(ProbeStage stage) { return kStages[static_cast<std::size_t>(stage)]; }

std::string_view name(PeerEnd end) { return kPeerEnds[static_cast<std::size_t>(end)]; }

std::string_view name(IcmpError const& icmp) {
  auto const* found = std::ranges::find_if(kIcmp, [&](IcmpName const& each) {
    return each.family == icmp.family && each.type == icmp.type && each.code == icmp.code;
  });
  return found == kIcmp.end() ? "other" : found->name;
}

std::string_view name(ProbeStep::Kind kind) { return kSteps[static_cast<std::size_t>(kind)]; }

}  // namespace lastack::model
