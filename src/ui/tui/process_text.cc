#include "ui/tui/process_text.hh"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hh"
#include "ui/columns/format.hh"
#include "ui/tui/row_text.hh"

namespace lastack::ui::tui {
namespace {

using base::Phrase;

constexpr Phrase kProcess{"Process", "进程"};
constexpr Phrase kName{"name", "名称"};
constexpr Phrase kPath{"path", "路径"};
constexpr Phrase kCommand{"command", "命令行"};
constexpr Phrase kUser{"user", "用户"};
constexpr Phrase kStarted{"started", "启动时间"};
constexpr Phrase kParents{"parents", "父进程"};
constexpr Phrase kChildren{"children", "子进程"};
constexpr Phrase kUnit{"unit", "单元"};
constexpr Phrase kContainer{"container", "容器"};
constexpr Phrase kCgroup{"cgroup", "cgroup"};
constexpr Phrase kFiles{"open files", "打开的文件"};
constexpr Phrase kProblem{"not readable", "无法读取"};
constexpr Phrase kDeleted{" (deleted)", "（已删除）"};
constexpr Phrase kMore{"and {} more", "另有 {} 个"};

std::string chain(auto const& processes, std::string_view separator) {
  std::string text;
  for (auto const& [pid, comm] : processes) {
    if (!text.empty()) text += separator;
    base::append_printable(text, comm);
    text += '[';
    append_number(text, pid);
    text += ']';
  }
  return text;
}

void more_rows(PageWriter& page, ProcessMore const& more, base::Language language) {
  page.row(kChildren, chain(more.children, ", "));
  bool first = true;
  for (auto const& file : more.open_files) {
    page.row(first ? kFiles : Phrase{}, PageLine{{0, base::printable(file), {}}});
    first = false;
  }
  if (more.left_out > 0) {
    page.row(first ? kFiles : Phrase{},
             fmt::format(fmt::runtime(kMore.in(language)), more.left_out), {.ink = Ink::Dim});
  }
  page.row(kProblem, base::printable(more.problem), {.ink = Ink::Warning});
}

}  // namespace

void process_rows(PageWriter& page, model::Process const& process,
                  std::optional<ProcessMore> const& more, Frame const& frame) {
  page.title(kProcess);
  page.row(kName, fmt::format("{}[{}]", base::printable(process.comm), process.pid));
  auto path = base::printable(process.exe);
  if (process.exe_deleted) path += kDeleted.in(frame.language);
  page.row(kPath, path);
  page.row(kCommand, base::printable(process.cmdline));
  std::string text;
  append_user(text, frame.store.snapshot(), process);
  page.row(kUser, text);
  text.clear();
  if (process.start_unix_ms != 0) append_time(text, process.start_unix_ms);
  page.row(kStarted, text);
  page.row(kParents, chain(process.parents, frame.unicode ? " ← " : " <- "));
  page.row(kUnit, base::printable(process.unit));
  page.row(kContainer, base::printable(process.container));
  page.row(kCgroup, base::printable(process.cgroup));
  if (more) more_rows(page, *more, frame.language);
}

}  // namespace lastack::ui::tui
