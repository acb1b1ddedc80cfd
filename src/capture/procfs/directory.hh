// A directory held open. Everything below it is reached with openat(2), so that a recorded
// tree (tests/data/proc) can stand in for /proc, and so that a process which ended is
// noticed and never mixed up with its successor under the same pid.
#pragma once

#include <dirent.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>

#include "base/error.hh"
#include "base/fd.hh"

namespace lastack::capture::procfs {

struct FileText {
  std::string text;
  bool truncated = false;  // the file goes on behind `text`
};

// More than any file of /proc that is read whole (mountinfo of some 100,000 mounts).
inline constexpr std::size_t kWholeFile = std::size_t{16} << 20U;

class Directory {
 public:
  // Never fails: a directory that cannot be opened answers every read with that error.
  explicit Directory(std::string const& path);

  // The directory `name` inside this one; may be several levels down ("12/fd").
  [[nodiscard]] Directory below(std::string_view name) const;

  // At most `limit` bytes of a file. Errors keep errno: ENOENT or ESRCH is a process that ended.
  [[nodiscard]] base::Result<FileText> read(std::string const& name,
                                            std::size_t limit = kWholeFile) const;
  // Where a symbolic link points to, as it is written.
  [[nodiscard]] base::Result<std::string> link(std::string const& name) const;

  [[nodiscard]] std::string const& path() const { return path_; }
  [[nodiscard]] int fd() const { return fd_.get(); }
  [[nodiscard]] int open_errno() const { return open_errno_; }  // 0: it is open

 private:
  Directory(std::string&& path, int at, char const* name);

  [[nodiscard]] base::Result<base::Fd> open_file(std::string const& name) const;

  std::string path_;
  base::Fd fd_;
  int open_errno_ = 0;
};

// The process that was asked about has ended.
[[nodiscard]] constexpr bool is_gone(int code) { return code == ENOENT || code == ESRCH; }

// Calls visit(char const* name) for every entry except those that begin with a dot.
// Returns 0, or the errno that ended the walk. One walk per open directory.
template <typename Visit>
[[nodiscard]] int for_each_entry(int directory, Visit visit) {
  alignas(dirent64) std::array<char, 32768> buffer;
  for (;;) {
    auto const got = ::getdents64(directory, buffer.data(), buffer.size());
    if (got < 0) return errno;
    if (got == 0) return 0;
    for (std::size_t at = 0; at < static_cast<std::size_t>(got);) {
      auto const* entry = reinterpret_cast<dirent64 const*>(buffer.data() + at);
      if (entry->d_name[0] != '.') visit(static_cast<char const*>(entry->d_name));
      at += entry->d_reclen;
    }
  }
}

}  // namespace lastack::capture::procfs
