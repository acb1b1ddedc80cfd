#include "app/screen_mailbox.hh"

#include <sys/eventfd.h>

namespace lastack::app {

base::Result<std::unique_ptr<ScreenMailbox>> ScreenMailbox::create() {
  base::Fd event(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!event.valid()) return base::fail_errno("eventfd");
  return std::unique_ptr<ScreenMailbox>(new ScreenMailbox(std::move(event)));
}

bool ScreenMailbox::is_empty() const {
  std::lock_guard const lock(mutex_);
  return update_ == nullptr;
}

void ScreenMailbox::put(std::unique_ptr<ui::tui::Update> update) {
  {
    std::lock_guard const lock(mutex_);
    update_ = std::move(update);
  }
  (void)::eventfd_write(event_.get(), 1);
}

ScreenWishes ScreenMailbox::wishes() const {
  std::lock_guard const lock(mutex_);
  return wishes_;
}

ScreenPace ScreenMailbox::pace() const {
  std::lock_guard const lock(mutex_);
  return wishes_;
}

void ScreenMailbox::close(std::optional<base::Error> error) {
  {
    std::lock_guard const lock(mutex_);
    error_ = std::move(error);
    closed_ = true;
  }
  (void)::eventfd_write(event_.get(), 1);
}

std::unique_ptr<ui::tui::Update> ScreenMailbox::take() {
  eventfd_t ignored = 0;
  (void)::eventfd_read(event_.get(), &ignored);
  std::lock_guard const lock(mutex_);
  return std::move(update_);
}

bool ScreenMailbox::is_closed() const {
  std::lock_guard const lock(mutex_);
  return closed_;
}

std::optional<base::Error> ScreenMailbox::error() const {
  std::lock_guard const lock(mutex_);
  return error_;
}

}  // namespace lastack::app
