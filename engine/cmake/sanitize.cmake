# BANDTARIFF_SANITIZE=ON builds everything below the including folder with the address and undefined-behaviour sanitizers.
option(BANDTARIFF_SANITIZE "Build with the address and undefined-behaviour sanitizers" OFF)
if(BANDTARIFF_SANITIZE)
    add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
    add_link_options(-fsanitize=address,undefined)
endif()
