// What detectors ask of the machine besides its sockets: settings and counters of network
// namespaces, TCP's memory, open files of processes.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "capture/procfs/proc_fs.hh"
#include "detect/scene.hh"
#include "model/snapshot.hh"

namespace lastack::app {

// Moves the calling thread between network namespaces, and back. Keeps no namespace alive between
// two looks. One thread.
class MachineFacts {
 public:
  // Reads anew what is older than `kFresh`. Of namespaces that have rows, at most kMostNamespaces;
  // of processes with at least kManySockets, at most kMostProcesses.
  void read(model::Snapshot const& snapshot, std::uint64_t now_ns);

  // By Snapshot::namespaces and Snapshot::processes of the last read.
  [[nodiscard]] std::vector<detect::NamespaceFacts> const& namespaces() const {
    return namespaces_;
  }
  [[nodiscard]] std::vector<detect::ProcessFacts> const& processes() const { return processes_; }
  [[nodiscard]] model::TcpMemory const& memory() const { return memory_; }
  [[nodiscard]] std::uint64_t nr_open() const { return nr_open_; }
  // Namespaces with sockets whose settings and counters are not known.
  [[nodiscard]] std::size_t unread() const { return unread_; }

  static constexpr std::uint64_t kFresh = 2'000'000'000;  // ns
  static constexpr std::size_t kMostNamespaces = 256;
  static constexpr std::size_t kManySockets = 64;
  static constexpr std::size_t kMostProcesses = 256;
  // Counters are compared with what they were that long ago, or when they were first read.
  static constexpr std::uint64_t kCompared = 30'000'000'000;  // ns

 private:
  struct Known {
    detect::NamespaceFacts facts;
    model::TcpCounters next;  // takes the place of `earlier` once that is too old
    std::uint64_t next_ns = 0;
  };

  void read_namespaces(std::vector<std::uint64_t> const& inodes, std::uint64_t now_ns);
  static void note(Known& known, std::uint64_t now_ns);
  void read_processes(model::Snapshot const& snapshot);

  capture::procfs::ProcFs fs_;
  std::map<std::uint64_t, Known> known_;  // by inode
  std::uint64_t read_ns_ = 0;
  std::vector<detect::NamespaceFacts> namespaces_;
  std::vector<detect::ProcessFacts> processes_;
  model::TcpMemory memory_;
  std::uint64_t nr_open_ = 0;
  std::size_t unread_ = 0;
};

}  // namespace lastack::app
