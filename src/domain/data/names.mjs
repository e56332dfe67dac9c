// Writes names/*.tsv: how countries, cultures and languages are called in the languages of the interface.
//
//   npm pack cldr-localenames-full@48.2.0 && tar xf cldr-localenames-full-*.tgz
//   node names.mjs package locales.json
//
// Sources and licences: README.md. Needs a Node.js with all of ICU, whose collation sorts the countries.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const [cldr, locales] = process.argv.slice(2);
const read = (file) => JSON.parse(readFileSync(file, "utf8"));
const { countries } = read(locales);

/** The languages of the interface, and how their speakers sort. */
const LANGUAGES = { en: "en", sv: "sv", nl: "nl", tr: "tr", "zh-Hant": "zh-Hant-u-co-stroke" };

/** Codes that Microsoft has and CLDR has not, or names at too great length for "Chinese (...)". */
const OURS = {
  en: { AN: "Netherlands Antilles", HK: "Hong Kong SAR", MO: "Macao SAR", XE: "Sint Eustatius", XJ: "Jan Mayen", XS: "Saba" },
  sv: { AN: "Nederländska Antillerna", XE: "Sint Eustatius", XJ: "Jan Mayen", XS: "Saba" },
  nl: { AN: "Nederlandse Antillen", XE: "Sint Eustatius", XJ: "Jan Mayen", XS: "Saba" },
  tr: { AN: "Hollanda Antilleri", XE: "Sint Eustatius", XJ: "Jan Mayen", XS: "Saba" },
  "zh-Hant": { AN: "荷屬安地列斯", XE: "聖佑達修斯", XJ: "揚馬延", XS: "沙巴島" },
};

/** Of the years before BCP 47; Microsoft still sends them. */
const OLD_LANGUAGES = { "zh-CHS": "zh-Hans", "zh-CHT": "zh-Hant" };

const cultures = [...new Set(countries.flatMap((country) => country.cultures))].sort();
const spoken = [...new Set([...cultures.map((culture) => culture.split("-")[0]), "no"])].sort();

mkdirSync(join(dirname(fileURLToPath(import.meta.url)), "names"), { recursive: true });
for (const [language, collation] of Object.entries(LANGUAGES)) {
  const part = (name) => read(join(cldr, "main", language, `${name}.json`)).main[language].localeDisplayNames;
  const { territories } = part("territories");
  const { languages } = part("languages");
  const { scripts } = part("scripts");
  const { localePattern, localeSeparator } = part("localeDisplayNames").localeDisplayPattern;

  // In a list every entry begins with a capital, also where the language does not write its names so.
  const capital = (name) => name.charAt(0).toLocaleUpperCase(language) + name.slice(1);
  const fill = (pattern, ...values) => values.reduce((text, value, at) => text.replace(`{${at}}`, value), pattern);
  const short = (code) => (["HK", "MO"].includes(code) ? territories[`${code}-alt-short`] : undefined);
  const name = (code) => OURS[language][code] ?? short(code) ?? territories[code];
  const culture = (tag) => {
    const [primary, ...rest] = tag.split("-");
    const places = rest.map((subtag) => (subtag.length === 4 ? scripts[subtag] : name(subtag)));
    return fill(localePattern, languages[primary], places.reduce((all, place) => fill(localeSeparator, all, place)));
  };

  const { compare } = new Intl.Collator(collation);
  const named = countries.map(({ iso2 }) => [iso2, name(iso2)]).sort(([a, x], [b, y]) => compare(x, y) || (a < b ? -1 : 1));
  const rows = [
    ...named.map((entry) => ["country", ...entry]),
    ...cultures.map((tag) => ["culture", tag, capital(culture(tag))]),
    ...spoken.map((code) => ["language", code, capital(languages[code])]),
    ...Object.entries(OLD_LANGUAGES).map(([code, tag]) => ["language", code, capital(fill(localePattern, languages.zh, scripts[tag.slice(3)]))]),
  ];
  const hole = rows.find((row) => row.length !== 3 || row.some((cell) => !cell || /[\t\n]|undefined/.test(cell)));
  if (hole) throw new Error(`${language}: no name for ${hole}`);
  writeFileSync(new URL(`names/${language}.tsv`, import.meta.url), rows.map((row) => row.join("\t") + "\n").join(""));
}
