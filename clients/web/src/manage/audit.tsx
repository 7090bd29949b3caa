// For the auditor: who of the staff did what and when. Visits by their number only, no word of a patient.
import { useEffect, useMemo, useState } from "preact/hooks";
import { readAudit, type AuditItem, type Me } from "../api/staff";
import { TopBar } from "../staff/frame";
import { guarded } from "../staff/session";
import { ACTIONS, ROLES, wordOf } from "../staff/words";
import { daysAgo, DayTools } from "./days";

export function Audit({ me }: { me: Me }) {
  const [days, setDays] = useState({ from: daysAgo(6), to: daysAgo(0) });
  const [entries, setEntries] = useState<AuditItem[] | null>(null);
  const [more, setMore] = useState(false);
  const [trouble, setTrouble] = useState("");
  const [who, setWho] = useState("");
  const [action, setAction] = useState("");
  const [visit, setVisit] = useState("");

  useEffect(() => {
    let late = false;
    guarded(readAudit(days.from, days.to)).then(
      (next) => void (!late && (setEntries(next.entries), setMore(next.more), setTrouble(""))),
      (error: Error) => void (!late && setTrouble(error.message)),
    );
    return () => void (late = true);
  }, [days]);
  const goOn = (): void => {
    guarded(readAudit(days.from, days.to, entries?.at(-1)?.position)).then(
      (next) => (setEntries([...(entries ?? []), ...next.entries]), setMore(next.more), setTrouble("")),
      (error: Error) => setTrouble(error.message),
    );
  };
  const people = useMemo(() => [...new Set(entries?.map((one) => one.who))].sort(), [entries]);
  const actions = useMemo(() => [...new Set(entries?.map((one) => one.action))].sort(), [entries]);
  const shown = entries?.filter((one) => (!who || one.who === who) && (!action || one.action === action) && (!visit.trim() || one.session_id?.startsWith(visit.trim().toLowerCase())));

  return (
    <div class="screen manage">
      <TopBar me={me}><nav class="tabs" aria-label="页"><a href="/manage" aria-current="page">审计</a></nav></TopBar>
      <main>
        <div class="tools">
          <h1>谁在什么时候做了什么</h1>
          <DayTools {...days} spans={[1, 7, 30]} onChange={setDays} />
        </div>
        <div class="tools">
          <label class="day">账号
            <select value={who} onChange={(event) => setWho(event.currentTarget.value)}>
              <option value="">全部</option>
              {people.map((one) => <option key={one} value={one}>{one}</option>)}
            </select>
          </label>
          <label class="day">做了什么
            <select value={action} onChange={(event) => setAction(event.currentTarget.value)}>
              <option value="">全部</option>
              {actions.map((one) => <option key={one} value={one}>{wordOf(ACTIONS, one)}</option>)}
            </select>
          </label>
          <label class="day">问诊编号<input value={visit} spellcheck={false} onInput={(event) => setVisit(event.currentTarget.value)} /></label>
          <span class="grow" />
          <span class="hint" role="status">{shown && `${shown.length}条`}{more && ",还有没读进来的"}</span>
        </div>
        {trouble && <p class="error" role="alert">{trouble}</p>}
        {!shown ? (
          !trouble && <p class="loading">正在打开…</p>
        ) : shown.length === 0 ? (
          <p class="loading">这些天没有。</p>
        ) : (
          <div class="rows" tabIndex={0} role="region" aria-label="审计记录">
            <table>
              <thead><tr><th scope="col">序号</th><th scope="col">时间</th><th scope="col">账号</th><th scope="col">角色</th><th scope="col">做了什么</th><th scope="col">问诊编号</th><th scope="col">细节</th></tr></thead>
              <tbody>
                {shown.map((one) => (
                  <tr key={one.position}>
                    <th scope="row">{one.position}</th>
                    <td class="when">{moment(one.at)}</td>
                    <td>{one.who}</td>
                    <td>{wordOf(ROLES, one.role)}</td>
                    <td>{wordOf(ACTIONS, one.action)}</td>
                    <td class="id">{one.session_id}</td>
                    <td>{one.detail}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
        {more && <p><button type="button" class="button" onClick={goOn}>再读一千条</button></p>}
        <p class="hint">每条都连着上一条的校验码,改过或少了一条,<code>jiwen audit verify</code> 会说出是哪一条。</p>
      </main>
    </div>
  );
}

/** To the second, in China's time: 「2026-11-27 09:05:12」. */
const moment = (at: string): string => new Date(at).toLocaleString("sv-SE", { timeZone: "Asia/Shanghai" });
