#include "ui/stream/transition_text.hh"

#include <algorithm>

#include "base/text.hh"
#include "ui/cli/color.hh"
#include "ui/columns/format.hh"
#include "ui/columns/table.hh"

namespace lastack::ui {
namespace {

constexpr std::size_t kWidestCell = 47;  // an IPv6 address and port
constexpr std::string_view kGap = "  ";

std::size_t width_since(std::string const& out, std::size_t begin) {
  return base::display_width(std::string_view(out).substr(begin));
}

Column const& local_column() {
  static Column const& column = ui::column("local");
  return column;
}
Column const& remote_column() {
  static Column const& column = ui::column("remote");
  return column;
}

}  // namespace

void append_dwell(std::string& out, std::uint64_t dwell_us) {
  if (dwell_us < 100'000) {
    append_microseconds_as_ms(out, dwell_us);
  } else if (dwell_us < 1'000'000) {
    append_number(out, dwell_us / 1000);
    out += "ms";
  } else if (dwell_us < 60'000'000) {
    append_number(out, dwell_us / 1'000'000);
    out += '.';
    auto const hundredths = dwell_us / 10'000 % 100;
    if (hundredths < 10) out += '0';
    append_number(out, hundredths);
    out += 's';
  } else {
    append_duration(out, dwell_us / 1000);
  }
}

void append_other_netns(std::string& out, model::Snapshot const& book,
                        model::Endpoint const& endpoint, std::uint64_t own_netns) {
  auto const& netns = book.namespaces[endpoint.netns];
  if (netns.inode == own_netns) return;
  out += "  netns ";
  base::append_printable(out, netns.label);
}

void StickyColumns::pad(std::string& out, Column column, std::size_t columns) {
  auto& width = widths_[column];
  if (columns > width) width = static_cast<std::uint8_t>(std::min(columns, kWidestCell));
  if (columns < width) out.append(width - columns, ' ');
  out += kGap;
}

void TransitionText::append(std::string& out, model::Life const& life,
                            model::Transition const& transition) {
  View const view{.snapshot = *book_};
  Row const row{view, life.endpoint};
  clock_->append_local(out, transition.time_ns);
  out += kGap;

  auto begin = out.size();
  owners_.append(out, life);
  columns_.pad(out, StickyColumns::Process, width_since(out, begin));
  std::string_view const protocol = life.endpoint.mptcp_subflow ? "mptcp" : "tcp";
  out += protocol;
  columns_.pad(out, StickyColumns::Protocol, protocol.size());
  begin = out.size();
  local_column().cells->text(out, row);
  columns_.pad(out, StickyColumns::Local, out.size() - begin);
  begin = out.size();
  remote_column().cells->text(out, row);
  columns_.pad(out, StickyColumns::Remote, out.size() - begin);

  auto const from = name(transition.from);
  out += from;
  columns_.pad(out, StickyColumns::From, from.size());
  out += style_.unicode ? "→ " : "-> ";
  auto const to = name(transition.to);
  if (style_.color) out += color_of(transition.to);
  out += to;
  if (style_.color) out += kPlain;
  columns_.pad(out, StickyColumns::To, to.size());

  begin = out.size();
  if (transition.dwell_ns == model::kUnknown64) {
    out += '-';
  } else {
    append_dwell(out, transition.dwell_ns / 1000);
  }
  columns_.pad(out, StickyColumns::Dwell, out.size() - begin);
  out += model::describe(transition.cause).text;
  if (transition.inferred) out += " (inferred)";
  append_other_netns(out, *book_, life.endpoint, own_netns_);
  out += '\n';
}

void TransitionText::append_note(std::string& out, std::uint64_t time_ns, std::string_view words) {
  clock_->append_local(out, time_ns);
  out += "  -- ";
  base::append_message(out, words);
  out += '\n';
}

}  // namespace lastack::ui
