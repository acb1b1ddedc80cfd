// Connections whose end does not come: the peer does not acknowledge the FIN, or never sends its
// own; and the kernel's limit of such connections that no process holds any more.
#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "detect/report.hh"

namespace lastack::detect {

extern Detector const kStuckClosing;

namespace {

using model::NoOwner;
using model::Severity;
using model::SocketState;
using model::TcpCounter;
using model::TcpSetting;
using model::TimerKind;

enum Knob : std::size_t {
  kRetransmits,
  kPeer,
  kStuck,
  kStuckShare,
  kHeld,
  kHeldS,
  kOverdue,
  kOrphanShare,
  kOrphanCritical
};

constexpr auto kThresholds = std::to_array<Threshold>({
    {"retransmits",
     3,
     1,
     100,
     "times",
     {"a FIN sent again so often, or so many window probes, is stuck",
      "FIN 重传（或窗口探测）达到此次数即为卡住"}},
    {"peer",
     10,
     1,
     1e6,
     "sockets",
     {"stuck sockets of one peer: a notice", "同一对端卡住的套接字数：达到即给出提示"}},
    {"stuck",
     100,
     1,
     1e6,
     "sockets",
     {"stuck sockets of all peers: a warning, together with stuck_share",
      "所有对端卡住的套接字总数：与 stuck_share 同时达到即为警告"}},
    {"stuck_share",
     20,
     1,
     100,
     "%",
     {"of all connections, so many must be stuck", "卡住的连接占全部连接的比例下限"}},
    {"held",
     10,
     1,
     1e6,
     "sockets",
     {"sockets that a process has shut down and holds for ever: a warning; fewer are a notice",
      "进程 shutdown() 后一直占着的套接字数：达到即为警告，较少则为提示"}},
    {"held_s",
     600,
     1,
     86400 * 30.0,
     "s",
     {"held for so long, with nothing coming from the peer",
      "占着达到此时长，且对端没有发来任何数据"}},
    {"overdue",
     3,
     1,
     100,
     "times",
     {"the time after which the kernel's timer should have ended it, so many times",
      "超过内核定时器应当结束它的时间的倍数"}},
    {"orphan_share",
     50,
     1,
     100,
     "%",
     {"of net.ipv4.tcp_max_orphans: a warning",
      "占 net.ipv4.tcp_max_orphans 的比例：达到即为警告"}},
    {"orphan_critical",
     90,
     1,
     100,
     "%",
     {"of net.ipv4.tcp_max_orphans: critical", "占 net.ipv4.tcp_max_orphans 的比例：达到即为严重"}},
});
constexpr auto kReferences =
    std::to_array<std::string_view>({"RFC 9293 3.6", "RFC 1122 4.2.2.13",
                                     "tcp(7) tcp_fin_timeout, tcp_orphan_retries, "
                                     "tcp_max_orphans",
                                     "shutdown(2)"});

constexpr double kNs = 1e-9;
constexpr double kRtoMin = 0.2;              // s: TCP_RTO_MIN
constexpr std::uint64_t kOrphanRetries = 8;  // what tcp_orphan_retries = 0 means
constexpr std::uint64_t kMostRetries = 255;
constexpr double kWindowClosed = 60;  // s: so long is stuck
constexpr double kOneForMost = 0.8;   // one peer with that share is the one

bool is_closing(SocketState state) {
  return state == SocketState::FinWait1 || state == SocketState::Closing ||
         state == SocketState::LastAck;
}
// A mini-socket is cheap, and no orphan to the kernel.
bool is_orphan(model::Endpoint const& row) {
  return row.no_owner == NoOwner::Orphan && row.timer != TimerKind::TimeWait;
}
bool is_held(model::Endpoint const& row) { return row.no_owner == NoOwner::HasOwner; }

// The longest that unacknowledged data of an orphan are sent again (kernel: tcp_model_timeout()).
double orphan_limit_s(model::TcpSettings const& settings) {
  auto const set = settings.get(TcpSetting::OrphanRetries);
  auto const retries = std::min(set == 0 ? kOrphanRetries : set, kMostRetries);
  auto const most = static_cast<double>(settings.get(TcpSetting::RtoMaxMs)) * 1e-3;
  double total = 0;
  double timeout = kRtoMin;
  for (std::uint64_t i = 0; i <= retries; ++i) {
    total += timeout;
    timeout = std::min(2 * timeout, most);
  }
  return total;
}

// Our FIN, or what comes before it, is not acknowledged. Where the peer answers window probes, they
// are not counted, and time must tell.
bool is_unanswered(Scene const& scene, Knobs const& knobs, std::uint32_t index) {
  auto const& row = scene.row(index);
  bool const probes = row.timer == TimerKind::Persist;
  if (!is_closing(row.state) || (!probes && row.timer != TimerKind::Retransmit)) return false;
  return row.retransmits >= knobs[kRetransmits] ||
         (probes && scene.least_age_s(index) >= kWindowClosed);
}

// A timer should have ended it long ago. That of a longer TCP_LINGER2 than usual is not known.
bool is_overdue(Scene const& scene, Knobs const& knobs, std::uint32_t index) {
  auto const& row = scene.row(index);
  if (row.no_owner != NoOwner::Orphan) return false;
  bool const waits_for_fin = row.state == SocketState::FinWait2;
  if (!waits_for_fin && !is_closing(row.state)) return false;
  auto const& settings = scene.facts_of(row).settings;
  auto const orphan = orphan_limit_s(settings);
  auto const fin = static_cast<double>(settings.get(TcpSetting::FinTimeout));
  return scene.least_age_s(index) >=
         knobs[kOverdue] * (waits_for_fin ? std::max(orphan, fin) : orphan);
}

// shutdown() without close(): as long as the peer answers or is silent, nothing ends it.
bool is_held_for_ever(Scene const& scene, Knobs const& knobs, std::uint32_t index) {
  auto const& row = scene.row(index);
  bool const waits = row.state == SocketState::FinWait2 ||
                     (is_closing(row.state) && row.timer == TimerKind::Persist);
  if (!waits || !is_held(row)) return false;
  if (row.state != SocketState::FinWait2) return scene.least_age_s(index) >= knobs[kHeldS];
  // Since its FIN was acknowledged, it is in this state; what the peer sends says that all is well.
  auto const silence = scene.silence_s(index);
  return silence && *silence >= knobs[kHeldS];
}

// Everything that one pass over the rows tells.
struct Closing {
  std::size_t connections = 0;
  std::vector<std::uint32_t> unanswered;
  std::vector<std::uint32_t> overdue;
  std::vector<std::uint32_t> held;
  std::vector<std::uint32_t> orphans;
};

Closing sort_rows(Scene const& scene, Knobs const& knobs) {
  Closing out;
  for (auto const index : scene.rows) {
    auto const& row = scene.row(index);
    if (row.protocol != model::Protocol::Tcp) continue;
    bool const closing = is_closing(row.state) || row.state == SocketState::FinWait2;
    if (closing || row.state == SocketState::Established || row.state == SocketState::CloseWait) {
      ++out.connections;
    }
    if (!closing) continue;
    if (is_orphan(row)) out.orphans.push_back(index);
    if (is_held_for_ever(scene, knobs, index)) {
      out.held.push_back(index);
    } else if (is_overdue(scene, knobs, index)) {
      out.overdue.push_back(index);
    } else if (is_unanswered(scene, knobs, index)) {
      out.unanswered.push_back(index);
    }
  }
  return out;
}

void add_states(model::Finding& finding, Scene const& scene, std::span<std::uint32_t const> rows) {
  constexpr std::array kStates{SocketState::FinWait1, SocketState::FinWait2, SocketState::Closing,
                               SocketState::LastAck};
  std::string text;
  for (auto const state : kStates) {
    auto const count = std::ranges::count(
        rows, state, [&](std::uint32_t index) { return scene.row(index).state; });
    if (count == 0) continue;
    text += (text.empty() ? "" : ", ") + std::string(name(state)) + " " + number(count);
  }
  tell(finding, "states", {"by state", "按状态"}, text);
}

void add_waits(model::Finding& finding, Scene const& scene, std::span<std::uint32_t const> rows) {
  unsigned most = 0;
  std::size_t window = 0;
  std::uint64_t bytes_waiting = 0;
  double silence = 0;
  for (auto const index : rows) {
    auto const& row = scene.row(index);
    most = std::max<unsigned>(most, row.retransmits);
    window += row.timer == TimerKind::Persist ? 1 : 0;
    bytes_waiting += row.send_queue;
    silence = std::max(silence, scene.silence_s(index).value_or(0));
  }
  tell(finding, "sent_again", {"sent again, at the most", "最多重传次数"}, number(most));
  tell(finding, "window_closed", {"the peer takes nothing (zero window)", "对端不接收（零窗口）"},
       number(window));
  tell(finding, "send_queue", {"waiting to be acknowledged", "等待确认的数据"},
       bytes(bytes_waiting));
  if (silence > 0) {
    tell(finding, "silence",
         {"longest that nothing has come from a peer", "对端最长没有任何应答的时间"},
         seconds(silence));
  }
  auto const& settings = scene.facts_of(scene.row(rows.front())).settings;
  tell(finding, "orphan_limit",
       {"without a process, given up after about (net.ipv4.tcp_orphan_retries)",
        "没有进程持有时，约多久后放弃（net.ipv4.tcp_orphan_retries）"},
       seconds(orphan_limit_s(settings)));
}

// The process that holds them all; kNone: none, or several.
std::uint32_t only_process(Scene const& scene, std::span<std::uint32_t const> rows) {
  auto const first = scene.process_of(rows.front());
  bool const same = std::ranges::all_of(
      rows, [&](std::uint32_t index) { return scene.process_of(index) == first; });
  return same ? first : model::kNone;
}

// Rows of one peer stand together.
using Peers = std::map<std::pair<std::uint32_t, model::Address>, std::vector<std::uint32_t>>;
Peers by_peer(Scene const& scene, std::span<std::uint32_t const> rows) {
  Peers peers;
  for (auto const index : rows) {
    auto const& row = scene.row(index);
    peers[{row.netns, row.flow.remote}].push_back(index);
  }
  return peers;
}

void report_peer(Scene const& scene, std::span<std::uint32_t const> rows, Severity severity,
                 Findings& found) {
  auto const& row = scene.row(rows.front());
  auto const peer = remote_host(row);
  auto finding = finding_of(kStuckClosing, severity, "peer " + peer + netns_suffix(scene, row));
  finding.title = {
      {"{0} does not acknowledge the end of {1} connections", "{0} 没有确认 {1} 个连接的关闭"},
      {peer, number(rows.size())}};
  auto const process = only_process(scene, rows);
  blame(finding, scene, process);
  show_sockets(finding, scene, rows);
  add_states(finding, scene, rows);
  add_waits(finding, scene, rows);
  auto const enter = netns_entry(scene, row, process);
  finding.now = {
      {{{"See whether the peer can be reached at all", "查看对端是否可达"}},
       enter + "ping -c 3 " + peer + "; " + enter + "ip route get " + peer},
      {{{"See them all", "查看全部"}},
       "lastack list '" + netns_filter(scene, row) + "dst " + peer +
           " and ( state fin-wait-1 or state closing or state last-ack )'"},
  };
  finding.lasting = {
      {{{"The kernel gives them up by itself. If the peer is there: a firewall between the two "
         "forgets connections too early, or drops the last segments",
         "内核会自行放弃它们。如果对端仍在：两者之间的防火墙过早遗忘连接，或丢弃了最后的报文段"}},
       ""},
  };
  found.push_back(std::move(finding));
}

void report_many(Scene const& scene, Closing const& closing, std::size_t peers, Findings& found) {
  auto const& rows = closing.unanswered;
  auto finding = finding_of(kStuckClosing, Severity::Warning, "many peers");
  finding.title = {{"{0} connections to {1} peers cannot be closed: nobody acknowledges the FIN",
                    "{1} 个对端的 {0} 个连接无法关闭：FIN 没有得到确认"},
                   {number(rows.size()), number(peers)}};
  finding.confidence = model::Confidence::Certain;
  blame(finding, scene, only_process(scene, rows));
  show_sockets(finding, scene, rows);
  add_states(finding, scene, rows);
  add_waits(finding, scene, rows);
  tell(finding, "share", {"of all connections", "占全部连接"},
       percent(static_cast<double>(rows.size()), static_cast<double>(closing.connections)));
  finding.now = {
      {{{"See them all", "查看全部"}},
       "lastack list 'state fin-wait-1 or state closing or state last-ack'"},
      {{{"See whether packets are dropped on the way out", "查看发出的报文是否被丢弃"}},
       "nft list ruleset; ip -s link"},
  };
  finding.lasting = {
      {{{"Mostly the path is broken or a firewall was restarted and has forgotten its connections; "
         "if clients never read what they asked for (zero window), let the server limit the time "
         "of "
         "sending",
         "多半是路径中断，或防火墙重启后忘记了连接；如果客户端从不读取所请求的数据（零窗口），应让"
         "服务器限"
         "制发送时间"}},
       ""},
  };
  found.push_back(std::move(finding));
}

void report_unanswered(Scene const& scene, Knobs const& knobs, Closing const& closing,
                       Findings& found) {
  if (closing.unanswered.empty()) return;
  auto const peers = by_peer(scene, closing.unanswered);
  auto const total = static_cast<double>(closing.unanswered.size());
  bool const many = total >= knobs[kStuck] &&
                    100 * total >= knobs[kStuckShare] * static_cast<double>(closing.connections);
  auto const largest =
      std::ranges::max_element(peers, {}, [](auto const& peer) { return peer.second.size(); });
  if (many && static_cast<double>(largest->second.size()) < kOneForMost * total) {
    return report_many(scene, closing, peers.size(), found);
  }
  for (auto const& [peer, rows] : peers) {
    if (static_cast<double>(rows.size()) < knobs[kPeer]) continue;
    report_peer(scene, rows, many ? Severity::Warning : Severity::Notice, found);
  }
}

void report_held(Scene const& scene, Knobs const& knobs, std::uint32_t process,
                 std::span<std::uint32_t const> rows, Findings& found) {
  auto const severity =
      static_cast<double>(rows.size()) >= knobs[kHeld] ? Severity::Warning : Severity::Notice;
  auto const& culprit = scene.snapshot->processes[process];
  auto const pid = std::to_string(culprit.pid);
  auto finding = finding_of(kStuckClosing, severity, "pid " + pid);
  finding.title = {{"{0} holds {1} connections that it has shut down and never closes",
                    "{0} 占着 {1} 个已 shutdown() 却一直没有 close() 的连接"},
                   {process_text(culprit), number(rows.size())}};
  blame(finding, scene, process);
  show_sockets(finding, scene, rows);
  add_states(finding, scene, rows);
  double longest = 0;
  std::size_t unread = 0;
  std::size_t guarded = 0;
  for (auto const index : rows) {
    auto const& row = scene.row(index);
    longest = std::max({longest, scene.least_age_s(index), scene.silence_s(index).value_or(0)});
    unread += row.recv_queue > 0 ? 1 : 0;
    guarded += row.timer == TimerKind::Keepalive ? 1 : 0;
  }
  tell(finding, "longest", {"nothing has come for, at the most", "最长没有收到任何数据的时间"},
       seconds(longest));
  tell(finding, "unread", {"with unread data", "有未读数据的"}, number(unread));
  tell(finding, "keepalive", {"with keepalive on", "启用了保活的"}, number(guarded));
  finding.now = {
      {{{"See them all", "查看全部"}},
       "lastack list 'pid = " + pid + " and ( state fin-wait-2 or state fin-wait-1 )'"},
      {{{"See what its threads wait for", "查看它的线程在等待什么"}},
       "ps -L -o tid,stat,wchan:32,time,comm -p " + pid},
  };
  finding.lasting = {
      {{{"In the program: after shutdown(SHUT_WR), wait for the peer's end with a time limit "
         "(SO_RCVTIMEO, poll), then close(); only after close() does tcp_fin_timeout run",
         "在程序中：shutdown(SHUT_WR) 之后，在限定时间内（SO_RCVTIMEO、poll）等待对端结束，然后 "
         "close()；只有 close() 之后 tcp_fin_timeout 才起作用"}},
       ""},
      {{{"The peer's program does not close either: look there for CLOSE_WAIT",
         "对端程序也没有关闭：应在对端查找 CLOSE_WAIT"}},
       ""},
  };
  found.push_back(std::move(finding));
}

void report_all_held(Scene const& scene, Knobs const& knobs, Closing const& closing,
                     Findings& found) {
  std::map<std::uint32_t, std::vector<std::uint32_t>> processes;
  for (auto const index : closing.held) processes[scene.process_of(index)].push_back(index);
  for (auto const& [process, rows] : processes) {
    if (process != model::kNone) report_held(scene, knobs, process, rows, found);
  }
}

void report_overdue(Scene const& scene, Closing const& closing, Findings& found) {
  if (closing.overdue.empty()) return;
  auto const& rows = closing.overdue;
  auto finding = finding_of(kStuckClosing, Severity::Warning, "overdue");
  finding.confidence = model::Confidence::Likely;
  finding.title = {{"{0} closed connections live on, though the kernel's timers should have ended "
                    "them",
                    "{0} 个已关闭的连接仍然存在，而内核定时器本应已结束它们"},
                   {number(rows.size())}};
  show_sockets(finding, scene, rows);
  add_states(finding, scene, rows);
  add_waits(finding, scene, rows);
  double longest = 0;
  for (auto const index : rows) longest = std::max(longest, scene.least_age_s(index));
  tell(finding, "longest", {"the oldest has been so for", "最早的一个已持续"}, seconds(longest));
  finding.now = {
      {{{"See them all", "查看全部"}},
       "lastack list 'state fin-wait-1 or state fin-wait-2 or state closing or state last-ack'"},
      {{{"End one by hand; no process holds it", "手动结束其中一个；没有进程持有"}},
       "lastack close 'cookie = " + std::to_string(scene.row(rows.front()).cookie) + "'"},
  };
  finding.lasting = {
      {{{"The peer keeps answering and takes nothing, or TCP_LINGER2 is long; fewer retries end "
         "them sooner",
         "对端一直应答却不接收数据，或 TCP_LINGER2 设置过长；减少重试次数可更早结束"}},
       netns_entry(scene, scene.row(rows.front()), model::kNone) +
           "sysctl -w net.ipv4.tcp_orphan_retries=3"},
  };
  found.push_back(std::move(finding));
}

void report_orphans(Scene const& scene, Knobs const& knobs, Closing const& closing,
                    Findings& found) {
  auto const limit = scene.orphan_limit();
  if (!limit || *limit == 0) return;
  auto const count =
      scene.memory.known ? scene.memory.orphans : std::uint64_t{closing.orphans.size()};
  auto const share = 100 * static_cast<double>(count) / static_cast<double>(*limit);
  if (share < knobs[kOrphanShare]) return;
  std::uint64_t cut = 0;
  for (auto const& netns : scene.namespaces) cut += netns.rise(TcpCounter::AbortOnMemory);
  bool const critical = share >= knobs[kOrphanCritical] || cut > 0;
  auto finding =
      finding_of(kStuckClosing, critical ? Severity::Critical : Severity::Warning, "orphan limit");
  finding.title = {
      {"{0} closed connections without a process, of {1} that may be: beyond it they are "
       "cut off",
       "没有进程持有的已关闭连接有 {0} 个，上限为 {1}：超出后会被直接切断"},
      {number(count), number(*limit)}};
  show_sockets(finding, scene, closing.orphans);
  tell(finding, "orphans", {"orphans, and their limit", "孤儿连接数及上限"},
       number(count) + " / " + number(*limit));
  tell(finding, "cut_off", {"reset for want of room lately", "最近因超限被复位的数量"},
       number(cut));
  if (!closing.orphans.empty()) {
    add_states(finding, scene, closing.orphans);
    add_waits(finding, scene, closing.orphans);
  }
  finding.now = {
      {{{"See which ports and peers they are of", "查看它们属于哪些端口和对端"}},
       "lastack list 'state fin-wait-1 or state closing or state last-ack'"},
      {{{"Make room (each may take 64 KB of kernel memory)",
         "提高上限（每个可能占用 64 KB 内核内存）"}},
       "sysctl -w net.ipv4.tcp_max_orphans=" + std::to_string(2 * *limit)},
      {{{"Give them up sooner", "更早放弃它们"}}, "sysctl -w net.ipv4.tcp_orphan_retries=3"},
  };
  finding.lasting = {
      {{{"Let the server limit the time of sending before it closes; clients that never read "
         "(sockstress) are best stopped by a limit of connections by address",
         "让服务器在关闭前限制发送时间；从不读取的客户端（sockstress）最好按地址限制连接数"}},
       ""},
  };
  found.push_back(std::move(finding));
}

void look(Scene const& scene, Knobs const& knobs, Findings& found) {
  auto const closing = sort_rows(scene, knobs);
  report_orphans(scene, knobs, closing, found);
  report_overdue(scene, closing, found);
  report_all_held(scene, knobs, closing, found);
  report_unanswered(scene, knobs, closing, found);
}

}  // namespace

constinit Detector const kStuckClosing{
    .id = "stuck-closing",
    .title = {"connections are being closed, and their end does not come",
              "连接正在关闭，却一直没有结束"},
    .looks_at = {"sockets in FIN_WAIT_1, FIN_WAIT_2, CLOSING and LAST_ACK: how often the FIN was "
                 "sent again, closed windows, how long a process holds them, how long the kernel's "
                 "timers let them live; orphans against net.ipv4.tcp_max_orphans",
                 "处于 FIN_WAIT_1、FIN_WAIT_2、CLOSING、LAST_ACK 的套接字：FIN "
                 "重传次数、零窗口、进程占用时长、内核定时器允许的时长；孤儿连接数与 "
                 "net.ipv4.tcp_max_orphans 之比"},
    .matters =
        {"Both sides must agree on the end. While the peer does not acknowledge it, the "
         "kernel keeps data and memory and tries again; one that a process holds after "
         "shutdown() has no time limit. Beyond the limit of orphans, connections are cut off "
         "with data unsent.",
         "双方必须就结束达成一致。对端不确认时，内核保留数据和内存并不断重试；进程在 shutdown() "
         "之后仍占着的连接没有时限。孤儿连接超过上限后，连接会被切断，数据也发不出去。"},
    .silent = {"connections that are just being closed; a few clients that have vanished; "
               "FIN_WAIT_2 for less than tcp_fin_timeout; a client that has shut down and is still "
               "being answered; CLOSE_WAIT, which is another detector's",
               "刚刚开始关闭的连接；少量消失的客户端；未超过 tcp_fin_timeout 的 "
               "FIN_WAIT_2；已 shutdown() 但仍在接收应答的客户端；CLOSE_WAIT（由另一检测器负责）"},
    .worst = Severity::Critical,
    .needs_events = false,
    .thresholds = kThresholds,
    .references = kReferences,
    .look = look,
};

}  // namespace lastack::detect
