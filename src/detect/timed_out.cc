// Attempts to connect that get no answer: a machine that is down, a network that is not there, a
// firewall that drops. Told from those that look for machines (syn-fanout).
#include <algorithm>
#include <array>
#include <string>
#include <unordered_map>
#include <vector>

#include "detect/destinations.hh"

namespace lastack::detect {

extern Detector const kTimedOut;

namespace {

using model::Severity;
using model::SocketState;

enum Knob : std::size_t { kAttempts, kWait, kUnanswered, kShare, kMostHosts, kMost };

constexpr auto kThresholds = std::to_array<Threshold>({
    {"attempts",
     3,
     1,
     1e6,
     "attempts",
     {"attempts to reach one destination that got no answer, or wait for one now: a warning",
      "对同一目的地未得到应答或正在等待应答的尝试次数：警告"}},
    {"wait",
     10,
     1,
     3600,
     "s",
     {"one attempt that has been waiting for so long is a warning, too",
      "单次尝试等待达到此时长也是警告"}},
    {"unanswered",
     3,
     0.5,
     3600,
     "s",
     {"an attempt counts as unanswered once it has been waiting for so long",
      "等待达到此时长的尝试计为无应答"}},
    {"share",
     50,
     1,
     100,
     "%",
     {"of the attempts there that are decided, so many got no answer",
      "该目的地已有结果的尝试中无应答的比例"}},
    {"most_hosts",
     20,
     1,
     1e6,
     "destinations",
     {"a process with more silent destinations, each tried once or twice, looks for machines; "
      "that is told by syn-fanout",
      "无应答目的地更多、且各只试一两次的进程是在寻找主机，由 syn-fanout 报告"}},
    {"most",
     6,
     1,
     1000,
     "findings",
     {"destinations told one by one; the rest is one finding",
      "逐一报告的目的地数；其余合并为一项"}},
});
constexpr auto kReferences = std::to_array<std::string_view>(
    {"RFC 9293 3.8.3", "tcp(7) tcp_syn_retries", "connect(2) ETIMEDOUT"});

constexpr std::size_t kFewSingles = 3;  // that one process may have told one by one

// A destination that does not answer.
struct Silence {
  Destination to;
  Attempts attempts;
  std::uint32_t last_pid = 0;
  std::vector<std::uint32_t> waiting;  // rows in SYN_SENT that count as unanswered
  double longest_s = 0;                // that one of them waits
  Culprit culprit;

