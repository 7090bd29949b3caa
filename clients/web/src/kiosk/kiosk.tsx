// The kiosk: rest, who and consent, the conversation by voice and touch, the slip, and wiping.
import { useEffect, useState } from "preact/hooks";
import { site as askSite } from "../api/site";
import type { SiteInfo } from "../api/types";
import { AlertScreen } from "../ui/alert";
import { HandIcon } from "../ui/icons";
import { AiLabel, Mark } from "../ui/parts";
import { change, useSettings } from "../ui/settings";
import { Sheet } from "../ui/sheet";
import { useStore } from "../visit/store";
import { nowhere } from "../visit/place";
import { Visit } from "../visit/visit";
import { Call } from "./call";
import { Finish } from "./finish";
import { Idle, useIdle } from "./idle";
import { Setup } from "./setup";
import { Speech } from "./speech";
import { Talk } from "./talk";

const visit = new Visit(nowhere);
let here: () => void = () => undefined;
const speech = new Speech(visit, () => here());

/** Nothing of the visit is left: memory goes with the page, storage was never used. */
function wipe(): void {
  speech.end();
  visit.forget();
  for (const storage of [sessionStorage, localStorage]) {
    try {
      storage.clear();
    } catch {
      // Storage closed to the page holds nothing either.
    }
  }
  location.replace("/kiosk");
}

export function Kiosk() {
  const state = useStore(visit);
  const { size } = useSettings();
  const [site, setSite] = useState<SiteInfo | null>(null);
  const [awake, setAwake] = useState(false);
  const [over, setOver] = useState<"call" | "end" | null>(null);
  const [left, idle] = useIdle((ask) => new Idle(ask, wipe), awake);
  here = idle.active;

  useEffect(() => {
    void askSite().then(setSite);
    const again = (): void => void visit.again();
    addEventListener("online", again);
    return () => removeEventListener("online", again);
  }, []);
  useEffect(() => {
    if (state.stage === "talk") void speech.begin();
    if (state.stage === "done") speech.closeEars();
    if (state.stage === "gone") wipe();
  }, [state.stage]);

  const alert = state.alert;
  const showsAlert = alert !== null && !alert.seen;
  if (!awake)
    return (
      <main class="rest">
        <p class="hospital"><Mark /> {site?.hospital}</p>
        <div class="invite">
          <h1>看病前,先问一问</h1>
          <p>颈、肩、腰、腿、关节不舒服?<br />对着机器说,或者用手点。</p>
          <button type="button" class="button main huge" onClick={() => (speech.unlock(), setAwake(true))}>按这里开始</button>
        </div>
        <div class="foot">
          <AiLabel text="您会和人工智能说话,它不是医生,不看病、不开药" />
          <p>很急的时候:{site?.emergency ?? "请马上找护士,或打 120。"}</p>
          <button type="button" class="button plain" onClick={() => (setAwake(true), setOver("call"))}><HandIcon />叫人帮忙</button>
        </div>
      </main>
    );
  return (
    <>
      <div class="frame" inert={over !== null || showsAlert || left !== null}>
        <header class="head">
          <Mark />
          <AiLabel text="人工智能在问,不是医生" />
          <span class="grow" />
          <button type="button" class="button plain" onClick={() => void change({ size: size === "normal" ? "large" : "normal" })}>{size === "normal" ? "大字" : "小字"}</button>
          <button type="button" class="button plain" onClick={() => setOver("call")}><HandIcon />叫人</button>
          <button type="button" class="button plain" onClick={() => setOver("end")}>结束</button>
        </header>
        {state.stage === "start" ? <Setup visit={visit} onCall={() => setOver("call")} /> : state.stage === "talk" ? (
          <Talk visit={visit} speech={speech} onCall={() => setOver("call")} />
        ) : (
          <Finish visit={visit} site={site} onEnd={wipe} />
        )}
      </div>
      {over === "call" && <Call visit={visit} site={site} onClose={() => setOver(null)} />}
      {over === "end" && (
        <Sheet title="要结束吗?" onClose={() => setOver(null)}>
          <p>结束以后,这台机器上什么都不留。</p>
          <div class="pair">
            <button type="button" class="button main huge" onClick={() => setOver(null)}>不,接着来</button>
            <button type="button" class="button plain huge" onClick={wipe}>结束</button>
          </div>
        </Sheet>
      )}
      {showsAlert && (
        <AlertScreen
          alert={alert.alert} site={site}
          onSeen={() => {
            visit.acknowledge();
            speech.acknowledge();
          }}
          onCall={() => {
            visit.acknowledge();
            speech.acknowledge();
            setOver("call");
          }}
        />
      )}
      {left !== null && (
        <Sheet title="您还在吗?" urgent>
          <p>没人的话,{left} 秒后自动结束,这台机器上什么都不留。</p>
          <div class="pair">
            <button type="button" class="button main huge" onClick={idle.active}>我还在</button>
            <button type="button" class="button plain huge" onClick={wipe}>结束</button>
          </div>
        </Sheet>
      )}
    </>
  );
}
