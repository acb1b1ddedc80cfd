// Transitions and whole lives, one of everything that `watch` may have to show: both families,
// known and unknown owners, what is inferred, what is not known, hostile names.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "model/life.hh"
#include "model/transition.hh"
#include "support/sample_snapshot.hh"
#include "support/story.hh"

namespace lastack::test {

inline constexpr std::uint64_t kSampleNs = 1'000'123'456'000;  // of the monotonic clock
inline constexpr std::int64_t kSampleOffsetNs = 1'763'937'509'000'000'000 - 1'000'000'000'000;

struct SampleStep {
  model::Life life;
  model::Transition transition;
};
struct SampleEnd {
  model::Life life;
  std::uint64_t time_ns = 0;
};

class SampleLives {
 public:
  using State = model::SocketState;

  SampleLives() {
    auto& book = sample_.snapshot();
    book.namespaces = {{.inode = kHostNetns, .label = "host"},
                       {.inode = 4026532281, .label = "blue"},
                       {.inode = 4026532282, .label = "\x1b]0;owned\a\u202e"}};
    book.users = {{0, "root"}, {33, "www-data"}, {1000, "alice"}};
    book.interfaces = {{{0, 2}, "eth0"}};
    curl_ = sample_.process(812, "curl", "curl http://localhost/");
    sample_.at(curl_).uid = 1000;
    nginx_ = sample_.process(900, "nginx", "nginx: master process");
    worker_ = sample_.process(901, "nginx", "nginx: worker process");
    sample_.at(worker_).uid = 33;
    add_steps();
    add_hostile_steps();
    add_ends();
  }

  [[nodiscard]] model::Snapshot const& book() { return sample_.snapshot(); }
  [[nodiscard]] model::Snapshot& changeable_book() { return sample_.snapshot(); }
  [[nodiscard]] std::vector<SampleStep> const& steps() const { return steps_; }
  [[nodiscard]] std::vector<SampleEnd> const& ends() const { return ends_; }

 private:
  model::Life life(State state, model::Flow const& flow,
                   model::Family family = model::Family::Inet) {
    model::Life made;
    made.endpoint.cookie = 0x1000 + ++lives_;
    made.endpoint.state = state;
    made.endpoint.flow = flow;
    made.endpoint.family = family;
    made.endpoint.inode = 50'000 + lives_;
    made.endpoint.no_owner = model::NoOwner::NoProcess;
    return made;
  }
  void own(model::Life& life, std::vector<std::pair<std::uint32_t, int>> const& holders,
           model::OwnerSource source) {
    sample_.own(life.endpoint, holders);
    life.process = holders.front().first;
    life.owner_source = source;
  }
  model::Transition& step(model::Life life, State from, model::Cause cause,
                          std::uint64_t dwell_ns = model::kUnknown64) {
    model::Transition transition{
        .time_ns = kSampleNs + steps_.size() * 1'000'000, .dwell_ns = dwell_ns, .from = from};
    transition.to = life.endpoint.state;
    transition.cause = cause;
    return steps_.emplace_back(std::move(life), transition).transition;
  }

