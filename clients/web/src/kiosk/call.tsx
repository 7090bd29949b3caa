// A person, from every screen of the kiosk (C16).
import { useEffect, useState } from "preact/hooks";
import { ApiError } from "../api/problem";
import type { SiteInfo } from "../api/types";
import { Sheet } from "../ui/sheet";
import type { Visit } from "../visit/visit";

export function Call({ visit, site, onClose }: { visit: Visit; site: SiteInfo | null; onClose: () => void }) {
  const [said, setSaid] = useState("正在叫护士…");
  useEffect(() => {
    void (async () => {
      const { key, stage } = visit.state;
      if (!key) return setSaid("请到导诊台,或向旁边的护士招手。");
      try {
        if (await visit.callPerson()) setSaid(`已经告诉护士了,您说的话也转过去了。请在这里等一等。${stage === "talk" ? "等的时候,也可以接着答。" : ""}`);
        else if (stage === "talk" && (await visit.say({ text: "找护士" }, "找护士"))) setSaid("好,请到导诊台,护士接着帮您。");
        else setSaid("这台机器叫不到护士,请到导诊台。");
      } catch (error) {
        setSaid(error instanceof ApiError ? error.message : "没叫成,请到导诊台。");
      }
    })();
  }, []);
  return (
    <Sheet title="找人帮忙" onClose={onClose}>
      <p class="said" role="status">{said}</p>
      <p>很急的时候:{site?.emergency ?? "请打 120。"}{site?.phone && ` 医院电话:${site.phone}`}</p>
      <button type="button" class="button main huge" onClick={onClose}>知道了</button>
    </Sheet>
  );
}
