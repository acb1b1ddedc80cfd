#include "export/json_writer.hh"

#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include "base/text.hh"

namespace lastack::exporting {
namespace {

std::string as_json(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

TEST(JsonString, LeavesPlainTextAlone) {
  EXPECT_EQ(as_json("nginx: worker"), R"("nginx: worker")");
  EXPECT_EQ(as_json(""), R"("")");
  EXPECT_EQ(as_json("日本語 ü"), R"("日本語 ü")");
}

TEST(JsonString, EscapesWhatATerminalWouldObey) {
  EXPECT_EQ(as_json("\x1b[31m"), R"("\u001b[31m")");
  EXPECT_EQ(as_json("a\nb\rc\td"), R"("a\nb\rc\td")");
  EXPECT_EQ(as_json("\x7f"), R"("\u007f")");
  EXPECT_EQ(as_json("\u009b"), R"("\u009b")");
  EXPECT_EQ(as_json("\u202egnp.exe"), R"("\u202egnp.exe")");
  EXPECT_EQ(as_json(std::string_view("\0", 1)), R"("\u0000")");
}

TEST(JsonString, EscapesWhereverTheCharacterStands) {
  for (std::size_t at = 0; at < 20; ++at) {
    std::string text(20, 'x');
    for (auto const& [c, escaped] : {std::pair{'\n', "\\n"}, {'"', "\\\""}, {'\x7f', "\\u007f"}}) {
      text[at] = c;
      EXPECT_EQ(as_json(text),
                '"' + std::string(at, 'x') + escaped + std::string(19 - at, 'x') + '"');
    }
  }
}

TEST(JsonString, EscapesQuotesAndBackslashes) {
  EXPECT_EQ(as_json(R"(say "hi" \o/)"), R"("say \"hi\" \\o/")");
}

TEST(JsonString, ReplacesInvalidUtf8) {
  EXPECT_EQ(as_json("bad\xff!"), "\"bad\uFFFD!\"");
  EXPECT_EQ(as_json("cut\xe6\x97"), "\"cut\uFFFD\uFFFD\"");
}

TEST(JsonString, AnyTwoBytesMakeAValidString) {
  for (unsigned a = 0; a < 256; ++a) {
    for (unsigned b = 0; b < 256; ++b) {
      std::string const raw{static_cast<char>(a), static_cast<char>(b)};
      auto const text = as_json(raw);
      rapidjson::Document parsed;
      parsed.Parse(text.c_str(), text.size());
      ASSERT_FALSE(parsed.HasParseError()) << text;
      std::string valid;
      base::append_valid_utf8(valid, raw);
      ASSERT_EQ(std::string(parsed.GetString(), parsed.GetStringLength()), valid);
    }
  }
}

TEST(JsonWriter, WritesOneValueALine) {
  std::string out;
  JsonWriter json(out);
  for (int line = 0; line < 2; ++line) {
    json.begin_object();
    json.key("name").string("sshd");
    json.key("pids").begin_array();
    json.number(18'446'744'073'709'551'615U);
    json.signed_number(-1);
    json.boolean(true);
    json.end_array();
    json.end_object();
    json.end_line();
  }
  std::string const line = "{\"name\":\"sshd\",\"pids\":[18446744073709551615,-1,true]}\n";
  EXPECT_EQ(out, line + line);
}

TEST(JsonWriter, AppendsWhateverRoomThereIs) {
  for (std::size_t room = 0; room < 200; ++room) {
    std::string out(room, '-');
    out.reserve(2 * room);
    JsonWriter json(out);
    json.begin_object();
    json.key("exe").string("/usr/bin/nginx");
    json.end_object();
    EXPECT_EQ(out, std::string(room, '-') + R"({"exe":"/usr/bin/nginx"})");
  }
}

TEST(JsonWriter, TakesObjectsThatAnotherHasWritten) {
  std::string part;
  JsonWriter other(part);
  other.begin_object();
  other.key("pid").number(7);
  other.end_object();
  std::string out;
  JsonWriter json(out);
  json.begin_array();
  json.object(part);
  json.object(part);
  json.end_array();
  EXPECT_EQ(out, R"([{"pid":7},{"pid":7}])");
}

}  // namespace
}  // namespace lastack::exporting
