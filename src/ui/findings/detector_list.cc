#include "ui/findings/detector_list.hh"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "base/text.hh"
#include "ui/findings/json_values.hh"
#include "ui/findings/padded.hh"

namespace lastack::ui {
namespace {

using base::Phrase;
using detect::Detector;
using detect::Threshold;
using exporting::JsonWriter;

constexpr Phrase kOff{"off: ", "已关闭："};
constexpr Phrase kLooksAt{"Looks at", "查看"};
constexpr Phrase kWorst{"Worst", "最高级别"};
constexpr Phrase kNeedsEvents{"{}; only where state changes are watched",
                              "{}；仅在能监视状态变化时有效"};
constexpr Phrase kThresholds{"Settings", "阈值"};
constexpr Phrase kUsually{"{} (usually {})", "{}（默认 {}）"};
constexpr std::size_t kLeastMeaning = 20;  // columns

std::string with(Phrase const& phrase, base::Language language, auto const&... values) {
  return fmt::format(fmt::runtime(phrase.in(language)), values...);
}

std::string present_value(Threshold const& threshold, double value, base::Language language) {
  auto const now = threshold_value(threshold, value);
  return value == threshold.usual
             ? now
             : with(kUsually, language, now, threshold_value(threshold, threshold.usual));
}

// name, value and what it means below each other; the meaning in lines of its own where these
// leave no room for it.
void write_thresholds(Page& page, Detector const& detector, detect::Knobs const& knobs) {
  auto const language = page.style().language;
  std::vector<std::string> values;
  values.reserve(detector.thresholds.size());
  std::size_t name_width = 0;
  std::size_t value_width = 0;
  for (std::size_t i = 0; i < detector.thresholds.size(); ++i) {
    auto const& threshold = detector.thresholds[i];
    values.push_back(present_value(threshold, knobs[i], language));
    name_width = std::max(name_width, threshold.name.size() + 2);
    value_width = std::max(value_width, base::display_width(values.back()) + 2);
  }
  auto const column = name_width + value_width;
  bool const beside = column + kLeastMeaning <= page.room();
  std::vector<std::string> lines;
  lines.reserve(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    auto const& threshold = detector.thresholds[i];
    std::string lead;
    append_padded(lead, threshold.name, name_width);
    append_padded(lead, values[i], beside ? value_width : 0);
    auto const meaning = threshold.meaning.in(language);
    if (!beside) {
      lines.push_back(std::move(lead));
      lead.assign(2, ' ');
    }
    for (auto const& line : wrap(meaning, page.room() - (beside ? column : 2))) {
      lines.push_back(lead + line);
      lead.assign(beside ? column : 2, ' ');
    }
  }
  page.lines(kThresholds, lines);
}

void write_detector(std::string& out, PageStyle const& style, Detector const& detector, bool on,
                    detect::Knobs const& knobs) {
  auto const language = style.language;
  Page page(out, style);
  std::string title(on ? "" : kOff.in(language));
  title += detector.title.in(language);
  page.title(detector.id, title);
  page.row(kLooksAt, detector.looks_at.in(language));
  auto const worst = std::string(model::text_of(detector.worst).in(language));
  page.row(kWorst, detector.needs_events ? with(kNeedsEvents, language, worst) : worst);
  write_thresholds(page, detector, knobs);
}

void write_threshold_json(JsonWriter& json, Threshold const& threshold, double value,
                          base::Language language) {
  json.begin_object();
  json.key("name").string(threshold.name);
  write_real(json.key("value"), value);
  write_real(json.key("default"), threshold.usual);
  write_real(json.key("least"), threshold.least);
  write_real(json.key("most"), threshold.most);
  json.key("unit").string(threshold.unit);
  json.key("meaning").string(threshold.meaning.in(language));
  json.end_object();
}

}  // namespace

std::string threshold_value(Threshold const& threshold, double value) {
  return threshold.unit.empty() ? fmt::format("{:.12g}", value)
                                : fmt::format("{:.12g} {}", value, threshold.unit);
}

void write_detector_list(std::string& out, PageStyle const& style, detect::Config const& config) {
  auto const all = detect::detectors();
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i > 0) out += '\n';
    write_detector(out, style, *all[i], config.is_on(i), config.knobs(i));
  }
}

void write_detector_list_json(std::string& out, detect::Config const& config,
                              base::Language language) {
  auto const all = detect::detectors();
  for (std::size_t i = 0; i < all.size(); ++i) {
    auto const& detector = *all[i];
    JsonWriter json(out);
    json.begin_object();
    json.key("id").string(detector.id);
    json.key("title").string(detector.title.in(language));
    json.key("enabled").boolean(config.is_on(i));
    json.key("worst").string(model::name(detector.worst));
    json.key("needs_events").boolean(detector.needs_events);
    json.key("looks_at").string(detector.looks_at.in(language));
    json.key("matters").string(detector.matters.in(language));
    json.key("silent").string(detector.silent.in(language));
    json.key("thresholds").begin_array();
    for (std::size_t j = 0; j < detector.thresholds.size(); ++j) {
      write_threshold_json(json, detector.thresholds[j], config.knobs(i)[j], language);
    }
    json.end_array();
    json.key("references").begin_array();
    for (auto const reference : detector.references) json.string(reference);
    json.end_array();
    json.end_object();
    json.end_line();
  }
}

}  // namespace lastack::ui
