// Below the record: the patient's own words behind what is chosen, and what can be done with a line.
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { OpenedRecord, Quote, RecordLine, Turn } from "../api/staff";
import { clock } from "../staff/words";
import { askedIn, pieces } from "./sections";
import type { Subject } from "./subject";

export type Doing = "" | "edit" | "mark";

interface Props {
  record: OpenedRecord;
  subject: Subject | null;
  line: RecordLine | undefined;
  /** May change things: a doctor. */
  may: boolean;
  busy: boolean;
  doing: Doing;
  onDoing: (doing: Doing) => void;
  onConfirm: () => void;
  onStrike: () => void;
  onEdit: (text: string) => void;
  onMark: (turn: number, start: number, end: number, note: string) => void;
}

const SOURCES: Readonly<Record<string, string>> = { lexicon: "词表", encoder: "模型", alike: "本院说法", phonetic: "按读音", choice: "点选", clinician: "医生" };

export function Dock(props: Props) {
  const { record, subject, line, may, busy, doing, onDoing } = props;
  if (!subject)
    return (
      <section class="dock empty" aria-label="原话">
        <p class="hint">点一行,或用 <kbd>j</kbd> <kbd>k</kbd>,看病人的原话。{may && <>每行可以确认 <kbd>y</kbd>、改 <kbd>e</kbd>、划掉 <kbd>x</kbd>。</>}</p>
      </section>
    );
  const spoken = turnsBehind(record, subject.quotes);
  const changes = line ? record.review.changes.filter((change) => change.part === line.id) : [];
  return (
    <section class="dock" aria-label="原话">
      <header>
        <h3 data-verbatim>{subject.title}</h3>
        {line?.low_confidence && <em class="unsure">没把握,请看原话</em>}
        <span class="grow" />
        {may && line && (
          <span class="acts">
            <button type="button" disabled={busy} onClick={props.onConfirm}>{line.state === "edited" || line.state === "struck" ? "恢复原文" : "确认"} <kbd>y</kbd></button>
            <button type="button" disabled={busy} aria-pressed={doing === "edit"} onClick={() => onDoing("edit")}>改 <kbd>e</kbd></button>
            <button type="button" disabled={busy || line.state === "struck"} onClick={props.onStrike}>划掉 <kbd>x</kbd></button>
            <button type="button" disabled={busy || !spoken.some(({ turn }) => !turn.tapped)} aria-pressed={doing === "mark"} onClick={() => onDoing("mark")}>理解错了 <kbd>m</kbd></button>
          </span>
        )}
      </header>
      {doing === "edit" && line ? (
        <Edit key={line.id} line={line} busy={busy} onSave={props.onEdit} onCancel={() => onDoing("")} />
      ) : doing === "mark" ? (
        <Mark key={subject.key} spoken={spoken} busy={busy} onSave={props.onMark} onCancel={() => onDoing("")} />
      ) : (
        <div class="behind">
          {subject.rule && <p class="rule"><b>{subject.rule}</b>{subject.source}</p>}
          {spoken.length === 0 && <p class="hint">{subject.rule ? "没有哪句话单独决定它。" : "这一行没有对应的原话。"}</p>}
          <ol>
            {spoken.map(({ turn, ranges, sources }) => (
              <li key={turn.turn}>
                <span class="asked"><b>第{turn.turn}轮</b>{askedIn(turn.question)}</span>
                <q data-verbatim>{pieces(turn.said, ranges).map((piece, at) => (piece.marked ? <mark key={at}>{piece.text}</mark> : piece.text))}</q>
                <small>{turn.tapped ? "点选" : sources.map((source) => SOURCES[source] ?? source).join("、")}{turn.heard ? ` · 听到的是「${turn.heard}」` : ""}</small>
              </li>
            ))}
          </ol>
          {changes.length > 0 && (
            <ul class="changes">{changes.map((change) => <li key={change.at + change.text}>{clock(change.at)} {change.by}:{change.text}</li>)}</ul>
          )}
        </div>
      )}
    </section>
  );
}

interface Spoken {
  turn: Turn;
  ranges: Quote[];
  sources: string[];
}

/** Each turn once, with all of its words that count. */
function turnsBehind(record: OpenedRecord, quotes: readonly Quote[]): Spoken[] {
  const numbers = [...new Set(quotes.map((quote) => quote.turn))].sort((one, other) => one - other);
  return numbers.flatMap((number) => {
    const turn = record.turns.find((one) => one.turn === number);
    if (!turn) return [];
    const ranges = quotes.filter((quote) => quote.turn === number);
    const sources = [...new Set(ranges.flatMap((quote) => (quote.source ? [quote.source] : [])))];
    return [{ turn, ranges, sources }];
  });
}

