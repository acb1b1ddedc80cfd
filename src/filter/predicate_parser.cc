#include "filter/predicate_parser.hh"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "base/text.hh"
#include "filter/host_parser.hh"
#include "filter/states.hh"

namespace lastack::filter {
namespace {

constexpr std::string_view kSomeFields = "a field such as state, src, dport, process or pid";

struct Choice {
  Subject subject;
  std::string_view name;
  unsigned mask;
};

template <typename Enum>
constexpr unsigned only(Enum value) {
  return 1U << static_cast<unsigned>(value);
}

constexpr auto kChoices = std::to_array<Choice>({
    {Subject::Protocol, "tcp", only(model::Protocol::Tcp)},
    {Subject::Protocol, "udp", only(model::Protocol::Udp)},
    {Subject::Family, "inet", only(model::Family::Inet)},
    {Subject::Family, "inet6", only(model::Family::Inet6)},
    {Subject::Family, "4", only(model::Family::Inet)},
    {Subject::Family, "6", only(model::Family::Inet6)},
    {Subject::Family, "ipv4", only(model::Family::Inet)},
    {Subject::Family, "ipv6", only(model::Family::Inet6)},
});

std::vector<std::string_view> choices_of(Subject subject) {
  std::vector<std::string_view> out;
  for (auto const& choice : kChoices) {
    if (choice.subject == subject) out.push_back(choice.name);
  }
  return out;
}

std::string joined(std::vector<std::string_view> const& names) {
  std::string out;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) out += i + 1 == names.size() ? " or " : ", ";
    out += names[i];
  }
  return out;
}

// "listen" alone is likelier a state than a field with three typing errors.
std::string field_suggestion(std::string_view word, Scope scope) {
  if (states_named(word)) return "; did you mean " + quoted("state " + std::string(word)) + "?";
  std::vector<std::string_view> names;
  for (auto const& field : fields()) {
    if (!is_known_in(scope, field)) continue;
    names.push_back(field.name);
    for (auto const alias : field.aliases) {
      if (!alias.empty()) names.push_back(alias);
    }
  }
  return did_you_mean(word, names);
}

Subject port_on(Subject host) {
  return host == Subject::LocalHost ? Subject::LocalPort : Subject::RemotePort;
}
// Both ends of an endpoint have one family, so either side tells it.
Subject host_on(Subject port) {
  return port == Subject::RemotePort ? Subject::RemoteHost : Subject::LocalHost;
}

}  // namespace

Parsed<PredicateParser::Comparison> PredicateParser::comparison() {
  auto const word = cursor_.peek_word();
  auto const offset = cursor_.offset();
  if (word.empty()) {
    return error_at(offset,
                    "expected " + std::string(kSomeFields) + ", found " + cursor_.found_here());
  }
  auto const* field = find_field(word);
  if (field == nullptr) {
    return error_at(offset, "unknown field " + quoted(word) + "; expected " +
                                std::string(kSomeFields) + field_suggestion(word, scope_));
  }
  if (!is_known_in(scope_, *field)) {
    return error_at(offset, quoted(field->name) +
                                " asks about a transition, which only watch shows; here use "
                                "state, as in 'state established'");
  }
  cursor_.advance(word.size());
  Comparison const out{field, cursor_.take_operator(), offset};
  if (!takes(field->kind, out.op.compare)) {
    return error_at(out.op.offset, quoted(field->name) + " cannot be compared with " +
                                       quoted(out.op.text) + "; expected " +
                                       std::string(operators_of(field->kind)));
  }
  return out;
}

Parsed<Value> PredicateParser::value_of(Comparison const& what, ValueStyle style,
                                        std::string_view kind) {
  std::string expected(kind);
  std::string written(what.field->name);
  if (what.op.text.empty()) {
    expected += " (or " + std::string(operators_of(what.field->kind)) + " and that)";
  } else {
    written += " " + std::string(what.op.text);
  }
  return cursor_.take_value(style, expected + " after " + quoted(written));
}

