// What sockets are made of runs short: TCP's memory, of which there is one for the whole machine,
// and the files that a process may have open.
#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "detect/program.hh"
#include "detect/report.hh"

namespace lastack::detect {

extern Detector const kSocketMemory;

namespace {

using model::Severity;
using model::SocketState;
using model::TcpCounter;

enum Knob : std::size_t { kPressureShare, kAborts, kFileShare, kCriticalFileShare, kLeastLimit };

constexpr auto kThresholds = std::to_array<Threshold>({
    {"pressure_share",
     85,
     1,
     100,
     "%",
     {"TCP memory in use, of the value where pressure begins, that is a notice; beyond that value "
      "it "
      "is a warning, beyond the limit critical",
      "已用 TCP 内存占压力起点的比例，达到即提示；超过压力值为警告，超过上限为严重"}},
    {"aborts",
     1,
     1,
     1e9,
     "connections",
     {"connections that the kernel has reset for want of memory, or as orphans too many",
      "因内存不足或孤儿连接过多而被内核复位的连接数"}},
    {"file_share",
     80,
     1,
     100,
     "%",
     {"open files of a process, of its limit (ulimit -n)",
      "进程打开的文件数占其上限（ulimit -n）的比例"}},
    {"critical_file_share", 95, 1, 100, "%", {"so many make it critical", "达到此比例即为严重"}},
    {"least_limit",
     128,
     1,
     1e9,
     "files",
     {"smaller limits are meant to stop the process from opening more: sandboxes",
      "更小的上限是有意不让进程再打开文件：沙箱"}},
});
constexpr auto kReferences =
    std::to_array<std::string_view>({"tcp(7) tcp_mem", "tcp(7) tcp_max_orphans", "getrlimit(2)"});

constexpr std::size_t kTopShown = 3;

// Bytes that the kernel keeps for one socket; without details only what is in its queues.
struct Kept {
  std::uint64_t in = 0;
  std::uint64_t out = 0;

