// A client that opens a connection for each request: each pays for a handshake, a slow start and,
// mostly, a port in TIME_WAIT.
#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "detect/destinations.hh"

namespace lastack::detect {

extern Detector const kConnectionChurn;

namespace {

using model::Severity;

enum Knob : std::size_t { kRate, kHeavyRate, kOpen, kBytes };

constexpr auto kThresholds = std::to_array<Threshold>({
    {"rate",
     30,
     1,
     1e6,
     "1/s",
     {"connections that one process opens to one destination each second: a notice",
      "一个进程每秒向同一目的地打开的连接数：提示"}},
    {"heavy_rate",
     200,
     1,
     1e6,
     "1/s",
     {"so many are a warning; where this side closes first, 470 use up all ports in a minute",
      "达到此数为警告；若由本端先关闭，470 个即可在一分钟内用尽端口"}},
    {"open",
     1,
     0.001,
     3600,
     "s",
     {"for so long at most such a connection is open, on average", "这类连接平均打开的最长时间"}},
    {"bytes",
     65'536,
     1,
     1e9,
     "B",
     {"so much it carries at most, both ways, on average", "平均双向传输的最大数据量"}},
});
constexpr auto kReferences =
    std::to_array<std::string_view>({"RFC 9112 9.3", "RFC 9293 3.3.2", "RFC 5681 3.1"});

constexpr double kLeastWatchedS = 1.5;

// Programs whose purpose it is.
constexpr auto kLoadGenerators = std::to_array<std::string_view>(
    {"ab",      "wrk",        "wrk2",   "hey",     "siege",   "vegeta",  "k6",
     "h2load",  "bombardier", "oha",    "httperf", "tsung",   "locust",  "weighttp",
     "gobench", "autocannon", "fortio", "ghz",     "netperf", "sockperf"});

struct Churn {
  Destination to;
  ByRoute counts;
};
struct ChurningProcess {
  std::uint32_t pid = 0;
  std::vector<Churn> churns;
  double rate = 0;  // of all of them, 1/s
};

double rate_of(ByRoute const& counts, double covered_s) { return counts.begun / covered_s; }
double mean_open_s(ByRoute const& counts) {
  return counts.left_timed == 0 ? 0
                                : static_cast<double>(counts.open_ns) * 1e-9 / counts.left_timed;
}
double mean_bytes(ByRoute const& counts) {
  auto const bytes = static_cast<double>(counts.bytes_sent + counts.bytes_received);
  return counts.with_totals == 0 ? 0 : bytes / counts.with_totals;
}

bool is_churn(Scene const& scene, Knobs const& knobs, Route const& route, ByRoute const& counts) {
  auto const rate = rate_of(counts, scene.history->covered_s(scene.now_ns));
  // Handshakes cost little where no network is between, and TIME_WAIT is taken over there.
  auto const least = is_loopback(route.to) ? knobs[kHeavyRate] : knobs[kRate];
  if (route.pid == 0 || rate < least) return false;
  bool const are_short = counts.left_timed > 0 && mean_open_s(counts) <= knobs[kOpen] &&
                         counts.left * 2 >= counts.begun;
  if (!are_short || mean_bytes(counts) > knobs[kBytes]) return false;
  // What fails is another trouble.
  auto const attempts = scene.history->destinations().get(route.to).attempts;
  return attempts.connected >= 4 * (attempts.failed() + attempts.given_up);
}

bool generates_load(Scene const& scene, std::uint32_t pid) {
  auto const* process = process_of(scene, {pid, place_of(scene, pid), 0});
  return process != nullptr &&
         std::ranges::find(kLoadGenerators, process->comm) != kLoadGenerators.end();
}

std::vector<ChurningProcess> churning(Scene const& scene, Knobs const& knobs) {
  std::unordered_map<std::uint32_t, std::size_t> places;
  std::vector<ChurningProcess> found;
  auto const covered_s = scene.history->covered_s(scene.now_ns);
  scene.history->routes().for_each([&](Route const& route, ByRoute const& counts) {
    if (!is_churn(scene, knobs, route, counts)) return;
    auto const [place, is_new] = places.try_emplace(route.pid, found.size());
    if (is_new) found.emplace_back().pid = route.pid;
    auto& process = found[place->second];
    process.churns.push_back({route.to, counts});
    process.rate += rate_of(counts, covered_s);
  });
  std::erase_if(found, [&](auto const& each) { return generates_load(scene, each.pid); });
  for (auto& each : found) {
    std::ranges::sort(each.churns, [](Churn const& a, Churn const& b) {
      if (a.counts.begun != b.counts.begun) return a.counts.begun > b.counts.begun;
      return std::pair(a.to.address, a.to.port) < std::pair(b.to.address, b.to.port);
    });
  }
  std::ranges::sort(found, {}, &ChurningProcess::pid);
  return found;
}

// Rows that remain of them; those of nobody (TIME_WAIT) may be of another process.
std::vector<std::uint32_t> rows_to(Scene const& scene, Destination const& to,
                                   std::uint32_t process) {
  std::vector<std::uint32_t> rows;
  for (auto const index : scene.rows) {
    auto const& row = scene.row(index);
    bool const goes_there = row.protocol == model::Protocol::Tcp &&
                            row.flow.remote_port == to.port && row.flow.remote == to.address &&
                            scene.netns_inode(row) == to.netns;
    auto const owner = goes_there ? scene.process_of(index) : model::kNone;
    if (goes_there && (owner == model::kNone || owner == process)) rows.push_back(index);
  }
  return rows;
}

void add_evidence(model::Finding& finding, ChurningProcess const& process) {
  auto const& first = process.churns.front().counts;
  tell(finding, "rate", {"connections opened per second", "每秒打开的连接"}, number(process.rate));
  tell(finding, "begun", {"connections opened to the first destination", "向首要目的地打开的连接"},
       number(first.begun));
  tell(finding, "open", {"one is open for", "每个连接打开的时间"},
       seconds(std::max(1e-3, mean_open_s(first))));
  if (first.with_totals > 0) {
    tell(finding, "bytes", {"one carries", "每个连接传输的数据"},
         bytes(static_cast<std::uint64_t>(mean_bytes(first))));
  }
  if (process.churns.size() > 1) {
    std::string names;
    auto const shown = std::min<std::size_t>(5, process.churns.size());
    for (auto const& each : std::span(process.churns).first(shown)) {
      names += (names.empty() ? "" : ", ") + destination_text(each.to);
    }
    tell(finding, "destinations", {"destinations", "目的地"}, names);
  }
}

model::Finding report(Scene const& scene, ChurningProcess const& churning, Severity severity) {
  auto finding = finding_of(kConnectionChurn, severity, "pid " + std::to_string(churning.pid));
  auto const& to = churning.churns.front().to;
  Culprit const own{churning.pid, place_of(scene, churning.pid), 0};
  auto const who = text_of(scene, own);
  auto const per_second = number(std::max(1.0, std::round(churning.rate)));
  if (churning.churns.size() == 1) {
    finding.title = {{"{0} opens {1} short connections a second to {2}: one for each request?",
                      "{0} 每秒向 {2} 打开 {1} 个短连接：每个请求一个连接？"},
                     {who, per_second, destination_text(to)}};
  } else {
    finding.title = {{"{0} opens {1} short connections a second to {2} destinations: one for each "
                      "request?",
                      "{0} 每秒向 {2} 个目的地打开 {1} 个短连接：每个请求一个连接？"},
                     {who, per_second, number(churning.churns.size())}};
  }
  finding.confidence = model::Confidence::Likely;
  blame(finding, scene, own);
  show_sockets(finding, scene, rows_to(scene, to, own.process));
  name_netns(finding, scene, towards(scene, to));
  add_evidence(finding, churning);
  finding.now = {{{{"See them come and go", "查看它们的打开与关闭"}},
                  "lastack watch '" + destination_filter(scene, to) + "'"}};
  finding.lasting = {
      {{{"Let the program keep connections and use them again: HTTP keep-alive, a connection pool; "
         "nginx: keepalive in upstream, with proxy_http_version 1.1 and an empty Connection header",
         "让程序保持并重用连接：HTTP keep-alive、连接池；nginx：在 upstream 中用 keepalive，并设置 "
         "proxy_http_version 1.1 和空的 Connection 头"}},
       ""}};
  return finding;
}

void look(Scene const& scene, Knobs const& knobs, Findings& found) {
  if (scene.history == nullptr) return;
  if (scene.history->covered_s(scene.now_ns) < kLeastWatchedS) return;
  for (auto const& each : churning(scene, knobs)) {
    bool const local =
        std::ranges::all_of(each.churns, [](Churn const& churn) { return is_loopback(churn.to); });
    bool const heavy = each.rate >= knobs[kHeavyRate] && !local;
    found.push_back(report(scene, each, heavy ? Severity::Warning : Severity::Notice));
  }
}

}  // namespace

constinit Detector const kConnectionChurn{
    .id = "connection-churn",
    .title = {"a client opens a connection for each request", "客户端为每个请求打开一个连接"},
    .looks_at =
        {"connections that one process opened to one destination within the last 10 to 20 "
         "s: how many a second, for how long they were open, and how much they carried",
         "一个进程在最近 10 到 20 秒内向同一目的地打开的连接：每秒多少、打开多久、传输多少"},
    .matters =
        {"Each connection costs a round trip (with TLS two or more) before the first byte, "
         "begins slowly, and leaves a TIME_WAIT of 60 s at the side that closes first, which "
         "holds a local port if that is this side.",
         "每个连接在第一个字节之前要花一个往返（用 TLS 则两个以上），从慢启动开始，并在先关闭"
         "的一端留下 60 秒的 TIME_WAIT；若先关闭的是本端，还会占用一个本地端口。"},
    .silent = {"health checks every second; a crawler with many destinations; a connection pool "
               "that grows; load generators (ab, wrk, hey and others); less than 200 a second on "
               "loopback; attempts that fail",
               "每秒一次的健康检查；目的地众多的爬虫；正在增长的连接池；压力测试工具（ab、wrk、hey "
               "等）；环回上每秒不足 200 个；失败的尝试"},
    .worst = Severity::Warning,
    .needs_events = true,
    .thresholds = kThresholds,
    .references = kReferences,
    .look = look,
};

}  // namespace lastack::detect
