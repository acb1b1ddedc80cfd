// Any bytes as a line of `watch --json`: an error or edges, never a crash.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "export/watch_lines.hh"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string_view const text(reinterpret_cast<char const*>(data), size);
  (void)lastack::exporting::read_watch_line(text);
  return 0;
}
