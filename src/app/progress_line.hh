// How far a long run is: a line on stderr that is written over, on a terminal only.
#pragma once

#include <cstddef>
#include <string_view>

namespace lastack::app {

class ProgressLine {
 public:
  // `what` is counted: "cells".
  explicit ProgressLine(std::string_view what);
  ProgressLine(ProgressLine const&) = delete;
  ProgressLine& operator=(ProgressLine const&) = delete;
  // Takes the line away.
  ~ProgressLine();

  void show(std::size_t done, std::size_t all) const;

 private:
  std::string_view what_;
  bool shown_;
};

}  // namespace lastack::app
