import { readFileSync, readdirSync } from "node:fs";

/** Tests are written with the English words of the portal, whatever language it speaks to them. */
export const LANGUAGE = process.env.PORTAL_LANGUAGE ?? "en";

/** Literal words and names of variables in turn, words first. */
type Pattern = readonly string[];

/** The messages of Fluent files by file and key. One that chooses between forms is no label, and is left out. */
function messages(language: string): Map<string, Pattern> {
  const folder = new URL(`../../../src/i18n/${language.toLowerCase().replace("-", "_")}/`, import.meta.url);
  const found = new Map<string, Pattern>();
  for (const file of readdirSync(folder)) {
    for (const [, key, text] of readFileSync(new URL(file, folder), "utf8").matchAll(/^(\w+) = (.+)$/gm)) {
      if (!text!.includes("->")) found.set(`${file}: ${key}`, text!.replaceAll('{" "}', " ").split(/\{ \$(\w+) \}/));
    }
  }
  return found;
}

/** What is needed of two languages to say in the other one what stands in a test. */
const [english, spoken] = LANGUAGE === "en" ? [] : [messages("en"), messages(LANGUAGE)];

/** As the source of a regular expression. Where a line breaks is the browser's business. */
function literally(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&").replaceAll(/\s+/g, "\\s+");
}

/** Every variable of a pattern is one of `values`, or anything. */
function filled(pattern: Pattern, values?: ReadonlyMap<string, string>): string {
  return pattern.map((part, at) => (at % 2 ? (values?.get(part) ?? ".*") : literally(part))).join("");
}

/** What the variables of a pattern are in these words; nothing if it does not say them. */
function variables(pattern: Pattern, words: string): Map<string, string> | undefined {
  const said = new RegExp(`^${filled(pattern).replaceAll(".*", "(.+)")}$`).exec(words);
  const names = pattern.filter((_, at) => at % 2);
  return said ? new Map(names.map((name, at) => [name, translations(said[at + 1]!) ?? literally(said[at + 1]!)])) : undefined;
}

/** What the messages with these words are called in the other language, else those that begin with them, else those that say
 *  them once their variables are filled in. Several may: what English says in one word depends on the place elsewhere. */
function translations(words: string): string | undefined {
  const entries = [...(english ?? [])];
  const choices = [
    entries.flatMap(([key, pattern]) => (pattern.length === 1 && pattern[0] === words ? [filled(spoken!.get(key)!)] : [])),
    entries.flatMap(([key, pattern]) => (pattern[0]!.startsWith(words) ? [filled(spoken!.get(key)!)] : [])),
    entries.flatMap(([key, pattern]) => {
      const values = pattern.length > 1 ? variables(pattern, words) : undefined;
      return values ? [filled(spoken!.get(key)!, values)] : [];
    }),
  ];
  const found = choices.find((choice) => choice.length > 0);
  return found && `(?:${[...new Set(found)].join("|")})`;
}

/** English words as the source of a regular expression that finds them on a page; in English as they are. */
export function wordsOf(words: string): string {
  if (!english) return words;
  const found = translations(words);
  if (!found) throw new Error(`no message says “${words}”`);
  return found;
}

/** English words, or the messages that they are made of, for Playwright to look for. A pattern looks for itself. */
export function said(first: string | RegExp, ...rest: string[]): string | RegExp {
  if (typeof first !== "string") return first;
  const words = [first, ...rest];
  return english ? new RegExp(words.map(wordsOf).join("")) : words.join("");
}
