// What lastack itself could not see, or lost on the way: how far its other findings, and its
// silence, can be trusted.
#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "detect/report.hh"

namespace lastack::detect {

extern Detector const kBlindSpots;

namespace {

using base::Told;
using model::Severity;

enum Knob : std::size_t { kLost };

constexpr auto kThresholds = std::to_array<Threshold>({
    {"lost",
     1,
     1,
     1e12,
     "records",
     {"records of the kernel that were lost while watching, or could not be read, that make it a "
      "warning: conclusions may be wrong",
      "监视期间丢失或无法解读的内核记录数，达到即为警告：结论可能有误"}},
});
constexpr auto kReferences = std::to_array<std::string_view>(
    {"capabilities(7)", "proc(5) hidepid", "docs/watch.md", "lastack status"});

constexpr std::size_t kNamesShown = 3;

// One thing that was not seen.
using Gap = model::Evidence;
using Gaps = std::vector<Gap>;

void count(Gaps& gaps, std::string_view id, base::Phrase label, std::uint64_t count) {
  if (count > 0) gaps.push_back({id, label, {{"{0}", "{0}"}, {number(count)}}});
}

// "a, b, c and 5 more", without a word of any language.
std::string some_of(std::vector<std::string> const& names) {
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), kNamesShown); ++i) {
    if (i > 0) text += ", ";
    text += names[i];
  }
  if (names.size() > kNamesShown) text += ", … (" + number(names.size()) + ")";
  return text;
}

void tell(Gaps& gaps, std::string_view id, base::Phrase label, std::string text) {
  if (!text.empty()) gaps.push_back({id, label, {{"{0}", "{0}"}, {std::move(text)}}});
}

// What went by and was not taken in. Whoever asked for no events ("--poll") misses nothing.
void add_losses(Gaps& gaps, Scene const& scene) {
  auto const& blind = scene.blindness;
  count(gaps, "lost", {"records lost because the buffer was full", "因缓冲区满而丢失的记录"},
        blind.lost);
  count(gaps, "skipped", {"runs of its programs that the kernel skipped", "被内核跳过的程序运行"},
        blind.skipped);
  count(gaps, "malformed", {"records that could not be understood", "无法解读的记录"},
        blind.malformed);
  if (scene.history != nullptr) {
    count(gaps, "forgotten",
          {"counts that found no room: only what matters most was kept",
           "没有空间容纳的计数：只保留了最重要的"},
          scene.history->forgotten());
  }
  bool const wanted = !blind.no_events_why.empty() && !blind.no_events_why.starts_with("--");
  if (blind.events || !wanted) return;
  tell(gaps, "no_events",
       {"state changes could not be watched, only guessed from listings; there is no",
        "无法监视状态变化，只能由前后列表推断；缺少"},
       blind.no_events_why);
}

// A process that may not be read hides nothing as long as every socket has an owner.
void add_owners(Gaps& gaps, model::Unseen const& unseen) {
  if (unseen.hidden_owners + unseen.undecided == 0) return;
  count(gaps, "hidden_owners", {"sockets whose process is not known", "不知属于哪个进程的套接字"},
        unseen.hidden_owners);
  count(gaps, "undecided",
        {"sockets that the filter may mean, but whose process is not known",
         "过滤条件可能指的、但不知属于哪个进程的套接字"},
        unseen.undecided);
  count(gaps, "unreadable_processes", {"processes whose files may not be read", "无法读取的进程"},
        unseen.unreadable_processes);
  if (!unseen.processes_hidden) return;
  gaps.push_back({"processes_hidden",
                  {"/proc does not show the processes of others", "/proc 不显示他人的进程"},
                  {{"mounted with hidepid", "以 hidepid 挂载"}, {}}});
}

