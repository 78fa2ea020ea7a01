# What `cmake --install` puts where. All paths are relative to the prefix, so that it can be moved.
#   bin/assay               the program          lib/assay/*.so       plugins (add_assay_plugin)
#   include/assay           the plugin SDK       lib/cmake/assay      find_package(assay)
#   share/assay             suites, the result schema, the plugin to copy
include(CMakePackageConfigHelpers)

set(assay_share ${CMAKE_INSTALL_DATADIR}/assay)
set(assay_package ${CMAKE_INSTALL_LIBDIR}/cmake/assay)

# ---------------------------------------------------------------- the SDK, as a CMake package (component sdk)
install(TARGETS assay_sdk EXPORT assay_targets
        FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT sdk)
install(EXPORT assay_targets NAMESPACE assay:: FILE assayTargets.cmake
        DESTINATION ${assay_package} COMPONENT sdk)

# The build tree is a prefix too: its package is where an installed one would be.
set(built_package ${PROJECT_BINARY_DIR}/lib/cmake/assay)
export(EXPORT assay_targets NAMESPACE assay:: FILE ${built_package}/assayTargets.cmake)
file(COPY ${PROJECT_SOURCE_DIR}/plugins/sdk/cmake/AssayPlugin.cmake
          ${PROJECT_SOURCE_DIR}/plugins/sdk/cmake/plugin.map DESTINATION ${built_package})
configure_package_config_file(
  ${CMAKE_CURRENT_LIST_DIR}/assayConfig.cmake.in ${built_package}/assayConfig.cmake
  INSTALL_DESTINATION ${assay_package} NO_SET_AND_CHECK_MACRO)
# While the version is 0.x every minor release may break.
write_basic_package_version_file(
  ${built_package}/assayConfigVersion.cmake
  VERSION ${PROJECT_VERSION} COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(FILES ${built_package}/assayConfig.cmake
              ${built_package}/assayConfigVersion.cmake
              ${PROJECT_SOURCE_DIR}/plugins/sdk/cmake/AssayPlugin.cmake
              ${PROJECT_SOURCE_DIR}/plugins/sdk/cmake/plugin.map
        DESTINATION ${assay_package} COMPONENT sdk)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/plugins/template ${PROJECT_SOURCE_DIR}/plugins/template_c
        DESTINATION ${assay_share} COMPONENT sdk PATTERN build EXCLUDE)

# ---------------------------------------------------------------- data; tools/assay installs the program
if(EXISTS ${PROJECT_SOURCE_DIR}/suites)
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/suites/ DESTINATION ${assay_share}/suites)
endif()
if(EXISTS ${PROJECT_SOURCE_DIR}/results/result.schema.json)
  install(FILES ${PROJECT_SOURCE_DIR}/results/result.schema.json DESTINATION ${assay_share})
endif()
