// What stands on an edge of the picture, and how the edge is drawn: read off the table.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/phrase.hh"
#include "tcp/edges.hh"

namespace lastack::diagram {

// The kinds of line in the picture.
enum class Stroke : std::uint8_t { Client, Server, Other, Linux };
inline constexpr std::size_t kStrokeCount = 4;

[[nodiscard]] constexpr bool is_drawn(tcp::Edge const& edge) {
  return edge.kind != tcp::EdgeKind::Text;
}

[[nodiscard]] constexpr Stroke stroke_of(tcp::Edge const& edge) {
  if (edge.kind == tcp::EdgeKind::Linux) return Stroke::Linux;
  if (edge.path == tcp::Path::Client) return Stroke::Client;
  return edge.path == tcp::Path::Server ? Stroke::Server : Stroke::Other;
}

[[nodiscard]] constexpr std::size_t index_of(tcp::Edge const& edge) {
  return static_cast<std::size_t>(&edge - tcp::kEdges.data());
}

// UTF-8, ours: holds no control characters and none of < > & " \ : ; # (a test sees to it).
struct EdgeLabel {
  std::string event;
  std::string action;  // "" where nothing is sent

  [[nodiscard]] std::string line() const;  // "rcv SYN / snd SYN,ACK"
  // The same on two lines; the second is "" where there is nothing to part.
  [[nodiscard]] std::array<std::string, 2> two_lines() const;
};

[[nodiscard]] EdgeLabel label_of(tcp::Edge const& edge, base::Language language);

// "12", "1,234,567"; from ten million on "12M", "12,345M", "18,446P": at most nine characters.
[[nodiscard]] std::string count_text(std::uint64_t count);

}  // namespace lastack::diagram
