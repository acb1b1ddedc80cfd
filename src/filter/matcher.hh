// Asks a Filter about the endpoints of one Snapshot, or about transitions of theirs. What many
// endpoints share (processes, users, namespaces) is looked up when the Matcher is made, so that a
// regular expression runs once for each process and not once for each of a million endpoints.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "filter/filter.hh"
#include "model/snapshot.hh"

namespace lastack::filter {

// One step of a TCP endpoint from a state to another.
struct Edge {
  model::SocketState from = model::SocketState::Closed;
  model::SocketState to = model::SocketState::Closed;
};

// Both must outlive it. The filter stays as it is; so does the snapshot, or whoever changes it
// says so by the calls below, before the first question about an endpoint that is concerned.
// Questions may be asked from several threads, but from none during those calls.
class Matcher {
 public:
  Matcher(Filter const& filter, model::Snapshot const& snapshot);

  // `endpoint` names its owners and its namespace by the snapshot's indexes. No allocation, no
  // system call. There is no transition to ask about: no test of `from` or `to` holds.
  [[nodiscard]] bool operator()(model::Endpoint const& endpoint) const {
    return accepts([&](Test const& test) { return holds(test, endpoint); });
  }
  // The same for a TCP endpoint as it is after the step `edge`.
  [[nodiscard]] bool operator()(model::Endpoint const& endpoint, Edge const& edge) const {
    return accepts([&](Test const& test) {
      if (test.subject == Subject::FromState) return holds_state(test, edge.from);
      if (test.subject == Subject::ToState) return holds_state(test, edge.to);
      return holds(test, endpoint);
    });
  }

  // Processes and namespaces were appended to the snapshot. Work for these only.
  void extend();
  // Snapshot::processes[index], which must exist, is another process now or has other facts.
  void refresh_process(std::uint32_t index);
  // Remembers the answers for this uid of sockets without owner; its name, if it has one, is in
  // Snapshot::users by now. Does nothing where it is known, as all those of Snapshot::endpoints
  // are from the beginning. A uid that nobody has learned is answered, too, but anew each time.
  void learn_user(std::uint32_t uid);

 private:
  // The answers to one Lookup.
  struct Answers {
    std::vector<std::uint8_t> by_index;                  // of Snapshot::processes or ::namespaces
    std::vector<std::pair<std::uint32_t, bool>> by_uid;  // of sockets without owner, sorted
  };

  template <typename Question>
  [[nodiscard]] bool accepts(Question const& holds_here) const {
    std::uint32_t at = start_;
    while (at < kReject) {
      auto const& test = program_->tests[at];
      at = holds_here(test) ? test.on_true : test.on_false;
    }
    return at == kAccept;
  }
  [[nodiscard]] static bool holds_state(Test const& test, model::SocketState state) {
    return (test.operand & model::mask_of(state)) != 0;
  }
  [[nodiscard]] bool holds(Test const& test, model::Endpoint const& endpoint) const;
  [[nodiscard]] bool any_owner(Test const& test, model::Endpoint const& endpoint) const;
  [[nodiscard]] bool any_fd(Test const& test, model::Endpoint const& endpoint) const;
  [[nodiscard]] bool user(Test const& test, model::Endpoint const& endpoint) const;
  [[nodiscard]] bool netns(Test const& test, model::Endpoint const& endpoint) const;

  void answer_appended(Lookup const& lookup, Answers& answers) const;
  [[nodiscard]] bool netns_answer(Lookup const& lookup, model::NetNs const& netns) const;
  [[nodiscard]] bool process_answer(Lookup const& lookup, model::Process const& process) const;
  [[nodiscard]] bool user_answer(Lookup const& lookup, std::uint32_t uid) const;
  void answer_user(Lookup const& lookup, std::uint32_t uid, Answers& answers) const;

  Program const* program_;
  model::Snapshot const* snapshot_;
  std::uint32_t start_;
  std::vector<Answers> answers_;  // by Test::operand
};

}  // namespace lastack::filter
