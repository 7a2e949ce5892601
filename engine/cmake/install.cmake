# `cmake --install` gives: the library with its headers, the bandtariff command, the CMake package and the packs as data.
include(CMakePackageConfigHelpers)
set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/bandtariff)

install(TARGETS bandtariff EXPORT bandtariff-targets)
install(DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}/include/ ${generated}/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
    FILES_MATCHING PATTERN "*.hpp")
install(EXPORT bandtariff-targets NAMESPACE bandtariff:: DESTINATION ${package_folder})
if(TARGET bandtariff_cli)
    install(TARGETS bandtariff_cli)
endif()

configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/bandtariff-config.cmake.in
    ${CMAKE_CURRENT_BINARY_DIR}/bandtariff-config.cmake
    INSTALL_DESTINATION ${package_folder} PATH_VARS CMAKE_INSTALL_DATADIR)
# Before 1.0 a minor version may change what a program sees.
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/bandtariff-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/bandtariff-config.cmake ${CMAKE_CURRENT_BINARY_DIR}/bandtariff-config-version.cmake
    DESTINATION ${package_folder})

install(DIRECTORY ${PROJECT_SOURCE_DIR}/rules/ DESTINATION ${CMAKE_INSTALL_DATADIR}/bandtariff/rules)
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
