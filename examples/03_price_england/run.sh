# What would an illustrative national tariff cost? Run in the project's folder, once generate.py has made the file.
bandtariff price rules/england/national_bands build/examples/england.csv -o build/examples/england_priced.csv \
    --without place_status --by region | grep -E '^  (element|paid by|region) '
