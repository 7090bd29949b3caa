// Before the conversation at the kiosk: for whom, age, sex, consent. One thing a screen, all by touch:
// agreeing is never understood from speech.
import { useState } from "preact/hooks";
import { ApiError } from "../api/problem";
import { BackIcon, CheckIcon, PeopleIcon, PersonIcon } from "../ui/icons";
import { CONSENT_VERSION, PURPOSES, type Scope } from "../visit/consent";
import type { Visit } from "../visit/visit";

type Step = "who" | "sex" | "age" | "consent";
const BEFORE: Record<Step, Step> = { who: "who", sex: "who", age: "sex", consent: "age" };
const GUARDED_AGE = 14;

export function Setup({ visit, onCall }: { visit: Visit; onCall: () => void }) {
  const [step, setStep] = useState<Step>("who");
  const [forSelf, setForSelf] = useState(true);
  const [sex, setSex] = useState<"male" | "female" | null>(null);
  const [age, setAge] = useState("");
  const [scopes, setScopes] = useState<Scope[]>([]);
  const [guardian, setGuardian] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  const [sending, setSending] = useState(false);
  const years = age === "" ? null : Number(age);
  const isChild = years !== null && years < GUARDED_AGE;
  const whose = forSelf ? "您" : "病人";

  const go = (to: Step): void => {
    setTrouble(null);
    setStep(to);
  };
  const afterAge = (): void => {
    if (years !== null && years > 130) return setTrouble("年龄请填 0 到 130。");
    if (isChild && forSelf) return setTrouble("不满14岁,要请家长来填。请点「上一步」,选「帮家里人」。");
    go("consent");
  };
  const start = async (): Promise<void> => {
    if (sending) return;
    if (!scopes.includes("triage")) return setTrouble("第一项要您同意,才能往下问。不同意也没关系,请按「叫人」。");
    if (isChild && !guardian) return setTrouble("请家长或监护人点最后一项。");
    setSending(true);
    setTrouble(null);
    try {
      await visit.open({ channel: "kiosk", for_self: forSelf, patient: { age: years, sex }, consent: { version: CONSENT_VERSION, scopes } });
    } catch (error) {
      setTrouble(error instanceof ApiError ? error.message : "没成功,请再按一次。");
    } finally {
      setSending(false);
    }
  };
  const press = (digit: string): void => setAge((now) => (now + digit).replace(/^0+(?=\d)/, "").slice(0, 3));

  return (
    <main class={`setup ${step}`}>
      {step !== "who" && <button type="button" class="button quiet back" onClick={() => go(BEFORE[step])}><BackIcon />上一步</button>}
      {step === "who" && (
        <>
          <h1>给谁问?</h1>
          <div class="pair">
            <button type="button" class="button huge tall" onClick={() => (setForSelf(true), go("sex"))}><PersonIcon size="2.2em" />我自己</button>
            <button type="button" class="button huge tall" onClick={() => (setForSelf(false), go("sex"))}><PeopleIcon size="2.2em" />帮家里人</button>
          </div>
        </>
      )}
      {step === "sex" && (
        <>
          <h1>{whose}是男是女?</h1>
          <div class="pair">
            <button type="button" class="button huge tall" onClick={() => (setSex("male"), go("age"))}>男</button>
            <button type="button" class="button huge tall" onClick={() => (setSex("female"), go("age"))}>女</button>
          </div>
          <button type="button" class="button plain" onClick={() => (setSex(null), go("age"))}>不想说</button>
        </>
      )}
      {step === "age" && (
        <>
          <h1>{whose}多大岁数?</h1>
          <output class="age" aria-live="polite">{age ? <><b>{age}</b> 岁</> : <span class="hint">按数字</span>}</output>
          <div class="pad" role="group" aria-label="数字">
            {["1", "2", "3", "4", "5", "6", "7", "8", "9"].map((digit) => <button key={digit} type="button" class="button plain" onClick={() => press(digit)}>{digit}</button>)}
            <button type="button" class="button plain" onClick={() => setAge("")}>重按</button>
            <button type="button" class="button plain" onClick={() => press("0")}>0</button>
            <button type="button" class="button plain" onClick={() => (setAge(""), go("consent"))}>不想说</button>
          </div>
          {trouble && <p class="error" role="alert">{trouble}</p>}
          <button type="button" class="button main huge" disabled={!age} onClick={afterAge}>{age ? "下一步" : "先按数字"}</button>
        </>
      )}
      {step === "consent" && (
        <>
          <h1>您同意哪些?</h1>
          <p>同意的点一下打勾,不点就是不同意。</p>
          <div class="purposes">
            {PURPOSES.map((purpose) => {
              const on = scopes.includes(purpose.scope);
              return (
                <button
                  key={purpose.scope} type="button" class="option box" role="checkbox" aria-checked={on} aria-pressed={undefined}
                  onClick={() => setScopes(on ? scopes.filter((scope) => scope !== purpose.scope) : [...scopes, purpose.scope])}
                >
                  <span class="tick" aria-hidden="true">{on && <CheckIcon size="1.1em" />}</span>
                  <span>{purpose.title}{purpose.needed && <em>要同意才能问</em>}<small>{purpose.hint}</small></span>
                </button>
              );
            })}
            {isChild && (
              <button type="button" class="option box" role="checkbox" aria-checked={guardian} onClick={() => setGuardian(!guardian)}>
                <span class="tick" aria-hidden="true">{guardian && <CheckIcon size="1.1em" />}</span>
                <span>我是孩子的家长或监护人<em>要同意才能问</em><small>我替孩子同意上面勾选的几项。</small></span>
              </button>
            )}
          </div>
          <p class="hint">内容只存在医院自己的机器上。这台机器用完什么都不留。说明第 {CONSENT_VERSION} 版。</p>
          {trouble && <p class="error" role="alert">{trouble}</p>}
          <div class="pair">
            <button type="button" class="button main huge" disabled={sending} onClick={() => void start()}>{sending ? "正在打开…" : "开始回答"}</button>
            <button type="button" class="button plain huge" onClick={onCall}>叫人</button>
          </div>
        </>
      )}
    </main>
  );
}
