#include "capture/procfs/open_files.hh"

#include <sys/stat.h>

#include <charconv>

namespace lastack::capture::procfs {
namespace {

constexpr std::string_view kFiles = "Max open files";

std::optional<std::uint64_t> count_files(Directory const& process) {
  auto const files = process.below("fd");
  if (files.open_errno() != 0) return std::nullopt;
  struct stat info{};
  if (::fstat(files.fd(), &info) == 0 && info.st_size > 0) {
    return static_cast<std::uint64_t>(info.st_size);
  }
  std::uint64_t count = 0;
  if (for_each_entry(files.fd(), [&](char const* /*name*/) { ++count; }) != 0) return std::nullopt;
  return count;
}

// "1024", "unlimited".
std::optional<std::uint64_t> take_limit(std::string_view& text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  auto const word = text.substr(0, text.find_first_of(" \n"));
  text.remove_prefix(word.size());
  std::uint64_t limit = 0;
  auto const [end, problem] = std::from_chars(word.data(), word.data() + word.size(), limit);
  return problem == std::errc() ? std::optional(limit) : std::nullopt;
}

}  // namespace

FileLimits parse_file_limits(std::string_view limits) {
  auto const begin = limits.find(kFiles);
  if (begin == std::string_view::npos) return {};
  limits.remove_prefix(begin + kFiles.size());
  return {.soft = take_limit(limits), .hard = take_limit(limits)};
}

OpenFiles read_open_files(ProcFs const& fs, std::uint32_t pid) {
  auto const process = fs.process(pid);
  OpenFiles files;
  files.count = count_files(process);
  if (auto const limits = process.read("limits")) files.limits = parse_file_limits(limits->text);
  return files;
}

std::uint64_t read_nr_open(ProcFs const& fs) {
  auto const file = fs.root().read("sys/fs/nr_open");
  if (!file) return 0;
  std::string_view text = file->text;
  return take_limit(text).value_or(0);
}

}  // namespace lastack::capture::procfs
