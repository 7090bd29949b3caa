// Figures of some days, never of a person. No text of a patient is here or in the file.
import { useEffect, useState } from "preact/hooks";
import { readCsv, readSummary, type Me, type Summary } from "../api/staff";
import { TopBar } from "../staff/frame";
import { guarded } from "../staff/session";
import { CHANNELS, FLAGS, PARTS, ROUTES, URGENCIES, wordOf } from "../staff/words";
import { daysAgo, DayTools } from "./days";
import { Figure, type Row } from "./figure";

const COLORS: Readonly<Record<string, string>> = { red: "#a8121b", amber: "#b3741a", blue: "#2f68a8", green: "#0b7a5f" };
const AT_MOST = 14;

export function Figures({ me }: { me: Me }) {
  const [{ from, to }, setDays] = useState({ from: daysAgo(29), to: daysAgo(0) });
  const [summary, setSummary] = useState<Summary | null>(null);
  const [trouble, setTrouble] = useState("");
  useEffect(() => {
    let late = false;
    guarded(readSummary(from, to)).then(
      (next) => void (!late && (setSummary(next), setTrouble(""))),
      (error: Error) => void (!late && setTrouble(error.message)),
    );
    return () => void (late = true);
  }, [from, to]);
  const save = (): void => {
    guarded(readCsv(from, to)).then(
      (file) => keep(file, `jiwen-${from}-${to}.csv`),
      (error: Error) => setTrouble(error.message),
    );
  };
  return (
    <div class="screen manage">
      <TopBar me={me}>
        <nav class="tabs" aria-label="页">
          {me.role === "doctor" && <a href="/doctor">候诊名单</a>}
          <a href="/manage" aria-current="page">管理</a>
        </nav>
      </TopBar>
      <main>
        <div class="tools">
          <h1>运行情况</h1>
          <DayTools from={from} to={to} spans={[7, 30, 90]} onChange={setDays} />
          <span class="grow" />
          <span class="hint">只有数字,没有病人的话和姓名</span>
          <button type="button" class="button" onClick={save}>下载 CSV</button>
        </div>
        {trouble && <p class="error" role="alert">{trouble}</p>}
        {summary ? <Board summary={summary} /> : !trouble && <p class="loading">正在打开…</p>}
      </main>
    </div>
  );
}

function Board({ summary }: { summary: Summary }) {
  const { agreed, of } = summary.department_agreement;
  return (
    <>
      <dl class="tiles">
        <Tile name="来问的人次" value={summary.visits} note={`问完${summary.finished}`} />
        <Tile name="医生认可的科室" value={of ? `${Math.round((agreed / of) * 100)}%` : "—"} note={of ? `${of}份已确认,${agreed}份没改科室` : "还没有已确认的记录"} />
        <Tile name="每次问几题" value={summary.questions.median} note={`中位数;九成不超过${summary.questions.p90}`} />
        <Tile name="每次用时" value={time(summary.seconds.median)} note={`中位数;九成不超过${time(summary.seconds.p90)}`} />
        <Tile name="转人工" value={summary.handed_over} note={summary.visits ? `占${Math.round((summary.handed_over / summary.visits) * 100)}%` : ""} />
        <Tile name="语音" value={summary.voice.utterances} note={`句;其中${summary.voice.confirmed}句请病人核对过`} />
      </dl>
      <div class="board">
        <Figure title="每天人次" what="日期" wide rows={summary.by_day.map((one): Row => ({ name: one.day.slice(5), value: one.visits }))} />
        <Figure title="急缓" what="急缓" lying rows={Object.entries(URGENCIES).flatMap(([id, words]): Row[] => (summary.by_urgency[id] ? [{ name: words.name, value: summary.by_urgency[id], color: COLORS[words.tone] ?? "" }] : []))} />
        <Figure title="建议科室" what="科室" lying rows={ordered(summary.by_department, {})} />
        <Figure title="红旗" what="红旗" lying rows={ordered(summary.red_flags, FLAGS).map((row) => ({ ...row, color: "#a8121b" }))} />
        <Figure title="路径" what="路径" lying rows={ordered(summary.by_route, ROUTES)} />
        <Figure title="从哪里来" what="入口" lying rows={ordered(summary.channels, CHANNELS)} />
        <section class="card figure wide">
          <header><h2>医生改了什么,为什么</h2></header>
          {summary.overrides.length === 0 ? <p class="hint">这些天没有改动。</p> : (
            <div class="numbers">
              <table>
                <thead><tr><th scope="col">项目</th><th scope="col">AI 建议</th><th scope="col">医生改成</th><th scope="col">理由</th><th scope="col">次数</th></tr></thead>
                <tbody>
                  {summary.overrides.map((one) => (
                    <tr key={[one.part, one.from, one.to, one.reason].join()}><td>{wordOf(PARTS, one.part)}</td><td>{named(one.part, one.from)}</td><td>{named(one.part, one.to)}</td><td>{one.reason}</td><td>{one.count}</td></tr>
                  ))}
                </tbody>
              </table>
            </div>
          )}
        </section>
      </div>
      <p class="hint">知识版本 {summary.knowledge_version} · 程序版本 {summary.software_version} · {summary.from} 到 {summary.to}</p>
    </>
  );
}

function Tile({ name, value, note }: { name: string; value: string | number; note: string }) {
  return <div class="card tile"><dt>{name}</dt><dd><b>{value}</b><small>{note}</small></dd></div>;
}

/** Most first; what is beyond the longest useful list is added up. */
function ordered(counts: Record<string, number>, words: Readonly<Record<string, string>>): Row[] {
  const rows = Object.entries(counts).map(([id, value]): Row => ({ name: wordOf(words, id), value })).sort((one, other) => other.value - one.value);
  if (rows.length <= AT_MOST) return rows;
  const rest = rows.slice(AT_MOST - 1);
  return [...rows.slice(0, AT_MOST - 1), { name: `其他${rest.length}种`, value: rest.reduce((sum, row) => sum + row.value, 0) }];
}

const named = (part: string, id: string): string => (part === "route" ? wordOf(ROUTES, id) : part === "urgency" ? URGENCIES[id]?.name ?? id : id);

const time = (seconds: number): string => (seconds < 60 ? `${seconds}秒` : `${Math.floor(seconds / 60)}分${seconds % 60 ? `${seconds % 60}秒` : ""}`);

function keep(file: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
