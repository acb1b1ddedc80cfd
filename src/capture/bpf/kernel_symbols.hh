// Where functions of the running kernel stand, from /proc/kallsyms.
// Needs CAP_SYSLOG where kernel.kptr_restrict is 1; with 2 nobody is told.
#pragma once

#include <cstdint>
#include <istream>
#include <span>
#include <string_view>
#include <vector>

#include "base/error.hh"

namespace lastack::capture::bpf {

struct AddressRange {
  std::uint64_t begin = 0;  // 0: not found
  std::uint64_t end = 0;
  [[nodiscard]] bool holds(std::uint64_t address) const {
    return begin <= address && address < end;
  }
};

struct Symbol {
  std::size_t name = 0;  // index into the names asked for
  AddressRange range;
  bool is_variant = false;  // "f.isra.0", "f.cold"
};

// For each name the range of its code, and those of its variants. `text` is in the form of
// /proc/kallsyms, ascending as the kernel prints it.
[[nodiscard]] std::vector<Symbol> find_symbols(std::istream& text,
                                               std::span<std::string_view const> names);

// Error: not readable, or every address is hidden.
[[nodiscard]] base::Result<std::vector<Symbol>> kernel_symbols(
    std::span<std::string_view const> names);

}  // namespace lastack::capture::bpf
