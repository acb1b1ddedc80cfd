// JSON Lines on RapidJSON's SAX writer, straight into a string buffer.
//
// Strings may hold any bytes: the output is always valid UTF-8 (an invalid byte becomes
// U+FFFD), and holds no control character, not even DEL, C1 or a bidirectional override, so
// that a terminal may be shown it as it is. Calls must nest as JSON does.
#pragma once

#include <rapidjson/writer.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace lastack::exporting {

// RapidJSON's output stream concept over a std::string.
struct StringStream {
  using Ch = char;
  std::string* out;
  void Put(char c) { out->push_back(c); }
  void Flush() {}
};

// Appends `text` between quotes, as it is.
inline void append_quoted(std::string& out, std::string_view text) {
  auto const at = out.size();
  auto const end = at + text.size() + 2;
  // The size that GCC 12 hands over is the capacity.
  out.resize_and_overwrite(end, [&](char* buffer, std::size_t /*size*/) {
    buffer[at] = '"';
    std::memcpy(buffer + at + 1, text.data(), text.size());
    buffer[end - 1] = '"';
    return end;
  });
}

// Appends `text` quoted and escaped.
void append_json_string(std::string& out, std::string_view text);

class JsonWriter : private rapidjson::Writer<StringStream> {
 public:
  explicit JsonWriter(std::string& out) : Writer(stream_), stream_{&out} {}
  JsonWriter(JsonWriter const&) = delete;
  JsonWriter& operator=(JsonWriter const&) = delete;
  ~JsonWriter() = default;

  void begin_object() { StartObject(); }
  void end_object() { EndObject(); }
  void begin_array() { StartArray(); }
  void end_array() { EndArray(); }

  void string(std::string_view text) {
    Prefix(rapidjson::kStringType);
    append_json_string(*stream_.out, text);
  }
  // `name` is one of ours: plain ASCII, nothing to escape.
  JsonWriter& key(std::string_view name) {
    Prefix(rapidjson::kStringType);
    append_quoted(*stream_.out, name);
    return *this;
  }
  void number(std::uint64_t value) { Uint64(value); }
  void signed_number(std::int64_t value) { Int64(value); }
  void boolean(bool value) { Bool(value); }
  void null() { Null(); }
  // A number that is written already, such as a decimal fraction.
  void decimal(std::string_view digits) {
    Prefix(rapidjson::kNumberType);
    *stream_.out += digits;
  }
  // An object that another JsonWriter has written.
  void object(std::string_view written) {
    Prefix(rapidjson::kObjectType);
    *stream_.out += written;
  }

  // Ends the line of a complete value; the next one may begin.
  void end_line() {
    stream_.Put('\n');
    Reset(stream_);
  }

 private:
  StringStream stream_;
};

}  // namespace lastack::exporting
