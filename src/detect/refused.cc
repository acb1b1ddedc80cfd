// Attempts to connect that the other side answers by a reset: nobody listens there, or a firewall
// says so.
#include <algorithm>
#include <array>
#include <string>
#include <unordered_map>
#include <vector>

#include "detect/destinations.hh"

namespace lastack::detect {

extern Detector const kRefused;

namespace {

enum Knob : std::size_t { kCount, kRate, kShare, kSeconds, kMost };

constexpr auto kThresholds = std::to_array<Threshold>({
    {"count",
     5,
     1,
     1e6,
     "attempts",
     {"attempts that one destination refused within the last 10 to 20 s",
      "最近 10 到 20 秒内同一目的地拒绝的尝试次数"}},
    {"rate", 0.4, 0, 1e6, "1/s", {"of them each second", "其每秒次数"}},
    {"share",
     50,
     1,
     100,
     "%",
     {"of the attempts there that are decided, so many were refused",
      "该目的地已有结果的尝试中被拒绝的比例"}},
    {"seconds",
     3,
     1,
     32,
     "s",
     {"different seconds in which some were refused: a restart is over sooner",
      "出现拒绝的不同秒数：重启不会持续这么久"}},
    {"most",
     6,
     1,
     1000,
     "findings",
     {"destinations told one by one; the rest is one finding",
      "逐一报告的目的地数；其余合并为一项"}},
});
constexpr auto kReferences = std::to_array<std::string_view>(
    {"RFC 9293 3.10.7.1", "RFC 9293 3.5.2", "connect(2) ECONNREFUSED"});

struct Refusal {
  Destination to;
  Attempts attempts;
  std::uint32_t last_pid = 0;
};

// A name with an IPv6 and an IPv4 address, "localhost" first of all, is often tried at both; where
// one of them answers, nobody misses the other.
class LoopbackTwins {
 public:
  explicit LoopbackTwins(Scene const& scene) {
    scene.history->destinations().for_each([&](Destination const& to, ByDestination const& by) {
      if (is_loopback(to)) connected_[{to.netns, to.port}] += by.attempts.connected;
    });
  }
  // Most of what was tried on that port was answered at another address of this machine.
  [[nodiscard]] bool answer(Refusal const& refusal) const {
    if (!is_loopback(refusal.to)) return false;
    auto const found = connected_.find({refusal.to.netns, refusal.to.port});
    auto const others = found == connected_.end() ? 0 : found->second - refusal.attempts.connected;
    return others * 2 >= refusal.attempts.refused;
  }

