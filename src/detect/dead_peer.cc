// Peers that no longer answer: what was sent is sent again and again, or probes stay without an
// answer, while programs wait for minutes.
#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>

#include "detect/idle_peers.hh"
#include "detect/peer_groups.hh"
#include "detect/report.hh"

namespace lastack::detect {

extern Detector const kDeadPeer;

namespace {

using base::Told;
using model::Severity;
using model::SocketState;
using model::TcpSetting;
using model::TimerKind;
using By = PeerGroup::By;

enum Knob : std::size_t { kRetransmits, kProbes, kClients, kClientShare, kShare, kPeers, kIdle };

constexpr auto kThresholds = std::to_array<Threshold>({
    {"retransmits",
     6,
     1,
     255,
     "",
     {"retransmissions in a row without any answer; the wait doubles each time, so that 6 take 12 "
      "s "
      "or more",
      "连续无应答的重传次数；每次等待时间加倍，6 次至少需要 12 秒"}},
    {"probes",
     3,
     1,
     255,
     "",
     {"keepalive or window probes in a row without an answer", "连续无应答的保活或窗口探测次数"}},
    {"clients",
     20,
     1,
     1e6,
     "connections",
     {"so many dead clients of one port make it a warning; fewer are a notice: clients come and go",
      "同一端口上失联客户端达到此数即为警告；更少只是提示：客户端来去是常事"}},
    {"client_share",
     50,
     1,
     100,
     "%",
     {"and so large must their share of the port's connections be",
      "同时须占该端口连接的这一比例"}},
    {"share",
     10,
     1,
     100,
     "%",
     {"connections opened here: the dead must be such a share of what their processes have open, "
      "else it is a notice",
      "本机发起的连接：失联的须占其进程所开连接的这一比例，否则只是提示"}},
    {"peers",
     4,
     1,
     1e6,
     "peers",
     {"dead peers of one process that are told one by one; more become one finding",
      "逐个报告的同一进程失联对端数；更多则合并为一条"}},
    {"idle",
     3600,
     1,
     1e9,
     "s",
     {"silence after which a connection through a NAT without keepalive is mentioned",
      "经过 NAT 且无保活的连接静默多久后提示"}},
});
constexpr auto kReferences = std::to_array<std::string_view>(
    {"RFC 9293 3.8.3", "RFC 9293 3.8.4", "RFC 5382 5", "tcp(7) tcp_retries2, TCP_USER_TIMEOUT"});

constexpr std::uint32_t kHeardMs = 1000;  // who was heard so lately is not dead
constexpr std::size_t kMostGroups = 10;   // of a namespace, then they become one
constexpr std::uint64_t kRtoMinMs = 200;  // TCP_RTO_MIN
constexpr std::uint64_t kMostRetries = 255;

// A receiver that takes back its window lets data be sent again, but it answers.
bool is_heard(model::SocketDetails const* details) {
  if (details == nullptr) return false;
  return details->snd_wnd == 0 || details->last_ack_ms < kHeardMs;
}

bool is_dead(Scene const& scene, std::uint32_t index, Knobs const& knobs) {
  auto const& row = scene.row(index);
  if (row.retransmits == 0 || row.protocol != model::Protocol::Tcp) return false;
  if (row.state != SocketState::Established && row.state != SocketState::CloseWait) return false;
  switch (row.timer) {
    case TimerKind::Retransmit:
      return row.retransmits >= knobs[kRetransmits] && !is_heard(scene.snapshot->details_of(row));
    case TimerKind::Keepalive:
    case TimerKind::Persist: return row.retransmits >= knobs[kProbes];
    default: return false;
  }
}

std::vector<std::uint32_t> dead_rows(Scene const& scene, Knobs const& knobs) {
  std::vector<std::uint32_t> dead;
  std::ranges::copy_if(scene.rows, std::back_inserter(dead),
                       [&](std::uint32_t index) { return is_dead(scene, index, knobs); });
  return dead;
}

Severity severity_of(PeerGroup const& group, std::size_t population, Knobs const& knobs) {
  auto const dead = static_cast<double>(group.rows.size());
  bool const clients = group.key.by == By::Port;
  if (clients && dead < knobs[kClients]) return Severity::Notice;
  // Of how many, is not known: whose they are cannot be seen.
  if (population == 0) return Severity::Notice;
  auto const share = clients ? knobs[kClientShare] : knobs[kShare];
  bool const large = 100 * dead >= share * static_cast<double>(population);
  return large ? Severity::Warning : Severity::Notice;
}

Told title_of(PeerGroup const& group, Scene const& scene) {
  auto const count = number(group.rows.size());
  auto const& row = scene.row(group.rows.front());
  auto const* process = only_process(scene, group);
  auto const who = process == nullptr ? "" : process_text(*process);
  switch (group.key.by) {
    case By::Port:
      return {{"clients of port {0} no longer answer: connections in doubt: {1}",
               "端口 {0} 的客户端不再应答：可疑连接 {1} 个"},
              {number(group.key.port), count}};
    case By::Peer:
      if (process == nullptr) {
        return {{"{0} no longer answers: connections that wait in vain: {1}",
                 "{0} 不再应答：{1} 个连接在空等"},
                {remote_text(row), count}};
      }
      return {{"{0} no longer answers: {1} waits in vain (connections: {2})",
               "{0} 不再应答：{1} 在空等（{2} 个连接）"},
              {remote_text(row), who, count}};
    case By::Process:
      return {{"{0}: many of its peers no longer answer (connections: {1})",
               "{0}：它的许多对端不再应答（{1} 个连接）"},
              {who, count}};
    case By::Namespace: break;
  }
  return {{"peers of many programs no longer answer: is the network down? (connections: {0})",
           "许多程序的对端都不再应答：网络是否中断？（{0} 个连接）"},
          {count}};
}

// What the kernel waits for at the least before it gives up (kernel: tcp_model_timeout()).
double retransmission_limit_s(model::TcpSettings const& settings) {
  std::uint64_t total = 0;
  std::uint64_t wait = kRtoMinMs;
  auto const retries = std::min(settings.get(TcpSetting::Retries2), kMostRetries);
  for (std::uint64_t i = 0; i <= retries; ++i) {
    total += wait;
    wait = std::min(2 * wait, settings.get(TcpSetting::RtoMaxMs));
  }
  return static_cast<double>(total) / 1e3;
}

Told give_up(model::TcpSettings const& settings, bool keepalive) {
  if (!keepalive) {
    return {
        {"after {0} or more (tcp_retries2 = {1}), unless TCP_USER_TIMEOUT is set",
         "至少 {0} 之后（tcp_retries2 = {1}），除非设置了 TCP_USER_TIMEOUT"},
        {seconds(retransmission_limit_s(settings)), number(settings.get(TcpSetting::Retries2))}};
  }
  return {
      {"after {0} probes, one each {1} s (tcp_keepalive_probes, tcp_keepalive_intvl), unless the "
       "program has set its own",
       "{0} 次探测之后，每 {1} 秒一次（tcp_keepalive_probes、tcp_keepalive_"
       "intvl），除非程序另有设置"},
      {number(settings.get(TcpSetting::KeepaliveProbes)),
       number(settings.get(TcpSetting::KeepaliveInterval))}};
}

// What the rows of a group have in common, worst first.
struct Symptoms {
  std::uint64_t unacked = 0;  // bytes
  std::uint32_t silent_ms = 0;
  unsigned retransmits = 0;
  unsigned probes = 0;
  std::uint64_t since_ns = 0;

