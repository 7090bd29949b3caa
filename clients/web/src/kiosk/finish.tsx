// The end at the kiosk: the same card, large, and a slip to take along.
import type { SiteInfo } from "../api/types";
import { Code } from "../ui/code";
import { AlertIcon, BagIcon, CheckIcon, PlaceIcon, PrintIcon } from "../ui/icons";
import { headingOf, sortWords } from "../visit/result";
import { useStore } from "../visit/store";
import type { Visit } from "../visit/visit";
import { Slip } from "./slip";

export function Finish({ visit, site, onEnd }: { visit: Visit; site: SiteInfo | null; onEnd: () => void }) {
  const { reply, assessment, code, handedOver } = useStore(visit);
  const words = sortWords(reply?.text ?? "");
  const { title, tone } = headingOf(assessment, handedOver);
  return (
    <>
      <main class="finish">
        <div class="words" tabIndex={0} role="region" aria-label="结果">
          <section class={`verdict ${tone}`}><p>问完了</p><h1>{title}</h1></section>
          <div class="cards">
            <div class="column">
              {assessment && assessment.departments.length > 0 && (
                <section class="card place">
                  <h2><PlaceIcon />建议挂</h2>
                  <p class="department">{assessment.departments[0]?.name}</p>
                  {assessment.departments.length > 1 && <p class="hint">也可以看:{assessment.departments.slice(1).map((one) => one.name).join("、")}</p>}
                </section>
              )}
              <section class="card">
                <h2><CheckIcon />怎么做</h2>
                <ul class="steps">{words.steps.map((line) => <li key={line}>{line}</li>)}</ul>
              </section>
              {words.bring.length > 0 && <section class="card"><h2><BagIcon />要带的</h2>{words.bring.map((line) => <p key={line}>{line}</p>)}</section>}
            </div>
            <div class="column">
              {code && <section class="card code-card"><Code code={code} /></section>}
              {words.signs.length > 0 && (
                <section class="card signs">
                  <h2><AlertIcon />{words.signsTitle}</h2>
                  <ol>{words.signs.map((line) => <li key={line}>{line}</li>)}</ol>
                </section>
              )}
            </div>
          </div>
          <p class="hint">以上由 AI 按规则整理,仅供参考,以医生的话为准。</p>
        </div>
        <div class="pair">
          <button type="button" class="button main huge" onClick={() => print()}><PrintIcon />打印一张带走</button>
          <button type="button" class="button plain huge" onClick={onEnd}>看完了,结束</button>
        </div>
      </main>
      <Slip title={title} words={words} departments={assessment?.departments.map((one) => one.name) ?? []} code={code} site={site} />
    </>
  );
}
