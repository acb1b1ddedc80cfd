// The fields of the filter language: ONE table, read by the parser, by the suggestions in error
// messages and by the documentation.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "model/facts.hh"

namespace lastack::filter {

// What a filter is asked about: endpoints as they are, or transitions from one state to another.
enum class Scope : std::uint8_t { Endpoints, Transitions };

// What a test looks at. From Process to Container: a property of each owner's process.
enum class Subject : std::uint8_t {
  Anything,  // always true
  State,
  FromState,  // these two are of a transition, not of an endpoint
  ToState,
  Protocol,
  Family,
  LocalHost,
  RemoteHost,
  LocalPort,
  RemotePort,
  EitherPort,
  RecvQueue,
  SendQueue,
  SocketUid,
  Inode,
  Cookie,
  OwnerFd,
  Process,
  Pid,
  Exe,
  Cmdline,
  Cgroup,
  Unit,
  Container,
  User,
  Netns,
};

// What may stand after a field, and which operators it takes.
enum class Kind : std::uint8_t { States, Host, Port, Number, Text, Choice };

enum class Compare : std::uint8_t {
  Equal,
  NotEqual,
  Less,
  LessEqual,
  Greater,
  GreaterEqual,
  Match,  // a regular expression is found in the text
  NotMatch,
};

struct Field {
  std::string_view name;
  std::array<std::string_view, 2> aliases;  // "" where there is none
  Kind kind;
  Subject subject;
  model::Facts facts;  // what must be collected for it
  std::string_view help;
  std::string_view example;
};

[[nodiscard]] std::span<Field const> fields();

// By name or alias; case does not matter. nullptr: no such field.
[[nodiscard]] Field const* find_field(std::string_view name);

// Whether a filter of this scope may use the field. `from` and `to` ask about a transition.
[[nodiscard]] constexpr bool is_known_in(Scope scope, Field const& field) {
  bool const of_transition =
      field.subject == Subject::FromState || field.subject == Subject::ToState;
  return scope == Scope::Transitions || !of_transition;
}

[[nodiscard]] bool takes(Kind kind, Compare compare);
// "=, !=, ~ or !~"
[[nodiscard]] std::string_view operators_of(Kind kind);

// The table as Markdown, for docs/filter.md.
[[nodiscard]] std::string fields_as_markdown();

}  // namespace lastack::filter
