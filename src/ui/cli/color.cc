#include "ui/cli/color.hh"

#include <array>
#include <cstddef>

namespace lastack::ui {
namespace {

constexpr std::string_view kRed = "\x1b[31m";
constexpr std::string_view kGreen = "\x1b[32m";
constexpr std::string_view kYellow = "\x1b[33m";
constexpr std::string_view kBlue = "\x1b[34m";
constexpr std::string_view kMagenta = "\x1b[35m";
constexpr std::string_view kCyan = "\x1b[36m";
constexpr std::string_view kDim = "\x1b[2m";

// Indexed by SocketState. Red waits for this side's process, magenta for the peer.
constexpr std::array<std::string_view, model::kSocketStateCount> kColors{
    kDim,      // CLOSED
    kCyan,     // LISTEN
    kYellow,   // SYN_SENT
    kYellow,   // SYN_RECEIVED
    kGreen,    // ESTABLISHED
    kRed,      // CLOSE_WAIT
    kDim,      // FIN_WAIT_1
    kMagenta,  // CLOSING
    kMagenta,  // LAST_ACK
    kDim,      // FIN_WAIT_2
    kDim,      // TIME_WAIT
    kDim,      // BOUND_INACTIVE
    kBlue,     // UNCONN
};

}  // namespace

std::string_view color_of(model::SocketState state) {
  return kColors[static_cast<std::size_t>(state)];
}

}  // namespace lastack::ui
