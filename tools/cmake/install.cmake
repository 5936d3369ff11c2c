# install.cmake — what `cmake --install build/release --prefix DIR` puts where. tcprove finds its scripts in share/tcprove of
# a parent of itself, and the simulator in libexec/tcprove, so that the tree can be moved as a whole.
include(GNUInstallDirs)

set(share ${CMAKE_INSTALL_DATADIR}/tcprove)
install(TARGETS tcprove RUNTIME)
install(TARGETS sim RUNTIME DESTINATION ${CMAKE_INSTALL_LIBEXECDIR}/tcprove)
install(DIRECTORY conformance/scripts conformance/spec conformance/expect conformance/golden DESTINATION ${share})
install(FILES conformance/cli/tcprove.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})

# The reference stack for who embeds it: headers, the archive, and what pkg-config says of them.
install(TARGETS refstack ARCHIVE)
install(DIRECTORY stack/include/refstack DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
file(RELATIVE_PATH to_prefix /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
configure_file(${CMAKE_CURRENT_LIST_DIR}/refstack.pc.in ${CMAKE_BINARY_DIR}/refstack.pc @ONLY)
install(FILES ${CMAKE_BINARY_DIR}/refstack.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
