// Reading comfort, and everything about one's own data in one place (C2).
import { useState } from "preact/hooks";
import { ApiError } from "../api/problem";
import { changeConsent, eraseVisit, exportVisit, recordText } from "../api/visit";
import { Sheet } from "../ui/sheet";
import { change, useSettings, type Size } from "../ui/settings";
import { CONSENT_VERSION, PURPOSES, type Scope } from "../visit/consent";
import { useStore } from "../visit/store";
import type { Visit } from "../visit/visit";

const SIZES: { size: Size; name: string }[] = [
  { size: "normal", name: "标准" },
  { size: "large", name: "大" },
  { size: "largest", name: "特大" },
];
const NOT_HERE = "这台机器上还不能自己办,请到导诊台,请护士帮您办。";

type View = "menu" | "erase" | "consent";

export function MoreSheet({ visit, onClose }: { visit: Visit; onClose: () => void }) {
  const { key } = useStore(visit);
  const settings = useSettings();
  const [view, setView] = useState<View>("menu");
  const [said, setSaid] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [scopes, setScopes] = useState<Scope[]>([]);

  const act = async (what: () => Promise<string | null>): Promise<void> => {
    if (busy) return;
    setBusy(true);
    setSaid(null);
    try {
      setSaid(await what());
    } catch (error) {
      setSaid(error instanceof ApiError ? (error.isMissing ? NOT_HERE : error.message) : "没成功,请再点一次。");
    } finally {
      setBusy(false);
    }
  };
  const erase = (): Promise<void> =>
    act(async () => {
      if (key) await eraseVisit(key);
      visit.erased();
      onClose();
      return null;
    });
  const takeAway = (): Promise<void> =>
    act(async () => {
      if (!key) return null;
      save(await exportVisit(key), "jiwen.json");
      save(new Blob([await recordText(key)], { type: "text/plain;charset=utf-8" }), "jiwen.txt");
      return "存好了两份:一份能看的,一份给别的医院的电脑用。";
    });

  if (view === "erase")
    return (
      <Sheet title="删掉我的内容?" onClose={onClose}>
        <p>删掉以后,您这次说的话医生看不到,也找不回来。医院按国家规定必须留的,医院会照规定保存。</p>
        {said && <p class="error" role="alert">{said}</p>}
        <button type="button" class="button danger wide" disabled={busy} onClick={() => void erase()}>{busy ? "正在删…" : "删掉"}</button>
        <button type="button" class="button plain wide" onClick={() => setView("menu")}>不删</button>
      </Sheet>
    );
  if (view === "consent")
    return (
      <Sheet title="改我的同意" onClose={onClose}>
        <p>勾上的算同意,没勾的马上停用。改完按「保存」。</p>
        <div class="purposes">
          {PURPOSES.map((purpose) => (
            <label key={purpose.scope} class="purpose">
              <input
                type="checkbox" checked={scopes.includes(purpose.scope)}
                onChange={(event) => setScopes(event.currentTarget.checked ? [...scopes, purpose.scope] : scopes.filter((scope) => scope !== purpose.scope))}
              />
              <span><strong>{purpose.title}</strong><span class="hint">{purpose.hint}</span></span>
            </label>
          ))}
        </div>
        {said && <p role="status"><strong>{said}</strong></p>}
        <button
          type="button" class="button main wide" disabled={busy}
          onClick={() => void act(async () => (key && (await changeConsent(key, CONSENT_VERSION, scopes)), "改好了,已经生效。"))}
        >保存</button>
        <button type="button" class="button plain wide" onClick={() => (setSaid(null), setView("menu"))}>返回</button>
      </Sheet>
    );
  return (
    <Sheet title="更多" onClose={onClose}>
      <h3>字的大小</h3>
      <div class="three" role="group" aria-label="字的大小">
        {SIZES.map((one) => (
          <button key={one.size} type="button" class="button plain" aria-pressed={settings.size === one.size} onClick={() => void change({ size: one.size })}>{one.name}</button>
        ))}
      </div>
      <h3>简体字、繁体字</h3>
      <div class="three" role="group" aria-label="字体">
        <button type="button" class="button plain" aria-pressed={settings.script === "hans"} onClick={() => void change({ script: "hans" })}>简体</button>
        <button type="button" class="button plain" aria-pressed={settings.script === "hant"} onClick={() => void change({ script: "hant" })}>繁体</button>
      </div>
      {key && (
        <>
          <h3>我的内容</h3>
          {said && <p role="status"><strong>{said}</strong></p>}
          <button type="button" class="button plain wide" disabled={busy} onClick={() => void takeAway()}>拿一份</button>
          <button type="button" class="button plain wide" onClick={() => (setSaid(null), setScopes([]), setView("consent"))}>改我的同意</button>
          <button type="button" class="button plain wide" onClick={() => (setSaid(null), setView("erase"))}>删掉我的内容</button>
        </>
      )}
    </Sheet>
  );
}

/** Hands a file to the browser's downloads. */
function save(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
