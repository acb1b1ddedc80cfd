#include "lab/scenario/parser.hh"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.hh"
#include "lab/scenario/host_settings.hh"
#include "lab/scenario/line.hh"
#include "lab/scenario/step_parser.hh"
#include "lab/scenario/words.hh"

namespace lastack::lab {
namespace {

using Done = base::Result<void>;

constexpr std::uint32_t kFirstAddress = 0x0a000001;  // 10.0.0.1
bool is_name(std::string_view text) {
  auto const letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  auto const other = [](char c) { return (c >= '0' && c <= '9') || c == '_' || c == '-'; };
  return !text.empty() && text.size() <= 16 && letter(text.front()) &&
         std::ranges::all_of(text, [&](char c) { return letter(c) || other(c); });
}

class Parser {
 public:
  explicit Parser(std::string_view file) : steps_(scenario_) { scenario_.file = file; }

  base::Result<Scenario> parse(std::string_view text);

 private:
  [[nodiscard]] static bool is_header(std::string_view word);
  Done parse_line(Line& line);
  Done parse_text(Line& line, std::string& to);
  Done parse_part(Line& line, bool puppet);
  Done parse_setting(Line& line);
  Done parse_wire(Line& line);
  Done parse_readings(Line& line);
  Done parse_kernel(Line& line);
  Done finish(Line const& last);
  base::Result<Part*> find_host(Line& line);

  struct Header {
    std::string_view word;
    Done (Parser::*parse)(Line&);
  };
  Done title(Line& line) { return parse_text(line, scenario_.title.en); }
  Done title_zh(Line& line) { return parse_text(line, scenario_.title.zh); }
  Done lesson(Line& line) { return parse_text(line, scenario_.lesson.en); }
  Done lesson_zh(Line& line) { return parse_text(line, scenario_.lesson.zh); }
  Done host(Line& line) { return parse_part(line, false); }
  Done puppet(Line& line) { return parse_part(line, true); }

  static constexpr std::size_t kHeaderCount = 10;
  static std::array<Header, kHeaderCount> const kHeaders;

