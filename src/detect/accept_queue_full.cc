// A listener whose program does not take connections as fast as they come, or not at all.
#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "detect/listeners.hh"
#include "detect/report.hh"

namespace lastack::detect {

extern Detector const kAcceptQueueFull;

namespace {

using model::NoOwner;
using model::Severity;
using model::SocketState;
using model::TcpCounter;
using model::TcpSetting;

enum Knob : std::size_t { kFullS, kStoppedS, kWaitingS, kDrops };

constexpr auto kThresholds = std::to_array<Threshold>({
    {"full_s",
     1,
     0,
     3600,
     "s",
     {"full at every look for so long: a warning", "每次查看都已满并持续此时长：警告"}},
    {"stopped_s",
     5,
     0,
     3600,
     "s",
     {"full for so long and nothing was accepted meanwhile: critical",
      "已满达此时长且期间没有接受任何连接：严重"}},
    {"waiting_s",
     30,
     1,
     86400,
     "s",
     {"a connection waits so long to be accepted although the queue is not full: a warning",
      "队列未满但有连接等待接受达此时长：警告"}},
    {"drops",
     100,
     1,
     1e9,
     "drops",
     {"overflows within the last 10 to 20 s: a warning; fewer are a notice once they are over",
      "最近 10 到 20 秒内的溢出次数：达到即为警告；较少且已结束的为提示"}},
});
constexpr auto kReferences = std::to_array<std::string_view>(
    {"listen(2)", "accept(2)", "tcp(7)", "RFC 9293 3.10.1", "netstat(8) TcpExtListenOverflows"});

constexpr double kNs = 1e-9;
constexpr double kSlack = 0.5;  // s: between a change and the look that sees it

// The connections in the accept queues behind one port.
struct Queue {
  std::vector<std::uint32_t> rows;
  std::vector<double> ages;  // of those rows: for so long at least, s

