// A person, from every screen (C16).
import { useState } from "preact/hooks";
import { ApiError } from "../api/problem";
import type { SiteInfo } from "../api/types";
import { HandIcon, PhoneIcon } from "../ui/icons";
import { Sheet } from "../ui/sheet";
import { useStore } from "../visit/store";
import type { Visit } from "../visit/visit";

export function HelpSheet({ visit, site, onClose }: { visit: Visit; site: SiteInfo | null; onClose: () => void }) {
  const { key, stage, handedOver } = useStore(visit);
  const [sending, setSending] = useState(false);
  const [said, setSaid] = useState<string | null>(null);
  const call = async (): Promise<void> => {
    if (sending) return;
    setSending(true);
    try {
      if (await visit.callPerson()) setSaid(`已经告诉护士了,您说的话也转过去了。请在导诊台附近等一等。${stage === "talk" ? "等的时候,也可以接着答。" : ""}`);
      else if (stage === "talk" && (await visit.say({ text: "找护士" }, "找护士"))) setSaid("好,请到导诊台,护士接着帮您。");
      else setSaid("这台机器叫不到护士,请到导诊台。");
    } catch (error) {
      setSaid(error instanceof ApiError ? error.message : "没叫成,请再点一次,或到导诊台。");
    } finally {
      setSending(false);
    }
  };
  return (
    <Sheet title="找人帮忙" onClose={onClose}>
      {said && <p class="card" role="status"><strong>{said}</strong></p>}
      {!key && <p>请到导诊台,护士帮您问。</p>}
      {key && !handedOver && !said && (
        <button type="button" class="button main wide" disabled={sending} onClick={() => void call()}><HandIcon />{sending ? "正在叫…" : "请护士来接着问"}</button>
      )}
      {key && !said && <p class="hint">您前面说的都会转给护士,不用再说一遍。</p>}
      {site?.phone && <a class="button wide" href={`tel:${site.phone}`}><PhoneIcon />打医院电话 {site.phone}</a>}
      <a class="button danger wide" href="tel:120"><PhoneIcon />很急,打 120</a>
      {site && <p class="hint">{site.emergency}</p>}
    </Sheet>
  );
}
