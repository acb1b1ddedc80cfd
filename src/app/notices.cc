#include "app/notices.hh"

#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/command.hh"
#include "app/privileges.hh"
#include "base/text.hh"

namespace lastack::app {
namespace {

std::vector<std::string> what_was_missed(model::Unseen const& unseen) {
  std::vector<std::string> missed;
  if (unseen.hidden_owners > 0) {
    missed.push_back(
        fmt::format("{} without a process name ({} may not be read)",
                    base::counted(unseen.hidden_owners, "socket", "sockets"),
                    base::counted(unseen.unreadable_processes, "process", "processes")));
  }
  for (auto const& problem : unseen.problems) missed.push_back(problem);
  if (unseen.interrupted_dumps > 0) {
    missed.push_back(
        fmt::format("{} kept being interrupted by changes: rows may be missing",
                    base::counted(unseen.interrupted_dumps, "kernel dump", "kernel dumps")));
  }
  if (unseen.malformed_messages > 0) {
    missed.push_back(base::counted(unseen.malformed_messages, "kernel message was malformed",
                                   "kernel messages were malformed"));
  }
  if (unseen.truncated_text > 0) {
    missed.push_back(base::counted(unseen.truncated_text, "text was cut at its limit",
                                   "texts were cut at their limit"));
  }
  return missed;
}

bool helped_by_permissions(model::Unseen const& unseen) {
  return unseen.hidden_owners > 0 || !unseen.problems.empty();
}

}  // namespace

void print_notices(model::Snapshot const& snapshot, Names const& names,
                   std::size_t dropped_columns) {
  auto missed = what_was_missed(snapshot.unseen);
  if (!names.problem.empty()) missed.push_back("host names: " + names.problem);
  if (names.unanswered > 0) {
    missed.push_back(base::counted(names.unanswered, "host name was not answered in time",
                                   "host names were not answered in time"));
  }
  if (dropped_columns > 0) {
    missed.push_back(base::counted(dropped_columns, "column did not fit the terminal",
                                   "columns did not fit the terminal"));
  }
  if (missed.empty()) return;
  auto line = fmt::format("not shown: {}", fmt::join(missed, "; "));
  auto const lacking = missing_capabilities();
  if (helped_by_permissions(snapshot.unseen) && lacking && !lacking->empty()) {
    line += "; to see it, run as root or: " + grant_command();
  }
  complain("list", line);
}

}  // namespace lastack::app
