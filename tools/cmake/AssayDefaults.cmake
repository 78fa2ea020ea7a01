# Language level, warnings and output folders, for every target of this project and no other;
# assay_floor() for a folder of core/, assay_unit_tests() for the tests that mirror it.
include(GNUInstallDirs)

set(CMAKE_C_STANDARD 99)
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()

find_package(fmt REQUIRED)

set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
set(ASSAY_PLUGIN_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/lib/assay)

find_program(ASSAY_CCACHE ccache)
if(ASSAY_CCACHE)
  set(CMAKE_C_COMPILER_LAUNCHER ${ASSAY_CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${ASSAY_CCACHE})
endif()

# -ffp-contract=off: generated inputs, statistics and checks give the same bits on every machine.
# No -march=native: the harness must run anywhere, and must not change what it measures.
add_library(assay_warnings INTERFACE)
target_compile_options(assay_warnings INTERFACE -Wall -Wextra -Wshadow -Wconversion
                                                -Wno-sign-conversion -ffp-contract=off)

# assay_floor(NAME SOURCES ... HEADERS ... LINKS ... PRIVATE_LINKS ...)
# One static library, assay::NAME, for one folder of core/. LINKS are the lower floors it uses.
function(assay_floor name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;HEADERS;LINKS;PRIVATE_LINKS")
  add_library(assay_${name} STATIC ${arg_SOURCES})
  add_library(assay::${name} ALIAS assay_${name})
  target_sources(assay_${name} PUBLIC FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR}
                                      FILES ${arg_HEADERS})
  target_link_libraries(assay_${name} PUBLIC ${arg_LINKS} PRIVATE ${arg_PRIVATE_LINKS}
                                                                  assay_warnings)
endfunction()

# assay_unit_tests(NAME SOURCES ... LINKS ... DEFINITIONS ... DEPENDS ...)
# One Catch2 program, NAME_tests, and one CTest test for each TEST_CASE in it, labelled `unit`.
function(assay_unit_tests name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINKS;DEFINITIONS;DEPENDS")
  add_executable(${name}_tests ${arg_SOURCES})
  target_link_libraries(${name}_tests PRIVATE ${arg_LINKS} assay_catch_main assay_warnings)
  target_compile_definitions(${name}_tests PRIVATE ${arg_DEFINITIONS})
  if(arg_DEPENDS)
    add_dependencies(${name}_tests ${arg_DEPENDS})
  endif()
  # -w NoTests: a filter that matches nothing must fail, Catch2 2.13 would pass it.
  catch_discover_tests(${name}_tests TEST_PREFIX "${name}: " EXTRA_ARGS -w NoTests
                       PROPERTIES TIMEOUT 300 LABELS unit)
endfunction()
