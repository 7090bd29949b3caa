// The end: where to go, how soon, what to bring, what to watch for, and the code for the doctor.
import { useEffect, useState } from "preact/hooks";
import { recordText } from "../api/visit";
import type { SiteInfo } from "../api/types";
import { Code } from "../ui/code";
import { AlertIcon, BagIcon, CheckIcon, PlaceIcon } from "../ui/icons";
import { useBack, leave } from "../ui/back";
import { headingOf, sortWords } from "../visit/result";
import { useStore } from "../visit/store";
import type { Visit } from "../visit/visit";

export function Result({ visit, site }: { visit: Visit; site: SiteInfo | null }) {
  const state = useStore(visit);
  const [record, setRecord] = useState<string | null>(null);
  const { reply, assessment, lines, key, code, handedOver } = state;
  const words = sortWords(reply?.text ?? "");
  const heading = headingOf(assessment, handedOver);
  useBack(leave);
  useEffect(() => scrollTo(0, 0), []);
  const readRecord = (open: boolean): void => {
    if (open && record === null && key) recordText(key).then(setRecord, (error: Error) => setRecord(error.message));
  };
  return (
    <main class="result narrow">
      <section class={`verdict ${heading.tone}`}>
        <p>问完了</p>
        <h1>{heading.title}</h1>
      </section>
      {assessment && assessment.departments.length > 0 && (
        <section class="card">
          <h2><PlaceIcon />建议挂</h2>
          <p class="department">{assessment.departments[0]?.name}</p>
          {assessment.departments.length > 1 && <p class="hint">也可以看:{assessment.departments.slice(1).map((one) => one.name).join("、")}</p>}
        </section>
      )}
      {code && <section class="card code-card"><Code code={code} /></section>}
      <section class="card">
        <h2><CheckIcon />怎么做</h2>
        <ul class="steps">{words.steps.map((line) => <li key={line}>{line}</li>)}</ul>
      </section>
      {words.bring.length > 0 && (
        <section class="card">
          <h2><BagIcon />要带的</h2>
          {words.bring.map((line) => <p key={line}>{line}</p>)}
        </section>
      )}
      {words.signs.length > 0 && (
        <section class="card signs">
          <h2><AlertIcon />{words.signsTitle}</h2>
          <ol>{words.signs.map((line) => <li key={line}>{line}</li>)}</ol>
          <a class="button danger wide" href="tel:120">很急,打 120</a>
        </section>
      )}
      <details class="card">
        <summary>我说过的话({lines.length}句)</summary>
        <p class="hint">请看一看。哪里不对,看病时告诉医生。</p>
        <ol class="said">
          {lines.map((line, at) => <li key={at}><span class="hint">{line.asked}</span><strong data-verbatim>{line.said}</strong></li>)}
        </ol>
      </details>
      <details class="card" onToggle={(event) => readRecord(event.currentTarget.open)}>
        <summary>给医生看的病情</summary>
        <pre class="record">{record ?? "正在打开…"}</pre>
      </details>
      {site && <p class="hint">急的时候:{site.emergency}{site.phone && ` 医院电话:${site.phone}`}</p>}
      <p class="hint">以上由 AI 按规则整理,仅供参考,以医生的话为准。加重了就提前去看。</p>
      <button type="button" class="button main wide" onClick={() => visit.forget()}>看完了,清掉这台手机上的编号</button>
      <p class="hint">清掉以后,这台手机再打不开这次问诊。要拿一份、要删掉,请先点右上角「更多」。</p>
    </main>
  );
}
