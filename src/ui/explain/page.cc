#include "ui/explain/page.hh"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.hh"
#include "ui/cli/color.hh"

namespace lastack::ui {
namespace {

constexpr std::size_t kLabelColumns = 10;
constexpr std::size_t kMargin = 2;
constexpr std::size_t kLeastText = 24;

// The first code point of valid UTF-8.
std::string_view first_character(std::string_view text) {
  auto const lead = static_cast<unsigned char>(text.front());
  std::size_t const size = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  return text.substr(0, size);
}

bool is_wide(std::string_view character) { return base::display_width(character) == 2; }

bool closes(std::string_view character) {
  constexpr std::array<std::string_view, 9> kClosing{"，", "。", "；", "：", "、",
                                                     "）", "”",  "！", "？"};
  return std::ranges::find(kClosing, character) != kClosing.end();
}
bool opens(std::string_view character) { return character == "（" || character == "“"; }

// What may not be divided: a word, or a wide character with the punctuation that belongs to it.
std::string_view take_piece(std::string_view& text) {
  std::size_t size = 0;
  bool only_opening = true;
  while (size < text.size()) {
    auto const character = first_character(text.substr(size));
    if (character == " ") {
      if (size == 0) size = 1;
      break;
    }
    bool const wide = is_wide(character);
    if (size > 0 && wide && !closes(character) && !only_opening) break;
    size += character.size();
    only_opening = only_opening && opens(character);
    if (!wide || only_opening) continue;
    // closing punctuation stays with it
    while (size < text.size() && closes(first_character(text.substr(size)))) {
      size += first_character(text.substr(size)).size();
    }
    break;
  }
  auto const piece = text.substr(0, size);
  text.remove_prefix(size);
  return piece;
}

}  // namespace

std::vector<std::string> wrap(std::string_view text, std::size_t width) {
  std::vector<std::string> lines(1);
  std::size_t used = 0;
  while (!text.empty()) {
    auto const piece = take_piece(text);
    auto const columns = base::display_width(piece);
    if (piece == " ") {
      if (used == 0) continue;
    } else if (used > 0 && used + columns > width) {
      auto& line = lines.back();
      line.resize(line.find_last_not_of(' ') + 1);
      lines.emplace_back();
      used = 0;
    }
    lines.back() += piece;
    used += columns;
  }
  return lines;
}

std::size_t Page::indent() const { return kMargin + kLabelColumns; }

void Page::title(std::string_view title, std::string_view gist, std::string_view color) {
  if (style_.color) fmt::format_to(std::back_inserter(*out_), "{}{}", kBold, color);
  *out_ += title;
  if (style_.color) *out_ += kPlain;
  if (!gist.empty()) {
    auto const used = base::display_width(title) + kMargin;
    auto const room = style_.width > used + kLeastText ? style_.width - used : kLeastText;
    auto const lines = wrap(gist, room);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      *out_ += i == 0 ? "  " : "\n" + std::string(used, ' ');
      *out_ += lines[i];
    }
  }
  *out_ += '\n';
}

std::size_t Page::room() const {
  return style_.width > indent() + kLeastText ? style_.width - indent() : kLeastText;
}

void Page::write(std::string_view label, std::string_view text) {
  write_lines(label, wrap(text, room()));
}

void Page::write_lines(std::string_view label, std::span<std::string const> lines) {
  for (std::size_t i = 0; i < lines.size(); ++i) {
    out_->append(kMargin, ' ');
    auto const columns = i == 0 ? base::display_width(label) : 0;
    if (i == 0 && style_.color && !label.empty()) *out_ += kBold;
    if (i == 0) *out_ += label;
    if (i == 0 && style_.color && !label.empty()) *out_ += kPlain;
    out_->append(kLabelColumns > columns ? kLabelColumns - columns : 1, ' ');
    out_->append(lines[i]).append("\n");
  }
}

void Page::row(base::Phrase const& label, std::string_view text) {
  if (!text.empty()) write(label.in(style_.language), text);
}

void Page::lines(base::Phrase const& label, std::span<std::string const> lines) {
  write_lines(label.in(style_.language), lines);
}

void Page::more(std::string_view text) { write("", text); }

void Page::advice(base::Phrase const& label, std::string_view text, std::string_view command) {
  auto const heading = label.in(style_.language);
  auto const together = fmt::format("{}  $ {}", text, command);
  if (command.empty()) return write(heading, text);
  if (indent() + base::display_width(together) <= style_.width) return write(heading, together);
  write(heading, text);
  out_->append(indent() + kMargin, ' ');
  fmt::format_to(std::back_inserter(*out_), "$ {}\n", command);
}

}  // namespace lastack::ui
