# add_assay_plugin(NAME SOURCES file... [LINKS target...] [INCLUDES folder...] [TARGET_MINOR n])
# One plugin, NAME.so: hidden visibility, one exported symbol, no symbol left undefined.
# Used by Assay's own plugins and, through find_package(assay), by everybody else's.
# TARGET_MINOR is the minor ABI version the plugin was written for: raise it by hand, never by default.
set(ASSAY_PLUGIN_MAP ${CMAKE_CURRENT_LIST_DIR}/plugin.map)

function(add_assay_plugin name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "TARGET_MINOR" "SOURCES;LINKS;INCLUDES")
  if(NOT arg_SOURCES)
    message(FATAL_ERROR "add_assay_plugin(${name}): no SOURCES")
  endif()
  if(NOT DEFINED arg_TARGET_MINOR)
    set(arg_TARGET_MINOR 0)
  endif()

  set(target assay_plugin_${name})
  add_library(${target} MODULE ${arg_SOURCES})
  target_link_libraries(${target} PRIVATE assay::sdk ${arg_LINKS})
  target_include_directories(${target} PRIVATE ${arg_INCLUDES})
  target_compile_features(${target} PRIVATE cxx_std_17)
  target_compile_definitions(${target} PRIVATE ASSAY_TARGET_MINOR=${arg_TARGET_MINOR})
  set_target_properties(${target} PROPERTIES
    ASSAY_IS_PLUGIN ON
    OUTPUT_NAME ${name} PREFIX "" SUFFIX ".so"
    C_VISIBILITY_PRESET hidden CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
    POSITION_INDEPENDENT_CODE ON)
  if(DEFINED ASSAY_PLUGIN_OUTPUT_DIRECTORY)
    set_target_properties(${target} PROPERTIES
      LIBRARY_OUTPUT_DIRECTORY ${ASSAY_PLUGIN_OUTPUT_DIRECTORY})
  endif()
  assay_plugin_link_rules(${target})

  if(TARGET assay_warnings) # inside the Assay tree
    target_link_libraries(${target} PRIVATE assay_warnings)
    install(TARGETS ${target} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/assay)
  endif()
endfunction()

# The version script, and a missing symbol found at link time, not on the first call. A sanitizer's
# run-time library is in the program, so under one nothing can be asked of undefined symbols.
function(assay_plugin_link_rules target)
  target_link_options(${target} PRIVATE -Wl,--version-script=${ASSAY_PLUGIN_MAP})
  set_property(TARGET ${target} APPEND PROPERTY LINK_DEPENDS ${ASSAY_PLUGIN_MAP})
  if(NOT "${CMAKE_CXX_FLAGS} ${CMAKE_SHARED_LINKER_FLAGS} ${CMAKE_MODULE_LINKER_FLAGS} ${CMAKE_EXE_LINKER_FLAGS}"
     MATCHES "-fsanitize")
    target_link_options(${target} PRIVATE -Wl,-z,defs,-z,now)
  endif()
endfunction()
