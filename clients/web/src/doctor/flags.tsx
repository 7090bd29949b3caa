// The top line: how urgent, and what was raised, with the patient's words; and all red flags as a table.
import type { Flag, OpenedRecord } from "../api/staff";
import { Dialog } from "../staff/dialog";
import { FLAG_STATUS, URGENCIES, wordOf } from "../staff/words";
import type { Part } from "./decide";
import { Decision } from "./side";
import type { Subject } from "./subject";
import { Urgency } from "./worklist";

interface Props {
  record: OpenedRecord;
  may: boolean;
  busy: boolean;
  agreed: ReadonlySet<Part>;
  onAgree: (part: Part) => void;
  onChange: (part: Part) => void;
  onShow: (subject: Subject) => void;
  onAll: () => void;
}

const isRaised = (flag: Flag): boolean => flag.status === "present" || flag.status === "suspected";

/** The patient's words, each once. */
const wordsOf = (flag: Flag): string[] => [...new Set(flag.because.map((quote) => quote.text).filter(Boolean))];

export function Urgent(props: Props) {
  const { record, onShow, onAll } = props;
  const raised = record.red_flags.filter(isRaised);
  const count = (status: string): number => record.red_flags.filter((flag) => flag.status === status).length;
  const tone = (record.review.urgency?.to ?? record.urgency ?? "") in URGENCIES ? URGENCIES[record.review.urgency?.to ?? record.urgency ?? ""]?.tone : "none";
  return (
    <section class={`urgent ${tone}`} aria-label="急缓和红旗">
      <Urgency id={record.review.urgency?.to ?? record.urgency} />
      {props.may && record.urgency && <Decision {...props} part="urgency" note="" />}
      {!props.may && record.review.urgency && <Decision {...props} part="urgency" note="" />}
      <div class="raised">
        {raised.map((flag) => (
          <button
            key={flag.id} type="button" class="flag"
            onClick={() => onShow({ key: `flag-${flag.id}`, title: `红旗:${flag.name}(${wordOf(FLAG_STATUS, flag.status)})`, quotes: flag.because, rule: flag.rule, source: flag.source })}
          >
            <b>{flag.name}</b><small>{wordOf(FLAG_STATUS, flag.status)}</small>
            <span data-verbatim>{wordsOf(flag).map((words) => `「${words}」`).join("")}</span>
          </button>
        ))}
        {raised.length === 0 && <span>没有发现红旗</span>}
      </div>
      {record.call_reason && <span class="tag">病人叫人:{record.call_reason}</span>}
      {record.handed_over && !record.call_reason && <span class="tag">转人工</span>}
      <button type="button" class="all" onClick={onAll}>已否认{count("excluded")}项,未问全{count("unknown")}项 <kbd>f</kbd></button>
    </section>
  );
}

const ORDER = ["present", "suspected", "unknown", "excluded"];

export function FlagTable({ record, onClose }: { record: OpenedRecord; onClose: () => void }) {
  const flags = [...record.red_flags].sort((one, other) => ORDER.indexOf(one.status) - ORDER.indexOf(other.status));
  return (
    <Dialog title="红旗逐项" onClose={onClose} side>
      <table class="flags">
        <thead><tr><th scope="col">看什么</th><th scope="col">结果</th><th scope="col">病人的话</th><th scope="col">规则和来源</th></tr></thead>
        <tbody>
          {flags.map((flag) => (
            <tr key={flag.id} class={flag.status}>
              <th scope="row">{flag.name}</th>
              <td>{wordOf(FLAG_STATUS, flag.status)}</td>
              <td data-verbatim>{wordsOf(flag).map((words) => `「${words}」`).join(" ")}</td>
              <td><small><b>{flag.rule}</b> {flag.source}</small></td>
            </tr>
          ))}
        </tbody>
      </table>
    </Dialog>
  );
}
