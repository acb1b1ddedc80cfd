// Asking the person at the terminal before something is done that cannot be undone.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace lastack::app {

// Asks on one descriptor and reads the answer from another; both are borrowed. Ctrl-C ends the
// program, as it does everywhere: nothing has been done yet.
class Questioner {
 public:
  // stdin and stderr, so that a redirected stdout is left alone.
  Questioner();
  Questioner(int input, int output, bool has_terminal)
      : input_(input), output_(output), has_terminal_(has_terminal) {}

  // Both are a terminal: somebody can be asked.
  [[nodiscard]] bool has_terminal() const { return has_terminal_; }

  // The line that was typed, without blanks around it. nullopt: the input ended.
  [[nodiscard]] std::optional<std::string> ask(std::string_view question) const;
  void say(std::string_view text) const;
  // True only for "y" and "yes", in any case; anything else is a no.
  [[nodiscard]] bool confirms(std::string_view question) const;

 private:
  int input_;
  int output_;
  bool has_terminal_;
};

// "y" or "yes", in any case.
[[nodiscard]] bool means_yes(std::string_view answer);

}  // namespace lastack::app
