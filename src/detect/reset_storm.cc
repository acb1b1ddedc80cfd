// Established connections that end by a reset, many of them and for a while: broken by the other
// side, or by a program of this machine that closes with data unread.
#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <vector>

#include "detect/destinations.hh"

namespace lastack::detect {

extern Detector const kResetStorm;

namespace {

using model::Severity;

enum Knob : std::size_t { kResets, kShare, kSeconds, kClientResets, kClientShare };

constexpr auto kThresholds = std::to_array<Threshold>({
    {"resets",
     20,
     2,
     1e6,
     "connections",
     {"connections to one destination that it reset, or from one listener that were closed with "
      "unread data, within the last 10 to 20 s",
      "最近 10 到 20 秒内被同一目的地复位、或同一监听者带着未读数据关闭的连接数"}},
    {"share",
     20,
     1,
     100,
     "%",
     {"of the connections opened there meanwhile, so many ended so", "占同期打开的连接的比例"}},
    {"seconds",
     3,
     1,
     32,
     "s",
     {"different seconds in which it happened: a program that ends resets many connections at once",
      "发生复位的不同秒数：程序结束时会一次性复位许多连接"}},
    {"client_resets",
     60,
     2,
     1e6,
     "connections",
     {"connections that clients reset at one listener: a notice, as clients often do",
      "客户端在同一监听者上复位的连接数：提示，因为客户端常这样做"}},
    {"client_share",
     50,
     1,
     100,
     "%",
     {"of the connections that came in meanwhile, so many were reset by clients",
      "同期接入的连接中被客户端复位的比例"}},
});
constexpr auto kReferences = std::to_array<std::string_view>(
    {"RFC 9293 3.5.3", "RFC 9293 3.10.7.4", "RFC 1122 4.2.2.13", "RFC 9112 9.6"});

constexpr std::size_t kMost = 6;  // findings of each kind

// Which ports of this machine were told of already: the other ends of their connections may be
// here, too, and see the same.
using Told = std::set<std::pair<std::uint64_t, std::uint16_t>>;

bool reaches(Knobs const& knobs, std::uint32_t resets, std::uint32_t seconds,
             std::uint32_t opened) {
  return resets >= knobs[kResets] && seconds_in(seconds) >= knobs[kSeconds] &&
         100.0 * resets >= knobs[kShare] * std::max(resets, opened);
}

void tell_counts(model::Finding& finding, Scene const& scene, std::uint32_t resets,
                 std::uint32_t opened) {
  auto const covered_s = scene.history->covered_s(scene.now_ns);
  tell(finding, "resets", {"connections reset", "被复位的连接"}, number(resets));
  tell(finding, "window", {"within", "时间范围"}, seconds(covered_s));
  tell(finding, "rate", {"resets per second", "每秒复位次数"}, number(resets / covered_s));
  tell(finding, "opened", {"connections opened meanwhile", "同期打开的连接"}, number(opened));
}

// --- by listener ---

struct PortResets {
  Port port;
  std::uint32_t resets = 0;
  std::uint32_t opened = 0;
};

// A listener at that port; kNone: there is none any more.
std::uint32_t listener_at(Scene const& scene, Port const& port) {
  auto const& endpoints = scene.snapshot->endpoints;
  for (std::uint32_t i = 0; i < endpoints.size(); ++i) {
    auto const& row = endpoints[i];
    bool const listens = row.protocol == model::Protocol::Tcp &&
                         row.state == model::SocketState::Listen &&
                         row.flow.local_port == port.port && scene.netns_inode(row) == port.netns;
    if (listens) return i;
  }
  return model::kNone;
}

model::Endpoint endpoint_of(Scene const& scene, Port const& port) {
  auto endpoint = towards(scene, {.address = {}, .netns = port.netns});
  endpoint.flow.local_port = port.port;
  return endpoint;
}

std::string port_subject(Scene const& scene, Port const& port) {
  return "port " + std::to_string(port.port) + netns_suffix(scene, endpoint_of(scene, port));
}

std::string port_filter(Scene const& scene, Port const& port) {
  return netns_filter(scene, endpoint_of(scene, port)) + "sport = :" + std::to_string(port.port);
}

template <typename Wanted>
std::vector<PortResets> ports_with(Scene const& scene, Wanted const& wanted) {
  std::vector<PortResets> found;
  scene.history->ports().for_each([&](Port const& port, ByPort const& by) {
    auto const resets = wanted(by);
    if (resets > 0) found.push_back({port, resets, by.connected});
  });
  std::ranges::sort(found, [](PortResets const& a, PortResets const& b) {
    if (a.resets != b.resets) return a.resets > b.resets;
    return std::pair(a.port.netns, a.port.port) < std::pair(b.port.netns, b.port.port);
  });
  if (found.size() > kMost) found.resize(kMost);
  return found;
}

model::Finding finding_about(Scene const& scene, PortResets const& resets, Severity severity,
                             std::string const& kind, std::string& who) {
  auto finding = finding_of(kResetStorm, severity, kind + " " + port_subject(scene, resets.port));
  auto const listener = listener_at(scene, resets.port);
  if (listener != model::kNone) {
    auto const process = scene.process_of(listener);
    blame(finding, scene, process);
    if (process != model::kNone) who = process_text(scene.snapshot->processes[process]);
    show_sockets(finding, scene, std::span(&listener, 1));
  }
  if (who.empty()) who = port_subject(scene, resets.port);
  name_netns(finding, scene, endpoint_of(scene, resets.port));
  tell_counts(finding, scene, resets.resets, resets.opened);
  return finding;
}

void report_unread_by_servers(Scene const& scene, Knobs const& knobs, Findings& found, Told& told) {
  auto const ports = ports_with(scene, [&](ByPort const& by) {
    auto const& breaks = by.breaks;
    bool const enough = reaches(knobs, breaks.reset_unread, breaks.unread_seconds, by.connected);
    return enough ? breaks.reset_unread : 0U;
  });
  for (auto const& each : ports) {
    told.insert({each.port.netns, each.port.port});
    std::string who;
    auto finding = finding_about(scene, each, Severity::Warning, "unread", who);
    finding.title = {{"{0} closes connections with data unread, which resets them: {1} in {2}",
                      "{0} 带着未读数据关闭连接，导致复位：{2}内 {1} 次"},
                     {who, number(each.resets), seconds(scene.history->covered_s(scene.now_ns))}};
    finding.now = {
        {{{"See them as they happen", "实时查看"}},
         "lastack watch '" + port_filter(scene, each.port) + " and to closed'"},
        {{{"See whether clients lose answers: a reset may overtake the last data sent",
           "查看客户端是否丢失应答：复位可能先于最后发送的数据到达"}},
         "journalctl -e"},
    };
    finding.lasting = {
        {{{"Let the program read to the end before close(): shutdown(SHUT_WR), then read until "
           "there is nothing more, with a time limit (nginx: lingering_close)",
           "让程序在 close() 之前读完数据：先 shutdown(SHUT_WR)，再限时读到结束（nginx："
           "lingering_close）"}},
         ""}};
    found.push_back(std::move(finding));
  }
}

void report_resets_by_clients(Scene const& scene, Knobs const& knobs, Findings& found,
                              Told const& told) {
  auto const ports = ports_with(scene, [&](ByPort const& by) {
    auto const& breaks = by.breaks;
    bool const many = breaks.reset_in_use >= knobs[kClientResets] &&
                      seconds_in(breaks.peer_seconds) >= knobs[kSeconds];
    bool const most = 100.0 * breaks.reset_in_use >=
                      knobs[kClientShare] * std::max(breaks.reset_in_use, by.connected);
    return many && most ? breaks.reset_in_use : 0U;
  });
  for (auto const& each : ports) {
    if (told.contains({each.port.netns, each.port.port})) continue;
    std::string who;
    auto finding = finding_about(scene, each, Severity::Notice, "clients of", who);
    finding.title = {{"Clients reset their connections to {0}: {1} in {2}",
                      "客户端复位了到 {0} 的连接：{2}内 {1} 次"},
                     {who, number(each.resets), seconds(scene.history->covered_s(scene.now_ns))}};
    finding.now = {
        {{{"See which clients do", "查看是哪些客户端"}},
         "lastack watch '" + port_filter(scene, each.port) + " and from established to closed'"}};
    finding.lasting = {
        {{{"See whether clients give up because answers take too long, or are health checks that "
           "end so on purpose",
           "查看客户端是因应答太慢而放弃，还是有意如此结束的健康检查"}},
         ""}};
    found.push_back(std::move(finding));
  }
}

// --- by destination ---

struct DestinationResets {
  Destination to;
  std::uint32_t resets = 0;
  std::uint32_t opened = 0;
  std::uint32_t last_pid = 0;
};

template <typename Wanted>
std::vector<DestinationResets> destinations_with(Scene const& scene, Wanted const& wanted) {
  std::vector<DestinationResets> found;
  scene.history->destinations().for_each([&](Destination const& to, ByDestination const& by) {
    auto const resets = wanted(by);
    if (resets > 0) found.push_back({to, resets, by.attempts.connected, by.last_pid});
  });
  std::ranges::sort(found, [](DestinationResets const& a, DestinationResets const& b) {
    if (a.resets != b.resets) return a.resets > b.resets;
    return std::pair(a.to.address, a.to.port) < std::pair(b.to.address, b.to.port);
  });
  if (found.size() > kMost) found.resize(kMost);
  return found;
}

model::Finding finding_about(Scene const& scene, Culprits const& culprits,
                             DestinationResets const& resets, Severity severity,
                             std::string const& kind, std::string& who) {
  auto finding =
      finding_of(kResetStorm, severity, kind + " " + destination_subject(scene, resets.to));
  auto const culprit = culprits.of(resets.to, resets.last_pid);
  who = text_of(scene, culprit);
  if (who.empty()) who = "?";
  blame(finding, scene, culprit);
  name_netns(finding, scene, towards(scene, resets.to));
  tell_counts(finding, scene, resets.resets, resets.opened);
  return finding;
}

std::string watch_command(Scene const& scene, Destination const& to) {
  return "lastack watch '" + destination_filter(scene, to) + " and to closed'";
}

void report_resets_by_servers(Scene const& scene, Culprits const& culprits, Knobs const& knobs,
                              Findings& found, Told const& told) {
  auto const destinations = destinations_with(scene, [&](ByDestination const& by) {
    auto const& breaks = by.breaks;
    auto const opened = by.attempts.connected;
    bool const enough = reaches(knobs, breaks.reset_in_use, breaks.peer_seconds, opened);
    return enough ? breaks.reset_in_use : 0U;
  });
  for (auto const& each : destinations) {
    if (told.contains({each.to.netns, each.to.port})) continue;
    std::string who;
    auto finding = finding_about(scene, culprits, each, Severity::Warning, "by", who);
    finding.title = {{"{0} resets the established connections of {1}: {2} in {3}",
                      "{0} 复位了 {1} 已建立的连接：{3}内 {2} 次"},
                     {destination_text(each.to), who, number(each.resets),
                      seconds(scene.history->covered_s(scene.now_ns))}};
    finding.now = {
        {{{"See them as they happen", "实时查看"}}, watch_command(scene, each.to)},
        {{{"On that machine: see whether the service crashes, or closes with data unread",
           "在那台机器上：查看服务是否崩溃，或带着未读数据关闭"}},
         "lastack diagnose --for 10s --only reset-storm"},
    };
    finding.lasting = {{{{"If a firewall, NAT or load balancer on the way forgets idle "
                          "connections, send keepalives "
                          "more often than its time-out, or do not keep connections idle that long",
                          "如果途中的防火墙、NAT "
                          "或负载均衡器会丢弃空闲连接，让保活比其超时更频繁，或不要让连接空闲"
                          "那么久"}},
                        "sysctl net.ipv4.tcp_keepalive_time"}};
    found.push_back(std::move(finding));
  }
}

void report_unread_by_clients(Scene const& scene, Culprits const& culprits, Knobs const& knobs,
                              Findings& found, Told& told) {
  auto const destinations = destinations_with(scene, [&](ByDestination const& by) {
    auto const& breaks = by.breaks;
    bool const enough =
        breaks.reset_unread >= knobs[kClientResets] &&
        reaches(knobs, breaks.reset_unread, breaks.unread_seconds, by.attempts.connected);
    return enough ? breaks.reset_unread : 0U;
  });
  for (auto const& each : destinations) {
    told.insert({each.to.netns, each.to.port});
    std::string who;
    auto finding = finding_about(scene, culprits, each, Severity::Notice, "unread to", who);
    finding.title = {
        {"{0} closes connections to {1} before it has read all, which resets them: {2} "
         "in {3}",
         "{0} 未读完就关闭到 {1} 的连接，导致复位：{3}内 {2} 次"},
        {who, destination_text(each.to), number(each.resets),
         seconds(scene.history->covered_s(scene.now_ns))}};
    finding.now = {{{{"See them as they happen", "实时查看"}}, watch_command(scene, each.to)}};
    finding.lasting = {{{{"Let the program read answers to the end, or ask for less",
                          "让程序读完应答，或只请求所需的数据"}},
                        ""}};
    found.push_back(std::move(finding));
  }
}

void look(Scene const& scene, Knobs const& knobs, Findings& found) {
  if (scene.history == nullptr) return;
  Told told;
  report_unread_by_servers(scene, knobs, found, told);
  Culprits const culprits(scene);
  report_resets_by_servers(scene, culprits, knobs, found, told);
  report_unread_by_clients(scene, culprits, knobs, found, told);
  report_resets_by_clients(scene, knobs, found, told);
}

}  // namespace

constinit Detector const kResetStorm{
    .id = "reset-storm",
    .title = {"established connections are reset, many and for a while",
              "已建立的连接持续大量地被复位"},
    .looks_at =
        {"ends of established connections of the last 10 to 20 s: reset by the peer, by "
         "destination and by listener; closed by a program with received data unread",
         "最近 10 到 20 秒内已建立连接的结束方式：按目的地和监听者统计被对端复位，以及程序带着"
         "未读数据关闭"},
    .matters =
        {"A reset ends a connection without warning, and what was under way is lost: answers "
         "cut off, requests that have to be made again. Mostly a program closes without "
         "reading to the end, crashes, or something on the way has forgotten the "
         "connection.",
         "复位会毫无预警地结束连接，途中的数据会丢失：应答被截断，请求需要重发。多数是程序没有"
         "读完就关闭、程序崩溃，或途中的设备丢弃了连接状态。"},
    .silent = {"a program that ends and resets many connections at once, as a load generator does; "
               "resets of a few of many connections; connections that a program resets on purpose "
               "(SO_LINGER with 0); health checks now and then",
               "程序结束时一次性复位许多连接，如压力测试工具；大量连接中的少数复位；程序有意的复位"
               "（SO_LINGER 为 0）；不频繁的健康检查"},
    .worst = Severity::Warning,
    .needs_events = true,
    .thresholds = kThresholds,
    .references = kReferences,
    .look = look,
};

}  // namespace lastack::detect
