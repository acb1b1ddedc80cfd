// Between the thread that keeps the live table and the thread of the screen: one update at a time
// there, wishes back. Neither waits for the other.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "base/error.hh"
#include "base/fd.hh"
#include "ui/tui/host.hh"
#include "ui/tui/update.hh"

namespace lastack::app {

struct ScreenPace {
  std::uint32_t pace_ms = 1000;  // 0: only when `refresh` goes up
  std::uint64_t refresh = 0;     // how often an update at once was asked for
};

// What the screen wants of the next updates.
struct ScreenWishes : ScreenPace {
  std::vector<ui::tui::SocketId> sockets;  // to be read anew for each update
  std::optional<ui::tui::Place> life;
};

class ScreenMailbox {
 public:
  [[nodiscard]] static base::Result<std::unique_ptr<ScreenMailbox>> create();

  // Of the table's thread. True: the last update was taken, another one is welcome.
  [[nodiscard]] bool is_empty() const;
  void put(std::unique_ptr<ui::tui::Update> update);
  [[nodiscard]] ScreenWishes wishes() const;
  [[nodiscard]] ScreenPace pace() const;  // the same without the lists: asked many times a second
  // The session is over, because of that error or because it was asked to.
  void close(std::optional<base::Error> error);

  // Of the screen's thread. The descriptor is readable while there is something to take.
  [[nodiscard]] int fd() const { return event_.get(); }
  [[nodiscard]] std::unique_ptr<ui::tui::Update> take();  // nullptr: there is none
  [[nodiscard]] bool is_closed() const;
  [[nodiscard]] std::optional<base::Error> error() const;
  template <typename Change>
  void wish(Change const& change) {
    std::lock_guard const lock(mutex_);
    change(wishes_);
  }

 private:
  explicit ScreenMailbox(base::Fd event) : event_(std::move(event)) {}

  base::Fd event_;
  std::mutex mutable mutex_;  // held for moving pointers and small lists
  std::unique_ptr<ui::tui::Update> update_;
  ScreenWishes wishes_;
  std::optional<base::Error> error_;
  bool closed_ = false;
};

}  // namespace lastack::app
