// One visit on one screen: what is urgent, the record with the words behind each line, reasons, and
// what the doctor does with it. Every step is stored at once; originals stay.
import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { ApiError } from "../api/problem";
import { markMisunderstood, openRecord, review, type LineEdit, type Me, type NewReview, type OpenedRecord } from "../api/staff";
import { useFeed } from "../staff/feed";
import { TopBar } from "../staff/frame";
import { KeysHelp } from "../staff/help";
import { useKeys } from "../staff/keys";
import { guarded } from "../staff/session";
import { BackIcon, CheckIcon, PrintIcon } from "../ui/icons";
import { clock, person, PARTS, REVIEWS, SPEAKERS, wordOf } from "../staff/words";
import { copy } from "./copy";
import { asReview, Decide, decided, type Part } from "./decide";
import { Dock, type Doing } from "./dock";
import { FlagTable, Urgent } from "./flags";
import { Lines } from "./lines";
import { Paper } from "./paper";
import { sectionsOf } from "./sections";
import { Side } from "./side";
import type { Subject } from "./subject";
import { Talk } from "./talk";

interface Props {
  id: string;
  me: Me;
  onBack: () => void;
}

type Window = "" | "flags" | "talk" | "help" | Part;

/** Steps that follow each other this soon are read together. */
const OWN_MS = 1500;

