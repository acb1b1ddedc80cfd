// The command line of `lastack list`: ss(8)'s letters, and what they ask for.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>

#include "app/terminal.hh"
#include "filter/pushdown.hh"

namespace lastack::app {

enum class Format : std::uint8_t { Table, Json, Csv };

struct ListOptions {
  Format format = Format::Table;
  bool summary = false;
  bool header = true;
  Color color = Color::Auto;
  bool resolve_hosts = false;
  std::chrono::milliseconds resolve_limit{2000};
  bool service_names = false;
  filter::Pushdown only;             // of -t -u -4 -6 -l
  std::optional<std::string> netns;  // of -N
  std::string columns;               // of --columns and of -e -m -i -o -p; "" the default view
  bool columns_chosen = false;       // --columns was given
  std::string sort;
  std::string filter;  // the words of FILTER joined by blanks
};

// The options, or the exit status where help was printed or the usage was wrong (and said).
[[nodiscard]] std::expected<ListOptions, int> parse_list_options(
    std::span<char const* const> arguments);

}  // namespace lastack::app
