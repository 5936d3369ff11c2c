# parts.cmake — folders become targets.
#
# Sources are found by GLOB with CONFIGURE_DEPENDS: one folder is one floor, so the folder *is* the list, and a file that is
# in the folder but not in the build (or the other way round) cannot exist. The cost, a directory scan at each build, is
# nothing at this size. A folder without sources makes no target.

# Compiles DIR/*.c into the object library NAME.
function(tcprove_objects name dir)
    file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${dir}/*.c)
    if(sources)
        add_library(${name} OBJECT ${sources})
        set_target_properties(${name} PROPERTIES C_VISIBILITY_PRESET hidden)
    endif()
endfunction()

# The objects of TARGET, for programs that are optimized as a whole and for those that are not.
function(tcprove_fast target)
    if(TCPROVE_WHOLE)
        target_compile_options(${target} PRIVATE -O3 -flto -ffat-lto-objects)
    endif()
endfunction()

# The program TARGET is optimized as a whole with what tcprove_fast was said of.
function(tcprove_whole target)
    if(TCPROVE_WHOLE)
        target_compile_options(${target} PRIVATE -flto -ffat-lto-objects)
        target_link_options(${target} PRIVATE -flto=auto -O3 -fuse-linker-plugin)
    endif()
endfunction()

# The static library NAME made of DIR/*.c, using the libraries that follow (those that exist).
function(tcprove_library name dir)
    file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${dir}/*.c)
    if(sources)
        add_library(${name} STATIC ${sources})
        tcprove_link(${name} PUBLIC ${ARGN})
    endif()
endfunction()

# target_link_libraries with those of the given targets that exist at the end of configuration.
function(tcprove_link name scope)
    foreach(lib ${ARGN})
        target_link_libraries(${name} ${scope} $<TARGET_NAME_IF_EXISTS:${lib}>)
    endforeach()
endfunction()

# Every DIR/test_*.c becomes one executable and one ctest entry with the label "unit". Other .c files of DIR are helpers,
# compiled once and linked to all; canary_*.c are programs that must fail (they show that the checks can).
function(tcprove_tests dir prefix)
    if(TCPROVE_ENGINE) # that preset is for the engine's programs only
        return()
    endif()
    file(GLOB tests CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${dir}/test_*.c)
    file(GLOB canaries CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${dir}/canary_*.c)
    file(GLOB helpers CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${dir}/*.c)
    list(REMOVE_ITEM helpers ${tests} ${canaries} "")
    set(places TCPROVE_SOURCE_DIR="${CMAKE_SOURCE_DIR}" TCPROVE_SPEC_DIR="${CMAKE_SOURCE_DIR}/conformance/spec")
    if(helpers)
        add_library(${prefix}_fixtures STATIC ${helpers})
        target_compile_definitions(${prefix}_fixtures PRIVATE ${places})
        tcprove_link(${prefix}_fixtures PUBLIC ${ARGN})
    endif()
    foreach(source ${tests} ${canaries})
        get_filename_component(file ${source} NAME_WE)
        set(target ${prefix}_${file})
        add_executable(${target} ${source})
        set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/test)
        target_compile_definitions(${target} PRIVATE ${places})
        tcprove_link(${target} PRIVATE ${prefix}_fixtures ${ARGN})
        add_test(NAME ${prefix}/${file} COMMAND ${target} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
        set_tests_properties(${prefix}/${file} PROPERTIES LABELS unit TIMEOUT 120)
        if(source IN_LIST canaries)
            set_tests_properties(${prefix}/${file} PROPERTIES WILL_FAIL ON)
        endif()
    endforeach()
endfunction()
