#include "app/own_files.hh"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <utility>

#include <fmt/format.h>

#include "base/fd.hh"
#include "base/output.hh"
#include "base/text.hh"

namespace lastack::app {
namespace {

constexpr std::size_t kMostBytes = std::size_t{4} << 20U;  // far more than anybody would write

std::string environment(char const* name) {
  auto const* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// Relative paths in XDG variables are to be ignored (XDG Base Directory Specification).
std::string xdg_path(char const* variable, std::string_view below_home, std::string_view name) {
  auto const xdg = environment(variable);
  if (xdg.starts_with('/')) return fmt::format("{}/lastack/{}", xdg, name);
  auto const home = environment("HOME");
  // Somebody else's, as after a change of user without a login: nothing in it is ours.
  bool const closed = ::access(home.c_str(), X_OK) != 0 && errno == EACCES;
  return home.empty() || closed ? "" : fmt::format("{}/{}/lastack/{}", home, below_home, name);
}

base::Result<void> write_whole(std::string const& path, std::string_view text) {
  base::Fd const fd(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd.valid()) return base::fail_errno("write " + path);
  base::Output output(fd.get());
  output.append(text);
  if (auto written = output.finish(path); !written) return written;
  if (::fsync(fd.get()) != 0) return base::fail_errno("write " + path);
  return {};
}

base::Result<void> replace(std::string const& path, std::string_view text) {
  auto const beside = fmt::format("{}.{}", path, ::getpid());
  if (auto written = write_whole(beside, text); !written) {
    (void)::unlink(beside.c_str());
    return written;
  }
  if (::rename(beside.c_str(), path.c_str()) != 0) {
    auto const code = errno;
    (void)::unlink(beside.c_str());
    return base::fail_errno("write " + path, code);
  }
  return {};
}

}  // namespace

std::string config_path(std::string_view name) {
  return xdg_path("XDG_CONFIG_HOME", ".config", name);
}
std::string state_path(std::string_view name) {
  return xdg_path("XDG_STATE_HOME", ".local/state", name);
}

base::Result<std::optional<std::string>> read_own_file(std::string const& path) {
  std::error_code problem;
  auto const there = std::filesystem::status(path, problem);
  auto const name = base::printable(path);
  if (!std::filesystem::exists(there)) {
    bool const missing = there.type() == std::filesystem::file_type::not_found;
    if (missing) return std::optional<std::string>();
    return base::fail("cannot read " + name + ": " + problem.message());
  }
  // A device or a pipe may never end.
  if (!std::filesystem::is_regular_file(there)) return base::fail(name + " is no file");
  if (std::filesystem::file_size(path, problem) > kMostBytes) {
    return base::fail(fmt::format("{} is larger than {} bytes", name, kMostBytes));
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) return base::fail("cannot read " + name);
  std::string text(kMostBytes, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad()) return base::fail("cannot read " + name);
  text.resize(static_cast<std::size_t>(file.gcount()));
  return std::optional(std::move(text));
}

base::Result<void> write_own_file(std::string const& path, std::string_view text) {
  std::error_code problem;
  auto const folder = std::filesystem::path(path).parent_path();
  if (!folder.empty()) std::filesystem::create_directories(folder, problem);
  if (problem) return base::fail("make the folder of " + path + ": " + problem.message());
  // A device such as /dev/null must not be replaced, nor a link to the file.
  auto const there = std::filesystem::status(path, problem);
  if (std::filesystem::exists(there) && !std::filesystem::is_regular_file(there)) {
    return base::fail("write " + path + ": it is no file");
  }
  auto const target = std::filesystem::weakly_canonical(path, problem).string();
  if (problem) return base::fail("write " + path + ": " + problem.message());
  return replace(target, text);
}

}  // namespace lastack::app
