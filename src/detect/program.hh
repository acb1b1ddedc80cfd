// What a program is, by its path and its command line.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "model/process.hh"

namespace lastack::detect {

// Where a program lives.
enum class Place : std::uint8_t {
  Unknown,    // no path was read
  System,     // where packages put programs
  Elsewhere,  // home directories, data, a container's own folders
  Scratch,    // where everybody may write: /tmp, /var/tmp, /dev/shm
};
[[nodiscard]] Place place_of(std::string_view path);

[[nodiscard]] std::string_view base_name(std::string_view path);
// "python3.11" -> "python", "php-fpm8.2" -> "php-fpm".
[[nodiscard]] std::string_view without_version(std::string_view name);
// The first word of the command line; "" where there is none.
[[nodiscard]] std::string_view first_argument(model::Process const& process);

// A program that runs what others wrote.
enum class Runner : std::uint8_t { None, Shell, Interpreter, Loader };
// By its executable; by its name where that is not readable.
[[nodiscard]] Runner runner_of(model::Process const& process);
[[nodiscard]] bool is_runner_name(std::string_view name);
[[nodiscard]] bool is_wine(model::Process const& process);

// What a runner runs, as it stands in the command line: "/opt/app/x.py", "-m http.server", "-c"; ""
// where it takes what comes in, or is no runner.
[[nodiscard]] std::string_view script_of(model::Process const& process);

// What tells one program from others: "/usr/sbin/nginx", "/usr/bin/python3.11 /opt/app/x.py",
// "[name]" where no path was read. Valid UTF-8.
[[nodiscard]] std::string program_key(model::Process const& process);

// "systemctl restart nginx.service" where the process is of a service that can be restarted, and
// its name is harmless in a shell; "" else.
[[nodiscard]] std::string restart_command(model::Process const& process);

// The file's name; the kernel's where there is none.
[[nodiscard]] std::string_view file_name(model::Process const& process);
// `list` has words between blanks, and blanks around it.
[[nodiscard]] bool has_word(std::string_view list, std::string_view word);

}  // namespace lastack::detect
