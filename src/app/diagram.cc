// `lastack diagram`: the state machine as a picture, with what happens on this machine in it.
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>

#include <fmt/format.h>

#include "app/command.hh"
#include "app/diagram_marks.hh"
#include "app/diagram_options.hh"
#include "app/names.hh"
#include "base/output.hh"

namespace lastack::app {
namespace {

base::Result<diagram::Marks> marks_of_file(std::string const& name) {
  std::uint64_t strange = 0;
  base::Result<diagram::Marks> marks;
  if (name == "-") {
    marks = marks_of_lines(std::cin, "stdin", strange);
  } else {
    std::ifstream file(name);
    if (!file) return base::fail(name + ": " + std::strerror(errno));
    marks = marks_of_lines(file, name, strange);
    if (file.bad()) return base::fail(name + ": cannot be read");
  }
  if (strange > 0) {
    complain("diagram", fmt::format("{} transitions along no edge of the table", strange));
  }
  return marks;
}

base::Result<diagram::Marks> marks_for(DiagramOptions const& options,
                                       filter::Filter const& filter) {
  if (options.tally) return marks_of_file(*options.tally);
  if (options.live) return marks_of_watching(*options.live, filter);
  if (options.of) return marks_of_connections(filter, *options.of);
  return diagram::Marks();
}

}  // namespace

int run_diagram(std::span<char const* const> arguments) {
  auto const options = parse_diagram_options(arguments);
  if (!options) return options.error();
  auto const filter = filter::parse(options->of.value_or(""), SystemNames());
  if (!filter) {
    complain("diagram", "--of: " + filter.error().message);
    return kExitUsage;
  }
  auto const marks = marks_for(*options, *filter);
  if (!marks) {
    complain("diagram", marks.error().message);
    return kExitFailure;
  }
  bool const chinese = options->language == base::Language::Chinese;
  diagram::Style const style{.language = options->language,
                             .dark = options->dark,
                             .unicode = chinese || speaks_utf8(),
                             .color = wants_color(options->color)};
  base::Output output(STDOUT_FILENO);
  output.append(diagram::draw(options->format, style, *marks));
  if (auto const written = output.finish("stdout"); !written) {
    complain("diagram", written.error().message);
    return kExitFailure;
  }
  return kExitOk;
}

}  // namespace lastack::app
