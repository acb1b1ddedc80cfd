// Local ports towards one destination (or of one address, where programs bind before they connect)
// that run out: then connect() fails with EADDRNOTAVAIL.
#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "detect/destinations.hh"
#include "detect/port_use.hh"

namespace lastack::detect {

extern Detector const kPortExhaustion;

namespace {

using model::Severity;

enum Knob : std::size_t { kShare, kCriticalShare, kForecast, kForecastShare };

constexpr auto kThresholds = std::to_array<Threshold>({
    {"share",
     80,
     1,
     100,
     "%",
     {"of the local ports towards one destination are in use",
      "通往同一目的地的本地端口已使用的比例"}},
    {"critical_share", 95, 1, 100, "%", {"so many make it critical", "达到此比例即为严重"}},
    {"forecast",
     60,
     0,
     60,
     "s",
     {"they will have run out within so long, if connections go on being opened as in the last 5 s",
      "若按最近 5 秒的速率继续打开连接，将在此时长内耗尽"}},
    {"forecast_share",
     40,
     1,
     100,
     "%",
     {"with less in use than this, nothing is forecast", "使用比例低于此值时不作预测"}},
});
constexpr auto kReferences =
    std::to_array<std::string_view>({"ip(7) ip_local_port_range", "ip(7) IP_BIND_ADDRESS_NO_PORT",
                                     "RFC 9293 3.3.2", "RFC 6191", "RFC 6056 3.3.3"});

// The process that has most of the rows; those in TIME_WAIT keep their last owner.
Culprit main_owner(Scene const& scene, std::vector<std::uint32_t> const& rows) {
  std::map<std::uint32_t, std::size_t> counts;
  for (auto const index : rows) {
    auto const process = scene.process_of(index);
    if (process != model::kNone) ++counts[process];
  }
  auto const most =
      std::ranges::max_element(counts, {}, [](auto const& each) { return each.second; });
  if (most == counts.end()) return {};
  return {scene.snapshot->processes[most->first].pid, most->first,
          static_cast<std::uint32_t>(counts.size() - 1)};
}

bool any_asked(Scene const& scene, std::vector<std::uint32_t> const& rows) {
  if (scene.rows.size() == scene.snapshot->endpoints.size()) return true;
  return std::ranges::any_of(rows, [&](std::uint32_t const index) {
    return std::ranges::binary_search(scene.rows, index);
  });
}

constexpr std::uint32_t kFew = 3;  // failures that may have another reason: a route that changes

// What there is to say of one destination.
struct Shortage {
  PortUse const* use = nullptr;
  PortSupply supply;
  std::optional<double> seconds_left;
  std::optional<double> rate;
  std::uint32_t without_port = 0;  // connect() found none, lately

