#include "filter/builder.hh"

#include <utility>

namespace lastack::filter {
namespace {

template <typename Enum>
bool has(unsigned mask, Enum value) {
  return ((mask >> static_cast<unsigned>(value)) & 1U) != 0;
}

Pushdown of_choice(Subject subject, unsigned mask) {
  Pushdown out;
  if (subject == Subject::Protocol) {
    out.tcp = has(mask, model::Protocol::Tcp);
    out.udp = has(mask, model::Protocol::Udp);
  } else {
    out.inet = has(mask, model::Family::Inet);
    out.inet6 = has(mask, model::Family::Inet6);
  }
  return out;
}

void append(std::vector<Exit>& to, std::vector<Exit> const& more) {
  to.insert(to.end(), more.begin(), more.end());
}

}  // namespace

Fragment Builder::add(Test const& test) {
  auto const index = static_cast<std::uint32_t>(program_.tests.size());
  program_.tests.push_back(test);
  return {index, {{index, true}}, {{index, false}}, {}, {}};
}

Fragment Builder::anything() {
  auto out = add({});
  out.when_false = Pushdown::nothing();
  return out;
}

Fragment Builder::states(model::SocketStateMask mask) {
  auto out = add({.subject = Subject::State, .operand = mask, .range = {}});
  out.when_true.states = mask;
  out.when_false.states = static_cast<model::SocketStateMask>(model::kAllSocketStates & ~mask);
  return out;
}

// The endpoint's own state may be any: of a transition, nothing but the protocol is certain.
Fragment Builder::transition(Subject subject, model::SocketStateMask mask) {
  auto out = add({.subject = subject, .operand = mask, .range = {}});
  out.when_true.udp = false;
  return out;
}

Fragment Builder::choice(Subject subject, unsigned mask) {
  auto out = add({.subject = subject, .operand = mask, .range = {}});
  out.when_true = of_choice(subject, mask);
  out.when_false = of_choice(subject, ~mask);
  return out;
}

Fragment Builder::host(Subject subject, HostPattern const& pattern) {
  auto const index = static_cast<std::uint32_t>(program_.hosts.size());
  program_.hosts.push_back(pattern);
  auto out = add({.subject = subject, .operand = index, .range = {}});
  out.when_true.inet = pattern.possible(model::Family::Inet);
  out.when_true.inet6 = pattern.possible(model::Family::Inet6);
  return out;
}

Fragment Builder::number(Subject subject, Range range) {
  return add({.subject = subject, .operand = 0, .range = range});
}

Fragment Builder::lookup(Lookup lookup) {
  auto const index = static_cast<std::uint32_t>(program_.lookups.size());
  auto const subject = lookup.subject;
  program_.lookups.push_back(std::move(lookup));
  return add({.subject = subject, .operand = index, .range = {}});
}

Fragment Builder::all(Fragment first, Fragment second) {
  lead(first.on_true, second.start);
  append(first.on_false, second.on_false);
  return {first.start, std::move(second.on_true), std::move(first.on_false),
          intersection(first.when_true, second.when_true),
          hull(first.when_false, second.when_false)};
}

Fragment Builder::any(Fragment first, Fragment second) {
  return negated(all(negated(std::move(first)), negated(std::move(second))));
}

Fragment Builder::negated(Fragment fragment) {
  std::swap(fragment.on_true, fragment.on_false);
  std::swap(fragment.when_true, fragment.when_false);
  return fragment;
}

void Builder::lead(std::vector<Exit> const& exits, std::uint32_t to) {
  for (auto const& exit : exits) {
    auto& test = program_.tests[exit.test];
    (exit.when ? test.on_true : test.on_false) = to;
  }
}

Program Builder::finish(Fragment const& whole) {
  lead(whole.on_true, kAccept);
  lead(whole.on_false, kReject);
  return std::move(program_);
}

}  // namespace lastack::filter