function Edit({ line, busy, onSave, onCancel }: { line: RecordLine; busy: boolean; onSave: (text: string) => void; onCancel: () => void }) {
  const [text, setText] = useState(line.edited_text ?? line.text);
  const box = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => {
    box.current?.focus();
    box.current?.select();
  }, []);
  const save = (): void => void (text.trim() && onSave(text.trim()));
  return (
    <form class="edit" onSubmit={(event) => { event.preventDefault(); save(); }}>
      <label>
        <span class="unseen">这一行改成</span>
        <textarea
          ref={box} rows={2} maxLength={500} value={text}
          onInput={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === "Escape") onCancel();
            if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); save(); }
          }}
        />
      </label>
      <p class="row">
        <button class="strong" disabled={busy || !text.trim()}>存下 <kbd>Enter</kbd></button>
        <button type="button" onClick={onCancel}>不改 <kbd>Esc</kbd></button>
        <span class="hint">原文会保留并划线。</span>
      </p>
    </form>
  );
}

/** Which words were understood wrongly: marked with the mouse, or moved with the arrows of two fields. */
function Mark({ spoken, busy, onSave, onCancel }: { spoken: readonly Spoken[]; busy: boolean; onSave: Props["onMark"]; onCancel: () => void }) {
  const typed = spoken.filter(({ turn }) => !turn.tapped);
  const [number, setNumber] = useState(typed[0]?.turn.turn ?? 0);
  const one = typed.find(({ turn }) => turn.turn === number) ?? typed[0];
  const [range, setRange] = useState(() => rangeOf(one));
  const [note, setNote] = useState("");
  const words = useRef<HTMLQuoteElement>(null);
  const field = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => field.current?.focus(), []);
  if (!one) return <p class="hint">这一行没有病人自己说的话。</p>;
  const length = [...one.turn.said].length;
  const choose = (next: number): void => {
    setNumber(next);
    setRange(rangeOf(typed.find(({ turn }) => turn.turn === next)));
  };
  const marked = (): void => {
    const found = words.current && selectedIn(words.current);
    if (found) setRange(found);
  };
  const set = (part: "start" | "end", value: number): void => {
    const next = { ...range, [part]: value };
    if (next.start >= 0 && next.end <= length && next.start < next.end) setRange(next);
  };
  const quiet = (event: KeyboardEvent): void => void (event.key === "Escape" && onCancel());
  return (
    <form class="mark" onKeyDown={quiet} onSubmit={(event) => { event.preventDefault(); onSave(one.turn.turn, range.start, range.end, note.trim()); }}>
      {typed.length > 1 && (
        <label>哪一句
          <select value={number} onChange={(event) => choose(Number(event.currentTarget.value))}>
            {typed.map(({ turn }) => <option key={turn.turn} value={turn.turn}>第{turn.turn}轮:{[...turn.said].slice(0, 18).join("")}</option>)}
          </select>
        </label>
      )}
      <p><q ref={words} onMouseUp={marked} data-verbatim>{pieces(one.turn.said, [range]).map((piece, at) => (piece.marked ? <mark key={at}>{piece.text}</mark> : piece.text))}</q> <span class="hint">用鼠标划出理解错的字,或改两个数</span></p>
      <p class="row">
        <label>从第<input type="number" min={1} max={length} value={range.start + 1} onInput={(event) => set("start", event.currentTarget.valueAsNumber - 1)} />字</label>
        <label>到第<input type="number" min={1} max={length} value={range.end} onInput={(event) => set("end", event.currentTarget.valueAsNumber)} />字</label>
        <label class="wide">其实是<input ref={field} value={note} maxLength={200} placeholder="例如:方言里指小腿" onInput={(event) => setNote(event.currentTarget.value)} /></label>
        <button class="strong" disabled={busy}>记下</button>
        <button type="button" onClick={onCancel}>不记</button>
      </p>
    </form>
  );
}

function rangeOf(one: Spoken | undefined): { start: number; end: number } {
  if (!one?.ranges.length) return { start: 0, end: one ? [...one.turn.said].length : 0 };
  return { start: Math.min(...one.ranges.map((range) => range.start)), end: Math.max(...one.ranges.map((range) => range.end)) };
}

/** The selected characters within an element, or null. */
function selectedIn(element: HTMLElement): { start: number; end: number } | null {
  const selection = getSelection();
  if (!selection || selection.rangeCount === 0 || selection.isCollapsed) return null;
  const chosen = selection.getRangeAt(0);
  if (!element.contains(chosen.startContainer) || !element.contains(chosen.endContainer)) return null;
  const before = document.createRange();
  before.selectNodeContents(element);
  before.setEnd(chosen.startContainer, chosen.startOffset);
  const start = [...before.toString()].length;
  return { start, end: start + [...chosen.toString()].length };
}
