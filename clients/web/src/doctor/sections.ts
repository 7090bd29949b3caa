// How the lines of a record are set on one screen: order, short labels, what flows in one sentence.
import type { RecordLine } from "../api/staff";

export interface Section {
  title: string;
  label: string;
  /** Clauses and denied items run on in one sentence; others stand below each other. */
  joint: string | null;
  /** Half a row is enough. */
  half: boolean;
  lines: RecordLine[];
}

/** Order of the doctor's reading (interop §4): complaint, history, negatives, gaps, drugs, history. */
const LAYOUT: readonly { title: string; label: string; joint?: string; half?: boolean }[] = [
  { title: "主诉", label: "主诉" },
  { title: "现病史", label: "现病史", joint: "," },
  { title: "伴随阴性", label: "否认", joint: "、" },
  { title: "红旗核对", label: "红旗", joint: ";" },
  { title: "未问或不清楚", label: "待问", joint: ";" },
  { title: "用药", label: "用药" },
  { title: "过敏", label: "过敏", half: true },
  { title: "既往史", label: "既往" },
  { title: "既往治疗与反应", label: "治疗" },
  { title: "影像(患者所述)", label: "影像" },
  { title: "个人史", label: "个人", half: true },
  { title: "功能与期望", label: "期望", half: true },
];

/** Shown beside, with reasons and ways to change them. */
const BESIDE = new Set(["建议"]);

/** A third of a row holds so many characters; what is as short as 「未问」 never needs a row. */
const HALF = 16;
const SHORT = 4;

/** Sections in reading order; one that this list does not know comes last rather than never. */
export function sectionsOf(lines: readonly RecordLine[]): Section[] {
  const titles = [...new Set(lines.map((line) => line.section))].filter((title) => !BESIDE.has(title));
  const place = (title: string): number => {
    const at = LAYOUT.findIndex((one) => one.title === title);
    return at < 0 ? LAYOUT.length : at;
  };
  titles.sort((one, other) => place(one) - place(other));
  const sections = titles.map((title): Section => {
    const layout = LAYOUT[place(title)];
    const own = lines.filter((line) => line.section === title);
    return {
      title,
      label: layout?.label ?? title,
      joint: layout?.joint ?? null,
      half: layout?.joint === undefined && title !== "主诉" && (layout?.half || lengthOf(own) <= SHORT) && own.length === 1 && lengthOf(own) <= HALF,
      lines: own,
    };
  });
  // Short ones beside each other, after the long ones.
  return [...sections.filter((section) => !section.half), ...sections.filter((section) => section.half)];
}

/** Characters that a doctor reads: what stands in the sections, not the labels. */
export const lengthOf = (lines: readonly RecordLine[]): number =>
  lines.filter((line) => !BESIDE.has(line.section)).reduce((sum, line) => sum + [...(line.state === "struck" ? "" : line.edited_text ?? line.text)].length, 0);

export interface Piece {
  text: string;
  marked: boolean;
}

/** `said` in pieces, with the given ranges (in characters) marked; ranges may overlap. */
export function pieces(said: string, ranges: readonly { start: number; end: number }[]): Piece[] {
  const letters = [...said];
  const marked = letters.map((_letter, at) => ranges.some((range) => at >= range.start && at < range.end));
  const out: Piece[] = [];
  letters.forEach((letter, at) => {
    const last = out.at(-1);
    if (last && last.marked === marked[at]) last.text += letter;
    else out.push({ text: letter, marked: marked[at] ?? false });
  });
  return out;
}

/** The question alone: what is asked stands in the last paragraph. */
export const askedIn = (question: string): string => question.split("\n").filter(Boolean).at(-1) ?? "";
