# Installs the SDK alone into a fresh prefix, moves that, builds a copy of the template against it.
file(REMOVE_RECURSE ${WORK})
file(MAKE_DIRECTORY ${WORK})
execute_process(COMMAND ${CMAKE_COMMAND} --install ${BUILD} --prefix ${WORK}/first --component sdk
                OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
file(RENAME ${WORK}/first ${WORK}/moved)
file(COPY ${WORK}/moved/share/assay/template DESTINATION ${WORK}/copy)
execute_process(COMMAND ${CMAKE_COMMAND} -S ${WORK}/copy/template -B ${WORK}/build
                        -D CMAKE_CXX_COMPILER=${CXX} -D CMAKE_PREFIX_PATH=${WORK}/moved
                OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${CMAKE_COMMAND} --build ${WORK}/build OUTPUT_QUIET
                COMMAND_ERROR_IS_FATAL ANY)
set(LIBRARY ${WORK}/build/template.so)
include(${EXPORTS})
