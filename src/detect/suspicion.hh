// What is suspicious about a program that has sockets, by its path, its names and its command line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "model/process.hh"

namespace lastack::detect {

// The gravest last.
enum class Suspicion : std::uint8_t {
  None,
  NewSystemTalker,  // of judge() never: a program of the system that the baseline does not know
  Upgraded,         // its file was replaced where packages put programs
  Replaced,         // its file was replaced or removed elsewhere
  ScratchScript,    // an interpreter runs a script from where everybody may write
  ScratchTool,      // a mounted AppImage, or what `go run` has just built
  RuntimeCopy,      // a container runtime's copy of itself in memory
  NewTalker,        // of judge() never: another program that the baseline does not know
  SystemElsewhere,  // called like a part of the system, and lives elsewhere
  Scratch,          // its file is where everybody may write
  FalseName,        // it calls itself another program
  LookAlike,        // its name is nearly that of a well-known program
  DeletedScratch,   // its file was where everybody may write, and is gone
  Memory,           // it never had a file: memfd_create()
  KernelName,       // called like a kernel thread, and is a program
};
inline constexpr std::size_t kSuspicionCount = 15;

struct Judgement {
  Suspicion suspicion = Suspicion::None;
  std::string_view imitated;  // static; "" where nothing is
};

// `shortest`: letters of a name that may differ by one letter from a well-known one's.
[[nodiscard]] Judgement judge(model::Process const& process, std::size_t shortest);

// The name by which the user knows it: the script's, that of the Windows program, or the file's.
[[nodiscard]] std::string_view called_name(model::Process const& process);
// Its path; for a script or a Windows program what runs it, too.
[[nodiscard]] std::string full_identity(model::Process const& process);

}  // namespace lastack::detect
