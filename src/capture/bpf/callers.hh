// What the kernel was doing, read off the functions that were on its stack.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "capture/bpf/kernel_symbols.hh"
#include "model/socket_event.hh"

namespace lastack::capture::bpf {

class Callers {
 public:
  // The names that the constructor wants to be told about.
  [[nodiscard]] static std::span<std::string_view const> function_names();

  Callers() = default;
  // `symbols`: Symbol::name is an index into function_names().
  explicit Callers(std::span<Symbol const> symbols);

  // `stack`: return addresses, innermost first; ends at the first 0.
  [[nodiscard]] model::Caller who(std::span<std::uint64_t const> stack) const;

 private:
  struct Function {
    AddressRange range;
    model::Caller caller;
  };
  std::vector<Function> functions_;  // ascending
};

}  // namespace lastack::capture::bpf