 private:
  std::unordered_map<Port, std::uint32_t, HashKey> connected_;
};

std::vector<Refusal> refusals(Scene const& scene, Knobs const& knobs) {
  std::vector<Refusal> found;
  auto const covered_s = scene.history->covered_s(scene.now_ns);
  scene.history->destinations().for_each([&](Destination const& to, ByDestination const& by) {
    auto const& attempts = by.attempts;
    auto const refused = static_cast<double>(attempts.refused);
    auto const decided = static_cast<double>(attempts.connected + attempts.failed());
    bool const many = refused >= knobs[kCount] && refused / covered_s >= knobs[kRate];
    bool const lasts = seconds_in(attempts.refused_seconds) >= knobs[kSeconds];
    if (!many || !lasts || 100 * refused < knobs[kShare] * decided) return;
    found.push_back({to, attempts, by.last_pid});
  });
  if (found.empty()) return found;
  LoopbackTwins const twins(scene);
  std::erase_if(found, [&](Refusal const& each) { return twins.answer(each); });
  std::ranges::sort(found, [](Refusal const& a, Refusal const& b) {
    if (a.attempts.refused != b.attempts.refused) return a.attempts.refused > b.attempts.refused;
    return std::pair(a.to.address, a.to.port) < std::pair(b.to.address, b.to.port);
  });
  return found;
}

// The address is one of this machine, as far as its sockets tell.
bool is_of_this_machine(Scene const& scene, Destination const& to) {
  if (is_loopback(to)) return true;
  return std::ranges::any_of(scene.snapshot->endpoints, [&](model::Endpoint const& row) {
    return row.family == to.family && row.flow.local == to.address &&
           scene.netns_inode(row) == to.netns;
  });
}

// What listens on that port of this machine, at other addresses: often the reason.
std::vector<std::uint32_t> other_listeners(Scene const& scene, Destination const& to) {
  std::vector<std::uint32_t> rows;
  auto const& endpoints = scene.snapshot->endpoints;
  for (std::uint32_t i = 0; i < endpoints.size(); ++i) {
    auto const& row = endpoints[i];
    bool const listens = row.protocol == model::Protocol::Tcp &&
                         row.state == model::SocketState::Listen &&
                         row.flow.local_port == to.port && scene.netns_inode(row) == to.netns;
    if (listens) rows.push_back(i);
  }
  return rows;
}

void add_evidence(model::Finding& finding, Scene const& scene, Refusal const& refusal) {
  auto const& attempts = refusal.attempts;
  tell(finding, "refused", {"attempts refused", "被拒绝的尝试"}, number(attempts.refused));
  tell(finding, "window", {"within", "时间范围"}, seconds(scene.history->covered_s(scene.now_ns)));
  tell(finding, "rate", {"refused per second", "每秒被拒绝次数"},
       number(attempts.refused / scene.history->covered_s(scene.now_ns)));
  tell(finding, "connected", {"attempts that succeeded", "成功的尝试"}, number(attempts.connected));
}

void advise_here(model::Finding& finding, Scene const& scene, Refusal const& refusal) {
  auto const port = std::to_string(refusal.to.port);
  auto const netns = netns_filter(scene, towards(scene, refusal.to));
  finding.now = {
      {{{"See what listens on that port, and at which address",
         "查看该端口上有什么在监听，以及监听的地址"}},
       "lastack list '" + netns + "state listen and sport = :" + port + "'"},
      {{{"See which services have failed, and start the one that is missing",
         "查看哪些服务已失败，并启动缺少的服务"}},
       "systemctl --failed"},
      {{{"See step by step what comes back", "逐步查看对方返回什么"}},
       probe_command(scene, refusal.to)},
  };
  auto const listeners = other_listeners(scene, refusal.to);
  if (listeners.empty()) return;
  std::string text;
  for (auto const index : std::span(listeners).first(std::min<std::size_t>(3, listeners.size()))) {
    text += (text.empty() ? "" : ", ") + local_text(scene.row(index));
  }
  tell(finding, "listens_elsewhere", {"but listens there", "但在此监听"}, text);
}

void advise_there(model::Finding& finding, Scene const& scene, Refusal const& refusal) {
  finding.now = {
      {{{"See step by step what comes back", "逐步查看对方返回什么"}},
       probe_command(scene, refusal.to)},
      {{{"On that machine: see whether the service runs, and at which address it listens",
         "在那台机器上：查看服务是否运行，以及监听的地址"}},
       "ss -ltnp 'sport = :" + std::to_string(refusal.to.port) + "'"},
  };
}

model::Finding report(Scene const& scene, Refusal const& refusal, Culprit const& culprit) {
  auto finding =
      finding_of(kRefused, model::Severity::Warning, destination_subject(scene, refusal.to));
  auto const who = text_of(scene, culprit);
  auto const where = destination_text(refusal.to);
  auto const times = number(refusal.attempts.refused);
  if (who.empty()) {
    finding.title = {{"{0} refuses connections: {1} attempts", "{0} 拒绝连接：{1} 次尝试"},
                     {where, times}};
  } else {
    finding.title = {
        {"{0} refuses the connections of {1}: {2} attempts", "{0} 拒绝 {1} 的连接：{2} 次尝试"},
        {where, who, times}};
  }
  blame(finding, scene, culprit);
  name_netns(finding, scene, towards(scene, refusal.to));
  add_evidence(finding, scene, refusal);
  if (culprit.others > 0) {
    tell(finding, "other_processes", {"other processes that try", "其他尝试连接的进程"},
         number(culprit.others));
  }
  if (is_of_this_machine(scene, refusal.to)) {
    advise_here(finding, scene, refusal);
  } else {
    advise_there(finding, scene, refusal);
  }
  finding.lasting = {
      {{{"Let the program wait longer after each failure, and let the service be started before it",
         "让程序在每次失败后等待更久，并确保服务先于它启动"}},
       ""},
      {{{"If a firewall answers so on purpose, correct its rules or the program's settings",
         "如果是防火墙有意拒绝，请修改其规则或程序的设置"}},
       "nft list ruleset"},
  };
  return finding;
}

model::Finding report_rest(std::span<Refusal const> rest) {
  auto finding = finding_of(kRefused, model::Severity::Warning, "others");
  std::uint64_t attempts = 0;
  std::string names;
  for (auto const& each : rest) attempts += each.attempts.refused;
  for (auto const& each : rest.first(std::min<std::size_t>(5, rest.size()))) {
    names += (names.empty() ? "" : ", ") + destination_text(each.to);
  }
  finding.title = {{"{0} more destinations refuse connections: {1} attempts",
                    "另有 {0} 个目的地拒绝连接：{1} 次尝试"},
                   {number(rest.size()), number(attempts)}};
  tell(finding, "destinations", {"some of them", "其中一些"}, names);
  finding.now = {{{{"See attempts as they are refused", "实时查看被拒绝的尝试"}},
                  "lastack watch 'from syn-sent to closed'"}};
  return finding;
}

void look(Scene const& scene, Knobs const& knobs, Findings& found) {
  if (scene.history == nullptr) return;
  auto const all = refusals(scene, knobs);
  if (all.empty()) return;
  Culprits const culprits(scene);
  auto const shown = std::min(all.size(), static_cast<std::size_t>(knobs[kMost]));
  for (auto const& each : std::span(all).first(shown)) {
    found.push_back(report(scene, each, culprits.of(each.to, each.last_pid)));
  }
  if (all.size() > shown) found.push_back(report_rest(std::span(all).subspan(shown)));
}

}  // namespace

constinit Detector const kRefused{
    .id = "refused",
    .title = {"a destination refuses connections", "目的地拒绝连接"},
    .looks_at = {"attempts to connect of the last 10 to 20 s that were answered by a reset, by "
                 "destination",
                 "按目的地统计最近 10 到 20 秒内以复位应答的连接尝试"},
    .matters = {"Nobody listens at that address and port (the service is down, or listens at "
                "another address), or a firewall rejects the connection. Each attempt fails at "
                "once, and the program goes without what it needs.",
                "该地址和端口上没有监听者（服务未运行，或监听在别的地址），或防火墙拒绝了连接。"
                "每次尝试都立即失败，程序得不到所需的服务。"},
    .silent = {"a service that is restarted; a name like localhost that is tried at ::1 in vain "
               "and then answers at 127.0.0.1; a port scan, whose ports are each tried once or "
               "twice; a single failure now and then",
               "正在重启的服务；localhost 等名称先试 ::1 失败、再由 127.0.0.1 应答的情况；每个端口"
               "只试一两次的端口扫描；偶尔的单次失败"},
    .worst = model::Severity::Warning,
    .needs_events = true,
    .thresholds = kThresholds,
    .references = kReferences,
    .look = look,
};

}  // namespace lastack::detect
