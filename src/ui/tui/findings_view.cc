#include "ui/tui/findings_view.hh"

#include <algorithm>
#include <array>
#include <functional>

#include <fmt/format.h>

#include "base/text.hh"
#include "ui/tui/row_text.hh"
#include "ui/tui/state_ink.hh"

namespace lastack::ui::tui {
namespace {

enum Column : std::uint8_t { kSeverity, kSince, kProcess, kFinding, kColumns };

}  // namespace

std::span<RowsView::Heading const> FindingsView::headings() const {
  static constexpr auto kHeadings = std::to_array<Heading>({
      {.title = {"SEVERITY", "严重性"}},
      {.title = {"FOR", "持续"}, .align = Align::Right},
      {.title = {"PROCESS", "进程"}, .cut_order = 2},
      {.title = {"FINDING", "发现"}, .cut_order = 1},
  });
  static_assert(kHeadings.size() == kColumns);
  return kHeadings;
}

void FindingsView::refresh(Frame const& frame) {
  enter(frame);
  store_ = &frame.store;
  table().settle(*this);
}

std::size_t FindingsView::count() const {
  return store_ == nullptr ? 0 : store_->findings().size();
}

std::uint64_t FindingsView::id(std::size_t at) const {
  return std::hash<std::string>{}(store_->findings()[at].finding.id());
}

std::optional<std::size_t> FindingsView::find(std::uint64_t wanted) const {
  for (std::size_t at = 0; at < count(); ++at) {
    if (id(at) == wanted) return at;
  }
  return std::nullopt;
}

// Held, but not found by the last look.
Mark FindingsView::mark(std::size_t at) const {
  return store_->findings()[at].is_seen ? Mark::None : Mark::Gone;
}

void FindingsView::cell(std::size_t at, std::size_t column, std::string& out, Style& style) const {
  auto const& told = store_->findings()[at];
  auto const& finding = told.finding;
  switch (column) {
    case kSeverity:
      out += model::text_of(finding.severity).in(frame().language);
      style.ink = ink_of(finding.severity);
      style.bold = finding.severity == model::Severity::Critical;
      break;
    case kSince: {
      auto const since = finding.since_ns == 0 ? told.arose_ns : finding.since_ns;
      auto const now = store_->now_ns();
      out += dwell_text(now > since ? (now - since) / 1000 : 0);
      break;
    }
    case kProcess:
      if (finding.process) {
        base::append_printable(out, finding.process->comm);
        out += fmt::format("[{}]", finding.process->pid);
      } else {
        out += "-";
        style.ink = Ink::Dim;
      }
      break;
    default: base::append_printable(out, finding.title.in(frame().language));
  }
}

model::Finding const* FindingsView::selected_finding() const {
  auto const at = at_cursor();
  return at && *at < count() ? &store_->findings()[*at].finding : nullptr;
}

std::uint32_t FindingsView::selected_pid() const {
  auto const* finding = selected_finding();
  return finding == nullptr || !finding->process ? 0 : finding->process->pid;
}

// The process may have ended meanwhile.
std::optional<OwnerName> FindingsView::past_owner() const {
  auto const* finding = selected_finding();
  if (finding == nullptr || !finding->process) return std::nullopt;
  OwnerName owner;
  owner.pid = finding->process->pid;
  owner.start_unix_ms = finding->process->start_unix_ms;
  auto const& comm = finding->process->comm;
  std::copy_n(comm.begin(), std::min(comm.size(), owner.comm.size() - 1), owner.comm.begin());
  return owner;
}

std::string FindingsView::drill_down() const {
  auto const pid = selected_pid();
  return pid == 0 ? std::string() : fmt::format("pid = {}", pid);
}

}  // namespace lastack::ui::tui
