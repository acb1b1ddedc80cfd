// The thread that keeps the live table for the screen.
#pragma once

#include <memory>
#include <thread>

#include "app/screen_mailbox.hh"
#include "app/stop_request.hh"

namespace lastack::app {

class ScreenSession {
 public:
  // Begins at once. `polls`: without events. The mailbox must outlive it.
  [[nodiscard]] static base::Result<std::unique_ptr<ScreenSession>> start(ScreenMailbox& mailbox,
                                                                          bool polls);
  ScreenSession(ScreenSession const&) = delete;
  ScreenSession& operator=(ScreenSession const&) = delete;
  ~ScreenSession();  // ends it and waits

 private:
  explicit ScreenSession(StopRequest stop) : stop_(std::move(stop)) {}
  void run(ScreenMailbox& mailbox, bool polls);

  StopRequest stop_;
  std::thread thread_;
};

}  // namespace lastack::app
