// What the screen asks of the world outside: the session, other processes, files.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "act/process.hh"
#include "app/action_log.hh"
#include "app/screen_jobs.hh"
#include "app/screen_mailbox.hh"
#include "app/screen_names.hh"
#include "app/stop_request.hh"
#include "capture/procfs/proc_fs.hh"
#include "ui/tui/host.hh"

namespace lastack::ui::tui {
class Terminal;
}

namespace lastack::app {

class ScreenHost final : public ui::tui::Host {
 public:
  // All must outlive it. `settings_path`: where save() writes.
  ScreenHost(ScreenMailbox& mailbox, ScreenJobs& jobs, ScreenNames& names,
             ui::tui::Terminal& terminal, std::string settings_path, base::Language language)
      : mailbox_(mailbox),
        jobs_(jobs),
        names_(names),
        terminal_(terminal),
        settings_path_(std::move(settings_path)),
        language_(language) {}
  ScreenHost(ScreenHost const&) = delete;
  ScreenHost& operator=(ScreenHost const&) = delete;
  ~ScreenHost() override;  // after the jobs it has begun

  void set_pace(std::uint32_t milliseconds) override;
  void refresh() override;
  void watch_sockets(std::vector<ui::tui::SocketId> sockets) override;
  void want_life(ui::tui::Place place) override;
  void resolve_names(bool hosts, bool services) override;
  [[nodiscard]] ui::tui::ProcessMore process_more(std::uint32_t pid) override;

  [[nodiscard]] bool carries_session(model::Snapshot const& snapshot,
                                     model::Endpoint const& endpoint) override;
  void close_connections(std::vector<ui::tui::SocketId> sockets) override;
  [[nodiscard]] ui::tui::EndPreview hold_process(model::Process const& process) override;
  void signal_process(std::uint64_t handle, int signal) override;
  void probe(std::string target) override;
  void cancel_jobs() override;

  base::Result<void> write_file(std::string const& path,
                                std::function<void(base::Output&)> const& write) override;
  base::Result<void> copy(std::string_view text) override;
  base::Result<void> save(ui::tui::Settings const& settings) override;
  void set_theme(ui::tui::ThemeChoice theme) override;

 private:
  [[nodiscard]] bool ends_within(act::ProcessHandle const& process,
                                 std::chrono::milliseconds limit) const;
  void complain_of_missing_log();

  ScreenMailbox& mailbox_;
  ScreenJobs& jobs_;
  ScreenNames& names_;
  ui::tui::Terminal& terminal_;
  std::string settings_path_;
  base::Language language_;
  capture::procfs::ProcFs fs_;
  // Processes that were asked about, by handle; the last few of them.
  struct Held {
    std::shared_ptr<act::ProcessHandle> process;
    std::string name;
  };
  static constexpr std::size_t kMostHeld = 16;
  std::map<std::uint64_t, Held> held_;
  std::uint64_t last_handle_ = 0;
  std::shared_ptr<StopRequest> probe_stop_;
  ActionLog log_;
  bool log_was_looked_for_ = false;
  std::shared_ptr<std::atomic<bool>> cancelled_ = std::make_shared<std::atomic<bool>>(false);
};

}  // namespace lastack::app
