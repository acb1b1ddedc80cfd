#include "app/screen_session.hh"

#include <fcntl.h>

#include <exception>
#include <optional>
#include <utility>

#include "app/command.hh"
#include "app/detector_choice.hh"
#include "app/screen_feed.hh"
#include "app/signals_blocked.hh"
#include "app/watch_options.hh"
#include "app/watch_ring.hh"
#include "app/watch_session.hh"
#include "base/fd.hh"
#include "base/output.hh"

namespace lastack::app {
namespace {

// As `lastack diagnose` without options. What is wrong with its files is said, and done without.
DiagnosisSetup diagnosis_setup(bool events) {
  DiagnosisSetup setup;
  setup.events = events;
  if (!events) setup.no_events_why = "BPF";
  if (auto config = detector_config({})) {
    setup.config = std::move(*config);
  } else {
    complain("screen", config.error().message);
  }
  if (auto baseline = known_baseline({})) {
    setup.baseline = std::move(*baseline);
  } else {
    complain("screen", baseline.error().message);
  }
  return setup;
}

std::optional<base::Error> watch(ScreenMailbox& mailbox, bool polls, StopRequest const& stop) {
  WatchOptions options;
  options.view = WatchView::Everything;
  options.poll = polls;
  filter::Filter const everything;
  auto ring = attach_ring(options, everything, "screen");
  if (!ring) return ring.error();
  bool const by_polling = !ring->has_value();
  base::Fd const nowhere(::open("/dev/null", O_WRONLY | O_CLOEXEC));
  base::Output output(nowhere.get());
  WatchSession session(
      options, everything, output, stop,
      std::make_unique<ScreenFeed>(mailbox, by_polling, diagnosis_setup(!by_polling)));
  auto const summary = session.run(std::move(*ring));
  return summary ? std::nullopt : std::optional(summary.error());
}

}  // namespace

base::Result<std::unique_ptr<ScreenSession>> ScreenSession::start(ScreenMailbox& mailbox,
                                                                  bool polls) {
  auto stop = StopRequest::by_call();
  if (!stop) return std::unexpected(stop.error());
  std::unique_ptr<ScreenSession> session(new ScreenSession(std::move(*stop)));
  SignalsBlocked const blocked;
  auto& self = *session;
  session->thread_ = std::thread([&self, &mailbox, polls] { self.run(mailbox, polls); });
  return session;
}

void ScreenSession::run(ScreenMailbox& mailbox, bool polls) {
  try {
    mailbox.close(watch(mailbox, polls, stop_));
  } catch (std::exception const& bug) {
    mailbox.close(base::Error{std::string("internal error: ") + bug.what()});
  }
}

ScreenSession::~ScreenSession() {
  stop_.request();
  if (thread_.joinable()) thread_.join();
}

}  // namespace lastack::app
