// A program with sockets that should not be there: a trojan under a borrowed name, a program that
// hides its file, a shell that somebody far away types into.
#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "detect/ends.hh"
#include "detect/program.hh"
#include "detect/remote_shell.hh"
#include "detect/report.hh"
#include "detect/suspicion.hh"

namespace lastack::detect {

extern Detector const kSuspiciousProgram;

namespace {

using base::Phrase;
using model::Confidence;
using model::Process;
using model::Severity;

enum Knob : std::size_t { kShortestName };

constexpr auto kThresholds = std::to_array<Threshold>({
    {"shortest_name",
     6,
     4,
     40,
     "letters",
     {"a well-known name must have so many letters to be imitated by one letter more, less, or "
      "another",
      "知名程序名至少有这么多字母时，多一个、少一个或换一个字母才算仿冒"}},
});
constexpr auto kReferences = std::to_array<std::string_view>(
    {"proc_pid_exe(5)", "memfd_create(2)", "MITRE ATT&CK T1036.005", "MITRE ATT&CK T1059.004"});

constexpr std::size_t kMostPids = 8;  // named in a command

// What is said of each suspicion. {0} is the process, {1} its path, {2} whom it imitates.
struct Case {
  Suspicion suspicion = Suspicion::None;
  std::optional<Severity> beyond;  // with sockets that reach beyond this machine; nullopt: silent
  std::optional<Severity> near;    // with sockets on loopback only
  Confidence confidence = Confidence::Certain;
  Phrase title;
  Phrase why;
};

constexpr std::array<Case, kSuspicionCount> kCases{{
    {},
    {Suspicion::NewSystemTalker,
     Severity::Notice,
     std::nullopt,
     Confidence::Certain,
     {"{0} ({1}) opened a connection; the baseline does not know it as a program that talks",
      "{0}（{1}）建立了连接；基线中没有这个联网程序"},
     {"What has never talked before is new, changed, or used by somebody for the first time.",
      "从未联网的程序开始联网：它是新装的、被改动的，或有人第一次使用。"}},
    {Suspicion::Upgraded,
     Severity::Notice,
     Severity::Notice,
     Confidence::Certain,
     {"{0} still runs the old {1}, whose file was replaced or removed: restart it after the "
      "upgrade",
      "{0} 仍在运行旧的 {1}，其文件已被替换或删除：升级后请重启它"},
     {"An upgrade replaces the file; who runs the old one keeps its faults and holes until it is "
      "started again.",
      "升级会替换文件；重启之前，进程仍带着旧版本的缺陷和漏洞运行。"}},
    {Suspicion::Replaced,
     Severity::Notice,
     Severity::Notice,
     Confidence::Certain,
     {"{0} runs {1}, whose file was replaced or removed since it was started",
      "{0} 运行的 {1} 在启动之后被替换或删除"},
     {"Mostly it was built or installed anew. A program that deletes its own file hides from who "
      "looks for it.",
      "多半是重新编译或安装过。而删除自身文件的程序是在躲避检查。"}},
    {Suspicion::ScratchScript,
     Severity::Notice,
     std::nullopt,
     Confidence::Certain,
     {"{0} runs a script from where everybody may write", "{0} 运行的脚本位于任何人都可写的目录"},
     {"Intruders put their tools where they may write. So do people who try something out.",
      "入侵者把工具放在可写的地方；试验脚本的人也一样。"}},
    {Suspicion::ScratchTool,
     Severity::Notice,
     std::nullopt,
     Confidence::Certain,
     {"{0} runs from {1}: an AppImage, or built a moment ago",
      "{0} 从 {1} 运行：AppImage，或刚刚编译出来的程序"},
     {"Such programs live in /tmp by their nature. Anybody may give a program such a path.",
      "这类程序本来就在 /tmp 中。但任何人都可以使用这样的路径。"}},
    {Suspicion::RuntimeCopy,
     Severity::Notice,
     std::nullopt,
     Confidence::Possible,
     {"{0} is a copy in memory, named as container runtimes name theirs ({1}), and has "
      "connections: those have none",
      "{0} 是内存中的副本，名字与容器运行时的相同（{1}），却有网络连接；真正的副本没有"},
     {"runc and its like run a copy of themselves for an instant, without connections. The name "
      "may be borrowed.",
      "runc 等只在瞬间运行自身的副本，不会有连接。这个名字可能是借用的。"}},
    {Suspicion::NewTalker,
     Severity::Warning,
     std::nullopt,
     Confidence::Certain,
     {"{0} ({1}) opened a connection; the baseline does not know it, and it is not where packages "
      "put programs",
      "{0}（{1}）建立了连接；基线中没有它，它也不在软件包安装程序的位置"},
     {"What has never talked before is new, changed, or used by somebody for the first time.",
      "从未联网的程序开始联网：它是新装的、被改动的，或有人第一次使用。"}},
    {Suspicion::SystemElsewhere,
     Severity::Warning,
     Severity::Notice,
     Confidence::Likely,
     {"{0} is called like {2}, a part of the system, but runs from {1}",
      "{0} 与系统程序 {2} 同名，却从 {1} 运行"},
     {"Who reads a list of processes passes over a familiar name. The real one lives in /usr.",
      "浏览进程列表的人会放过熟悉的名字。真正的程序在 /usr 下。"}},
    {Suspicion::Scratch,
     Severity::Warning,
     Severity::Notice,
     Confidence::Certain,
     {"{0} runs from {1}, where everybody may write, and uses the network",
      "{0} 从任何人都可写的位置 {1} 运行，并使用网络"},
     {"Intruders can write there without any rights, so there their programs are. Installed "
      "programs never are.",
      "入侵者无需权限就能写入那里，所以他们的程序常在那里；正常安装的程序从不在那里。"}},
    {Suspicion::FalseName,
     Severity::Warning,
     Severity::Warning,
     Confidence::Likely,
     {"{0} calls itself {2}, but the program is {1}", "{0} 自称 {2}，实际程序却是 {1}"},
     {"A program may write any name into the list of processes. Bots take those of daemons.",
      "程序可以任意改写进程列表中的名字。僵尸程序常借用守护进程的名字。"}},
    {Suspicion::LookAlike,
     Severity::Warning,
     Severity::Warning,
     Confidence::Likely,
     {"{0} has a name that looks like {2}, but is another program ({1}): a trojan?",
      "{0} 的名字貌似 {2}，却是另一个程序（{1}）：木马？"},
     {"A trojan hides under a name that is nearly that of a program everybody knows, as "
      "EXPLORE.EXE under that of IEXPLORE.EXE.",
      "木马用与知名程序相近的名字藏身，如 EXPLORE.EXE 冒充 IEXPLORE.EXE。"}},
    {Suspicion::DeletedScratch,
     Severity::Critical,
     Severity::Warning,
     Confidence::Likely,
     {"{0} ran from {1}, where everybody may write, deleted its file, and uses the network: it "
      "hides",
      "{0} 从任何人都可写的位置 {1} 启动后文件被删除，并使用网络：它在隐藏自己"},
     {"Malware deletes its file as soon as it runs, so that nothing is found on the disk.",
      "恶意程序一运行就删除自己的文件，使磁盘上什么也找不到。"}},
    {Suspicion::Memory,
     Severity::Critical,
     Severity::Warning,
     Confidence::Likely,
     {"{0} was never a file: it runs from memory only ({1}), and uses the network",
      "{0} 从未是文件：它只在内存中运行（{1}），并使用网络"},
     {"Malware is run from a memfd so that nothing ever touches the disk. Only container runtimes "
      "do so for a good reason, and for an instant.",
      "恶意程序从 memfd 运行，从不落盘。只有容器运行时才有正当理由这样做，而且只在瞬间。"}},
    {Suspicion::KernelName,
     Severity::Critical,
     Severity::Critical,
     Confidence::Likely,
     {"{0} is called like the kernel thread {2}, but is a program ({1}) with sockets",
      "{0} 与内核线程 {2} 同名，却是一个有套接字的程序（{1}）"},
     {"Kernel threads have neither a file nor sockets of their own. Miners and bots take their "
      "names, which nobody looks at.",
      "内核线程既没有文件也没有自己的套接字。挖矿程序和僵尸程序借用它们的名字，因为没有人会去看"
      "。"}},
}};

static_assert(
    [] {
      for (std::size_t i = 0; i < kCases.size(); ++i) {
        if (kCases[i].suspicion != static_cast<Suspicion>(i)) return false;
      }
      return true;
    }(),
    "in the order of Suspicion");

Case const& case_of(Suspicion suspicion) { return kCases.at(static_cast<std::size_t>(suspicion)); }

// Processes of one program about which the same is to be said.
struct Group {
  Judgement judgement;
  std::vector<std::uint32_t> processes;
  std::vector<std::uint32_t> rows;
  bool beyond = false;
};

using GroupKey = std::pair<Suspicion, std::string>;  // and which program
using Groups = std::map<GroupKey, Group>;

bool reaches_beyond(model::Endpoint const& row) {
  bool const connected = row.flow.remote_port != 0;
  return !is_loopback(connected ? row.flow.remote : row.flow.local, row.family);
}

// visit(index of the process), each process of the row once.
template <typename Visit>
void for_each_process(Scene const& scene, model::Endpoint const& row, Visit const& visit) {
  auto last = model::kNone;
  for (auto const& owner : scene.snapshot->owners_of(row)) {
    if (owner.process == last) continue;
    last = owner.process;
    visit(last);
  }
}

// Judges a process once, when its first row comes.
class Judge {
 public:
  Judge(Scene const& scene, std::size_t shortest_name)
      : scene_(scene),
        shortest_name_(shortest_name),
        judged_(scene.snapshot->processes.size(), 0),
        judgements_(scene.snapshot->processes.size()) {}

