#include "app/lab_formats.hh"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "app/terminal.hh"
#include "rig/pcap_file.hh"
#include "ui/lab/ladder_json.hh"
#include "ui/lab/ladder_pair.hh"
#include "ui/lab/ladder_svg.hh"
#include "ui/lab/ladder_text.hh"

namespace lastack::app {
namespace {

constexpr std::size_t kWidth = 100;      // where there is no terminal
constexpr std::size_t kPairWidth = 150;  // of two ladders

std::string kernel_player(lab::Scenario const& scenario, Played const& played) {
  return fmt::format("Linux {} plays {}", played.kernel_release,
                     scenario.parts[played.kernel_part].name);
}

std::string as_text(lab::Scenario const& scenario, Played const& played,
                    LabRunOptions const& options) {
  bool const chinese = options.language == base::Language::Chinese;
  auto const width = terminal_width().value_or(played.kernel ? kPairWidth : kWidth);
  ui::LadderStyle const style{.language = options.language,
                              .width = std::min<std::size_t>(width, played.kernel ? 220 : 120),
                              .unicode = chinese || speaks_utf8()};
  if (!played.kernel) return ui::ladder_text(scenario, played.lab.story, style);
  auto const one = kernel_player(scenario, played);
  auto const other = fmt::format("lab, reading {}", played.traits.reading->name);
  return ui::ladder_pair(scenario,
                         {.one_name = one,
                          .other_name = other,
                          .one = played.kernel->story,
                          .other = played.lab.story},
                         style);
}

std::string as_json(lab::Scenario const& scenario, Played const& played) {
  std::optional<ui::KernelLadder> kernel;
  if (played.kernel) {
    kernel = {.story = &played.kernel->story,
              .release = played.kernel_release,
              .part = played.kernel_part};
  }
  return ui::ladder_json(scenario, {.reading = played.traits.reading->name,
                                    .seed = played.traits.seed,
                                    .lab = &played.lab.story,
                                    .kernel = kernel});
}

// What was lost was sent: it is there.
base::Result<std::string> as_pcap(lab::Story const& story) {
  std::vector<rig::TimedPacket> packets;
  for (auto const& line : story.lines) {
    auto const* segment = std::get_if<lab::SegmentLine>(&line.what);
    if (segment != nullptr) packets.push_back({line.at, segment->packet});
  }
  return rig::pcap_file(packets);
}

}  // namespace

std::string who_played(lab::Scenario const& scenario, Played const& played,
                       base::Language language) {
  auto const& [reading, wire, seed] = played.traits;
  bool const chinese = language == base::Language::Chinese;
  auto hosts = chinese ? fmt::format("读法 {}，种子 {}", reading->name, seed)
                       : fmt::format("reading {}, seed {}", reading->name, seed);
  if (!played.kernel) return hosts;
  auto const& host = scenario.parts[played.kernel_part].name;
  return chinese ? fmt::format("Linux {} 扮演 {}；{}", played.kernel_release, host, hosts)
                 : fmt::format("Linux {} plays {}; {}", played.kernel_release, host, hosts);
}

base::Result<std::string> formatted(lab::Scenario const& scenario, Played const& played,
                                    LabRunOptions const& options) {
  switch (options.format) {
    case LadderFormat::Svg:
      return ui::ladder_svg(scenario, played.shown(),
                            {.language = options.language,
                             .caption = who_played(scenario, played, options.language)});
    case LadderFormat::Json: return as_json(scenario, played);
    case LadderFormat::Pcap: return as_pcap(played.shown());
    default: return as_text(scenario, played, options);
  }
}

}  // namespace lastack::app
