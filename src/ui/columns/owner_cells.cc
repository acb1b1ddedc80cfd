#include "ui/columns/owner_cells.hh"

#include <algorithm>
#include <string>
#include <unordered_set>

#include "base/text.hh"
#include "ui/columns/format.hh"

namespace lastack::ui {
namespace {

using exporting::JsonWriter;
using model::kUnknown64;
using model::Process;

// Appends what one owner shows; nothing where it is unknown.
using OwnerText = void (*)(std::string& out, OwnerRow const& row);

Process const& process_of(OwnerRow const& row) { return row.snapshot.process_of(row.owner); }

// Each different text once, in the order of appearance, joined by commas.
template <OwnerText Append>
void append_distinct(std::string& out, Row const& row) {
  std::unordered_set<std::string> seen;
  std::string text;
  for (auto const& owner : row.view.snapshot.owners_of(row.endpoint)) {
    text.clear();
    Append(text, {row.view.snapshot, owner});
    if (text.empty() || !seen.insert(text).second) continue;
    if (seen.size() > 1) out += ',';
    out += text;
  }
}

template <OwnerText Append>
void owners_text(std::string& out, Row const& row) {
  auto const owners = row.view.snapshot.owners_of(row.endpoint);
  auto const before = out.size();
  if (owners.size() == 1) {
    Append(out, {row.view.snapshot, owners.front()});
  } else if (owners.size() > 1) {
    append_distinct<Append>(out, row);
  }
  if (out.size() == before) out += row.view.unknown;
}

// "12+3" on a terminal; every one elsewhere.
template <OwnerText Append>
void first_and_more_text(std::string& out, Row const& row) {
  auto const owners = row.view.snapshot.owners_of(row.endpoint);
  if (owners.size() < 2 || !row.view.compact) {
    owners_text<Append>(out, row);
    return;
  }
  auto const at = out.size();
  append_distinct<Append>(out, row);
  auto const more = std::count(out.begin() + static_cast<std::ptrdiff_t>(at), out.end(), ',');
  if (more == 0) return;
  out.resize(out.find(',', at));
  out += '+';
  append_number(out, static_cast<std::uint64_t>(more));
}

// The process column says why there is none.
template <OwnerText Append>
void process_text(std::string& out, Row const& row) {
  auto const reason = row.endpoint.no_owner;
  bool const says_why = row.endpoint.owner_count == 0 && reason != model::NoOwner::HasOwner &&
                        reason != model::NoOwner::NotAsked;
  if (says_why) {
    out += model::label(reason);
  } else {
    owners_text<Append>(out, row);
  }
}

// A cell that depends on the one owner's process, or on why there is none.
std::uint64_t same_process(Row const& row) {
  auto const& snapshot = row.view.snapshot;
  auto const owners = snapshot.owners_of(row.endpoint);
  if (owners.size() > 1) return kUnknown64;
  if (owners.size() == 1) return owners.front().process;
  return snapshot.processes.size() + static_cast<std::size_t>(row.endpoint.no_owner);
}

template <auto Field>
void append_field(std::string& out, OwnerRow const& row) {
  base::append_printable(out, process_of(row).*Field);
}
// A text that is unknown where it is empty.
template <auto Field>
void field_json(JsonWriter& json, OwnerRow const& row, Column const& column) {
  auto const& text = process_of(row).*Field;
  if (!text.empty()) json.key(column.json_name()).string(text);
}
template <auto Field>
constexpr Cells kFieldCells{.text = owners_text<append_field<Field>>,
                            .owner_json = field_json<Field>,
                            .same = same_process};

// The first owner's.
template <std::uint64_t (*Read)(OwnerRow const&)>
std::uint64_t first_owner(Row const& row) {
  auto const owners = row.view.snapshot.owners_of(row.endpoint);
  return owners.empty() ? kUnknown64 : Read({row.view.snapshot, owners.front()});
}

void comm_json(JsonWriter& json, OwnerRow const& row, Column const& column) {
  json.key(column.json_name()).string(process_of(row).comm);
}

std::uint64_t pid_of(OwnerRow const& row) { return process_of(row).pid; }
void append_pid(std::string& out, OwnerRow const& row) { append_number(out, pid_of(row)); }
void pid_json(JsonWriter& json, OwnerRow const& row, Column const& column) {
  json.key(column.json_name()).number(pid_of(row));
}

std::uint64_t fd_of(OwnerRow const& row) {
  return row.owner.fd < 0 ? kUnknown64 : static_cast<std::uint64_t>(row.owner.fd);
}
void append_fd(std::string& out, OwnerRow const& row) {
  if (row.owner.fd >= 0) append_number(out, fd_of(row));
}
void fd_json(JsonWriter& json, OwnerRow const& row, Column const& column) {
  if (row.owner.fd >= 0) json.key(column.json_name()).number(fd_of(row));
}

void append_user(std::string& out, OwnerRow const& row) {
  auto const& process = process_of(row);
  if (!process.uid_known) return;
  auto const user = row.snapshot.users.find(process.uid);
  if (user == row.snapshot.users.end()) {
    append_number(out, process.uid);
  } else {
    base::append_printable(out, user->second);
  }
}
void user_json(JsonWriter& json, OwnerRow const& row, Column const& column) {
  auto const& process = process_of(row);
  if (!process.uid_known) return;
  auto const user = row.snapshot.users.find(process.uid);
  if (user != row.snapshot.users.end()) json.key(column.members[0].name).string(user->second);
  json.key(column.members[1].name).number(process.uid);
}

void append_exe(std::string& out, OwnerRow const& row) {
  auto const& process = process_of(row);
  base::append_printable(out, process.exe);
  if (process.exe_deleted) out += " (deleted)";
}
void exe_json(JsonWriter& json, OwnerRow const& row, Column const& column) {
  auto const& process = process_of(row);
  if (process.exe.empty()) return;
  json.key(column.members[0].name).string(process.exe);
  json.key(column.members[1].name).boolean(process.exe_deleted);
}

std::uint64_t age_of(OwnerRow const& row) {
  auto const start = process_of(row).start_unix_ms;
  if (start == 0) return kUnknown64;
  // Clocks are set back at times; a process is never younger than nothing.
  return static_cast<std::uint64_t>(std::max<std::int64_t>(row.snapshot.taken_unix_ms - start, 0));
}
void append_age(std::string& out, OwnerRow const& row) {
  auto const age = age_of(row);
  if (age != kUnknown64) append_duration(out, age);
}
void append_start_time(std::string& out, OwnerRow const& row) {
  auto const start = process_of(row).start_unix_ms;
  if (start != 0) append_time(out, start);
}
void start_time_json(JsonWriter& json, OwnerRow const& row, Column const& column) {
  std::string time;
  append_start_time(time, row);
  if (!time.empty()) json.key(column.json_name()).string(time);
}

void append_parents(std::string& out, OwnerRow const& row) {
  std::string_view separator;
  for (auto const& parent : process_of(row).parents) {
    out += separator;
    base::append_printable(out, parent.comm);
    out += '[';
    append_number(out, parent.pid);
    out += ']';
    separator = "<";
  }
}
void parents_json(JsonWriter& json, OwnerRow const& row, Column const& column) {
  auto const& parents = process_of(row).parents;
  if (parents.empty()) return;
  json.key(column.json_name()).begin_array();
  for (auto const& parent : parents) {
    json.begin_object();
    json.key("pid").number(parent.pid);
    json.key("comm").string(parent.comm);
    json.end_object();
  }
  json.end_array();
}

void append_owner(std::string& out, OwnerRow const& row) {
  append_field<&Process::comm>(out, row);
  out += '[';
  append_pid(out, row);
  out += ']';
  if (row.owner.fd < 0) return;
  out += ":fd";
  append_fd(out, row);
}

}  // namespace

constinit Cells const kProcessCells{.text = process_text<append_field<&Process::comm>>,
                                    .owner_json = comm_json,
                                    .same = same_process};
constinit Cells const kPidCells{.text = first_and_more_text<append_pid>,
                                .owner_json = pid_json,
                                .keys = {first_owner<pid_of>},
                                .same = same_process};
constinit Cells const kFdCells{
    .text = first_and_more_text<append_fd>, .owner_json = fd_json, .keys = {first_owner<fd_of>}};
constinit Cells const kUserCells{
    .text = owners_text<append_user>, .owner_json = user_json, .same = same_process};
constinit Cells const kExeCells{
    .text = owners_text<append_exe>, .owner_json = exe_json, .same = same_process};
constinit Cells const kCmdlineCells = kFieldCells<&Process::cmdline>;
constinit Cells const kAgeCells{.text = owners_text<append_age>,
                                .csv = owners_text<append_start_time>,
                                .owner_json = start_time_json,
                                .keys = {first_owner<age_of>},
                                .same = same_process};
constinit Cells const kUnitCells = kFieldCells<&Process::unit>;
constinit Cells const kContainerCells = kFieldCells<&Process::container>;
constinit Cells const kCgroupCells = kFieldCells<&Process::cgroup>;
constinit Cells const kParentsCells{
    .text = owners_text<append_parents>, .owner_json = parents_json, .same = same_process};
// Pid, fd and comm of each owner; json_lines.cc brings them in.
constinit Cells const kOwnersCells{.text = owners_text<append_owner>,
                                   .keys = {first_owner<pid_of>, first_owner<fd_of>}};

}  // namespace lastack::ui
