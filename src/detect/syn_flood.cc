// SYNs that nobody means to follow up: half-open connections fill a listener's request queue, so
// that real clients are turned away, or helped in by SYN cookies only.
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

extern Detector const kSynFlood;

namespace {

using model::Severity;
using model::SocketState;
using model::TcpCounter;
using model::TcpSetting;

enum Knob : std::size_t { kRequests, kFull, kTurnedAway, kUnfinished, kFewSources };

constexpr auto kThresholds = std::to_array<Threshold>({
    {"requests",
     200,
     2,
     1e6,
     "sockets",
     {"half-open connections of a listener, however long its queue may be",
      "一个监听端口的半开连接数（不论队列上限）"}},
    {"full",
     75,
     1,
     100,
     "%",
     {"or so much of its queue, where SYN cookies were sent or SYNs dropped",
      "或占其队列的比例（同时发送过 SYN cookie 或丢弃过 SYN）"}},
    {"turned_away",
     20,
     1,
     1e9,
     "SYNs",
     {"SYN cookies sent and SYNs dropped in the namespace within the last 30 to 60 s",
      "该命名空间最近 30 到 60 秒内发送的 SYN cookie 与丢弃的 SYN 数"}},
    {"unfinished",
     80,
     1,
     100,
     "%",
     {"of the handshakes that are decided, so many were not finished; no answer to the first "
      "SYN+ACK for 1 s counts (without events: for 3 s)",
      "已有结果的握手中未完成的比例；首个 SYN+ACK 1 秒无应答即计入（无事件时为 3 秒）"}},
    {"few_sources",
     4,
     1,
     1000,
     "hosts",
     {"from so few addresses it is no flood with forged ones, and they can be shut out",
      "来源地址不超过此数时不是伪造地址的洪泛，可直接封禁"}},
});
constexpr auto kReferences = std::to_array<std::string_view>(
    {"RFC 4987", "RFC 9293 3.10.7.4",
     "tcp(7) tcp_syncookies, tcp_max_syn_backlog, tcp_synack_retries", "listen(2)"});

constexpr std::size_t kMostSources = 100'000;  // told apart among the half-open

// What one listener (or several that share its port) has.
struct Siege {
  std::uint32_t listener = model::kNone;  // row of the first
  std::vector<std::uint32_t> waiting;     // rows in SYN_RECEIVED
  std::uint64_t limit = 0;                // of the request queues, together
  std::uint64_t unanswered = 0;           // of those that wait
  Distinct<4096> sources;                 // of those that wait
  ByPort recent;
  bool queue_full = false;  // that of accept(): a different trouble

  [[nodiscard]] std::uint64_t unfinished() const {
    return unanswered + recent.unanswered + recent.reset;
  }
};

// The first SYN+ACK is sent again after a second, the second after three.
bool is_unanswered(Scene const& scene, model::Endpoint const& row) {
  return row.retransmits >= (scene.blindness.events ? 1 : 2);
}

bool is_request(model::Endpoint const& row) {
  return row.protocol == model::Protocol::Tcp && row.state == SocketState::SynReceived &&
         row.no_owner != model::NoOwner::HasOwner;  // that one is of a connect(): crossed SYNs
}

// One more than the backlog is let in (kernel: reqsk_queue_is_full()); without cookies, the last
// quarter of tcp_max_syn_backlog is kept for known peers (kernel: tcp_conn_request()).
std::uint64_t limit_of(Scene const& scene, model::Endpoint const& listener) {
  auto const& settings = scene.facts_of(listener).settings;
  std::uint64_t const backlog = listener.send_queue;
  if (settings.get(TcpSetting::SynCookies) != 0) return backlog;
  auto const most = settings.get(TcpSetting::MaxSynBacklog);
  return std::min(backlog, most - most / 4);
}

std::vector<Siege> sieges_of(Scene const& scene) {
  std::vector<Siege> sieges;
  if (std::ranges::none_of(scene.rows,
                           [&](std::uint32_t index) { return is_request(scene.row(index)); })) {
    return sieges;
  }
  Listeners const listeners(scene);
  std::unordered_map<std::uint32_t, std::size_t> places;
  for (auto const index : scene.rows) {
    auto const& row = scene.row(index);
    if (!is_request(row)) continue;
    auto const group = listeners.of(row);
    if (group.empty()) continue;  // closed meanwhile: they die out
    auto const [place, is_new] = places.try_emplace(group.front(), sieges.size());
    if (is_new) {
      auto& siege = sieges.emplace_back();
      siege.listener = group.front();
      for (auto const each : group) {
        auto const& listener = scene.row(each);
        siege.limit += limit_of(scene, listener);
        siege.queue_full |= listener.recv_queue > listener.send_queue;
      }
      if (scene.history != nullptr) {
        siege.recent = scene.history->ports().get(scene.port_of(scene.row(group.front())));
      }
    }
    auto& siege = sieges[place->second];
    siege.waiting.push_back(index);
    if (is_unanswered(scene, row)) ++siege.unanswered;
    siege.sources.add(hash_of(row.flow.remote.bytes));
  }
  return sieges;
}

// What the namespace has counted while it was watched.
struct Counted {
  std::uint64_t cookies_sent = 0;
  std::uint64_t cookies_returned = 0;
  std::uint64_t dropped = 0;  // for a full request queue

