#include "filter/matcher.hh"

#include <algorithm>
#include <array>
#include <charconv>
#include <span>
#include <string_view>

namespace lastack::filter {
namespace {

using model::Endpoint;

bool in_mask(std::uint32_t mask, unsigned bit) { return ((mask >> bit) & 1U) != 0; }

// The entries behind the first `count`.
template <typename Entry>
std::span<Entry const> behind(std::vector<Entry> const& entries, std::size_t count) {
  return std::span(entries).subspan(std::min(count, entries.size()));
}

bool asks_for_users(Program const& program) {
  return std::ranges::any_of(program.lookups,
                             [](Lookup const& lookup) { return lookup.subject == Subject::User; });
}

}  // namespace

Matcher::Matcher(Filter const& filter, model::Snapshot const& snapshot)
    : program_(&filter.program()),
      snapshot_(&snapshot),
      start_(filter.empty() ? kAccept : 0),
      answers_(program_->lookups.size()) {
  extend();
  if (!asks_for_users(*program_)) return;
  for (auto const& endpoint : snapshot.endpoints) {
    if (endpoint.owner_count == 0) learn_user(endpoint.uid);
  }
}

void Matcher::extend() {
  for (std::size_t i = 0; i < answers_.size(); ++i) {
    answer_appended(program_->lookups[i], answers_[i]);
  }
}

void Matcher::refresh_process(std::uint32_t index) {
  extend();
  auto const& process = snapshot_->processes[index];
  for (std::size_t i = 0; i < answers_.size(); ++i) {
    auto const& lookup = program_->lookups[i];
    if (lookup.subject == Subject::Netns) continue;
    answers_[i].by_index[index] = process_answer(lookup, process);
  }
}

void Matcher::learn_user(std::uint32_t uid) {
  for (std::size_t i = 0; i < answers_.size(); ++i) {
    auto const& lookup = program_->lookups[i];
    if (lookup.subject == Subject::User) answer_user(lookup, uid, answers_[i]);
  }
}

bool Matcher::holds(Test const& test, Endpoint const& endpoint) const {
  auto const& flow = endpoint.flow;
  auto const host = [&](model::Address const& address) {
    return program_->hosts[test.operand].matches(address, endpoint.family);
  };
  switch (test.subject) {
    case Subject::Anything: return true;
    case Subject::State: return holds_state(test, endpoint.state);
    case Subject::FromState:
    case Subject::ToState: return false;  // there is no transition
    case Subject::Protocol: return in_mask(test.operand, static_cast<unsigned>(endpoint.protocol));
    case Subject::Family: return in_mask(test.operand, static_cast<unsigned>(endpoint.family));
    case Subject::LocalHost: return host(flow.local);
    case Subject::RemoteHost: return host(flow.remote);
    case Subject::LocalPort: return test.range.holds(flow.local_port);
    case Subject::RemotePort: return test.range.holds(flow.remote_port);
    case Subject::EitherPort:  // a remote port of 0 is no port: there is no peer
      return test.range.holds(flow.local_port) ||
             (flow.remote_port != 0 && test.range.holds(flow.remote_port));
    case Subject::RecvQueue: return test.range.holds(endpoint.recv_queue);
    case Subject::SendQueue: return test.range.holds(endpoint.send_queue);
    case Subject::SocketUid: return endpoint.uid != model::kNone && test.range.holds(endpoint.uid);
    case Subject::Inode: return test.range.holds(endpoint.inode);
    case Subject::Cookie: return test.range.holds(endpoint.cookie);
    case Subject::OwnerFd: return any_fd(test, endpoint);
    case Subject::User: return user(test, endpoint);
    case Subject::Netns: return netns(test, endpoint);
    default: return any_owner(test, endpoint);
  }
}

bool Matcher::any_owner(Test const& test, Endpoint const& endpoint) const {
  auto const& answers = answers_[test.operand].by_index;
  return std::ranges::any_of(snapshot_->owners_of(endpoint), [&](model::Owner const& owner) {
    return answers[owner.process] != 0;
  });
}

bool Matcher::any_fd(Test const& test, Endpoint const& endpoint) const {
  return std::ranges::any_of(snapshot_->owners_of(endpoint), [&](model::Owner const& owner) {
    return owner.fd >= 0 && test.range.holds(static_cast<std::uint64_t>(owner.fd));
  });
}

bool Matcher::user(Test const& test, Endpoint const& endpoint) const {
  if (endpoint.owner_count > 0) return any_owner(test, endpoint);
  if (endpoint.uid == model::kNone) return false;  // the kernel's own: nobody's
  auto const& answers = answers_[test.operand].by_uid;
  auto const found =
      std::ranges::lower_bound(answers, endpoint.uid, {}, &std::pair<std::uint32_t, bool>::first);
  if (found != answers.end() && found->first == endpoint.uid) return found->second;
  return user_answer(program_->lookups[test.operand], endpoint.uid);
}

bool Matcher::netns(Test const& test, Endpoint const& endpoint) const {
  auto const& answers = answers_[test.operand].by_index;
  return endpoint.netns < answers.size() && answers[endpoint.netns] != 0;
}

void Matcher::answer_appended(Lookup const& lookup, Answers& answers) const {
  auto& known = answers.by_index;
  if (lookup.subject == Subject::Netns) {
    for (auto const& netns : behind(snapshot_->namespaces, known.size())) {
      known.push_back(netns_answer(lookup, netns));
    }
    return;
  }
  for (auto const& process : behind(snapshot_->processes, known.size())) {
    known.push_back(process_answer(lookup, process));
  }
}

bool Matcher::netns_answer(Lookup const& lookup, model::NetNs const& netns) const {
  return lookup.text.matches(netns.label) || (lookup.numeric && lookup.range.holds(netns.inode));
}

bool Matcher::process_answer(Lookup const& lookup, model::Process const& process) const {
  switch (lookup.subject) {
    case Subject::Pid: return lookup.range.holds(process.pid);
    case Subject::Process: return lookup.text.matches(process.comm);
    case Subject::Exe: return lookup.text.matches(process.exe);
    case Subject::Cmdline: return lookup.text.matches(process.cmdline);
    case Subject::Cgroup: return lookup.text.matches(process.cgroup);
    case Subject::Unit: return lookup.text.matches(process.unit);
    case Subject::Container: return lookup.text.matches(process.container);
    case Subject::User: return process.uid_known && user_answer(lookup, process.uid);
    default: return false;
  }
}

// A user without a name is called by its number.
bool Matcher::user_answer(Lookup const& lookup, std::uint32_t uid) const {
  if (lookup.numeric && lookup.range.holds(uid)) return true;
  auto const named = snapshot_->users.find(uid);
  if (named != snapshot_->users.end()) return lookup.text.matches(named->second);
  std::array<char, 10> digits{};
  auto const* end = std::to_chars(digits.data(), digits.data() + digits.size(), uid).ptr;
  return lookup.text.matches(std::string_view(digits.data(), end));
}

void Matcher::answer_user(Lookup const& lookup, std::uint32_t uid, Answers& answers) const {
  auto& by_uid = answers.by_uid;
  auto const place =
      std::ranges::lower_bound(by_uid, uid, {}, &std::pair<std::uint32_t, bool>::first);
  if (place != by_uid.end() && place->first == uid) return;
  by_uid.emplace(place, uid, user_answer(lookup, uid));
}

}  // namespace lastack::filter
