#include "ui/findings/finding_words.hh"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <ctime>

#include "base/text.hh"
#include "explain/fill.hh"

namespace lastack::ui {
namespace {

using base::Language;
using base::Phrase;

constexpr Phrase kComma{", ", "，"};
constexpr Phrase kDeleted{" (deleted)", "（已删除）"};
constexpr Phrase kUser{"user ", "用户 "};
constexpr Phrase kUnit{"unit ", "单元 "};
constexpr Phrase kContainer{"container ", "容器 "};
constexpr Phrase kStarted{"started ", "启动于 "};
constexpr Phrase kAgo{" ago", "前"};
constexpr std::size_t kShortContainer = 12;  // as container runtimes show it

std::string local_time(std::int64_t unix_ms) {
  return fmt::format("{:%Y-%m-%d %H:%M:%S}",
                     fmt::localtime(static_cast<std::time_t>(unix_ms / 1000)));
}

}  // namespace

std::string printable_text(base::Told const& told, Language language) {
  base::Told safe{told.phrase};
  safe.values.reserve(told.values.size());
  for (auto const& value : told.values) safe.values.push_back(base::printable(value));
  return safe.in(language);
}

std::string printable_command(std::string const& command) {
  std::string text;
  base::append_message(text, command);
  return text;
}

std::string who_text(model::Finding const& finding, Language language) {
  if (!finding.process) return "";
  auto const& process = *finding.process;
  std::string text;
  base::append_printable(text, process.comm);
  text += fmt::format("[{}]", process.pid);
  auto const add = [&](Phrase const& label, std::string_view value) {
    if (value.empty()) return;
    text += kComma.in(language);
    text += label.in(language);
    base::append_printable(text, value);
  };
  add({}, process.exe);
  if (process.exe_deleted) text += kDeleted.in(language);
  add(kUser, finding.user);
  add(kUnit, process.unit);
  add(kContainer, std::string_view(process.container).substr(0, kShortContainer));
  if (process.start_unix_ms != 0) add(kStarted, local_time(process.start_unix_ms));
  return text;
}

std::string since_text(model::Finding const& finding, Language language, std::uint64_t now_ns) {
  if (finding.since_ns == 0 || finding.since_ns > now_ns) return "";
  return age_text(now_ns - finding.since_ns, language) + std::string(kAgo.in(language));
}

std::string age_text(std::uint64_t nanoseconds, Language language) {
  auto const milliseconds = static_cast<std::int64_t>(nanoseconds / 1'000'000);
  return explain::duration_text(explain::Milliseconds(milliseconds), language);
}

bool is_usual_netns(std::string const& label) { return label.empty() || label == "host"; }

}  // namespace lastack::ui