  [[nodiscard]] std::uint64_t sum() const { return in + out; }
  Kept& operator+=(Kept const& other) {
    in += other.in;
    out += other.out;
    return *this;
  }
};

Kept kept_by(model::Snapshot const& snapshot, model::Endpoint const& row) {
  if (row.state == SocketState::Listen || row.protocol != model::Protocol::Tcp) return {};
  auto const* details = snapshot.details_of(row);
  bool const known = details != nullptr && details->mem_rmem != model::kUnknown32 &&
                     details->mem_wqueued != model::kUnknown32;
  return known ? Kept{details->mem_rmem, details->mem_wqueued}
               : Kept{row.recv_queue, row.send_queue};
}

struct Holder {
  std::uint32_t process = model::kNone;
  Kept kept;
};

struct Holders {
  std::vector<Holder> top;  // most first, kTopShown at the most
  Kept orphans;
  std::uint64_t all = 0;
};

Holders holders_of(Scene const& scene) {
  auto const& snapshot = *scene.snapshot;
  Holders holders;
  std::vector<Holder> each(snapshot.processes.size());
  for (std::uint32_t i = 0; i < each.size(); ++i) each[i].process = i;
  for (std::uint32_t index = 0; index < snapshot.endpoints.size(); ++index) {
    auto const& row = snapshot.endpoints[index];
    auto const kept = kept_by(snapshot, row);
    holders.all += kept.sum();
    if (row.no_owner == model::NoOwner::Orphan) holders.orphans += kept;
    auto const process = scene.process_of(index);
    if (process < each.size()) each[process].kept += kept;
  }
  auto const count = std::min(kTopShown, each.size());
  std::ranges::partial_sort(each, each.begin() + static_cast<std::ptrdiff_t>(count),
                            std::ranges::greater(), [](Holder const& h) { return h.kept.sum(); });
  each.resize(count);
  std::erase_if(each, [](Holder const& h) { return h.kept.sum() == 0; });
  holders.top = std::move(each);
  return holders;
}

std::uint64_t rise_of(Scene const& scene, TcpCounter counter) {
  std::uint64_t sum = 0;
  for (auto const& facts : scene.namespaces) sum += facts.rise(counter);
  return sum;
}

// Who holds most of what lies in queues; blamed where it is most of all.
void add_holders(model::Finding& finding, Scene const& scene) {
  auto const holders = holders_of(scene);
  static constexpr std::array<std::string_view, kTopShown> kIds{"holder_1", "holder_2", "holder_3"};
  for (std::size_t i = 0; i < holders.top.size(); ++i) {
    auto const& holder = holders.top.at(i);
    finding.evidence.push_back(
        {kIds.at(i),
         {"holds much of it", "占用较多者"},
         {{"{0}: {1} received and not read, {2} not yet sent or acknowledged",
           "{0}：{1} 已收未读，{2} 未发送或未确认"},
          {process_text(scene.snapshot->processes[holder.process]), bytes(holder.kept.in),
           bytes(holder.kept.out)}}});
  }
  if (holders.orphans.sum() > 0) {
    tell(finding, "orphans_hold",
         {"held for connections that their programs have closed", "为已被程序关闭的连接保留"},
         bytes(holders.orphans.sum()));
  }
  bool const one = !holders.top.empty() && 2 * holders.top.front().kept.sum() > holders.all;
  if (one) blame(finding, scene, holders.top.front().process);
}

struct Level {
  Severity severity = Severity::Notice;
  base::Phrase title;
};

// nullopt: there is enough.
std::optional<Level> level_of(Scene const& scene, Knobs const& knobs) {
  auto const& memory = scene.memory;
  if (!memory.known || memory.pressure == 0) return std::nullopt;
  if (memory.high != 0 && memory.pages >= memory.high) {
    return Level{Severity::Critical,
                 {"TCP has used up its memory: {0} of {1}; data is dropped and connections break",
                  "TCP 内存已耗尽：{0}，上限 {1}；数据被丢弃，连接会中断"}};
  }
  if (memory.pages >= memory.pressure) {
    return Level{
        Severity::Warning,
        {"TCP is under memory pressure: {0} of {1} in use; it shrinks buffers and slows down",
         "TCP 处于内存压力之下：已用 {0}，上限 {1}；缓冲区被缩小，速度变慢"}};
  }
  if (rise_of(scene, TcpCounter::MemoryPressures) > 0) {
    return Level{Severity::Warning,
                 {"TCP was under memory pressure a moment ago; now {0} of {1} are in use",
                  "TCP 刚刚处于内存压力之下；目前已用 {0}，上限 {1}"}};
  }
  auto const share = 100.0 * static_cast<double>(memory.pages);
  if (share < knobs[kPressureShare] * static_cast<double>(memory.pressure)) return std::nullopt;
  return Level{Severity::Notice,
               {"TCP's memory runs short: {0} of {1} in use", "TCP 内存将尽：已用 {0}，上限 {1}"}};
}

void look_at_memory(Scene const& scene, Knobs const& knobs, Findings& found) {
  auto const level = level_of(scene, knobs);
  if (!level) return;
  auto const& memory = scene.memory;
  auto const size = [&](std::uint64_t pages) { return bytes(pages * memory.page_bytes); };
  auto finding = finding_of(kSocketMemory, level->severity, "tcp_mem");
  finding.title = {level->title, {size(memory.pages), size(memory.high)}};
  tell(finding, "used", {"in use", "已用"}, size(memory.pages));
  tell(finding, "limits", {"pressure begins at, limit", "压力起点，上限"},
       size(memory.pressure) + ", " + size(memory.high));
  tell(finding, "pressures", {"times that pressure began, lately", "近期进入压力状态的次数"},
       number(rise_of(scene, TcpCounter::MemoryPressures)));
  tell(finding, "pruned",
       {"receive queues that had to be shortened, lately", "近期被迫压缩的接收队列"},
       number(rise_of(scene, TcpCounter::PruneCalled)));
  tell(finding, "dropped", {"of those, where data was dropped", "其中丢弃了数据的"},
       number(rise_of(scene, TcpCounter::RcvPruned)));
  add_holders(finding, scene);
  finding.now = {
      {{{"See whose queues are long", "查看谁的队列长"}, {}},
       "lastack list -m --sort=-recv-q 'recv-q > 65536 or send-q > 65536'"},
      {{{"See what TCP has in use now (mem, in pages)", "查看 TCP 当前用量（mem，单位为页）"}, {}},
       "grep TCP: /proc/net/sockstat; sysctl net.ipv4.tcp_mem"},
  };
  finding.lasting = {
      {{{"Raise the three values where the machine has memory to spare: here doubled",
         "若机器内存充裕，提高这三个值：此处为加倍"},
        {}},
       "sysctl -w net.ipv4.tcp_mem='" + number(2 * memory.low) + " " + number(2 * memory.pressure) +
           " " + number(2 * memory.high) + "'"},
      {{{"Let programs read what comes and limit what they queue; smaller buffers for many "
         "connections (tcp_rmem, tcp_wmem)",
         "让程序及时读取并限制排队的数据；连接很多时减小缓冲区（tcp_rmem、tcp_wmem）"},
        {}},
       ""}};
  found.push_back(std::move(finding));
}

// A process that has a socket in that namespace, to enter it by; kNone: none is known.
std::uint32_t somebody_in(Scene const& scene, std::uint32_t netns) {
  for (std::uint32_t i = 0; i < scene.snapshot->endpoints.size(); ++i) {
    if (scene.row(i).netns != netns) continue;
    if (auto const process = scene.process_of(i); process != model::kNone) return process;
  }
  return model::kNone;
}

void look_at_aborts(Scene const& scene, Knobs const& knobs, Findings& found) {
  auto const& namespaces = scene.snapshot->namespaces;
  for (std::size_t i = 0; i < std::min(scene.namespaces.size(), namespaces.size()); ++i) {
    auto const& facts = scene.namespaces[i];
    auto const aborts = facts.rise(TcpCounter::AbortOnMemory);
    if (static_cast<double>(aborts) < knobs[kAborts] || aborts == 0) continue;
    auto const& label = namespaces[i].label;
    auto finding = finding_of(kSocketMemory, Severity::Warning,
                              label == "host" ? "aborts" : "aborts in " + label);
    finding.netns = label;
    finding.title = {{"the kernel reset {0} closed connections before their data was through: no "
                      "memory, or too many orphans",
                      "内核复位了 {0} 个已关闭但数据尚未送达的连接：内存不足或孤儿连接过多"},
                     {number(aborts)}};
    tell(finding, "aborts",
         {"connections reset (TCPAbortOnMemory)", "被复位的连接（TCPAbortOnMemory）"},
         number(aborts));
    tell(finding, "seconds", {"within", "时间"},
         seconds(static_cast<double>(scene.now_ns - std::min(scene.now_ns, facts.earlier_ns)) *
                 1e-9));
    auto const limit = scene.orphan_limit();
    if (scene.memory.known && limit) {
      tell(finding, "orphans", {"orphans of the whole machine, limit", "全机孤儿连接，上限"},
           number(scene.memory.orphans) + ", " + number(*limit));
    }
    model::Endpoint there;
    there.netns = static_cast<std::uint32_t>(i);
    auto const somebody = somebody_in(scene, there.netns);
    finding.now = {
        {{{"See the orphans: what their programs have closed and the kernel still sends",
           "查看孤儿连接：程序已关闭、内核仍在发送的连接"},
          {}},
         "lastack list '" + netns_filter(scene, there) +
             "(state fin-wait-1 or state closing or state last-ack or state fin-wait-2)'"},
        {{{"See orphans and memory of the whole machine, and their limits",
           "查看全机孤儿连接、内存及其上限"},
          {}},
         "grep TCP: /proc/net/sockstat; sysctl net.ipv4.tcp_max_orphans net.ipv4.tcp_mem"},
    };
    if (limit) {
      add_remedy(finding.lasting,
                 {"Allow more orphans, at up to 64 KiB each, where memory allows it",
                  "内存允许时放宽孤儿连接上限，每个至多占 64 KiB"},
                 "sysctl -w net.ipv4.tcp_max_orphans=" + number(2 * *limit));
    }
    add_remedy(finding.lasting, {"Give them up sooner", "更早放弃它们"},
               netns_entry(scene, there, somebody) + "sysctl -w net.ipv4.tcp_orphan_retries=3");
    found.push_back(std::move(finding));
  }
}

struct Files {
  std::uint64_t open = 0;
  std::uint64_t limit = 0;