  [[nodiscard]] Judgement const& of(std::uint32_t process) {
    if (judged_[process] == 0) {
      judged_[process] = 1;
      judgements_[process] = judge(scene_.snapshot->processes[process], shortest_name_);
    }
    return judgements_[process];
  }

 private:
  Scene const& scene_;
  std::size_t shortest_name_;
  std::vector<std::uint8_t> judged_;
  std::vector<Judgement> judgements_;
};

// Which connections say that a program has begun to talk.
class Newcomers {
 public:
  explicit Newcomers(Scene const& scene) : scene_(scene), known_(scene.snapshot->processes.size()) {
    if (scene.baseline != nullptr && !scene.baseline->talkers.empty()) listeners_.emplace(scene);
  }

  // None, where it is known, or the row is no reason to ask.
  [[nodiscard]] Suspicion of(std::uint32_t index, std::uint32_t process) {
    auto const& row = scene_.row(index);
    auto const& program = scene_.snapshot->processes[process];
    if (!listeners_ || row.flow.remote_port == 0 || program.exe.empty() || is_known(process)) {
      return Suspicion::None;
    }
    if (!reaches_beyond(row) || came_in(scene_, *listeners_, index)) return Suspicion::None;
    return place_of(program.exe) == Place::System ? Suspicion::NewSystemTalker
                                                  : Suspicion::NewTalker;
  }

