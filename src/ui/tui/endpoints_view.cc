#include "ui/tui/endpoints_view.hh"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include <fmt/format.h>

#include "base/text.hh"
#include "ui/columns/format.hh"
#include "ui/tui/state_ink.hh"

namespace lastack::ui::tui {
namespace {

constexpr std::array<std::string_view, 10> kDefaultColumns{
    "process", "pid",    "proto",  "local", "remote",
    "state",   "recv-q", "send-q", "user",  kTimeInState};

// Default columns that are left out on narrower screens.
struct NeedsWidth {
  std::string_view id;
  int width;
};
constexpr std::array kNeedsWidth{NeedsWidth{"user", 106},      NeedsWidth{"recv-q", 96},
                                 NeedsWidth{"send-q", 96},     NeedsWidth{"proto", 70},
                                 NeedsWidth{kTimeInState, 76}, NeedsWidth{"pid", 62}};

// Of what is narrowed for want of room: the lowest first.
constexpr int kCutUser = 1;
constexpr int kCutRest = 2;
constexpr int kCutAddress = 4;
constexpr int kCutProcess = 3;

int cut_order_of(std::string_view id) {
  if (id == "user") return kCutUser;
  if (id == "process") return kCutProcess;
  if (id == "local" || id == "remote") return kCutAddress;
  return id == "state" || id == "pid" || id == "proto" ? 0 : kCutRest;
}

std::string upper(std::string_view id) {
  std::string out(id);
  for (auto& c : out) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return out;
}

constexpr std::uint64_t kHeadBit = std::uint64_t{1} << 63U;

}  // namespace

std::vector<ColumnChoice> default_column_choices() {
  std::vector<ColumnChoice> out;
  out.reserve(kDefaultColumns.size());
  for (auto const id : kDefaultColumns) out.push_back({std::string(id), 0});
  return out;
}

// What the table asks while it draws.
class EndpointsView::Rows : public RowSource {
 public:
  Rows(EndpointsView const& view, base::Language language, bool unicode)
      : view_(view),
        cells_{.snapshot = view.store_.snapshot(), .naming = view.naming_, .compact = true},
        language_(language),
        unicode_(unicode) {}

  [[nodiscard]] std::size_t count() const override { return lines().size(); }
  [[nodiscard]] std::uint64_t id(std::size_t at) const override {
    auto const& line = lines()[at];
    return line.is_head() ? line.group | kHeadBit : view_.store_.row_id(line.slot);
  }
  [[nodiscard]] std::optional<std::size_t> find(std::uint64_t id) const override {
    if ((id & kHeadBit) != 0) return view_.list_.find_group(id & ~kHeadBit);
    auto const slot = static_cast<Slot>(id);
    if (!view_.store_.is_used(slot) || view_.store_.row_id(slot) != id) return std::nullopt;
    auto const at = view_.list_.find(slot);
    // A head that hides the row is no place to jump to.
    return at && !lines()[*at].is_head() ? at : std::nullopt;
  }
  void cell(std::size_t at, std::size_t column, std::string& out, Style& style) const override {
    auto const& line = lines()[at];
    auto const* shown = view_.shown_[column].column;
    if (line.is_head()) {
      style.bold = true;
      return head_cell(line, column, shown, out);
    }
    auto const& endpoint = view_.store_.endpoint(line.slot);
    if (shown == nullptr) return time_cell(line.slot, out);
    if (column == 0 && line.group != 0) out += "  ";
    if (shown->id == "state") style.ink = ink_of(endpoint.state);
    if (endpoint.owner_count == 0 && shown->of_owner()) style.ink = Ink::Dim;
    shown->cells->text(out, {cells_, endpoint});
  }
  [[nodiscard]] Mark mark(std::size_t at) const override {
    auto const& line = lines()[at];
    return line.is_head() ? Mark::None : view_.store_.extra(line.slot).mark;
  }
  [[nodiscard]] bool tagged(std::size_t at) const override {
    auto const& line = lines()[at];
    return !line.is_head() && view_.store_.extra(line.slot).tagged;
  }
  [[nodiscard]] std::optional<Ink> flag(std::size_t at) const override {
    auto const& line = lines()[at];
    if (line.is_head()) return std::nullopt;
    auto const severity = view_.store_.flag_of(view_.store_.endpoint(line.slot).cookie);
    return severity ? std::optional(ink_of(*severity)) : std::nullopt;
  }

