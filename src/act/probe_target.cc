#include "act/probe_target.hh"

#include <algorithm>
#include <bitset>
#include <charconv>

namespace lastack::act {
namespace {

constexpr std::size_t kMaxHost = 253;  // RFC 1035 2.3.4, without the root's dot
constexpr std::size_t kMaxQuoted = 80;
constexpr std::uint32_t kMaxPort = 65535;

std::string quoted(std::string_view text) {
  bool const cut = text.size() > kMaxQuoted;
  return "'" + std::string(text.substr(0, kMaxQuoted)) + (cut ? "…'" : "'");
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// What is of digits, commas and hyphens alone is meant as ports.
bool looks_like_ports(std::string_view text) {
  return !text.empty() && is_digit(text.front()) &&
         std::ranges::all_of(text, [](char c) { return is_digit(c) || c == ',' || c == '-'; });
}

std::optional<std::uint32_t> read_digits(std::string_view text) {
  std::uint32_t value = 0;
  auto const* end = text.data() + text.size();
  auto const [stop, problem] = std::from_chars(text.data(), end, value);
  if (stop != end || text.empty()) return std::nullopt;
  return problem == std::errc() ? value : kMaxPort + 1;
}

// Ports of one host, each once.
class Ports {
 public:
  void add(std::uint32_t first, std::uint32_t last, std::vector<std::uint16_t>& ports) {
    for (auto port = first; port <= last; ++port) {
      if (seen_.test(port)) continue;
      seen_.set(port);
      ports.push_back(static_cast<std::uint16_t>(port));
    }
  }

 private:
  std::bitset<kMaxPort + 1> seen_;
};

class Parser {
 public:
  explicit Parser(ServiceLookup const& services) : services_(services) {}

  base::Result<void> take(std::string_view argument) {
    if (looks_like_ports(argument)) return take_ports(argument);
    if (!specs_.empty() && specs_.back().ports.empty()) return take_ports(argument);
    if (is_more_ports(argument)) return take_ports(argument);
    return take_host(argument);
  }

  base::Result<std::vector<ProbeSpec>> finish() {
    if (auto const complete = require_ports(); !complete) {
      return std::unexpected(complete.error());
    }
    return std::move(specs_);
  }

 private:
  base::Result<void> require_ports() const {
    if (specs_.empty() || !specs_.back().ports.empty()) return {};
    auto const& host = specs_.back().host;
    std::string message = quoted(host) + " has no port";
    if (host.find(':') != std::string::npos) {
      message += "; an IPv6 address stands in brackets before one: [::1]:80";
    } else {
      message += "; say HOST:PORT or HOST PORT";
    }
    return base::fail(std::move(message));
  }

  // After "HOST PORT" a service name is one more port.
  bool is_more_ports(std::string_view argument) const {
    return !specs_.empty() && in_words_ &&
           argument.find_first_of(":.[") == std::string_view::npos &&
           services_(argument).has_value();
  }

  base::Result<void> begin(std::string_view host, std::string_view argument) {
    if (auto const complete = require_ports(); !complete) return complete;
    if (host.empty()) return base::fail(quoted(argument) + ": the host is missing");
    if (host.size() > kMaxHost) {
      return base::fail(quoted(argument) + ": a host name has at most 253 characters");
    }
    auto const strange = [](char c) {
      return static_cast<unsigned char>(c) <= ' ' || c == '\x7f' || c == '/' || c == '@' ||
             c == '[' || c == ']';
    };
    if (std::ranges::any_of(host, strange)) {
      return base::fail(quoted(argument) + " is no host and port (a URL? Say HOST:PORT)");
    }
    specs_.push_back({.host = std::string(host), .ports = {}});
    seen_ = {};
    in_words_ = false;
    return {};
  }

  base::Result<void> take_host(std::string_view argument) {
    if (argument.starts_with('[')) return take_bracketed(argument);
    auto const colon = argument.find(':');
    bool const one_colon = colon != std::string_view::npos && colon == argument.rfind(':');
    if (!one_colon) {  // a name or an IPv6 address; its ports follow
      auto begun = begin(argument, argument);
      in_words_ = true;
      return begun;
    }
    if (auto begun = begin(argument.substr(0, colon), argument); !begun) return begun;
    return add_ports(argument.substr(colon + 1), argument);
  }

  base::Result<void> take_bracketed(std::string_view argument) {
    auto const close = argument.find(']');
    if (close == std::string_view::npos) return base::fail(quoted(argument) + ": ']' is missing");
    auto const rest = argument.substr(close + 1);
    if (!rest.empty() && rest.front() != ':') {
      return base::fail(quoted(argument) + ": after ']' only :PORT may follow");
    }
    if (auto begun = begin(argument.substr(1, close - 1), argument); !begun) return begun;
    in_words_ = rest.empty();
    return rest.empty() ? base::Result<void>() : add_ports(rest.substr(1), argument);
  }

  base::Result<void> take_ports(std::string_view argument) {
    if (specs_.empty()) return base::fail(quoted(argument) + ": a port without a host before it");
    return add_ports(argument, argument);
  }

  base::Result<void> add_ports(std::string_view list, std::string_view argument) {
    for (std::size_t at = 0; at <= list.size();) {
      auto const comma = std::min(list.find(',', at), list.size());
      if (auto added = add_item(list.substr(at, comma - at), argument); !added) return added;
      at = comma + 1;
    }
    return {};
  }

  base::Result<void> add_item(std::string_view item, std::string_view argument) {
    if (item.empty()) return base::fail(quoted(argument) + ": a port is missing");
    auto const hyphen = item.find('-');
    auto const first = read_digits(item.substr(0, hyphen));
    auto const last =
        hyphen == std::string_view::npos ? first : read_digits(item.substr(hyphen + 1));
    if (first && last) return add_range(*first, *last, item, argument);
    if (auto const port = services_(item)) return add_range(*port, *port, item, argument);
    if (is_digit(item.front())) {
      return base::fail(quoted(argument) + ": " + quoted(item) + " is no port or range of ports");
    }
    return base::fail(quoted(argument) + ": no service is called " + quoted(item) +
                      " (/etc/services)");
  }

  base::Result<void> add_range(std::uint32_t first, std::uint32_t last, std::string_view item,
                               std::string_view argument) {
    if (first < 1 || first > kMaxPort || last < 1 || last > kMaxPort) {
      return base::fail(quoted(argument) + ": " + quoted(item) + ": ports are 1 to 65535");
    }
    if (first > last) {
      return base::fail(quoted(argument) + ": " + quoted(item) +
                        ": the range ends before it begins");
    }
    seen_.add(first, last, specs_.back().ports);
    return {};
  }

  ServiceLookup const& services_;
  std::vector<ProbeSpec> specs_;
  Ports seen_;             // of the last host
  bool in_words_ = false;  // the last host stood alone: what follows are its ports
};

}  // namespace

base::Result<std::vector<ProbeSpec>> parse_probe_targets(std::span<std::string const> arguments,
                                                         ServiceLookup const& services) {
  Parser parser(services);
  for (auto const& argument : arguments) {
    if (auto const taken = parser.take(argument); !taken) return std::unexpected(taken.error());
  }
  return parser.finish();
}

}  // namespace lastack::act
