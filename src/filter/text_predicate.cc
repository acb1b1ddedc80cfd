// The text fields of PredicateParser.
#include <algorithm>
#include <string>
#include <utility>

#include "filter/predicate_parser.hh"

namespace lastack::filter {
namespace {

constexpr std::size_t kRegexErrorColumns = 60;
constexpr std::size_t kShortContainerId = 12;  // as docker ps prints it
constexpr std::string_view kCgroupMount = "/sys/fs/cgroup";

bool is_hex(std::string_view text) {
  return text.find_first_not_of("0123456789abcdefABCDEF") == text.npos;
}

TextPattern exactly(Subject subject, std::string text) {
  bool const shortened = text.size() >= kShortContainerId && is_hex(text);
  if (subject == Subject::Container && shortened) return TextPattern::beginning_with(text);
  // ss wants the path below the mount point's, we keep the one in the hierarchy.
  auto const mounted = std::string(kCgroupMount) + '/';
  if (subject == Subject::Cgroup && text.starts_with(mounted)) text.erase(0, kCgroupMount.size());
  return TextPattern::equal_to(std::move(text));
}

}  // namespace

Parsed<Fragment> PredicateParser::compare_text(Comparison const& what) {
  auto const style = what.by_regex() ? ValueStyle::Regex : ValueStyle::Text;
  auto const value = value_of(what, style, what.by_regex() ? "a regular expression" : "a text");
  if (!value) return std::unexpected(value.error());
  auto const subject = what.field->subject;
  if (what.by_regex() || value->regex) {
    auto regex = TextPattern::regex(value->text);
    if (regex) return builder_.lookup({subject, false, {}, *std::move(regex)});
    return error_at(value->offset,
                    "bad regular expression: " + echoed(regex.error(), kRegexErrorColumns) +
                        "; expected RE2 syntax");
  }
  // A user may be named by uid and a namespace by inode.
  bool const has_number = subject == Subject::User || subject == Subject::Netns;
  auto const number = has_number ? read_number(value->text) : std::nullopt;
  return builder_.lookup({subject, number.has_value(),
                          number ? range_of(Compare::Equal, *number) : Range{},
                          exactly(subject, value->text)});
}

}  // namespace lastack::filter
