# A room is a folder below src/ and one static library, linked only to what it may use.
# Which room may include which is also checked by tests/lint/check_includes.py.
add_library(lastack_options INTERFACE)
target_compile_options(lastack_options INTERFACE -Wall -Wextra -Wpedantic -Werror -Wshadow
                                                 -Wconversion -Wsign-conversion)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 warns of overlapping copies inside std::string's operator+ (GCC bug 105651).
  target_compile_options(lastack_options INTERFACE -Wno-restrict)
else()
  # clang warns of what libstdc++ 12's own headers do (get_temporary_buffer in stable_sort).
  # The tables of tcp/ are proven at compile time, which takes more steps than clang allows.
  target_compile_options(lastack_options INTERFACE -Wno-deprecated-declarations
                                                   -fconstexpr-steps=20000000)
endif()
target_include_directories(lastack_options INTERFACE ${CMAKE_SOURCE_DIR}/src)
if(LASTACK_SANITIZE)
  target_compile_options(lastack_options INTERFACE -fsanitize=${LASTACK_SANITIZE}
                                                   -fno-omit-frame-pointer
                                                   -fno-sanitize-recover=all)
  target_link_options(lastack_options INTERFACE -fsanitize=${LASTACK_SANITIZE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # With these GCC 12 takes addresses of constexpr tables for not constant; a null pointer that
    # is followed ends in ASan's report all the same.
    target_compile_options(lastack_options
                           INTERFACE -fno-sanitize=null,nonnull-attribute,returns-nonnull-attribute)
  endif()
  if(LASTACK_FUZZ)
    target_compile_options(lastack_options INTERFACE -fsanitize=fuzzer-no-link)
  endif()
endif()

# room(NAME [SOURCES ...] [USES targets...]): the static library lastack_NAME.
function(room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;USES" ${ARGN})
  add_library(lastack_${name} STATIC ${ROOM_SOURCES})
  target_link_libraries(lastack_${name} PUBLIC lastack_options ${ROOM_USES})
endfunction()
