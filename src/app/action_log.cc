#include "app/action_log.hh"

#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cstdlib>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "app/names.hh"
#include "base/fd.hh"
#include "base/text.hh"
#include "capture/procfs/directory.hh"
#include "capture/procfs/fields.hh"

namespace lastack::app {

namespace procfs = capture::procfs;

namespace {

constexpr std::string_view kSystemLog = "/dev/log";

std::optional<std::uint32_t> login_uid_here() {
  procfs::Directory const self("/proc/self");
  auto const file = self.read("loginuid", 64);
  if (!file) return std::nullopt;
  std::string_view text = file->text;
  auto const uid = procfs::whole_number<std::uint32_t>(procfs::take_until(text, '\n'));
  constexpr auto kNobodyLoggedIn = std::numeric_limits<std::uint32_t>::max();
  return uid == kNobodyLoggedIn ? std::nullopt : uid;
}

std::string tty_here() {
  std::array<char, 256> name{};
  for (auto const fd : {STDIN_FILENO, STDERR_FILENO, STDOUT_FILENO}) {
    if (::ttyname_r(fd, name.data(), name.size()) == 0) return name.data();
  }
  return "";
}

std::string with_name(std::uint32_t uid, std::string const& name) {
  return name.empty() ? std::to_string(uid) : fmt::format("{}({})", uid, base::printable(name));
}

std::string description(Requester const& who) {
  auto text = "uid=" + with_name(who.uid, who.user);
  if (who.login_uid && *who.login_uid != who.uid) {
    text += " loginuid=" + with_name(*who.login_uid, user_name(*who.login_uid).value_or(""));
  }
  if (!who.sudo_user.empty()) text += " sudo_user=" + base::printable(who.sudo_user);
  if (!who.tty.empty()) text += " tty=" + base::printable(who.tty);
  return text;
}

void write_to_system_log(std::string const& line) {
  ::openlog("lastack", LOG_PID, LOG_AUTHPRIV);
  ::syslog(LOG_NOTICE, "%s", line.c_str());
}

}  // namespace

Requester requester_here() {
  auto const uid = static_cast<std::uint32_t>(::getuid());
  auto const* sudo_user = std::getenv("SUDO_USER");
  return {.uid = uid,
          .user = user_name(uid).value_or(""),
          .login_uid = login_uid_here(),
          .sudo_user = sudo_user == nullptr ? "" : sudo_user,
          .tty = tty_here()};
}

ActionLog::ActionLog() : ActionLog(requester_here(), write_to_system_log) {}

void ActionLog::record(std::string_view action, std::string_view what,
                       std::string_view result) const {
  std::string line;
  base::append_message(
      line, fmt::format("{} by {}: {}: {}", action, description(requester_), what, result));
  sink_(line);
}

base::Result<void> system_log_is_there() {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  kSystemLog.copy(address.sun_path, sizeof address.sun_path - 1);
  for (auto const type : {SOCK_DGRAM, SOCK_STREAM}) {
    base::Fd const socket(::socket(AF_UNIX, type | SOCK_CLOEXEC, 0));
    if (!socket.valid()) return base::fail_errno("socket");
    if (::connect(socket.get(), reinterpret_cast<sockaddr const*>(&address), sizeof address) == 0) {
      return {};
    }
    if (errno != EPROTOTYPE) break;  // else it is of the other type
  }
  return base::fail_errno(kSystemLog);
}

}  // namespace lastack::app
