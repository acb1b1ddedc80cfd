#include "ui/stream/life_text.hh"

#include <array>

#include "base/text.hh"
#include "ui/cli/color.hh"
#include "ui/columns/format.hh"
#include "ui/columns/table.hh"

namespace lastack::ui {
namespace {

constexpr std::array<std::string_view, 4> kOpened{"", "opened here", "opened by peer", ""};
constexpr std::array<std::string_view, 4> kClosed{"", "closed here first", "closed by peer first",
                                                  "ended by kernel"};

void append_column(std::string& out, StickyColumns& columns, StickyColumns::Column which,
                   std::string_view id, Row const& row) {
  auto const begin = out.size();
  column(id).cells->text(out, row);
  columns.pad(out, which, out.size() - begin);
}

void append_part(std::string& out, std::string_view text) {
  if (!text.empty()) out.append(", ").append(text);
}

// "1.2kB", decimal.
void append_bytes(std::string& out, std::uint64_t bytes) {
  constexpr std::array<std::string_view, 5> kUnits{"B", "kB", "MB", "GB", "TB"};
  std::size_t unit = 0;
  std::uint64_t scale = 1;
  while (unit + 1 < kUnits.size() && bytes / scale >= 1000) {
    scale *= 1000;
    ++unit;
  }
  append_number(out, bytes / scale);
  if (unit > 0) {
    out += '.';
    append_number(out, bytes % scale / (scale / 10));
  }
  out += kUnits[unit];
}

void append_totals(std::string& out, model::Totals const& totals) {
  out += "sent ";
  append_bytes(out, totals.bytes_sent);
  out += '/';
  append_number(out, totals.segs_out);
  out += ", received ";
  append_bytes(out, totals.bytes_received);
  out += '/';
  append_number(out, totals.segs_in);
  out += " segs, ";
  append_number(out, totals.retransmits);
  out += " retrans";
}

}  // namespace

void LifeText::append_path(std::string& out, model::Life const& life) const {
  bool first = true;
  for (auto const& hop : life.path()) {
    if (!first) out += style_.unicode ? " → " : " -> ";
    first = false;
    if (style_.color) out += color_of(hop.state());
    out += name(hop.state());
    if (style_.color) out += kPlain;
    out += ' ';
    if (hop.dwell_us() == model::Hop::kUnknownDwell) {
      out += '?';
    } else {
      append_dwell(out, hop.dwell_us());
    }
    if (hop.inferred()) out += '~';
  }
  if (life.lost_hops > 0) out += style_.unicode ? " …" : " ...";
}

void LifeText::append(std::string& out, model::Life const& life, std::uint64_t end_ns) {
  View const view{.snapshot = *book_};
  Row const row{view, life.endpoint};
  clock_->append_local(out, end_ns);
  out += "  ";
  auto const begin = out.size();
  owners_.append(out, life);
  columns_.pad(out, StickyColumns::Process,
               base::display_width(std::string_view(out).substr(begin)));
  std::string_view const protocol = life.endpoint.mptcp_subflow ? "mptcp" : "tcp";
  out += protocol;
  columns_.pad(out, StickyColumns::Protocol, protocol.size());
  append_column(out, columns_, StickyColumns::Local, "local", row);
  append_column(out, columns_, StickyColumns::Remote, "remote", row);
  append_path(out, life);
  out += "; ";
  if (auto const handshake = life.handshake_us()) {
    out += "handshake ";
    append_dwell(out, *handshake);
    out += ", ";
  }
  bool const is_listener =
      life.hop_count > 0 && life.path().front().state() == model::SocketState::Listen;
  if (is_listener) {
    out += "a listener";
  } else if (life.totals_known) {
    append_totals(out, life.totals);
  } else {
    out += "nothing known of what it carried";
  }
  append_part(out, kOpened[static_cast<std::size_t>(life.opened_by)]);
  append_part(out, kClosed[static_cast<std::size_t>(life.closed_first_by)]);
  out.append("; end: ").append(model::describe(life.ended_by).text);
  append_other_netns(out, *book_, life.endpoint, own_netns_);
  out += '\n';
}

}  // namespace lastack::ui
