// Another department, route or urgency: what instead, and why. The machine's own stays visible, struck.
import { useState } from "preact/hooks";
import type { NewReview, OpenedRecord } from "../api/staff";
import { Dialog } from "../staff/dialog";
import { DEPARTMENTS, PARTS, ROUTES, URGENCIES } from "../staff/words";

export type Part = "department" | "route" | "urgency";

/** What the machine decided: contract id, or name of the department. */
export function decided(record: OpenedRecord, part: Part): string {
  if (part === "department") return record.departments[0]?.name ?? "";
  return (part === "route" ? record.route?.id : record.urgency) ?? "";
}

/** What stands now. */
export const stands = (record: OpenedRecord, part: Part): string => record.review[part]?.to || decided(record, part);

export function nameOf(part: Part, id: string): string {
  if (part === "route") return ROUTES[id] ?? id;
  return part === "urgency" ? URGENCIES[id]?.name ?? id : id;
}

/** A decision as the API takes it. */
export const asReview = (part: Part, value: string, reason: string): Partial<NewReview> =>
  part === "department" ? { department: { name: value, reason } } : { [part]: { id: value, reason } };

/** Reasons that come up often; any other can be typed. */
const REASONS = ["查体不符", "影像不符", "病人补充了情况", "本院分工", "病情比描述重", "病情比描述轻"];

interface Props {
  record: OpenedRecord;
  part: Part;
  busy: boolean;
  trouble: string;
  onSave: (value: string, reason: string) => void;
  onClose: () => void;
}

export function Decide({ record, part, busy, trouble, onSave, onClose }: Props) {
  const machine = decided(record, part);
  const [value, setValue] = useState(stands(record, part));
  const [reason, setReason] = useState("");
  const choices = part === "route" ? Object.keys(ROUTES) : part === "urgency" ? Object.keys(URGENCIES) : [...new Set([...record.departments.map((one) => one.name), ...DEPARTMENTS])];
  const needsReason = value.trim() !== machine;
  return (
    <Dialog title={`改${PARTS[part]}`} onClose={onClose}>
      <form class="stack decide" onSubmit={(event) => { event.preventDefault(); onSave(value.trim(), needsReason ? reason.trim() : ""); }}>
        <p>AI 建议:<b>{nameOf(part, machine) || "还没定"}</b></p>
        {part === "department" ? (
          <label>改成<input list="departments" value={value} autofocus required maxLength={40} onInput={(event) => setValue(event.currentTarget.value)} onFocus={(event) => event.currentTarget.select()} />
            <datalist id="departments">{choices.map((choice) => <option key={choice} value={choice} />)}</datalist>
          </label>
        ) : (
          <label>改成
            <select value={value} autofocus onChange={(event) => setValue(event.currentTarget.value)}>
              {choices.map((choice) => <option key={choice} value={choice}>{nameOf(part, choice)}</option>)}
            </select>
          </label>
        )}
        <label>理由{needsReason ? "(要写)" : ""}
          <input value={reason} required={needsReason} disabled={!needsReason} maxLength={200} onInput={(event) => setReason(event.currentTarget.value)} />
        </label>
        <div class="row" role="group" aria-label="常用理由">
          {REASONS.map((one) => <button key={one} type="button" class="chip" disabled={!needsReason} onClick={() => setReason(one)}>{one}</button>)}
        </div>
        {trouble && <p class="error" role="alert">{trouble}</p>}
        <button class="button main" disabled={busy || !value.trim()}>{needsReason ? "改成这个" : "同意 AI 的"}</button>
      </form>
    </Dialog>
  );
}
