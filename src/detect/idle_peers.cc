#include "detect/idle_peers.hh"

#include <algorithm>
#include <string>

#include "detect/ends.hh"
#include "detect/report.hh"

namespace lastack::detect {
namespace {

using model::Severity;

// Data last went either way that long ago, ms; 0: not known.
std::uint32_t idle_ms(Scene const& scene, model::Endpoint const& row) {
  auto const* details = scene.snapshot->details_of(row);
  bool const known = details != nullptr && details->last_send_ms != model::kUnknown32 &&
                     details->last_receive_ms != model::kUnknown32;
  return known ? std::min(details->last_send_ms, details->last_receive_ms) : 0;
}

// A private address here and a public one there: somebody on the way translates.
bool goes_through_nat(model::Endpoint const& row) {
  return is_private_v4(row.flow.local, row.family) && is_public_v4(row.flow.remote, row.family);
}

bool is_unguarded(model::Endpoint const& row) {
  return row.protocol == model::Protocol::Tcp && row.state == model::SocketState::Established &&
         row.timer == model::TimerKind::None && row.owner_count > 0;
}

model::Finding report(Detector const& detector, Scene const& scene, ProcessRows const& group) {
  auto const& process = scene.snapshot->processes[group.process];
  auto const pid = std::to_string(process.pid);
  auto finding = finding_of(detector, Severity::Notice, "pid " + pid + " idle");
  finding.confidence = model::Confidence::Possible;
  finding.title = {{"{0}: idle connections through a NAT without keepalive, {1} of them: a peer "
                    "that is gone would go unnoticed",
                    "{0}：{1} 个空闲连接经过 NAT 且没有保活：对端消失也不会被察觉"},
                   {process_text(process), number(group.rows.size())}};
  blame(finding, scene, group.process);
  show_sockets(finding, scene, group.rows);
  std::uint32_t longest = 0;
  for (auto const index : group.rows) longest = std::max(longest, idle_ms(scene, scene.row(index)));
  finding.evidence = {
      {"connections",
       {"idle connections", "空闲连接"},
       {{"{0}", "{0}"}, {number(group.rows.size())}}},
      {"longest_idle", {"longest idle", "最长空闲"}, {{"{0}", "{0}"}, {seconds(longest / 1e3)}}},
  };
  finding.why = {
      {"A router that translates addresses forgets a connection that is silent, often "
       "after minutes, at the latest after hours (RFC 5382 asks for 2 h 4 min). Neither "
       "end is told: the next request hangs until retransmissions give up.",
       "转换地址的路由器会忘记静默的连接，往往几分钟，最多几小时（RFC 5382 要求 2 小时 4 "
       "分钟）。两端都不会得到通知：下一次请求会一直卡住，直到重传放弃。"},
      {}};
  finding.now = {{{{"See them with their timers", "查看这些连接及其定时器"}, {}},
                  "lastack list -o 'pid = " + pid + " and state established'"}};
  finding.lasting = {
      {{{"Turn on keepalive in the program (SO_KEEPALIVE with TCP_KEEPIDLE below 300 s), or let it "
         "close what is idle",
         "在程序中开启保活（SO_KEEPALIVE，TCP_KEEPIDLE 小于 300 秒），或让它关闭空闲连接"},
        {}},
       ""}};
  return finding;
}

}  // namespace

void find_idle_behind_nat(Detector const& detector, Scene const& scene, double idle_s,
                          Findings& found) {
  auto const is_forgotten = [&](model::Endpoint const& row) {
    return is_unguarded(row) && idle_ms(scene, row) >= idle_s * 1e3 && goes_through_nat(row);
  };
  for (auto const& group : rows_by_process(scene, is_forgotten)) {
    if (group.process != model::kNone) found.push_back(report(detector, scene, group));
  }
}

}  // namespace lastack::detect