  [[nodiscard]] double oldest_s() const { return ages.empty() ? 0 : std::ranges::max(ages); }
  [[nodiscard]] std::size_t older_than(double age_s) const {
    return static_cast<std::size_t>(
        std::ranges::count_if(ages, [&](double age) { return age >= age_s; }));
  }
};

struct Listener {
  std::uint32_t row = 0;
  bool full = false;
  double full_s = 0;         // at every look; 0: not, or this is the first look
  double waiting_s = 0;      // the oldest, at least
  std::uint32_t queued = 0;  // now
  std::uint32_t limit = 0;
  std::uint64_t overflows = 0;  // lately, of this listener
  std::uint64_t refused = 0;    // lately, with RST (tcp_abort_on_overflow), of its port
  bool stopped = false;         // nothing was accepted while it was full, or while one waited
  bool shares_port = false;     // with others (SO_REUSEPORT)
  Queue const* queue = nullptr;
};

// A connection has waited in the queue for so long at least: since it came, as far as that was
// watched, or since its peer was last heard of.
double age_of(Scene const& scene, std::uint32_t index) {
  return std::max(scene.least_age_s(index), scene.silence_s(index).value_or(0));
}

bool is_listener(model::Endpoint const& row) {
  return row.protocol == model::Protocol::Tcp && row.state == SocketState::Listen;
}

// Queues by the first listener of their port.
using Queues = std::unordered_map<std::uint32_t, Queue>;

// Of those listeners alone where somebody waits.
Queues queues_of(Scene const& scene, Listeners const& listeners) {
  Queues queues;
  auto const& endpoints = scene.snapshot->endpoints;
  for (std::uint32_t index = 0; index < endpoints.size(); ++index) {
    if (endpoints[index].no_owner != NoOwner::AcceptQueue) continue;
    auto const group = listeners.of(endpoints[index]);
    if (group.empty()) continue;
    auto& queue = queues[group.front()];
    queue.rows.push_back(index);
    queue.ages.push_back(age_of(scene, index));
  }
  return queues;
}

// What a listener has dropped also counts stray segments; what the namespace has counted, other
// listeners: the smaller one it cannot exceed.
std::uint64_t overflows_of(Scene const& scene, model::Endpoint const& listener) {
  if (scene.history == nullptr) return 0;
  auto const& facts = scene.facts_of(listener);
  std::uint64_t const dropped = scene.history->drops_of(listener.cookie);
  return std::min(dropped, facts.rise(TcpCounter::ListenOverflows));
}

double seconds_of(std::optional<std::uint64_t> ns) {
  return ns ? static_cast<double>(*ns) * kNs : 0;
}

Listener examine(Scene const& scene, Knobs const& knobs, std::uint32_t index, Queue const* queue,
                 std::span<std::uint32_t const> group) {
  auto const& row = scene.row(index);
  Listener out{.row = index, .queued = row.recv_queue, .limit = row.send_queue, .queue = queue};
  out.full = row.recv_queue > row.send_queue;
  out.full_s = seconds_of(scene.lasted_ns(index, Condition::AcceptQueueFull));
  out.overflows = overflows_of(scene, row);
  out.shares_port = group.size() > 1;
  // That of the port is told once.
  if (scene.history != nullptr && index == group.front()) {
    out.refused = scene.history->ports().get(scene.port_of(row)).dropped_full;
  }
  if (queue == nullptr || row.recv_queue == 0) return out;
  out.waiting_s = queue->oldest_s();
  if (!out.full) {
    out.stopped = out.waiting_s >= knobs[kWaitingS];
    return out;
  }
  // The queue is first in, first out: while all that are in it are older than its fullness, none
  // was taken out since. Where several listeners share the port, so many of them.
  auto const since = out.full_s > kSlack ? out.full_s - kSlack : knobs[kWaitingS];
  out.stopped = queue->older_than(since) >= row.recv_queue;
  return out;
}

// nullopt: nothing to say.
std::optional<Severity> judge(Knobs const& knobs, Listener const& listener) {
  bool const lasts =
      listener.full && (listener.full_s >= knobs[kFullS] || listener.waiting_s >= knobs[kWaitingS]);
  if (lasts) {
    auto const long_full = std::max(listener.full_s, listener.waiting_s);
    bool const down = listener.stopped && long_full >= knobs[kStoppedS];
    return down ? Severity::Critical : Severity::Warning;
  }
  if (listener.queued > 0 && listener.waiting_s >= knobs[kWaitingS]) return Severity::Warning;
  auto const lost = listener.overflows + listener.refused;
  if (lost == 0) return std::nullopt;
  return static_cast<double>(lost) >= knobs[kDrops] ? Severity::Warning : Severity::Notice;
}

// nullptr: it has not reached its limit of open files, or that is not known.
ProcessFacts const* out_of_files(Scene const& scene, std::uint32_t process) {
  if (process >= scene.process_facts.size()) return nullptr;
  auto const& facts = scene.process_facts[process];
  bool const reached = facts.file_limit && facts.open_files.value_or(0) >= *facts.file_limit;
  return reached ? &facts : nullptr;
}

base::Told title_of(Scene const& scene, Listener const& listener) {
  auto const& row = scene.row(listener.row);
  auto const where = listener_subject(scene, row);
  auto const process = scene.process_of(listener.row);
  auto const who =
      process == model::kNone ? std::string("?") : process_text(scene.snapshot->processes[process]);
  auto const queued = number(listener.queued);
  auto const limit = number(listener.limit);
  if (listener.full && listener.stopped) {
    return {
        {"{0} has stopped accepting at {1}: its queue is full ({2}, limit {3}), new clients are "
         "dropped",
         "{0} 已停止在 {1} 接受连接：队列已满（{2}，上限 {3}），新客户端被丢弃"},
        {who, where, queued, limit}};
  }
  if (listener.full) {
    return {
        {"{0} accepts too slowly at {1}: its queue stays full ({2}, limit {3}), new clients are "
         "dropped",
         "{0} 在 {1} 接受连接太慢：队列一直是满的（{2}，上限 {3}），新客户端被丢弃"},
        {who, where, queued, limit}};
  }
  if (listener.stopped) {
    return {{"{0} does not accept at {1}: {2} connections wait, the first for {3} or longer",
             "{0} 没有在 {1} 接受连接：{2} 个连接在等待，最早的已等待至少 {3}"},
            {who, where, queued, seconds(listener.waiting_s)}};
  }
  return {{"the accept queue of {1} ({0}) was full in bursts: {2} connections were turned away",
           "{1}（{0}）的 accept 队列在突发时占满：{2} 个连接被拒之门外"},
          {who, where, number(listener.overflows + listener.refused)}};
}

// Which of the two numbers limits the queue.
base::Told limit_text(Scene const& scene, model::Endpoint const& row) {
  auto const somaxconn = scene.facts_of(row).settings.get(TcpSetting::Somaxconn);
  auto const limit = number(row.send_queue);
  if (row.send_queue >= somaxconn) {
    return {{"{0}: net.core.somaxconn ({1}); the program asks for that or more",
             "{0}：受限于 net.core.somaxconn（{1}）；程序要求的不少于它"},
            {limit, number(somaxconn)}};
  }
  return {{"{0}: what the program asks for in listen(); net.core.somaxconn would allow {1}",
           "{0}：程序在 listen() 中要求的值；net.core.somaxconn 允许 {1}"},
          {limit, number(somaxconn)}};
}

void add_evidence(model::Finding& finding, Scene const& scene, Listener const& listener) {
  auto const& row = scene.row(listener.row);
  tell(finding, "queue",
       {"waiting to be accepted; one more than the limit is full",
        "等待接受的连接；比上限多一个即为满"},
       number(listener.queued) + " / " + number(listener.limit));
  finding.evidence.push_back(
      {"limit", {"what limits the queue", "队列的限制来源"}, limit_text(scene, row)});
  if (listener.full_s > 0) {
    tell(finding, "full_for", {"full at every look for", "每次查看都已满，持续"},
         seconds(listener.full_s));
  }
  if (listener.waiting_s > 0) {
    tell(finding, "oldest", {"the first waits for at least", "最早的连接至少已等待"},
         seconds(listener.waiting_s));
  }
  if (listener.full && listener.queue != nullptr && listener.full_s > 0) {
    finding.evidence.push_back({"accepts",
                                {"does the program accept?", "程序是否仍在接受连接"},
                                listener.stopped
                                    ? base::Told{{"no: the same connections wait all the time",
                                                  "否：等待的一直是同一批连接"}}
                                    : base::Told{{"yes, but too slowly: others wait now",
                                                  "是，但太慢：等待的连接在更替"}}});
  }
  if (scene.history != nullptr) {
    tell(finding, "overflows", {"turned away by this listener lately", "该监听端口最近拒绝的连接"},
         number(listener.overflows + listener.refused));
  }
  auto const* details = scene.snapshot->details_of(row);
  if (details != nullptr && details->mem_drops != model::kUnknown32) {
    tell(finding, "drops_ever",
         {"dropped by it since it was opened (stray segments count, too)",
          "自打开以来丢弃的（含零散报文段）"},
         number(details->mem_drops));
  }
  auto const process = scene.process_of(listener.row);
  auto const owners = scene.snapshot->owners_of(row);
  if (!owners.empty()) {
    tell(finding, "fd", {"file descriptor of the listener", "监听套接字的文件描述符"},
         number(owners.front().fd));
  }
  if (auto const* facts = out_of_files(scene, process); facts != nullptr && facts->file_limit) {
    tell(finding, "open_files",
         {"limit of open files, reached: accept() fails with EMFILE",
          "已达到打开文件数上限：accept() 因 EMFILE 失败"},
         number(*facts->file_limit));
  }
}

void advise_now(model::Finding& finding, Scene const& scene, Listener const& listener) {
  auto const& row = scene.row(listener.row);
  auto const index = scene.process_of(listener.row);
  if (index != model::kNone) {
    auto const& process = scene.snapshot->processes[index];
    auto const pid = std::to_string(process.pid);
    finding.now.push_back(
        {{{"See what its threads do: stat T is stopped, D hangs in the kernel, a futex is a lock",
           "查看它的线程在做什么：stat 为 T 表示已停止，D 表示卡在内核，futex 表示在等锁"}},
         "ps -L -o tid,stat,wchan:32,time,comm -p " + pid});
    if (auto const* facts = out_of_files(scene, index)) {
      add_remedy(finding.now,
                 {"Raise its limit of open files: accept() fails at it",
                  "提高其打开文件数上限：accept() 因此失败"},
                 raise_file_limit(scene, process, *facts));
    }
    if (listener.stopped && process.unit.ends_with(".service") &&
        !process.unit.starts_with("user@")) {
      finding.now.push_back(
          {{{"Restart it if it hangs", "如果卡住，重启它"}}, "systemctl restart " + process.unit});
    }
  }
  finding.now.push_back({{{"See who waits, and for how long", "查看哪些连接在等待以及等待了多久"}},
                         "lastack list '" + netns_filter(scene, row) + "sport = :" +
                             std::to_string(row.flow.local_port) + " and not pid > 0'"});
}

void advise(model::Finding& finding, Scene const& scene, Listener const& listener) {
  advise_now(finding, scene, listener);
  auto const& row = scene.row(listener.row);
  if (!listener.stopped) {
    finding.lasting.push_back(
        {{{"In the program: accept() in a loop until EAGAIN, and hand the work to others; more "
           "workers, or several listeners with SO_REUSEPORT",
           "在程序中：循环 accept() 直到 EAGAIN，并把工作交给其他线程；增加工作进程，或用 "
           "SO_REUSEPORT "
           "开多个监听套接字"}},
         ""});
  } else {
    finding.lasting.push_back(
        {{{"In the program: whatever calls accept() must not wait for anything else (a database, a "
           "lock, a full pool of workers); go on after EMFILE",
           "在程序中：调用 accept() 的线程不应等待其他事情（数据库、锁、占满的线程池）；遇到 "
           "EMFILE "
           "后应继续"}},
         ""});
  }
  auto const somaxconn = scene.facts_of(row).settings.get(TcpSetting::Somaxconn);
  auto const enter = netns_entry(scene, row, scene.process_of(listener.row));
  if (row.send_queue >= somaxconn) {
    finding.lasting.push_back(
        {{{"For bursts: raise net.core.somaxconn, then restart the program (it counts at listen())",
           "应对突发：提高 net.core.somaxconn，然后重启程序（在 listen() 时生效）"}},
         enter + "sysctl -w net.core.somaxconn=" + std::to_string(2 * somaxconn)});
  } else {
    finding.lasting.push_back(
        {{{"For bursts: let the program ask for a longer queue, up to {0} (listen(fd, backlog); "
           "nginx: listen … backlog=; Apache: ListenBacklog)",
           "应对突发：让程序要求更长的队列，最多 {0}（listen(fd, backlog)；nginx：listen … "
           "backlog=；Apache：ListenBacklog）"},
          {number(somaxconn)}},
         ""});
  }
}

// One of several that share a port goes by its process and descriptor, too.
std::string subject_of(Scene const& scene, Listener const& listener) {
  auto const& row = scene.row(listener.row);
  auto subject = listener_subject(scene, row);
  auto const owners = scene.snapshot->owners_of(row);
  if (!listener.shares_port || owners.empty()) return subject;
  return subject + " fd " + number(owners.front().fd) + " of pid " +
         number(scene.snapshot->process_of(owners.front()).pid);
}

model::Finding report(Scene const& scene, Listener const& listener, Severity severity) {
  auto finding = finding_of(kAcceptQueueFull, severity, subject_of(scene, listener));
  bool const in_bursts = !listener.full && listener.overflows > 0;
  if (in_bursts || listener.stopped) finding.confidence = model::Confidence::Likely;
  finding.title = title_of(scene, listener);
  blame(finding, scene, scene.process_of(listener.row));
  std::vector<std::uint32_t> rows{listener.row};
  if (listener.queue != nullptr) {
    rows.insert(rows.end(), listener.queue->rows.begin(), listener.queue->rows.end());
  }
  show_sockets(finding, scene, rows);
  auto const lasted =
      static_cast<std::uint64_t>(std::max(listener.full_s, listener.waiting_s) / kNs);
  finding.since_ns = lasted == 0 || lasted > scene.now_ns ? 0 : scene.now_ns - lasted;
  add_evidence(finding, scene, listener);
  advise(finding, scene, listener);
  return finding;
}

// Worth a closer look: somebody waits, or was turned away.
bool is_suspect(Scene const& scene, std::uint32_t index) {
  auto const& row = scene.row(index);
  if (!is_listener(row)) return false;
  if (row.recv_queue > 0) return true;
  return scene.history != nullptr &&
         (scene.history->drops_of(row.cookie) > 0 ||
          scene.history->ports().get(scene.port_of(row)).dropped_full > 0);
}

void look(Scene const& scene, Knobs const& knobs, Findings& found) {
  std::vector<std::uint32_t> suspects;
  for (auto const index : scene.rows) {
    if (is_suspect(scene, index)) suspects.push_back(index);
  }
  if (suspects.empty()) return;
  Listeners const listeners(scene);
  auto const queues = queues_of(scene, listeners);
  for (auto const index : suspects) {
    auto const group = listeners.of(scene.row(index));
    auto const queue = queues.find(group.front());
    auto const listener =
        examine(scene, knobs, index, queue == queues.end() ? nullptr : &queue->second, group);
    if (auto const severity = judge(knobs, listener)) {
      found.push_back(report(scene, listener, *severity));
    }
  }
}

}  // namespace

constinit Detector const kAcceptQueueFull{
    .id = "accept-queue-full",
    .title = {"a program does not accept connections as fast as they come, or not at all",
              "程序接受连接太慢，或完全停止接受"},
    .looks_at = {"listeners: how many connections wait against the limit min(backlog, somaxconn), "
                 "for how long, whether they are always the same, and what was turned away",
                 "监听套接字：等待的连接数与上限 "
                 "min(backlog, somaxconn)、等待时长、等待的是否一直是同一批，以及被拒之门外的连接"},
    .matters =
        {"When the queue is full, the kernel drops SYNs and the last ACK of handshakes: clients "
         "see connect() hang for seconds, or a connection that never answers.",
         "队列占满后，内核会丢弃 SYN 以及握手的最后一个 ACK：客户端的 connect() "
         "卡住数秒，或连接一直没有应答。"},
    .silent = {"a burst that a healthy server takes in; a queue that is full for a moment; "
               "connections that wait less than waiting_s in a queue with room",
               "健康服务器能消化的突发；瞬间占满的队列；队列有空位时等待未超过 waiting_s 的连接"},
    .worst = Severity::Critical,
    .needs_events = false,
    .thresholds = kThresholds,
    .references = kReferences,
    .look = look,
};

}  // namespace lastack::detect
