#include "app/screen_jobs.hh"

#include <sys/eventfd.h>

#include <exception>
#include <string>
#include <utility>

#include "app/signals_blocked.hh"
#include "ui/tui/screen.hh"

namespace lastack::app {

base::Result<std::unique_ptr<ScreenJobs>> ScreenJobs::create() {
  base::Fd event(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!event.valid()) return base::fail_errno("eventfd");
  SignalsBlocked const blocked;
  return std::unique_ptr<ScreenJobs>(new ScreenJobs(std::move(event)));
}

ScreenJobs::ScreenJobs(base::Fd event) : event_(std::move(event)), thread_([this] { work(); }) {}

ScreenJobs::~ScreenJobs() { end(); }

void ScreenJobs::end() {
  {
    std::lock_guard const lock(mutex_);
    ends_ = true;
  }
  wakes_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void ScreenJobs::begin(Job job) {
  {
    std::lock_guard const lock(mutex_);
    jobs_.push_back(std::move(job));
  }
  wakes_.notify_one();
}

void ScreenJobs::tell(Telling telling) {
  {
    std::lock_guard const lock(mutex_);
    tellings_.push_back(std::move(telling));
  }
  (void)::eventfd_write(event_.get(), 1);
}

void ScreenJobs::run_tellings(ui::tui::Screen& screen) {
  eventfd_t ignored = 0;
  (void)::eventfd_read(event_.get(), &ignored);
  std::vector<Telling> tellings;
  {
    std::lock_guard const lock(mutex_);
    tellings = std::exchange(tellings_, {});
  }
  for (auto const& telling : tellings) telling(screen);
}

bool ScreenJobs::is_ending() const {
  std::lock_guard const lock(mutex_);
  return ends_;
}

void ScreenJobs::work() {
  for (;;) {
    Job job;
    {
      std::unique_lock lock(mutex_);
      wakes_.wait(lock, [&] { return ends_ || !jobs_.empty(); });
      if (ends_) return;
      job = std::move(jobs_.front());
      jobs_.pop_front();
    }
    try {
      job();
    } catch (std::exception const& bug) {
      tell([text = std::string("internal error: ") + bug.what()](ui::tui::Screen& screen) {
        screen.tell(text, ui::tui::Tone::Bad);
      });
    }
  }
}

}  // namespace lastack::app
