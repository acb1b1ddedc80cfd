#include "app/confirm.hh"

#include <unistd.h>

#include <cerrno>

#include "base/output.hh"
#include "base/text.hh"

namespace lastack::app {
namespace {

constexpr std::size_t kLongestAnswer = 256;

// Byte for byte: what is behind the line is for whoever reads next.
std::optional<std::string> read_line(int fd) {
  std::string line;
  for (;;) {
    char byte = '\0';
    auto const got = ::read(fd, &byte, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return std::nullopt;  // also of a line that was begun: it was not confirmed
    if (byte == '\n') return line;
    if (line.size() < kLongestAnswer) line += byte;
  }
}

std::string trimmed(std::string_view text) {
  constexpr auto kBlanks = " \t\r";
  auto const first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return "";
  return std::string(text.substr(first, text.find_last_not_of(kBlanks) - first + 1));
}

}  // namespace

Questioner::Questioner()
    : Questioner(STDIN_FILENO, STDERR_FILENO,
                 ::isatty(STDIN_FILENO) == 1 && ::isatty(STDERR_FILENO) == 1) {}

void Questioner::say(std::string_view text) const {
  base::Output output(output_);
  output.append(text);
  output.flush();
}

std::optional<std::string> Questioner::ask(std::string_view question) const {
  say(question);
  auto const line = read_line(input_);
  if (!line) {
    say("\n");
    return std::nullopt;
  }
  return trimmed(*line);
}

bool Questioner::confirms(std::string_view question) const {
  auto const answer = ask(question);
  return answer && means_yes(*answer);
}

bool means_yes(std::string_view answer) {
  return base::equals_ignoring_case(answer, "y") || base::equals_ignoring_case(answer, "yes");
}

}  // namespace lastack::app
