#include "ui/tui/line_editor.hh"

#include <utf8proc.h>

#include <string_view>
#include <utility>

#include "base/text.hh"
#include "ui/tui/utf8.hh"

namespace lastack::ui::tui {
namespace {

bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xc0U) == 0x80; }

utf8proc_int32_t code_point_at(std::string_view text, std::size_t at) {
  utf8proc_int32_t value = -1;
  utf8proc_iterate(reinterpret_cast<utf8proc_uint8_t const*>(text.data() + at),
                   static_cast<utf8proc_ssize_t>(text.size() - at), &value);
  return value;
}

bool is_printable(utf8proc_int32_t value) {
  switch (utf8proc_category(value)) {
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP: return false;
    default: return true;
  }
}

std::size_t next_code_point(std::string_view text, std::size_t at) {
  do ++at;
  while (at < text.size() && is_continuation(text[at]));
  return at;
}

}  // namespace

LineEditor::LineEditor(std::string_view text) { set(text); }

void LineEditor::set(std::string_view text) {
  std::string valid;
  base::append_valid_utf8(valid, text);
  text_.clear();
  for (std::size_t at = 0; at < valid.size();) {
    auto const end = next_code_point(valid, at);
    if (is_printable(code_point_at(valid, at))) {
      text_.append(valid, at, end - at);
    } else {
      text_ += ' ';
    }
    at = end;
  }
  cursor_ = text_.size();
}

void LineEditor::erase(std::size_t from, std::size_t to) {
  text_.erase(from, to - from);
  cursor_ = from;
}

bool LineEditor::insert(Key key) {
  if (key < kSpace || key >= kFirstNamed) return false;
  auto const value = static_cast<utf8proc_int32_t>(key);
  if (!is_printable(value)) return false;
  std::string bytes;
  append_utf8(bytes, key);
  if (text_.size() + bytes.size() > kLongest) return false;
  text_.insert(cursor_, bytes);
  cursor_ += bytes.size();
  return true;
}

bool LineEditor::key(Key key) {
  switch (key) {
    case kLeft: cursor_ = previous_character(text_, cursor_); return true;
    case kRight: cursor_ = next_character(text_, cursor_); return true;
    case kHome:
    case control('a'): cursor_ = 0; return true;
    case kEnd:
    case control('e'): cursor_ = text_.size(); return true;
    case kBackspace: erase(previous_character(text_, cursor_), cursor_); return true;
    case kDelete: erase(cursor_, next_character(text_, cursor_)); return true;
    case control('u'): erase(0, cursor_); return true;
    case control('k'): erase(cursor_, text_.size()); return true;
    case control('w'): {
      auto from = cursor_;
      while (from > 0 && text_[from - 1] == ' ') --from;
      while (from > 0 && text_[from - 1] != ' ') --from;
      erase(from, cursor_);
      return true;
    }
    default: return insert(key);
  }
}

}  // namespace lastack::ui::tui
