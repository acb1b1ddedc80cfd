// What a verdict of a probe means and what to do about it.
#pragma once

#include "base/phrase.hh"
#include "model/probe.hh"

namespace lastack::explain {

struct ProbeWords {
  base::Phrase label;    // some words, for a line
  base::Phrase meaning;  // a sentence or two
  base::Phrase todo;     // what to do; empty: nothing
};

[[nodiscard]] ProbeWords const& words_of(model::ProbeVerdict verdict);

// What that ICMP message says, from whom: a clause, "no host answers there".
[[nodiscard]] base::Phrase words_of(model::IcmpError const& icmp);
// What it means that this machine itself sent it.
[[nodiscard]] base::Phrase own_words_of(model::IcmpError const& icmp);

// "connect() called", for a step that the socket tells. A transition has none.
[[nodiscard]] base::Phrase words_of(model::ProbeStep::Kind kind);

}  // namespace lastack::explain
