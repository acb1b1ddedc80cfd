// Programs that cannot send because the peer takes nothing: its window is closed, and it is the
// peer's program that does not read. Where that one is on this machine, it is named.
#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "detect/ends.hh"
#include "detect/peer_groups.hh"
#include "detect/report.hh"

namespace lastack::detect {

extern Detector const kStalledWriter;

namespace {

using base::Told;
using model::Severity;
using model::SocketState;
using model::TimerKind;
using By = PeerGroup::By;

enum Knob : std::size_t { kSeconds, kWarnSeconds, kClients, kProbes };

constexpr auto kThresholds = std::to_array<Threshold>({
    {"seconds",
     10,
     0.1,
     1e9,
     "s",
     {"a window closed for so long is a notice", "窗口关闭这么久即提示"}},
    {"warn_seconds",
     60,
     0.1,
     1e9,
     "s",
     {"and for so long a warning, where this machine opened the connection",
      "若连接由本机发起，这么久即为警告"}},
    {"clients",
     50,
     2,
     1e6,
     "connections",
     {"so many clients of one port that take nothing for warn_seconds are a warning, too: an "
      "attack by slow reading",
      "同一端口上这么多客户端在 warn_seconds 内不接收也是警告：慢读攻击"}},
    {"probes",
     3,
     1,
     255,
     "",
     {"window probes without an answer: such a peer is dead, which dead-peer tells",
      "无应答的窗口探测次数：这样的对端已失联，由 dead-peer 报告"}},
});
constexpr auto kReferences =
    std::to_array<std::string_view>({"RFC 9293 3.8.6.1", "RFC 1122 4.2.2.17", "tcp(7)"});

constexpr std::size_t kMostGroups = 10;  // of a namespace, then they become one
constexpr std::size_t kMostPeers = 1;    // of a process, then they become one

bool is_open(model::Endpoint const& row) {
  return row.protocol == model::Protocol::Tcp &&
         (row.state == SocketState::Established || row.state == SocketState::CloseWait);
}

// The persist timer; or the window was taken back while data was on its way.
bool is_blocked(Scene const& scene, std::uint32_t index, Knobs const& knobs) {
  auto const& row = scene.row(index);
  if (!is_open(row)) return false;
  if (row.timer == TimerKind::Persist) return row.retransmits < knobs[kProbes];
  if (row.timer != TimerKind::Retransmit || row.retransmits == 0) return false;
  auto const* details = scene.snapshot->details_of(row);
  return details != nullptr && details->snd_wnd == 0;
}

// How long nothing could be sent, s; 0: that is not known. While the persist timer runs, no data is
// sent. What was so at every look may have been otherwise between them, which is as good as nothing
// where data trickles.
double blocked_s(Scene const& scene, std::uint32_t index) {
  auto const& row = scene.row(index);
  auto const* details = scene.snapshot->details_of(row);
  if (details == nullptr) return 0;
  if (row.timer == TimerKind::Persist) {
    return details->last_send_ms == model::kUnknown32 ? 0 : details->last_send_ms / 1e3;
  }
  // Each retransmission is new proof.
  return static_cast<double>(scene.lasted_ns(index, Condition::Retransmitting).value_or(0)) * 1e-9;
}

std::vector<std::uint32_t> blocked_rows(Scene const& scene, Knobs const& knobs) {
  std::vector<std::uint32_t> blocked;
  std::ranges::copy_if(scene.rows, std::back_inserter(blocked), [&](std::uint32_t index) {
    return is_blocked(scene, index, knobs) && blocked_s(scene, index) >= knobs[kSeconds];
  });
  return blocked;
}

// Rows whose writers wait for the same reader, a process of this machine.
struct LocalGroup {
  std::uint32_t reader = model::kNone;
  std::vector<std::uint32_t> rows;
  std::vector<std::uint32_t> ends;  // the reader's
};

// Takes those out of `rows` whose other end is held by a process of this machine.
std::vector<LocalGroup> take_local(Scene const& scene, std::vector<std::uint32_t>& rows) {
  auto const ends = other_ends(scene, rows);
  std::vector<LocalGroup> groups;
  std::vector<std::uint32_t> place(scene.snapshot->processes.size(), model::kNone);
  std::vector<std::uint32_t> others;
  others.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    auto const reader = ends[i] == model::kNone ? model::kNone : scene.process_of(ends[i]);
    if (reader >= place.size()) {
      others.push_back(rows[i]);
      continue;
    }
    if (place[reader] == model::kNone) {
      place[reader] = static_cast<std::uint32_t>(groups.size());
      groups.push_back({reader, {}, {}});
    }
    auto& group = groups[place[reader]];
    group.rows.push_back(rows[i]);
    group.ends.push_back(ends[i]);
  }
  rows = std::move(others);
  return groups;
}

double longest_s(Scene const& scene, std::span<std::uint32_t const> rows) {
  double longest = 0;
  for (auto const index : rows) longest = std::max(longest, blocked_s(scene, index));
  return longest;
}

// The name of the one process that holds them; "" several, or not known.
std::string writer_of(Scene const& scene, std::span<std::uint32_t const> rows) {
  auto const first = scene.process_of(rows.front());
  bool const one = std::ranges::all_of(
      rows, [&](std::uint32_t index) { return scene.process_of(index) == first; });
  auto const& processes = scene.snapshot->processes;
  return one && first < processes.size() ? process_text(processes[first]) : "";
}

void add_evidence(model::Finding& finding, Scene const& scene,
                  std::span<std::uint32_t const> rows) {
  std::uint64_t waiting = 0;
  std::uint32_t heard_ms = model::kUnknown32;
  for (auto const index : rows) {
    auto const& row = scene.row(index);
    waiting += row.send_queue;
    auto const* details = scene.snapshot->details_of(row);
    if (details != nullptr) heard_ms = std::min(heard_ms, details->last_ack_ms);
  }
  auto const longest = longest_s(scene, rows);
  tell(finding, "connections", {"connections whose peer takes nothing", "对端不接收的连接"},
       number(rows.size()));
  tell(finding, "waiting", {"waiting to be sent", "等待发送"}, bytes(waiting));
  tell(finding, "longest", {"nothing could be sent for, at the longest", "最久无法发送"},
       seconds(longest));
  if (heard_ms != model::kUnknown32) {
    tell(finding, "heard", {"the peer last answered a probe, ago", "对端最近一次应答探测距今"},
         seconds(heard_ms / 1e3));
  }
  finding.since_ns =
      scene.now_ns - std::min(scene.now_ns, static_cast<std::uint64_t>(longest * 1e9));
}

model::Finding report_local(LocalGroup const& group, Scene const& scene) {
  auto const& reader = scene.snapshot->processes[group.reader];
  auto const pid = std::to_string(reader.pid);
  auto const writer = writer_of(scene, group.rows);
  auto finding = finding_of(kStalledWriter, Severity::Notice, "reader pid " + pid);
  finding.confidence = model::Confidence::Certain;
  auto const count = number(group.rows.size());
  if (writer.empty()) {
    finding.title = {{"{0} does not read, and programs of this machine cannot send to it "
                      "(connections: {1})",
                      "{0} 不读取，本机的多个程序无法向它发送（{1} 个连接）"},
                     {process_text(reader), count}};
  } else {
    finding.title = {
        {"{0} cannot send: {1}, also on this machine, does not read (connections: {2})",
         "{0} 无法发送：同在本机的 {1} 不读取（{2} 个连接）"},
        {writer, process_text(reader), count}};
  }
  blame(finding, scene, group.reader);
  show_sockets(finding, scene, group.rows);
  add_evidence(finding, scene, group.rows);
  std::uint64_t unread = 0;
  for (auto const index : group.ends) unread += scene.row(index).recv_queue;
  finding.evidence.push_back(
      {"reader", {"who does not read", "不读取的程序"}, {{"{0}", "{0}"}, {process_text(reader)}}});
  finding.evidence.push_back(
      {"unread", {"unread there", "那里未读的数据"}, {{"{0}", "{0}"}, {bytes(unread)}}});
  finding.now = {
      {{{"See what the reader does: T is stopped, D waits for a disk",
         "查看读取方在做什么：T 为已暂停，D 为等待磁盘"},
        {}},
       "ps -L -o tid,stat,wchan:24,pcpu,comm -p " + pid},
      {{{"See what it has not read", "查看它没有读取的数据"}, {}},
       "lastack list -m 'pid = " + pid + " and recv-q > 0'"},
  };
  finding.lasting = {{{{"It is {0} that has to read; the writer may set a timeout (SO_SNDTIMEO, "
                        "TCP_USER_TIMEOUT)",
                        "应由 {0} 读取；写入方可设置超时（SO_SNDTIMEO、TCP_USER_TIMEOUT）"},
                       {process_text(reader)}},
                      ""}};
  return finding;
}

// Clients that pause are ordinary life; a server that takes nothing is not.
Severity severity_of(PeerGroup const& group, Scene const& scene, Knobs const& knobs) {
  auto const old = std::ranges::count_if(group.rows, [&](std::uint32_t index) {
    return blocked_s(scene, index) >= knobs[kWarnSeconds];
  });
  auto const enough = group.key.by == By::Port ? knobs[kClients] : 1.0;
  return static_cast<double>(old) >= enough ? Severity::Warning : Severity::Notice;
}

Told title_of(PeerGroup const& group, Scene const& scene, std::string const& writer) {
  auto const count = number(group.rows.size());
  auto const time = seconds(longest_s(scene, group.rows));
  if (group.key.by == By::Port) {
    return {{"clients of port {0} take nothing: connections that cannot send: {1}, for up to {2}",
             "端口 {0} 的客户端不接收数据：{1} 个连接无法发送，最长 {2}"},
            {number(group.key.port), count, time}};
  }
  if (group.key.by == By::Peer && writer.empty()) {
    return {{"{0} takes nothing: connections that cannot send: {1}, for up to {2}",
             "{0} 不接收数据：{1} 个连接无法发送，最长 {2}"},
            {remote_text(scene.row(group.rows.front())), count, time}};
  }
  if (group.key.by == By::Peer) {
    auto const peer = remote_text(scene.row(group.rows.front()));
    return {{"{0} takes nothing: {1} cannot send for {2} (connections: {3})",
             "{0} 不接收数据：{1} 已 {2} 无法发送（{3} 个连接）"},
            {peer, writer, time, count}};
  }
  if (writer.empty()) {
    return {{"programs cannot send for up to {0}: their peers take nothing (connections: {1})",
             "多个程序无法发送，最长 {0}：对端不接收数据（{1} 个连接）"},
            {time, count}};
  }
  return {{"{0} cannot send for {1}: its peers take nothing (connections: {2})",
           "{0} 已 {1} 无法发送：对端不接收数据（{2} 个连接）"},
          {writer, time, count}};
}

model::Finding report_remote(PeerGroup const& group, Scene const& scene, Severity severity) {
  auto finding = finding_of(kStalledWriter, severity, group_subject(scene, group));
  finding.confidence = model::Confidence::Likely;
  auto const* process = only_process(scene, group);
  auto const writer = process == nullptr ? "" : process_text(*process);
  auto const filter = group_filter(scene, group);
  finding.title = title_of(group, scene, writer);
  if (process != nullptr) blame(finding, scene, group.processes.front());
  show_sockets(finding, scene, group.rows);
  add_evidence(finding, scene, group.rows);
  finding.now = {
      {{{"See the connections, their timers and queues", "查看这些连接、定时器和队列"}, {}},
       "lastack list -o 'send-q > 0 and " + filter + "'"},
      {{{"Look on the peer's machine: its program does not read",
         "到对端主机上查看：那里的程序不读取"},
        {}},
       ""},
  };
  if (auto close = close_command(scene, group); !close.empty()) {
    add_remedy(
        finding.now,
        {"Here, they can only be ended: shows them and asks", "本机只能结束这些连接：先列出再询问"},
        std::move(close));
  }
  finding.lasting = {
      {{{"Give writes a timeout (SO_SNDTIMEO, TCP_USER_TIMEOUT; send_timeout in nginx), so that a "
         "peer that takes nothing cannot hold memory for ever",
         "给写操作设置超时（SO_SNDTIMEO、TCP_USER_TIMEOUT；nginx 的 "
         "send_timeout），使不接收的对端不能一直占用内存"},
        {}},
       ""}};
  return finding;
}

void look(Scene const& scene, Knobs const& knobs, Findings& found) {
  auto rows = blocked_rows(scene, knobs);
  if (rows.empty()) return;
  for (auto const& group : take_local(scene, rows)) found.push_back(report_local(group, scene));
  if (rows.empty()) return;
  Listeners const listeners(scene);
  auto const groups = group_by_peer(scene, listeners, rows, {kMostPeers, kMostGroups});
  found.reserve(found.size() + groups.size());
  for (auto const& group : groups) {
    found.push_back(report_remote(group, scene, severity_of(group, scene, knobs)));
  }
}

}  // namespace

constinit Detector const kStalledWriter{
    .id = "stalled-writer",
    .title = {"a program cannot send, because its peer takes nothing",
              "程序无法发送，因为对端不接收"},
    .looks_at =
        {"connections with data to send whose peer has closed its window (the persist timer "
         "runs), and the other end where it is on this machine",
         "有数据待发而对端窗口为零（持续定时器在运行）的连接，以及同在本机的另一端"},
    .matters =
        {"The peer's machine answers, but its program does not read. Nothing ends this by "
         "itself: the kernel probes for as long as there is an answer.",
         "对端主机有应答，但它的程序不读取。这种状态不会自行结束：只要有应答，内核就一直探测。"},
    .silent = {"a slow reader that makes room now and then; a client that pauses a download is a "
               "notice at most; a peer that does not answer the probes, either (dead-peer)",
               "时而腾出空间的慢速读取方；客户端暂停下载最多只是提示；连探测也不应答的对端（见 "
               "dead-peer）"},
    .worst = Severity::Warning,
    .needs_events = false,
    .thresholds = kThresholds,
    .references = kReferences,
    .look = look,
};

}  // namespace lastack::detect
