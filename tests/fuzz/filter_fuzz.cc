// Any bytes as a filter: parsing neither crashes nor answers with unsafe text, and what parses
// can be asked about every endpoint and keeps the promise of its pushdown.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/text.hh"
#include "unit/filter/support.hh"

namespace {

using namespace lastack;

void require(bool condition) {
  if (!condition) std::abort();
}

void check_error(std::string_view text, filter::SyntaxError const& error) {
  require(error.column >= 1 && error.column <= text.size() + 1);
  require(error.message.starts_with("column " + std::to_string(error.column) + ": "));
  require(base::is_valid_utf8(error.message));
  for (char const c : error.message) require(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
  require(error.message.size() < 1000);
}

void check_matches(filter::Filter const& filter, model::Snapshot const& snapshot) {
  auto const& down = filter.pushdown();
  filter::Matcher const matches(filter, snapshot);
  for (auto const& endpoint : snapshot.endpoints) {
    bool const inside = (down.states & model::mask_of(endpoint.state)) != 0 &&
                        (endpoint.family == model::Family::Inet ? down.inet : down.inet6) &&
                        (endpoint.protocol == model::Protocol::Tcp ? down.tcp : down.udp);
    require(inside || !matches(endpoint));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  static model::Snapshot const snapshot = filter::testing::sample();
  static filter::testing::FakeNames const names;
  std::string_view const text(reinterpret_cast<char const*>(data), size);
  auto const filter = filter::parse(text, names);
  if (filter) {
    check_matches(*filter, snapshot);
  } else {
    check_error(text, filter.error());
  }
  return 0;
}