  void add_steps() {
    using enum model::SocketState;
    using enum model::OwnerSource;
    auto const out = flow("127.0.0.1", 50112, "127.0.0.1", 80);
    auto client = life(SynSent, out);
    own(client, {{curl_, -1}}, Acted);
    step(client, Closed, model::Cause::Connect);
    client.endpoint.state = Established;
    step(client, SynSent, model::Cause::SynAck, 136'000);

    auto request = life(SynReceived, reversed(out));
    request.is_request = true;
    request.endpoint.cookie = 0;
    request.endpoint.inode = 0;
    own(request, {{nginx_, -1}}, Listener);
    step(request, Listen, model::Cause::Syn);

    auto server = life(CloseWait, flow("2001:db8::10", 443, "2001:db8:85a3::8a2e:370:7334", 65535),
                       model::Family::Inet6);
    own(server, {{worker_, 12}, {nginx_, 12}, {curl_, 3}}, Scanned);
    step(server, Established, model::Cause::Fin, 3'260'000'000);

    auto mapped = life(LastAck, flow("::ffff:192.168.1.10", 443, "::ffff:203.0.113.9", 40000),
                       model::Family::Inet6);
    own(mapped, {{worker_, 13}}, Accepted);
    step(mapped, CloseWait, model::Cause::Exit, 8'040'000'000'000);

    auto subflow = life(FinWait1, flow("10.0.0.1", 40001, "10.0.0.2", 80));
    subflow.endpoint.mptcp_subflow = true;
    own(subflow, {{curl_, 5}}, Scanned);
    step(subflow, Established, model::Cause::Close, 260'000'000);

    auto local = life(SynSent, flow("fe80::1", 40002, "fe80::2", 80), model::Family::Inet6);
    local.endpoint.interface = 2;
    own(local, {{curl_, -1}}, Acted);
    step(local, Closed, model::Cause::Connect);
    add_ownerless_steps();
  }

  void add_ownerless_steps() {
    using enum model::SocketState;
    auto mini = life(TimeWait, flow("10.0.0.1", 40003, "10.0.0.2", 80));
    mini.is_mini = true;
    mini.endpoint.inode = 0;
    auto& flip = step(mini, FinWait2, model::Cause::Fin, 12'345'678'000);
    flip.inferred = true;
    flip.not_before_ns = kSampleNs - 12'345'678'000;
    mini.endpoint.netns = 1;
    mini.endpoint.state = Closed;
    mini.hops[0] = model::Hop(TimeWait, 60'000'000, model::Cause::TimeWaitTimeout, false);
    mini.hop_count = 1;
    step(mini, TimeWait, model::Cause::TimeWaitTimeout, 60'000'000'000);

    auto orphan = life(FinWait2, flow("10.0.0.1", 40004, "10.0.0.2", 80));
    orphan.is_mini = true;
    step(orphan, FinWait1, model::Cause::Ack, 0);

    auto request = life(SynReceived, flow("10.0.0.1", 80, "10.0.0.2", 40000));
    request.is_request = true;
    step(request, Listen, model::Cause::Syn).inferred = true;

    auto queued = life(Established, flow("10.0.0.1", 80, "10.0.0.2", 40001));
    queued.endpoint.no_owner = model::NoOwner::AcceptQueue;
    step(queued, SynReceived, model::Cause::SynCookie, 999'000);
    queued.endpoint.no_owner = model::NoOwner::NotPermitted;
    step(queued, SynReceived, model::Cause::Unknown, 99'999'999);
  }

  void add_hostile_steps() {
    std::vector<std::string> const names{"\x1b[31mred\x1b[0m",
                                         "two\nlines",
                                         "say \"hi\"",
                                         "bad\xff\xfeutf8",
                                         "\u65e5\u672c\u8a9e",
                                         "\xc2\x9b"
                                         "31m c1",
                                         "\u202egnp.exe",
                                         "back\\slash",
                                         "del\x7f",
                                         "a\rb\tc",
                                         "",
                                         " "};
    std::uint16_t port = 7000;
    for (auto const& name : names) {
      auto const process = sample_.process(6000U + port - 7000U, name, name + " --flag");
      sample_.at(process).uid = 1000;
      auto one = life(State::Closed, flow("192.0.2.10", port++, "192.0.2.99", 9));
      own(one, {{process, 3}}, model::OwnerSource::Scanned);
      if (port == 7001) one.endpoint.netns = 2;
      step(one, State::Established, model::Cause::Rst, 1'000'000'000);
    }
  }

  void add_ends() {
    using enum model::SocketState;
    using model::Hop;
    auto active = life(Closed, flow("127.0.0.1", 50112, "127.0.0.1", 80));
    own(active, {{curl_, -1}}, model::OwnerSource::Acted);
    active.totals = {.bytes_sent = 77,
                     .bytes_received = 1'234'567,
                     .segs_out = 6,
                     .segs_in = 850,
                     .retransmits = 1,
                     .srtt_us = 41};
    active.opened_by = model::Side::Local;
    active.closed_first_by = model::Side::Local;
    end(active,
        {Hop(SynSent, 136, model::Cause::SynAck, false),
         Hop(Established, 3'260'000, model::Cause::Close, false),
         Hop(FinWait1, 52, model::Cause::Ack, false), Hop(FinWait2, 9, model::Cause::Fin, true),
         Hop(TimeWait, 60'000'000, model::Cause::TimeWaitTimeout, false)});

    auto passive = life(Closed, flow("2001:db8::10", 443, "2001:db8:85a3::8a2e:370:7334", 65535),
                        model::Family::Inet6);
    own(passive, {{worker_, 12}, {nginx_, 12}}, model::OwnerSource::Scanned);
    passive.totals = {.bytes_sent = 999, .bytes_received = 1000};
    passive.opened_by = model::Side::Remote;
    passive.closed_first_by = model::Side::Remote;
    passive.retransmitted_syn_acks = 2;
    passive.endpoint.netns = 1;
    end(passive, {Hop(SynReceived, 3'000'251, model::Cause::Ack, false),
                  Hop(Established, 12'000, model::Cause::Fin, false),
                  Hop(CloseWait, 88, model::Cause::Exit, false),
                  Hop(LastAck, 41, model::Cause::Ack, false)});
    add_odd_ends();
  }

  void add_odd_ends() {
    using enum model::SocketState;
    using model::Hop;
    auto unknown = life(Closed, flow("10.0.0.1", 40000, "10.0.0.2", 80));
    unknown.from_snapshot = true;
    end(unknown, {Hop(Established, Hop::kUnknownDwell, model::Cause::Unknown, true)}, false);

    auto reset = life(Closed, flow("10.0.0.1", 40001, "10.0.0.2", 80));
    reset.endpoint.mptcp_subflow = true;
    reset.endpoint.netns = 2;
    reset.opened_by = model::Side::Local;
    reset.closed_first_by = model::Side::Kernel;
    reset.totals = {.bytes_sent = 5'000'000'000'000'000, .bytes_received = 0};
    reset.lost_hops = 3;
    end(reset, {Hop(SynSent, 100'000, model::Cause::SynAck, false),
                Hop(Established, 90'061'000'000, model::Cause::KeepaliveLimit, false)});

    auto listener = life(Closed, flow("0.0.0.0", 80, "0.0.0.0", 0));
    listener.opened_by = model::Side::Local;
    own(listener, {{nginx_, 6}}, model::OwnerSource::Scanned);
    end(listener, {Hop(Listen, 3'600'000'000, model::Cause::Close, false)}, false);
  }

  void end(model::Life life, std::vector<model::Hop> const& path, bool totals_known = true) {
    std::ranges::copy(path, life.hops.begin());
    life.hop_count = static_cast<std::uint8_t>(path.size());
    life.ended_by = path.back().left_by();
    life.totals_known = totals_known;
    if (!life.from_snapshot) life.born_ns = kSampleNs - 64'000'000'000;
    ends_.push_back({std::move(life), kSampleNs + ends_.size() * 1'000'000});
  }

  SampleBuilder sample_;
  std::uint32_t curl_ = 0;
  std::uint32_t nginx_ = 0;
  std::uint32_t worker_ = 0;
  std::uint32_t lives_ = 0;
  std::vector<SampleStep> steps_;
  std::vector<SampleEnd> ends_;
};

}  // namespace lastack::test
