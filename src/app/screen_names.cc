#include "app/screen_names.hh"

#include <chrono>
#include <utility>

#include "app/list_options.hh"
#include "app/naming.hh"
#include "ui/tui/screen.hh"

namespace lastack::app {
namespace {

constexpr std::chrono::milliseconds kPatience{2000};
constexpr std::size_t kMostAtOnce = 64;

}  // namespace

void ScreenNames::turn(bool hosts, bool services) {
  changed_ = changed_ || hosts != with_hosts_ || services != with_services_;
  with_hosts_ = hosts;
  with_services_ = services;
}

ui::Naming ScreenNames::naming() const {
  return {.hosts = with_hosts_ ? &hosts_ : nullptr,
          .services = with_services_ ? &services_ : nullptr};
}

// True where its addresses or ports were not asked about before.
bool ScreenNames::is_news(model::Endpoint const& endpoint) {
  bool news = false;
  for (auto const& address : {endpoint.flow.local, endpoint.flow.remote}) {
    news |= with_hosts_ && asked_hosts_.emplace(endpoint.family, address).second;
  }
  for (auto const port : {endpoint.flow.local_port, endpoint.flow.remote_port}) {
    news |= with_services_ && asked_ports_.emplace(endpoint.protocol, port).second;
  }
  return news;
}

void ScreenNames::want(std::span<model::Endpoint const> endpoints) {
  if (asking_ || (!with_hosts_ && !with_services_)) return;
  if (asked_hosts_.size() > kMostKnown) {
    asked_hosts_.clear();
    hosts_.clear();
  }
  model::Snapshot wanted;
  for (auto const& endpoint : endpoints) {
    if (wanted.endpoints.size() < kMostAtOnce && is_news(endpoint)) {
      wanted.endpoints.push_back(endpoint);
    }
  }
  if (wanted.endpoints.empty()) return;
  asking_ = true;
  ListOptions options;
  options.resolve_hosts = with_hosts_;
  options.service_names = with_services_;
  options.resolve_limit = kPatience;
  jobs_.begin([this, wanted = std::move(wanted), options] {
    auto names = std::make_shared<Names>(names_for(wanted, options));
    jobs_.tell([this, names](ui::tui::Screen& screen) {
      asking_ = false;
      if (!names->problem.empty()) screen.tell(names->problem, ui::tui::Tone::Warning);
      changed_ = changed_ || !names->hosts.empty() || !names->services.empty();
      hosts_.merge(names->hosts);
      services_.merge(names->services);
    });
  });
}

}  // namespace lastack::app
