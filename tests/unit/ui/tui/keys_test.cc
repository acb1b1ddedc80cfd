// The table of keys: complete, and nothing in it twice.
#include "ui/tui/keys.hh"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "base/text.hh"

namespace lastack::ui::tui {
namespace {

constexpr auto kLastAction = Action::Settings;

TEST(Keys, NoKeyDoesTwoThings) {
  std::map<Key, std::string_view> seen;
  for (auto const& binding : bindings()) {
    for (auto const key : binding.keys) {
      if (key == 0) continue;
      auto const [other, is_new] = seen.emplace(key, binding.help.en);
      EXPECT_TRUE(is_new) << name_of(key, true) << ": " << other->second << ", " << binding.help.en;
      EXPECT_EQ(action_of(key), binding.action) << binding.help.en;
    }
  }
}

TEST(Keys, EveryActionHasExactlyOneLine) {
  std::map<Action, int> lines;
  for (auto const& binding : bindings()) ++lines[binding.action];
  for (int i = 1; i <= static_cast<int>(kLastAction); ++i) {
    auto const action = static_cast<Action>(i);
    EXPECT_EQ(lines[action], 1) << "action " << i;
    auto const* binding = binding_of(action);
    ASSERT_NE(binding, nullptr) << "action " << i;
    EXPECT_EQ(binding->action, action);
    EXPECT_NE(binding->keys.front(), 0U) << binding->help.en;
  }
  EXPECT_EQ(binding_of(Action::None), nullptr);
  EXPECT_EQ(bindings().size(), static_cast<std::size_t>(kLastAction));
}

TEST(Keys, BothLanguagesSayTheSame) {
  for (auto const& binding : bindings()) {
    EXPECT_TRUE(binding.help.complete()) << binding.help.en << binding.help.zh;
    EXPECT_TRUE(binding.label.complete() || binding.label.empty()) << binding.help.en;
  }
  for (int i = 0; i < kKeyGroupCount; ++i) {
    EXPECT_TRUE(title(static_cast<KeyGroup>(i)).complete()) << i;
  }
}

TEST(Keys, EveryKeyHasItsOwnName) {
  for (bool const unicode : {false, true}) {
    std::set<std::string> names;
    for (auto const& binding : bindings()) {
      for (auto const key : binding.keys) {
        if (key == 0) continue;
        auto const name = name_of(key, unicode);
        EXPECT_GT(base::display_width(name), 0U) << binding.help.en;
        EXPECT_EQ(base::printable(name), name == "\\" ? "\\\\" : name);
        EXPECT_TRUE(names.insert(name).second) << name;
        if (!unicode) {
          for (char const c : name) EXPECT_LT(static_cast<unsigned char>(c), 0x80) << name;
        }
      }
    }
  }
}

TEST(Keys, Names) {
  EXPECT_EQ(name_of(kF10, true), "F10");
  EXPECT_EQ(name_of(kF12, true), "F12");
  EXPECT_EQ(name_of(control('r'), true), "Ctrl-R");
  EXPECT_EQ(name_of(control('\\'), true), "Ctrl-\\");
  EXPECT_EQ(name_of('/', true), "/");
  EXPECT_EQ(name_of(kAlt | '4', true), "Alt-4");
  EXPECT_EQ(name_of(kAlt | kUp, false), "Alt-Up");
  EXPECT_EQ(name_of(kUp, true), "↑");
  EXPECT_EQ(name_of(kSpace, true), "Space");
  EXPECT_EQ(name_of(0x7aef, true), "端");
}

TEST(Keys, OthersDoNothing) {
  EXPECT_EQ(action_of(0), Action::None);
  EXPECT_EQ(action_of(0x7aef), Action::None);
  EXPECT_EQ(action_of(kAlt | 'q'), Action::None);
}

}  // namespace
}  // namespace lastack::ui::tui
