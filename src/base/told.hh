// A phrase with values put in, kept apart until somebody knows in which language it is read.
#pragma once

#include <string>
#include <vector>

#include "base/phrase.hh"

namespace lastack::base {

// "{0}" to "{9}" in the phrase stand for `values`, which are the same in every language. A value
// may come from outside (a name, a path): whoever prints it makes it safe for its medium.
struct Told {
  Phrase phrase;
  std::vector<std::string> values = {};

  [[nodiscard]] bool empty() const { return phrase.empty(); }
  // A number without a value stays as it is, braces and all.
  [[nodiscard]] std::string in(Language language) const;
};

}  // namespace lastack::base