 private:
  enum class Known : std::uint8_t { NotAsked, No, Yes };

  bool is_known(std::uint32_t process) {
    auto& known = known_[process];
    if (known == Known::NotAsked) {
      auto const& talkers = scene_.baseline->talkers;
      auto const key = program_key(scene_.snapshot->processes[process]);
      known = talkers.contains(key) ? Known::Yes : Known::No;
    }
    return known == Known::Yes;
  }

  Scene const& scene_;
  std::optional<Listeners> listeners_;
  std::vector<Known> known_;
};

// Finds the group of a process by its name once.
class Grouping {
 public:
  explicit Grouping(Scene const& scene)
      : scene_(scene), last_of_(scene.snapshot->processes.size()) {}

  void add(std::uint32_t index, std::uint32_t process, Judgement const& judgement) {
    auto& last = last_of_[process];
    if (last == nullptr || last->judgement.suspicion != judgement.suspicion) {
      auto identity = full_identity(scene_.snapshot->processes[process]);
      last = &groups_[{judgement.suspicion, std::move(identity)}];
      last->judgement = judgement;
      auto const known = std::ranges::find(last->processes, process);
      if (known == last->processes.end()) last->processes.push_back(process);
    }
    if (last->rows.empty() || last->rows.back() != index) last->rows.push_back(index);
    last->beyond = last->beyond || reaches_beyond(scene_.row(index));
  }
  [[nodiscard]] Groups take() { return std::move(groups_); }

