// An alert of the server: over the whole screen, in its own words, with a way to call, until the
// patient has tapped that it was seen. Afterwards a band stays.
import type { ComponentChildren } from "preact";
import type { Alert, SiteInfo } from "../api/types";
import { URGENCY } from "../visit/result";
import { AlertIcon, CheckIcon, HandIcon, PhoneIcon } from "./icons";
import { Sheet } from "./sheet";

const NUMBER = /(?<!\d)(120|110|12356|1\d{10}|400[-\d]{7,9}|0\d{2,3}-?\d{7,8})(?!\d)/;

/** Telephone numbers in a sentence can be tapped. */
export function WithNumbers({ text }: { text: string }): ComponentChildren {
  return text.split(NUMBER).map((piece, at) => (at % 2 ? <a key={at} href={`tel:${piece}`}>{piece}</a> : piece));
}

export function AlertScreen({ alert, site, onSeen, onCall }: { alert: Alert; site: SiteInfo | null; onSeen: () => void; onCall: () => void }) {
  const { title, tone } = URGENCY[alert.urgency] ?? { title: "请注意", tone: "red" };
  const lines = alert.text.split("\n").filter(Boolean);
  return (
    <Sheet title={title} tone={tone === "red" ? "red" : "amber"} full urgent>
      <div class="alert-words">
        <AlertIcon size="2.6em" />
        {lines.map((line, at) => (
          <p key={line} class={at === 0 ? "first" : ""}><WithNumbers text={line} /></p>
        ))}
      </div>
      {tone === "red" && (
        <a class="button danger wide call" href="tel:120"><PhoneIcon /> 打 120 叫救护车</a>
      )}
      {site && <p class="where"><WithNumbers text={site.emergency} /></p>}
      {site?.phone && <p class="where">医院电话:<a href={`tel:${site.phone}`}>{site.phone}</a></p>}
      <div class="alert-ways">
        <button type="button" class="button plain seen" onClick={onSeen}><CheckIcon /> 我知道了</button>
        <button type="button" class="button plain seen" onClick={onCall}><HandIcon /> 叫人帮忙</button>
      </div>
      <p class="hint">以上由 AI 按规则提醒,以医生意见为准。</p>
    </Sheet>
  );
}

export function AlertBand({ alert, onOpen }: { alert: Alert; onOpen: () => void }) {
  const { title, tone } = URGENCY[alert.urgency] ?? { title: "请注意", tone: "red" };
  return (
    <div class={`band ${tone}`} role="note">
      <button type="button" onClick={onOpen}><AlertIcon /> <span>{title}<small>(点开看)</small></span></button>
      {tone === "red" && <a href="tel:120"><PhoneIcon /> 120</a>}
    </div>
  );
}