  [[nodiscard]] std::uint64_t failed() const {
    return attempts.timed_out + attempts.unreachable + attempts.unanswered + waiting.size();
  }
};
using Silences = std::vector<Silence>;

// At least. Where the first SYN was not seen, those that were sent again tell: there is at least a
// second between two.
double waited_s(Scene const& scene, std::uint32_t index) {
  if (auto const age = scene.age_ns(index)) return static_cast<double>(*age) * 1e-9;
  double const waited = scene.row(index).retransmits;
  if (scene.history == nullptr || scene.timings.empty()) return waited;
  auto const watched_ns = scene.now_ns - std::min(scene.now_ns, scene.history->started_ns());
  return std::max(waited, static_cast<double>(watched_ns) * 1e-9);
}

std::unordered_map<Destination, Silence, HashKey> waited_for(Scene const& scene,
                                                             Knobs const& knobs) {
  std::unordered_map<Destination, Silence, HashKey> silences;
  for (auto const index : scene.rows) {
    auto const& row = scene.row(index);
    if (row.protocol != model::Protocol::Tcp || row.state != SocketState::SynSent) continue;
    auto const waited = waited_s(scene, index);
    if (waited < knobs[kUnanswered]) continue;
    auto& silence = silences[scene.destination_of(row)];
    silence.waiting.push_back(index);
    silence.longest_s = std::max(silence.longest_s, waited);
  }
  return silences;
}

// Who is known best by the sockets that wait.
Culprit culprit_of(Scene const& scene, Silence const& silence, Culprits const& culprits) {
  for (auto const index : silence.waiting) {
    auto const process = scene.process_of(index);
    if (process == model::kNone) continue;
    return {scene.snapshot->processes[process].pid, process, 0};
  }
  return culprits.of(silence.to, silence.last_pid);
}

Silences silences_of(Scene const& scene, Knobs const& knobs) {
  auto by_destination = waited_for(scene, knobs);
  if (scene.history != nullptr) {
    scene.history->destinations().for_each([&](Destination const& to, ByDestination const& by) {
      auto const& attempts = by.attempts;
      auto const over = attempts.timed_out + attempts.unreachable + attempts.unanswered;
      auto const known = by_destination.find(to);
      if (over == 0 && known == by_destination.end()) return;
      auto& silence = known == by_destination.end() ? by_destination[to] : known->second;
      silence.attempts = attempts;
      silence.last_pid = by.last_pid;
    });
  }
  Silences silences;
  silences.reserve(by_destination.size());
  for (auto& [to, silence] : by_destination) {
    silence.to = to;
    auto const failed = static_cast<double>(silence.failed());
    auto const answered =
        static_cast<double>(silence.attempts.connected + silence.attempts.refused);
    if (100 * failed < knobs[kShare] * (failed + answered)) continue;
    silences.push_back(std::move(silence));
  }
  if (silences.empty()) return silences;
  Culprits const culprits(scene);
  for (auto& silence : silences) silence.culprit = culprit_of(scene, silence, culprits);
  std::ranges::sort(silences, [](Silence const& a, Silence const& b) {
    if (a.failed() != b.failed()) return a.failed() > b.failed();
    return std::pair(a.to.address, a.to.port) < std::pair(b.to.address, b.to.port);
  });
  return silences;
}

// Connections there that are open all the same: the machine is there, and takes no new ones.
std::size_t open_to(Scene const& scene, Destination const& to) {
  return static_cast<std::size_t>(std::ranges::count_if(scene.rows, [&](std::uint32_t const index) {
    auto const& row = scene.row(index);
    return row.state == SocketState::Established && row.flow.remote_port == to.port &&
           row.flow.remote == to.address && scene.netns_inode(row) == to.netns;
  }));
}

void add_evidence(model::Finding& finding, Scene const& scene, Silence const& silence) {
  auto const& attempts = silence.attempts;
  tell(finding, "waiting", {"waiting for an answer now", "正在等待应答"},
       number(silence.waiting.size()));
  if (!silence.waiting.empty()) {
    tell(finding, "longest_wait", {"the longest for", "最长已等待"}, seconds(silence.longest_s));
  }
  auto const open = open_to(scene, silence.to);
  if (open > 0) {
    tell(finding, "open", {"older connections there that are open", "到那里的、仍打开的旧连接"},
         number(open));
  }
  if (scene.history == nullptr) return;
  tell(finding, "timed_out", {"attempts that timed out", "超时的尝试"}, number(attempts.timed_out));
  tell(finding, "given_up", {"given up by the program without an answer", "无应答而被程序放弃"},
       number(attempts.unanswered));
  tell(finding, "unreachable", {"reported unreachable", "报告为不可达"},
       number(attempts.unreachable));
  tell(finding, "connected", {"attempts that succeeded", "成功的尝试"}, number(attempts.connected));
}

void advise(model::Finding& finding, Scene const& scene, Silence const& silence) {
  auto const endpoint = towards(scene, silence.to);
  auto const enter = netns_entry(scene, endpoint, silence.culprit.process);
  finding.now = {
      {{{"See step by step what comes back", "逐步查看对方返回什么"}},
       probe_command(scene, silence.to)},
      {{{"See which way packets go there", "查看发往那里的数据包走哪条路"}},
       enter + "ip route get " + remote_host(endpoint)},
      {{{"See who waits", "查看谁在等待"}},
       "lastack list '" + netns_filter(scene, endpoint) + "state syn-sent and dst " +
           destination_text(silence.to) + "'"},
  };
  finding.lasting = {
      {{{"Give the program a time limit of its own for connecting: the kernel's is over two "
         "minutes "
         "unless tcp_syn_retries says otherwise",
         "给程序设置自己的连接时限：除非 tcp_syn_retries 另有设置，内核的时限超过两分钟"}},
       enter + "sysctl net.ipv4.tcp_syn_retries"},
      {{{"If a firewall drops these packets on purpose, let it reject them: programs fail at once",
         "如果防火墙有意丢弃这些数据包，改为拒绝，程序可立即得知失败"}},
       enter + "nft list ruleset"},
  };
}

void name_it(model::Finding& finding, Scene const& scene, Silence const& silence) {
  auto const who = text_of(scene, silence.culprit);
  auto const where = destination_text(silence.to);
  bool const told = 2 * std::uint64_t{silence.attempts.unreachable} > silence.failed();
  if (who.empty()) {
    finding.title = {{"{0} does not answer: {1} attempts to connect", "{0} 无应答：{1} 次连接尝试"},
                     {where, number(silence.failed())}};
  } else if (told) {
    finding.title = {{"{0} cannot be reached by {1}: {2} attempts to connect",
                      "{1} 无法到达 {0}：{2} 次连接尝试"},
                     {where, who, number(silence.failed())}};
  } else {
    finding.title = {
        {"{0} does not answer {1}: {2} attempts to connect", "{0} 不应答 {1}：{2} 次连接尝试"},
        {where, who, number(silence.failed())}};
  }
}

// Of all that it tried, most was in vain: what a crawler or a peer-to-peer program cannot say.
bool mostly_fails(Scene const& scene, Opened const& opened, Culprit const& culprit,
                  std::size_t silent) {
  auto const established = opened.by(culprit.process);
  Attempts attempts;
  if (scene.history != nullptr) attempts = scene.history->processes().get(culprit.pid).attempts;
  return std::max<std::size_t>(attempts.connected, established) < silent + attempts.failed();
}

Severity severity_of(Scene const& scene, Opened const& opened, Silence const& silence,
                     Knobs const& knobs) {
  bool const often = static_cast<double>(silence.failed()) >= knobs[kAttempts];
  bool const serious = often || (silence.longest_s >= knobs[kWait] &&
                                 mostly_fails(scene, opened, silence.culprit, silence.failed()));
  return serious ? Severity::Warning : Severity::Notice;
}

model::Finding report(Scene const& scene, Silence const& silence, Severity severity) {
  auto finding = finding_of(kTimedOut, severity, destination_subject(scene, silence.to));
  name_it(finding, scene, silence);
  blame(finding, scene, silence.culprit);
  show_sockets(finding, scene, silence.waiting);
  name_netns(finding, scene, towards(scene, silence.to));
  add_evidence(finding, scene, silence);
  advise(finding, scene, silence);
  return finding;
}

std::string some_names(std::span<Silence const* const> silences) {
  std::string names;
  for (auto const* each : silences.first(std::min<std::size_t>(5, silences.size()))) {
    names += (names.empty() ? "" : ", ") + destination_text(each->to);
  }
  return names;
}

// Several destinations, all of one process or not.
model::Finding report_group(Scene const& scene, std::span<Silence const* const> silences,
                            Severity severity, std::string subject) {
  auto finding = finding_of(kTimedOut, severity, std::move(subject));
  auto const& first = *silences.front();
  bool const one_process = std::ranges::all_of(
      silences, [&](Silence const* each) { return each->culprit.pid == first.culprit.pid; });
  auto const who = one_process ? text_of(scene, first.culprit) : "";
  auto const count = number(silences.size());
  if (who.empty()) {
    finding.title = {{"{0} more destinations do not answer", "另有 {0} 个目的地无应答"}, {count}};
  } else {
    finding.title = {{"{0} destinations do not answer {1}", "{0} 个目的地不应答 {1}"},
                     {count, who}};
    blame(finding, scene, first.culprit);
  }
  for (auto const* each : silences) show_sockets(finding, scene, each->waiting);
  tell(finding, "destinations", {"some of them", "其中一些"}, some_names(silences));
  finding.now = {
      {{{"See who waits for whom", "查看谁在等待谁"}}, "lastack list 'state syn-sent'"},
      {{{"See whether the network is there", "查看网络是否可用"}}, "ip route; ip -br link"}};
  return finding;
}

using Singles = std::vector<std::vector<Silence const*>>;

// By process, those that were tried once or twice.
Singles singles_by_process(Silences const& silences, Knobs const& knobs) {
  std::unordered_map<std::uint32_t, std::size_t> places;
  Singles groups;
  for (auto const& each : silences) {
    if (static_cast<double>(each.failed()) >= knobs[kAttempts]) continue;
    auto const [place, is_new] = places.try_emplace(each.culprit.pid, groups.size());
    if (is_new) groups.emplace_back();
    groups[place->second].push_back(&each);
  }
  return groups;
}

void look(Scene const& scene, Knobs const& knobs, Findings& found) {
  auto const silences = silences_of(scene, knobs);
  if (silences.empty()) return;
  Opened const opened(scene);
  std::vector<Silence const*> told;
  for (auto const& each : silences) {
    if (static_cast<double>(each.failed()) >= knobs[kAttempts]) told.push_back(&each);
  }
  for (auto const& group : singles_by_process(silences, knobs)) {
    if (group.size() <= kFewSingles) {
      told.insert(told.end(), group.begin(), group.end());
      continue;
    }
    auto const& culprit = group.front()->culprit;
    bool const looks_for_machines = static_cast<double>(group.size()) > knobs[kMostHosts];
    if (culprit.pid == 0 || looks_for_machines ||
        !mostly_fails(scene, opened, culprit, group.size()))
      continue;
    found.push_back(
        report_group(scene, group, Severity::Warning, "pid " + std::to_string(culprit.pid)));
  }
  auto const shown = std::min(told.size(), static_cast<std::size_t>(knobs[kMost]));
  auto const all = std::span<Silence const* const>(told);
  for (auto const* each : all.first(shown)) {
    found.push_back(report(scene, *each, severity_of(scene, opened, *each, knobs)));
  }
  if (told.size() == shown) return;
  auto worst = Severity::Notice;
  for (auto const* each : all.subspan(shown)) {
    worst = std::max(worst, severity_of(scene, opened, *each, knobs));
  }
  found.push_back(report_group(scene, all.subspan(shown), worst, "others"));
}

}  // namespace

constinit Detector const kTimedOut{
    .id = "timed-out",
    .title = {"a destination does not answer attempts to connect", "目的地不应答连接尝试"},
    .looks_at = {"sockets in SYN_SENT that have been waiting for some seconds, and attempts of the "
                 "last 10 to 20 s that got no answer or were reported unreachable, by destination",
                 "按目的地统计已等待数秒的 SYN_SENT 套接字，以及最近 10 到 20 秒内无应答或被报告为"
                 "不可达的尝试"},
    .matters = {"The machine is down, the network on the way is broken, or a firewall drops the "
                "packets. A program without a time limit of its own hangs for more than two "
                "minutes at each attempt.",
                "对方主机停机、途中网络中断，或防火墙丢弃了数据包。没有自设时限的程序每次尝试都会"
                "挂起两分钟以上。"},
    .silent = {"a slow link, whose answers come within seconds; a crawler or a peer-to-peer "
               "program, some of whose many peers are gone; a scanner, which syn-fanout tells of; "
               "a destination that mostly answers",
               "数秒内得到应答的慢速链路；众多对端中有一些已离线的爬虫或点对点程序；由 syn-fanout "
               "报告的扫描器；大多应答的目的地"},
    .worst = Severity::Warning,
    .needs_events = false,
    .thresholds = kThresholds,
    .references = kReferences,
    .look = look,
};

}  // namespace lastack::detect
