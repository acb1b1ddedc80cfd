// A parsed filter: one flat run of tests. Each says where to go on, so that `and`, `or` and
// `not` cost nothing and no test runs whose outcome no longer matters.
#pragma once

#include <cstdint>
#include <vector>

#include "filter/fields.hh"
#include "filter/host_pattern.hh"
#include "filter/number_parser.hh"
#include "filter/text_pattern.hh"
#include "model/facts.hh"

namespace lastack::filter {

// Where a test may lead besides to another test (which then has a higher index).
inline constexpr std::uint32_t kAccept = 0xffffffff;
inline constexpr std::uint32_t kReject = 0xfffffffe;

struct Test {
  Subject subject = Subject::Anything;
  // State, FromState, ToState, Protocol, Family: bit i accepts enumerator i. Hosts: index into
  // Program::hosts. Properties of processes, User, Netns: index into Program::lookups.
  std::uint32_t operand = 0;
  Range range;  // numbers and ports
  std::uint32_t on_true = kAccept;
  std::uint32_t on_false = kReject;
};

// A test of something that many endpoints share (a process, a user, a namespace): a Matcher
// answers it once for each of those, not once for each endpoint.
struct Lookup {
  Subject subject = Subject::Process;
  bool numeric = false;  // compare the number (pid, uid, inode of the namespace) with `range`
  Range range;
  TextPattern text;
};

struct Program {
  std::vector<Test> tests;  // starts at the first; none: everything matches
  std::vector<HostPattern> hosts;
  std::vector<Lookup> lookups;
  model::Facts facts;
};

}  // namespace lastack::filter
