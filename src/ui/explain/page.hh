// A page of explanation: a title, rows of a label and a paragraph, commands. Wrapped to the width
// of the terminal; Chinese may break between any two characters but before closing punctuation.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/phrase.hh"

namespace lastack::ui {

struct PageStyle {
  base::Language language = base::Language::English;
  std::size_t width = 80;
  bool color = false;
  bool unicode = true;

  [[nodiscard]] std::string_view arrow() const { return unicode ? " → " : " -> "; }
};

// The lines of `text`, none wider than `width` columns but for a word that is wider itself.
// `text` is printable.
[[nodiscard]] std::vector<std::string> wrap(std::string_view text, std::size_t width);

class Page {
 public:
  Page(std::string& out, PageStyle const& style) : out_(&out), style_(style) {}

  // "TITLE  the gist", the title in bold and in that colour ("" none).
  void title(std::string_view title, std::string_view gist, std::string_view color = "");
  void row(base::Phrase const& label, std::string_view text);
  // A paragraph of the row above.
  void more(std::string_view text);
  // Text, and the command on the same line where it fits. The label is for the first.
  void advice(base::Phrase const& label, std::string_view text, std::string_view command);
  // Lines as they are, never wrapped: tables, commands.
  void lines(base::Phrase const& label, std::span<std::string const> lines);
  void blank() { *out_ += '\n'; }

  [[nodiscard]] PageStyle const& style() const { return style_; }
  [[nodiscard]] std::size_t room() const;  // columns right of the labels

 private:
  void write(std::string_view label, std::string_view text);
  void write_lines(std::string_view label, std::span<std::string const> lines);
  [[nodiscard]] std::size_t indent() const;

  std::string* out_;
  PageStyle style_;
};

}  // namespace lastack::ui
