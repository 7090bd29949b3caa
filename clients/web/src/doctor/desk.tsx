// The desk: patients who asked for a person, or whom the machine handed over. Take, then done; who is done
// leaves the list.
import { useState } from "preact/hooks";
import { keepDesk, type ListedVisit } from "../api/staff";
import { Dialog } from "../staff/dialog";
import { guarded } from "../staff/session";
import { CHANNELS, clock, person, waited, wordOf } from "../staff/words";
import { Urgency } from "./worklist";

interface Props {
  visits: readonly ListedVisit[];
  now: number;
  fresh: ReadonlySet<string>;
  onOpen: (id: string) => void;
  onChanged: () => void;
}

export function Desk({ visits, now, fresh, onOpen, onChanged }: Props) {
  const [asked, setAsked] = useState<{ visit: ListedVisit; state: "taken" | "done" } | null>(null);
  const [done, setDone] = useState("");
  const order = [...visits].sort((one, other) => rank(one) - rank(other));
  return (
    <>
      <p class={done ? "told" : "unseen"} role="status">{done}</p>
      {order.length === 0 && <p class="loading">现在没有人请求帮忙。</p>}
      <ul class="desk">
        {order.map((visit) => (
          <li key={visit.session_id} class={`${visit.desk ?? "open"} ${fresh.has(visit.session_id) ? "fresh" : ""}`}>
            <Urgency id={visit.urgency} />
            <b class="code-link">{visit.code}</b>
            <span>{person(visit)}{visit.pediatric && <span class="tag">未满14岁</span>}</span>
            <span class="complaint">{visit.readable ? visit.complaint : <span class="hint">病人没同意给人看记录,请当面问</span>}</span>
            <span class="hint">{clock(visit.updated)} · {waited(visit.updated, now)} · {wordOf(CHANNELS, visit.channel)}</span>
            <span class="stands">{visit.desk === "taken" ? "有人接待" : "等人"}</span>
            <span class="acts">
              {visit.readable && <button type="button" class="button plain" onClick={() => onOpen(visit.session_id)}>看记录</button>}
              {!visit.desk && <button type="button" class="button main" onClick={() => setAsked({ visit, state: "taken" })}>接待</button>}
              <button type="button" class="button" onClick={() => setAsked({ visit, state: "done" })}>办完</button>
            </span>
          </li>
        ))}
      </ul>
      {asked && <Note {...asked} onClose={() => setAsked(null)} onDone={() => { setAsked(null); setDone(asked.state === "done" ? `${asked.visit.code} 已办完` : ""); onChanged(); }} />}
    </>
  );
}

/** Who waits comes before who is being helped; the server's order within. */
const rank = (visit: ListedVisit): number => (visit.desk === "taken" ? 1 : 0);

function Note({ visit, state, onClose, onDone }: { visit: ListedVisit; state: "taken" | "done"; onClose: () => void; onDone: () => void }) {
  const [trouble, setTrouble] = useState("");
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const note = String(new FormData(event.currentTarget as HTMLFormElement).get("note") ?? "").trim();
    try {
      await guarded(keepDesk(visit.session_id, state, note));
      onDone();
    } catch (error) {
      setTrouble((error as Error).message);
    }
  };
  return (
    <Dialog title={`${state === "taken" ? "接待" : "办完"} ${visit.code}`} onClose={onClose}>
      <form class="stack" onSubmit={(event) => void submit(event)}>
        <label>留一句话给同事(可不写)<textarea name="note" rows={3} maxLength={200} autofocus /></label>
        {trouble && <p class="error" role="alert">{trouble}</p>}
        <button class="button main">{state === "taken" ? "我来接待" : "办完了"}</button>
      </form>
    </Dialog>
  );
}