void add_listing(Gaps& gaps, Scene const& scene) {
  auto const& unseen = scene.snapshot->unseen;
  std::string namespaces;
  for (auto const& [why, labels] : unseen.unreadable_namespaces) {
    if (!namespaces.empty()) namespaces += "; ";
    namespaces += some_of(labels) + ": " + why;
  }
  tell(gaps, "namespaces",
       {"network namespaces that could not be listed", "无法列出的网络命名空间"},
       std::move(namespaces));
  tell(gaps, "problems", {"while listing", "列出时"}, some_of(unseen.problems));
  count(gaps, "namespace_facts",
        {"network namespaces whose settings and counters were not read",
         "未读到设置与计数器的网络命名空间"},
        scene.blindness.unread_namespaces);
  count(gaps, "unread_sockets",
        {"sockets with something pending that were not looked at closely",
         "有待处理数据但未能细看的套接字"},
        scene.blindness.unread_sockets);
  count(gaps, "interrupted",
        {"listings that the kernel interrupted: rows may be missing",
         "被内核打断的列表：可能缺少一些行"},
        unseen.interrupted_dumps);
  count(gaps, "malformed_messages",
        {"answers of the kernel that were malformed", "格式有误的内核应答"},
        unseen.malformed_messages);
  count(gaps, "truncated", {"texts cut at their limit", "超长而被截断的文本"},
        unseen.truncated_text);
}

Gaps gaps_of(Scene const& scene) {
  Gaps gaps;
  add_losses(gaps, scene);
  add_owners(gaps, scene.snapshot->unseen);
  add_listing(gaps, scene);
  return gaps;
}

void advise(model::Finding& finding, Scene const& scene, bool lost) {
  auto const& missing = scene.blindness.missing_capabilities;
  finding.now = {
      {{{"See what lastack may do here, and what would let it see more",
         "查看 lastack 在此可以做什么、怎样能看到更多"},
        {}},
       "lastack status"},
  };
  if (!missing.empty()) {
    finding.evidence.push_back({"missing_capabilities",
                                {"permissions that lastack does not have", "lastack 缺少的权限"},
                                {{"{0}", "{0}"}, {some_of(missing)}}});
    finding.now.push_back(
        {{{"Look again as root", "以 root 再看一次"}, {}}, "sudo lastack diagnose"});
  }
  if (lost) {
    finding.now.push_back({{{"Look again when less is going on, or for a shorter time",
                             "在负载较低时再看一次，或缩短时间"},
                            {}},
                           "lastack diagnose --for 3s"});
    finding.lasting.push_back(
        {{{"Give watching a larger buffer: here 256 MiB", "给监视更大的缓冲区：此处为 256 MiB"},
          {}},
         "lastack watch --findings --ring-size 268435456"});
  }
}

void look(Scene const& scene, Knobs const& knobs, Findings& found) {
  auto gaps = gaps_of(scene);
  if (gaps.empty()) return;
  auto const& blind = scene.blindness;
  bool const lost = static_cast<double>(blind.lost + blind.malformed) >= knobs[kLost];
  auto finding = finding_of(kBlindSpots, lost ? Severity::Warning : Severity::Notice, "lastack");
  finding.title =
      lost ? Told{{"lastack lost records while it watched: {0}; what it says and what it "
                   "does not say may be wrong",
                   "lastack 在监视时丢失了 {0} 条记录：它所说的和没说的都可能有误"},
                  {number(blind.lost + blind.malformed)}}
           : Told{{"lastack could not see everything: what is not found may be there "
                   "all the same",
                   "lastack 未能看到全部：没有发现的问题仍可能存在"},
                  {}};
  finding.evidence = std::move(gaps);
  advise(finding, scene, lost);
  found.push_back(std::move(finding));
}

}  // namespace

constinit Detector const kBlindSpots{
    .id = "blind-spots",
    .title = {"lastack itself could not see everything, or lost some of it",
              "lastack 自身未能看到全部，或有所丢失"},
    .looks_at = {"records of the kernel that were lost or not understood; processes and namespaces "
                 "that could not be read; listings that were interrupted; permissions",
                 "丢失或无法解读的内核记录；无法读取的进程和命名空间；被打断的列表；权限"},
    .matters =
        {"Silence means only as much as was looked at. Where owners are hidden, culprits have "
         "no name; where records were lost, counts are too low.",
         "没有发现问题，只说明看到的部分没有问题。看不到所有者，就说不出是谁；记录丢失，计数就偏低"
         "。"},
    .silent = {"a process that may not be read as long as every socket has a known owner; watching "
               "that was turned off on purpose (--poll, --for 0s)",
               "无法读取某个进程、但所有套接字的所有者都已知；有意关闭监视（--poll、--for 0s）"},
    .worst = Severity::Warning,
    .needs_events = false,
    .thresholds = kThresholds,
    .references = kReferences,
    .look = look,
};

}  // namespace lastack::detect