  [[nodiscard]] std::uint64_t turned_away() const { return cookies_sent + dropped; }
  [[nodiscard]] std::uint64_t cookies_lost() const {
    return cookies_sent > cookies_returned ? cookies_sent - cookies_returned : 0;
  }
};

Counted counted_of(Scene const& scene, Siege const& siege) {
  auto const& facts = scene.facts_of(scene.row(siege.listener));
  Counted counted{.cookies_sent = facts.rise(TcpCounter::SyncookiesSent),
                  .cookies_returned = facts.rise(TcpCounter::SyncookiesRecv),
                  .dropped = facts.rise(TcpCounter::ReqQFullDrop)};
  // Those dropped for the sake of the last quarter have no counter of their own.
  bool const no_cookies = facts.settings.get(TcpSetting::SynCookies) == 0;
  auto const overflows = facts.rise(TcpCounter::ListenOverflows);
  auto const drops = facts.rise(TcpCounter::ListenDrops);
  if (no_cookies && drops > overflows)
    counted.dropped = std::max(counted.dropped, drops - overflows);
  return counted;
}

// Percent of the handshakes that are decided, by what is seen or by the cookies, whichever is
// worse: with a full queue, nearly all handshakes are only known to the cookies.
double unfinished_share(Siege const& siege, Counted const& counted, Knobs const& knobs) {
  auto const share = [](std::uint64_t part, std::uint64_t whole) {
    return whole == 0 ? 0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
  };
  auto const seen = share(siege.unfinished(), siege.unfinished() + siege.recent.connected);
  if (static_cast<double>(counted.cookies_sent) < knobs[kTurnedAway]) return seen;
  return std::max(seen, share(counted.cookies_lost(), counted.cookies_sent));
}

// nullopt: nothing to say.
std::optional<Severity> judge(Knobs const& knobs, Siege const& siege, Counted const& counted) {
  // Clients that have answered, and find no room: the program does not accept().
  if (siege.queue_full) return std::nullopt;
  auto const waiting = static_cast<double>(siege.waiting.size());
  bool const is_full = 100 * waiting >= knobs[kFull] * static_cast<double>(siege.limit);
  bool const turns_away =
      is_full && static_cast<double>(counted.turned_away()) >= knobs[kTurnedAway];
  if (!turns_away && waiting < knobs[kRequests]) return std::nullopt;
  // Real clients that come in a burst are young.
  if (2 * siege.unanswered < siege.waiting.size()) return std::nullopt;
  if (unfinished_share(siege, counted, knobs) < knobs[kUnfinished]) return std::nullopt;
  return is_full && counted.dropped > 0 ? Severity::Critical : Severity::Warning;
}

void add_evidence(model::Finding& finding, Scene const& scene, Siege const& siege,
                  Counted const& counted) {
  tell(finding, "half_open",
       {"half-open now, and the limit of the queue", "当前半开连接数及队列上限"},
       number(siege.waiting.size()) + " / " + number(siege.limit));
  tell(finding, "unanswered", {"of them with SYN+ACK sent again", "其中已重传 SYN+ACK 的"},
       number(siege.unanswered));
  tell(finding, "sources", {"distinct addresses among them", "其中不同的来源地址"},
       number(siege.sources.estimate()));
  if (scene.history != nullptr) {
    auto const& recent = siege.recent;
    tell(finding, "syn_rate", {"handshakes begun per second", "每秒开始的握手数"},
         number(recent.requests / scene.history->covered_s(scene.now_ns)));
    tell(finding, "finished",
         {"handshakes finished lately, and not finished", "最近完成和未完成的握手"},
         number(recent.connected) + " / " + number(siege.unfinished()));
  }
  auto const& facts = scene.facts_of(scene.row(siege.listener));
  if (!facts.counters || !facts.earlier) return;
  tell(finding, "cookies",
       {"SYN cookies sent in its namespace, and come back", "其命名空间发送和收回的 SYN cookie"},
       number(counted.cookies_sent) + " / " + number(counted.cookies_returned));
  tell(finding, "dropped",
       {"SYNs dropped in its namespace for want of room", "其命名空间因队列满而丢弃的 SYN"},
       number(counted.dropped));
}

// The address that most of the half-open come from.
model::Endpoint const& main_source(Scene const& scene, Siege const& siege) {
  std::unordered_map<std::uint64_t, std::size_t> counts;
  auto const* most = &scene.row(siege.waiting.front());
  std::size_t highest = 0;
  for (auto const index : siege.waiting) {
    auto const& row = scene.row(index);
    if (counts.size() >= kMostSources) break;
    auto const count = ++counts[hash_of(row.flow.remote.bytes)];
    if (count <= highest) continue;
    highest = count;
    most = &row;
  }
  return *most;
}

void advise_against_few(model::Finding& finding, Scene const& scene, Siege const& siege,
                        std::string const& enter) {
  auto const& row = main_source(scene, siege);
  auto const text = remote_host(row);
  bool const v4 = text.find(':') == std::string::npos;
  finding.now.push_back(
      {{{"Shut out the address that most come from: {0}", "封禁来源最多的地址：{0}"}, {text}},
       enter +
           "nft 'add table inet flood; add chain inet flood in { type filter hook input "
           "priority -10; }; add rule inet flood in " +
           (v4 ? "ip" : "ip6") + " saddr " + text + " drop'"});
}

void advise(model::Finding& finding, Scene const& scene, Siege const& siege, Knobs const& knobs) {
  auto const& listener = scene.row(siege.listener);
  auto const enter = netns_entry(scene, listener, scene.process_of(siege.listener));
  auto const port = std::to_string(listener.flow.local_port);
  auto const& settings = scene.facts_of(listener).settings;
  if (settings.get(TcpSetting::SynCookies) == 0) {
    finding.now.push_back({{{"Turn SYN cookies on: clients get in although the queue is full",
                             "启用 SYN cookie：队列满时客户端仍能连入"}},
                           enter + "sysctl -w net.ipv4.tcp_syncookies=1"});
  }
  if (static_cast<double>(siege.sources.estimate()) <= knobs[kFewSources]) {
    advise_against_few(finding, scene, siege, enter);
  }
  finding.now.push_back({{{"See the half-open connections", "查看半开连接"}},
                         "lastack list '" + netns_filter(scene, listener) +
                             "state syn-received and sport = :" + port + "'"});
  finding.now.push_back({{{"Forget them sooner", "更快放弃它们"}},
                         enter + "sysctl -w net.ipv4.tcp_synack_retries=2"});
  finding.lasting = {
      {{{"Forged addresses cannot be shut out here: let the provider or a filter in front of the "
         "machine stop the flood",
         "伪造的地址无法在本机封禁：请由运营商或前端的清洗设备阻断洪泛"}},
       ""},
      {{{"If the addresses are real and none of them gets in: SYN+ACKs are lost on the way back "
         "(routes, a firewall in one direction)",
         "如果地址是真实的却都无法连入：SYN+ACK 在返回途中丢失（路由，或单向的防火墙）"}},
       enter + "ip route get " + remote_host(main_source(scene, siege))},
      {{{"A longer queue gives time: a larger backlog for listen(), at most net.core.somaxconn",
         "更长的队列可争取时间：为 listen() 指定更大的 backlog，上限为 net.core.somaxconn"}},
       enter + "sysctl net.core.somaxconn net.ipv4.tcp_max_syn_backlog"},
  };
}

model::Finding report(Scene const& scene, Knobs const& knobs, Siege const& siege,
                      Severity severity) {
  auto const& listener = scene.row(siege.listener);
  auto const subject = listener_subject(scene, listener);
  auto const counted = counted_of(scene, siege);
  auto finding = finding_of(kSynFlood, severity, subject);
  finding.confidence = model::Confidence::Likely;
  if (severity == Severity::Critical) {
    finding.title = {
        {"SYN flood against {0}: {1} half-open connections fill its queue, and SYNs are "
         "dropped",
         "{0} 遭受 SYN 洪泛：{1} 个半开连接占满队列，SYN 被丢弃"},
        {subject, number(siege.waiting.size())}};
  } else if (counted.cookies_sent > 0) {
    finding.title = {
        {"SYN flood against {0}: {1} half-open connections; SYN cookies let clients in",
         "{0} 遭受 SYN 洪泛：{1} 个半开连接；客户端靠 SYN cookie 连入"},
        {subject, number(siege.waiting.size())}};
  } else {
    finding.title = {
        {"{1} half-open connections to {0} that nobody finishes: a SYN flood, or no way "
         "back to the clients",
         "{0} 有 {1} 个无人完成的半开连接：SYN 洪泛，或到客户端的回程不通"},
        {subject, number(siege.waiting.size())}};
  }
  blame(finding, scene, scene.process_of(siege.listener));
  show_sockets(finding, scene, siege.waiting);
  add_evidence(finding, scene, siege, counted);
  advise(finding, scene, siege, knobs);
  return finding;
}

void look(Scene const& scene, Knobs const& knobs, Findings& found) {
  for (auto const& siege : sieges_of(scene)) {
    if (auto const severity = judge(knobs, siege, counted_of(scene, siege))) {
      found.push_back(report(scene, knobs, siege, *severity));
    }
  }
}

}  // namespace

