// A port that is open on every address and was not, or should not be.
#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "detect/baseline.hh"
#include "detect/open_services.hh"
#include "detect/program.hh"
#include "detect/report.hh"

namespace lastack::detect {

extern Detector const kExposedListener;

namespace {

using base::Phrase;
using model::Confidence;
using model::Family;
using model::Severity;

enum Knob : std::size_t { kSettled };

constexpr auto kThresholds = std::to_array<Threshold>({
    {"settled",
     1,
     0,
     3600,
     "s",
     {"a listener must have been there so long: FTP and tests open ports for an instant",
      "监听套接字至少存在这么久：FTP 和测试只短暂打开端口"}},
});
constexpr auto kReferences = std::to_array<std::string_view>({"bind(2)", "ipv6(7) IPV6_V6ONLY"});

constexpr std::size_t kMostPortsNamed = 8;

// What is wrong with a listener.
enum class Matter : std::uint8_t {
  OpenService,  // of a kind that should not be open
  Unknown,      // the baseline does not know it
  Widened,      // the baseline knows it on some addresses only
  New,          // it was not there when watching began
};

struct Open {
  std::uint32_t row = model::kNone;
  std::uint32_t process = model::kNone;
  Matter matter = Matter::New;
  OpenService const* service = nullptr;
};

// Listeners of one program about which the same is to be said; an open service has its own.
struct Group {
  Matter matter = Matter::New;
  std::uint32_t process = model::kNone;
  OpenService const* service = nullptr;
  std::vector<std::uint32_t> rows;
};
using Groups = std::map<std::string, Group>;  // by subject

// A container's own network is reached only through what its runtime publishes, and that listens
// on the host.
bool is_inside_container(Scene const& scene, model::Endpoint const& row, std::uint32_t process) {
  if (process == model::kNone || scene.snapshot->processes[process].container.empty()) return false;
  return !netns_suffix(scene, row).empty();
}

bool is_settled(Scene const& scene, std::uint32_t index, double settled_s) {
  auto const age = scene.age_ns(index);
  return !age || static_cast<double>(*age) >= settled_s * 1e9;
}

bool is_own(Scene const& scene, std::uint32_t process) {
  return scene.own_pid != 0 && process != model::kNone &&
         scene.snapshot->processes[process].pid == scene.own_pid;
}

// nullopt: as it should be.
std::optional<Matter> by_baseline(Scene const& scene, model::Endpoint const& row) {
  switch (familiarity(*scene.baseline, *scene.snapshot, row)) {
    case Familiarity::Known: return std::nullopt;
    case Familiarity::Narrower: return Matter::Widened;
    case Familiarity::Unknown: return Matter::Unknown;
  }
  return std::nullopt;
}

std::optional<Matter> by_history(Scene const& scene, model::Endpoint const& row) {
  bool const is_new = scene.history != nullptr && row.protocol == model::Protocol::Tcp &&
                      !scene.history->listened_first(scene.port_of(row));
  return is_new ? std::optional(Matter::New) : std::nullopt;
}

bool knows_listeners(Scene const& scene) {
  return scene.baseline != nullptr && !scene.baseline->listeners.empty();
}

std::optional<Matter> matter_of(Scene const& scene, model::Endpoint const& row) {
  return knows_listeners(scene) ? by_baseline(scene, row) : by_history(scene, row);
}

// Of UDP only what a baseline can tell, and no client's socket: those are bound to a port that the
// system chose.
bool is_looked_at(Scene const& scene, model::Endpoint const& row) {
  if (!takes_what_comes(row) || !is_everywhere(row)) return false;
  if (row.protocol == model::Protocol::Tcp) return true;
  auto const& settings = scene.facts_of(row).settings;
  bool const chosen = row.flow.local_port >= settings.get(model::TcpSetting::PortRangeFirst) &&
                      row.flow.local_port <= settings.get(model::TcpSetting::PortRangeLast);
  return knows_listeners(scene) && row.owner_count > 0 && !chosen;
}

std::optional<Open> examine(Scene const& scene, std::uint32_t index) {
  auto const& row = scene.row(index);
  auto const process = scene.process_of(index);
  if (is_own(scene, process) || is_inside_container(scene, row, process)) return std::nullopt;
  auto const matter = matter_of(scene, row);
  bool const is_tcp = row.protocol == model::Protocol::Tcp;
  auto const* service = is_tcp && process != model::kNone && (matter || !knows_listeners(scene))
                            ? open_service(row.flow.local_port, scene.snapshot->processes[process])
                            : nullptr;
  if (service != nullptr) {
    return Open{index, process, matter.value_or(Matter::OpenService), service};
  }
  return matter ? std::optional(Open{index, process, *matter, nullptr}) : std::nullopt;
}

std::string subject_of(Scene const& scene, Open const& open) {
  auto const& row = scene.row(open.row);
  std::string subject(model::name(row.protocol));
  if (open.service != nullptr || open.process == model::kNone) {
    subject += " port " + std::to_string(row.flow.local_port);
  } else {
    auto const key = program_key(scene.snapshot->processes[open.process]);
    subject += (open.matter == Matter::Widened ? " wider " : " ") + key;
  }
  return subject + netns_suffix(scene, row);
}

Groups groups_of(Scene const& scene, double settled_s) {
  Groups groups;
  for (auto const index : scene.rows) {
    if (!is_looked_at(scene, scene.row(index)) || !is_settled(scene, index, settled_s)) continue;
    auto const open = examine(scene, index);
    if (!open) continue;
    auto& group = groups[subject_of(scene, *open)];
    if (group.rows.empty()) group = {open->matter, open->process, open->service, {}};
    group.rows.push_back(index);
  }
  return groups;
}

// Each once, in order, as many as a title can hold.
std::vector<std::uint16_t> ports_of(Scene const& scene, std::vector<std::uint32_t> const& rows) {
  std::vector<std::uint16_t> ports;
  ports.reserve(rows.size());
  for (auto const index : rows) ports.push_back(scene.row(index).flow.local_port);
  std::ranges::sort(ports);
  ports.erase(std::ranges::unique(ports).begin(), ports.end());
  return ports;
}

std::string port_list(std::vector<std::uint16_t> const& ports) {
  std::string text;
  for (std::size_t i = 0; i < ports.size() && i < kMostPortsNamed; ++i) {
    if (i > 0) text += ", ";
    text += std::to_string(ports[i]);
  }
  if (ports.size() > kMostPortsNamed) text += ", ...";
  return text;
}

void describe(model::Finding& finding, Scene const& scene, std::uint32_t process) {
  if (process == model::kNone) return;
  auto const& who = scene.snapshot->processes[process];
  tell(finding, "exe", {"program", "程序"}, who.exe);
  tell(finding, "cmdline", {"command line", "命令行"}, who.cmdline);
  tell(finding, "user", {"user", "用户"}, finding.user);
  tell(finding, "unit", {"systemd unit", "systemd 单元"}, who.unit);
  tell(finding, "container", {"container", "容器"}, who.container);
}

// "state listen and (sport = :80 or sport = :443)", for UDP "proto udp and …".
std::string filter_of(Scene const& scene, std::vector<std::uint32_t> const& rows) {
  auto const& row = scene.row(rows.front());
  std::string_view const kind =
      row.protocol == model::Protocol::Tcp ? "state listen" : "proto udp and state unconn";
  std::string ports;
  for (auto const port : ports_of(scene, rows)) {
    if (!ports.empty()) ports += " or ";
    ports += "sport = :" + std::to_string(port);
  }
  return netns_filter(scene, row) + std::string(kind) + " and (" + ports + ")";
}

void advise(model::Finding& finding, Scene const& scene, Group const& group) {
  auto const& row = scene.row(group.rows.front());
  add_remedy(finding.now, {"See who listens there", "查看谁在监听"},
             "lastack list '" + filter_of(scene, group.rows) + "'");
  add_remedy(finding.now, {"See what the firewall lets in", "查看防火墙放行了什么"},
             netns_entry(scene, row, group.process) + "nft list ruleset");
  if (group.process != model::kNone) {
    auto const pid = std::to_string(scene.snapshot->processes[group.process].pid);
    add_remedy(finding.now, {"See what it is and who started it", "查看它是什么程序、由谁启动"},
               "ls -l /proc/" + pid + "/exe; ps -o pid,ppid,user,lstart,args -p " + pid);
  }
  if (group.service != nullptr) {
    add_remedy(finding.lasting, group.service->cure);
  } else {
    add_remedy(finding.lasting,
               {"Let it listen on those addresses only that need it, or close the port in the "
                "firewall",
                "让它只监听需要的地址，或在防火墙中关闭该端口"});
  }
  if (knows_listeners(scene)) {
    add_remedy(
        finding.lasting,
        {"If it is meant to be open, let the baseline learn it", "如果它本应开放，让基线学习"},
        learn_command(scene, filter_of(scene, group.rows)));
  } else if (group.matter == Matter::New) {
    add_remedy(finding.lasting,
               {"Let lastack remember what is usual, and tell you of all else",
                "让 lastack 记住正常状况，以后只报告例外"},
               "lastack diagnose --learn");
  }
}

// {0} is the program, {1} the ports, {2} the service.
Phrase title_of(Matter matter) {
  switch (matter) {
    case Matter::OpenService:
      return {"{2} is open on every address: {0} on port {1}", "{2} 对所有地址开放：{0}，端口 {1}"};
    case Matter::Unknown:
      return {"{0} listens on every address, port {1}; the baseline does not know it",
              "{0} 在所有地址上监听端口 {1}；基线中没有它"};
    case Matter::Widened:
      return {"{0} listens on every address, port {1}; the baseline knows it on some only",
              "{0} 在所有地址上监听端口 {1}；基线中它只监听部分地址"};
    case Matter::New:
      return {"{0} has begun to listen on every address, port {1}",
              "{0} 开始在所有地址上监听端口 {1}"};
  }
  return {};
}

// What docker-proxy passes on is known by the container's port alone: a guess.
bool is_guess(Scene const& scene, Group const& group) {
  return group.service != nullptr && is_forwarder(scene.snapshot->processes[group.process]);
}

Severity severity_of(Scene const& scene, Group const& group) {
  auto const protocol = scene.row(group.rows.front()).protocol;
  bool const alarming = protocol == model::Protocol::Tcp &&
                        (group.matter == Matter::Unknown || group.matter == Matter::Widened);
  auto const usual = alarming ? Severity::Warning : Severity::Notice;
  bool const known = group.service != nullptr && !is_guess(scene, group);
  return known ? std::max(usual, group.service->severity) : usual;
}

std::string program_text(Scene const& scene, std::uint32_t process) {
  return process == model::kNone ? "?" : process_text(scene.snapshot->processes[process]);
}

void report_group(Groups::value_type const& entry, Scene const& scene, Findings& found) {
  auto const& [subject, group] = entry;
  auto finding = finding_of(kExposedListener, severity_of(scene, group), subject);
  auto const ports = ports_of(scene, group.rows);
  auto const* service = group.service;
  if (service != nullptr) {
    finding.confidence = is_guess(scene, group) ? Confidence::Possible : Confidence::Likely;
  }
  finding.title = {title_of(service != nullptr ? Matter::OpenService : group.matter),
                   {program_text(scene, group.process), port_list(ports),
                    std::string(service != nullptr ? service->name : "")}};
  if (service != nullptr) finding.why = {service->why};
  blame(finding, scene, group.process);
  show_sockets(finding, scene, group.rows);
  tell(finding, "ports", {"ports", "端口"}, port_list(ports));
  describe(finding, scene, group.process);
  advise(finding, scene, group);
  found.push_back(std::move(finding));
}

// The listeners of one TCP port in one namespace.
struct PortListeners {
  std::vector<std::uint32_t> v4;         // on one address
  std::uint32_t v6_only = model::kNone;  // on every IPv6 address
  bool v4_everywhere = false;
};

std::map<std::pair<std::uint32_t, std::uint16_t>, PortListeners> listeners_by_port(
    Scene const& scene, double settled_s) {
  std::map<std::pair<std::uint32_t, std::uint16_t>, PortListeners> by_port;
  for (auto const index : scene.rows) {
    auto const& row = scene.row(index);
    if (row.protocol != model::Protocol::Tcp || row.state != model::SocketState::Listen) continue;
    bool const everywhere = is_everywhere(row);
    bool const v4 = row.family == Family::Inet || model::is_v4_mapped(row.flow.local);
    if (!v4 && !everywhere) continue;
    auto& port = by_port[{row.netns, row.flow.local_port}];
    if (!everywhere) {
      port.v4.push_back(index);
    } else if (v4 || !row.v6_only) {
      port.v4_everywhere = true;
    } else if (is_settled(scene, index, settled_s)) {
      port.v6_only = index;
    }
  }
  return by_port;
}

void report_v6(Scene const& scene, PortListeners const& port, Findings& found) {
  if (port.v6_only == model::kNone || port.v4_everywhere || port.v4.empty()) return;
  auto const& row = scene.row(port.v6_only);
  auto const process = scene.process_of(port.v6_only);
  if (is_own(scene, process) || is_inside_container(scene, row, process)) return;
  if (knows_listeners(scene) && !matter_of(scene, row)) return;
  bool const closed = std::ranges::all_of(port.v4, [&](std::uint32_t index) {
    return is_loopback(scene.row(index).flow.local, scene.row(index).family);
  });
  bool const same_program = std::ranges::any_of(
      port.v4, [&](std::uint32_t index) { return scene.process_of(index) == process; });
  auto finding =
      finding_of(kExposedListener, closed && same_program ? Severity::Warning : Severity::Notice,
                 "tcp6 port " + std::to_string(row.flow.local_port) + netns_suffix(scene, row));
  finding.confidence = Confidence::Likely;
  finding.title = {{"port {0} is open on every IPv6 address ({1}), but with IPv4 only on {2}",
                    "端口 {0} 对所有 IPv6 地址开放（{1}），而 IPv4 只在 {2} 上开放"},
                   {std::to_string(row.flow.local_port), program_text(scene, process),
                    local_text(scene.row(port.v4.front()))}};
  finding.why = {
      {"Who closed it for IPv4 meant to close it. Machines of the same network reach it "
       "over IPv6, mostly past the firewall's IPv4 rules.",
       "关闭 IPv4 的人本意是关闭该端口。同一网络的机器仍可通过 IPv6 连上它，往往绕过防火墙的 "
       "IPv4 规则。"}};
  blame(finding, scene, process);
  auto rows = port.v4;
  rows.insert(rows.begin(), port.v6_only);
  show_sockets(finding, scene, rows);
  describe(finding, scene, process);
  add_remedy(finding.now, {"See both listeners", "查看两个监听套接字"},
             "lastack list '" + filter_of(scene, rows) + "'");
  add_remedy(finding.now,
             {"See what the firewall lets in over IPv6", "查看防火墙对 IPv6 放行了什么"},
             netns_entry(scene, row, process) + "nft list ruleset");
  add_remedy(finding.lasting, {"Let it listen on ::1 instead of ::, or on the same names for both",
                               "让它监听 ::1 而不是 ::，或两种协议使用相同的地址范围"});
  found.push_back(std::move(finding));
}

void look(Scene const& scene, Knobs const& knobs, Findings& found) {
  for (auto const& group : groups_of(scene, knobs[kSettled])) report_group(group, scene, found);
  for (auto const& [at, port] : listeners_by_port(scene, knobs[kSettled])) {
    report_v6(scene, port, found);
  }
}

}  // namespace

constinit Detector const kExposedListener{
    .id = "exposed-listener",
    .title = {"a port is open on every address and was not before, or should not be",
              "端口对所有地址开放，而以前没有开放，或不应开放"},
    .looks_at =
        {"listeners on 0.0.0.0 and [::]: against the baseline, or else against those that were "
         "there when watching began; the same port with IPv4 and IPv6; services that ask for no "
         "password (Docker 2375, memcached, debuggers) or often have none (Redis, MongoDB, etcd)",
         "在 0.0.0.0 和 [::] "
         "上的监听套接字：与基线比较，没有基线时与开始观察时比较；同一端口的 IPv4 与 "
         "IPv6；不需要密码的服务（Docker 2375、memcached、调试器）或常常没有密码的服务（Redis、"
         "MongoDB、etcd）"},
    .matters = {"Whoever can reach the machine can connect. What was opened by mistake, or by an "
                "intruder, is found by scanners within hours.",
                "能到达这台机器的人都能连接。误开的端口或入侵者打开的端口，几小时内就会被扫描到。"},
    .silent =
        {"without a baseline, what listened when watching began, such as sshd, nginx or "
         "PostgreSQL; a service that is restarted on its port; what the baseline knows; listeners "
         "in the network of a container, which only its runtime can publish; UDP sockets on ports "
         "that the system chose",
         "没有基线时，开始观察时已在监听的服务，如 sshd、nginx、PostgreSQL；在原端口上重启的服务；"
         "基线已知的；容器自己网络中的监听（只有容器运行时能发布它们）；系统分配端口的 UDP 套接字"},
    .worst = model::Severity::Warning,
    .needs_events = false,
    .thresholds = kThresholds,
    .references = kReferences,
    .look = look,
};

}  // namespace lastack::detect
