// Earlier visits like this one, looked for only when the doctor opens the list: what is shown there is noted in the audit.
import { useState } from "preact/hooks";
import { findSimilar, type SimilarVisit, type SimilarVisits } from "../api/staff";
import { guarded } from "../staff/session";
import { ago, PARTS, REVIEWS, ROUTES, wordOf } from "../staff/words";
import { nameOf, type Part } from "./decide";

export function Similar({ id }: { id: string }) {
  const [found, setFound] = useState<SimilarVisits | null>(null);
  const [trouble, setTrouble] = useState("");
  const look = async (): Promise<void> => {
    setTrouble("");
    try {
      setFound(await guarded(findSimilar(id)));
    } catch (error) {
      setTrouble((error as Error).message);
    }
  };
  return (
    <details class="similar" onToggle={(event) => event.currentTarget.open && !found && void look()}>
      <summary>以前相似的就诊</summary>
      {trouble && <p class="small" role="alert">{trouble} <button type="button" onClick={() => void look()}>再试一次</button></p>}
      {!found && !trouble && <p class="hint small">正在找…</p>}
      {found && found.visits.length === 0 && <p class="hint small">{found.available ? "没有相似的就诊。" : "这台机器不能比较就诊。"}</p>}
      {found && found.visits.length > 0 && <ol>{found.visits.map((one) => <Row key={one.visit.session_id} one={one} />)}</ol>}
    </details>
  );
}

function Row({ one }: { one: SimilarVisit }) {
  const { visit } = one;
  return (
    <li>
      <a href={`#v=${visit.session_id}`}>{visit.code}</a> <small>{ago(Math.floor((Date.now() - Date.parse(visit.created)) / 86_400_000))}</small>{one.same_patient && <span class="tag">同一病人</span>}
      <p class="small" data-verbatim>{visit.complaint}</p>
      <p class="small">{[visit.department, visit.route ? wordOf(ROUTES, visit.route) : "", wordOf(REVIEWS, visit.review.status)].filter(Boolean).join(" · ")}</p>
      {one.changed.map((made) => (
        <p key={made.part} class="small">医生改{wordOf(PARTS, made.part)}:<del>{nameOf(made.part as Part, made.from)}</del> <ins>{nameOf(made.part as Part, made.to)}</ins></p>
      ))}
    </li>
  );
}
