// Findings to be shown: one with everything that there is to tell, and floods.
#pragma once

#include <cstdlib>
#include <string>
#include <vector>

#include "detect/board.hh"
#include "model/finding.hh"
#include "support/stage.hh"

namespace lastack::test {

inline constexpr std::uint64_t kNow = 2000 * kSecondNs;
inline constexpr std::string_view kHostile = "\x1b]0;x\a\n\xff\xe2\x80\xae";

// Times are shown as in London in winter.
inline void be_in_utc() {
  ::setenv("TZ", "UTC", 1);
  ::tzset();
}

inline model::Process sample_process() {
  model::Process process;
  process.pid = 812;
  process.comm = "worker";
  process.exe = "/srv/app/bin/worker";
  process.exe_deleted = true;
  process.cmdline = "worker --listen 8080";
  process.uid = 33;
  process.uid_known = true;
  process.start_unix_ms = 1'795'500'000'123;
  process.unit = "app.service";
  process.container = std::string(64, 'c');
  return process;
}

inline model::SocketRef sample_socket(unsigned number, std::string netns) {
  auto endpoint = Stage::endpoint(model::SocketState::CloseWait, "10.0.0.1", 8080,
                                  host("10.9", number), static_cast<std::uint16_t>(50000 + number));
  endpoint.cookie = 0x100 + number;
  return {endpoint, std::move(netns)};
}

inline model::Finding full_finding() {
  model::Finding finding;
  finding.detector = "close-wait-leak";
  finding.subject = "pid 812";
  finding.severity = model::Severity::Warning;
  finding.confidence = model::Confidence::Likely;
  finding.title = {{"{0} does not close {1} connections that its peers have closed, and there are "
                    "more of them every minute",
                    "{0} 没有关闭 {1} 个对端已经关闭的连接，而且每分钟都在增加"},
                   {"worker[812]", "300"}};
  finding.process = sample_process();
  finding.user = "www-data";
  finding.netns = "web";
  finding.evidence = {
      {"sockets", {"sockets in CLOSE_WAIT", "处于 CLOSE_WAIT 的套接字"}, {{"{0}", "{0}"}, {"300"}}},
      {"growth", {"growth", "增长"}, {{"{0} in {1}", "{1} 内增加 {0}"}, {"+120", "60 s"}}},
      {"descriptors",
       {"file descriptors", "文件描述符"},
       {{"{0} of {1}; at the present rate the limit is reached in {2}, and then accept() fails",
         "{1} 个中的 {0} 个；按目前的速度 {2} 后达到上限，届时 accept() 会失败"},
        {"512", "1024", "4 min"}}},
  };
  for (unsigned i = 0; i < 3; ++i) finding.sockets.push_back(sample_socket(i, "web"));
  finding.cookies = {0x100, 0x101, 0x102};
  finding.socket_count = 300;
  finding.since_ns = kNow - 252 * kSecondNs;
  finding.why = {
      {"Each keeps a file descriptor and memory until the process ends; at the limit "
       "nothing more can be opened.",
       "每个连接都占用一个文件描述符和内存，直到进程结束；达到上限后就无法再打开任何文件。"}};
  finding.now = {
      {{{"See which descriptors they are", "查看是哪些描述符"}},
       "lastack list --columns pid,fd,local,remote,state 'pid = 812 and state close-wait'"},
      {{{"Restart {0}, which frees them", "重启 {0} 以释放它们"}, {"app.service"}},
       "systemctl restart app.service"},
  };
  finding.lasting = {{{{"Have the program call close() when read() returns 0",
                        "让程序在 read() 返回 0 时调用 close()"}},
                      ""}};
  finding.references = {"RFC 9293 3.6", "close(2)"};
  return finding;
}

// Of which next to nothing is known.
inline model::Finding poor_finding() {
  model::Finding finding;
  finding.detector = "blind-spots";
  finding.subject = "owners";
  finding.severity = model::Severity::Notice;
  finding.title = {{"the owners of some sockets are hidden", "部分套接字的所有者不可见"}};
  return finding;
}

// Named by somebody who knows about terminals.
inline model::Finding hostile_finding() {
  std::string const text(kHostile);
  auto finding = full_finding();
  finding.subject = text;
  finding.title.values = {text + "[812]", "300"};
  finding.process->comm = text;
  finding.process->exe = "/tmp/" + text;
  finding.process->cmdline = text + " --serve";
  finding.process->unit = text;
  finding.process->container = text;
  finding.user = text;
  finding.netns = text;
  for (auto& each : finding.evidence) each.value.values.assign(3, text);
  for (auto& each : finding.sockets) each.netns = text;
  finding.now[0].command = "ls " + text;
  finding.now[1].text.values = {text};
  return finding;
}

inline std::vector<model::Finding> flood(std::string_view detector, std::size_t count,
                                         model::Severity severity) {
  std::vector<model::Finding> findings;
  findings.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    auto& finding = findings.emplace_back(poor_finding());
    finding.detector = detector;
    finding.severity = severity;
    finding.subject = "pid " + std::to_string(100 + i);
    finding.title = {{"process {0} scans", "进程 {0} 在扫描"}, {std::to_string(100 + i)}};
  }
  return findings;
}

}  // namespace lastack::test