 private:
  Scene const& scene_;
  Groups groups_;
  std::vector<Group*> last_of_;  // by process
};

Groups groups_of(Scene const& scene, std::size_t shortest_name) {
  Grouping grouping(scene);
  Judge judge(scene, shortest_name);
  Newcomers newcomers(scene);
  for (auto const index : scene.rows) {
    // What is left behind names who had it; that one may be gone.
    if (scene.row(index).no_owner != model::NoOwner::HasOwner) continue;
    for_each_process(scene, scene.row(index), [&](std::uint32_t process) {
      if (scene.own_pid != 0 && scene.snapshot->processes[process].pid == scene.own_pid) return;
      auto judgement = judge.of(process);
      if (judgement.suspicion <= Suspicion::Replaced) {
        auto const newcomer = newcomers.of(index, process);
        if (newcomer > judgement.suspicion) judgement = {newcomer, {}};
      }
      if (judgement.suspicion == Suspicion::None) return;
      grouping.add(index, process, judgement);
    });
  }
  return grouping.take();
}

// The first ones.
std::string pids_of(Scene const& scene, std::vector<std::uint32_t> const& processes,
                    std::string_view between) {
  std::string text;
  for (auto const process : std::span(processes).first(std::min(processes.size(), kMostPids))) {
    if (!text.empty()) text += between;
    text += std::to_string(scene.snapshot->processes[process].pid);
  }
  return text;
}

std::string path_of(Process const& process) {
  if (process.exe.empty()) return process.cmdline;
  return process.exe_deleted ? process.exe + " (deleted)" : process.exe;
}

void describe(model::Finding& finding, Process const& process) {
  std::string parents;
  for (auto const& parent : process.parents) {
    if (!parents.empty()) parents += " < ";
    parents += parent.comm + '[' + std::to_string(parent.pid) + ']';
  }
  tell(finding, "exe", {"program", "程序"}, path_of(process));
  tell(finding, "cmdline", {"command line", "命令行"}, process.cmdline);
  tell(finding, "parents", {"started by", "由谁启动"}, std::move(parents));
  tell(finding, "unit", {"systemd unit", "systemd 单元"}, process.unit);
  tell(finding, "container", {"container", "容器"}, process.container);
}

void advise_restart(model::Finding& finding, Process const& process) {
  auto const pid = std::to_string(process.pid);
  add_remedy(finding.now, {"See which file it was, and since when it runs", "查看原文件和启动时间"},
             "ls -l /proc/" + pid + "/exe; ps -o pid,user,lstart,args -p " + pid);
  add_remedy(finding.lasting, {"Start it again, so that it runs the new one", "重启它以运行新版本"},
             restart_command(process));
}

void advise_look(model::Finding& finding, std::string const& pids) {
  auto const first = pids.substr(0, pids.find(' '));
  auto list = pids;
  std::ranges::replace(list, ' ', ',');
  add_remedy(finding.now, {"See what it is and who started it", "查看它是什么程序、由谁启动"},
             "ls -l /proc/" + first + "/exe /proc/" + first +
                 "/cwd; ps -o pid,ppid,user,lstart,args -p " + list);
}

void advise_listing(model::Finding& finding, Scene const& scene,
                    std::vector<std::uint32_t> const& processes) {
  add_remedy(finding.now, {"See whom it talks to", "查看它在与谁通信"},
             "lastack list 'pid = " + pids_of(scene, processes, " or pid = ") + "'");
}

void advise_learning(model::Finding& finding, Scene const& scene, Group const& group) {
  add_remedy(finding.lasting,
             {"If it is meant to talk, let the baseline learn it while it runs",
              "如果它本应联网，在其运行时让基线学习"},
             learn_command(scene, "pid = " + pids_of(scene, group.processes, " or pid = ")));
}

void advise_arrest(model::Finding& finding, Scene const& scene, Group const& group) {
  auto const pids = pids_of(scene, group.processes, " ");
  auto const first = pids.substr(0, pids.find(' '));
  advise_look(finding, pids);
  advise_listing(finding, scene, group.processes);
  add_remedy(finding.now,
             {"Stop it for now; it can be looked at and continued", "先暂停它；仍可检查，也可恢复"},
             "kill -STOP " + pids);
  add_remedy(finding.now,
             {"Keep the program while it runs; afterwards it may be gone",
              "趁它还在运行保存程序文件；之后可能就没有了"},
             "cp /proc/" + first + "/exe pid-" + first + ".exe && sha256sum pid-" + first + ".exe");
  add_remedy(
      finding.lasting,
      {"If nobody put it there on purpose: cut the machine off the network, find how it came "
       "in, change passwords and keys, and reinstall",
       "如果没有人有意放置它：断开网络，查明入侵途径，更换密码和密钥，并重装系统"});
  if (group.judgement.suspicion == Suspicion::NewTalker) {
    advise_learning(finding, scene, group);
  } else if (group.judgement.suspicion == Suspicion::Scratch) {
    add_remedy(finding.lasting,
               {"Let no programs run from there: mount /tmp, /var/tmp and /dev/shm with noexec",
                "禁止从那里运行程序：以 noexec 挂载 /tmp、/var/tmp 和 /dev/shm"},
               "for d in /tmp /var/tmp /dev/shm; do findmnt -n -T $d -o TARGET,OPTIONS; done");
  }
}

void advise(model::Finding& finding, Scene const& scene, Group const& group) {
  auto const& process = scene.snapshot->processes[group.processes.front()];
  auto const suspicion = group.judgement.suspicion;
  if (suspicion == Suspicion::Upgraded || suspicion == Suspicion::Replaced) {
    advise_restart(finding, process);
    return;
  }
  if (finding.severity > Severity::Notice) {
    advise_arrest(finding, scene, group);
    return;
  }
  advise_look(finding, pids_of(scene, group.processes, " "));
  advise_listing(finding, scene, group.processes);
  if (suspicion == Suspicion::NewSystemTalker) advise_learning(finding, scene, group);
}

// Two signs at once are more than one.
Severity severity_of(Case const& each, Process const& process, Severity usual) {
  bool const hides = process.exe_deleted || place_of(process.exe) == Place::Scratch;
  return each.suspicion == Suspicion::LookAlike && hides ? Severity::Critical : usual;
}

void report_group(Groups::value_type const& entry, Scene const& scene, Findings& found) {
  auto const& [key, group] = entry;
  auto const& each = case_of(group.judgement.suspicion);
  auto const usual = group.beyond ? each.beyond : each.near;
  if (!usual) return;
  auto const& process = scene.snapshot->processes[group.processes.front()];
  auto finding = finding_of(kSuspiciousProgram, severity_of(each, process, *usual), key.second);
  finding.confidence = each.confidence;
  finding.title = {
      each.title, {process_text(process), path_of(process), std::string(group.judgement.imitated)}};
  finding.why = {each.why};
  blame(finding, scene, group.processes.front());
  show_sockets(finding, scene, group.rows);
  describe(finding, process);
  tell(finding, "imitates", {"name it resembles", "貌似"}, std::string(group.judgement.imitated));
  if (group.processes.size() > 1) {
    auto const more = group.processes.size() > kMostPids;
    tell(finding, "pids", {"processes", "进程"},
         number(group.processes.size()) + ": " + pids_of(scene, group.processes, ", ") +
             (more ? ", …" : ""));
  }
  advise(finding, scene, group);
  found.push_back(std::move(finding));
}

// {0} is the shell, {1} the other end, {2} this end.
struct ShellCase {
  Severity severity = Severity::Critical;
  Phrase title;

