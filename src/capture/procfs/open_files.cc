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

}  // namespace

std::optional<std::uint64_t> parse_file_limit(std::string_view limits) {
  auto const begin = limits.find(kFiles);
  if (begin == std::string_view::npos) return std::nullopt;
  limits.remove_prefix(begin + kFiles.size());
  while (limits.starts_with(' ')) limits.remove_prefix(1);
  std::uint64_t limit = 0;
  auto const [end, problem] = std::from_chars(limits.data(), limits.data() + limits.size(), limit);
  return problem == std::errc() ? std::optional(limit) : std::nullopt;
}

OpenFiles read_open_files(ProcFs const& fs, std::uint32_t pid) {
  auto const process = fs.process(pid);
  OpenFiles files;
  files.count = count_files(process);
  if (auto const limits = process.read("limits")) files.limit = parse_file_limit(limits->text);
  return files;
}

}  // namespace lastack::capture::procfs
