// Any bytes as a settings file of the live screen: what is wrong is said in words that a terminal
// may be given, and what was read without a fault is read the same after it was written.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "app/screen_settings.hh"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace lastack::app;
  auto const read = parse_settings({reinterpret_cast<char const*>(data), size});
  for (auto const& problem : read.problems) {
    require(!problem.empty());
    for (char const c : problem) require(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
  }
  auto const again = parse_settings(settings_text(read.settings));
  require(again.problems.empty());
  require(again.settings == read.settings);
  return 0;
}
