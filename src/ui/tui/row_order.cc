#include "ui/tui/row_order.hh"

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

namespace lastack::ui::tui {
namespace {

using model::Address;
using model::Endpoint;
using model::Family;
using model::kUnknown64;

// Indexed by SocketState: listeners first, then the order of a connection's life.
constexpr std::array<std::uint8_t, model::kSocketStateCount> kStateRank{10, 0, 2, 3, 1,  4, 5,
                                                                        6,  7, 8, 9, 11, 12};

// Rows without owner come after every process, by reason.
constexpr std::uint64_t kNobody = (std::uint64_t{1} << ProcessRanks::kBits) - 16;

// Ages grow while rows stay where they are: they are counted back to when the order was begun,
// which may be before the process was started.
constexpr std::uint64_t kAgeZero = std::uint64_t{1} << 62U;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::uint64_t leading(Address const& address, unsigned bytes) {
  std::uint64_t value = 0;
  for (unsigned i = 0; i < bytes; ++i) value = value << 8U | address.bytes[i];
  return value;
}

auto rest(Endpoint const& endpoint) {
  auto const& flow = endpoint.flow;
  return std::tie(flow.remote, flow.remote_port, endpoint.family, flow.local, endpoint.netns,
                  endpoint.cookie);
}

std::uint64_t mix(std::uint64_t seed, std::uint64_t value) {
  return (seed ^ value) * 0x9e3779b97f4a7c15U + (seed >> 29U);
}
std::uint64_t mix(std::uint64_t seed, Address const& address) {
  std::array<std::uint64_t, 2> halves{};
  std::memcpy(halves.data(), address.bytes.data(), sizeof halves);
  return mix(mix(seed, halves[0]), halves[1]);
}

}  // namespace

// Processes

ProcessRanks::Key ProcessRanks::key_of(model::Process const& process, std::uint32_t index) {
  auto folded = process.comm;
  std::ranges::transform(folded, folded.begin(), lower);
  return {std::move(folded), process.comm, process.pid, index};
}

void ProcessRanks::begin_anew(std::vector<model::Process> const& processes) {
  ranks_.clear();
  known_.clear();
  for (std::uint32_t i = 0; i < processes.size(); ++i) refresh(processes, i);
  ranks_.spread();
}

void ProcessRanks::refresh(std::vector<model::Process> const& processes, std::uint32_t index) {
  while (known_.size() <= index) {
    auto const next = static_cast<std::uint32_t>(known_.size());
    known_.push_back(ranks_.add(key_of(processes[next], next)));
  }
  auto key = key_of(processes[index], index);
  if (known_[index]->first == key) return;
  ranks_.erase(known_[index]);
  known_[index] = ranks_.add(std::move(key));
}

// Rows

void RowOrder::begin_anew(std::vector<SortColumn> const& sort, Naming naming) {
  naming_ = naming;
  processes_.begin_anew(store_->snapshot().processes);
  began_unix_ms_ = store_->snapshot().taken_unix_ms;
  parts_.clear();
  for (auto const& by : sort) {
    auto const& keys = by.column->cells->keys;
    bool const by_text = keys[0] == nullptr;
    for (std::size_t i = 0; i < keys.size() && (keys[i] != nullptr || (by_text && i == 0)); ++i) {
      parts_.push_back({.column = by.column,
                        .read = keys[i],
                        .descending = by.descending,
                        .counts_up = by.column->id == "age",
                        .ranks = {},
                        .same = {}});
    }
  }
}

void RowOrder::add_texts(Slot slot) const {
  for (auto& part : parts_) {
    if (part.read == nullptr) (void)text_of(part, slot);
  }
}

void RowOrder::finish_texts() {
  for (auto& part : parts_) part.ranks.spread();
}

void RowOrder::refresh_processes(std::vector<std::uint32_t> const& indexes) {
  if (indexes.empty()) return;
  for (auto const index : indexes) processes_.refresh(store_->snapshot().processes, index);
  for (auto& part : parts_) part.same.clear();
}

// nullopt: unknown, which comes last.
std::optional<RowOrder::TextRanks::Entry> RowOrder::text_of(Part& part, Slot slot) const {
  auto const& endpoint = store_->endpoint(slot);
  // "(kernel)" is a reason, not a process.
  if (part.column->of_owner() && endpoint.owner_count == 0) return std::nullopt;
  View const view{
      .snapshot = store_->snapshot(), .naming = naming_, .compact = false, .unknown = {}};
  Row const row{view, endpoint};
  auto const same = part.column->cells->same;
  auto const shared = same == nullptr ? kUnknown64 : same(row);
  if (shared < part.same.size() && part.same[shared]) return part.same[shared];
  scratch_.clear();
  part.column->cells->text(scratch_, row);
  if (scratch_.empty()) return std::nullopt;
  auto const entry = part.ranks.add(scratch_);
  if (shared != kUnknown64) {
    if (shared >= part.same.size()) part.same.resize(shared + 1);
    part.same[shared] = entry;
  }
  return entry;
}

std::uint64_t RowOrder::value(Part& part, Slot slot) const {
  auto found = kUnknown64;
  if (part.read == nullptr) {
    if (auto const text = text_of(part, slot); text) found = (*text)->second;
  } else {
    View const view{.snapshot = store_->snapshot(), .naming = naming_};
    found = part.read({view, store_->endpoint(slot)});
  }
  if (found == kUnknown64) return found;
  if (part.counts_up) {
    found +=
        kAgeZero - static_cast<std::uint64_t>(store_->snapshot().taken_unix_ms - began_unix_ms_);
  }
  return part.descending ? kUnknown64 - 1 - found : found;
}

// Most significant first:
//   process 40 | state 4 | protocol 1 | local port 16 | address is IPv6 1
//   remote: IPv4 address 32 | port 16; IPv6: the first 64 bits
std::array<std::uint64_t, 2> RowOrder::default_words(Slot slot) const {
  auto const& endpoint = store_->endpoint(slot);
  auto const& flow = endpoint.flow;
  bool const mapped = endpoint.family == Family::Inet6 && model::is_v4_mapped(flow.remote);
  bool const is_v6 = endpoint.family == Family::Inet6 && !mapped;
  auto const& snapshot = store_->snapshot();
  auto high = endpoint.owner_count > 0 ? processes_.of(snapshot.owners[endpoint.owners_at].process)
                                       : kNobody + static_cast<std::uint64_t>(endpoint.no_owner);
  high = high << 4U | kStateRank[static_cast<std::size_t>(endpoint.state)];
  high = high << 1U | static_cast<std::uint64_t>(endpoint.protocol);
  high = high << 16U | flow.local_port;
  high = high << 1U | static_cast<std::uint64_t>(is_v6);
  if (is_v6) return {high, leading(flow.remote, 8)};
  auto const remote = leading(mapped ? model::unmapped(flow.remote) : flow.remote, 4);
  return {high, remote << 16U | flow.remote_port};
}

RowOrder::Key RowOrder::key_of(Slot slot) const {
  Key key;
  std::size_t at = 0;
  for (auto& part : parts_) {
    if (at == kWords) return key;
    key.words[at++] = value(part, slot);
  }
  for (auto const word : default_words(slot)) {
    if (at == kWords) return key;
    key.words[at++] = word;
  }
  return key;
}

std::uint64_t RowOrder::rest_of(Slot slot) const {
  auto const& endpoint = store_->endpoint(slot);
  auto const& flow = endpoint.flow;
  auto hash = mix(endpoint.cookie, flow.local);
  hash = mix(hash, flow.remote);
  hash = mix(hash, flow.remote_port);
  hash =
      mix(hash, std::uint64_t{endpoint.netns} << 8U | static_cast<std::uint64_t>(endpoint.family));
  for (std::size_t i = kWords; i < parts_.size(); ++i) hash = mix(hash, value(parts_[i], slot));
  if (parts_.size() + 2 <= kWords) return hash;
  auto const [high, low] = default_words(slot);
  return mix(mix(hash, high), low);
}

bool RowOrder::before(Slot a, Slot b) const {
  for (std::size_t i = kWords; i < parts_.size(); ++i) {
    auto const of_a = value(parts_[i], a);
    auto const of_b = value(parts_[i], b);
    if (of_a != of_b) return of_a < of_b;
  }
  if (parts_.size() + 2 > kWords) {
    auto const of_a = default_words(a);
    auto const of_b = default_words(b);
    if (of_a != of_b) return of_a < of_b;
  }
  auto const& one = store_->endpoint(a);
  auto const& other = store_->endpoint(b);
  if (rest(one) != rest(other)) return rest(one) < rest(other);
  return a < b;
}

bool RowOrder::is_crowded() const {
  auto const most = kSpareTexts + 2 * store_->rows();
  return processes_.is_crowded() || std::ranges::any_of(parts_, [&](Part const& part) {
           return part.ranks.is_crowded() || part.ranks.size() > most;
         });
}

}  // namespace lastack::ui::tui
