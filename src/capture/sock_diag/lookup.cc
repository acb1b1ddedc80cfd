#include "capture/sock_diag/lookup.hh"

#include <linux/netlink.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "capture/sock_diag/decode.hh"

namespace lastack::capture::sock_diag {
namespace {

// At some 2 KiB an answer, far from filling the receive buffer (net.core.rmem_default, 208 KiB).
constexpr std::size_t kAtOnce = 32;

LookupAnswer read_answer(std::span<std::byte const> datagram, SocketKey const& key,
                         std::uint32_t sequence, model::Snapshot& scratch) {
  scratch.endpoints.clear();
  scratch.details.clear();
  auto const progress = decode(
      datagram, {.protocol = key.protocol, .netns = 0, .sequence = sequence, .want_details = true},
      scratch);
  if (progress.error != 0) return std::unexpected(progress.error);
  if (scratch.endpoints.empty()) return std::unexpected(EPROTO);
  FoundSocket found{
      .endpoint = scratch.endpoints.front(), .details = scratch.details.front(), .key = key};
  found.endpoint.details = model::kNone;
  found.key.cookie = found.endpoint.cookie;
  return found;
}

std::uint32_t sequence_of(std::span<std::byte const> datagram) {
  nlmsghdr header{};
  if (datagram.size() >= sizeof header) std::memcpy(&header, datagram.data(), sizeof header);
  return header.nlmsg_seq;
}

// At most kAtOnce of them. Each answer is a datagram of its own.
base::Result<void> look_up_some(Channel& channel, std::span<SocketKey const> keys,
                                model::Facts facts, std::vector<LookupAnswer>& answers) {
  auto const first = channel.take_sequences(static_cast<std::uint32_t>(keys.size()));
  std::vector<std::byte> requests;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    auto const request = encode_lookup(keys[i], facts, first + static_cast<std::uint32_t>(i));
    requests.insert(requests.end(), request.begin(), request.end());
  }
  if (auto sent = channel.send(requests); !sent) return std::unexpected(sent.error());

  auto const at = answers.size();
  answers.resize(at + keys.size(), std::unexpected(ENOBUFS));
  model::Snapshot scratch;
  for (;;) {
    auto const datagram = channel.receive();
    if (!datagram) return std::unexpected(datagram.error());
    if (datagram->empty()) return {};
    auto const sequence = sequence_of(*datagram);
    auto const index = sequence - first;
    if (index >= keys.size()) continue;
    answers[at + index] = read_answer(*datagram, keys[index], sequence, scratch);
  }
}

base::Result<std::vector<LookupAnswer>> look_up_each(Channel& channel,
                                                     std::span<SocketKey const> keys,
                                                     model::Facts facts) {
  std::vector<LookupAnswer> answers;
  answers.reserve(keys.size());
  for (std::size_t at = 0; at < keys.size(); at += kAtOnce) {
    auto const some = keys.subspan(at, std::min(kAtOnce, keys.size() - at));
    if (auto done = look_up_some(channel, some, facts, answers); !done) {
      return std::unexpected(done.error());
    }
  }
  return answers;
}

// One that has no remote end shares its address with others, perhaps: which of them answers, the
// kernel decides by a hash of all four (reuseport_select_sock). So remote ports are tried: of 64
// sockets one is missed in e^-16 of cases.
base::Result<LookupAnswer> search_group(Channel& channel, SocketKey const& key,
                                        model::Facts facts) {
  constexpr std::uint16_t kTries = 1024;
  auto anyone = key;
  anyone.cookie = kAnyCookie;
  auto const first = look_up_each(channel, std::span(&anyone, 1), {});
  if (!first) return std::unexpected(first.error());
  if (!first->front()) return first->front();

  for (std::uint16_t port = 1; port <= kTries;) {
    std::vector<SocketKey> keys(kAtOnce, key);
    for (auto& member : keys) member.flow.remote_port = port++;
    auto answers = look_up_each(channel, keys, facts);
    if (!answers) return std::unexpected(answers.error());
    auto const hit = std::ranges::find_if(
        *answers, [](auto const& answer) { return answer || !is_absent(answer.error()); });
    if (hit != answers->end()) return std::move(*hit);
  }
  return LookupAnswer(std::unexpected(ESTALE));
}

bool may_share_its_address(SocketKey const& key) {
  return key.flow.remote_port == 0 && key.cookie != kAnyCookie;
}

}  // namespace

base::Result<std::vector<LookupAnswer>> look_up(Channel& channel, std::span<SocketKey const> keys,
                                                model::Facts facts) {
  auto answers = look_up_each(channel, keys, facts);
  if (!answers) return answers;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    auto& answer = (*answers)[i];
    if (answer || !is_absent(answer.error()) || !may_share_its_address(keys[i])) continue;
    auto found = search_group(channel, keys[i], facts);
    if (!found) return std::unexpected(found.error());
    answer = std::move(*found);
  }
  return answers;
}

base::Result<LookupAnswer> look_up(Channel& channel, SocketKey const& key, model::Facts facts) {
  auto answers = look_up(channel, std::span(&key, 1), facts);
  if (!answers) return std::unexpected(answers.error());
  return std::move(answers->front());
}

}  // namespace lastack::capture::sock_diag
