// The worklist as a table, in the order of the server: most urgent first, then who came first.
import type { ListedVisit } from "../api/staff";
import { CHANNELS, clock, FLAG_STATUS, person, ROUTES, standing, URGENCIES, waited, wordOf } from "../staff/words";

/** Urgency in words, with a shape and a colour. */
export function Urgency({ id }: { id: string | null | undefined }) {
  const words = id ? URGENCIES[id] : undefined;
  if (!words) return <span class="urgency none">{id ?? "还没定"}</span>;
  return <span class={`urgency ${words.tone}`}><i aria-hidden="true">{words.sign}</i>{words.name}</span>;
}

interface Props {
  visits: readonly ListedVisit[];
  now: number;
  fresh: ReadonlySet<string>;
  selected: string | null;
  onSelect: (id: string) => void;
  onOpen: (id: string) => void;
}

export function Worklist({ visits, now, fresh, selected, onSelect, onOpen }: Props) {
  return (
    <table class="worklist">
      <thead>
        <tr><th scope="col">急缓</th><th scope="col">就诊号</th><th scope="col">病人</th><th scope="col">主诉</th><th scope="col">红旗</th><th scope="col">建议科室</th><th scope="col">路径</th><th scope="col">到达</th><th scope="col">状态</th></tr>
      </thead>
      <tbody>
        {visits.map((visit) => {
          const id = visit.session_id;
          return (
            <tr key={id} class={`${selected === id ? "selected" : ""} ${fresh.has(id) ? "fresh" : ""}`} onClick={() => visit.readable && onOpen(id)}>
              <td><Urgency id={visit.urgency} /></td>
              <td>
                {visit.readable ? (
                  <a id={`visit-${id}`} class="code-link" href={`#v=${id}`} onFocus={() => onSelect(id)} onClick={(event) => event.stopPropagation()}>{visit.code}</a>
                ) : (
                  <span id={`visit-${id}`} class="code-link" tabIndex={-1}>{visit.code}</span>
                )}
                {visit.patient_ref && <small>{visit.patient_ref}</small>}
              </td>
              <td>{person(visit)}{visit.pediatric && <span class="tag">未满14岁</span>}</td>
              <td class="complaint" data-verbatim>{visit.readable ? visit.complaint || <span class="hint">还没说</span> : <span class="hint">病人没同意给医生看记录</span>}</td>
              <td>
                {visit.red_flags.length === 0 ? <span class="hint">—</span> : visit.red_flags.map((flag) => (
                  <span key={flag.id} class="flag">{flag.name}<small>{wordOf(FLAG_STATUS, flag.status)}</small></span>
                ))}
              </td>
              <td>{visit.department}</td>
              <td>{visit.route ? wordOf(ROUTES, visit.route) : ""}</td>
              <td class="when">{clock(visit.created)}<small>{waited(visit.created, now)} · {wordOf(CHANNELS, visit.channel)}</small></td>
              <td>{standing(visit)}{visit.handed_over && <span class="tag">转人工</span>}{visit.review.by && <small>{visit.review.by}</small>}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
