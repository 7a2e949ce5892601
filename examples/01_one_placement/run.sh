# What is one placement priced at? Run in the project's folder.
bandtariff price rules/england/national_bands \
    --set setting=mainstream_academy --set band=B6 --set need=asd --set phase=primary \
    --set authority=202 --set home=202 --set attendance=0.8 --set start=2024-09-01 --set last_day=2025-03-31
