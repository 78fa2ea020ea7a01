# Fails unless LIBRARY's dynamic symbol table defines the plugin entry and nothing else.
execute_process(COMMAND ${NM} -D --defined-only ${LIBRARY} OUTPUT_VARIABLE table
                COMMAND_ERROR_IS_FATAL ANY OUTPUT_STRIP_TRAILING_WHITESPACE)
if(NOT table MATCHES "^[0-9a-f]+ T assay_plugin_entry_v0$")
  message(FATAL_ERROR "${LIBRARY}: exports should be assay_plugin_entry_v0 alone, they are\n${table}")
endif()
