// A program that leaves connections open which its peers have closed: a close() is missing.
#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "detect/listeners.hh"
#include "detect/report.hh"

namespace lastack::detect {

extern Detector const kCloseWaitLeak;

namespace {

using base::Phrase;
using model::NoOwner;
using model::Severity;
using model::SocketState;

enum Knob : std::size_t { kOld, kOldS, kGrowingOld, kYoungS, kBurst, kMany, kLimitShare };

constexpr auto kThresholds = std::to_array<Threshold>({
    {"old",
     10,
     1,
     1e6,
     "sockets",
     {"so many sockets of a process in CLOSE_WAIT for long are a leak",
      "一个进程有这么多长期处于 CLOSE_WAIT 的套接字即为泄漏"}},
    {"old_s", 60, 1, 86400, "s", {"from this age on it is long", "超过此时长算作长期"}},
    {"growing_old",
     3,
     1,
     1e6,
     "sockets",
     {"so many are enough where more enter CLOSE_WAIT and none leaves it",
      "若不断有套接字进入 CLOSE_WAIT 而没有一个离开，达到此数即可"}},
    {"young_s",
     10,
     1,
     3600,
     "s",
     {"age of the oldest from which fast growth alone is told, as a notice",
      "最早的一个达到此时长后，仅凭快速增长就给出提示"}},
    {"burst",
     20,
     2,
     1e6,
     "sockets",
     {"entered CLOSE_WAIT within the last 10 to 20 s: fast growth",
      "最近 10 到 20 秒内进入 CLOSE_WAIT 的数量，达到即为快速增长"}},
    {"many",
     100,
     1,
     1e6,
     "sockets",
     {"so many are a warning even where all were closed by the peer at one moment",
      "达到此数时，即使都是对端在同一时刻关闭的也给出警告"}},
    {"limit_share",
     80,
     1,
     100,
     "%",
     {"critical from this share of the process's limit of open files on",
      "占进程打开文件数上限的比例达到此值即为严重"}},
});
constexpr auto kReferences = std::to_array<std::string_view>(
    {"RFC 9293 3.6", "close(2)", "read(2): 0 is the end of file", "tcp(7)"});

constexpr double kSendsLately = 6;     // in use: something was sent within a sixth of old_s
constexpr double kOneMoment = 5;       // s: closed by the peer all at once
constexpr std::size_t kMostFds = 12;   // shown
constexpr std::uint32_t kFinOnly = 1;  // recv_queue: the FIN counts as one byte
constexpr double kNs = 1e-9;

struct Waiting {
  std::uint32_t row = 0;
  double age_s = 0;  // at least
};

// What one process (or the accept queue of one listener) holds.
struct Pile {
  std::uint32_t process = model::kNone;
  std::uint32_t listener = model::kNone;  // row: in whose accept queue they wait
  std::vector<Waiting> sockets;           // oldest first
  std::size_t old = 0;
  std::size_t end_read = 0;    // read() has returned 0: only close() is missing
  std::size_t end_unread = 0;  // nothing is left but the FIN: nobody has looked
  std::size_t unread = 0;      // data are left, too
  std::uint32_t entered = 0;   // lately
  std::uint32_t left = 0;

  [[nodiscard]] double oldest_s() const { return sockets.front().age_s; }
  // Age of the last that is old.
  [[nodiscard]] double youngest_old_s() const { return sockets[old - 1].age_s; }
  // By so many lately, and none is closed.
  [[nodiscard]] bool grows(double least) const { return left == 0 && entered >= least; }
};

// At least so long in CLOSE_WAIT: by what was watched, or by the last segment of the peer.
double age_of(Scene const& scene, std::uint32_t index) {
  return std::max(scene.least_age_s(index), scene.silence_s(index).value_or(0));
}

// The program still sends: the peer has closed one direction only, and that may be meant.
bool is_in_use(Scene const& scene, Knobs const& knobs, model::Endpoint const& row) {
  if (row.send_queue > 0) return true;
  auto const* details = scene.snapshot->details_of(row);
  bool const has_sent = details != nullptr && details->bytes_sent != model::kUnknown64 &&
                        details->bytes_sent > 0 && details->last_send_ms != model::kUnknown32;
  return has_sent && details->last_send_ms * 1e-3 < knobs[kOldS] / kSendsLately;
}

// Whether the program still sends can be told; between two dumps, not of every row.
bool is_judged(Scene const& scene, model::Endpoint const& row) {
  return row.details != model::kNone || row.no_owner == NoOwner::AcceptQueue ||
         scene.history == nullptr;
}

void add_row(Pile& pile, Scene const& scene, Knobs const& knobs, std::uint32_t index) {
  auto const& row = scene.row(index);
  auto const age = age_of(scene, index);
  pile.sockets.push_back({index, age});
  if (age < knobs[kOldS] || !is_judged(scene, row)) return;
  ++pile.old;
  if (row.recv_queue > kFinOnly) {
    ++pile.unread;
  } else {
    ++(row.recv_queue == kFinOnly ? pile.end_unread : pile.end_read);
  }
}

class Piles {
 public:
  Piles(Scene const& scene, Knobs const& knobs, Listeners const& listeners)
      : scene_(scene),
        knobs_(knobs),
        listeners_(listeners),
        of_process_(scene.snapshot->processes.size() + 1, model::kNone) {}

