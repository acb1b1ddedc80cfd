#include "app/stderr_catcher.hh"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <tuple>
#include <utility>

#include "base/output.hh"

namespace lastack::app {

base::Result<StderrCatcher> StderrCatcher::install() {
  std::array<int, 2> ends{};
  // A pipe that nobody reads in time drops what does not fit rather than stop whoever writes.
  if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0) return base::fail_errno("pipe");
  base::Fd reader(ends[0]);
  base::Fd const writer(ends[1]);
  base::Fd real(::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3));
  if (!real.valid() || ::dup2(writer.get(), STDERR_FILENO) == -1) {
    return base::fail_errno("redirect stderr");
  }
  return StderrCatcher(std::move(reader), std::move(real));
}

StderrCatcher::~StderrCatcher() {
  if (!real_.valid()) return;
  read_more();
  (void)::dup2(real_.get(), STDERR_FILENO);
  base::Output output(STDERR_FILENO);
  for (auto const& line : taken_) output.append(line + "\n");
  output.append(read_);
  std::ignore = output.finish("stderr");
}

void StderrCatcher::read_more() {
  std::array<char, 4096> chunk{};
  for (;;) {
    auto const got = ::read(pipe_.get(), chunk.data(), chunk.size());
    if (got <= 0) return;
    read_.append(chunk.data(), static_cast<std::size_t>(got));
  }
}

std::vector<std::string> StderrCatcher::take() {
  read_more();
  std::vector<std::string> lines;
  for (auto end = read_.find('\n'); end != std::string::npos; end = read_.find('\n')) {
    lines.push_back(read_.substr(0, end));
    read_.erase(0, end + 1);
  }
  taken_.insert(taken_.end(), lines.begin(), lines.end());
  constexpr std::size_t kMostKept = 1000;
  if (taken_.size() > kMostKept) {
    taken_.erase(taken_.begin(), taken_.end() - static_cast<std::ptrdiff_t>(kMostKept));
  }
  return lines;
}

}  // namespace lastack::app
