// What diagnosis has found: what is wrong, whose it is, how that is known, and what to do.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/phrase.hh"
#include "base/told.hh"
#include "model/endpoint.hh"
#include "model/process.hh"

namespace lastack::model {

enum class Severity : std::uint8_t { Notice, Warning, Critical };
inline constexpr std::size_t kSeverityCount = 3;
[[nodiscard]] std::string_view name(Severity severity);  // "warning"
[[nodiscard]] base::Phrase text_of(Severity severity);
[[nodiscard]] std::optional<Severity> severity_of(std::string_view name);

// How sure it is that the title is true: Certain is seen, the others are inferred.
enum class Confidence : std::uint8_t { Possible, Likely, Certain };
[[nodiscard]] std::string_view name(Confidence confidence);
[[nodiscard]] base::Phrase text_of(Confidence confidence);

// One line of evidence: "distinct hosts: 412 in 10 s".
struct Evidence {
  std::string_view id;  // in JSON: "distinct_hosts"
  base::Phrase label;
  base::Told value;
};

// `command` works on this machine as it stands (its values are filled in), "" where there is none.
struct Remedy {
  base::Told text;
  std::string command;
};

// A socket shown as evidence.
struct SocketRef {
  Endpoint endpoint;
  std::string netns;  // label of its namespace
};

struct Finding {
  static constexpr std::size_t kMostSockets = 8;     // shown with it
  static constexpr std::size_t kMostCookies = 1000;  // by which rows are marked

  std::string_view detector;  // its id: "syn-fanout"
  std::string subject;        // what tells it from others of its kind: "pid 1234"
  Severity severity = Severity::Warning;
  Confidence confidence = Confidence::Certain;
  base::Told title;  // one line

  std::optional<Process> process;  // the culprit, where it is one process
  std::string user;                // its user's name, "" unknown
  std::string netns;               // label of the namespace that it is about, "" several or none

  std::vector<Evidence> evidence;
  std::vector<SocketRef> sockets;
  std::vector<std::uint64_t> cookies;
  std::size_t socket_count = 0;  // of all sockets concerned
  std::uint64_t since_ns = 0;    // CLOCK_MONOTONIC: when it began, as far as is known; 0: not known

  base::Told why;                            // why it matters
  std::vector<Remedy> now;                   // what to do at once
  std::vector<Remedy> lasting;               // what to do for good
  std::vector<std::string_view> references;  // "RFC 9293 3.6", "listen(2)"

  // "syn-fanout:pid 1234", the same as long as it is the same trouble.
  [[nodiscard]] std::string id() const;
};

// Most severe first, then by detector and subject: a stable order.
[[nodiscard]] bool goes_before(Finding const& a, Finding const& b);

}  // namespace lastack::model
