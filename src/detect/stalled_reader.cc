// A program that does not read what has come for it: the receive buffer is full, and the peer has
// to wait; or requests lie about unread on all its connections.
#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "detect/ends.hh"
#include "detect/program.hh"
#include "detect/report.hh"

namespace lastack::detect {

extern Detector const kStalledReader;

namespace {

using model::Severity;
using model::SocketState;

enum Knob : std::size_t { kSeconds, kWarnSeconds, kFull, kSockets, kSocketShare };

constexpr auto kThresholds = std::to_array<Threshold>({
    {"seconds",
     10,
     0.1,
     1e9,
     "s",
     {"a full receive buffer from which nothing was read for so long is a notice",
      "接收缓冲区已满且这么久没有读取，即提示"}},
    {"warn_seconds",
     60,
     0.1,
     1e9,
     "s",
     {"and for so long a warning; little unread data counts only after this time",
      "这么久即为警告；少量未读数据只在此时间之后才计入"}},
    {"full",
     50,
     1,
     100,
     "%",
     {"share of the receive buffer in use that makes it full: the window closes before 100 %",
      "接收缓冲区占用达到此比例即视为已满：窗口在 100 % 之前就会关闭"}},
    {"sockets",
     8,
     1,
     1e6,
     "connections",
     {"connections that came in and have a little unread data, of one program that answers none",
      "同一程序中有少量未读数据、且都得不到处理的入站连接数"}},
    {"socket_share",
     90,
     1,
     100,
     "%",
     {"of the connections that came in to it, so many must be so", "须占其入站连接的这一比例"}},
});
constexpr auto kReferences =
    std::to_array<std::string_view>({"RFC 9293 3.8.6", "tcp(7) tcp_rmem", "recv(2)"});

constexpr std::uint64_t kFirstLookNs = 2'000'000'000;  // after watching began

bool may_read(model::Endpoint const& row) {
  bool const open = row.state == SocketState::Established || row.state == SocketState::CloseWait;
  return open && row.protocol == model::Protocol::Tcp;
}

// After the end of what comes, nobody waits for room any more. One that nobody has taken from its
// listener yet is the listener's trouble, and kernel sockets are read by the kernel.
bool has_unread(model::Endpoint const& row) {
  bool const of_program = row.owner_count > 0 || row.no_owner == model::NoOwner::NotPermitted ||
                          row.no_owner == model::NoOwner::NotAsked;
  return row.recv_queue > 0 && of_program && row.state == SocketState::Established &&
         row.protocol == model::Protocol::Tcp;
}

// What changes by itself all the time is not concluded from an old reading.
model::SocketDetails const* fresh_details(Scene const& scene, model::Endpoint const& row) {
  auto const* details = scene.snapshot->details_of(row);
  bool const known = details != nullptr && details->mem_rmem != model::kUnknown32 &&
                     details->mem_rcvbuf != model::kUnknown32 &&
                     details->last_receive_ms != model::kUnknown32;
  return known ? details : nullptr;
}

bool is_full(model::SocketDetails const& details, Knobs const& knobs) {
  return 100.0 * details.mem_rmem >= knobs[kFull] * details.mem_rcvbuf;
}

// How long nothing was read, s. Had something been read of a full buffer, more would have come. A
// program that works off what came before was seen to read, if it was watched for long enough.
double waited_s(Scene const& scene, std::uint32_t index, model::SocketDetails const& details) {
  auto const silent = details.last_receive_ms / 1e3;
  auto const lasted = scene.lasted_ns(index, Condition::Unread);
  if (!lasted) return silent;
  bool const at_first = scene.now_ns - *lasted <= scene.history->started_ns() + kFirstLookNs;
  return at_first ? silent : std::min(silent, static_cast<double>(*lasted) * 1e-9);
}

// What one program does not read.
struct Unread {
  std::uint32_t process = model::kNone;
  std::vector<std::uint32_t> full;    // rows whose buffer is full, longer than `seconds`
  std::vector<std::uint32_t> little;  // others with unread data, longer than `warn_seconds`
  double longest_s = 0;               // of the full ones; of the others where there are none
  std::uint64_t waiting = 0;          // bytes
};

Unread unread_of(ProcessRows const& group, Scene const& scene, Knobs const& knobs) {
  Unread unread;
  unread.process = group.process;
  double longest_little = 0;
  for (auto const index : group.rows) {
    auto const& row = scene.row(index);
    auto const* details = fresh_details(scene, row);
    if (details == nullptr) continue;
    auto const waited = waited_s(scene, index, *details);
    if (waited >= knobs[kSeconds] && is_full(*details, knobs)) {
      unread.full.push_back(index);
      unread.longest_s = std::max(unread.longest_s, waited);
    } else if (waited >= knobs[kWarnSeconds]) {
      unread.little.push_back(index);
      longest_little = std::max(longest_little, waited);
    } else {
      continue;
    }
    unread.waiting += row.recv_queue;
  }
  if (unread.full.empty()) unread.longest_s = longest_little;
  return unread;
}

// Connections of the process that are open, and what tells why it may not read.
struct Surroundings {
  std::size_t came_in = 0;
  std::size_t blocked = 0;  // to which it cannot write: the peer takes nothing
};

// Of the processes that are stalled.
std::vector<Surroundings> surroundings(Scene const& scene, Listeners const& listeners,
                                       std::vector<Unread> const& stalled) {
  std::vector<Surroundings> around(scene.snapshot->processes.size());
  std::vector<bool> asked(around.size());
  for (auto const& each : stalled) {
    if (each.process < asked.size()) asked[each.process] = true;
  }
  for (std::uint32_t index = 0; index < scene.snapshot->endpoints.size(); ++index) {
    auto const& row = scene.row(index);
    if (!may_read(row)) continue;
    auto const process = scene.process_of(index);
    if (process >= around.size() || !asked[process]) continue;
    if (row.timer == model::TimerKind::Persist) ++around[process].blocked;
    if (came_in(scene, listeners, index)) ++around[process].came_in;
  }
  return around;
}

void add_evidence(model::Finding& finding, Unread const& unread, Scene const& scene,
                  Surroundings const& around) {
  tell(finding, "full", {"connections with a full receive buffer", "接收缓冲区已满的连接"},
       number(unread.full.size()));
  if (!unread.little.empty()) {
    tell(finding, "little", {"others with unread data", "其他有未读数据的连接"},
         number(unread.little.size()));
  }
  tell(finding, "waiting", {"unread in all", "未读数据合计"}, bytes(unread.waiting));
  tell(finding, "longest", {"nothing read for, at the longest", "最久未读取"},
       seconds(unread.longest_s));
  if (around.blocked > 0) {
    tell(finding, "blocked",
         {"its own connections whose peer takes nothing", "它自己被对端堵住的连接"},
         number(around.blocked));
  }
  if (unread.full.empty()) return;
  auto const& row = scene.row(unread.full.front());
  auto const* details = scene.snapshot->details_of(row);
  if (details == nullptr) return;
  tell(finding, "buffer", {"receive buffer of the first, used", "第一个连接的接收缓冲区占用"},
       bytes(details->mem_rmem) + " / " + bytes(details->mem_rcvbuf));
}

void advise(model::Finding& finding, Unread const& unread, Scene const& scene) {
  auto const& processes = scene.snapshot->processes;
  if (unread.process < processes.size()) {
    auto const pid = std::to_string(processes[unread.process].pid);
    finding.now = {
        {{{"See whether it is stopped (T), and what its threads wait for",
           "查看它是否被暂停（T），以及各线程在等什么"},
          {}},
         "ps -L -o tid,stat,wchan:24,pcpu,comm -p " + pid},
        {{{"See the connections", "查看这些连接"}, {}},
         "lastack list -m 'pid = " + pid + " and recv-q > 0'"},
        {{{"If it is stopped (T), let it go on", "如果被暂停（T），让它继续运行"}, {}},
         "kill -CONT " + pid},
    };
    if (auto restart = restart_command(processes[unread.process]); !restart.empty()) {
      finding.now.push_back(
          {{{"Restart it if it hangs", "如果卡住，重启它"}, {}}, std::move(restart)});
    }
  } else {
    finding.now = {{{{"See whose they are, as root", "以 root 查看它们属于谁"}, {}},
                    "lastack list 'recv-q > 0 and not state listen'"}};
  }
  finding.lasting = {
      {{{"Let the program read while it works: a thread or an event loop that is never blocked by "
         "a "
         "lock, a slow disk, or a slow peer of its own",
         "让程序在工作时也能读取：不被锁、慢盘或它自己的慢对端阻塞的线程或事件循环"},
        {}},
       ""},
      {{{"A larger buffer (tcp_rmem) only puts it off", "增大缓冲区（tcp_rmem）只会推迟问题"}, {}},
       ""}};
}

model::Finding report(Unread const& unread, Scene const& scene, Surroundings const& around,
                      Severity severity) {
  auto const& processes = scene.snapshot->processes;
  bool const known = unread.process < processes.size();
  auto const name = known ? process_text(processes[unread.process]) : std::string("?");
  auto finding = finding_of(kStalledReader, severity,
                            known ? "pid " + number(processes[unread.process].pid) : "unknown");
  bool const relay = around.blocked > 0;
  finding.confidence = relay ? model::Confidence::Possible : model::Confidence::Likely;
  auto const time = seconds(unread.longest_s);
  if (relay) {
    finding.title = {{"{0} has not read for {1}: its own peers take nothing, and it cannot pass on "
                      "what came",
                      "{0} 已 {1} 没有读取：它自己的对端不接收，收到的数据转发不出去"},
                     {name, time}};
  } else if (unread.full.empty()) {
    finding.title = {{"{0} reads nothing of what its clients send: connections waiting: {1}, for "
                      "up to {2}",
                      "{0} 不读取客户端发来的任何数据：{1} 个连接在等待，最长 {2}"},
                     {name, number(unread.little.size()), time}};
  } else {
    finding.title = {{"{0} has not read for {1}: its receive buffer is full (connections: {2})",
                      "{0} 已 {1} 没有读取：接收缓冲区已满（{2} 个连接）"},
                     {name, time, number(unread.full.size())}};
  }
  blame(finding, scene, unread.process);
  show_sockets(finding, scene, unread.full);
  if (unread.full.empty()) show_sockets(finding, scene, unread.little);
  finding.since_ns =
      scene.now_ns - std::min(scene.now_ns, static_cast<std::uint64_t>(unread.longest_s * 1e9));
  add_evidence(finding, unread, scene, around);
  advise(finding, unread, scene);
  return finding;
}

bool is_hung(Unread const& unread, Surroundings const& around, Knobs const& knobs) {
  auto const waiting = static_cast<double>(unread.little.size() + unread.full.size());
  return waiting >= knobs[kSockets] &&
         100 * waiting >= knobs[kSocketShare] * static_cast<double>(around.came_in) &&
         around.came_in > 0;
}

void look(Scene const& scene, Knobs const& knobs, Findings& found) {
  std::vector<Unread> stalled;
  for (auto const& group : rows_by_process(scene, has_unread)) {
    auto unread = unread_of(group, scene, knobs);
    if (unread.full.size() + unread.little.size() > 0) stalled.push_back(std::move(unread));
  }
  if (stalled.empty()) return;
  Listeners const listeners(scene);
  auto const around = surroundings(scene, listeners, stalled);
  for (auto const& unread : stalled) {
    auto const near = unread.process < around.size() ? around[unread.process] : Surroundings();
    if (unread.full.empty() && !is_hung(unread, near, knobs)) continue;
    // Who reads from afar may pause: a pager, a player, a download.
    bool const serves =
        is_hung(unread, near, knobs) || std::ranges::any_of(unread.full, [&](std::uint32_t index) {
          return came_in(scene, listeners, index);
        });
    bool const grave = unread.longest_s >= knobs[kWarnSeconds] && near.blocked == 0 && serves;
    found.push_back(report(unread, scene, near, grave ? Severity::Warning : Severity::Notice));
  }
}

}  // namespace

constinit Detector const kStalledReader{
    .id = "stalled-reader",
    .title = {"a program does not read what has come for it", "程序不读取已到达的数据"},
    .looks_at = {"receive queues and buffers of connections: full ones from which nothing is read, "
                 "and programs whose clients' data all lies unread",
                 "连接的接收队列和缓冲区：已满却没有读取的，以及客户端数据全部未读的程序"},
    .matters =
        {"The buffer is full, so the window is closed and the peer has to wait. The program "
         "hangs, is stopped, or is blocked by something slower; to its clients it looks dead.",
         "缓冲区已满，窗口随之关闭，对端只能等待。程序可能卡住、被暂停，或被更慢的东西阻塞；在"
         "客户端看来它已经死了。"},
    .silent =
        {"a slow consumer that reads a little now and then; a download or a player that pauses is "
         "a notice at most; a little data that a sleeping program has not read; connections that "
         "nobody has accepted yet (accept-queue-full)",
         "时不时读一点的慢消费者；暂停的下载或播放最多只是提示；休眠程序尚未读取的少量数据；尚未被 "
         "accept "
         "的连接（见 accept-queue-full）"},
    .worst = Severity::Warning,
    .needs_events = false,
    .thresholds = kThresholds,
    .references = kReferences,
    .look = look,
};

}  // namespace lastack::detect
