// The closing words of a visit, sorted for a card. Sentences are those of the server, in its order;
// nothing is added and nothing is lost.

import type { Assessment } from "../api/types";

/** Words for the urgency that the server decided. */
export const URGENCY: Record<string, { title: string; tone: "red" | "amber" | "green" }> = {
  immediate: { title: "请现在就去急诊", tone: "red" },
  within_24h: { title: "请在24小时内看医生", tone: "red" },
  within_1w: { title: "请在1周内看医生", tone: "amber" },
  routine: { title: "可以正常挂号看病", tone: "green" },
  self_care: { title: "可以先在家观察", tone: "green" },
};

/** The heading of the result: the urgency of the server, unless a person takes over and it can wait. */
export function headingOf(assessment: Assessment | null, handedOver: boolean): { title: string; tone: "red" | "amber" | "green" } {
  const urgency = assessment ? URGENCY[assessment.urgency] : undefined;
  if (urgency && urgency.tone !== "green") return urgency;
  if (handedOver || !urgency || assessment?.route.id === "human_review") return { title: "请护士接着帮您", tone: "green" };
  return urgency;
}

export interface ResultWords {
  /** What to do. */
  steps: string[];
  /** What to bring. */
  bring: string[];
  /** The sentence above the list of signs. */
  signsTitle: string;
  /** Signs that make it an emergency. */
  signs: string[];
}

const NUMBERED = /^\d+[.、]\s*/;

export function sortWords(text: string): ResultWords {
  const lines = text.split("\n").map((line) => line.trim()).filter(Boolean);
  const words: ResultWords = { steps: [], bring: [], signsTitle: "", signs: [] };
  lines.forEach((line, at) => {
    if (NUMBERED.test(line)) words.signs.push(line.replace(NUMBERED, ""));
    else if (NUMBERED.test(lines[at + 1] ?? "") && !words.signsTitle) words.signsTitle = line;
    else if (/带上|请带/.test(line)) words.bring.push(line);
    else words.steps.push(line);
  });
  return words;
}
