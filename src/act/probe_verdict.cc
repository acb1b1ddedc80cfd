#include "act/probe_verdict.hh"

#include <algorithm>
#include <array>
#include <cerrno>

namespace lastack::act {
namespace {

using model::PeerEnd;
using model::ProbeResult;
using model::ProbeStage;
using model::ProbeVerdict;

struct Meaning {
  ProbeStage stage;
  int error;
  ProbeVerdict verdict;
};

// What an errno means depends on the call that it came from.
constexpr auto kMeanings = std::to_array<Meaning>({
    {ProbeStage::Open, EPERM, ProbeVerdict::NotPermitted},
    {ProbeStage::Open, EACCES, ProbeVerdict::NotPermitted},
    {ProbeStage::Bind, EPERM, ProbeVerdict::NotPermitted},
    {ProbeStage::Bind, EACCES, ProbeVerdict::NotPermitted},
    {ProbeStage::Bind, EADDRNOTAVAIL, ProbeVerdict::BadSource},
    {ProbeStage::Connect, ENETUNREACH, ProbeVerdict::NoRoute},
    {ProbeStage::Connect, EHOSTUNREACH, ProbeVerdict::NoRoute},
    {ProbeStage::Connect, EADDRNOTAVAIL, ProbeVerdict::NoLocalPort},
    {ProbeStage::Connect, EADDRINUSE, ProbeVerdict::NoLocalPort},
    {ProbeStage::Connect, EPERM, ProbeVerdict::NotPermitted},
    {ProbeStage::Connect, EACCES, ProbeVerdict::NotPermitted},
    {ProbeStage::Handshake, ECONNREFUSED, ProbeVerdict::Refused},
    {ProbeStage::Handshake, ETIMEDOUT, ProbeVerdict::Filtered},
    {ProbeStage::Handshake, EHOSTUNREACH, ProbeVerdict::Unreachable},
    {ProbeStage::Handshake, ENETUNREACH, ProbeVerdict::Unreachable},
    {ProbeStage::Handshake, EHOSTDOWN, ProbeVerdict::Unreachable},
    {ProbeStage::Handshake, EACCES, ProbeVerdict::Unreachable},
    {ProbeStage::Handshake, EPROTO, ProbeVerdict::Unreachable},
    {ProbeStage::Handshake, ENOPROTOOPT, ProbeVerdict::Unreachable},
});

bool is_queue_full(ProbeResult const& result) {
  return result.listener && result.listener->is_full();
}

ProbeVerdict decide_established(ProbeResult const& result) {
  if (!result.banner.empty()) return ProbeVerdict::Open;
  if (result.peer_end == PeerEnd::Reset) return ProbeVerdict::ResetAfterAccept;
  if (result.peer_end == PeerEnd::Closed) return ProbeVerdict::OpenClosed;
  // Established on this side alone: the queue had no room for the peer's end.
  if (is_queue_full(result) && result.listener->handshake_kept) {
    return ProbeVerdict::AcceptQueueFull;
  }
  return result.banner_waited ? ProbeVerdict::OpenSilent : ProbeVerdict::Open;
}

ProbeVerdict decide_by_error(ProbeResult const& result) {
  auto const* found = std::ranges::find_if(kMeanings, [&](Meaning const& each) {
    return each.stage == result.stage && each.error == result.error;
  });
  return found == kMeanings.end() ? ProbeVerdict::LocalError : found->verdict;
}

}  // namespace

ProbeVerdict decide(ProbeResult const& result) {
  if (result.stage == ProbeStage::Resolve) return ProbeVerdict::NameNotResolved;
  if (result.stage == ProbeStage::Established) return decide_established(result);
  if (result.icmp) return ProbeVerdict::Unreachable;
  auto const verdict = result.timed_out ? ProbeVerdict::Filtered : decide_by_error(result);
  if (verdict == ProbeVerdict::Filtered && is_queue_full(result)) {
    return ProbeVerdict::AcceptQueueFull;
  }
  return verdict;
}

}  // namespace lastack::act