  Scenario scenario_;
  StepParser steps_;
  bool kernel_told_ = false;
};

std::array<Parser::Header, Parser::kHeaderCount> const Parser::kHeaders{{
    {"title", &Parser::title},
    {"title.zh", &Parser::title_zh},
    {"lesson", &Parser::lesson},
    {"lesson.zh", &Parser::lesson_zh},
    {"host", &Parser::host},
    {"puppet", &Parser::puppet},
    {"set", &Parser::parse_setting},
    {"wire", &Parser::parse_wire},
    {"reading", &Parser::parse_readings},
    {"kernel", &Parser::parse_kernel},
}};

bool Parser::is_header(std::string_view word) {
  return std::ranges::find(kHeaders, word, &Header::word) != kHeaders.end();
}

// Lines of the same word are one text.
Done Parser::parse_text(Line& line, std::string& to) {
  auto const word = line.peek();
  auto const text = line.rest();
  if (text.empty()) return line.wrong(word, "a text");
  if (!base::is_valid_utf8(text)) return line.fail(word, "the text is not UTF-8");
  if (!to.empty()) to += '\n';
  to += text;
  return {};
}

Done Parser::parse_part(Line& line, bool puppet) {
  auto const word = line.next();
  auto const& parts = scenario_.parts;
  if (!is_name(word.text)) return line.wrong(word, "a name of letters, digits, '-' and '_'");
  if (is_header(word.text) || StepParser::begins_with(word.text)) {
    return line.fail(word, fmt::format("'{}' has another meaning and cannot be a name", word.text));
  }
  if (std::ranges::find(parts, word.text, &Part::name) != parts.end()) {
    return line.fail(word, fmt::format("there is a {} already", word.text));
  }
  if (parts.size() == kMostParts) {
    return line.fail(word, fmt::format("more than {} hosts", kMostParts));
  }
  Part part{.name = std::string(word.text),
            .address = kFirstAddress + static_cast<std::uint32_t>(parts.size()),
            .puppet = puppet};
  if (auto const told = line.peek(); !told.text.empty()) {
    auto const address = parse_address(told.text);
    if (!address) return line.wrong(told, "an IPv4 address");
    if ((*address >> 8U) != kFirstAddress >> 8U) {
      return line.wrong(told, "an address in 10.0.0.0/24");
    }
    part.address = *address;
    (void)line.next();
  }
  if (std::ranges::find(parts, part.address, &Part::address) != parts.end()) {
    return line.fail(word, fmt::format("{} is another host's", address_text(part.address)));
  }
  scenario_.parts.push_back(std::move(part));
  return line.end();
}

base::Result<Part*> Parser::find_host(Line& line) {
  auto const word = line.next();
  auto const found = std::ranges::find(scenario_.parts, word.text, &Part::name);
  if (found == scenario_.parts.end() || found->puppet) return line.wrong(word, "a host");
  return &*found;
}

Done Parser::parse_setting(Line& line) {
  auto const part = find_host(line);
  if (!part) return std::unexpected(part.error());
  auto const name = line.next();
  auto const* setting = find_host_setting(name.text);
  if (setting == nullptr) return line.wrong(name, "one of " + host_setting_names());
  auto const value = line.next();
  Settings probe;
  if (!setting->set(probe, value.text)) return line.wrong(value, setting->value);
  (*part)->settings.push_back({std::string(name.text), std::string(value.text)});
  return line.end();
}

Done Parser::parse_wire(Line& line) {
  do {
    auto const what = line.next();
    auto const value = line.next();
    auto& wire = scenario_.wire;
    if (what.text == "delay" || what.text == "jitter") {
      auto const span = parse_span(value.text);
      if (!span) return line.wrong(value, "a span of time such as 10ms");
      (what.text == "delay" ? wire.delay : wire.jitter) = *span;
    } else if (what.text == "loss" || what.text == "duplication") {
      auto const digits = value.text.substr(0, value.text.size() - (value.text.empty() ? 0 : 1));
      auto const percent = parse_number(digits);
      if (!value.text.ends_with('%') || !percent || *percent > 100) {
        return line.wrong(value, "0% to 100%");
      }
      (what.text == "loss" ? wire.loss : wire.duplication) = *percent / 100.0;
    } else {
      return line.wrong(what, "delay, jitter, loss or duplication");
    }
  } while (!line.is_over());
  return {};
}

Done Parser::parse_readings(Line& line) {
  do {
    auto const word = line.next();
    auto const* found = std::ranges::find(tcp::kReadings, word.text, &tcp::Reading::name);
    if (found == tcp::kReadings.end()) {
      return line.wrong(word, "linux, literal, literal+5961 or deployed");
    }
    scenario_.readings.push_back(*found);
  } while (!line.is_over());
  return {};
}

Done Parser::parse_kernel(Line& line) {
  kernel_told_ = true;
  if (line.accept("none")) return line.end();
  do {
    auto const part = find_host(line);
    if (!part) return std::unexpected(part.error());
    (*part)->kernel = true;
  } while (!line.is_over());
  return {};
}

Done Parser::parse_line(Line& line) {
  auto const word = line.peek();
  if (word.text.empty()) return {};
  auto const header = std::ranges::find(kHeaders, word.text, &Header::word);
  if (header == kHeaders.end()) return steps_.parse(line);
  if (!scenario_.steps.empty()) {
    return line.fail(word, fmt::format("'{}' belongs before the first step", word.text));
  }
  (void)line.next();
  return (this->*header->parse)(line);
}

// What is not said.
Done Parser::finish(Line const& last) {
  if (scenario_.title.en.empty()) return last.fail({}, "there is no title");
  if (scenario_.parts.empty()) return last.fail({}, "there is no host");
  if (scenario_.steps.empty()) return last.fail({}, "nothing happens: there is no step");
  if (scenario_.readings.empty()) scenario_.readings.push_back(&tcp::kLinux);
  for (auto& part : scenario_.parts) {
    auto const playable = std::ranges::all_of(part.settings, [](HostSetting const& each) {
      return !find_host_setting(each.name)->kernel.empty();
    });
    if (!kernel_told_) part.kernel = playable && !part.puppet;
    if (part.kernel && !playable) {
      return last.fail({},
                       fmt::format("the kernel cannot play {}: it has no such setting", part.name));
    }
  }
  return {};
}

base::Result<Scenario> Parser::parse(std::string_view text) {
  std::uint32_t number = 0;
  while (true) {
    auto const end = std::min(text.find('\n'), text.size());
    Line line(scenario_.file, ++number, text.substr(0, end));
    if (auto const done = parse_line(line); !done) return std::unexpected(done.error());
    if (end == text.size()) break;
    text.remove_prefix(end + 1);
  }
  if (auto const done = finish(Line(scenario_.file, number, {})); !done) {
    return std::unexpected(done.error());
  }
  return std::move(scenario_);
}

}  // namespace

base::Result<Scenario> parse_scenario(std::string_view file, std::string_view text) {
  return Parser(file).parse(text);
}

}  // namespace lastack::lab
