// A process that tries to connect to many machines which do not answer: how worms (Blaster, Sasser)
// and scanners look from inside.
#include <algorithm>
#include <array>
#include <string>

#include "detect/destinations.hh"

namespace lastack::detect {

extern Detector const kSynFanout;

namespace {

using model::SocketState;

enum Knob : std::size_t {
  kHosts,
  kCriticalHosts,
  kFailShare,
  kHostsPerPort,
  kPorts,
  kRetries,
  kUnanswered,
};

constexpr auto kThresholds = std::to_array<Threshold>({
    {"hosts",
     40,
     2,
     1e6,
     "hosts",
     {"distinct hosts tried within the last 10 to 20 s, or waited for now",
      "最近 10 到 20 秒内尝试连接、或正在等待应答的不同主机数"}},
    {"critical_hosts", 150, 2, 1e6, "hosts", {"so many make it critical", "达到此数即为严重"}},
    {"fail_share",
     60,
     1,
     100,
     "%",
     {"of the attempts that are decided, so many failed", "已有结果的尝试中失败的比例"}},
    {"hosts_per_port",
     8,
     1,
     1e6,
     "hosts",
     {"hosts tried for each distinct port, at least: peer-to-peer programs spread over ports",
      "平均每个不同端口至少对应的主机数：点对点程序的端口是分散的"}},
    {"ports",
     100,
     2,
     65535,
     "ports",
     {"distinct ports tried on a few hosts: a port scan",
      "在少数主机上尝试的不同端口数：端口扫描"}},
    {"retries",
     4,
     1,
     1e6,
     "attempts",
     {"attempts for each host and port tried, on average: a program that tries the same again and "
      "again has dead servers, told by refused and timed-out",
      "平均对每个主机和端口的尝试次数：反复尝试同样目标的程序是服务器失效，由 refused 和 timed-out "
      "报告"}},
    {"unanswered",
     0.75,
     0.1,
     60,
     "s",
     {"an attempt without an answer for so long counts as failed: longer than a way over a "
      "satellite and back, shorter than the first SYN waits until it is sent again",
      "等待应答超过此时长的尝试计为失败：长于卫星链路往返，短于首个 SYN 重发的等待"}},
});
constexpr auto kReferences =
    std::to_array<std::string_view>({"RFC 9293 3.10.7.3", "RFC 5961", "tcp(7) tcp_syn_retries"});

constexpr std::uint64_t kFewHosts = 4;  // that a port scan is aimed at

// What one process does.
struct Fan {
  std::uint32_t process = model::kNone;  // kNone: it has no socket any more
  std::uint32_t pid = 0;
  ByProcess recent;
  std::vector<std::uint32_t> waiting;  // rows in SYN_SENT
  std::uint64_t unanswered = 0;        // of them, for long enough
  std::uint64_t established = 0;       // rows now, but for those that came in

