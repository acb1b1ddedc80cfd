// A machine as the live screen would know it, told by fabricated updates: one of everything, and
// the screens of views as text.
#pragma once

#include <cstdlib>
#include <ctime>
#include <string>
#include <utility>
#include <vector>

#include "support/golden.hh"
#include "support/sample_lives.hh"
#include "support/sample_snapshot.hh"
#include "ui/tui/view.hh"

namespace lastack::test {

inline constexpr std::uint64_t kTuiSecond = 1'000'000'000;
inline constexpr std::uint64_t kTuiNow = kSampleNs + 20 * kTuiSecond;

struct ScreenSize {
  int width = 80;
  int height = 24;
};
inline constexpr std::array kScreenSizes{ScreenSize{80, 24}, ScreenSize{120, 40}};

[[nodiscard]] inline ui::tui::OwnerName owner_name(model::Process const& process) {
  ui::tui::OwnerName owner{.pid = process.pid, .comm = {}};
  auto const comm = std::string_view(process.comm).substr(0, owner.comm.size());
  std::ranges::copy(comm, owner.comm.begin());
  return owner;
}

class TuiScene {
 public:
  TuiScene() {
    ::setenv("TZ", "UTC", 1);
    ::tzset();
    add_local_pair();
    tell_all();
    tell_lately();
  }

  [[nodiscard]] ui::tui::Store& store() { return store_; }
  [[nodiscard]] model::Snapshot const& book() { return sample_; }
  // The slot of the sample's endpoint with that number.
  [[nodiscard]] ui::tui::Slot slot(std::size_t endpoint) const {
    return store_.find(sample_.endpoints[endpoint].cookie);
  }
  [[nodiscard]] std::size_t client() const { return sample_.endpoints.size() - 2; }
  [[nodiscard]] std::size_t server() const { return sample_.endpoints.size() - 1; }
  [[nodiscard]] SampleLives& lives() { return lives_; }

  void apply(ui::tui::Update&& update) {
    update.now_ns = now_ns_ += kTuiSecond;
    update.wall_offset_ns = kSampleOffsetNs;
    store_.apply(std::move(update));
    (void)store_.take_changes();
  }
  [[nodiscard]] ui::tui::Update update() const {
    ui::tui::Update update;
    update.totals = totals_;
    update.owners_at = sample_.owners.size();  // the book stays
    return update;
  }
  [[nodiscard]] std::uint64_t now_ns() const { return now_ns_; }

  [[nodiscard]] ui::tui::RowUpdate row(std::size_t endpoint) const {
    return {.place = static_cast<ui::tui::Place>(endpoint),
            .endpoint = sample_.endpoints[endpoint],
            .since_ns = kTuiNow - (endpoint + 1) * 7 * kTuiSecond,
            .born_ns = kTuiNow - (endpoint + 1) * 9 * kTuiSecond,
            .opened_by = model::Side::Local};
  }

 private:
  // Both ends of a connection on this machine.
  void add_local_pair() {
    using enum model::SocketState;
    SampleBuilder sample;
    sample.snapshot() = sample_snapshot();
    auto const& processes = sample.snapshot().processes;
    auto const named = [&](std::uint32_t pid) {
      auto const found = std::ranges::find(processes, pid, &model::Process::pid);
      return static_cast<std::uint32_t>(found - processes.begin());
    };
    auto& client = sample.endpoint(FinWait2, "127.0.0.1", 50112, {"127.0.0.1", 443});
    sample.own(client, {{named(31337), 9}});
    auto& server = sample.endpoint(CloseWait, "127.0.0.1", 443, {"127.0.0.1", 50112});
    server.recv_queue = 77;
    sample.own(server, {{named(901), 15}});
    // What a process has that may not be read is a file; the sample's is none.
    for (auto& endpoint : sample.snapshot().endpoints) {
      if (endpoint.no_owner == model::NoOwner::NotPermitted) endpoint.inode = 60'001;
    }
    sample_ = std::move(sample.snapshot());
    sample_.namespaces = lives_.book().namespaces;
  }

  void tell_all() {
    ui::tui::Update update;
    update.whole = true;
    update.others_told = true;
    for (std::size_t i = 0; i < sample_.endpoints.size(); ++i) {
      auto const& endpoint = sample_.endpoints[i];
      bool const other = endpoint.protocol == model::Protocol::Udp ||
                         endpoint.state == model::SocketState::Closed ||
                         endpoint.state == model::SocketState::BoundInactive;
      if (other) {
        update.others.push_back(endpoint);
      } else {
        update.rows.push_back(row(i));
      }
    }
    for (std::uint32_t i = 0; i < sample_.processes.size(); ++i) {
      update.processes.emplace_back(i, sample_.processes[i]);
    }
    update.owners = sample_.owners;
    update.namespaces = sample_.namespaces;
    update.interfaces = sample_.interfaces;
    update.users = sample_.users;
    now_ns_ = kSampleNs;
    apply(std::move(update));
  }

  // Nineteen seconds in which something happens, so that marks are over and graphs have points.
  void tell_lately() {
    for (std::size_t i = 0; i < totals_.edges.size(); ++i) totals_.edges[i] = i * i * 37 % 1500;
    for (std::uint64_t second = 0; second < 19; ++second) {
      totals_.transitions += second * second % 23;
      totals_.opens += second % 7;
      totals_.failures += second % 5 == 4 ? 1U : 0U;
      auto next = update();
      if (second == 5) next.stream = stream_lines();
      if (second == 6) next.closed = closed_lives();
      apply(std::move(next));
      store_.expire(now_ns_);
    }
    (void)store_.take_changes();
  }

  [[nodiscard]] ui::tui::OwnerName owner_of(model::Life const& life) {
    if (life.process == model::kNone) return {};
    return owner_name(lives_.book().processes[life.process]);
  }
  [[nodiscard]] std::vector<ui::tui::StreamLine> stream_lines() {
    std::vector<ui::tui::StreamLine> lines;
    for (auto const& step : lives_.steps()) {
      lines.push_back({.transition = step.transition,
                       .endpoint = step.life.endpoint,
                       .owner = owner_of(step.life)});
      lines.back().endpoint.owner_count = 0;
    }
    return lines;
  }
  [[nodiscard]] std::vector<ui::tui::ClosedLife> closed_lives() {
    std::vector<ui::tui::ClosedLife> lives;
    for (auto const& end : lives_.ends()) {
      lives.push_back({.life = end.life, .ended_ns = end.time_ns, .owner = owner_of(end.life)});
      lives.back().life.endpoint.owner_count = 0;
    }
    return lives;
  }

  SampleLives lives_;
  model::Snapshot sample_;
  ui::tui::Store store_;
  ui::tui::Totals totals_;
  std::uint64_t now_ns_ = 0;
};

[[nodiscard]] inline std::string_view code_of(base::Language language) {
  return language == base::Language::Chinese ? "zh" : "en";
}

// All but the background; `draw` gets the canvas and the whole of it.
template <typename Draw>
void expect_golden_screens(std::string const& name, Draw draw) {
  for (auto const& size : kScreenSizes) {
    for (auto const language : base::kLanguages) {
      ui::tui::Canvas canvas(size.width, size.height);
      draw(canvas, language);
      auto const file =
          "tui/" + name + "_" + std::to_string(size.width) + "_" + std::string(code_of(language));
      expect_golden(file + ".txt", canvas.text());
    }
  }
}

}  // namespace lastack::test
