#include "act/probe.hh"

#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>
#include <map>

#include "act/probe_attempt.hh"
#include "act/probe_clock.hh"
#include "act/probe_listener.hh"

namespace lastack::act {
namespace {

constexpr std::uint64_t kSecond = 1'000'000'000;
constexpr std::uint64_t kMillisecond = 1'000'000;
constexpr std::uint64_t kNever = std::numeric_limits<std::uint64_t>::max();

}  // namespace

struct Prober::State {
  State(std::vector<model::ProbeTarget> wanted, ProbeOptions how, ProbeSink& who, base::Fd waiter)
      : targets(std::move(wanted)),
        options(std::move(how)),
        sink(who),
        epoll(std::move(waiter)),
        peers(options.netns) {}

  void start_next();
  void end(std::size_t target);
  void take_ready();
  void take_late();
  [[nodiscard]] bool may_start() const {
    return next < targets.size() && running.size() < options.concurrency;
  }
  [[nodiscard]] std::uint64_t due_ns() const;

  std::vector<model::ProbeTarget> targets;
  ProbeOptions options;
  ProbeSink& sink;
  base::Fd epoll;
  LocalPeers peers;
  std::map<std::size_t, ProbeAttempt> running;  // by target
  std::size_t next = 0;
  std::uint64_t next_start_ns = 0;  // not before
};

void Prober::State::start_next() {
  auto const target = next++;
  auto const tell = [this, target](model::ProbeResult const& result, model::ProbeStep const& step) {
    sink.on_step(target, result, step);
  };
  auto& attempt = running.try_emplace(target, targets[target], options, peers, tell).first->second;
  attempt.begin();
  if (targets[target].unresolved.empty()) next_start_ns = probe_now_ns() + kSecond / options.rate;
  if (attempt.is_over()) return end(target);
  epoll_event wanted{};
  wanted.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  wanted.data.u64 = target;
  if (::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, attempt.fd(), &wanted) != 0) {
    attempt.give_up(errno);
    end(target);
  }
}

void Prober::State::end(std::size_t target) {
  auto const found = running.find(target);
  if (found == running.end()) return;
  auto const result = found->second.result();
  running.erase(found);
  sink.on_result(target, result);
}

void Prober::State::take_ready() {
  std::array<epoll_event, 64> events{};
  int const count = ::epoll_wait(epoll.get(), events.data(), static_cast<int>(events.size()), 0);
  for (int i = 0; i < count; ++i) {
    auto const target = static_cast<std::size_t>(events.at(static_cast<std::size_t>(i)).data.u64);
    auto const found = running.find(target);
    if (found == running.end()) continue;
    found->second.on_ready();
    if (found->second.is_over()) end(target);
  }
}

void Prober::State::take_late() {
  auto const now = probe_now_ns();
  std::vector<std::size_t> late;
  for (auto& [target, attempt] : running) {
    if (attempt.due_ns() > now) continue;
    attempt.on_time();
    late.push_back(target);
  }
  for (auto const target : late) end(target);
}

std::uint64_t Prober::State::due_ns() const {
  auto due = may_start() ? next_start_ns : kNever;
  for (auto const& [target, attempt] : running) due = std::min(due, attempt.due_ns());
  return due;
}

base::Result<std::unique_ptr<Prober>> Prober::start(std::vector<model::ProbeTarget> targets,
                                                    ProbeOptions options, ProbeSink& sink) {
  base::Fd epoll(::epoll_create1(EPOLL_CLOEXEC));
  if (!epoll.valid()) return base::fail_errno("epoll_create1");
  options.rate = std::clamp(options.rate, 1U, ProbeOptions::kMaxRate);
  options.concurrency = std::clamp(options.concurrency, 1U, ProbeOptions::kMaxConcurrency);
  options.banner_bytes = std::min(options.banner_bytes, ProbeOptions::kMaxBanner);
  return std::unique_ptr<Prober>(new Prober(
      std::make_unique<State>(std::move(targets), std::move(options), sink, std::move(epoll))));
}

Prober::Prober(std::unique_ptr<State> state) : state_(std::move(state)) {}
Prober::~Prober() = default;

void Prober::advance() {
  auto& state = *state_;
  state.take_ready();
  state.take_late();
  while (state.may_start() && probe_now_ns() >= state.next_start_ns) {
    state.start_next();
    state.take_ready();  // a peer nearby has answered by now, and its handshake is measured
  }
}

int Prober::fd() const { return state_->epoll.get(); }

std::chrono::milliseconds Prober::until_due() const {
  constexpr std::chrono::milliseconds kLongest{60'000};
  auto const due = state_->due_ns();
  auto const now = probe_now_ns();
  if (due <= now) return std::chrono::milliseconds(0);
  auto const ms = (due - now) / kMillisecond + 1;
  return std::min(kLongest, std::chrono::milliseconds(std::min<std::uint64_t>(ms, 60'000)));
}

void Prober::cancel() {
  auto& state = *state_;
  while (!state.running.empty()) {
    auto& [target, attempt] = *state.running.begin();
    attempt.cancel();
    state.end(target);
  }
  for (; state.next < state.targets.size(); ++state.next) {
    model::ProbeResult never;
    never.family = state.targets[state.next].family;
    never.flow.remote = state.targets[state.next].address;
    never.flow.remote_port = state.targets[state.next].port;
    state.sink.on_result(state.next, never);
  }
}

bool Prober::is_done() const {
  return state_->running.empty() && state_->next >= state_->targets.size();
}

std::vector<model::ProbeTarget> const& Prober::targets() const { return state_->targets; }

}  // namespace lastack::act
