#include "app/list_options.hh"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/argument_checks.hh"
#include "app/command.hh"
#include "app/command_line.hh"

namespace lastack::app {
namespace {

constexpr auto kFooter =
    "FILTER is ss's language and more: state established, exclude time-wait,\n"
    "  dport = :443 and not dst 10/8, process ~ ^nginx, user = www-data, unit = ssh.service\n"
    "  (docs/filter.md). Columns: docs/columns.md.\n"
    "exit status: 0 done, 1 failure, 2 wrong usage";

// What ss's letters add to the default view.
struct Extra {
  char const* flag;
  char const* help;
  std::string_view columns;
};
constexpr auto kExtras = std::to_array<Extra>({
    {"-p,--processes", "file descriptors too (processes are always shown)", "+fd"},
    {"-e,--extended", "uid, inode, cookie and systemd unit too", "+uid,+inode,+cookie,+unit"},
    {"-m,--memory", "socket memory too", "+skmem"},
    {"-i,--info", "congestion control, rtt, cwnd, retransmissions and bytes too",
     "+cc,+rtt,+cwnd,+retransmissions,+bytes-in,+bytes-out"},
    {"-o,--options", "timers too", "+timer"},
});

struct Letters {
  bool listening = false;
  bool all = false;
  bool tcp = false;
  bool udp = false;
  bool v4 = false;
  bool v6 = false;
  bool numeric = false;
  bool oneline = false;
  bool no_header = false;
  bool json = false;
  bool csv = false;
  std::string color = "auto";
  std::array<bool, kExtras.size()> extras{};
};

// As with ss: of -a and -l the last one counts, and -l means UDP's UNCONN as well.
bool listening_only(CLI::App const& group, Letters const& letters) {
  if (!letters.all || !letters.listening) return letters.listening;
  bool listening = false;
  for (auto const* option : group.parse_order()) {
    if (option->check_lname("listening")) listening = true;
    if (option->check_lname("all")) listening = false;
  }
  return listening;
}

filter::Pushdown restriction(CLI::App const& group, Letters const& letters) {
  filter::Pushdown only;
  if (letters.tcp || letters.udp) {
    only.tcp = letters.tcp;
    only.udp = letters.udp;
  }
  if (letters.v4 || letters.v6) {
    only.inet = letters.v4;
    only.inet6 = letters.v6;
  }
  if (listening_only(group, letters)) {
    only.states = model::mask_of(model::SocketState::Listen) |
                  model::mask_of(model::SocketState::Unconnected);
  }
  return only;
}

// What cannot be had together; "" where all goes well.
std::string contradiction(ListOptions const& options, Letters const& letters) {
  if (letters.json && letters.csv) return "--json and --csv exclude each other";
  if (!options.summary) return "";
  if (letters.csv) return "--summary is a table or, with --json, one object; not --csv";
  if (!options.columns.empty() || !options.sort.empty()) {
    return "--summary has rows of its own: it takes neither --columns nor --sort";
  }
  return "";
}

std::string with_extras(std::string columns, Letters const& letters) {
  for (std::size_t i = 0; i < kExtras.size(); ++i) {
    if (!letters.extras[i]) continue;
    if (!columns.empty()) columns += ',';
    columns += kExtras[i].columns;
  }
  return columns;
}

CLI::App const& add_ss_letters(CLI::App& app, Letters& letters) {
  auto* group = app.add_option_group("ss's letters");
  group->add_flag("-a,--all", letters.all, "every state (the default)");
  group->add_flag("-l,--listening", letters.listening, "only LISTEN, and UDP without a peer");
  group->add_flag("-t,--tcp", letters.tcp, "TCP");
  group->add_flag("-u,--udp", letters.udp, "UDP (neither or both of -t -u: both)");
  group->add_flag("-4,--ipv4", letters.v4, "IPv4 sockets");
  group->add_flag("-6,--ipv6", letters.v6, "IPv6 sockets");
  group->add_flag("-n,--numeric", letters.numeric, "no names (the default)");
  for (std::size_t i = 0; i < kExtras.size(); ++i) {
    group->add_flag(kExtras[i].flag, letters.extras[i], kExtras[i].help);
  }
  group->add_flag("-O,--oneline", letters.oneline, "one line a socket (always so)");
  return *group;
}

void add_output_options(CLI::App& app, ListOptions& options, Letters& letters) {
  app.add_flag("-s,--summary", options.summary, "counts by state, process and remote instead");
  app.add_flag("--json", letters.json, "JSON Lines, one endpoint an object");
  app.add_flag("--csv", letters.csv, "CSV (RFC 4180)");
  app.add_option("--columns", options.columns, "a,b,c; +a,-b changes the default; all")
      ->type_name("LIST");
  app.add_option("--sort", options.sort, "a,-b: by column a, then by b descending")
      ->type_name("LIST");
  app.add_flag("-H,--no-header", letters.no_header, "without the header line");
  app.add_option("--color", letters.color, "auto (the default), always or never")
      ->check(one_of_the_colors)
      ->type_name("WHEN");
}

void add_name_options(CLI::App& app, ListOptions& options) {
  app.add_flag("-r,--resolve", options.resolve_hosts, "names of remote and local hosts");
  app.add_option_function<std::string>(
         "--resolve-limit",
         [&options](std::string const& text) {
           options.resolve_limit = std::chrono::milliseconds(
               static_cast<std::int64_t>(read_seconds(text).value_or(0) * 1000));
         },
         "how long names may take in all (2)")
      ->check(some_seconds)
      ->type_name("SECONDS");
  app.add_flag("--services", options.service_names, "service names for ports");
  app.add_option("-N,--net", options.netns, "only this network namespace (its label)")
      ->type_name("NETNS");
}

}  // namespace

std::expected<ListOptions, int> parse_list_options(std::span<char const* const> arguments) {
  CLI::App app("every TCP and UDP endpoint of every network namespace, with its owner",
               "lastack list [FILTER]");
  ListOptions options;
  Letters letters;
  // The filter is no option of CLI11, which would read "[a,b]" as a list: it is what is left.
  app.allow_extras();
  app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  auto const& ss_letters = add_ss_letters(app, letters);
  add_output_options(app, options, letters);
  add_name_options(app, options);
  app.footer(kFooter);
  if (auto const exit = parse_command_line(app, arguments, "list")) return std::unexpected(*exit);

  if (auto const problem = contradiction(options, letters); !problem.empty()) {
    complain("list", problem);
    return std::unexpected(kExitUsage);
  }
  options.only = restriction(ss_letters, letters);
  options.columns_chosen = !options.columns.empty();
  options.columns = with_extras(std::move(options.columns), letters);
  options.header = !letters.no_header;
  options.color = read_color(letters.color);
  if (letters.json) options.format = Format::Json;
  if (letters.csv) options.format = Format::Csv;
  options.filter = fmt::format("{}", fmt::join(app.remaining(), " "));
  return options;
}

}  // namespace lastack::app
