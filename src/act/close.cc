#include "act/close.hh"

#include <sys/utsname.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <utility>

#include "capture/sock_diag/destroy.hh"
#include "capture/sock_diag/lookup.hh"

namespace lastack::act {

namespace sock_diag = capture::sock_diag;

namespace {

using model::Protocol;
using model::SocketState;
using sock_diag::Channel;
using sock_diag::FoundSocket;
using sock_diag::LookupAnswer;

struct ResultText {
  std::string_view id;
  base::Phrase phrase;
};
// In the order of CloseResult.
constexpr std::array<ResultText, kCloseResultCount> kResults{{
    {"closed", {"closed", "已关闭"}},
    {"already_gone", {"already gone", "已不存在"}},
    {"changed", {"changed", "已变化"}},
    {"not_permitted", {"not permitted", "没有权限"}},
    {"not_supported", {"not supported", "不支持"}},
    {"failed", {"failed", "失败"}},
}};

constexpr auto kMayNotDestroy =
    "needs CAP_NET_ADMIN in the user namespace that owns the network namespace";
constexpr auto kNoDestroy = "this kernel is built without CONFIG_INET_DIAG_DESTROY";
constexpr auto kOnlyBound =
    "the kernel has no way to close a socket that is bound and neither listens nor connects; "
    "ending "
    "its process does";
constexpr auto kMptcpListener =
    "the kernel does not close listeners of MPTCP; ending the process does";
constexpr auto kUdpStays =
    "its program was told (ECONNABORTED) and it has no peer any more, but a UDP socket that is "
    "bound stays open; ending its process closes it";
constexpr auto kTcpStays = "the kernel did not refuse, but the socket is still there";
constexpr auto kOldKernel =
    "its process has closed it already, and kernels before 6.12 keep such a socket, perhaps for "
    "ever, "
    "when they are told to close it";
constexpr auto kOther = "another socket has these addresses now";
constexpr auto kListensNow = "it listens now; it was a connection";
constexpr auto kConnectedNow = "it is a connection now; it was a listener";
constexpr auto kNoRequest = "the handshake is over: it is no request any more";

CloseOutcome outcome(CloseResult result, std::string why = "") {
  return {.result = result, .needs = {}, .why = std::move(why), .was = {}};
}
CloseOutcome failed(base::Error const& error) {
  return outcome(CloseResult::Failed, error.message);
}

CloseOutcome no_way_in(base::Error const& error) {
  if (error.code != EPERM && error.code != EACCES) return failed(error);
  auto refused = outcome(CloseResult::NotPermitted, error.message);
  for (std::string_view const capability : {"CAP_SYS_PTRACE", "CAP_NET_ADMIN", "CAP_SYS_ADMIN"}) {
    if (error.message.find(capability) != std::string::npos) refused.needs = capability;
  }
  return refused;
}

CloseOutcome refused(int code, FoundSocket const& found) {
  switch (code) {
    case EPERM:
    case EACCES: {
      auto what = outcome(CloseResult::NotPermitted, kMayNotDestroy);
      what.needs = "CAP_NET_ADMIN";
      return what;
    }
    case EOPNOTSUPP: return outcome(CloseResult::NotSupported, kNoDestroy);
    case EINVAL:
      if (found.endpoint.state == SocketState::Listen && found.endpoint.mptcp_subflow) {
        return outcome(CloseResult::NotSupported, kMptcpListener);
      }
      [[fallthrough]];
    default: return outcome(CloseResult::Failed, std::strerror(code));
  }
}

// nullopt: it is the socket that was meant.
std::optional<CloseOutcome> mistaken(CloseTarget const& target, FoundSocket const& found) {
  auto const now = found.endpoint.state;
  if (found.endpoint.flow != target.key.flow) return outcome(CloseResult::Changed, kOther);
  if (is_listener(now) != is_listener(target.state)) {
    return outcome(CloseResult::Changed, is_listener(now) ? kListensNow : kConnectedNow);
  }
  if (target.key.cookie == 0 && now != target.state) {
    return outcome(CloseResult::Changed, kNoRequest);
  }
  return std::nullopt;
}

// Nobody has the cookie: has somebody else the flow?
CloseOutcome gone(Channel& channel, CloseTarget const& target) {
  auto anyone = target.key;
  anyone.cookie = sock_diag::kAnyCookie;
  auto const answer = sock_diag::look_up(channel, anyone, {});
  // Of a connection that is gone the kernel tells its listener instead.
  bool const same_flow = answer && *answer && (*answer)->endpoint.flow == target.key.flow;
  return same_flow ? outcome(CloseResult::Changed, kOther) : outcome(CloseResult::AlreadyGone);
}

// Still to be closed by the kernel itself. (FIN_WAIT_2 has nothing in its queue, and is mostly a
// mini-socket, which every kernel closes.)
bool is_orphan(model::Endpoint const& endpoint) {
  using enum SocketState;
  auto const state = endpoint.state;
  return endpoint.inode == 0 && (state == FinWait1 || state == Closing || state == LastAck);
}

bool this_kernel_closes_orphans() {
  utsname names{};
  return ::uname(&names) == 0 && closes_orphans(names.release);
}

// One try. nullopt: it has slipped into another kind of socket meanwhile (ESTABLISHED to
// TIME_WAIT), or it still stands there.
struct Try {
  std::optional<CloseOutcome> outcome;
  std::optional<SocketState> was;
  bool said_yes = false;  // the kernel, to a destroy
};

Try try_to_close(Channel& channel, CloseTarget const& target) {
  auto key = target.key;
  if (key.cookie == 0) key.cookie = sock_diag::kAnyCookie;
  auto const answer = sock_diag::look_up(channel, key, {});
  if (!answer) return {failed(answer.error()), {}, false};
  if (!*answer) {
    if (sock_diag::is_absent(answer->error())) return {gone(channel, target), {}, false};
    return {outcome(CloseResult::Failed, std::strerror(answer->error())), {}, false};
  }
  auto const& found = **answer;
  if (auto wrong = mistaken(target, found)) return {std::move(wrong), {}, false};

  auto const was = found.endpoint.state;
  if (is_orphan(found.endpoint) && !this_kernel_closes_orphans()) {
    return {outcome(CloseResult::NotSupported, kOldKernel), was, false};
  }
  auto const code = sock_diag::destroy(channel, found.key);
  if (!code) return {failed(code.error()), was, false};
  if (*code != 0 && !sock_diag::is_absent(*code)) return {refused(*code, found), was, false};
  bool const said_yes = *code == 0;
  auto const after = sock_diag::look_up(channel, found.key, {});
  if (!after) return {failed(after.error()), was, said_yes};
  if (!*after && sock_diag::is_absent(after->error())) {
    return {outcome(said_yes ? CloseResult::Closed : CloseResult::AlreadyGone), was, said_yes};
  }
  return {std::nullopt, was, said_yes};
}

}  // namespace

bool closes_orphans(std::string_view kernel_release) {
  constexpr std::pair kFixed{6U, 12U};
  auto const number = [](std::string_view text) {
    unsigned value = 0;
    (void)std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
  };
  auto const dot = kernel_release.find('.');
  if (dot == std::string_view::npos) return false;
  return std::pair(number(kernel_release), number(kernel_release.substr(dot + 1))) >= kFixed;
}

std::string_view id(CloseResult result) { return kResults[static_cast<std::size_t>(result)].id; }
base::Phrase phrase(CloseResult result) {
  return kResults[static_cast<std::size_t>(result)].phrase;
}

CloseTarget target_of(model::Snapshot const& snapshot, model::Endpoint const& endpoint) {
  CloseTarget target{
      .key = sock_diag::key_of(endpoint), .netns_inode = 0, .state = endpoint.state, .holder = {}};
  if (auto const* netns = snapshot.netns_of(endpoint)) target.netns_inode = netns->inode;
  for (auto const& owner : snapshot.owners_of(endpoint)) {
    if (owner.fd < 0) continue;
    target.holder = {.pid = snapshot.process_of(owner).pid, .fd = owner.fd};
    break;
  }
  return target;
}

CloseOutcome Closer::close(CloseTarget const& target) {
  if (target.state == SocketState::BoundInactive) {
    return outcome(CloseResult::NotSupported, kOnlyBound);
  }
  auto const channel = channels_.of(target.netns_inode, target.holder);
  if (!channel) return no_way_in(channel.error());
  bool const udp = target.key.protocol == Protocol::Udp;
  int const tries = udp ? 1 : 3;
  std::optional<SocketState> was;
  bool said_yes = false;
  for (int i = 0; i < tries; ++i) {
    auto tried = try_to_close(**channel, target);
    said_yes = said_yes || tried.said_yes;
    if (!tried.outcome) {
      was = tried.was;
      continue;
    }
    auto& what = *tried.outcome;
    what.was = tried.was ? tried.was : was;
    bool const by_us = said_yes && what.result == CloseResult::AlreadyGone;
    if (by_us) what.result = CloseResult::Closed;  // a moment after the kernel had said yes
    return std::move(what);
  }
  auto stays = outcome(CloseResult::Failed, udp ? kUdpStays : kTcpStays);
  stays.was = was;
  return stays;
}

std::vector<CloseOutcome> close(std::span<CloseTarget const> targets) {
  Closer closer;
  std::vector<CloseOutcome> outcomes;
  outcomes.reserve(targets.size());
  for (auto const& target : targets) outcomes.push_back(closer.close(target));
  return outcomes;
}

}  // namespace lastack::act
