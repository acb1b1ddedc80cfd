#include "capture/procfs/directory.hh"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <utility>

namespace lastack::capture::procfs {

Directory::Directory(std::string const& path)
    : Directory(std::string(path), AT_FDCWD, path.c_str()) {}

Directory::Directory(std::string&& path, int at, char const* name)
    : path_(std::move(path)), fd_(::openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
  if (!fd_.valid()) open_errno_ = errno;
}

Directory Directory::below(std::string_view name) const {
  std::string const relative(name);
  Directory inner(path_ + '/' + relative, fd_.get(), relative.c_str());
  if (open_errno_ != 0) inner.open_errno_ = open_errno_;
  return inner;
}

base::Result<base::Fd> Directory::open_file(std::string const& name) const {
  if (open_errno_ != 0) return base::fail_errno("open " + path_, open_errno_);
  base::Fd file(::openat(fd_.get(), name.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.valid()) return base::fail_errno("open " + path_ + '/' + name);
  return file;
}

base::Result<FileText> Directory::read(std::string const& name, std::size_t limit) const {
  auto const file = open_file(name);
  if (!file) return std::unexpected(file.error());

  constexpr std::size_t kChunk = 4096;
  std::array<char, kChunk> chunk;
  FileText result;
  for (;;) {
    auto const got = ::read(file->get(), chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return base::fail_errno("read " + path_ + '/' + name);
    if (got == 0) return result;
    auto const room = limit - result.text.size();
    auto const fits = std::min(static_cast<std::size_t>(got), room);
    result.text.append(chunk.data(), fits);
    if (fits < static_cast<std::size_t>(got)) {
      result.truncated = true;
      return result;
    }
  }
}

base::Result<std::string> Directory::link(std::string const& name) const {
  if (open_errno_ != 0) return base::fail_errno("open " + path_, open_errno_);
  std::array<char, PATH_MAX> target;
  auto const size = ::readlinkat(fd_.get(), name.c_str(), target.data(), target.size());
  if (size < 0) return base::fail_errno("readlink " + path_ + '/' + name);
  return std::string(target.data(), static_cast<std::size_t>(size));
}

}  // namespace lastack::capture::procfs
