// What `set HOST NAME VALUE` of a scenario can set: by the names of Linux' sysctls, and what only a
// simulated host can be set to.
#pragma once

#include <string>
#include <string_view>

#include "lab/settings.hh"

namespace lastack::lab {

struct HostSettingWord {
  std::string_view name;
  std::string_view kernel;  // its sysctl; empty: only a simulated host has it
  std::string_view value;   // "N", "SPAN"
  bool (*set)(Settings&, std::string_view value);  // false: not such a value
};

// nullptr: there is none.
[[nodiscard]] HostSettingWord const* find_host_setting(std::string_view name);
// "tcp_syncookies, ...".
[[nodiscard]] std::string host_setting_names();

}  // namespace lastack::lab
