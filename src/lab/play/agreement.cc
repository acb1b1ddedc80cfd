#include "lab/play/agreement.hh"

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include <fmt/format.h>

namespace lastack::lab {
namespace {

using tcp::State;

// Where nobody is but a listener there is no connection: the same.
State plain(State state, FlowId flow) {
  return state == State::Listen && flow != kNoFlow ? State::Closed : state;
}

// What must be the same of a line.
std::string gist(StoryLine const& line) {
  if (auto const* segment = std::get_if<SegmentLine>(&line.what)) {
    auto const& header = segment->packet.segment;
    return fmt::format("{} > {} {:x} {} {} {} {} {}", line.part, segment->to,
                       header.flags & ~unsigned{tcp::kPsh}, segment->flow, segment->seq,
                       segment->ack, header.text, static_cast<int>(segment->fate));
  }
  if (auto const* state = std::get_if<StateLine>(&line.what)) {
    return fmt::format("{} {} {} > {}", line.part, state->flow,
                       tcp::name(plain(state->from, state->flow)),
                       tcp::name(plain(state->to, state->flow)));
  }
  if (auto const* call = std::get_if<CallLine>(&line.what)) {
    bool const counts = call->call == Call::Send || call->call == Call::Receive;
    return fmt::format("{} {} {} {}", line.part, call->text, name(call->result.error),
                       counts ? call->result.value : 0);
  }
  return "note";
}

constexpr std::size_t kMostCompared = 50'000'000;

struct Lines {
  std::vector<std::size_t> indices;
  std::vector<std::string> gists;
};

// Whose lines have an order: those of one host about one connection, and its calls.
using Strand = std::pair<PartId, std::int64_t>;

Strand strand_of(StoryLine const& line) {
  constexpr std::int64_t kCalls = -1;
  if (auto const* segment = std::get_if<SegmentLine>(&line.what)) return {line.part, segment->flow};
  if (auto const* state = std::get_if<StateLine>(&line.what)) return {line.part, state->flow};
  return {line.part, kCalls};
}

std::map<Strand, Lines> strands_of(Story const& story) {
  std::map<Strand, Lines> strands;
  for (std::size_t i = 0; i < story.lines.size(); ++i) {
    auto& lines = strands[strand_of(story.lines[i])];
    lines.indices.push_back(i);
    lines.gists.push_back(gist(story.lines[i]));
  }
  return strands;
}

// Longest common subsequence; what is alike at both ends is taken off first.
void match(Lines const& one, Lines const& other, std::vector<std::optional<std::size_t>>& partner) {
  std::size_t begin = 0;
  auto end = one.gists.size();
  auto other_end = other.gists.size();
  auto const pair = [&](std::size_t i, std::size_t j) {
    partner[one.indices[i]] = other.indices[j];
  };
  for (; begin < std::min(end, other_end) && one.gists[begin] == other.gists[begin]; ++begin) {
    pair(begin, begin);
  }
  while (end > begin && other_end > begin && one.gists[end - 1] == other.gists[other_end - 1]) {
    pair(--end, --other_end);
  }
  auto const width = other_end - begin + 1;
  if ((end - begin) * (other_end - begin) > kMostCompared) return;  // unlike as a whole
  std::vector<std::uint32_t> longest((end - begin + 1) * width);
  auto const at = [&](std::size_t i, std::size_t j) -> std::uint32_t& {
    return longest[(i - begin) * width + (j - begin)];
  };
  for (auto i = end; i-- > begin;) {
    for (auto j = other_end; j-- > begin;) {
      at(i, j) = one.gists[i] == other.gists[j] ? at(i + 1, j + 1) + 1
                                                : std::max(at(i + 1, j), at(i, j + 1));
    }
  }
  for (auto i = begin, j = begin; i < end && j < other_end;) {
    if (one.gists[i] == other.gists[j]) {
      pair(i++, j++);
    } else if (at(i + 1, j) >= at(i, j + 1)) {
      ++i;
    } else {
      ++j;
    }
  }
}

// A kernel's timer may be an eighth late (kernel/time/timer.c), and its machine busy.
bool is_late(Moment one, Moment other) {
  auto const early = std::min(one, other);
  auto const late = std::max(one, other);
  return late - early > milliseconds(150) + Span{early.us} / 8;
}

}  // namespace

std::vector<Pairing> compare(Story const& one, Story const& other) {
  std::vector<std::optional<std::size_t>> partner(one.lines.size());
  auto const strands = strands_of(one);
  auto const others = strands_of(other);
  for (auto const& [strand, lines] : strands) {
    if (auto const found = others.find(strand); found != others.end()) {
      match(lines, found->second, partner);
    }
  }
  std::vector<bool> told(other.lines.size(), false);
  for (auto const& each : partner) {
    if (each) told[*each] = true;
  }
  std::vector<Pairing> pairings;
  std::size_t next = 0;  // of `other`: what is before it has its place
  auto const add_lonely = [&](std::size_t end) {
    for (; next < end; ++next) {
      if (!told[next]) pairings.push_back({.one = std::nullopt, .other = next});
    }
  };
  for (std::size_t i = 0; i < one.lines.size(); ++i) {
    auto const& same = partner[i];
    if (same) add_lonely(*same);
    bool const late = same && is_late(one.lines[i].at, other.lines[*same].at);
    pairings.push_back({.one = i, .other = same, .late = late});
  }
  add_lonely(other.lines.size());
  return pairings;
}

std::size_t disagreements(std::vector<Pairing> const& pairings) {
  return static_cast<std::size_t>(
      std::ranges::count_if(pairings, [](Pairing const& each) { return !each.agrees(); }));
}

}  // namespace lastack::lab
