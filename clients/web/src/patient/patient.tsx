// The phone: consent, the conversation, the result. One visit for the page; it outlives drawings.
import { useEffect, useState } from "preact/hooks";
import { ApiError } from "../api/problem";
import { site as askSite } from "../api/site";
import type { SiteInfo } from "../api/types";
import { AlertBand, AlertScreen } from "../ui/alert";
import { useStore } from "../visit/store";
import { browserPlace } from "../visit/place";
import { Visit } from "../visit/visit";
import { Utterance } from "../voice/utterance";
import { Begin } from "./begin";
import { Result } from "./result";
import { HelpSheet } from "./help";
import { MoreSheet } from "./more";
import { Talk } from "./talk";
import { TopBar } from "./top";

const visit = new Visit(browserPlace);
const utterance = new Utterance((answer, said) => visit.take(answer, said));
let begun = false;

export type Over = "help" | "more" | null;

export function Patient() {
  const state = useStore(visit);
  const [site, setSite] = useState<SiteInfo | null>(null);
  const [over, setOver] = useState<Over>(null);
  const [loading, setLoading] = useState(!begun);
  const [trouble, setTrouble] = useState<string | null>(null);

  const load = (): void => {
    setTrouble(null);
    setLoading(true);
    visit.resume().then(
      () => setLoading(false),
      (error: unknown) => {
        setLoading(false);
        setTrouble(error instanceof ApiError ? error.message : "没打开,请再试一次。");
      },
    );
  };
  useEffect(() => {
    void askSite().then(setSite);
    if (!begun) load();
    begun = true;
    const online = (): void => void visit.again();
    const seen = (): void => {
      if (document.visibilityState !== "visible") return;
      if (visit.state.pending) void visit.again();
      else if (visit.state.stage === "talk") void visit.refresh();
    };
    addEventListener("online", online);
    document.addEventListener("visibilitychange", seen);
    return () => {
      removeEventListener("online", online);
      document.removeEventListener("visibilitychange", seen);
    };
  }, []);

  const alert = state.alert;
  const showsAlert = alert !== null && !alert.seen;
  return (
    <>
      <div class="page" inert={over !== null || showsAlert}>
        <TopBar onHelp={() => setOver("help")} onMore={() => setOver("more")} />
        {alert?.seen && <AlertBand alert={alert.alert} onOpen={() => visit.reopenAlert()} />}
        {loading ? (
          <p class="loading">正在打开…</p>
        ) : trouble ? (
          <main class="stack narrow" role="alert">
            <p class="error">{trouble}</p>
            <button type="button" class="button main wide" onClick={load}>再试一次</button>
            <button type="button" class="button plain wide" onClick={() => (visit.forget(), setTrouble(null))}>不接着了,重新开始</button>
          </main>
        ) : state.stage === "start" ? (
          <Begin visit={visit} site={site} />
        ) : state.stage === "gone" ? (
          <Gone title={state.gone?.title ?? ""} text={state.gone?.text ?? ""} />
        ) : state.stage === "talk" ? (
          <Talk visit={visit} utterance={utterance} onHelp={() => setOver("help")} />
        ) : (
          <Result visit={visit} site={site} />
        )}
      </div>
      {over === "help" && <HelpSheet visit={visit} site={site} onClose={() => setOver(null)} />}
      {over === "more" && <MoreSheet visit={visit} onClose={() => setOver(null)} />}
      {showsAlert && <AlertScreen alert={alert.alert} site={site} onSeen={() => visit.acknowledge()} onCall={() => (visit.acknowledge(), setOver("help"))} />}
    </>
  );
}

function Gone({ title, text }: { title: string; text: string }) {
  return (
    <main class="stack narrow">
      <h1>{title}</h1>
      <p>{text}</p>
      <button type="button" class="button main wide" onClick={() => visit.forget()}>重新开始</button>
      <p class="hint">要帮忙,请到导诊台找护士。</p>
    </main>
  );
}
