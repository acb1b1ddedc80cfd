// Cells of the processes that hold an endpoint open. A text cell names all of them (a
// terminal's pid and fd: the first, and how many more); JSON has an object for each.
#pragma once

#include "ui/columns/column.hh"

namespace lastack::ui {

extern Cells const kProcessCells;
extern Cells const kPidCells;
extern Cells const kFdCells;
extern Cells const kUserCells;
extern Cells const kExeCells;
extern Cells const kCmdlineCells;
extern Cells const kAgeCells;
extern Cells const kUnitCells;
extern Cells const kContainerCells;
extern Cells const kCgroupCells;
extern Cells const kParentsCells;
extern Cells const kOwnersCells;

}  // namespace lastack::ui
