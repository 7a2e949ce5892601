"""Writes one placement for every plan in England in January 2025: python3 generate.py OUT.csv

Real: how many plans each authority has in each kind of placement and for each primary need, and England's ages in each kind of
placement. Illustrative, from a fixed seed: which need goes with which placement, the band, part-years, part-time and fees.
"""

import csv
import random
import sys
from pathlib import Path

INPUT = Path(__file__).parent / "input"
SEED = 2025
FIRST_DAY, LAST_DAY = "2024-04-01", "2025-03-31"

# Bands that the illustrative pack offers in each kind of provision, and how often each is drawn.
BANDS = {
    "mainstream": (["B1", "B2", "B3", "B4", "B5", "B6", "B7", "B8"], [6, 14, 22, 22, 16, 11, 6, 3]),
    "unit": (["B3", "B4", "B5", "B6", "B7", "B8"], [10, 22, 28, 22, 12, 6]),
    "special": (["B4", "B5", "B6", "B7", "B8", "B9", "B10"], [8, 20, 28, 22, 12, 7, 3]),
    "alternative": (["B3", "B4", "B5", "B6", "B7", "B8"], [10, 22, 28, 22, 12, 6]),
    "college": (["B1", "B2", "B3", "B4", "B5", "B6", "B7", "B8"], [10, 18, 24, 20, 14, 8, 4, 2]),
    "special_college": (["B3", "B4", "B5", "B6", "B7", "B8", "B9", "B10"], [6, 12, 20, 22, 18, 12, 7, 3]),
}
# Fees are drawn between the 10th and 90th of the authorities' top-up per plan in non-maintained and independent special
# schools, section 251 outturn 2021-22: the spread is real, a single fee is not.
FEE_FROM, FEE_TO = 26784, 77792


def read(name):
    with (INPUT / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def provision_of(setting):
    if setting.startswith("mainstream") and setting != "mainstream_independent":
        return "unit" if setting.endswith(("resourced_provision", "senunit")) else "mainstream"
    if setting in ("special_la_maintained", "special_academy_free", "special_non_maintained"):
        return "special"
    if setting.startswith("ap_pru"):
        return "alternative"
    return {"general_fe_tertiary_colleges": "college", "ukrlp_provider": "college", "specialist_post_16_institutions": "special_college"}.get(setting)


PAID_BY_FEE = {"mainstream_independent", "special_independent", "other_arrangements_la", "online_provider", "w_settings", "other_schools", "other_placement_settings"}


def phase_of(age):
    years = 2 if age == "under 3" else int(age.removeprefix("age "))
    return "early_years" if years < 4 else "primary" if years < 11 else "secondary" if years < 16 else "post_16"


def placements_of(rows, settings):
    """Counts of each authority's placements; a suppressed authority has what its region's row leaves over."""
    authorities = [row for row in rows if row["level"] == "authority"]
    for row in authorities:
        if all(row[setting].isdigit() for setting in settings):
            yield row, {setting: int(row[setting]) for setting in settings}
            continue
        region = next(other for other in rows if other["level"] == "region" and other["name"] == row["region"])
        rest = [other for other in authorities if other["region"] == row["region"] and other is not row]
        yield row, {setting: int(region[setting]) - sum(int(other[setting]) for other in rest) for setting in settings}


def main(out):
    draw = random.Random(SEED)
    rows = read("plans_by_placement.csv")
    settings = list(rows[0])[5:]
    needs = {row["la_code"]: row for row in read("plans_by_need.csv")}
    ages = read("plans_by_age.csv")
    phases = {}
    for setting in settings:
        weights = {}
        for row in ages:
            weights[phase_of(row["age"])] = weights.get(phase_of(row["age"]), 0) + int(row[setting])
        phases[setting] = (list(weights), list(weights.values()))
    days = [f"2024-{month:02}-01" for month in range(5, 13)] + [f"2025-{month:02}-06" for month in range(1, 4)] + ["2024-09-03"] * 6

    written = csv.writer(out, lineterminator="\n")
    written.writerow("plan,authority,home,region,setting,need,phase,band,start,last_day,attendance,agreed_fee".split(","))
    plan = 0
    for row, counts in placements_of(rows, settings):
        need_row = needs[row["code"]]
        pool = [need for need in list(need_row)[3:] for _ in range(int(need_row[need]))]
        placed = [setting for setting in settings for _ in range(counts[setting])]
        if not len(pool) == len(placed) == int(row["ehc_plans"]):
            raise SystemExit(f"{row['name']}: needs and placements do not add up to the published plans")
        draw.shuffle(pool)
        for setting, need in zip(placed, pool):
            plan += 1
            provision = provision_of(setting)
            band = draw.choices(*BANDS[provision])[0] if provision else ""
            start = FIRST_DAY if draw.random() < 0.8 else draw.choice(days)
            part_time = provision in ("mainstream", "alternative") and draw.random() < 0.04
            attendance = draw.choice(["0.4", "0.5", "0.6", "0.8"]) if part_time else "1"
            fee = draw.randint(FEE_FROM, FEE_TO) if setting in PAID_BY_FEE else ""
            phase = draw.choices(*phases[setting])[0]
            written.writerow([plan, row["code"], row["code"], row["region"], setting, need, phase, band, start, LAST_DAY, attendance, fee])


if __name__ == "__main__":
    with open(sys.argv[1], "w", newline="", encoding="utf-8") as file:
        main(file)