  void add(std::uint32_t index) {
    auto const& row = scene_.row(index);
    if (row.no_owner == NoOwner::AcceptQueue) {
      auto const group = listeners_.of(row);
      if (!group.empty()) add_row(of_queue(group.front()), scene_, knobs_, index);
      return;
    }
    add_row(of_process(scene_.process_of(index)), scene_, knobs_, index);
  }

  [[nodiscard]] std::vector<Pile> take() {
    for (auto& pile : piles_) {
      std::ranges::stable_sort(pile.sockets, std::ranges::greater(), &Waiting::age_s);
      learn_growth(pile);
    }
    return std::move(piles_);
  }

 private:
  Pile& begin(std::uint32_t& place) {
    if (place == model::kNone) {
      place = static_cast<std::uint32_t>(piles_.size());
      piles_.emplace_back();
    }
    return piles_[place];
  }
  Pile& of_process(std::uint32_t process) {
    auto& pile = begin(process == model::kNone ? of_process_.back() : of_process_[process]);
    pile.process = process;
    return pile;
  }
  Pile& of_queue(std::uint32_t listener) {
    auto& pile = begin(of_queue_.try_emplace(listener, model::kNone).first->second);
    pile.listener = listener;
    pile.process = scene_.process_of(listener);
    return pile;
  }
  void learn_growth(Pile& pile) const {
    if (scene_.history == nullptr) return;
    if (pile.listener != model::kNone) {
      auto const recent = scene_.history->ports().get(scene_.port_of(scene_.row(pile.listener)));
      pile.entered = recent.close_wait_entered;
      pile.left = recent.close_wait_left;
      return;
    }
    if (pile.process == model::kNone) return;
    auto const pid = scene_.snapshot->processes[pile.process].pid;
    auto const recent = scene_.history->processes().get(pid);
    pile.entered = recent.close_wait_entered;
    pile.left = recent.close_wait_left;
  }

