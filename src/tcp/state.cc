#include "tcp/state.hh"

#include <algorithm>

namespace lastack::tcp {
namespace {

struct Spelling {
  std::string_view folded;  // lower case, letters and digits only
  State state;
};

// Where each comes from: RFC 9293, ss(8), netstat(8), /proc/net/tcp, TCPView, lsof(8), BSD.
constexpr auto kSpellings = std::to_array<Spelling>({
    {"closed", State::Closed},
    {"close", State::Closed},
    {"listen", State::Listen},
    {"listening", State::Listen},
    {"synsent", State::SynSent},
    {"synreceived", State::SynReceived},
    {"synrecv", State::SynReceived},
    {"synrcvd", State::SynReceived},
    {"newsynrecv", State::SynReceived},
    {"established", State::Established},
    {"estab", State::Established},
    {"closewait", State::CloseWait},
    {"finwait1", State::FinWait1},
    {"closing", State::Closing},
    {"lastack", State::LastAck},
    {"finwait2", State::FinWait2},
    {"timewait", State::TimeWait},
});

class Folded {
 public:
  explicit constexpr Folded(std::string_view text) {
    for (char c : text) {
      if (c == '-' || c == '_' || c == ' ') continue;
      if (size_ == buffer_.size()) {
        size_ = 0;
        return;
      }
      buffer_[size_++] = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
  }
  [[nodiscard]] constexpr std::string_view view() const { return {buffer_.data(), size_}; }

 private:
  std::array<char, 16> buffer_{};
  std::size_t size_ = 0;
};

}  // namespace

std::optional<State> parse_state(std::string_view text) {
  Folded const folded(text);
  auto const* found = std::ranges::find(kSpellings, folded.view(), &Spelling::folded);
  if (found == kSpellings.end()) return std::nullopt;
  return found->state;
}

}  // namespace lastack::tcp