constinit Detector const kSynFlood{
    .id = "syn-flood",
    .title = {"half-open connections fill a listener's queue, and nobody finishes them",
              "半开连接占满监听队列，却无人完成握手"},
    .looks_at =
        {"requests in SYN_RECEIVED by listener, against its backlog: how many had their "
         "SYN+ACK sent again, from how many addresses, how many handshakes are finished; SYN "
         "cookies sent and come back, SYNs dropped",
         "按监听端口统计处于 SYN_RECEIVED 的请求与 backlog 之比：重传过 SYN+ACK "
         "的数量、来源地址数、完成的握手数；发送和收回的 SYN cookie，以及丢弃的 SYN"},
    .matters = {"When the queue of half-open connections is full, the SYNs of real clients are "
                "dropped; with SYN cookies they get in, but without window scaling and SACK where "
                "timestamps are off.",
                "半开连接队列满后，真实客户端的 SYN 会被丢弃；有 SYN cookie "
                "时仍能连入，但若未启用时间戳则没有窗口缩放和 SACK。"},
    .silent =
        {"a burst of real clients, who finish their handshakes even where cookies were needed; "
         "a slow or lossy network, where handshakes take long and are finished; a full accept "
         "queue, which is another detector's; a port scan, whose half-open connections are "
         "reset at once",
         "真实客户端的突发（即使需要 cookie "
         "也会完成握手）；缓慢或丢包的网络（握手较慢但会完成）；accept "
         "队列已满（由另一检测器负责）；端口扫描（其半开连接立即被复位）"},
    .worst = Severity::Critical,
    .needs_events = false,
    .thresholds = kThresholds,
    .references = kReferences,
    .look = look,
};

}  // namespace lastack::detect