export function RecordPage({ id, me, onBack }: Props) {
  const [record, setRecord] = useState<OpenedRecord | null>(null);
  const [trouble, setTrouble] = useState("");
  const [fault, setFault] = useState("");
  const [note, setNote] = useState("");
  const [busy, setBusy] = useState(false);
  const [subject, setSubject] = useState<Subject | null>(null);
  const [doing, setDoing] = useState<Doing>("");
  const [open, setOpen] = useState<Window>("");
  const [agreed, setAgreed] = useState<ReadonlySet<Part>>(new Set());
  const may = me.role === "doctor";
  /** Calls in the order they were made: an answer that a later one has overtaken is dropped. */
  const asked = useRef(0);
  /** A step is being stored, or was just now: what changed then is mostly one's own, and is read once afterwards. */
  const storing = useRef(false);
  const stored = useRef(0);
  const later = useRef<ReturnType<typeof setTimeout>>();
  const seen = useRef<OpenedRecord | null>(null);
  seen.current = record;

  const read = useCallback(async (background: boolean): Promise<void> => {
    const turn = ++asked.current;
    try {
      const next = await guarded(openRecord(id, { background }));
      if (turn !== asked.current) return;
      const news = background && seen.current ? whatChanged(seen.current, next, me.display_name) : "";
      if (news) setNote(news);
      setRecord(next);
      setTrouble("");
    } catch (error) {
      if (!background || (error instanceof ApiError && error.code === "session-erased")) {
        setTrouble((error as Error).message);
        setRecord(null);
      }
    }
  }, [id]);
  useEffect(() => void read(false), [read]);
  const readSoon = (): void => {
    clearTimeout(later.current);
    if (storing.current || Date.now() - stored.current < OWN_MS) later.current = setTimeout(readSoon, OWN_MS);
    else void read(true);
  };
  const live = useFeed((ids) => (ids === null || ids.has(id)) && readSoon());
  useEffect(() => () => clearTimeout(later.current), []);
  useEffect(() => {
    if (!note) return undefined;
    const timer = setTimeout(() => setNote(""), 8000);
    return () => clearTimeout(timer);
  }, [note]);

  const sections = useMemo(() => sectionsOf(record?.lines ?? []), [record]);
  const order = useMemo(() => sections.flatMap((section) => section.lines), [sections]);
  const line = subject?.line ? order.find((one) => one.id === subject.key) : undefined;
  const final = record?.review.status === "confirmed" || record?.review.status === "changed";

  if (!record)
    return (
      <div class="screen">
        <TopBar me={me}><button type="button" class="button plain" onClick={onBack}><BackIcon size="1.1em" />名单</button></TopBar>
        {trouble ? <main class="loading" role="alert"><p>{trouble}</p><button type="button" class="button main" onClick={() => void read(false)}>再试一次</button></main> : <p class="loading">正在打开…</p>}
      </div>
    );

  /** Stores a step; the answer is the record as it stands then. */
  const store = async (body: Partial<NewReview>, done: string): Promise<boolean> => {
    if (busy) return false;
    setBusy(true);
    setFault("");
    storing.current = true;
    asked.current++;
    try {
      setRecord(await guarded(review(id, { lines: [], status: "in_progress", ...body })));
      setNote(done);
      setDoing("");
      return true;
    } catch (error) {
      setFault((error as Error).message);
      if (error instanceof ApiError && error.status === 409) void read(true);
      return false;
    } finally {
      setBusy(false);
      storing.current = false;
      stored.current = Date.now();
    }
  };
  const act = (edit: LineEdit, done: string): void => {
    void store({ lines: [edit] }, done).then((good) => good && document.getElementById(`line-${edit.id}`)?.focus());
  };
  const confirm = (): void => void (line && act({ id: line.id, action: "confirm" }, line.state === "edited" || line.state === "struck" ? "已恢复原文" : "已确认这一行"));
  const strike = (): void => void (line && act({ id: line.id, action: "strike" }, "已划掉,原文保留"));
  const edit = (text: string): void => void (line && act({ id: line.id, action: "edit", text }, "已改,原文保留"));
  const mark = async (turn: number, start: number, end: number, words: string): Promise<void> => {
    setBusy(true);
    try {
      const { queued } = await guarded(markMisunderstood(id, { turn, start, end, note: words }));
      setNote(queued ? "已记下,词条编辑会看到这几个字" : "已记下位置;病人没同意用来改进,字没有送出");
      setDoing("");
    } catch (error) {
      setFault((error as Error).message);
    } finally {
      setBusy(false);
    }
  };
  const finish = (): void => {
    const lines = record.lines.filter((one) => one.state === "open").map((one): LineEdit => ({ id: one.id, action: "confirm" }));
    void store({ lines, status: "confirmed" }, "全部确认,已存");
  };
  const agree = (part: Part): void => {
    void store(asReview(part, decided(record, part), ""), `已同意${PARTS[part]}`).then((good) => good && setAgreed(new Set([...agreed, part])));
  };
  const change = async (part: Part, value: string, reason: string): Promise<void> => {
    const good = await store(asReview(part, value, reason), `${PARTS[part]}已${reason ? "改" : "同意"}`);
    if (!good) return;
    const next = new Set(agreed);
    if (reason) next.delete(part);
    else next.add(part);
    setAgreed(next);
    setOpen("");
  };
  const copyText = async (): Promise<void> => {
    const good = await copy(record.plain_text);
    setNote(good ? `已复制${[...record.plain_text].length}字,可贴到病历里` : "");
    setFault(good ? "" : "浏览器不让复制。请用「打印」,或在打印预览里选字。");
  };
  const show = (next: Subject): void => {
    if (next.key !== subject?.key) setDoing("");
    setSubject(next);
  };
  const choose = (id: string | undefined): void => {
    const next = order.find((one) => one.id === id);
    if (!next) return;
    if (subject?.key !== next.id) show({ key: next.id, title: next.text, quotes: next.quotes, line: true });
  };
  const move = (by: number): void => {
    const at = order.findIndex((one) => one.id === subject?.key);
    const next = order[at < 0 ? 0 : Math.min(order.length - 1, Math.max(0, at + by))];
    choose(next?.id);
    if (next) document.getElementById(`line-${next.id}`)?.focus();
  };
  const press = (key: string, event: KeyboardEvent): boolean => {
    const onButton = event.target instanceof HTMLElement && event.target.matches("button, a, summary");
    if (event.ctrlKey) {
      if (key === "Enter" && may && !final) finish();
      return key === "Enter";
    }
    if (key === "Enter" || key === " ") return !onButton && line !== undefined;
    if (key === "j" || key === "ArrowDown" || key === "ArrowRight") return move(1), true;
    if (key === "k" || key === "ArrowUp" || key === "ArrowLeft") return move(-1), true;
    if (key === "Escape") return doing ? setDoing("") : onBack(), true;
    if (key === "c") return void copyText(), true;
    if (key === "p") return print(), true;
    if (key === "t") return setOpen("talk"), true;
    if (key === "f") return setOpen("flags"), true;
    if (key === "?") return setOpen("help"), true;
    if (!may) return false;
    if (key === "d") return setOpen("department"), true;
    if (key === "r") return record.route && setOpen("route"), true;
    if (key === "u") return record.urgency && setOpen("urgency"), true;
    if (!line) return false;
    if (key === "y") return confirm(), true;
    if (key === "e") return setDoing("edit"), true;
    if (key === "x") return strike(), true;
    if (key === "m") return setDoing("mark"), true;
    return false;
  };

  return (
    <div class="screen record">
      <Keys press={press} />
      <TopBar me={me}>
        <button type="button" class="button plain" onClick={onBack}><BackIcon size="1.1em" />名单 <kbd>Esc</kbd></button>
        <h1><span class="code-link">{record.code}</span> {person(record.patient)} <small>{wordOf(SPEAKERS, record.speaker)} · {clock(record.created)}</small></h1>
      </TopBar>
      <Urgent record={record} may={may} busy={busy} agreed={agreed} onAgree={agree} onChange={setOpen} onShow={show} onAll={() => setOpen("flags")} />
      <main>
        <div class="left">
          <div class="page">
            <Lines sections={sections} selected={line?.id ?? null} onSelect={(one) => choose(one.id)} />
          </div>
          <Dock record={record} subject={subject} line={line} may={may} busy={busy} doing={doing} onDoing={setDoing} onConfirm={confirm} onStrike={strike} onEdit={edit} onMark={(...all) => void mark(...all)} />
        </div>
        <Side record={record} may={may} busy={busy} agreed={agreed} onAgree={agree} onChange={setOpen} onShow={show} />
      </main>
      <footer class="acts-bar">
        <span class="standing"><b>{wordOf(REVIEWS, record.review.status)}</b>{record.review.by && ` · ${record.review.by}`}{record.review.at && ` ${clock(record.review.at)}`}{live === "off" && " · 没连上,改动不会自动出现"}</span>
        <span class="told" role="status">{note}</span>
        {fault && <span class="error" role="alert">{fault}</span>}
        <span class="grow" />
        <button type="button" class="button plain" onClick={() => setOpen("help")} aria-label="快捷键"><kbd>?</kbd></button>
        <button type="button" class="button plain" onClick={() => setOpen("talk")}>全部对话 <kbd>t</kbd></button>
        <button type="button" class="button plain" onClick={() => print()}><PrintIcon size="1.1em" />打印 <kbd>p</kbd></button>
        <button type="button" class="button" onClick={() => void copyText()}>复制到病历 <kbd>c</kbd></button>
        {may && <button type="button" class="button main" disabled={busy || final} onClick={finish}><CheckIcon size="1.1em" />{final ? "已确认" : "全部确认"} {!final && <kbd>Ctrl Enter</kbd>}</button>}
      </footer>
      <Paper record={record} />
      {open === "flags" && <FlagTable record={record} onClose={() => setOpen("")} />}
      {open === "talk" && <Talk record={record} onClose={() => setOpen("")} />}
      {open === "help" && <KeysHelp onClose={() => setOpen("")} keys={may ? [...READING, ...WRITING] : READING} />}
      {(open === "department" || open === "route" || open === "urgency") && (
        <Decide record={record} part={open} busy={busy} trouble={fault} onSave={(value, reason) => void change(open, value, reason)} onClose={() => { setOpen(""); setFault(""); }} />
      )}
    </div>
  );
}

