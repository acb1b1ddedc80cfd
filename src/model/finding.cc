#include "model/finding.hh"

#include <algorithm>
#include <tuple>

namespace lastack::model {
namespace {

struct SeverityWords {
  std::string_view name;
  base::Phrase text;
};
constexpr std::array<SeverityWords, kSeverityCount> kSeverities{{
    {"notice", {"notice", "提示"}},
    {"warning", {"warning", "警告"}},
    {"critical", {"critical", "严重"}},
}};

constexpr std::array<std::string_view, 3> kConfidences{"possible", "likely", "certain"};
constexpr std::array<base::Phrase, 3> kConfidenceTexts{
    {{"possible", "可能"}, {"likely", "很可能"}, {"certain", "确定"}}};

}  // namespace

std::string_view name(Severity severity) {
  return kSeverities.at(static_cast<std::size_t>(severity)).name;
}
base::Phrase text_of(Severity severity) {
  return kSeverities.at(static_cast<std::size_t>(severity)).text;
}
std::optional<Severity> severity_of(std::string_view name) {
  auto const* found = std::ranges::find(kSeverities, name, &SeverityWords::name);
  if (found == kSeverities.end()) return std::nullopt;
  return static_cast<Severity>(found - kSeverities.begin());
}

std::string_view name(Confidence confidence) {
  return kConfidences.at(static_cast<std::size_t>(confidence));
}
base::Phrase text_of(Confidence confidence) {
  return kConfidenceTexts.at(static_cast<std::size_t>(confidence));
}

std::string Finding::id() const { return std::string(detector) + ":" + subject; }

bool goes_before(Finding const& a, Finding const& b) {
  return std::tie(b.severity, a.detector, a.subject) < std::tie(a.severity, b.detector, b.subject);
}

}  // namespace lastack::model
