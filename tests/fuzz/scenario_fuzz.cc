// Scenario files: whatever they say, they are understood or refused with the place where they are
// wrong; what is understood can be played, and comes to an end.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/text.hh"
#include "lab/play/player.hh"
#include "lab/scenario/parser.hh"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace lastack;
  std::string_view const text(reinterpret_cast<char const*>(data), size);
  auto const scenario = lab::parse_scenario("f", text);
  if (!scenario) {
    bool const placed = scenario.error().message.starts_with("f:");
    if (!placed || !base::is_valid_utf8(scenario.error().message)) std::abort();
    return 0;
  }
  // Hours of virtual time and thousands of segments are no fault, but take their time.
  constexpr std::size_t kMostSteps = 40;
  if (scenario->steps.size() > kMostSteps) return 0;
  int looks = 0;
  lab::Stage stage(*scenario, {.reading = scenario->readings.front(), .wire = scenario->wire});
  lab::Player player(*scenario, stage);
  (void)player.play(false, [&](std::size_t) { return ++looks > 20'000; });
  return 0;
}
