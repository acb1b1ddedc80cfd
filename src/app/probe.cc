// `lastack probe`: connects to ports and shows what comes back, on both sides.
#include <unistd.h>

#include <string>
#include <utility>

#include "app/command.hh"
#include "app/privileges.hh"
#include "app/probe_options.hh"
#include "app/probe_run.hh"
#include "app/probe_targets.hh"
#include "app/stop_request.hh"
#include "base/output.hh"

namespace lastack::app {
namespace {

int fail(base::Error const& error) {
  complain("probe", error.message);
  return kExitFailure;
}

}  // namespace

int run_probe(std::span<char const* const> arguments) {
  auto command = parse_probe_options(arguments);
  if (!command) return command.error();
  base::Fd netns;
  if (auto const& label = command->netns) {
    auto opened = open_netns_called(*label);
    if (!opened) return fail(opened.error());
    netns = std::move(*opened);
    command->options.netns = &netns;
  }
  // Before Ctrl-C is only noted: the resolver may take long.
  auto targets = resolve_probe_targets(command->specs, command->family, command->limit());
  if (!targets) {
    complain("probe", targets.error().message);
    return kExitUsage;
  }
  auto const stop = StopRequest::install();
  if (!stop) return fail(stop.error());

  base::Output output(STDOUT_FILENO);
  ProbeRun run(*command, std::move(*targets), output);
  if (run.shows_steps()) watch_if_permitted(run, command->options.netns);
  if (auto const dropped = keep_only_useful_capabilities(); !dropped) return fail(dropped.error());
  auto const done = run.run(*stop);
  run.log();
  auto const written = output.finish("stdout");
  if (!done || !written) return fail(!done ? done.error() : written.error());
  complain_of_losses(run);
  if (run.needs_summary()) complain("probe", run.summary());
  return run.is_all_open() ? kExitOk : kExitFailure;
}

}  // namespace lastack::app
