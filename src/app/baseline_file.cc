#include "app/baseline_file.hh"

#include <sstream>
#include <utility>

#include <fmt/format.h>

#include "app/own_files.hh"
#include "app/toml.hh"
#include "base/text.hh"

namespace lastack::app {
namespace {

using detect::Baseline;
using detect::KnownListener;

constexpr std::int64_t kMostPort = 65535;

base::Result<KnownListener> read_listener(toml::table const& table) {
  auto const program = table["program"].value_exact<std::string>();
  auto const protocol = table["protocol"].value_exact<std::string>();
  auto const port = table["port"].value_exact<std::int64_t>();
  auto const everywhere = table["everywhere"].value_exact<bool>();
  bool const good = program && protocol && (*protocol == "tcp" || *protocol == "udp") && port &&
                    *port >= 0 && *port <= kMostPort && everywhere;
  if (!good) {
    return base::fail(fmt::format(
        "line {}: a [[listener]] has program = \"PATH\", protocol = \"tcp\" or \"udp\", port = "
        "0 to 65535 and everywhere = true or false",
        table.source().begin.line));
  }
  return KnownListener{*program, *protocol == "tcp" ? model::Protocol::Tcp : model::Protocol::Udp,
                       static_cast<std::uint16_t>(*port), *everywhere};
}

base::Result<void> read_talkers(toml::node const& node, Baseline& baseline) {
  auto const* array = node.as_array();
  if (array == nullptr) return base::fail("talkers is not a list of paths");
  for (auto const& each : *array) {
    auto const path = each.value_exact<std::string>();
    if (!path) return base::fail("talkers is not a list of paths");
    baseline.talkers.insert(*path);
  }
  return {};
}

base::Result<void> read_listeners(toml::node const& node, Baseline& baseline) {
  auto const* array = node.as_array();
  if (array == nullptr) return base::fail("listener is not a table [[listener]]");
  for (auto const& each : *array) {
    auto const* table = each.as_table();
    if (table == nullptr) return base::fail("listener is not a table [[listener]]");
    auto listener = read_listener(*table);
    if (!listener) return std::unexpected(listener.error());
    baseline.listeners.insert(std::move(*listener));
  }
  return {};
}

}  // namespace

std::string baseline_path() { return state_path("baseline.toml"); }

base::Result<Baseline> parse_baseline(std::string_view text) {
  auto const parsed = toml::parse(text);
  if (!parsed) {
    auto const& error = parsed.error();
    return base::fail(fmt::format("line {}, column {}: {}", error.source().begin.line,
                                  error.source().begin.column,
                                  base::printable(error.description())));
  }
  Baseline baseline;
  for (auto const& [key, node] : parsed.table()) {
    base::Result<void> read;
    if (key.str() == "talkers") {
      read = read_talkers(node, baseline);
    } else if (key.str() == "listener") {
      read = read_listeners(node, baseline);
    } else {
      read = base::fail(
          fmt::format("'{}' is neither talkers nor [[listener]]", base::printable(key.str())));
    }
    if (!read) return std::unexpected(read.error());
  }
  return baseline;
}

std::string baseline_text(Baseline const& baseline) {
  toml::array talkers;
  talkers.reserve(baseline.talkers.size());
  // Names of programs may be any bytes; TOML takes UTF-8 only.
  auto const text = [](std::string const& raw) {
    std::string valid;
    base::append_valid_utf8(valid, raw);
    return valid;
  };
  for (auto const& each : baseline.talkers) talkers.push_back(text(each));
  toml::array listeners;
  listeners.reserve(baseline.listeners.size());
  for (auto const& each : baseline.listeners) {
    listeners.push_back(toml::table{{"program", text(each.program)},
                                    {"protocol", model::name(each.protocol)},
                                    {"port", static_cast<std::int64_t>(each.port)},
                                    {"everywhere", each.everywhere}});
  }
  toml::table table;
  table.insert("talkers", std::move(talkers));
  if (!listeners.empty()) table.insert("listener", std::move(listeners));
  std::ostringstream out;
  out << "# What is usual on this machine, as 'lastack diagnose --learn' has seen it. Delete a "
         "line\n"
         "# to be told of it again. port = 0: any port that the system chooses.\n"
      << toml::toml_formatter(table) << '\n';
  return out.str();
}

base::Result<std::optional<Baseline>> read_baseline(std::string const& path) {
  if (path.empty()) return std::optional<Baseline>();
  auto const text = read_own_file(path);
  if (!text) return std::unexpected(text.error());
  auto const& content = *text;
  if (!content) return std::optional<Baseline>();
  auto baseline = parse_baseline(*content);
  if (!baseline) return base::fail(base::printable(path) + ": " + baseline.error().message);
  return std::optional(std::move(*baseline));
}

base::Result<void> write_baseline(std::string const& path, Baseline const& baseline) {
  if (path.empty())
    return base::fail("neither XDG_STATE_HOME nor HOME names a place for the baseline");
  return write_own_file(path, baseline_text(baseline));
}

}  // namespace lastack::app