  // Somebody is typing, or may.
  [[nodiscard]] bool is_alarming() const { return severity > Severity::Notice; }
};
constexpr ShellCase kReverseShell{Severity::Critical,
                                  {"{0} takes its input from and writes its output to a connection "
                                   "opened to {1}: a reverse shell",
                                   "{0} 的输入和输出是一条主动连到 {1} 的连接：反弹 shell"}};
constexpr ShellCase kBindShell{
    Severity::Critical,
    {"{0} takes its input from and writes its output to a connection from {1} to {2}: a shell for "
     "whoever connects",
     "{0} 的输入和输出是来自 {1} 到 {2} 的连接：任何连上的人都得到一个 shell"}};
constexpr ShellCase kUnclearShell{
    Severity::Critical,
    {"{0} takes its input from and writes its output to a connection between {2} and {1}: a remote "
     "shell",
     "{0} 的输入和输出是 {2} 与 {1} 之间的连接：远程 shell"}};
constexpr ShellCase kShellOnDuty{
    Severity::Warning,
    {"{0} is started for whoever connects to {2}, and takes commands from {1} without asking who "
     "it is",
     "任何人连接 {2} 都会启动 {0}，它不问身份就执行来自 {1} 的命令"}};
constexpr ShellCase kServingScript{
    Severity::Notice,
    {"{0} runs a script whose input and output are a connection from {1} to {2}",
     "{0} 运行的脚本以来自 {1} 到 {2} 的连接为输入和输出"}};

// nullptr: inetd's daily work.
ShellCase const* case_of(RemoteShell const& shell) {
  if (shell.way == Way::Outgoing) return &kReverseShell;
  if (shell.on_duty) return shell.interactive ? &kShellOnDuty : nullptr;
  if (!shell.interactive) return &kServingScript;
  return shell.way == Way::Incoming ? &kBindShell : &kUnclearShell;
}

// What is done about a shell that somebody has taken.
void advise_against_intruder(model::Finding& finding) {
  add_remedy(finding.lasting,
             {"Take the machine off the network, find how they came in, change passwords and keys, "
              "and reinstall",
              "断开网络，查明入侵途径，更换密码和密钥，并重装系统"});
  add_remedy(finding.lasting, {"Let only those programs out that need it", "只放行需要外联的程序"},
             "nft list ruleset");
}

void advise_shell(model::Finding& finding, RemoteShell const& shell, ShellCase const& each,
                  Scene const& scene) {
  auto const& process = scene.snapshot->processes[shell.process];
  auto const& row = scene.row(shell.row);
  auto const pid = std::to_string(process.pid);
  auto line = pid;
  for (auto const& parent : process.parents) {
    if (parent.pid > 1) line += ',' + std::to_string(parent.pid);
  }
  if (each.is_alarming()) {
    add_remedy(finding.now,
               {"Stop it for now; it can be looked at, and its peer notices nothing yet",
                "先暂停它；仍可检查，对方暂时不会察觉"},
               "kill -STOP " + pid);
  }
  add_remedy(finding.now, {"See it with all that started it", "连同启动者一起查看"},
             "ps -o pid,ppid,user,lstart,args -p " + line);
  add_remedy(finding.now, {"See what it has open", "查看它打开了什么"},
             "ls -l /proc/" + pid + "/exe /proc/" + pid + "/cwd /proc/" + pid + "/fd");
  if (each.is_alarming() && row.cookie != 0) {
    add_remedy(finding.now, {"Then cut the connection", "然后切断连接"},
               "lastack close 'cookie = " + std::to_string(row.cookie) + "'");
  }
  if (shell.on_duty) {
    add_remedy(finding.lasting,
               {"Take the shell out of the configuration of inetd or systemd that starts it",
                "从启动它的 inetd 或 systemd 配置中去掉这个 shell"},
               "lastack list '" + netns_filter(scene, row) +
                   "state listen and sport = :" + std::to_string(row.flow.local_port) + "'");
  }
  if (each.severity == Severity::Critical) advise_against_intruder(finding);
}

constexpr Phrase kShellWhy{
    "Whoever is at the other end types, and the shell obeys with the rights of its user. Logins "
    "come over ssh, where the shell has a terminal or pipes, never a bare connection.",
    "对端输入什么，shell 就以其用户的权限执行什么。正常登录经由 ssh，shell "
    "连着终端或管道，而不是裸连接。"};

constexpr Phrase kScriptWhy{
    "What is sent goes into the script as its input. That is how inetd's services work; a script "
    "that "
    "runs what it reads would be a shell.",
    "收到的内容成为脚本的输入。inetd 的服务就是这样工作的；但会执行所读内容的脚本等于 shell。"};

void report_shell(RemoteShell const& shell, Scene const& scene, Findings& found) {
  auto const* each = case_of(shell);
  if (each == nullptr) return;
  auto const& process = scene.snapshot->processes[shell.process];
  auto const& row = scene.row(shell.row);
  auto finding = finding_of(kSuspiciousProgram, each->severity,
                            "streams of pid " + std::to_string(process.pid));
  bool const certain = shell.way_seen && shell.interactive;
  finding.confidence = certain ? Confidence::Certain : Confidence::Likely;
  finding.title = {each->title, {process_text(process), remote_text(row), local_text(row)}};
  finding.why = {each->is_alarming() ? kShellWhy : kScriptWhy};
  blame(finding, scene, shell.process);
  show_sockets(finding, scene, std::span(&shell.row, 1));
  tell(finding, "peer", {"other end", "对端"}, remote_text(row));
  describe(finding, process);
  if (shell.processes > 1) {
    tell(finding, "shells", {"shells on this connection", "此连接上的 shell"},
         number(shell.processes));
  }
  advise_shell(finding, shell, *each, scene);
  found.push_back(std::move(finding));
}

void look(Scene const& scene, Knobs const& knobs, Findings& found) {
  for (auto const& shell : remote_shells(scene)) report_shell(shell, scene, found);
  for (auto const& group : groups_of(scene, static_cast<std::size_t>(knobs[kShortestName]))) {
    report_group(group, scene, found);
  }
}

}  // namespace

constinit Detector const kSuspiciousProgram{
    .id = "suspicious-program",
    .title = {"a program with sockets hides its file, borrows a name, or is a shell that somebody "
              "types into from afar",
              "有套接字的程序隐藏自己的文件、冒用名字，或是有人在远端操作的 shell"},
    .looks_at =
        {"of every process with sockets: its file (deleted, only in memory, where everybody may "
         "write), its names against those of well-known programs and kernel threads, whether a "
         "shell's standard streams are one connection, and whether the baseline knows it",
         "每个有套接字的进程：其文件（已删除、只在内存中、位于任何人可写的目录），其名字与知名程序"
         "和"
         "内核线程的比较，shell 的标准输入输出是否为同一条连接，以及基线是否认识它"},
    .matters = {"An intruder's program has to run and to talk. It hides by having no file, by a "
                "familiar name, or by using the shell that is there already.",
                "入侵者的程序必须运行并通信。它靠没有文件、熟悉的名字，或现成的 shell 来隐藏。"},
    .silent =
        {"a script that inetd, xinetd or systemd starts for each connection; sshd's shells, which "
         "have terminals or pipes; daemons whose file an upgrade replaced are a notice; container "
         "runtimes' copies in memory; programs with versions in their names; what Wine runs under "
         "its own name; tools on loopback that were just built in /tmp",
         "由 inetd、xinetd 或 systemd 为每个连接启动的脚本；sshd 的 "
         "shell（它们有终端或管道）；升级替换了文件的守护进程只作提示；容器运行时在内存中的副本；"
         "名字带版本号的程序；Wine 以本名运行的程序；刚在 /tmp 中编译、只用回环地址的工具"},
    .worst = model::Severity::Critical,
    .needs_events = false,
    .thresholds = kThresholds,
    .references = kReferences,
    .look = look,
};

}  // namespace lastack::detect
