// Cells of the facts that every endpoint has.
#pragma once

#include <cstdint>
#include <string_view>

#include "ui/columns/column.hh"

namespace lastack::ui {

extern Cells const kProtocolCells;
extern Cells const kFamilyCells;
extern Cells const kStateCells;
extern Cells const kReceiveQueueCells;
extern Cells const kSendQueueCells;
extern Cells const kTimerCells;
extern Cells const kInodeCells;
extern Cells const kCookieCells;
extern Cells const kUidCells;
extern Cells const kSocketUserCells;
extern Cells const kInterfaceCells;
extern Cells const kNamespaceCells;
extern Cells const kV6OnlyCells;
extern Cells const kV4MappedCells;
extern Cells const kMptcpCells;
extern Cells const kNoOwnerCells;

// As JSON has them; the schema lists them too.
[[nodiscard]] std::string_view name(model::Family family);
[[nodiscard]] std::string_view name(model::TimerKind kind);  // "" for None

}  // namespace lastack::ui
