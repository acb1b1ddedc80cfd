#include <algorithm>
#include <map>
#include <ranges>
#include <string>
#include <unordered_map>

#include "ui/cli/order.hh"

namespace lastack::ui {
namespace {

using model::kUnknown64;

struct Keyed {
  std::uint64_t key;
  std::uint32_t place;  // among the rows before sorting: equal keys keep their order
  std::uint32_t row;
};

template <typename Key>
void sort_by_key(Rows& rows, bool descending, Key const& key_of) {
  std::vector<Keyed> keyed;
  keyed.reserve(rows.size());
  for (std::uint32_t place = 0; place < rows.size(); ++place) {
    auto key = key_of(rows[place]);
    if (descending && key != kUnknown64) key = kUnknown64 - 1 - key;
    keyed.push_back({key, place, rows[place]});
  }
  std::ranges::sort(keyed, [](Keyed const& a, Keyed const& b) {
    return a.key != b.key ? a.key < b.key : a.place < b.place;
  });
  std::ranges::transform(keyed, rows.begin(), &Keyed::row);
}

// The texts of a column, in order of first appearance, and the rank of each among them all.
class TextRanks {
 public:
  std::uint32_t add(std::string const& text) {
    return ids_.try_emplace(text, static_cast<std::uint32_t>(ids_.size())).first->second;
  }
  [[nodiscard]] std::vector<std::uint64_t> ranks() const {
    std::map<std::string_view, std::uint32_t> ordered(ids_.begin(), ids_.end());
    std::vector<std::uint64_t> ranks(ids_.size());
    std::uint64_t rank = 0;
    for (auto const& [text, id] : ordered) ranks[id] = text.empty() ? kUnknown64 : rank++;
    return ranks;
  }

 private:
  std::unordered_map<std::string, std::uint32_t> ids_;
};

// Texts repeat (they are of processes and namespaces): each is ranked once.
void sort_by_text(View const& view, SortColumn const& by, Rows& rows) {
  View full = view;
  full.unknown = {};
  TextRanks texts;
  std::vector<std::uint32_t> ids(view.snapshot.endpoints.size());
  std::string text;
  for (auto const row : rows) {
    auto const& endpoint = view.snapshot.endpoints[row];
    text.clear();
    // "(kernel)" is a reason, not a process.
    bool const nobody = by.column->of_owner() && endpoint.owner_count == 0;
    if (!nobody) by.column->cells->text(text, {full, endpoint});
    ids[row] = texts.add(text);
  }
  auto const ranks = texts.ranks();
  sort_by_key(rows, by.descending, [&](std::uint32_t row) { return ranks[ids[row]]; });
}

// The least significant key first: sorting is stable.
void sort_by_numbers(View const& view, SortColumn const& by, Rows& rows) {
  for (auto const read : by.column->cells->keys | std::views::reverse) {
    if (read == nullptr) continue;
    sort_by_key(rows, by.descending,
                [&](std::uint32_t row) { return read({view, view.snapshot.endpoints[row]}); });
  }
}

}  // namespace

void sort_by_columns(View const& view, std::span<SortColumn const> columns, Rows& rows) {
  for (auto const& by : columns | std::views::reverse) {
    if (by.column->cells->keys[0] == nullptr) {
      sort_by_text(view, by, rows);
    } else {
      sort_by_numbers(view, by, rows);
    }
  }
}

}  // namespace lastack::ui