  void add(Scene const& scene, std::uint32_t index) {
    auto const& row = scene.row(index);
    bool const again = row.timer == TimerKind::Retransmit;
    auto& most = again ? retransmits : probes;
    most = std::max<unsigned>(most, row.retransmits);
    unacked += row.send_queue;
    auto const* details = scene.snapshot->details_of(row);
    if (details != nullptr && details->last_ack_ms != model::kUnknown32) {
      silent_ms = std::max(silent_ms, details->last_ack_ms);
    }
    auto const condition = again                               ? Condition::Retransmitting
                           : row.timer == TimerKind::Keepalive ? Condition::ProbesUnanswered
                                                               : Condition::WindowClosed;
    auto const lasted = scene.lasted_ns(index, condition).value_or(0);
    if (lasted == 0) return;
    auto const since = scene.now_ns - lasted;
    since_ns = since_ns == 0 ? since : std::min(since_ns, since);
  }
};

void add_evidence(model::Finding& finding, PeerGroup const& group, Scene const& scene,
                  std::size_t population) {
  Symptoms symptoms;
  for (auto const index : group.rows) symptoms.add(scene, index);
  auto const& settings = scene.facts_of(scene.row(group.rows.front())).settings;
  tell(finding, "connections",
       {"without an answer, of those of the same port or program", "无应答 / 同端口或同程序的全部"},
       number(group.rows.size()) + " / " + number(std::max(population, group.rows.size())));
  if (symptoms.retransmits > 0) {
    tell(finding, "retransmits", {"retransmissions in a row, at most", "连续重传次数（最多）"},
         number(symptoms.retransmits));
  }
  if (symptoms.probes > 0) {
    tell(finding, "probes", {"probes without an answer, at most", "无应答的探测次数（最多）"},
         number(symptoms.probes));
  }
  if (symptoms.silent_ms > 0) {
    tell(finding, "silent",
         {"last heard of the peer, at the longest", "距最后一次收到对端的报文（最长）"},
         seconds(symptoms.silent_ms / 1e3));
  }
  if (symptoms.unacked > 0) {
    tell(finding, "unacked", {"sent or waiting, not acknowledged", "已发送或待发送、未确认"},
         bytes(symptoms.unacked));
  }
  finding.evidence.push_back({"gives_up",
                              {"the kernel gives up", "内核放弃的时间"},
                              give_up(settings, symptoms.retransmits == 0)});
  // Since when they are in their state says little here.
  finding.since_ns = symptoms.since_ns;
}

void advise(model::Finding& finding, PeerGroup const& group, Scene const& scene) {
  auto const& row = scene.row(group.rows.front());
  auto const entry = netns_entry(scene, row, group.processes.front());
  auto const address = remote_host(row);
  bool const clients = group.key.by == By::Port;
  finding.now = {
      {{{"See their timers: which are retransmitting, and how often",
         "查看它们的定时器：哪些在重传、重传了几次"},
        {}},
       "lastack list -o '" + group_filter(scene, group) + "'"},
      {{{"See which way leads to {0}", "查看通往 {0} 的路由"}, {address}},
       entry + "ip route get " + address},
  };
  if (!clients) {
    finding.now.push_back(
        {{{"Ask whether it answers a new connection", "试探它是否接受新连接"}, {}},
         entry + "lastack probe '" + remote_text(row) + "'"});
  }
  if (auto close = close_command(scene, group); !close.empty()) {
    finding.now.push_back({{{"End them, so that the program is told at once and can connect anew: "
                             "shows them and asks",
                             "结束这些连接，让程序立即得知并重新连接：先列出再询问"},
                            {}},
                           std::move(close)});
  }
  finding.lasting = {
      {{{"Let the program find out sooner: TCP_USER_TIMEOUT, keepalive below a minute, a timeout "
         "of "
         "its own",
         "让程序更早发现：TCP_USER_TIMEOUT、一分钟以内的保活、自己的超时"},
        {}},
       ""},
      {{{"Or give up sooner in the whole namespace: 8 retransmissions take 102 s at the least "
         "(RFC 9293 asks for 100 s)",
         "或让整个命名空间更早放弃：8 次重传至少 102 秒（RFC 9293 要求至少 100 秒）"},
        {}},
       entry + "sysctl -w net.ipv4.tcp_retries2=8"},
  };
}

model::Finding report(PeerGroup const& group, Scene const& scene, Severity severity,
                      std::size_t population) {
  auto finding = finding_of(kDeadPeer, severity, group_subject(scene, group));
  finding.confidence = model::Confidence::Likely;
  finding.title = title_of(group, scene);
  if (group.processes.size() == 1) blame(finding, scene, group.processes.front());
  show_sockets(finding, scene, group.rows);
  add_evidence(finding, group, scene, population);
  advise(finding, group, scene);
  return finding;
}

void look(Scene const& scene, Knobs const& knobs, Findings& found) {
  find_idle_behind_nat(kDeadPeer, scene, knobs[kIdle], found);
  auto const dead = dead_rows(scene, knobs);
  if (dead.empty()) return;
  Listeners const listeners(scene);
  auto const groups = group_by_peer(scene, listeners, dead,
                                    {.peers_of_process = static_cast<std::size_t>(knobs[kPeers]),
                                     .groups_of_namespace = kMostGroups});
  Population const population(scene, listeners, groups);
  found.reserve(found.size() + groups.size());
  for (auto const& group : groups) {
    auto const alike = population.of(group);
    found.push_back(report(group, scene, severity_of(group, alike, knobs), alike));
  }
}

}  // namespace

constinit Detector const kDeadPeer{
    .id = "dead-peer",
    .title = {"a peer no longer answers, and programs wait for it", "对端不再应答，而程序仍在等待"},
    .looks_at =
        {"established connections whose data is sent again and again, whose keepalive or window "
         "probes stay without an answer; and idle ones from a private to a public IPv4 address "
         "without keepalive",
         "反复重传数据、或保活与窗口探测无应答的已建立连接；以及从私有地址到公网 IPv4 "
         "地址、没有保活的空闲连接"},
    .matters =
        {"The peer, its machine or the path is gone, and nobody has told the connection. The "
         "kernel tries for about 15 minutes by default; until then the program hangs unless "
         "it has a timeout of its own.",
         "对端、它的主机或路径已经消失，而连接没有得到任何通知。内核默认会尝试约 15 "
         "分钟；在此之前，没有自己超时的程序会一直卡住。"},
    .silent = {"a slow or lossy link, where something is acknowledged now and then; a peer that "
               "answers but takes nothing (stalled-writer); an idle pool of connections, with or "
               "without keepalive; single clients of a server that have gone are a notice at most",
               "时有确认的慢速或丢包链路；有应答但不接收数据的对端（见 "
               "stalled-writer）；空闲连接池，无论有无保活；服务器个别客户端失联最多只是提示"},
    .worst = Severity::Warning,
    .needs_events = false,
    .thresholds = kThresholds,
    .references = kReferences,
    .look = look,
};

}  // namespace lastack::detect