  Scene const& scene_;
  Knobs const& knobs_;
  Listeners const& listeners_;
  std::vector<std::uint32_t> of_process_;  // place of its pile; the last: of nobody known
  std::unordered_map<std::uint32_t, std::uint32_t> of_queue_;
  std::vector<Pile> piles_;
};

bool nears_file_limit(Scene const& scene, Knobs const& knobs, Pile const& pile) {
  if (pile.process >= scene.process_facts.size()) return false;
  auto const& facts = scene.process_facts[pile.process];
  if (!facts.open_files || !facts.file_limit || *facts.file_limit == 0) return false;
  auto const open = static_cast<double>(*facts.open_files);
  auto const share = 100 * open / static_cast<double>(*facts.file_limit);
  return share >= knobs[kLimitShare] && static_cast<double>(pile.sockets.size()) * 2 >= open;
}

// A pool whose server has gone notices when it is used next: as long as it does not grow, that is
// no leak.
bool may_be_idle_pool(Knobs const& knobs, Pile const& pile) {
  return pile.listener == model::kNone && pile.end_read == 0 && pile.unread == 0 &&
         !pile.grows(knobs[kGrowingOld]) && static_cast<double>(pile.old) < knobs[kMany] &&
         pile.oldest_s() - pile.youngest_old_s() <= kOneMoment;
}

// nullopt: nothing to say.
std::optional<Severity> judge(Scene const& scene, Knobs const& knobs, Pile const& pile) {
  auto const old = static_cast<double>(pile.old);
  bool const leaks =
      old >= knobs[kOld] || (pile.grows(knobs[kGrowingOld]) && old >= knobs[kGrowingOld]);
  if (leaks) {
    if (nears_file_limit(scene, knobs, pile)) return Severity::Critical;
    return may_be_idle_pool(knobs, pile) ? Severity::Notice : Severity::Warning;
  }
  bool const bursts = pile.grows(knobs[kBurst]) &&
                      static_cast<double>(pile.sockets.size()) >= knobs[kBurst] &&
                      pile.oldest_s() >= knobs[kYoungS];
  return bursts ? std::optional(Severity::Notice) : std::nullopt;
}

// Where most of them come from or go to: "as server at *:80", "as client of 10.0.0.5:5432".
struct Place {
  bool as_server = false;
  std::string text;
  std::size_t count = 0;
};

std::optional<Place> main_place(Scene const& scene, Listeners const& listeners, Pile const& pile) {
  std::map<std::pair<bool, std::string>, std::size_t> counts;
  for (auto const& each : pile.sockets) {
    auto const& row = scene.row(each.row);
    auto const group = listeners.of(row);
    bool const as_server =
        scene.timing(each.row).opened_by == model::Side::Remote ||
        (scene.timing(each.row).opened_by != model::Side::Local && !group.empty());
    auto text = !as_server      ? remote_text(row)
                : group.empty() ? local_text(row)
                                : local_text(scene.row(group.front()));
    ++counts[{as_server, std::move(text)}];
  }
  auto const most =
      std::ranges::max_element(counts, {}, [](auto const& each) { return each.second; });
  if (most == counts.end()) return std::nullopt;
  return Place{most->first.first, most->first.second, most->second};
}

// "5 7 8 9 …" of the oldest.
std::string fds_of(Scene const& scene, Pile const& pile) {
  std::string text;
  std::size_t shown = 0;
  for (auto const& each : pile.sockets) {
    for (auto const& owner : scene.snapshot->owners_of(scene.row(each.row))) {
      if (owner.process != pile.process || owner.fd < 0) continue;
      if (shown++ == kMostFds) return text + " …";
      text += (text.empty() ? "" : " ") + std::to_string(owner.fd);
    }
  }
  return text;
}

void add_evidence(model::Finding& finding, Scene const& scene, Pile const& pile,
                  std::optional<Place> const& place) {
  auto add = [&](std::string_view id, Phrase label, base::Told value) {
    finding.evidence.push_back({id, label, std::move(value)});
  };
  auto const plain = [](std::string value) {
    return base::Told{{"{0}", "{0}"}, {std::move(value)}};
  };
  add("close_wait", {"in CLOSE_WAIT now", "当前处于 CLOSE_WAIT"},
      plain(number(pile.sockets.size())));
  add("old", {"of them for long", "其中长期未动的"}, plain(number(pile.old)));
  add("oldest", {"the oldest, at least", "最早的一个至少已有"}, plain(seconds(pile.oldest_s())));
  if (pile.old > 0) {
    add("end_read",
        {"the program has read the end (read() gave 0)", "程序已读到结尾（read() 返回 0）"},
        plain(number(pile.end_read)));
    add("end_unread", {"the program has not read the end", "程序尚未读到结尾"},
        plain(number(pile.end_unread)));
    add("unread", {"data of the peer are unread, too", "对端的数据也未读取"},
        plain(number(pile.unread)));
  }
  if (scene.history != nullptr && pile.process != model::kNone) {
    add("growth", {"entered and left CLOSE_WAIT lately", "最近进入和离开 CLOSE_WAIT 的数量"},
        {{"{0} and {1} in {2}", "{2}内 {0} 个和 {1} 个"},
         {number(pile.entered), number(pile.left),
          seconds(scene.history->covered_s(scene.now_ns))}});
  }
  if (place) {
    add("where", {"most of them", "其中多数"},
        place->as_server ? base::Told{{"{1} came in at {0}", "{1} 个是连到 {0} 的"},
                                      {place->text, number(place->count)}}
                         : base::Told{{"{1} were opened to {0}", "{1} 个是主动连接 {0} 的"},
                                      {place->text, number(place->count)}});
  }
  if (auto fds = fds_of(scene, pile); !fds.empty()) {
    add("fds", {"file descriptors, oldest first", "文件描述符，最早的在前"}, plain(std::move(fds)));
  }
  if (pile.process >= scene.process_facts.size()) return;
  auto const& facts = scene.process_facts[pile.process];
  if (!facts.open_files || !facts.file_limit) return;
  add("open_files", {"open files of the process, and its limit", "进程打开的文件数及上限"},
      plain(number(*facts.open_files) + " / " + number(*facts.file_limit)));
}

// Which call is missing, for who wrote the program.
base::Told missing_call(Pile const& pile) {
  if (pile.end_read >= pile.end_unread + pile.unread) {
    return {
        {"In the program: call close() where read() or recv() returns 0, on every path, errors "
         "and time-outs included (and in every process that has a copy of the descriptor)",
         "在程序中：read() 或 recv() 返回 0 时调用 close()，所有路径（包括出错和超时）以及每个持"
         "有该描述符副本的进程都要如此"}};
  }
  if (pile.end_unread >= pile.unread) {
    return {
        {"In the program: it has lost sight of these sockets. Keep watching idle connections "
         "(poll, epoll: EPOLLRDHUP), and close() those whose peer has closed; a pool needs a "
         "maximum idle time shorter than the server's",
         "在程序中：它已不再关注这些套接字。应继续监视空闲连接（poll、epoll：EPOLLRDHUP），对端关闭"
         "后调用 close()；连接池的最大空闲时间应短于服务器的"}};
  }
  return {
      {"In the program: read() until it returns 0, then close(); whoever should read these "
       "sockets hangs or has gone",
       "在程序中：read() 直到返回 0，然后 close()；本应读取这些套接字的一方已卡住或已消失"}};
}

void advise(model::Finding& finding, Scene const& scene, Pile const& pile) {
  auto const& row = scene.row(pile.sockets.front().row);
  if (pile.process == model::kNone) {
    finding.now = {{{{"See whose they are: only root sees the files of every process",
                      "查看属于谁：只有 root 能看到所有进程的文件"}},
                    "lastack list '" + netns_filter(scene, row) + "state close-wait'"}};
    finding.lasting = {{missing_call(pile), ""}};
    return;
  }
  auto const& process = scene.snapshot->processes[pile.process];
  auto const pid = std::to_string(process.pid);
  finding.now = {
      {{{"See them all", "查看全部"}}, "lastack list 'pid = " + pid + " and state close-wait'"},
      {{{"See whether its threads hang", "查看它的线程是否卡住"}},
       "ps -L -o tid,stat,wchan:32,time,comm -p " + pid},
      {{{"Restart it, if it nears its limit of open files: nothing else ends these connections",
         "若接近打开文件数上限，则重启它：没有别的办法结束这些连接"}},
       process.unit.ends_with(".service") && !process.unit.starts_with("user@")
           ? "systemctl restart " + process.unit
           : "kill -TERM " + pid},
  };
  finding.lasting = {{missing_call(pile), ""}};
}

void advise_for_queue(model::Finding& finding, Scene const& scene, Pile const& pile) {
  auto const& listener = scene.row(pile.listener);
  finding.now = {
      {{{"See who waits there", "查看哪些连接在等待"}},
       "lastack list '" + netns_filter(scene, listener) +
           "sport = :" + std::to_string(listener.flow.local_port) + "'"},
  };
  if (pile.process != model::kNone) {
    auto const pid = std::to_string(scene.snapshot->processes[pile.process].pid);
    finding.now.push_back({{{"See why it does not call accept()", "查看它为何不调用 accept()"}},
                           "ps -L -o tid,stat,wchan:32,time,comm -p " + pid});
  }
  finding.lasting = {
      {{{"In the program: no close() is missing here, but accept(): take connections in a thread "
         "or "
         "an event loop of its own that no work can block",
         "在程序中：这里缺少的不是 close() 而是 "
         "accept()：应在不会被其他工作阻塞的线程或事件循环中接受"
         "连接"}},
       ""},
  };
}

base::Told title_of(Scene const& scene, Pile const& pile, std::optional<Place> const& place) {
  auto const count = number(pile.sockets.size());
  if (pile.listener != model::kNone) {
    return {{"{0} connections to {1} were closed by their clients before anybody accepted them",
             "{1} 有 {0} 个连接在被接受之前就已由客户端关闭"},
            {count, listener_subject(scene, scene.row(pile.listener))}};
  }
  if (pile.process == model::kNone) {
    return {{"{0} connections that their peers have closed are not closed here; the process is not "
             "known",
             "{0} 个连接已被对端关闭而本端没有关闭；进程未知"},
            {count}};
  }
  auto const name = process_text(scene.snapshot->processes[pile.process]);
  auto const where = place ? place->text : "";
  if (place && place->as_server) {
    return {{"{0} does not close {1} connections that its clients have closed (most at {2})",
             "{0} 没有关闭 {1} 个已被客户端关闭的连接（多数在 {2}）"},
            {name, count, where}};
  }
  return {{"{0} does not close {1} connections that its servers have closed (most to {2})",
           "{0} 没有关闭 {1} 个已被服务器关闭的连接（多数连往 {2}）"},
          {name, count, where}};
}

std::string subject_of(Scene const& scene, Pile const& pile) {
  if (pile.listener != model::kNone) {
    return "accept queue of " + listener_subject(scene, scene.row(pile.listener));
  }
  if (pile.process == model::kNone) return "unknown process";
  return "pid " + std::to_string(scene.snapshot->processes[pile.process].pid);
}

model::Finding report(Scene const& scene, Listeners const& listeners, Pile const& pile,
                      Severity severity) {
  auto finding = finding_of(kCloseWaitLeak, severity, subject_of(scene, pile));
  auto const place = main_place(scene, listeners, pile);
  // What is long in CLOSE_WAIT was seen; that it is for ever, is inferred where it is young.
  if (pile.old == 0 || severity == Severity::Notice) finding.confidence = model::Confidence::Likely;
  finding.title = title_of(scene, pile, place);
  blame(finding, scene, pile.process);
  std::vector<std::uint32_t> rows;
  rows.reserve(pile.sockets.size());
  for (auto const& each : pile.sockets) rows.push_back(each.row);
  show_sockets(finding, scene, rows);
  if (finding.since_ns == 0) {
    auto const oldest = static_cast<std::uint64_t>(pile.oldest_s() / kNs);
    finding.since_ns = scene.now_ns > oldest ? scene.now_ns - oldest : 0;
  }
  add_evidence(finding, scene, pile, place);
  if (pile.listener == model::kNone) {
    advise(finding, scene, pile);
  } else {
    advise_for_queue(finding, scene, pile);
  }
  return finding;
}

void look(Scene const& scene, Knobs const& knobs, Findings& found) {
  auto const closed_by_peer = [&](std::uint32_t index) {
    auto const& row = scene.row(index);
    return row.protocol == model::Protocol::Tcp && row.state == SocketState::CloseWait;
  };
  if (std::ranges::none_of(scene.rows, closed_by_peer)) return;
  Listeners const listeners(scene);
  Piles piles(scene, knobs, listeners);
  for (auto const index : scene.rows) {
    if (closed_by_peer(index) && !is_in_use(scene, knobs, scene.row(index))) piles.add(index);
  }
  for (auto const& pile : piles.take()) {
    if (auto const severity = judge(scene, knobs, pile)) {
      found.push_back(report(scene, listeners, pile, *severity));
    }
  }
}

}  // namespace

constinit Detector const kCloseWaitLeak{
    .id = "close-wait-leak",
    .title = {"a program keeps connections open that its peers have closed",
              "程序一直占着对端已经关闭的连接"},
    .looks_at =
        {"sockets in CLOSE_WAIT by process, and by listener where nobody has accepted them: "
         "how many, for how long, whether the end was read, how many enter and leave, and "
         "the process's limit of open files",
         "按进程（尚未被接受的按监听端口）统计处于 CLOSE_WAIT "
         "的套接字：数量、时长、是否已读到结尾、进入和离开的数量，以及进程的打开文件数上限"},
    .matters =
        {"No timer ends CLOSE_WAIT: each keeps a file descriptor and memory until the program "
         "calls close(). At its limit of open files, the program can neither accept nor open "
         "anything.",
         "没有定时器会结束 CLOSE_WAIT：在程序调用 close() "
         "之前，每个都占用一个文件描述符和内存。达到打开文件数上限后，程序既不能接受连接，也不能"
         "打开任何文件。"},
    .silent =
        {"a burst of connections that drains; one that the program still sends on, because the "
         "peer has closed one direction only; a few idle connections of a pool",
         "会消退的连接突发；对端只关闭了一个方向、程序仍在发送的连接；连接池中少量的空闲连接"},
    .worst = Severity::Critical,
    .needs_events = false,
    .thresholds = kThresholds,
    .references = kReferences,
    .look = look,
};

}  // namespace lastack::detect