  [[nodiscard]] double share() const {
    return 100.0 * static_cast<double>(open) / static_cast<double>(limit);
  }
};

// nullopt: not known, or a limit that is meant to be small.
std::optional<Files> files_of(ProcessFacts const& facts, Knobs const& knobs) {
  if (!facts.open_files || !facts.file_limit || *facts.file_limit == 0) return std::nullopt;
  Files const files{*facts.open_files, *facts.file_limit};
  if (static_cast<double>(files.limit) < knobs[kLeastLimit]) return std::nullopt;
  return files;
}

struct Short {
  std::uint32_t process = model::kNone;
  Files files;
  std::vector<std::uint32_t> rows;
};

std::string states_of(Short const& wanting, Scene const& scene) {
  std::array<std::size_t, model::kSocketStateCount> counts{};
  for (auto const index : wanting.rows)
    ++counts.at(static_cast<std::size_t>(scene.row(index).state));
  auto const most = std::ranges::max_element(counts);
  auto const state = static_cast<SocketState>(most - counts.begin());
  return std::string(model::name(state)) + ": " + number(*most);
}

model::Finding report_files(Short const& wanting, Scene const& scene, Severity severity) {
  auto const& process = scene.snapshot->processes[wanting.process];
  auto const pid = std::to_string(process.pid);
  auto const& files = wanting.files;
  auto finding = finding_of(kSocketMemory, severity, "pid " + pid);
  finding.title = {
      {"{0} has {1} of at most {2} files open, {3} of them sockets: soon it can neither "
       "accept nor connect",
       "{0} 已打开 {1} 个文件，上限 {2}，其中 {3} 个是套接字：很快将无法接受或发起连接"},
      {process_text(process), number(files.open), number(files.limit),
       number(wanting.rows.size())}};
  blame(finding, scene, wanting.process);
  show_sockets(finding, scene, wanting.rows);
  finding.since_ns = 0;  // of the sockets, not of this
  tell(finding, "open_files", {"open files, limit", "打开的文件，上限"},
       number(files.open) + ", " + number(files.limit));
  tell(finding, "share", {"share of the limit", "占上限的比例"},
       percent(static_cast<double>(files.open), static_cast<double>(files.limit)));
  tell(finding, "sockets", {"of them TCP and UDP sockets", "其中 TCP、UDP 套接字"},
       number(wanting.rows.size()));
  if (!wanting.rows.empty()) {
    tell(finding, "most", {"most of the sockets", "多数套接字"}, states_of(wanting, scene));
  }
  Kept kept;
  for (auto const index : wanting.rows) kept += kept_by(*scene.snapshot, scene.row(index));
  tell(finding, "queues",
       {"received and not read, not yet sent or acknowledged", "已收未读，未发送或未确认"},
       bytes(kept.in) + ", " + bytes(kept.out));
  finding.why = {
      {"At the limit, accept(), socket() and open() fail with EMFILE. Programs then drop or delay "
       "clients, and some spin on accept().",
       "达到上限后 accept()、socket()、open() 会以 EMFILE "
       "失败。程序于是丢弃或延误客户端，有的还会在 accept() 上空转。"},
      {}};
  finding.now = {
      {{{"Raise the limit of the running process", "提高运行中进程的上限"}, {}},
       raise_file_limit(scene, process, scene.process_facts[wanting.process])},
      {{{"See what it has open", "查看它打开了什么"}, {}}, "lastack list -s 'pid = " + pid + "'"},
  };
  finding.lasting = {
      {{{"Raise it in its unit (LimitNOFILE=), unless the program leaks: a number that "
         "only grows has to be mended in the program",
         "在其 systemd 单元中提高（LimitNOFILE=），除非程序有泄漏：只增不减的数量须在程"
         "序中修复"},
        {}},
       restart_command(process).empty() ? "" : "systemctl edit " + process.unit}};
  return finding;
}

// Those near their limit, and their rows.
std::vector<Short> short_of_files(Scene const& scene, Knobs const& knobs) {
  std::vector<Short> all;
  std::vector<std::uint32_t> place(scene.snapshot->processes.size(), model::kNone);
  auto const known = std::min(scene.process_facts.size(), place.size());
  for (std::uint32_t i = 0; i < known; ++i) {
    auto const files = files_of(scene.process_facts[i], knobs);
    if (!files || files->share() < knobs[kFileShare]) continue;
    place[i] = static_cast<std::uint32_t>(all.size());
    all.push_back({i, *files, {}});
  }
  if (all.empty()) return all;
  for (auto const index : scene.rows) {
    std::uint32_t last = model::kNone;
    for (auto const& owner : scene.snapshot->owners_of(scene.row(index))) {
      if (std::exchange(last, owner.process) == owner.process) continue;
      if (place[owner.process] != model::kNone) all[place[owner.process]].rows.push_back(index);
    }
  }
  return all;
}

void look_at_files(Scene const& scene, Knobs const& knobs, Findings& found) {
  for (auto const& wanting : short_of_files(scene, knobs)) {
    if (wanting.rows.empty()) continue;  // none of those asked about
    bool const critical = wanting.files.share() >= knobs[kCriticalFileShare];
    found.push_back(
        report_files(wanting, scene, critical ? Severity::Critical : Severity::Warning));
  }
}

void look(Scene const& scene, Knobs const& knobs, Findings& found) {
  look_at_memory(scene, knobs, found);
  look_at_aborts(scene, knobs, found);
  look_at_files(scene, knobs, found);
}

}  // namespace

constinit Detector const kSocketMemory{
    .id = "socket-memory",
    .title = {"TCP's memory or a process' open files come to their limit",
              "TCP 内存或进程的打开文件数接近上限"},
    .looks_at =
        {"TCP's memory against tcp_mem, and who has it in its queues; connections that the "
         "kernel has reset for want of it; open files of processes with many sockets against "
         "their limit",
         "TCP 内存与 tcp_mem 的对比，以及谁的队列占用；因内存不足被内核复位的连接；"
         "套接字众多的进程打开的文件数与其上限的对比"},
    .matters =
        {"Under pressure the kernel shrinks buffers and drops what has come; at the limit it "
         "resets connections. All programs of the machine are hit, not only the one that "
         "takes the memory.",
         "处于压力之下时，内核会缩小缓冲区并丢弃已到的数据；达到上限则复位连接。受影响的是全机所"
         "有程序，而不只是占用内存的那个。"},
    .silent = {"many sockets with empty queues; full buffers of single sockets; processes with a "
               "high limit, or with one that is meant to be tiny",
               "队列为空的大量套接字；个别套接字缓冲区满；上限很高、或有意设得很小的进程"},
    .worst = Severity::Critical,
    .needs_events = false,
    .thresholds = kThresholds,
    .references = kReferences,
    .look = look,
};

}  // namespace lastack::detect
