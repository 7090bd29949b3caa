// The words for writing traditional characters: all of OpenCC's characters, and of its phrases those
// that occur in what patients are told (`prompts/`, the screens). Everything else, such as a hospital's
// own names, goes character by character. A hundredth of OpenCC's size, and loaded only when asked for.
import { readFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Plugin } from "vite";
import characters from "opencc-js/dict/STCharacters";
import phrases from "opencc-js/dict/STPhrases";

const NAME = "virtual:traditional";
const LONGEST = 8;
const web = resolve(import.meta.dirname, "..");

type Entry = [string, string];
type Dictionary = string | readonly (readonly [string, string])[];

function entriesOf(dictionary: Dictionary): Entry[] {
  if (typeof dictionary !== "string") return dictionary.map(([from, to]) => [from, to]);
  return dictionary.split("|").map((line): Entry => {
    const space = line.indexOf(" ");
    return [line.slice(0, space), line.slice(space + 1)];
  });
}

const write = (entries: Entry[]): string => entries.map((entry) => entry.join(" ")).join("|");

function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const place = join(folder, entry.name);
    return entry.isDirectory() ? filesIn(place) : /\.(toml|tsx?)$/.test(entry.name) ? [place] : [];
  });
}

/** Every run of Chinese characters that a patient may be shown by us. */
export function told(): string[] {
  const files = [...filesIn(resolve(web, "../../prompts")), ...filesIn(join(web, "src"))];
  return files.flatMap((file) => readFileSync(file, "utf8").match(/[\u4e00-\u9fff]+/g) ?? []);
}

/** Characters and phrases, each as OpenCC writes dictionaries. */
export function words(): { characters: string; phrases: string } {
  const known = new Map(entriesOf(phrases));
  const found = new Map<string, string>();
  for (const run of told()) {
    for (let start = 0; start < run.length; start++) {
      for (let end = start + 2; end <= Math.min(run.length, start + LONGEST); end++) {
        const from = run.slice(start, end);
        const to = known.get(from);
        if (to !== undefined) found.set(from, to);
      }
    }
  }
  return { characters: write(entriesOf(characters)), phrases: write([...found]) };
}

export function traditional(): Plugin {
  return {
    name: "traditional",
    resolveId: (id) => (id === NAME ? `\0${NAME}` : undefined),
    load: (id) => {
      if (id !== `\0${NAME}`) return undefined;
      const { characters, phrases } = words();
      return `export const characters=${JSON.stringify(characters)};export const phrases=${JSON.stringify(phrases)};`;
    },
  };
}
