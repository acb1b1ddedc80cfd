# bpf_object(NAME): compiles NAME.bpf.c (CO-RE: needs neither kernel headers nor BTF on the
# building machine) and generates NAME.skel.h (struct NAME_bpf), which embeds it. The target
# NAME_skeleton carries the folder to include from in its property skeleton_dir.
find_program(CLANG_FOR_BPF NAMES clang clang-19 clang-16 clang-15 clang-14 REQUIRED)
find_program(BPFTOOL NAMES bpftool PATHS /usr/sbin /sbin REQUIRED)
find_program(LLVM_STRIP NAMES llvm-strip llvm-strip-19 llvm-strip-16 llvm-strip-14 REQUIRED)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "aarch64|arm64")
  set(BPF_ARCH arm64)
else()
  set(BPF_ARCH x86)
endif()

function(bpf_object name)
  set(source ${CMAKE_CURRENT_SOURCE_DIR}/${name}.bpf.c)
  set(object ${CMAKE_CURRENT_BINARY_DIR}/${name}.bpf.o)
  set(skeleton ${CMAKE_CURRENT_BINARY_DIR}/${name}.skel.h)
  file(GLOB headers CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.h)
  add_custom_command(
    OUTPUT ${skeleton}
    COMMAND ${CLANG_FOR_BPF} -O2 -g -Wall -Werror -target bpf -D__TARGET_ARCH_${BPF_ARCH}
            -c ${source} -o ${object}
    COMMAND ${LLVM_STRIP} -g ${object}
    COMMAND ${BPFTOOL} gen skeleton ${object} name ${name}_bpf > ${skeleton}
    DEPENDS ${source} ${headers}
    COMMENT "BPF ${name}"
    VERBATIM)
  add_custom_target(${name}_skeleton DEPENDS ${skeleton})
  set_property(TARGET ${name}_skeleton PROPERTY skeleton_dir ${CMAKE_CURRENT_BINARY_DIR})
endfunction()
