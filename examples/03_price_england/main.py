# What would an illustrative national tariff cost? Run in the project's folder, once generate.py has made the file.
import bandtariff as bt

tariff = bt.load("rules/england/national_bands")
summary = tariff.price_file(
    "build/examples/england.csv", "build/examples/england_priced.csv", without=["place_status"], by="region"
)
for label, total in summary.elements.items():
    print(f"  element {label}: £{total:,.2f}")
for payer, total in summary.payers.items():
    print(f"  paid by {payer}: £{total:,.2f}")
for region, (rows, priced, total) in summary.groups.items():
    print(f"  region {region}: £{total:,.2f} ({rows} rows, {priced} priced)")
