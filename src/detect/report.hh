// Small helpers that detectors build their findings with.
#pragma once

#include <concepts>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "detect/detector.hh"

namespace lastack::detect {

// A finding of that detector with its references.
[[nodiscard]] model::Finding finding_of(Detector const& detector, model::Severity severity,
                                        std::string subject);

// Takes over the process at that place of the snapshot, and its user's name; nothing for kNone.
void blame(model::Finding& finding, Scene const& scene, std::uint32_t process);

// The user's name, or the number where it has none; "" not known.
[[nodiscard]] std::string user_of(Scene const& scene, model::Process const& process);

// One line of evidence whose value needs no translation; none for an empty value.
void tell(model::Finding& finding, std::string_view id, base::Phrase label, std::string value);
void add_remedy(std::vector<model::Remedy>& remedies, base::Phrase text, std::string command = "");
// Says in which namespace it is, where no socket does.
void name_netns(model::Finding& finding, Scene const& scene, model::Endpoint const& endpoint);

// Shows the first rows, keeps cookies, counts, and takes the earliest time since when one of them
// has been in its state. Rows of one namespace name it.
void show_sockets(model::Finding& finding, Scene const& scene, std::span<std::uint32_t const> rows);

// "1.5", "0.25", "412": as few digits as tell it.
[[nodiscard]] std::string number(double value);
[[nodiscard]] std::string number(std::integral auto value) { return std::to_string(value); }
// "850 ms", "12 s", "3 min", "2 h 5 min".
[[nodiscard]] std::string seconds(double value);
// "64 B", "1.2 MiB".
[[nodiscard]] std::string bytes(std::uint64_t value);
[[nodiscard]] std::string percent(double part, double whole);
// "10.0.0.1:443", "[::1]:80"; "*:80" for every address.
[[nodiscard]] std::string end_text(model::Address const& address, std::uint16_t port,
                                   model::Family family);
[[nodiscard]] std::string local_text(model::Endpoint const& endpoint);
[[nodiscard]] std::string remote_text(model::Endpoint const& endpoint);
// "10.0.0.1" alone, as commands take it; that of an IPv4 peer of an IPv6 socket, too.
[[nodiscard]] std::string remote_host(model::Endpoint const& endpoint);
// "nginx[812]"; the name is as it came, faces make it safe.
[[nodiscard]] std::string process_text(model::Process const& process);

// What goes before a filter of `lastack list`, so that it finds sockets of that namespace only:
// "netns = 4026532219 and "; "" for that of the host.
[[nodiscard]] std::string netns_filter(Scene const& scene, model::Endpoint const& endpoint);
// What goes before a command that reads or sets a namespace's settings: "nsenter -t 812 -n ", by a
// process in it; "" for that of the host, or where no process is known.
[[nodiscard]] std::string netns_entry(Scene const& scene, model::Endpoint const& endpoint,
                                      std::uint32_t process);
// "lastack diagnose --learn --baseline 'b.toml' 'pid = 12'": lets the baseline learn what the
// filter finds; "" where the file's name cannot be written for a shell.
[[nodiscard]] std::string learn_command(Scene const& scene, std::string const& filter);
// "prlimit --pid 12 --nofile=2048:": twice what it may have open, as far as the hard limit and
// fs.nr_open allow; "" where they do not.
[[nodiscard]] std::string raise_file_limit(Scene const& scene, model::Process const& process,
                                           ProcessFacts const& facts);
// " in web", to tell what is alike in several namespaces; "" for that of the host.
[[nodiscard]] std::string netns_suffix(Scene const& scene, model::Endpoint const& endpoint);

[[nodiscard]] bool is_loopback(model::Address const& address, model::Family family);

// Rows by the process that holds them; kNone collects those of nobody. Only rows that `wanted`
// takes. Processes stand in the order of their first row.
struct ProcessRows {
  std::uint32_t process = model::kNone;
  std::vector<std::uint32_t> rows;
};
template <typename Wanted>
[[nodiscard]] std::vector<ProcessRows> rows_by_process(Scene const& scene, Wanted const& wanted) {
  std::vector<std::uint32_t> place(scene.snapshot->processes.size() + 1, model::kNone);
  std::vector<ProcessRows> groups;
  for (auto const index : scene.rows) {
    if (!wanted(scene.row(index))) continue;
    auto const process = scene.process_of(index);
    auto& at = process == model::kNone ? place.back() : place[process];
    if (at == model::kNone) {
      at = static_cast<std::uint32_t>(groups.size());
      groups.push_back({process, {}});
    }
    groups[at].rows.push_back(index);
  }
  return groups;
}

}  // namespace lastack::detect
