// What happened in the lab, in words that all ladders share.
#pragma once

#include <string>

#include "base/phrase.hh"
#include "lab/play/story.hh"

namespace lastack::ui {

// "SYN+ACK seq=0 ack=1", "ACK seq=1 ack=1 len=100 win=0".
[[nodiscard]] std::string segment_words(lab::SegmentLine const& line);
// What became of it: "lost", "twice"; empty where it went its way.
[[nodiscard]] std::string_view fate_words(lab::SegmentLine const& line, base::Language language);
// "connect(c, server:80) = ECONNREFUSED"; what is as usual is not told.
[[nodiscard]] std::string call_words(lab::CallLine const& line);
// "the peer's SYN,ACK arrives (RFC 9293 3.10.7.3)"; empty where nobody knows.
[[nodiscard]] std::string reason_words(lab::StateLine const& line, base::Language language);
// The lesson of a scenario as one paragraph.
[[nodiscard]] std::string lesson_words(lab::Scenario const& scenario, base::Language language);
// Seconds: "1.020".
[[nodiscard]] std::string time_words(lab::Moment moment);

}  // namespace lastack::ui
