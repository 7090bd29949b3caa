// Beside the record: department and route with reasons down to the source, the checklist of the
// minimally invasive assessment, time and place, conditions to think of.
import type { OpenedRecord, Reason } from "../api/staff";
import { ago, PARTS } from "../staff/words";
import { BodyPicture, Places } from "./body";
import { decided, nameOf, type Part } from "./decide";
import { Similar } from "./similar";
import type { Subject } from "./subject";

interface Props {
  record: OpenedRecord;
  may: boolean;
  busy: boolean;
  /** Agreed with on this screen. */
  agreed: ReadonlySet<Part>;
  onAgree: (part: Part) => void;
  onChange: (part: Part) => void;
  onShow: (subject: Subject) => void;
}

const CRITERION: Readonly<Record<string, { sign: string; name: string }>> = {
  met: { sign: "✓", name: "符合" },
  not_met: { sign: "✕", name: "不符" },
  verify: { sign: "?", name: "待核" },
};

export function Side(props: Props) {
  const { record, onShow } = props;
  const route = record.route;
  const others = record.departments.slice(1).map((one) => one.name);
  return (
    <aside aria-label="建议和依据">
      <section class="advice" aria-label="科室">
        <Decision {...props} part="department" note={others.length > 0 ? `也可:${others.join("、")}` : ""} />
        <Reasons reasons={record.departments[0]?.because ?? []} part="department" onShow={onShow} />
      </section>
      <section class="advice" aria-label="路径">
        <Decision {...props} part="route" note="" />
        <Reasons reasons={route?.because ?? []} part="route" onShow={onShow} />
        {route && route.exclusions.length > 0 && <p class="small"><b>不宜微创:</b>{route.exclusions.join("、")}</p>}
        {route && route.missing.length > 0 && <p class="small"><b>定路径还缺:</b>{route.missing.map((one) => one.name).join("、")}</p>}
      </section>
      {record.mis_checklist.length > 0 && (
        <section aria-label="微创评估">
          <h3>微创评估</h3>
          {record.technique && (
            <div class="technique">
              <p><b>{record.technique.outcome}</b></p>
              <p class="small">{record.technique.profile}</p>
              {record.technique.limits.map((one) => <p class="small" key={one}>{one}</p>)}
            </div>
          )}
          <ul class="criteria">
            {record.mis_checklist.map((one) => {
              const words = CRITERION[one.status] ?? { sign: "·", name: one.status };
              return (
                <li key={one.id}>
                  <button type="button" title={one.text} onClick={() => onShow({ key: one.id, title: `${one.id} ${one.text}:${words.name}`, quotes: one.because })}>
                    <b>{one.id}</b><span class="ask">{one.text}</span><span class={`status ${one.status}`}><i aria-hidden="true">{words.sign}</i>{words.name}</span>
                  </button>
                </li>
              );
            })}
          </ul>
        </section>
      )}
      <div class="pair">
        <section aria-label="病程和部位">
          <h3>病程</h3>
          {record.timeline.length === 0 && <p class="hint small">没说什么时候开始。</p>}
          <ol class="timeline">
            {record.timeline.map((one) => <li key={one.label + one.date}><b>{ago(one.days)}</b><span data-verbatim>{one.label}</span><small>{one.date}</small></li>)}
            {record.timeline.length > 0 && <li class="today"><b>今天</b><span>来看病</span></li>}
          </ol>
          <Places marks={record.body} />
        </section>
        <BodyPicture marks={record.body} />
      </div>
      <div class="folds">
        {record.conditions.length > 0 && (
          <details class="conditions">
            <summary>可考虑的病({record.conditions.length}),只供参考</summary>
            <ol>
              {record.conditions.map((one) => (
                <li key={one.name}>
                  <b>{one.name}</b> <small>{one.icd10}</small>
                  {one.for.length > 0 && <p class="small">支持:{one.for.join("、")}</p>}
                  {one.against.length > 0 && <p class="small">不支持:{one.against.join("、")}</p>}
                </li>
              ))}
            </ol>
          </details>
        )}
        <Similar key={record.session_id} id={record.session_id} />
      </div>
    </aside>
  );
}

/** One decision: the machine's, or the doctor's with the machine's struck. */
export function Decision({ record, part, note, may, busy, agreed, onAgree, onChange }: Omit<Props, "onShow"> & { part: Part; note: string }) {
  const instead = record.review[part];
  const machine = decided(record, part);
  const done = agreed.has(part) || (record.review.status === "confirmed" && !instead);
  return (
    <div class="decision">
      <h3>{PARTS[part]}</h3>
      <p class="what">
        {instead ? <><del>{nameOf(part, instead.from)}</del> <ins>{nameOf(part, instead.to)}</ins></> : <b>{nameOf(part, machine) || "还没定"}</b>}
        {note && <small>{note}</small>}
        {instead && <small>{instead.by}:{instead.reason}</small>}
      </p>
      {may && machine && (
        <span class="acts">
          {done ? <span class="ok">✓ 已同意</span> : <button type="button" disabled={busy} aria-label={`同意${PARTS[part]}`} onClick={() => onAgree(part)}>同意</button>}
          <button type="button" disabled={busy} aria-label={`改${PARTS[part]}`} onClick={() => onChange(part)}>改 <kbd>{KEY[part]}</kbd></button>
        </span>
      )}
    </div>
  );
}

export const KEY: Readonly<Record<Part, string>> = { department: "d", route: "r", urgency: "u" };

/** A condition of a rule that rests on no finding comes without words for people. */
const nameOfReason = (reason: Reason): string => (/[\u4e00-\u9fff]/.test(reason.text) ? reason.text : `规则 ${reason.rule}`);

/** The findings it rests on; each opens its words, rule and guideline. */
function Reasons({ reasons, part, onShow }: { reasons: readonly Reason[]; part: Part; onShow: (subject: Subject) => void }) {
  if (!reasons.length) return null;
  return (
    <p class="reasons">
      <span class="unseen">{PARTS[part]}的依据:</span>
      {reasons.map((one, at) => (
        <button key={`${one.rule}${at}`} type="button" class="reason" onClick={() => onShow({ key: `${part}-${at}`, title: `${PARTS[part]}的依据:${nameOfReason(one)}`, quotes: one.quotes, rule: one.rule, source: one.source })}>{nameOfReason(one)}</button>
      ))}
      <small>{[...new Set(reasons.map((one) => one.rule))].join("、")}</small>
    </p>
  );
}
