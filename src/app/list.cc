// `lastack list`: every TCP and UDP endpoint with its owner, once.
#include <unistd.h>

#include <cstdio>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "app/collect.hh"
#include "app/command.hh"
#include "app/list_options.hh"
#include "app/names.hh"
#include "app/naming.hh"
#include "app/notices.hh"
#include "base/output.hh"
#include "filter/filter.hh"
#include "ui/cli/csv_table.hh"
#include "ui/cli/json_lines.hh"
#include "ui/cli/order.hh"
#include "ui/cli/summary.hh"
#include "ui/cli/table_writer.hh"
#include "ui/columns/selection.hh"

namespace lastack::app {
namespace {

// What is to be shown, checked before anything is collected.
struct Plan {
  ListOptions options;
  ui::Columns columns;
  std::vector<ui::SortColumn> sort;
  filter::Filter filter;
};

base::Result<Plan> plan_of(ListOptions options) {
  Plan plan;
  auto const defaults =
      options.format == Format::Json ? ui::default_json_columns() : ui::default_columns();
  if (options.columns.empty()) {
    plan.columns = defaults;
  } else {
    auto columns = ui::parse_columns(options.columns, defaults);
    if (!columns) return base::fail("--columns: " + columns.error().message);
    plan.columns = std::move(*columns);
  }
  if (!options.sort.empty()) {
    auto sort = ui::parse_sort(options.sort);
    if (!sort) return base::fail("--sort: " + sort.error().message);
    plan.sort = std::move(*sort);
  }
  auto filter = filter::parse(options.filter, SystemNames());
  if (!filter) return base::fail("filter: " + filter.error().message);
  plan.filter = std::move(*filter);
  plan.options = std::move(options);
  return plan;
}

CollectRequest request_of(Plan const& plan) {
  auto facts =
      plan.options.summary ? model::Facts(model::Fact::Owners) : ui::needs_of(plan.columns);
  for (auto const& key : plan.sort) facts |= key.column->needs;
  return {.facts = facts,
          .only = plan.options.only,
          .filter = plan.filter,
          .netns = plan.options.netns};
}

ui::TableReport write_rows(base::Output& output, Plan const& plan, ui::Listing const& listing) {
  auto const& options = plan.options;
  switch (options.format) {
    case Format::Json: ui::write_json_lines(output, listing); return {};
    case Format::Csv: ui::write_csv(output, listing, {.header = options.header}); return {};
    case Format::Table: break;
  }
  bool const terminal = stdout_is_terminal();
  return ui::write_table(output, listing,
                         {.header = options.header,
                          .color = wants_color(options.color),
                          .terminal = terminal,
                          .columns_chosen = options.columns_chosen,
                          .width = terminal ? terminal_width() : std::nullopt});
}

ui::TableReport write_listing(base::Output& output, Plan& plan, model::Snapshot const& snapshot,
                              Names const& names) {
  auto rows = ui::all_rows(snapshot);
  ui::sort_by_default(snapshot, rows);
  if (!plan.sort.empty()) {
    ui::View const view{.snapshot = snapshot, .naming = names.view()};
    ui::sort_by_columns(view, plan.sort, rows);
  }
  if (!plan.options.columns_chosen && plan.options.format == Format::Table) {
    ui::add_namespace_if_several(plan.columns, snapshot, rows);
  }
  return write_rows(
      output, plan,
      {.snapshot = snapshot, .rows = rows, .columns = plan.columns, .naming = names.view()});
}

}  // namespace

int run_list(std::span<char const* const> arguments) {
  auto options = parse_list_options(arguments);
  if (!options) return options.error();
  auto plan = plan_of(std::move(*options));
  if (!plan) {
    complain("list", plan.error().message);
    return kExitUsage;
  }
  auto const snapshot = collect(request_of(*plan));
  if (!snapshot) {
    complain("list", snapshot.error().message);
    return kExitFailure;
  }

  auto const names = names_for(*snapshot, plan->options);
  base::Output output(STDOUT_FILENO);
  ui::TableReport report;
  if (plan->options.summary) {
    auto const summary = ui::summarize(*snapshot, ui::all_rows(*snapshot));
    plan->options.format == Format::Json ? ui::write_summary_json(output, summary)
                                         : ui::write_summary_text(output, summary, names.view());
  } else {
    report = write_listing(output, *plan, *snapshot, names);
  }
  if (auto const written = output.finish("stdout"); !written) {
    complain("list", written.error().message);
    return kExitFailure;
  }
  auto const closing_line = notice(snapshot->unseen, names, report.dropped_columns);
  if (!output.closed() && !closing_line.empty()) complain("list", closing_line);
  return kExitOk;
}

}  // namespace lastack::app
