#include "filter/filter.hh"

#include "filter/parser.hh"

namespace lastack::filter {

Parsed<Filter> parse(std::string_view text, NameLookup const& names) {
  return Parser(text, names).parse();
}

}  // namespace lastack::filter