 private:
  [[nodiscard]] std::span<Line const> lines() const { return view_.list_.lines(); }

  void time_cell(Slot slot, std::string& out) const {
    auto const since = view_.store_.extra(slot).since_ns;
    auto const now = view_.store_.now_ns();
    if (since == 0 || since > now) {
      out += "-";
    } else {
      append_duration(out, (now - since) / 1'000'000);
    }
  }

  // The first column says how many; of a flood of TIME_WAIT the others say whose.
  void head_cell(Line const& line, std::size_t column, Column const* shown,
                 std::string& out) const {
    if (column == 0) {
      std::string_view const sign =
          line.folded ? (unicode_ ? "▸ " : "+ ") : (unicode_ ? "▾ " : "- ");
      out += sign;
      if (view_.grouping_ == Grouping::ByProcess) {
        ui::column("process").cells->text(out, {cells_, view_.store_.endpoint(line.slot)});
        out += " ";
      }
      out += fmt::format("({})", line.count);
      return;
    }
    bool const of_process = view_.grouping_ == Grouping::ByProcess;
    if (shown == nullptr) return;
    bool const says = of_process ? shown->of_owner() || shown->id == "pid" || shown->id == "user"
                                 : shown->id == "local" || shown->id == "remote" ||
                                       shown->id == "state" || shown->id == "proto";
    if (says) head_side(line, *shown, out);
  }

  // Of the rows below, the port of one side differs.
  void head_side(Line const& line, Column const& shown, std::string& out) const {
    auto const& endpoint = view_.store_.endpoint(line.slot);
    bool const differs =
        (shown.id == "local" && !line.by_local) || (shown.id == "remote" && line.by_local);
    if (view_.grouping_ == Grouping::FoldTimeWait && differs) {
      out += language_ == base::Language::Chinese ? "（多个）" : "(several)";
      return;
    }
    shown.cells->text(out, {cells_, endpoint});
  }

