// The live table beside the running kernel.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <thread>
#include <utility>

#include "app/clocks.hh"
#include "app/collect.hh"
#include "app/dump_task.hh"
#include "capture/bpf/transition_ring.hh"
#include "track/live_table.hh"

namespace lastack::test {

using namespace std::chrono_literals;

// Which sockets changed while one looked.
class Touched : public track::Sink {
 public:
  void on_transition(track::Connection const& connection, model::Transition const&) override {
    note(connection);
  }
  void on_end(track::Connection const& connection, std::uint64_t) override { note(connection); }

  static std::string key(model::Snapshot const& names, model::Endpoint const& row) {
    auto const& flow = row.flow;
    return std::to_string(names.namespaces[row.netns].inode) + " " +
           text(row.family, flow.local, flow.local_port) + " > " +
           text(row.family, flow.remote, flow.remote_port);
  }

  std::set<std::string> flows;
  bool is_looking = false;
  track::LiveTable const* table = nullptr;

 private:
  static std::string text(model::Family family, model::Address const& address, std::uint16_t port) {
    return model::to_string(address, family) + ":" + std::to_string(port);
  }
  void note(track::Connection const& connection) {
    if (is_looking) flows.insert(key(table->book(), connection.endpoint));
  }
};

// Keeps a live table as the program does, and compares it with listings.
class TableKeeper : public capture::bpf::EventSink {
 public:
  explicit TableKeeper(capture::bpf::TransitionRing ring) : ring_(std::move(ring)) {
    touched_.table = &table_;
  }

  void on_event(model::SocketEvent const& event) override { table_.apply(event); }

  void drain() {
    for (;;) {
      auto const before = app::monotonic_ns();
      if (ring_.consume(*this) >= capture::bpf::TransitionRing::kRound) continue;
      table_.settle(before);
      return;
    }
  }
  void drain_all() {
    drain();
    std::this_thread::sleep_for(20ms);  // what had to wait is decided
    drain();
  }

  void look(bool first = false) {
    begin_to_look();
    while (!dump_.is_done()) {
      drain();
      std::this_thread::sleep_for(1ms);
    }
    finish_looking(first);
  }
  // As the program does it, beside everything else.
  void look_in_the_background() {
    if (dump_.is_done()) return finish_looking(false);
    bool const due = app::monotonic_ns() > dump_.begun_ns() + 5'000'000'000;
    if (!dump_.is_running() && due) begin_to_look();
  }
  void await_the_last_look() {
    while (dump_.is_running()) {
      drain();
      look_in_the_background();
    }
  }

  // Rows that a listing and the table do not share, but for timers, which run; sockets that changed
  // meanwhile are left out.
  std::string differences() {
    drain_all();
    touched_.flows.clear();
    touched_.is_looking = true;
    app::CollectRequest request;
    request.facts = model::Fact::Owners;
    auto const listed = app::collect(request);
    drain_all();
    touched_.is_looking = false;
    if (!listed) return listed.error().message;
    auto only_listed = rows(*listed);
    std::string text;
    for (auto const& row : rows(table_.snapshot())) {
      auto const same = only_listed.find(row);
      if (same == only_listed.end()) {
        text += "only in the table: " + row + "\n";
      } else {
        only_listed.erase(same);
      }
    }
    for (auto const& row : only_listed) text += "only listed: " + row + "\n";
    return text;
  }

  [[nodiscard]] std::size_t of_netns(std::uint64_t inode) const {
    std::size_t count = 0;
    table_.for_each([&](track::Connection const& connection) {
      count += table_.book().namespaces[connection.endpoint.netns].inode == inode ? 1U : 0U;
    });
    return count;
  }

  [[nodiscard]] track::LiveTable& table() { return table_; }
  [[nodiscard]] capture::bpf::RingLosses losses() const { return ring_.losses(); }

 private:
  void begin_to_look() {
    table_.expect_dump();
    dump_.start(true);
  }
  void finish_looking(bool first) {
    auto const seen = dump_.take();
    drain();
    ASSERT_TRUE(seen) << seen.error().message;
    (void)table_.reconcile(*seen, {.begun_ns = dump_.begun_ns(),
                                   .now_ns = app::monotonic_ns(),
                                   .previous_ns = std::exchange(previous_ns_, dump_.begun_ns()),
                                   .first = first,
                                   .polling = false,
                                   .boot_offset_ns = app::boot_offset_ns(),
                                   .owners_known = true});
  }

  [[nodiscard]] std::multiset<std::string> rows(model::Snapshot const& of) const {
    std::multiset<std::string> texts;
    for (auto const& row : of.endpoints) {
      auto const key = Touched::key(of, row);
      if (row.protocol != model::Protocol::Tcp) continue;
      if (!touched_.flows.contains(key)) texts.insert(key + written(of, row));
    }
    return texts;
  }
  static std::string written(model::Snapshot const& of, model::Endpoint const& row) {
    // The table knows who had what the kernel alone has now.
    bool const is_kernels = row.state == model::SocketState::TimeWait || row.inode == 0;
    auto text = " " + std::string(name(row.state)) + " if" + std::to_string(row.interface) +
                (row.v6_only ? " v6only" : "") + (row.mptcp_subflow ? " subflow" : "");
    if (is_kernels) return text;
    text += " uid " + std::to_string(row.uid) + " inode " + std::to_string(row.inode) + " queues " +
            std::to_string(row.recv_queue) + "," + std::to_string(row.send_queue) + " (" +
            std::string(json_id(row.no_owner)) + ")";
    std::set<std::string> owners;
    for (auto const& owner : of.owners_of(row)) {
      owners.insert(std::to_string(of.process_of(owner).pid) + "/" + std::to_string(owner.fd));
    }
    for (auto const& owner : owners) text += " " + owner;
    return text;
  }

  capture::bpf::TransitionRing ring_;
  Touched touched_;
  track::LiveTable table_{touched_};
  app::DumpTask dump_;
  std::uint64_t previous_ns_ = 0;
};

}  // namespace lastack::test
