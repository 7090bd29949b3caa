// The worklist and the desk list: one frame, one reading, live.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { listVisits, type ListedVisit, type Me, type WorklistState } from "../api/staff";
import { useFeed } from "../staff/feed";
import { TopBar } from "../staff/frame";
import { KeysHelp } from "../staff/help";
import { useKeys } from "../staff/keys";
import { guarded } from "../staff/session";
import { URGENCIES } from "../staff/words";
import { Desk } from "./desk";
import { Worklist } from "./worklist";

const FILTERS: readonly { state: WorklistState; name: string }[] = [
  { state: "waiting", name: "待看" },
  { state: "confirmed", name: "已确认" },
  { state: "handed_over", name: "转人工" },
  { state: "all", name: "全部" },
];

/** Where no stream can be had, the list is read this often. */
const POLL_MS = 30_000;

interface Props {
  me: Me;
  desk: boolean;
  onOpen: (id: string) => void;
}

/** How the list was left, for coming back from a record. In memory only. */
let left: { state: WorklistState; query: string; selected: string | null } = { state: "waiting", query: "", selected: null };

export function Lists({ me, desk, onOpen }: Props) {
  const [state, setState] = useState<WorklistState>(left.state);
  const [query, setQuery] = useState(left.query);
  const [visits, setVisits] = useState<ListedVisit[] | null>(null);
  const [more, setMore] = useState(false);
  const [trouble, setTrouble] = useState("");
  const [news, setNews] = useState("");
  const [fresh, setFresh] = useState<ReadonlySet<string>>(new Set());
  const [selected, setSelected] = useState<string | null>(left.selected);
  const [now, setNow] = useState(Date.now());
  const [help, setHelp] = useState(false);
  const search = useRef<HTMLInputElement>(null);
  const asked = useRef(0);
  const shown = useRef<ListedVisit[] | null>(null);
  // A code is looked for everywhere, wherever its visit stands.
  const searching = !desk && query.trim() !== "";
  const wanted: WorklistState = desk ? "handed_over" : searching ? "all" : state;

  useEffect(() => void (left = { state, query, selected }), [state, query, selected]);

  const read = useCallback(async (background: boolean): Promise<void> => {
    const turn = ++asked.current;
    try {
      const list = await guarded(listVisits(wanted, desk ? "" : query.trim(), { background }));
      if (turn !== asked.current) return; // A later question was asked meanwhile.
      const before = new Map(shown.current?.map((visit) => [visit.session_id, visit.updated]));
      const news = background ? list.visits.filter((visit) => before.get(visit.session_id) !== visit.updated) : [];
      if (background) announce(news, before, setNews);
      setFresh(new Set(news.map((visit) => visit.session_id)));
      shown.current = list.visits;
      setVisits(list.visits);
      setMore(list.more);
      setTrouble("");
      setNow(Date.now());
    } catch (error) {
      if (turn === asked.current) setTrouble((error as Error).message);
    }
  }, [wanted, query, desk]);

  useEffect(() => {
    shown.current = null;
    const timer = setTimeout(() => void read(false), query ? 200 : 0);
    return () => clearTimeout(timer);
  }, [read]);
  const live = useFeed(() => void read(true));
  useEffect(() => {
    const timer = setInterval(() => {
      setNow(Date.now());
      if (live !== "on") void read(true);
    }, POLL_MS);
    return () => clearInterval(timer);
  }, [live, read]);

  /** Opens the visit with this code. A scanner types faster than the list follows, so the server is asked anew. */
  const find = async (): Promise<void> => {
    const text = query.trim();
    if (!text) return;
    try {
      const [only, ...others] = (await guarded(listVisits("all", text))).visits;
      if (only?.readable && others.length === 0) onOpen(only.session_id);
    } catch (error) {
      setTrouble((error as Error).message);
    }
  };
  const move = (by: number): void => {
    if (!visits?.length) return;
    const at = visits.findIndex((visit) => visit.session_id === selected);
    const next = visits[Math.min(visits.length - 1, Math.max(0, at < 0 ? 0 : at + by))];
    if (!next) return;
    setSelected(next.session_id);
    document.getElementById(`visit-${next.session_id}`)?.focus();
  };
  useKeys((key) => {
    if (key === "j" || key === "ArrowDown") move(1);
    else if (key === "k" || key === "ArrowUp") move(-1);
    else if (key === "/") search.current?.focus();
    else if (key === "?") setHelp(true);
    else return false;
    return true;
  });

  return (
    <div class="screen lists">
      <TopBar me={me}>
        <nav class="tabs" aria-label="名单">
          <a href="#" aria-current={desk ? undefined : "page"}>候诊名单</a>
          <a href="#desk" aria-current={desk ? "page" : undefined}>服务台</a>
          {me.role === "doctor" && <a href="/manage">管理</a>}
        </nav>
      </TopBar>
      <main>
        <div class="tools">
          <h1 class={desk ? "" : "unseen"}>{desk ? "请人帮忙的病人" : "候诊名单"}</h1>
          {!desk && (
            <div class="filters" role="group" aria-label="看哪些">
              {FILTERS.map((filter) => (
                <button key={filter.state} type="button" aria-pressed={wanted === filter.state} onClick={() => { setState(filter.state); setQuery(""); }}>{filter.name}</button>
              ))}
            </div>
          )}
          {!desk && (
            <label class="search">
              <span class="unseen">按就诊号或病历号找</span>
              <input
                ref={search} type="search" placeholder="就诊号,如 7K3M-Q9TD" value={query} spellcheck={false} autocomplete="off"
                onInput={(event) => setQuery(event.currentTarget.value)}
                onKeyDown={(event) => {
                  if (event.key === "Enter") void find();
                  if (event.key === "Escape") event.currentTarget.blur();
                }}
              />
            </label>
          )}
          <span class="grow" />
          {visits && <span class="hint">{searching ? "所有日子" : "今天和昨天"},{more ? "前" : "共"}{visits.length}位</span>}
          <span class={`live ${live}`} role="status">{live === "on" ? "● 实时更新" : live === "off" ? "○ 没连上,30秒看一次" : "○ 正在连…"}</span>
          <button type="button" class="button plain" onClick={() => setHelp(true)}>快捷键 <kbd>?</kbd></button>
        </div>
        <p class="unseen" aria-live="assertive">{news}</p>
        {trouble && <p class="error" role="alert">{trouble} <button type="button" class="button plain" onClick={() => void read(false)}>再试一次</button></p>}
        {visits === null ? (
          !trouble && <p class="loading">正在打开…</p>
        ) : desk ? (
          <Desk visits={visits} now={now} fresh={fresh} onOpen={onOpen} onChanged={() => void read(false)} />
        ) : visits.length === 0 ? (
          <p class="loading">{searching ? "没有这个号。就诊号是8个字母和数字。" : "现在没有。"}</p>
        ) : (
          <Worklist visits={visits} now={now} fresh={fresh} selected={selected} onSelect={setSelected} onOpen={onOpen} />
        )}
      </main>
      {help && (
        <KeysHelp
          onClose={() => setHelp(false)}
          keys={[["j", "↓", "下一位"], ["k", "↑", "上一位"], ["Enter", "", "打开"], ["/", "", "找就诊号"], ["?", "", "快捷键"]]}
        />
      )}
    </div>
  );
}

/** Only what is new is read out, and an emergency by its name. */
function announce(news: ListedVisit[], before: ReadonlyMap<string, string>, say: (text: string) => void): void {
  const arrived = news.filter((visit) => !before.has(visit.session_id));
  const urgent = news.filter((visit) => visit.urgency === "immediate" && visit.review.status === "unreviewed");
  if (urgent.length) say(`${URGENCIES["immediate"]?.name}:${urgent.map((visit) => visit.code).join("、")}`);
  else if (arrived.length) say(`新到${arrived.length}位`);
}
