#include "filter/filter.hh"

#include "filter/parser.hh"

namespace lastack::filter {

Parsed<Filter> parse(std::string_view text, NameLookup const& names, Scope scope) {
  return Parser(text, names, scope).parse();
}

}  // namespace lastack::filter
