// What the screen asks of the world outside. app/ implements it. Nothing here blocks: whatever
// takes time is begun, and told by Screen::tell() and Screen::show_job() later.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hh"
#include "base/output.hh"
#include "model/life.hh"
#include "ui/tui/settings.hh"
#include "ui/tui/store.hh"

namespace lastack::ui::tui {

struct SocketId {
  Place place = 0;
  model::Endpoint endpoint;
  std::uint64_t netns_inode = 0;
  // Somebody who has it open: the way to a namespace that only sockets keep alive. -1: not known.
  std::uint32_t holder_pid = 0;
  std::int32_t holder_fd = -1;
};

// What is known of a process beyond model::Process, read when somebody asks.
struct ProcessMore {
  std::vector<std::string> open_files;  // "3 -> socket:[123]", bytes as they are
  std::size_t left_out = 0;             // more than are listed
  std::vector<std::pair<std::uint32_t, std::string>> children;
  std::string problem;  // why something could not be read; ""
};

// What ending a process would do, as it was when it was asked.
struct EndPreview {
  std::uint64_t handle = 0;        // of the process, for Host::signal_process()
  std::string name;                // "nginx[1234]", printable
  std::vector<std::string> lines;  // path, user, other sockets, children; printable
  std::string refused;             // why it is not ended, or only by force; ""
  bool never = false;              // not even by force
};

class Host {
 public:
  Host() = default;
  Host(Host const&) = delete;
  Host& operator=(Host const&) = delete;
  virtual ~Host() = default;

  // 0: updates come only when refresh() asks for one.
  virtual void set_pace(std::uint32_t milliseconds) = 0;
  // An update now, a comparison with a dump included.
  virtual void refresh() = 0;
  // Of these sockets each update is to have readings.
  virtual void watch_sockets(std::vector<SocketId> sockets) = 0;
  // The life of the connection in that place, with the next updates (Update::life).
  virtual void want_life(Place place) = 0;
  virtual void resolve_names(bool hosts, bool services) = 0;
  [[nodiscard]] virtual ProcessMore process_more(std::uint32_t pid) = 0;

  // Closing it would end the session that lastack runs in.
  [[nodiscard]] virtual bool carries_session(model::Snapshot const& snapshot,
                                             model::Endpoint const& endpoint) = 0;
  virtual void close_connections(std::vector<SocketId> sockets) = 0;
  // Holds that process, so that no other is hit later, however many are asked about meanwhile.
  [[nodiscard]] virtual EndPreview hold_process(model::Process const& process) = 0;
  virtual void signal_process(std::uint64_t handle, int signal) = 0;
  virtual void probe(std::string target) = 0;
  // The probe or whatever else runs is to end soon.
  virtual void cancel_jobs() = 0;

  // A new file; what is there already is left alone. Error: one line.
  virtual base::Result<void> write_file(std::string const& path,
                                        std::function<void(base::Output&)> const& write) = 0;
  // To the terminal's clipboard (OSC 52). Error: too long, one line.
  virtual base::Result<void> copy(std::string_view text) = 0;
  virtual base::Result<void> save(Settings const& settings) = 0;
  virtual void set_theme(ThemeChoice theme) = 0;
};

}  // namespace lastack::ui::tui
