#include "ui/columns/detail_cells.hh"

#include <array>
#include <cstring>
#include <string_view>

#include "base/text.hh"

namespace lastack::ui {
namespace {

using Details = model::SocketDetails;

std::string_view congestion_of(Row const& row) {
  auto const* details = row.view.snapshot.details_of(row.endpoint);
  if (details == nullptr) return {};
  auto const& name = details->congestion;
  return {name.data(), ::strnlen(name.data(), name.size())};
}

void congestion_text(std::string& out, Row const& row) {
  auto const name = congestion_of(row);
  base::append_printable(out, name.empty() ? row.view.unknown : name);
}

void congestion_json(exporting::JsonWriter& json, Row const& row, Column const& column) {
  auto const name = congestion_of(row);
  if (!name.empty()) json.key(column.json_name()).string(name);
}

struct MemoryField {
  std::string_view letters;  // as ss has them
  std::string_view name;
  std::uint32_t Details::* value;
};
constexpr auto kMemoryFields = std::to_array<MemoryField>({
    {"r", "rmem", &Details::mem_rmem},
    {"rb", "rcvbuf", &Details::mem_rcvbuf},
    {"t", "wmem", &Details::mem_wmem},
    {"tb", "sndbuf", &Details::mem_sndbuf},
    {"f", "fwd", &Details::mem_fwd},
    {"w", "wqueued", &Details::mem_wqueued},
    {"o", "opt", &Details::mem_opt},
    {"bl", "backlog", &Details::mem_backlog},
    {"d", "drops", &Details::mem_drops},
});

Details const* memory_of(Row const& row) {
  auto const* details = row.view.snapshot.details_of(row.endpoint);
  return details != nullptr && details->mem_rmem != model::kUnknown32 ? details : nullptr;
}

void memory_text(std::string& out, Row const& row) {
  auto const* details = memory_of(row);
  if (details == nullptr) {
    out += row.view.unknown;
    return;
  }
  std::string_view separator = "skmem:(";
  for (auto const& field : kMemoryFields) {
    auto const value = details->*field.value;
    if (value == model::kUnknown32) continue;  // an older kernel tells fewer
    out += separator;
    out += field.letters;
    append_number(out, value);
    separator = ",";
  }
  out += ')';
}

void memory_json(exporting::JsonWriter& json, Row const& row, Column const& column) {
  auto const* details = memory_of(row);
  if (details == nullptr) return;
  json.key(column.json_name()).begin_object();
  for (auto const& field : kMemoryFields) {
    auto const value = details->*field.value;
    if (value != model::kUnknown32) json.key(field.name).number(value);
  }
  json.end_object();
}

// Indexed by SocketDetails::shutdown.
constexpr std::array<std::string_view, 4> kShutdowns{"none", "receive", "send", "both"};

std::uint64_t shutdown_of(Row const& row) {
  auto const sides = detail<&Details::shutdown>(row);
  return sides == model::kUnknown64 ? sides : sides & 3U;
}

void append_shutdown(std::string& out, std::uint64_t sides) { out += kShutdowns[sides]; }

void shutdown_json(exporting::JsonWriter& json, Row const& row, Column const& column) {
  auto const sides = shutdown_of(row);
  if (sides != model::kUnknown64) json.key(column.json_name()).string(kShutdowns[sides]);
}

}  // namespace

std::uint64_t slow_start_threshold(Row const& row) {
  constexpr std::uint64_t kInfinite = 0x7fffffff;
  auto const value = detail<&Details::ssthresh>(row);
  return value == kInfinite ? model::kUnknown64 : value;
}

constinit Cells const kCongestionCells{.text = congestion_text, .json = congestion_json};
constinit Cells const kMemoryCells{
    .text = memory_text, .json = memory_json, .keys = {detail<&Details::mem_rmem>}};
constinit Cells const kShutdownCells{.text = number_text<shutdown_of, append_shutdown>,
                                     .json = shutdown_json,
                                     .keys = {shutdown_of}};

}  // namespace lastack::ui
