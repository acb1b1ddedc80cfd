#include "app/notices.hh"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/privileges.hh"
#include "base/text.hh"

namespace lastack::app {
namespace {

constexpr std::size_t kNamesShown = 3;

std::string why_hidden(model::Unseen const& unseen) {
  if (unseen.processes_hidden) return "/proc does not show other users' processes";
  return base::counted(unseen.unreadable_processes, "process", "processes") + " may not be read";
}

// "8 network namespaces (blue, red, shop, …): needs CAP_SYS_ADMIN"
std::string unread_namespaces(std::vector<std::string> const& labels, std::string_view why) {
  auto const shown = std::min(labels.size(), kNamesShown);
  auto const* more = labels.size() > shown ? ", …" : "";
  return fmt::format(
      "{} ({}{}): {}", base::counted(labels.size(), "network namespace", "network namespaces"),
      fmt::join(labels.begin(), labels.begin() + static_cast<std::ptrdiff_t>(shown), ", "), more,
      why);
}

void add_owners(model::Unseen const& unseen, std::vector<std::string>& missed) {
  if (unseen.hidden_owners > 0) {
    missed.push_back(fmt::format("{} without a process name ({})",
                                 base::counted(unseen.hidden_owners, "socket", "sockets"),
                                 why_hidden(unseen)));
  }
  if (unseen.undecided > 0) {
    missed.push_back(fmt::format("{} may match the filter, but their process is not known ({})",
                                 base::counted(unseen.undecided, "socket", "sockets"),
                                 why_hidden(unseen)));
  }
}

void add_count(std::uint64_t count, std::string_view one, std::string_view many,
               std::vector<std::string>& missed) {
  if (count > 0) missed.push_back(base::counted(count, one, many));
}

std::vector<std::string> what_was_missed(model::Unseen const& unseen) {
  std::vector<std::string> missed;
  add_owners(unseen, missed);
  for (auto const& [why, labels] : unseen.unreadable_namespaces) {
    missed.push_back(unread_namespaces(labels, why));
  }
  for (auto const& problem : unseen.problems) missed.push_back(problem);
  add_count(unseen.interrupted_dumps, "kernel dump kept being interrupted: rows may be missing",
            "kernel dumps kept being interrupted: rows may be missing", missed);
  add_count(unseen.malformed_messages, "kernel message was malformed",
            "kernel messages were malformed", missed);
  add_count(unseen.truncated_text, "text was cut at its limit", "texts were cut at their limit",
            missed);
  return missed;
}

bool helped_by_permissions(model::Unseen const& unseen) {
  return unseen.hidden_owners + unseen.undecided > 0 || !unseen.unreadable_namespaces.empty() ||
         !unseen.problems.empty();
}

std::string advice() {
  auto const lacking = missing_capabilities();
  if (!lacking || !lacking->empty()) return "; to see it, run as root or: " + grant_command();
  return "; no capability is missing: a security module, a user namespace or a container keeps it "
         "back";
}

}  // namespace

std::string notice(model::Unseen const& unseen, Names const& names, std::size_t dropped_columns) {
  auto missed = what_was_missed(unseen);
  if (!names.problem.empty()) missed.push_back("host names: " + names.problem);
  add_count(names.unanswered, "host name was not answered in time",
            "host names were not answered in time", missed);
  add_count(dropped_columns, "column did not fit the terminal", "columns did not fit the terminal",
            missed);
  if (missed.empty()) return "";
  auto line = fmt::format("not shown: {}", fmt::join(missed, "; "));
  if (helped_by_permissions(unseen)) line += advice();
  return line;
}

}  // namespace lastack::app
