#include "ui/cli/json_lines.hh"

#include <algorithm>

namespace lastack::ui {
namespace {

void add_once(Columns& columns, Column const* column) {
  if (std::ranges::find(columns, column) == columns.end()) columns.push_back(column);
}

// Which columns are members of the endpoint, and which of each of its owners.
struct Plan {
  Columns endpoint;
  Columns owner;
  bool owners = false;

  explicit Plan(std::span<Column const* const> columns) {
    auto const* everyone = &column("owners");
    for (auto const* one : columns) {
      if (one == everyone) {
        for (auto const* id : {"pid", "fd", "process"}) add_once(owner, &column(id));
      } else {
        add_once(one->of_owner() ? owner : endpoint, one);
      }
    }
    owners = !owner.empty();
  }
};

void write_owners(exporting::JsonWriter& json, Row const& row, Columns const& columns) {
  json.key(column("owners").json_name()).begin_array();
  for (auto const& owner : row.view.snapshot.owners_of(row.endpoint)) {
    json.begin_object();
    for (auto const* column : columns) {
      column->cells->owner_json(json, {row.view.snapshot, owner}, *column);
    }
    json.end_object();
  }
  json.end_array();
}

void write_endpoint(exporting::JsonWriter& json, Row const& row, Plan const& plan) {
  json.begin_object();
  for (auto const* column : plan.endpoint) column->cells->json(json, row, *column);
  if (plan.owners) write_owners(json, row, plan.owner);
  json.end_object();
}

}  // namespace

void write_endpoint_object(exporting::JsonWriter& json, Row const& row,
                           std::span<Column const* const> columns) {
  write_endpoint(json, row, Plan(columns));
}

void write_json_lines(base::Output& output, Listing const& listing) {
  Plan const plan(listing.columns);
  View const view{listing.snapshot, listing.naming};
  exporting::JsonWriter json(output.buffer());
  for_each_row(listing, [&](model::Endpoint const& endpoint) {
    if (output.stopped()) return;
    write_endpoint(json, {view, endpoint}, plan);
    json.end_line();
    output.drain();
  });
}

}  // namespace lastack::ui
