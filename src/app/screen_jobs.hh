// What the screen has begun and takes time, one after the other on a thread of its own; what it
// has to tell is run on the screen's thread.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "base/error.hh"
#include "base/fd.hh"

namespace lastack::ui::tui {
class Screen;
}

namespace lastack::app {

class ScreenJobs {
 public:
  using Job = std::function<void()>;
  using Telling = std::function<void(ui::tui::Screen&)>;

  [[nodiscard]] static base::Result<std::unique_ptr<ScreenJobs>> create();
  ScreenJobs(ScreenJobs const&) = delete;
  ScreenJobs& operator=(ScreenJobs const&) = delete;
  ~ScreenJobs();  // as end()

  // Waits for the job that runs; the others are dropped. To be called before anything goes that
  // jobs use.
  void end();

  void begin(Job job);
  // Of a job: to be run on the screen's thread.
  void tell(Telling telling);

  // Of the screen's thread: readable while there is something to run.
  [[nodiscard]] int fd() const { return event_.get(); }
  void run_tellings(ui::tui::Screen& screen);
  // A job that takes long asks this now and then.
  [[nodiscard]] bool is_ending() const;

 private:
  explicit ScreenJobs(base::Fd event);
  void work();

  base::Fd event_;
  std::mutex mutable mutex_;
  std::condition_variable wakes_;
  std::deque<Job> jobs_;
  std::vector<Telling> tellings_;
  bool ends_ = false;
  std::thread thread_;
};

}  // namespace lastack::app
