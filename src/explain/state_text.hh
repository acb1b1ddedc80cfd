// What is told of each state, in every language: the one source of `lastack explain` and of
// docs/tcp-states.md. What leads in and out is not here: that is read from the table in tcp/.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#include "base/phrase.hh"
#include "tcp/state.hh"

namespace lastack::explain {

// Something to do about it, and the exact command, "" where there is none. A command may hold
// {placeholders} of the reader's own: {PID}, {PORT}, {PEER}.
struct Advice {
  base::Phrase text;
  std::string_view command;
};

inline constexpr std::size_t kMaxAdvice = 4;

// Every phrase is one paragraph without line breaks. It may name settings of the machine as
// {name}: see placeholders() in fill.hh. Commands and state names are the same in all languages.
struct StateText {
  base::Phrase gist;                      // one line of the list: at most 64 columns
  base::Phrase meaning;                   // in plain words
  base::Phrase side;                      // on which side it happens
  base::Phrase lasts;                     // how long it normally lasts
  base::Phrase normal;                    // when it is normal, and when it is not
  base::Phrase many;                      // what many of them mean
  std::array<Advice, kMaxAdvice> advice;  // empty ones at the end

  [[nodiscard]] std::span<Advice const> to_do() const;
};

[[nodiscard]] StateText const& text_of(tcp::State state);

}  // namespace lastack::explain
