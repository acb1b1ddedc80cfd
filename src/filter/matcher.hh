// Asks a Filter about the endpoints of one Snapshot. What many endpoints share (processes,
// users, namespaces) is looked up when the Matcher is made, so that a regular expression runs
// once for each process and not once for each of a million endpoints.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "filter/filter.hh"
#include "model/snapshot.hh"

namespace lastack::filter {

// Both must outlive it and stay as they are. Safe to use from several threads.
class Matcher {
 public:
  Matcher(Filter const& filter, model::Snapshot const& snapshot);

  // `endpoint` must be of the snapshot. No allocation, no system call.
  [[nodiscard]] bool operator()(model::Endpoint const& endpoint) const {
    std::uint32_t at = start_;
    while (at < kReject) {
      auto const& test = program_->tests[at];
      at = holds(test, endpoint) ? test.on_true : test.on_false;
    }
    return at == kAccept;
  }

 private:
  // The answers to one Lookup.
  struct Answers {
    std::vector<std::uint8_t> by_index;                  // of Snapshot::processes or ::namespaces
    std::vector<std::pair<std::uint32_t, bool>> by_uid;  // of sockets without owner, sorted
  };

  [[nodiscard]] bool holds(Test const& test, model::Endpoint const& endpoint) const;
  [[nodiscard]] bool any_owner(Test const& test, model::Endpoint const& endpoint) const;
  [[nodiscard]] bool any_fd(Test const& test, model::Endpoint const& endpoint) const;
  [[nodiscard]] bool user(Test const& test, model::Endpoint const& endpoint) const;
  [[nodiscard]] bool netns(Test const& test, model::Endpoint const& endpoint) const;

  [[nodiscard]] Answers answers_to(Lookup const& lookup) const;
  [[nodiscard]] bool process_answer(Lookup const& lookup, model::Process const& process) const;
  [[nodiscard]] bool user_answer(Lookup const& lookup, std::uint32_t uid) const;
  void add_users_without_process(Lookup const& lookup, Answers& answers) const;

  Program const* program_;
  model::Snapshot const* snapshot_;
  std::uint32_t start_;
  std::vector<Answers> answers_;  // by Test::operand
};

}  // namespace lastack::filter
