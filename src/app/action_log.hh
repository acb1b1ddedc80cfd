// The record of what lastack did to others: who asked, what it was, what came of it. One line each
// in the system log (syslog(3), facility authpriv), and so in the journal where there is one.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hh"

namespace lastack::app {

// Who asked for it.
struct Requester {
  std::uint32_t uid = 0;                   // real
  std::string user;                        // its name; ""
  std::optional<std::uint32_t> login_uid;  // who logged in, whoever they have become since (audit)
  std::string sudo_user;                   // SUDO_USER; ""
  std::string tty;                         // "/dev/pts/3"; ""
};
[[nodiscard]] Requester requester_here();

class ActionLog {
 public:
  // Takes one line of printable text.
  using Sink = std::function<void(std::string const&)>;

  ActionLog(Requester requester, Sink sink)
      : requester_(std::move(requester)), sink_(std::move(sink)) {}
  // Into the system log.
  ActionLog();

  // "close by uid=0(root) sudo_user=alice tty=/dev/pts/3: WHAT: RESULT". `what` and `result` may
  // hold text from outside; lines and control characters are escaped.
  void record(std::string_view action, std::string_view what, std::string_view result) const;

 private:
  Requester requester_;
  Sink sink_;
};

// Error: nobody listens at /dev/log, so that lines are lost.
[[nodiscard]] base::Result<void> system_log_is_there();

}  // namespace lastack::app