Parsed<Fragment> PredicateParser::parse() {
  if (at_states()) return run_of_states();
  auto const what = comparison();
  if (!what) return std::unexpected(what.error());
  builder_.needs(what->field->facts);
  auto out = compare(*what);
  if (out && what->negated()) out = Builder::negated(*std::move(out));
  return out;
}

Parsed<Fragment> PredicateParser::compare(Comparison const& what) {
  switch (what.field->kind) {
    case Kind::States: return compare_states(what);
    case Kind::Host: return compare_host(what);
    case Kind::Port: return compare_port(what);
    case Kind::Number: return compare_number(what);
    case Kind::Text: return compare_text(what);
    case Kind::Choice: break;
  }
  return compare_choice(what);
}

Fragment PredicateParser::any_of_hosts(Subject subject, std::vector<HostPattern> const& patterns) {
  auto out = builder_.host(subject, patterns.front());
  for (std::size_t i = 1; i < patterns.size(); ++i) {
    out = builder_.any(std::move(out), builder_.host(subject, patterns[i]));
  }
  return out;
}

Parsed<Fragment> PredicateParser::compare_host(Comparison const& what) {
  auto const value = value_of(what, ValueStyle::Plain, "an address, prefix or :port");
  if (!value) return std::unexpected(value.error());
  auto const host = parse_host({value->text, value->offset}, names_);
  if (!host) return std::unexpected(host.error());
  auto const subject = what.field->subject;
  auto out = host->any_address ? builder_.anything() : any_of_hosts(subject, host->addresses);
  auto const& port = host->port;
  if (!port) return out;
  return builder_.all(std::move(out),
                      builder_.number(port_on(subject), range_of(Compare::Equal, *port)));
}

Parsed<Fragment> PredicateParser::compare_port(Comparison const& what) {
  auto const value = value_of(what, ValueStyle::Plain, "a port number or service name");
  if (!value) return std::unexpected(value.error());
  auto const side = parse_port_only({value->text, value->offset}, names_);
  if (!side) return std::unexpected(side.error());
  auto const subject = what.field->subject;
  bool const ordered = what.op.compare != Compare::Equal && !what.negated();
  auto const& port = side->port;
  if (!port && ordered) {
    return error_at(value->offset, "expected a port number or service name after " +
                                       quoted(what.op.text) + ", found " + quoted(value->text));
  }
  auto out =
      port ? builder_.number(subject, range_of(what.op.compare, *port)) : builder_.anything();
  if (side->any_address) return out;
  return builder_.all(std::move(out), any_of_hosts(host_on(subject), side->addresses));
}

Parsed<Fragment> PredicateParser::compare_number(Comparison const& what) {
  auto const value = value_of(what, ValueStyle::Plain, "a number");
  if (!value) return std::unexpected(value.error());
  auto const number = read_number(value->text);
  if (!number) {
    return error_at(value->offset, "expected a number after " + quoted(what.field->name) +
                                       ", found " + quoted(value->text));
  }
  auto const range = range_of(what.op.compare, *number);
  auto const subject = what.field->subject;
  if (subject == Subject::Pid) return builder_.lookup({subject, true, range, {}});
  return builder_.number(subject, range);
}

Parsed<Fragment> PredicateParser::compare_choice(Comparison const& what) {
  auto const subject = what.field->subject;
  auto const names = choices_of(subject);
  auto const value = value_of(what, ValueStyle::Plain, joined(names));
  if (!value) return std::unexpected(value.error());
  for (auto const& choice : kChoices) {
    if (choice.subject == subject && base::equals_ignoring_case(choice.name, value->text)) {
      return builder_.choice(subject, choice.mask);
    }
  }
  return error_at(value->offset, "unknown " + std::string(what.field->name) + " " +
                                     quoted(value->text) + "; expected " + joined(names) +
                                     did_you_mean(value->text, names));
}

}  // namespace lastack::filter
