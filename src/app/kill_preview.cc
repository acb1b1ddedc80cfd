#include "app/kill_preview.hh"

#include <algorithm>
#include <span>
#include <string_view>

#include <fmt/format.h>

#include "app/socket_label.hh"
#include "base/text.hh"
#include "ui/columns/format.hh"

namespace lastack::app {
namespace {

constexpr std::size_t kSocketsShown = 8;
constexpr std::size_t kChildrenShown = 8;
constexpr std::size_t kCmdlineShown = 100;  // columns

std::string user_of(model::Snapshot const& snapshot, model::Process const& process) {
  if (!process.uid_known) return "-";
  auto const name = snapshot.users.find(process.uid);
  return name == snapshot.users.end() ? std::to_string(process.uid) : name->second;
}

std::string title(model::Snapshot const& snapshot, model::Process const& process) {
  auto text = process_label(process.pid, process.comm);
  auto const program = process.exe.empty() ? "program not known" : base::printable(process.exe);
  text += fmt::format("  {}{}, user {}", program, process.exe_deleted ? " (deleted)" : "",
                      base::printable(user_of(snapshot, process)));
  if (process.start_unix_ms != 0 && snapshot.taken_unix_ms > process.start_unix_ms) {
    text += ", runs for ";
    ui::append_duration(text,
                        static_cast<std::uint64_t>(snapshot.taken_unix_ms - process.start_unix_ms));
  }
  return text + '\n';
}

// Sockets of one kind, at most `room` of them. Returns how many were shown.
std::size_t append_sockets(std::string& out, model::Snapshot const& snapshot,
                           std::span<std::uint32_t const> rows, std::string_view mark,
                           std::size_t room) {
  auto const shown = std::min(rows.size(), room);
  for (auto const row : rows.first(shown)) {
    out += fmt::format("    {} {}\n", mark, socket_label(snapshot, snapshot.endpoints[row]));
  }
  return shown;
}

void append_children(std::string& out, std::vector<capture::procfs::Child> const& children) {
  if (children.empty()) return;
  out += "  " + base::counted(children.size(), "child", "children") + ": ";
  auto const shown = std::min(children.size(), kChildrenShown);
  for (std::size_t i = 0; i < shown; ++i) {
    if (i > 0) out += ", ";
    out += process_label(children[i].pid, children[i].comm);
  }
  out += shown < children.size() ? ", …\n" : "\n";
}

void write_sockets(exporting::JsonWriter& json, std::string_view key,
                   model::Snapshot const& snapshot, std::span<std::uint32_t const> rows) {
  json.key(key).begin_array();
  for (auto const row : rows) {
    // Its label holds text that was made printable: as people read it.
    json.string(socket_label(snapshot, snapshot.endpoints[row]));
  }
  json.end_array();
}

}  // namespace

void append_kill_preview(std::string& out, model::Snapshot const& snapshot,
                         KillTarget const& target) {
  auto const& process = snapshot.processes[target.process];
  out += title(snapshot, process);
  if (!process.cmdline.empty()) {
    out += "  command: ";
    base::append_cut(out, base::printable(process.cmdline), kCmdlineShown, "…");
    out += '\n';
  }
  auto const all = target.matching.size() + target.others.size();
  out += fmt::format("  {}, {} of the filter:\n", base::counted(all, "socket", "sockets"),
                     target.matching.size());
  auto const matching = append_sockets(out, snapshot, target.matching, "*", kSocketsShown);
  auto const shown =
      matching + append_sockets(out, snapshot, target.others, " ", kSocketsShown - matching);
  if (shown < all) out += fmt::format("      … and {} more\n", all - shown);
  append_children(out, target.children);
}

void write_process(exporting::JsonWriter& json, model::Snapshot const& snapshot,
                   model::Process const& process) {
  json.key("process").begin_object();
  json.key("pid").number(process.pid);
  json.key("comm").string(process.comm);
  if (!process.exe.empty()) json.key("exe").string(process.exe);
  if (!process.cmdline.empty()) json.key("cmdline").string(process.cmdline);
  if (process.uid_known) {
    json.key("uid").number(process.uid);
    json.key("user").string(user_of(snapshot, process));
  }
  json.end_object();
}

void write_kill_preview(exporting::JsonWriter& json, model::Snapshot const& snapshot,
                        KillTarget const& target) {
  write_process(json, snapshot, snapshot.processes[target.process]);
  write_sockets(json, "matching_sockets", snapshot, target.matching);
  write_sockets(json, "other_sockets", snapshot, target.others);
  json.key("children").begin_array();
  for (auto const& child : target.children) {
    json.begin_object();
    json.key("pid").number(child.pid);
    json.key("comm").string(child.comm);
    json.end_object();
  }
  json.end_array();
}

}  // namespace lastack::app