  [[nodiscard]] double share() const {
    return 100.0 * static_cast<double>(use->rows.size()) / std::max(1U, supply.ports);
  }
  [[nodiscard]] bool fails() const { return without_port >= kFew; }
};

Shortage shortage_of(Scene const& scene, PortUses const& uses, PortUse const& use) {
  Shortage shortage{.use = &use,
                    .supply = uses.supply(use.netns),
                    .seconds_left = uses.seconds_left(use),
                    .rate = uses.rate(use)};
  if (scene.history != nullptr) {
    shortage.without_port = scene.history->destinations().get(use.to).attempts.no_port;
  }
  return shortage;
}

std::optional<Severity> severity_of(Shortage const& shortage, Knobs const& knobs) {
  if (shortage.fails() || shortage.share() >= knobs[kCriticalShare]) {
    return Severity::Critical;
  }
  bool const soon = shortage.share() >= knobs[kForecastShare] && shortage.seconds_left &&
                    *shortage.seconds_left <= knobs[kForecast];
  if (soon || shortage.share() >= knobs[kShare]) return Severity::Warning;
  return std::nullopt;
}

std::string range_text(PortSupply const& supply) {
  return std::to_string(supply.first) + "-" + std::to_string(supply.last);
}

void add_supply(model::Finding& finding, PortSupply const& supply) {
  tell(finding, "ports", {"local ports that there are", "本地端口总数"}, number(supply.ports));
  tell(finding, "range", {"ip_local_port_range", "ip_local_port_range"}, range_text(supply));
  if (supply.reserved > 0) {
    tell(finding, "reserved", {"of the range reserved", "其中保留的"}, number(supply.reserved));
  }
  if (supply.bound > 0) {
    tell(finding, "bound", {"of the range taken by listeners", "其中被监听者占用的"},
         number(supply.bound));
  }
}

void add_evidence(model::Finding& finding, Shortage const& shortage) {
  auto const& use = *shortage.use;
  tell(finding, "used", {"local ports in use", "已使用的本地端口"}, number(use.rows.size()));
  add_supply(finding, shortage.supply);
  tell(finding, "share", {"share in use", "使用比例"},
       percent(static_cast<double>(use.rows.size()), shortage.supply.ports));
  tell(finding, "time_wait",
       {"of them in TIME_WAIT, not to be taken over", "其中处于 TIME_WAIT 且不可接管"},
       number(use.time_wait));
  if (use.reusable > 0) {
    tell(finding, "reusable",
         {"more in TIME_WAIT that connect() may take over", "另有可由 connect() 接管的 TIME_WAIT"},
         number(use.reusable));
  }
  if (shortage.rate) {
    tell(finding, "rate", {"connections opened per second lately", "最近每秒打开的连接"},
         number(*shortage.rate));
  }
  if (shortage.seconds_left) {
    tell(finding, "exhausted_in", {"exhausted in", "预计耗尽时间"},
         seconds(*shortage.seconds_left));
  }
  if (shortage.without_port > 0) {
    tell(finding, "failed", {"connect() that found no port", "找不到端口的 connect()"},
         number(shortage.without_port));
  }
}

// Commands of other namespaces are entered by a process of it.
void advise(model::Finding& finding, Scene const& scene, Shortage const& shortage,
            Culprit const& culprit) {
  auto const& use = *shortage.use;
  auto const& row = scene.row(use.rows.front());
  auto const enter = netns_entry(scene, row, culprit.process);
  bool const mostly_time_wait = 2 * std::size_t{use.time_wait} >= use.rows.size();
  finding.now.push_back({{{"See the connections that hold the ports", "查看占用端口的连接"}},
                         "lastack list '" + destination_filter(scene, use.to) + "'"});
  if (shortage.supply.first > 15000) {
    finding.now.push_back(
        {{{"Allow more ports; reserve those of that range that services of this machine listen at",
           "放宽端口范围；其中本机服务监听的端口要先保留"}},
         enter + "sysctl -w net.ipv4.ip_local_port_range='15000 " +
             std::to_string(std::max(shortage.supply.last, 60999U)) + "'"});
  }
  if (mostly_time_wait && !use.reuse) {
    finding.now.push_back(
        {{{"Let connect() take over ports in TIME_WAIT after a second; safe where both ends use "
           "timestamps, as they do by default",
           "让 connect() 在一秒后接管 TIME_WAIT 中的端口；双方都用时间戳（默认如此）时是安全的"}},
         enter + "sysctl -w net.ipv4.tcp_tw_reuse=1"});
  }
  finding.lasting.push_back(
      {{{"Let the program keep connections open and use them again (keep-alive, a pool)",
         "让程序保持并重用连接（keep-alive、连接池）"}},
       ""});
  finding.lasting.push_back(
      {{{"Where so many are needed at once: more destination addresses or ports, or more source "
         "addresses, as each pair has ports of its own",
         "若确需同时使用这么多：增加目的地址或端口，或增加源地址，每一对地址各有自己的端口"}},
       ""});
}

void name_it(model::Finding& finding, Shortage const& shortage, std::string const& who) {
  auto const where = destination_text(shortage.use->to);
  auto const share = number(std::min(100.0, std::floor(shortage.share())));
  if (shortage.fails()) {
    finding.title = {{"No local port is left for connections to {0}: {1} attempts failed",
                      "通往 {0} 的连接已没有本地端口可用：{1} 次尝试失败"},
                     {where, number(shortage.without_port)}};
  } else if (shortage.seconds_left) {
    finding.title = {{"Local ports for connections to {0} run out in {1}: {2} % are in use",
                      "通往 {0} 的本地端口将在 {1}内耗尽：已使用 {2} %"},
                     {where, seconds(*shortage.seconds_left), share}};
  } else if (who.empty()) {
    finding.title = {{"{1} % of the local ports for connections to {0} are in use",
                      "通往 {0} 的本地端口已使用 {1} %"},
                     {where, share}};
  } else {
    finding.title = {{"{1} % of the local ports for connections to {0} are in use, most by {2}",
                      "通往 {0} 的本地端口已使用 {1} %，多数由 {2} 占用"},
                     {where, share, who}};
  }
}

std::string subject_of(Scene const& scene, PortUse const& use) {
  auto const& row = scene.row(use.rows.front());
  return model::to_string(use.from, use.family) + " to " + destination_text(use.to) +
         netns_suffix(scene, row);
}

model::Finding report(Scene const& scene, Shortage const& shortage, Severity severity) {
  auto const& use = *shortage.use;
  auto finding = finding_of(kPortExhaustion, severity, subject_of(scene, use));
  auto culprit = main_owner(scene, use.rows);
  if (culprit.pid == 0) culprit = Culprits(scene).of(use.to);
  // A forecast is one; what is counted is certain.
  bool const counted = shortage.fails() || !shortage.seconds_left;
  finding.confidence = counted ? model::Confidence::Certain : model::Confidence::Likely;
  name_it(finding, shortage, text_of(scene, culprit));
  blame(finding, scene, culprit);
  show_sockets(finding, scene, use.rows);
  add_evidence(finding, shortage);
  advise(finding, scene, shortage, culprit);
  return finding;
}

model::Finding report(Scene const& scene, BoundUse const& use, PortSupply const& supply,
                      Severity severity) {
  auto const& row = scene.row(use.rows.front());
  auto const from = model::to_string(use.from, use.family);
  auto finding = finding_of(kPortExhaustion, severity, from + netns_suffix(scene, row));
  finding.confidence = model::Confidence::Likely;
  auto const culprit = main_owner(scene, use.rows);
  finding.title = {{"{1} % of the local ports of {0} are in use, chosen by bind() before connect()",
                    "{0} 的本地端口已使用 {1} %，且是在 connect() 之前由 bind() 选取的"},
                   {from, number(std::floor(100.0 * use.ports / std::max(1U, supply.ports)))}};
  blame(finding, scene, culprit);
  show_sockets(finding, scene, use.rows);
  tell(finding, "used", {"local ports in use", "已使用的本地端口"}, number(use.ports));
  add_supply(finding, supply);
  tell(finding, "by_bind", {"of them such as bind() chooses", "其中属于 bind() 选取的"},
       number(use.second_choice));
  finding.now = {{{{"See the connections that hold the ports", "查看占用端口的连接"}},
                  "lastack list '" + netns_filter(scene, row) + "src " + from +
                      " and sport >= " + std::to_string(supply.first) + "'"}};
  finding.lasting = {
      {{{"Let the program set IP_BIND_ADDRESS_NO_PORT before bind(): the port is then chosen by "
         "connect(), for each destination anew",
         "让程序在 bind() 之前设置 IP_BIND_ADDRESS_NO_PORT：端口改由 connect() "
         "针对每个目的地分别选取"}},
       ""},
      {{{"Use more source addresses", "使用更多源地址"}}, ""},
  };
  return finding;
}

// connect() fails although the ports of that destination are not all in use, as far as is seen.
model::Finding report(Scene const& scene, Culprits const& culprits, Destination const& to,
                      ByDestination const& by) {
  auto finding = finding_of(kPortExhaustion, Severity::Warning, destination_subject(scene, to));
  finding.confidence = model::Confidence::Likely;
  auto const culprit = culprits.of(to, by.last_pid);
  finding.title = {{"connect() to {0} finds no free local port: {1} attempts failed",
                    "到 {0} 的 connect() 找不到空闲的本地端口：{1} 次尝试失败"},
                   {destination_text(to), number(by.attempts.no_port)}};
  blame(finding, scene, culprit);
  name_netns(finding, scene, towards(scene, to));
  tell(finding, "failed", {"connect() that found no port", "找不到端口的 connect()"},
       number(by.attempts.no_port));
  finding.now = {{{{"See which ports are in use", "查看哪些端口在使用"}},
                  "lastack list '" + destination_filter(scene, to) + "'"},
                 {{{"See the limits", "查看限制"}},
                  netns_entry(scene, towards(scene, to), culprit.process) +
                      "sysctl net.ipv4.ip_local_port_range net.ipv4.ip_local_reserved_ports"}};
  return finding;
}

// The worst of them; with many, the reason is one.
void look_at_failures(Scene const& scene, std::vector<PortUse> const& told, Findings& found) {
  constexpr std::size_t kMost = 6;
  if (scene.history == nullptr) return;
  std::vector<std::pair<Destination, ByDestination>> failing;
  scene.history->destinations().for_each([&](Destination const& to, ByDestination const& by) {
    if (by.attempts.no_port < kFew) return;
    bool const known = std::ranges::any_of(told, [&](PortUse const& use) { return use.to == to; });
    if (!known) failing.emplace_back(to, by);
  });
  if (failing.empty()) return;
  std::ranges::sort(failing, [](auto const& a, auto const& b) {
    if (a.second.attempts.no_port != b.second.attempts.no_port) {
      return a.second.attempts.no_port > b.second.attempts.no_port;
    }
    return std::pair(a.first.address, a.first.port) < std::pair(b.first.address, b.first.port);
  });
  Culprits const culprits(scene);
  for (auto const& [to, by] : std::span(failing).first(std::min(failing.size(), kMost))) {
    found.push_back(report(scene, culprits, to, by));
    if (failing.size() > kMost) {
      tell(found.back(), "destinations",
           {"destinations that it happens with", "出现此情况的目的地数"}, number(failing.size()));
    }
  }
}

void look(Scene const& scene, Knobs const& knobs, Findings& found) {
  PortUses const uses(scene);
  auto const least = std::min({knobs[kShare], knobs[kCriticalShare], knobs[kForecastShare]}) / 100;
  std::vector<PortUse> told;
  for (auto& use : uses.destinations(least)) {
    auto const shortage = shortage_of(scene, uses, use);
    auto const severity = severity_of(shortage, knobs);
    if (!severity || !any_asked(scene, use.rows)) continue;
    found.push_back(report(scene, shortage, *severity));
    told.push_back(std::move(use));
  }
  for (auto const& use : uses.sources(knobs[kShare] / 100)) {
    bool const known = std::ranges::any_of(told, [&](PortUse const& each) {
      return each.from == use.from && each.netns == use.netns;
    });
    if (known || !any_asked(scene, use.rows)) continue;
    auto const& supply = uses.supply(use.netns);
    bool const critical = 100.0 * use.ports >= knobs[kCriticalShare] * supply.ports;
    found.push_back(report(scene, use, supply, critical ? Severity::Critical : Severity::Warning));
  }
  look_at_failures(scene, told, found);
}

}  // namespace

constinit Detector const kPortExhaustion{
    .id = "port-exhaustion",
    .title = {"local ports for outgoing connections run out", "对外连接的本地端口即将耗尽"},
    .looks_at = {"local ports in use from one address to one destination and port, against "
                 "ip_local_port_range without reserved ports and listeners; ports of one address "
                 "where bind() chose them; connect() that found none. TIME_WAIT counts only where "
                 "tcp_tw_reuse does not let it be taken over",
                 "从同一地址到同一目的地和端口所用的本地端口，与 ip_local_port_range "
                 "（除去保留端口和监听者）比较；由 bind() 选取端口的地址；找不到端口的 connect()。"
                 "TIME_WAIT 仅在 tcp_tw_reuse 不允许接管时计入"},
    .matters = {"When no port is left, connect() fails with EADDRNOTAVAIL, and before that it "
                "becomes slow, as it searches. Other destinations still work, which makes it hard "
                "to see.",
                "端口用尽后 connect() 以 EADDRNOTAVAIL 失败，在此之前也会因搜索端口而变慢。其他"
                "目的地仍然可用，所以不易察觉。"},
    .silent = {"ten thousand TIME_WAIT after a load test; TIME_WAIT on loopback, which is taken "
               "over after a second; a server's TIME_WAIT, which takes no port; a crawler or a "
               "proxy with many destinations, which use the same ports; a steady rate whose "
               "TIME_WAIT end as fast as new ones come",
               "压力测试后的上万个 TIME_WAIT；环回上一秒后即可接管的 TIME_WAIT；不占端口的服务器端 "
               "TIME_WAIT；目的地众多、共用端口的爬虫或代理；TIME_WAIT 的到期与新增相抵的稳定速率"},
    .worst = Severity::Critical,
    .needs_events = false,
    .thresholds = kThresholds,
    .references = kReferences,
    .look = look,
};

}  // namespace lastack::detect
