// Where an edge runs and where its label stands: the vocabulary of the two layouts. Every layout is
// a table; that it has a route for every drawn edge, and no other, is checked when it is compiled.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>

#include "diagram/edge_label.hh"
#include "tcp/edges.hh"

namespace lastack::diagram {

// Columns and rows of the text, pixels of the SVG; right and down from the upper left corner.
struct Point {
  int x = 0;
  int y = 0;
  constexpr bool operator==(Point const&) const = default;
};

struct Rectangle {
  int x = 0;
  int y = 0;
  int width = 0;
  int height = 0;
};

// From the border of one box over the bends to the border of another. Only right angles.
class Track {
 public:
  static constexpr std::size_t kMaxPoints = 6;

  constexpr Track(std::initializer_list<Point> points) : size_(points.size()) {
    std::size_t i = 0;
    for (auto const point : points) points_.at(i++) = point;
  }
  [[nodiscard]] constexpr std::span<Point const> points() const {
    return std::span(points_).first(size_);
  }

 private:
  std::array<Point, kMaxPoints> points_{};
  std::size_t size_;
};

enum class Align : std::uint8_t { Left, Center, Right };  // where the text begins, is, ends

struct Spot {
  int x = 0;
  int y = 0;
  Align align = Align::Left;
};

enum class Lines : std::uint8_t { One, Two };

struct Route {
  tcp::State from;
  tcp::State to;
  Track track;
  Spot label;
  Spot count;
  Lines lines = Lines::One;
};

[[nodiscard]] constexpr bool is_route_of(Route const& route, tcp::Edge const& edge) {
  return route.from == edge.from && route.to == edge.to;
}

[[nodiscard]] constexpr bool has_every_drawn_edge(std::span<Route const> routes) {
  return std::ranges::all_of(tcp::kEdges, [&](tcp::Edge const& edge) {
    auto const found =
        std::ranges::count_if(routes, [&](Route const& route) { return is_route_of(route, edge); });
    return found == (is_drawn(edge) ? 1 : 0);
  });
}

[[nodiscard]] constexpr bool has_only_edges(std::span<Route const> routes) {
  return std::ranges::all_of(
      routes, [](Route const& route) { return tcp::find_edge(route.from, route.to) != nullptr; });
}

[[nodiscard]] constexpr bool has_right_angles(std::span<Route const> routes) {
  return std::ranges::all_of(routes, [](Route const& route) {
    auto const points = route.track.points();
    for (std::size_t i = 1; i < points.size(); ++i) {
      if ((points[i].x == points[i - 1].x) == (points[i].y == points[i - 1].y)) return false;
    }
    return points.size() >= 2;
  });
}

[[nodiscard]] inline tcp::Edge const& edge_of(Route const& route) {
  return *tcp::find_edge(route.from, route.to);
}

}  // namespace lastack::diagram
