# Writes OUT: every scenario file of FOLDER as text inside the program, by name.
#   cmake -DFOLDER=... -DOUT=... -P scenarios.cmake
file(GLOB files ${FOLDER}/*.lab)
list(SORT files)
set(entries "")
list(LENGTH files count)
foreach(file IN LISTS files)
  get_filename_component(name ${file} NAME_WE)
  file(READ ${file} text)
  string(APPEND entries "    {\"${name}\", R\"~lab~(${text})~lab~\"},\n")
endforeach()
file(WRITE ${OUT} "// Made by cmake/scenarios.cmake of tests/scenarios/*.lab.
#include <array>

#include \"lab/scenario/library.hh\"

namespace lastack::lab {

std::span<LibraryScenario const> library() {
  static constexpr std::array<LibraryScenario, ${count}> kLibrary{{
${entries}  }};
  return kLibrary;
}

}  // namespace lastack::lab
")
