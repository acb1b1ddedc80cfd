#include "ui/columns/table.hh"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>

#include "ui/columns/detail_cells.hh"
#include "ui/columns/owner_cells.hh"
#include "ui/columns/side_cells.hh"
#include "ui/columns/socket_cells.hh"

namespace lastack::ui {
namespace {

using model::Fact;
using Details = model::SocketDetails;

// A number out of tcp_info.
constexpr Column tcp_info(std::string_view id, std::string_view json, std::string_view description,
                          Cells const* cells) {
  return {.id = id,
          .members = {{{json, JsonType::Integer}}},
          .align = Align::Right,
          .needs = Fact::TcpInfo,
          .description = description,
          .cells = cells};
}

constexpr auto kColumns = std::to_array<Column>({
    {.id = "process",
     .members = {{{"comm", JsonType::String, "Name of the process"}}},
     .cut_order = 9,
     .by_default = true,
     .needs = Fact::Owners,
     .description =
         "Name of the process that has it open; without one, why not: `(kernel)`, `(orphan)`, …",
     .cells = &kProcessCells},
    {.id = "pid",
     .members = {{{"pid", JsonType::Integer, "Process id"}}},
     .align = Align::Right,
     .by_default = true,
     .needs = Fact::Owners,
     .description = "Process id; on a terminal `12+3` is process 12 and three more",
     .cells = &kPidCells},
    {.id = "proto",
     .members = {{{"proto", JsonType::Protocol}}},
     .by_default = true,
     .description = "Protocol",
     .cells = &kProtocolCells},
    {.id = "local",
     .members = {{{"local", JsonType::Side, "Address and port on this side; port 0: none yet"}}},
     .by_default = true,
     .description = "Address and port on this side; `*` for any",
     .cells = &kLocalCells},
    {.id = "remote",
     .members = {{{"remote", JsonType::Side, "Address and port of the peer; port 0: none"}}},
     .by_default = true,
     .description = "Address and port of the peer",
     .cells = &kRemoteCells},
    {.id = "state",
     .members = {{{"state", JsonType::State}}},
     .by_default = true,
     .description = "State of the connection (RFC 9293); `UNCONN`: UDP without a peer; "
                    "`BOUND_INACTIVE`: bound, neither listening nor connecting",
     .cells = &kStateCells},
    {.id = "recv-q",
     .members = {{{"recv_q", JsonType::Integer},
                  {"accept_queue", JsonType::Integer,
                   "LISTEN only: connections that wait for accept()"}}},
     .align = Align::Right,
     .by_default = true,
     .may_drop = true,
     .description =
         "Bytes received that the process has not read; LISTEN: connections that wait for accept()",
     .cells = &kReceiveQueueCells},
    {.id = "send-q",
     .members = {{{"send_q", JsonType::Integer},
                  {"accept_queue_limit", JsonType::Integer,
                   "LISTEN only: how many may wait for accept()"}}},
     .align = Align::Right,
     .by_default = true,
     .may_drop = true,
     .description = "Bytes sent or queued that the peer has not acknowledged; LISTEN: how many "
                    "connections may wait",
     .cells = &kSendQueueCells},
    {.id = "user",
     .members = {{{"user", JsonType::String, "Name of the user that the process runs as"},
                  {"uid", JsonType::Integer, "Its effective user id"}}},
     .cut_order = 8,
     .by_default = true,
     .may_drop = true,
     .needs = Fact::Owners | Fact::User,
     .description = "User that the process runs as",
     .cells = &kUserCells},
    {.id = "netns",
     .members = {{{"netns", JsonType::Namespace, "Network namespace"}}},
     .cut_order = 7,
     .may_drop = true,
     .description = "Network namespace; in the default view where there are several",
     .cells = &kNamespaceCells},
    {.id = "family",
     .members = {{{"family", JsonType::Family}}},
     .description = "Address family",
     .cells = &kFamilyCells},
    {.id = "fd",
     .members = {{{"fd", JsonType::Integer}}},
     .align = Align::Right,
     .needs = Fact::Owners,
     .description = "File descriptor in the process",
     .cells = &kFdCells},
    {.id = "timer",
     .members = {{{"timer", JsonType::Timer}}},
     .description = "Timer that runs: which, when it fires, `#` retransmissions or probes so far",
     .cells = &kTimerCells},
    {.id = "inode",
     .members = {{{"inode", JsonType::Integer}}},
     .align = Align::Right,
     .description = "Inode of the socket, as in `/proc/PID/fd`",
     .cells = &kInodeCells},
    {.id = "cookie",
     .members = {{{"cookie", JsonType::String,
                   "SO_COOKIE in hexadecimal; a string because it exceeds 2^53"}}},
     .align = Align::Right,
     .description = "Kernel's identity of the socket, hexadecimal as `sk:` of ss; never reused",
     .cells = &kCookieCells},
    {.id = "uid",
     .members = {{{"uid", JsonType::Integer}}},
     .align = Align::Right,
     .description = "User id that created the socket",
     .cells = &kUidCells},
    {.id = "socket-user",
     .members = {{{"socket_user", JsonType::String}}},
     .cut_order = 8,
     .needs = Fact::SocketUser,
     .description = "User that created the socket",
     .cells = &kSocketUserCells},
    {.id = "interface",
     .members = {{{"interface", JsonType::String},
                  {"interface_index", JsonType::Integer, "Its index in the namespace"}}},
     .description = "Interface it is bound to; `local` shows it too: `0.0.0.0%eth0:68`",
     .cells = &kInterfaceCells},
    {.id = "v6-only",
     .members = {{{"v6_only", JsonType::Boolean}}},
     .description = "IPv6 socket that does not take IPv4",
     .cells = &kV6OnlyCells},
    {.id = "v4-mapped",
     .members = {{{"v4_mapped", JsonType::Boolean}}},
     .description = "IPv6 socket that talks IPv4",
     .cells = &kV4MappedCells},
    {.id = "mptcp-subflow",
     .members = {{{"mptcp_subflow", JsonType::Boolean}}},
     .needs = Fact::TcpInfo,
     .description = "Part of a Multipath TCP connection",
     .cells = &kMptcpCells},
    {.id = "no-owner",
     .members = {{{"no_owner", JsonType::NoOwner, "Why \"owners\" is empty"}}},
     .cut_order = 2,
     .needs = Fact::Owners,
     .description = "Why no process is named",
     .cells = &kNoOwnerCells},
    {.id = "exe",
     .members = {{{"exe", JsonType::String},
                  {"exe_deleted", JsonType::Boolean, "The file is gone or was replaced"}}},
     .cut_order = 4,
     .needs = Fact::Owners | Fact::Exe,
     .description = "Path of the program; `(deleted)` where the file is gone or was replaced",
     .cells = &kExeCells},
    {.id = "age",
     .members = {{{"start_time", JsonType::Time, "When the process was started, UTC"}}},
     .align = Align::Right,
     .needs = Fact::Owners | Fact::StartTime,
     .description = "Time since the process was started",
     .cells = &kAgeCells},
    {.id = "unit",
     .members = {{{"unit", JsonType::String}}},
     .cut_order = 6,
     .needs = Fact::Owners | Fact::Cgroup,
     .description = "systemd unit of the process",
     .cells = &kUnitCells},
    {.id = "container",
     .members = {{{"container", JsonType::String}}},
     .cut_order = 5,
     .needs = Fact::Owners | Fact::Cgroup,
     .description = "Container of the process",
     .cells = &kContainerCells},
    {.id = "cgroup",
     .members = {{{"cgroup", JsonType::String}}},
     .cut_order = 3,
     .needs = Fact::Owners | Fact::Cgroup,
     .description = "Control group of the process",
     .cells = &kCgroupCells},
    {.id = "parents",
     .members = {{{"parents", JsonType::Parents}}},
     .cut_order = 3,
     .needs = Fact::Owners | Fact::Parents,
     .description = "Processes above it, nearest first: `sshd[12]<systemd[1]`",
     .cells = &kParentsCells},
    {.id = "owners",
     .members = {{{"owners", JsonType::Owners, "Every process and descriptor: pid, fd and comm"}}},
     .cut_order = 2,
     .needs = Fact::Owners,
     .description = "Every process and descriptor that has it open: `nginx[12]:fd3`",
     .cells = &kOwnersCells},
    {.id = "cmdline",
     .members = {{{"cmdline", JsonType::String}}},
     .cut_order = 1,
     .needs = Fact::Owners | Fact::Cmdline,
     .description = "Command line, arguments joined by blanks",
     .cells = &kCmdlineCells},
    tcp_info("bytes-out", "bytes_sent", "Bytes of payload sent, retransmissions included",
             &kDetailCells<&Details::bytes_sent>),
    tcp_info("bytes-acked", "bytes_acked", "Bytes that the peer acknowledged",
             &kDetailCells<&Details::bytes_acked>),
    tcp_info("bytes-in", "bytes_received", "Bytes of payload received",
             &kDetailCells<&Details::bytes_received>),
    tcp_info("bytes-retrans", "bytes_retransmitted", "Bytes sent more than once",
             &kDetailCells<&Details::bytes_retransmitted>),
    tcp_info("segs-out", "segs_out", "Segments sent", &kDetailCells<&Details::segs_out>),
    tcp_info("segs-in", "segs_in", "Segments received", &kDetailCells<&Details::segs_in>),
    tcp_info("rtt", "rtt_us", "Smoothed round-trip time",
             &kDetailQuantityCells<&Details::rtt_us, append_microseconds_as_ms>),
    tcp_info("rttvar", "rttvar_us", "Variation of the round-trip time",
             &kDetailQuantityCells<&Details::rttvar_us, append_microseconds_as_ms>),
    tcp_info("min-rtt", "min_rtt_us", "Shortest round-trip time of late",
             &kDetailQuantityCells<&Details::min_rtt_us, append_microseconds_as_ms>),
    tcp_info("rto", "rto_us", "Retransmission timeout",
             &kDetailQuantityCells<&Details::rto_us, append_microseconds_as_ms>),
    tcp_info("cwnd", "cwnd", "Congestion window, segments", &kDetailCells<&Details::cwnd>),
    tcp_info("ssthresh", "ssthresh",
             "Slow start threshold, segments; unknown before the first loss",
             &kNumberCells<slow_start_threshold>),
    tcp_info("mss", "mss", "Maximum segment size for sending, bytes",
             &kDetailCells<&Details::snd_mss>),
    tcp_info("pmtu", "pmtu", "Path MTU, bytes", &kDetailCells<&Details::pmtu>),
    tcp_info("unacked", "unacked", "Segments in flight", &kDetailCells<&Details::unacked>),
    tcp_info("lost", "lost", "Segments thought lost and not yet sent again",
             &kDetailCells<&Details::lost>),
    tcp_info("retransmissions", "retrans_total", "Segments sent more than once, in all",
             &kDetailCells<&Details::retrans_total>),
    tcp_info("pacing-rate", "pacing_rate_bytes_per_s", "Rate at which the kernel paces sending",
             &kDetailQuantityCells<&Details::pacing_rate, append_bytes_per_second>),
    tcp_info("delivery-rate", "delivery_rate_bytes_per_s",
             "Rate at which the peer took data of late",
             &kDetailQuantityCells<&Details::delivery_rate, append_bytes_per_second>),
    tcp_info("send-window", "send_window", "Window that the peer offers, bytes",
             &kDetailCells<&Details::snd_wnd>),
    tcp_info("receive-space", "receive_space", "Window that this side tunes itself to, bytes",
             &kDetailCells<&Details::rcv_space>),
    tcp_info("last-send", "last_send_ms", "Time since data was last sent",
             &kDetailQuantityCells<&Details::last_send_ms, append_duration>),
    tcp_info("last-receive", "last_receive_ms", "Time since data was last received",
             &kDetailQuantityCells<&Details::last_receive_ms, append_duration>),
    {.id = "cc",
     .members = {{{"congestion", JsonType::String}}},
     .needs = Fact::Congestion,
     .description = "Congestion control algorithm",
     .cells = &kCongestionCells},
    {.id = "skmem",
     .members = {{{"skmem", JsonType::Memory, "Memory of the socket, bytes"}}},
     .cut_order = 2,
     .needs = Fact::Memory,
     .description = "Memory of the socket, letters as in ss",
     .cells = &kMemoryCells},
    {.id = "drops",
     .members = {{{"drops", JsonType::Integer}}},
     .align = Align::Right,
     .needs = Fact::Memory,
     .description = "Packets dropped because the socket was full",
     .cells = &kDetailCells<&Details::mem_drops>},
    tcp_info("mark", "mark", "Firewall mark", &kDetailCells<&Details::mark>),
    tcp_info("tos", "tos", "Type of service byte", &kDetailCells<&Details::tos>),
    {.id = "shutdown",
     .members = {{{"shutdown", JsonType::Shutdown}}},
     .needs = Fact::TcpInfo,
     .description = "Sides that the process shut",
     .cells = &kShutdownCells},
    tcp_info("cgroup-id", "cgroup_id", "Control group id of the socket",
             &kDetailCells<&Details::cgroup_id>),
});

}  // namespace

std::span<Column const> all_columns() { return kColumns; }

Column const& column(std::string_view id) {
  auto const* found = std::ranges::find(kColumns, id, &Column::id);
  if (found == kColumns.end()) throw std::logic_error("no column " + std::string(id));
  return *found;
}

Columns default_columns() {
  Columns columns;
  for (auto const& candidate : kColumns) {
    if (candidate.by_default) columns.push_back(&candidate);
  }
  return columns;
}

void add_namespace_if_several(Columns& columns, model::Snapshot const& snapshot,
                              std::span<std::uint32_t const> rows) {
  auto const namespace_of = [&](std::uint32_t row) { return snapshot.endpoints[row].netns; };
  bool const several = std::ranges::any_of(
      rows, [&](std::uint32_t row) { return namespace_of(row) != namespace_of(rows.front()); });
  auto const* netns = &column("netns");
  if (several && std::ranges::find(columns, netns) == columns.end()) columns.push_back(netns);
}

Columns default_json_columns() {
  Columns columns;
  for (auto const& each : kColumns) columns.push_back(&each);
  return columns;
}

model::Facts needs_of(std::span<Column const* const> columns) {
  model::Facts needs;
  for (auto const* one : columns) needs |= one->needs;
  return needs;
}

}  // namespace lastack::ui
