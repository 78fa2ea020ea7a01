# The version, commit, compiler and libraries of a build, as a header. Written at build time, not
# at configure time: a commit made after configuring would otherwise be recorded wrongly in results.
# Included by CMake for assay_build_info(TARGET); run with -P by the build itself.

if(CMAKE_SCRIPT_MODE_FILE)
  execute_process(COMMAND git -C ${SOURCE} describe --always --dirty --abbrev=8 "--exclude=*"
                  OUTPUT_VARIABLE ASSAY_COMMIT OUTPUT_STRIP_TRAILING_WHITESPACE
                  ERROR_QUIET RESULT_VARIABLE failed)
  if(failed)
    set(ASSAY_COMMIT "")
  endif()
  configure_file(${SOURCE}/core/supervise/build_info.hpp.in ${OUTPUT} @ONLY)
  return()
endif()

# "Boost 1.74.0, CLI11 2.1.2": the versions CMake finds, in `result`.
function(assay_library_versions result)
  set(found "")
  foreach(package IN ITEMS Boost tomlplusplus nlohmann_json CLI11 fmt benchmark)
    find_package(${package} QUIET)
    if(${package}_VERSION)
      list(APPEND found "${package} ${${package}_VERSION}")
    endif()
  endforeach()
  list(JOIN found ", " text)
  set(${result} ${text} PARENT_SCOPE)
endfunction()

# assay_build_info(TARGET): lets TARGET include "core/supervise/build_info.hpp".
function(assay_build_info target)
  set(folder ${PROJECT_BINARY_DIR}/generated)
  if(NOT TARGET assay_build_info)
    assay_library_versions(libraries)
    set(header ${folder}/core/supervise/build_info.hpp)
    set(command ${CMAKE_COMMAND} -DSOURCE=${PROJECT_SOURCE_DIR} -DOUTPUT=${header}
                -DASSAY_VERSION=${PROJECT_VERSION} -DASSAY_BUILD_TYPE=${CMAKE_BUILD_TYPE}
                "-DASSAY_COMPILER=${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}"
                "-DASSAY_LIBRARIES=${libraries}"
                -P ${PROJECT_SOURCE_DIR}/tools/cmake/AssayBuildInfo.cmake)
    execute_process(COMMAND ${command} COMMAND_ERROR_IS_FATAL ANY) # for tools that read before a build
    add_custom_target(assay_build_info COMMAND ${command} BYPRODUCTS ${header}
                      COMMENT "Which commit is this" VERBATIM)
  endif()
  add_dependencies(${target} assay_build_info)
  target_include_directories(${target} PRIVATE ${folder})
endfunction()
