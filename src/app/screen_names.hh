// Host and service names for what the screen shows, looked up in the background as it is needed.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <span>
#include <utility>

#include "app/screen_jobs.hh"
#include "model/snapshot.hh"
#include "ui/columns/column.hh"

namespace lastack::app {

class ScreenNames {
 public:
  explicit ScreenNames(ScreenJobs& jobs) : jobs_(jobs) {}

  void turn(bool hosts, bool services);
  // The addresses of these endpoints, which are on the screen: those that are not known yet are
  // asked for, a bounded number at a time.
  void want(std::span<model::Endpoint const> endpoints);
  // What is known now; stays valid, and is asked for again after changed().
  [[nodiscard]] ui::Naming naming() const;
  // Names have come, or were turned on or off, since this was last asked.
  [[nodiscard]] bool changed() { return std::exchange(changed_, false); }

 private:
  static constexpr std::size_t kMostKnown = 100'000;  // addresses

  [[nodiscard]] bool is_news(model::Endpoint const& endpoint);

  ScreenJobs& jobs_;
  bool with_hosts_ = false;
  bool with_services_ = false;
  bool asking_ = false;
  bool changed_ = false;
  std::set<ui::HostNames::key_type> asked_hosts_;
  std::set<ui::ServiceNames::key_type> asked_ports_;
  ui::HostNames hosts_;
  ui::ServiceNames services_;
};

}  // namespace lastack::app
