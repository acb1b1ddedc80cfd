// Which language to speak.
#pragma once

#include <string>

#include "base/phrase.hh"

namespace lastack::app {

// "" for a good value of --lang, else what is wrong with it.
[[nodiscard]] std::string one_of_the_languages(std::string const& text);

// "en", "zh"; "auto": that of the locale (LC_ALL, LC_MESSAGES, LANG), Chinese only where its
// characters are UTF-8.
[[nodiscard]] base::Language read_language(std::string const& text);

}  // namespace lastack::app
