// The slip of the kiosk's printer, 80 mm wide: no name, no document number; says that AI made it (C12).
import type { SiteInfo } from "../api/types";
import { Code } from "../ui/code";
import type { ResultWords } from "../visit/result";

interface Props {
  title: string;
  words: ResultWords;
  departments: string[];
  code: string | null;
  site: SiteInfo | null;
}

export function Slip({ title, words, departments, code, site }: Props) {
  return (
    <section class="slip" aria-hidden="true">
      <p class="slip-head">{site?.hospital} · 看病前问一问</p>
      <p>{new Date().toLocaleString("zh-CN", { dateStyle: "medium", timeStyle: "short" })}</p>
      <h1>{title}</h1>
      {departments.length > 0 && <p>建议挂:<b>{departments.join(",或 ")}</b></p>}
      {code && <Code code={code} />}
      <ul>{words.steps.map((line) => <li key={line}>{line}</li>)}</ul>
      {words.bring.length > 0 && <p>{words.bring.join("")}</p>}
      {words.signs.length > 0 && <><p><b>{words.signsTitle}</b></p><ol>{words.signs.map((line) => <li key={line}>{line}</li>)}</ol></>}
      <p>急的时候:{site?.emergency}</p>
      <p><b>AI</b> 由人工智能按规则生成,仅供参考,由医生确认。</p>
    </section>
  );
}
