// Cells of columns that are one number per endpoint, made from the function that reads it.
#pragma once

#include <cstdint>
#include <string>

#include "ui/columns/column.hh"
#include "ui/columns/format.hh"

namespace lastack::ui {

using NumberFormat = void (*)(std::string& out, std::uint64_t value);

template <NumberCell Read, NumberFormat Format>
void number_text(std::string& out, Row const& row) {
  auto const value = Read(row);
  if (value == model::kUnknown64) {
    out += row.view.unknown;
  } else {
    Format(out, value);
  }
}

template <NumberCell Read>
void number_json(exporting::JsonWriter& json, Row const& row, Column const& column) {
  auto const value = Read(row);
  if (value != model::kUnknown64) json.key(column.json_name()).number(value);
}

template <NumberCell Read>
void boolean_json(exporting::JsonWriter& json, Row const& row, Column const& column) {
  auto const value = Read(row);
  if (value != model::kUnknown64) json.key(column.json_name()).boolean(value != 0);
}

template <NumberCell Read>
std::uint64_t number_width(Row const& row) {
  auto const value = Read(row);
  return value == model::kUnknown64 ? row.view.unknown.size() : digits_of(value);
}

inline void append_yes_or_no(std::string& out, std::uint64_t value) {
  out += value != 0 ? "yes" : "no";
}

template <NumberCell Read>
inline constexpr Cells kNumberCells{.text = number_text<Read, append_number>,
                                    .json = number_json<Read>,
                                    .keys = {Read},
                                    .width = number_width<Read>};

// People read it with a unit; JSON has the number.
template <NumberCell Read, NumberFormat Format>
inline constexpr Cells kQuantityCells{
    .text = number_text<Read, Format>, .json = number_json<Read>, .keys = {Read}};

template <NumberCell Read>
inline constexpr Cells kBooleanCells{.text = number_text<Read, append_yes_or_no>,
                                     .json = boolean_json<Read>,
                                     .keys = {Read},
                                     .same = Read};

}  // namespace lastack::ui
