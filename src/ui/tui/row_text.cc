#include "ui/tui/row_text.hh"

#include <array>

#include <fmt/format.h>

#include "base/text.hh"
#include "ui/columns/format.hh"
#include "ui/columns/side_cells.hh"
#include "ui/stream/clock.hh"
#include "ui/stream/transition_text.hh"

namespace lastack::ui::tui {
namespace {

void append_side(std::string& out, Cells const& cells, Frame const& frame,
                 model::Endpoint const& endpoint) {
  ui::View const view{.snapshot = frame.store.snapshot(), .naming = frame.naming, .compact = true};
  cells.text(out, {view, endpoint});
}

std::string_view comm_of(OwnerName const& owner) {
  std::string_view const all(owner.comm.data(), owner.comm.size());
  return all.substr(0, all.find('\0'));
}

void append_process(std::string& out, std::string_view comm, std::uint32_t pid) {
  base::append_printable(out, comm);
  out += '[';
  append_number(out, pid);
  out += ']';
}

}  // namespace

void append_local(std::string& out, Frame const& frame, model::Endpoint const& endpoint) {
  append_side(out, kLocalCells, frame, endpoint);
}
void append_remote(std::string& out, Frame const& frame, model::Endpoint const& endpoint) {
  append_side(out, kRemoteCells, frame, endpoint);
}

void append_local_port(std::string& out, model::Endpoint const& endpoint) {
  out += ':';
  append_number(out, endpoint.flow.local_port);
}

void append_owner(std::string& out, OwnerName const& owner, model::NoOwner reason) {
  if (owner.pid != 0) {
    append_process(out, comm_of(owner), owner.pid);
  } else if (reason == model::NoOwner::HasOwner) {
    out += '-';
  } else {
    out += model::label(reason);
  }
}

void append_owners(std::string& out, Frame const& frame, model::Endpoint const& endpoint) {
  auto const& snapshot = frame.store.snapshot();
  auto const owners = snapshot.owners_of(endpoint);
  if (owners.empty()) {
    append_owner(out, {}, endpoint.no_owner);
    return;
  }
  auto const& first = snapshot.process_of(owners.front());
  append_process(out, first.comm, first.pid);
  std::uint64_t others = 0;
  auto last = owners.front().process;
  for (auto const& owner : owners) {
    others += owner.process != last ? 1 : 0;
    last = owner.process;
  }
  if (others == 0) return;
  out += '+';
  append_number(out, others);
}

void append_user(std::string& out, model::Snapshot const& snapshot, model::Process const& process) {
  if (!process.uid_known) return;
  auto const user = snapshot.users.find(process.uid);
  if (user == snapshot.users.end()) {
    append_number(out, process.uid);
  } else {
    base::append_printable(out, user->second);
  }
}

void append_netns(std::string& out, Frame const& frame, std::uint32_t netns) {
  auto const& namespaces = frame.store.snapshot().namespaces;
  if (namespaces.size() < 2 || netns >= namespaces.size()) return;
  out += "netns ";
  base::append_printable(out, namespaces[netns].label);
}

void append_clock(std::string& out, Frame const& frame, std::uint64_t monotonic_ns, int digits) {
  StreamClock clock;
  clock.set_offset(frame.store.wall_offset_ns());
  auto const begin = out.size();
  clock.append_local(out, monotonic_ns);
  constexpr std::size_t kSeconds = 8;  // "22:58:29"
  out.resize(begin + kSeconds + (digits > 0 ? static_cast<std::size_t>(digits) + 1 : 0));
}

std::string dwell_text(std::uint64_t dwell_us) {
  std::string text;
  append_dwell(text, dwell_us);
  return text;
}

std::string bytes_text(std::uint64_t bytes) {
  constexpr std::array<std::string_view, 6> kUnits{"B", "kB", "MB", "GB", "TB", "PB"};
  std::size_t unit = 0;
  std::uint64_t scale = 1;
  while (unit + 1 < kUnits.size() && bytes / scale >= 1000) {
    scale *= 1000;
    ++unit;
  }
  if (unit == 0) return fmt::format("{}B", bytes);
  return fmt::format("{}.{}{}", bytes / scale, bytes % scale / (scale / 10), kUnits.at(unit));
}

std::string count_text(std::uint64_t count) {
  auto text = fmt::format("{}", count);
  for (std::size_t at = text.size(); at > 3;) text.insert(at -= 3, ",");
  return text;
}

std::string filter_host(model::Address const& address, model::Family family, std::uint16_t port) {
  auto text = model::to_string(address, family);
  if (family == model::Family::Inet6) text = fmt::format("[{}]", text);
  return port == 0 ? text : fmt::format("{}:{}", text, port);
}

std::string filter_for(model::Endpoint const& endpoint) {
  if (endpoint.cookie != 0) return fmt::format("cookie = {}", endpoint.cookie);
  auto const& flow = endpoint.flow;
  return fmt::format("proto {} and src {} and dst {}", model::name(endpoint.protocol),
                     filter_host(flow.local, endpoint.family, flow.local_port),
                     filter_host(flow.remote, endpoint.family, flow.remote_port));
}

}  // namespace lastack::ui::tui
