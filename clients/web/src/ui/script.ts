// Simplified or traditional characters. Everything that is drawn passes through one hook, so no
// screen needs to know; the words are loaded only when somebody asks for traditional ones.
import { options, type VNode } from "preact";

export type Script = "hans" | "hant";

let convert: ((text: string) => string) | null = null;

/** Attributes that are read or read out. */
const READ = ["aria-label", "placeholder", "title", "alt", "aria-roledescription"] as const;

const write = (text: string): string => (convert ? convert(text) : text);

function writeChildren(children: unknown): unknown {
  if (typeof children === "string") return write(children);
  return Array.isArray(children) ? children.map(writeChildren) : children;
}

const before = options.vnode;
options.vnode = (vnode: VNode): void => {
  if (convert && typeof vnode.type === "string") {
    const props = vnode.props as Record<string, unknown>;
    // What a patient said is shown as said.
    if (!("data-verbatim" in props)) {
      if ("children" in props) props["children"] = writeChildren(props["children"]);
      for (const name of READ) if (typeof props[name] === "string") props[name] = write(props[name] as string);
    }
  }
  before?.(vnode);
};

/** From now on everything is drawn in this script. The caller draws anew. */
export async function useScript(script: Script): Promise<void> {
  if (script === "hant" && !convert) {
    const [{ ConverterFactory }, words] = await Promise.all([import("opencc-js/core"), import("virtual:traditional")]);
    const run = ConverterFactory([words.phrases, words.characters]);
    const known = new Map<string, string>();
    convert = (text) => {
      const past = known.get(text);
      if (past !== undefined) return past;
      const written = run(text);
      known.set(text, written);
      return written;
    };
  } else if (script === "hans") {
    convert = null;
  }
  document.documentElement.lang = script === "hant" ? "zh-Hant" : "zh-CN";
}