const READING: readonly (readonly [string, string, string])[] = [
  ["j", "↓", "下一行"], ["k", "↑", "上一行"], ["f", "", "全部红旗"], ["t", "", "全部对话"], ["c", "", "复制到病历"], ["p", "", "打印"], ["Esc", "", "回名单"],
];
const WRITING: readonly (readonly [string, string, string])[] = [
  ["y", "", "确认这行,或恢复原文"], ["e", "", "改这行"], ["x", "", "划掉这行"], ["m", "", "理解错了"], ["d", "", "改科室"], ["r", "", "改路径"], ["u", "", "改急缓"], ["Ctrl Enter", "", "全部确认"],
];

/** Below the record's reading, so that the keys rest while there is none. */
function Keys({ press }: { press: (key: string, event: KeyboardEvent) => boolean }) {
  useKeys(press);
  return null;
}

/** What somebody else did meanwhile, or the patient went on to say. */
function whatChanged(before: OpenedRecord, after: OpenedRecord, me: string): string {
  const news = after.review.changes.slice(before.review.changes.length).filter((change) => change.by !== me);
  const last = news.at(-1);
  if (last) return `${last.by}刚改了:${last.text}`;
  if (after.review.at !== before.review.at && after.review.by && after.review.by !== me) return `${after.review.by}刚看过:${wordOf(REVIEWS, after.review.status)}`;
  return after.turns.length > before.turns.length ? "病人又说了话,记录已更新" : "";
}