  EndpointsView const& view_;
  ui::View cells_;
  base::Language language_;
  bool unicode_;
};

EndpointsView::EndpointsView(Store const& store) : store_(store), list_(store) {}

EndpointsView::Rows EndpointsView::rows(base::Language language, bool unicode) const {
  return {*this, language, unicode};
}

// Of the default ones those stay that leave room for addresses with their ports.
void EndpointsView::fit(int width) {
  if (width == width_) return;
  width_ = width;
  if (choices_.empty()) set_columns();
}

void EndpointsView::set_columns() {
  shown_.clear();
  std::vector<TableColumn> columns;
  auto choices = choices_;
  if (choices.empty()) {
    choices = default_column_choices();
    std::erase_if(choices, [&](ColumnChoice const& choice) {
      auto const least = std::ranges::find(kNeedsWidth, choice.id, &NeedsWidth::id);
      return least != kNeedsWidth.end() && width_ > 0 && width_ < least->width;
    });
  }
  for (auto const& choice : choices) {
    auto const* column = choice.id == kTimeInState ? nullptr : find_column(choice.id);
    if (column == nullptr && choice.id != kTimeInState) continue;
    shown_.push_back({column, choice.width});
    auto const sorted = std::ranges::find(sort_, column, &SortColumn::column);
    bool const is_sorted = column != nullptr && sorted != sort_.end() && sorted == sort_.begin();
    columns.push_back({.title = upper(choice.id),
                       .width = choice.width,
                       .align = column == nullptr ? Align::Right : column->align,
                       .sorted = is_sorted,
                       .descending = is_sorted && sorted->descending,
                       .cut_order = cut_order_of(choice.id)});
  }
  table_.set_columns(std::move(columns));
}

void EndpointsView::configure(ViewSettings const& settings, filter::Filter filter) {
  sort_.clear();
  if (auto sort = parse_sort(settings.sort); !settings.sort.empty() && sort) sort_ = *sort;
  grouping_ = settings.grouping;
  list_.set_filter(std::move(filter));
  list_.set_toggles(settings.toggles);
  list_.set_sort(sort_);
  list_.set_grouping(settings.grouping);
  list_.rebuild();
  choices_ = settings.columns;
  set_columns();
}

void EndpointsView::set_naming(Naming naming) {
  naming_ = naming;
  list_.set_naming(naming);
  if (!sort_.empty()) list_.rebuild();  // the default order knows no names
}

void EndpointsView::changed(StoreChanges const& changes) { list_.update(changes); }

base::Phrase EndpointsView::title() const { return {"Endpoints", "端点"}; }

void EndpointsView::refresh(Frame const& frame) {
  table_.settle(rows(frame.language, frame.unicode));
}

void EndpointsView::draw(Canvas& canvas, Rect const& area, Frame const& frame) {
  fit(area.width);
  auto const source = rows(frame.language, frame.unicode);
  table_.draw(canvas, area, source, frame.needle);
  if (source.count() > 0 || area.height < 3) return;
  base::Phrase const nothing = store_.size() == 0
                                   ? base::Phrase{"looking …", "正在查看……"}
                                   : base::Phrase{"nothing matches", "没有匹配的端点"};
  canvas.put(area.x + 2, area.y + 2, nothing.in(frame.language), {.ink = Ink::Dim}, area.width - 2);
}

bool EndpointsView::act(Action action, Frame const& frame) {
  if (action == Action::Fold) return fold();
  return table_.act(action, rows(frame.language, frame.unicode));
}

bool EndpointsView::click(Mouse const& mouse, Frame const& frame) {
  auto const source = rows(frame.language, frame.unicode);
  if (mouse.button == MouseButton::WheelUp || mouse.button == MouseButton::WheelDown) {
    bool const up = mouse.button == MouseButton::WheelUp;
    for (int i = 0; i < 3; ++i) table_.act(up ? Action::Up : Action::Down, source);
    return true;
  }
  auto const hit = table_.hit(mouse.x, mouse.y);
  if (hit.kind != Table::Hit::Kind::Row || hit.index >= source.count()) return false;
  table_.move_to(hit.index, source);
  return true;
}

bool EndpointsView::search(Frame const& frame, bool backwards, bool include_current) {
  return table_.search(frame.needle, backwards, include_current,
                       rows(frame.language, frame.unicode));
}

std::string_view EndpointsView::column_at(int x, int y) const {
  auto const hit = table_.hit(x, y);
  if (hit.kind != Table::Hit::Kind::Header || hit.index >= shown_.size()) return {};
  auto const* column = shown_[hit.index].column;
  return column == nullptr ? kTimeInState : column->id;
}

bool EndpointsView::move_to(Slot slot) {
  auto const at = list_.find(slot);
  if (!at) return false;
  table_.move_to(*at, rows(base::Language::English, false));
  return true;
}

bool EndpointsView::fold() {
  auto const source = rows(base::Language::English, false);
  auto const at = table_.cursor(source);
  if (!at) return false;
  auto const line = list_.lines()[*at];
  if (line.group == 0) return false;
  bool const folds = line.is_head() ? !line.folded : true;
  list_.set_folded(line.group, folds);
  if (auto const head = list_.find_group(line.group)) {
    table_.move_to(*head, rows(base::Language::English, false));
  }
  return true;
}

Slot EndpointsView::selected() const {
  auto const at = table_.cursor(rows(base::Language::English, false));
  if (!at || *at >= list_.lines().size()) return kNoSlot;
  auto const& line = list_.lines()[*at];
  return line.is_head() ? kNoSlot : line.slot;
}

std::uint32_t EndpointsView::selected_pid() const {
  auto const at = table_.cursor(rows(base::Language::English, false));
  if (!at || *at >= list_.lines().size()) return 0;
  auto const& line = list_.lines()[*at];
  if (line.is_head() && grouping_ != Grouping::ByProcess) return 0;
  auto const owners = store_.snapshot().owners_of(store_.endpoint(line.slot));
  return owners.empty() ? 0 : store_.snapshot().process_of(owners.front()).pid;
}

std::vector<Slot> EndpointsView::visible() const {
  std::vector<Slot> out;
  auto const [first, last] = table_.visible();
  auto const lines = list_.lines();
  for (auto at = first; at < std::min(last, lines.size()); ++at) {
    if (!lines[at].is_head()) out.push_back(lines[at].slot);
  }
  return out;
}

}  // namespace lastack::ui::tui
