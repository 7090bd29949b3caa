// The record on paper: the same text that is copied, without names, marked as made by a machine (C12).
import type { OpenedRecord } from "../api/staff";
import { clock, REVIEWS, wordOf } from "../staff/words";

export function Paper({ record }: { record: OpenedRecord }) {
  const { status, by, at } = record.review;
  const final = status === "confirmed" || status === "changed";
  return (
    <article class="paper" aria-hidden="true">
      <header><h1>预问诊记录</h1><b>{record.code}</b></header>
      {record.plain_text.split("\n").map((text, at) => {
        const titled = /^【(.+?)】(.*)$/.exec(text);
        return titled ? <p key={at}><b>{titled[1]}</b><span>{titled[2]}</span></p> : <p key={at} class="foot">{text}</p>;
      })}
      <footer>{final ? `${wordOf(REVIEWS, status)}:${by ?? ""} ${at ? clock(at) : ""}` : "未经医生确认"} · AI 生成,以医生判断为准 · 医生签名:____________</footer>
    </article>
  );
}
