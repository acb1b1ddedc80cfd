// Settings of the live screen: what is written is read again, and what is wrong is named.
#include "app/screen_settings.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace lastack::app {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ui::tui::Grouping;
using ui::tui::Settings;

Settings unusual() {
  Settings settings;
  settings.pace_ms = 250;
  settings.flash_ms = 0;
  settings.theme = ui::tui::ThemeChoice::Light;
  settings.resolve_hosts = settings.service_names = true;
  settings.mouse = false;
  settings.view.filter = "dport = :443 and process ~ \"a\\b\"";
  settings.view.columns = {{"process", 20}, {"state", 0}, {"for", 0}};
  settings.view.sort = "state,-recv-q";
  settings.view.grouping = Grouping::ByProcess;
  settings.view.toggles.udp = settings.view.toggles.loopback = false;
  settings.view.toggles.states = model::mask_of(model::SocketState::CloseWait) |
                                 model::mask_of(model::SocketState::Unconnected);
  settings.saved["my \"web\" view"] = settings.view;
  settings.saved["plain"] = {};
  return settings;
}

TEST(ScreenSettings, WhatIsWrittenIsReadAgain) {
  auto const read = parse_settings(settings_text(unusual()));
  EXPECT_THAT(read.problems, IsEmpty());
  EXPECT_EQ(read.settings, unusual());
  auto const usual = parse_settings(settings_text({}));
  EXPECT_THAT(usual.problems, IsEmpty());
  EXPECT_EQ(usual.settings, Settings());
}

TEST(ScreenSettings, AnEmptyFileIsTheUsual) {
  auto const read = parse_settings("");
  EXPECT_THAT(read.problems, IsEmpty());
  EXPECT_EQ(read.settings, Settings());
}

TEST(ScreenSettings, WhatIsWrongIsNamedAndTheRestIsTaken) {
  auto const read = parse_settings(R"(
pace_ms = 5
mouse = "yes"
theme = "blue"
colour = 1
service_names = true
[view]
columns = ["pid", "nonsense", "state:0"]
sort = "flavour"
states = ["SLEEPING", "ESTAB"]
udp = false
)");
  EXPECT_THAT(
      read.problems,
      ElementsAre("pace_ms is not a number from 100 to 10000, or 0",
                  "theme is not one of auto, dark, light, mono", "mouse is not true or false",
                  HasSubstr("view.sort: "), HasSubstr("view.columns is not a list of columns"),
                  HasSubstr("view.columns is not a list of columns"),
                  HasSubstr("view.states is not a list of states"), "colour is no setting"));
  EXPECT_EQ(read.settings.pace_ms, 1000U);
  EXPECT_TRUE(read.settings.service_names);
  EXPECT_TRUE(read.settings.mouse);
  EXPECT_FALSE(read.settings.view.toggles.udp);
  EXPECT_EQ(read.settings.view.columns.size(), 1U);
  EXPECT_EQ(read.settings.view.toggles.states, model::mask_of(model::SocketState::Established));
}

TEST(ScreenSettings, WhatIsNoTomlIsToldWithItsPlace) {
  auto const read = parse_settings("pace_ms = 1000\nview = [\n\x1b");
  ASSERT_EQ(read.problems.size(), 1U);
  EXPECT_THAT(read.problems[0], HasSubstr("line 3"));
  EXPECT_EQ(read.problems[0].find('\x1b'), std::string::npos);
}

class SettingsFile : public ::testing::Test {
 protected:
  SettingsFile() { EXPECT_NE(::mkdtemp(folder_.data()), nullptr); }
  ~SettingsFile() override { std::filesystem::remove_all(folder_); }
  [[nodiscard]] std::string path() const { return folder_ + "/deeper/still/config.toml"; }

  std::string folder_ = "/tmp/lastack-settings-XXXXXX";
};

TEST_F(SettingsFile, IsMadeWithItsFolderAndReadBack) {
  auto const absent = read_settings(path());
  ASSERT_TRUE(absent);
  EXPECT_EQ(absent->settings, Settings());
  ASSERT_TRUE(write_settings(path(), unusual()));
  auto const read = read_settings(path());
  ASSERT_TRUE(read);
  EXPECT_EQ(read->settings, unusual());
  struct stat info{};
  ASSERT_EQ(::stat(path().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_ + "/deeper/still"), {}), 1)
      << "nothing is left beside it";
}

TEST_F(SettingsFile, NeverReplacesWhatIsNoFileNorALink) {
  auto const pipe = folder_ + "/pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  auto const written = write_settings(pipe, unusual());
  ASSERT_FALSE(written);
  EXPECT_THAT(written.error().message, HasSubstr("no file"));
  EXPECT_TRUE(std::filesystem::is_fifo(pipe));
  std::ofstream(folder_ + "/real.toml").put('\n');
  std::filesystem::create_symlink("real.toml", folder_ + "/link.toml");
  ASSERT_TRUE(write_settings(folder_ + "/link.toml", unusual()));
  EXPECT_TRUE(std::filesystem::is_symlink(folder_ + "/link.toml"));
  EXPECT_EQ(read_settings(folder_ + "/real.toml")->settings, unusual());
}

TEST_F(SettingsFile, ThatCannotBeWrittenIsAnErrorWithItsName) {
  std::ofstream(folder_ + "/deeper").put('x');  // a file where a folder should be
  auto const written = write_settings(path(), {});
  ASSERT_FALSE(written);
  EXPECT_THAT(written.error().message, HasSubstr(path()));
}

}  // namespace
}  // namespace lastack::app
