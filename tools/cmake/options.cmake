# options.cmake — what every target is compiled with: warnings, sanitizers, coverage.
#
# TCPROVE_WERROR    warnings are errors (default ON)
# TCPROVE_SANITIZE  "" or "asan" (address + undefined behaviour, leaks)
# TCPROVE_ENGINE    "" or "libfuzzer": its instrumentation, and only the fuzzers are built
# TCPROVE_COVER     clang's source-based coverage
# TCPROVE_WHOLE     programs are optimized as a whole together with the reference stack (gcc); tests are not: they link fast

option(TCPROVE_WERROR "Treat warnings as errors" ON)
set(TCPROVE_SANITIZE "" CACHE STRING "Sanitizers: empty or asan")
set_property(CACHE TCPROVE_SANITIZE PROPERTY STRINGS "" asan)
set(TCPROVE_ENGINE "" CACHE STRING "Fuzzing engine: empty or libfuzzer")
set_property(CACHE TCPROVE_ENGINE PROPERTY STRINGS "" libfuzzer)
option(TCPROVE_COVER "Measure source coverage (clang only)" OFF)
option(TCPROVE_WHOLE "Optimize programs and the reference stack as a whole (gcc only)" OFF)

set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)

add_compile_options(-Wall -Wextra -Wconversion -Wshadow -Wswitch-enum)
# How vectors are passed without SSE (i386) is nobody's business: no interface here has any.
add_compile_options(-Wno-psabi)
if(TCPROVE_WERROR OR DEFINED ENV{CI})
    add_compile_options(-Werror)
endif()

# Line tables and macros must not contain the place of the checkout: the same sources give the same binary everywhere.
add_compile_options(-fmacro-prefix-map=${CMAKE_SOURCE_DIR}/=)

if(TCPROVE_SANITIZE STREQUAL "asan")
    set(sanitizers address,undefined)
    add_compile_options(-fsanitize=${sanitizers} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    add_link_options(-fsanitize=${sanitizers} -fno-sanitize-recover=all)
    # Every access is looked at by the address sanitizer, which a null pointer and the end of an object do not survive
    # either: asking twice costs a tenth of the speed of the fuzzers.
    add_compile_options(-fno-sanitize=null,object-size)
    if(CMAKE_C_COMPILER_ID MATCHES Clang)
        # Checks are counted as what functions do: without this hardly anything is small enough to be inlined.
        add_compile_options("SHELL:-mllvm -inline-threshold=500")
    endif()
elseif(NOT TCPROVE_SANITIZE STREQUAL "")
    message(FATAL_ERROR "TCPROVE_SANITIZE is \"${TCPROVE_SANITIZE}\"; it must be empty or asan")
endif()

if(TCPROVE_ENGINE STREQUAL "libfuzzer")
    # Branches guide the engine; hooks on every comparison as well (trace-cmp) double the time of a run and find nothing
    # here, because numbers are placed next to live state and words come from dictionaries.
    add_compile_options(-fsanitize=fuzzer-no-link -fno-sanitize-coverage=trace-cmp)
elseif(NOT TCPROVE_ENGINE STREQUAL "")
    message(FATAL_ERROR "TCPROVE_ENGINE is \"${TCPROVE_ENGINE}\"; it must be empty or libfuzzer")
endif()

# Objects of the stack hold both kinds of code; what is linked without the plugin takes the plain one.
if(TCPROVE_WHOLE)
    add_link_options(-fno-use-linker-plugin)
    # What gcc writes for x86 in place of a call (rep stos, rep movs) takes longer to begin than the call does to end.
    include(CheckCCompilerFlag)
    foreach(does set cpy)
        check_c_compiler_flag(-mmem${does}-strategy=libcall:-1:noalign TCPROVE_MEM${does}_CALLED)
        if(TCPROVE_MEM${does}_CALLED)
            add_compile_options(-mmem${does}-strategy=libcall:-1:noalign)
        endif()
    endforeach()
endif()

if(TCPROVE_COVER)
    add_compile_options(-fprofile-instr-generate -fcoverage-mapping)
    add_link_options(-fprofile-instr-generate)
endif()