  [[nodiscard]] std::uint64_t failed() const {
    return recent.attempts.failed() + recent.attempts.given_up + unanswered;
  }
  [[nodiscard]] std::uint64_t decided() const {
    return failed() + std::max<std::uint64_t>(recent.attempts.connected, established);
  }
  [[nodiscard]] double fail_share() const {
    return decided() == 0 ? 0
                          : 100.0 * static_cast<double>(failed()) / static_cast<double>(decided());
  }
  [[nodiscard]] std::uint64_t attempts() const {
    return std::max<std::uint64_t>(recent.attempts.begun, waiting.size());
  }
  [[nodiscard]] double attempts_per_target() const {
    auto const ports = std::max<std::uint64_t>(1, recent.ports.estimate());
    auto const targets = std::max<std::uint64_t>(1, recent.hosts.estimate() * ports);
    return static_cast<double>(attempts()) / static_cast<double>(targets);
  }
  // Several ports of each host: peers of a peer-to-peer program have one each.
  [[nodiscard]] bool is_crossed() const {
    return attempts() >= 4 * std::max(recent.hosts.estimate(), recent.ports.estimate());
  }
};

bool is_unanswered(Scene const& scene, Knobs const& knobs, std::uint32_t index) {
  auto const age_s = static_cast<double>(scene.age_ns(index).value_or(0)) * 1e-9;
  return scene.row(index).retransmits > 0 || age_s >= knobs[kUnanswered];
}

void add_row(Fan& fan, Scene const& scene, Knobs const& knobs, std::uint32_t index) {
  auto const& row = scene.row(index);
  fan.waiting.push_back(index);
  if (is_unanswered(scene, knobs, index)) ++fan.unanswered;
  fan.recent.hosts.add(host_hash(row));
  fan.recent.subnets.add(network_hash(row));
  fan.recent.ports.add(mix(row.flow.remote_port));
}

bool are_few(ByProcess const& recent, Knobs const& knobs) {
  return static_cast<double>(recent.hosts.estimate()) < knobs[kHosts] &&
         static_cast<double>(recent.ports.estimate()) < knobs[kPorts];
}

// Those whose attempts are over, as of a scanner that is refused everywhere: it may have no socket
// just now.
void add_rowless(std::vector<Fan>& fans, Scene const& scene, Knobs const& knobs) {
  if (scene.history == nullptr) return;
  auto const least = std::min(knobs[kHosts], knobs[kPorts]);
  scene.history->processes().for_each([&](std::uint32_t pid, ByProcess const& recent) {
    if (pid == 0 || recent.attempts.begun < least || are_few(recent, knobs)) return;
    if (std::ranges::find(fans, pid, &Fan::pid) != fans.end()) return;
    auto& fan = fans.emplace_back();
    fan.pid = pid;
    fan.process = place_of(scene, pid);
    fan.recent = recent;
  });
}

std::vector<Fan> fans_of(Scene const& scene, Knobs const& knobs) {
  auto const groups = rows_by_process(scene, [](model::Endpoint const& row) {
    return row.protocol == model::Protocol::Tcp && row.state == SocketState::SynSent;
  });
  std::vector<Fan> fans;
  fans.reserve(groups.size());
  for (auto const& group : groups) {
    if (group.process == model::kNone) continue;
    auto& fan = fans.emplace_back();
    fan.process = group.process;
    fan.pid = scene.snapshot->processes[group.process].pid;
    if (scene.history != nullptr) fan.recent = scene.history->processes().get(fan.pid);
    for (auto const index : group.rows) add_row(fan, scene, knobs, index);
  }
  add_rowless(fans, scene, knobs);
  std::erase_if(fans, [&](Fan const& fan) { return are_few(fan.recent, knobs); });
  if (fans.empty()) return fans;
  Opened const opened(scene);
  for (auto& fan : fans) fan.established = opened.by(fan.process);
  return fans;
}

void add_evidence(model::Finding& finding, Fan const& fan, Scene const& scene) {
  auto const& recent = fan.recent;
  tell(finding, "hosts", {"distinct hosts", "不同主机"}, number(recent.hosts.estimate()));
  tell(finding, "subnets", {"distinct networks (/24, /64)", "不同网段（/24、/64）"},
       number(recent.subnets.estimate()));
  tell(finding, "ports", {"distinct ports", "不同端口"}, number(recent.ports.estimate()));
  tell(finding, "syn_sent", {"in SYN_SENT now", "当前处于 SYN_SENT"}, number(fan.waiting.size()));
  tell(finding, "failed", {"attempts that failed or got no answer", "失败或无应答的尝试"},
       number(fan.failed()) + " / " + number(fan.decided()));
  if (scene.history == nullptr) return;
  tell(finding, "rate", {"attempts per second", "每秒尝试次数"},
       number(recent.attempts.begun / scene.history->covered_s(scene.now_ns)));
}

void advise(model::Finding& finding, std::string const& pid) {
  finding.now = {
      {{{"Stop it for now; it can be looked at and continued", "先暂停它；仍可检查，也可恢复"}},
       "kill -STOP " + pid},
      {{{"See what it is and who started it", "查看它是什么程序、由谁启动"}},
       "ls -l /proc/" + pid + "/exe /proc/" + pid + "/cwd; ps -o pid,ppid,user,lstart,args -p " +
           pid},
      {{{"See whom it tries to reach", "查看它在连接谁"}},
       "lastack list 'pid = " + pid + " and state syn-sent'"},
  };
  finding.lasting = {
      {{{"If nobody meant it to scan: cut the machine off the network, keep a copy of the program, "
         "reinstall, and close the hole that it came in by",
         "如果没有人要它扫描：断开网络，保留程序副本，重装系统，并堵住它进来的漏洞"}},
       ""},
      {{{"Let only those programs out that need it", "只放行需要外联的程序"}}, "nft list ruleset"},
  };
}

model::Finding report(Fan const& fan, Scene const& scene, model::Severity severity,
                      base::Told title) {
  auto const pid = std::to_string(fan.pid);
  auto finding = finding_of(kSynFanout, severity, "pid " + pid);
  finding.confidence = model::Confidence::Likely;
  finding.title = std::move(title);
  blame(finding, scene, Culprit{fan.pid, fan.process, 0});
  show_sockets(finding, scene, fan.waiting);
  add_evidence(finding, fan, scene);
  advise(finding, pid);
  return finding;
}

void look(Scene const& scene, Knobs const& knobs, Findings& found) {
  for (auto const& fan : fans_of(scene, knobs)) {
    auto const hosts = static_cast<double>(fan.recent.hosts.estimate());
    auto const ports = static_cast<double>(fan.recent.ports.estimate());
    if (fan.fail_share() < knobs[kFailShare]) continue;
    if (fan.attempts_per_target() >= knobs[kRetries]) continue;
    auto const name = text_of(scene, {fan.pid, fan.process, 0});
    bool const few_ports = hosts >= knobs[kHostsPerPort] * std::max(1.0, ports);
    if (hosts >= knobs[kHosts] && few_ports) {
      auto const severity =
          hosts >= knobs[kCriticalHosts] ? model::Severity::Critical : model::Severity::Warning;
      found.push_back(report(
          fan, scene, severity,
          {{"{0} tries to connect to {1} hosts, most of which do not answer: a worm or a scanner?",
            "{0} 正在尝试连接 {1} 台主机，多数没有应答：蠕虫或扫描器？"},
           {name, number(hosts)}}));
    } else if (ports >= knobs[kPorts] && (hosts <= kFewHosts || fan.is_crossed())) {
      found.push_back(report(fan, scene, model::Severity::Warning,
                             {{"{0} tries {1} ports of {2} hosts, most in vain: a port scan",
                               "{0} 在 {2} 台主机上尝试 {1} 个端口，多数失败：端口扫描"},
                              {name, number(ports), number(hosts)}}));
    }
  }
}

}  // namespace

constinit Detector const kSynFanout{
    .id = "syn-fanout",
    .title = {"a process tries to connect to many hosts, and most do not answer",
              "一个进程尝试连接许多主机，而多数没有应答"},
    .looks_at = {"sockets in SYN_SENT and attempts to connect of the last 10 to 20 s, by process: "
                 "distinct hosts, networks and ports, and how the attempts ended",
                 "按进程统计处于 SYN_SENT 的套接字和最近 10 到 20 "
                 "秒的连接尝试：不同的主机、网段、端口，以及尝试的结果"},
    .matters = {"A worm (as Blaster and Sasser were) or a scanner connects to addresses at random; "
                "most of them do not exist or refuse. Ordinary programs connect to hosts that "
                "answer.",
                "蠕虫（如 "
                "Blaster、Sasser）和扫描器随机连接地址，其中多数不存在或拒绝连接。正常程序连接的主"
                "机会应答。"},
    .silent =
        {"a crawler or proxy with many hosts that answer; a peer-to-peer program, whose peers "
         "use many ports; a client that tries one dead server, or many, again and again; a burst "
         "on a slow link, whose answers "
         "come in time (unanswered)",
         "对方大多应答的爬虫或代理；端口分散的点对点程序；反复连接一台或多台故障服务器的客户端；慢"
         "速链路上"
         "及时得到应答（见 unanswered）的突发"},
    .worst = model::Severity::Critical,
    .needs_events = false,
    .thresholds = kThresholds,
    .references = kReferences,
    .look = look,
};

}  // namespace lastack::detect
