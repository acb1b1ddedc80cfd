// What rows are sorted by, as numbers: the columns that the user chose, then the default order of
// `lastack list`. Most comparisons are of numbers kept for each row; the rest looks at the rows.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "ui/columns/selection.hh"
#include "ui/tui/ranks.hh"
#include "ui/tui/store.hh"

namespace lastack::ui::tui {

// Every process of the book in the default order: by name (case aside), then pid.
class ProcessRanks {
 public:
  static constexpr unsigned kBits = 40;

  void begin_anew(std::vector<model::Process> const& processes);
  // Takes a new or changed entry in.
  void refresh(std::vector<model::Process> const& processes, std::uint32_t index);
  [[nodiscard]] std::uint64_t of(std::uint32_t process) const { return known_[process]->second; }
  [[nodiscard]] bool is_crowded() const { return ranks_.is_crowded(); }

 private:
  // The name in lower case, the name, pid, index.
  using Key = std::tuple<std::string, std::string, std::uint32_t, std::uint32_t>;
  static Key key_of(model::Process const& process, std::uint32_t index);

  Ranks<Key, kBits> ranks_;
  std::vector<Ranks<Key, kBits>::Entry> known_;  // by index in the book
};

class RowOrder {
 public:
  // Of a row that is shown: its group first, then what it is sorted by.
  static constexpr std::size_t kWords = 6;  // two addresses with their ports
  struct Key {
    std::uint64_t group = 0;
    std::array<std::uint64_t, kWords> words{};
    auto operator<=>(Key const&) const = default;
  };

  explicit RowOrder(Store const& store) : store_(&store) {}
  RowOrder(RowOrder const&) = delete;
  RowOrder& operator=(RowOrder const&) = delete;
  ~RowOrder() = default;

  // To be followed by add_texts() for every row, then finish_texts(); then rows have keys.
  void begin_anew(std::vector<SortColumn> const& sort, Naming naming);
  void add_texts(Slot slot) const;
  void finish_texts();

  // Those processes are new or have changed. Keys of their rows are to be made anew.
  void refresh_processes(std::vector<std::uint32_t> const& indexes);

  // All but the group.
  [[nodiscard]] Key key_of(Slot slot) const;
  // What decides where keys are equal, as a number to see whether it has changed.
  [[nodiscard]] std::uint64_t rest_of(Slot slot) const;
  // Where keys are equal. Total: two rows never are.
  [[nodiscard]] bool before(Slot a, Slot b) const;
  // Some numbers are used up, or too many are of texts that no row has any more: everything must
  // begin anew.
  [[nodiscard]] bool is_crowded() const;

  [[nodiscard]] ProcessRanks const& processes() const { return processes_; }

 private:
  static constexpr std::size_t kSpareTexts = 10'000;  // besides two a row
  using TextRanks = Ranks<std::string, 62>;
  // One number of one column.
  struct Part {
    Column const* column = nullptr;
    NumberCell read = nullptr;  // null: by its text
    bool descending = false;
    bool counts_up = false;  // by itself, in milliseconds, for all rows alike
    // Of texts.
    TextRanks ranks{};
    std::vector<std::optional<TextRanks::Entry>> same{};  // by Cells::same
  };

  [[nodiscard]] std::uint64_t value(Part& part, Slot slot) const;
  [[nodiscard]] std::optional<TextRanks::Entry> text_of(Part& part, Slot slot) const;
  [[nodiscard]] std::array<std::uint64_t, 2> default_words(Slot slot) const;

  Store const* store_;
  ProcessRanks processes_;
  Naming naming_;
  std::int64_t began_unix_ms_ = 0;
  // Texts are numbered when they are met first.
  std::vector<Part> mutable parts_;
  std::string mutable scratch_;
};

}  // namespace lastack::ui::tui
