// Lines of styled text that scroll: pages that are read, not chosen from.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/phrase.hh"
#include "ui/tui/canvas.hh"
#include "ui/tui/keys.hh"

namespace lastack::ui::tui {

struct Span {
  int x = 0;
  std::string text;  // printable
  Style style;
};
using PageLine = std::vector<Span>;

class TextPage {
 public:
  void set(std::vector<PageLine> lines) { lines_ = std::move(lines); }
  [[nodiscard]] std::vector<PageLine> const& lines() const { return lines_; }
  void to_top() {
    top_ = 0;
    found_ = -1;
  }

  // The needle is shaded where it occurs, case aside.
  void draw(Canvas& canvas, Rect const& area, std::string_view needle);
  // Movement. False: not one.
  bool act(Action action);
  bool wheel(Mouse const& mouse);
  // Scrolls to the next line that contains the needle; wraps around. False: there is none.
  bool search(std::string_view needle, bool backwards, bool include_current);

 private:
  [[nodiscard]] int last_top() const;

  std::vector<PageLine> lines_;
  int top_ = 0;
  int found_ = -1;  // the line that search came to last
  int height_ = 1;  // as last drawn
};

// Writes a page: titles, and rows of a label and a text that is wrapped.
class PageWriter {
 public:
  PageWriter(int width, base::Language language) : width_(width), language_(language) {}

  void title(base::Phrase const& text);
  void row(base::Phrase const& label, std::string_view text, Style style = {});
  // A row's text may continue behind others: spans from column 0 of the text on.
  void row(base::Phrase const& label, PageLine const& spans);
  void line(PageLine line) { lines_.push_back(std::move(line)); }
  void blank();

  // Where texts of rows begin, and how wide they may be.
  [[nodiscard]] int indent() const;
  [[nodiscard]] int room() const { return width_ > indent() ? width_ - indent() : 1; }
  [[nodiscard]] std::vector<PageLine> take() { return std::move(lines_); }

 private:
  int width_;
  base::Language language_;
  std::vector<PageLine> lines_;
};

}  // namespace lastack::ui::tui
