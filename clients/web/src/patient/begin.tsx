// Before a visit: what this is, for whom, and consent, each purpose on its own (C1, C4).
import { useState } from "preact/hooks";
import { ApiError } from "../api/problem";
import type { SiteInfo } from "../api/types";
import { CONSENT_VERSION, PURPOSES, type Scope } from "../visit/consent";
import type { Visit } from "../visit/visit";
import { AlertIcon, BackIcon, CheckIcon, PeopleIcon, PersonIcon } from "../ui/icons";
import { useBack } from "../ui/back";

type Step = "welcome" | "who" | "consent";

/** Below this age a guardian agrees (C4); the server refuses otherwise. */
const GUARDED_AGE = 14;

export function Begin({ visit, site }: { visit: Visit; site: SiteInfo | null }) {
  const [step, setStep] = useState<Step>("welcome");
  const [forSelf, setForSelf] = useState<boolean | null>(null);
  const [age, setAge] = useState("");
  const [sex, setSex] = useState<"male" | "female" | null>(null);
  const [scopes, setScopes] = useState<Scope[]>([]);
  const [guardian, setGuardian] = useState(false);
  const [trouble, setTrouble] = useState<{ text: string; guardian?: boolean } | null>(null);
  const [sending, setSending] = useState(false);

  const years = age === "" ? null : Number(age);
  const isChild = years !== null && years < GUARDED_AGE;
  const go = (to: Step): void => {
    setTrouble(null);
    setStep(to);
    scrollTo(0, 0);
  };

  const toConsent = (): void => {
    if (forSelf === null) return setTrouble({ text: "请先点一下:给谁问。" });
    if (years !== null && (!Number.isInteger(years) || years < 0 || years > 130)) return setTrouble({ text: "年龄请填 0 到 130 之间的整数,也可以空着。" });
    if (isChild && forSelf) return setTrouble({ text: "不满14岁,要请家长或监护人来填。", guardian: true });
    go("consent");
  };

  const start = async (): Promise<void> => {
    if (sending) return;
    if (!scopes.includes("triage")) return setTrouble({ text: "第一项要您同意,才能往下问。不同意也没关系,请到导诊台找护士。" });
    if (isChild && !guardian) return setTrouble({ text: "请家长或监护人勾上最后一项。" });
    setTrouble(null);
    setSending(true);
    try {
      await visit.open({
        channel: "web",
        for_self: forSelf ?? true,
        patient: { age: years, sex },
        consent: { version: CONSENT_VERSION, scopes },
      });
      scrollTo(0, 0);
    } catch (error) {
      setTrouble({ text: error instanceof ApiError ? error.message : "没成功,请再点一次。", guardian: error instanceof ApiError && error.code === "guardian-required" });
    } finally {
      setSending(false);
    }
  };

  if (step === "welcome")
    return (
      <main class="begin narrow">
        <h1>看病前,<br />先问一问</h1>
        <p class="hospital">{site?.hospital ?? "\u00a0"}</p>
        <p>颈、肩、腰、腿、关节不舒服,先答几个问题,大约 3 到 5 分钟。</p>
        <ul class="promises">
          <li><CheckIcon />帮您看急不急、挂哪个科</li>
          <li><CheckIcon />把您的话整理好,给医生看</li>
          <li><CheckIcon />不用填姓名、电话、身份证</li>
        </ul>
        <div class="warning">
          <p><strong><AlertIcon size="1.2em" /> 先看这里</strong></p>
          <p>现在胸口剧痛、喘不上气、突然半边身子不能动、人不清醒,<b>不要填</b>,马上打 <a href="tel:120">120</a>。</p>
        </div>
        <button type="button" class="button main wide" onClick={() => go("who")}>开始</button>
        <p class="hint">您是在和人工智能(AI)说话。它按规则提问,不看病、不开药,最后由医生定。</p>
      </main>
    );

  if (step === "who")
    return (
      <main class="begin narrow">
        <StepHead step={1} onBack={() => go("welcome")} />
        <fieldset>
          <legend><h2>给谁问?</h2></legend>
          <div class="two">
            <Choice on={forSelf === true} onPick={() => setForSelf(true)}><PersonIcon size="2em" />我自己</Choice>
            <Choice on={forSelf === false} onPick={() => setForSelf(false)}><PeopleIcon size="2em" />帮家里人</Choice>
          </div>
        </fieldset>
        <div class="field">
          <label for="age"><h2>{forSelf === false ? "病人多大岁数?" : "您多大岁数?"}</h2></label>
          <span class="with-unit">
            <input id="age" inputMode="numeric" pattern="[0-9]*" maxLength={3} autocomplete="off" value={age} onInput={(event) => setAge(event.currentTarget.value.replace(/\D/g, ""))} />
            岁
          </span>
          <p class="hint">不想说可以空着。</p>
        </div>
        <fieldset>
          <legend><h2>{forSelf === false ? "病人是男是女?" : "您是男是女?"}</h2></legend>
          <div class="two">
            <Choice on={sex === "male"} onPick={() => setSex(sex === "male" ? null : "male")}>男</Choice>
            <Choice on={sex === "female"} onPick={() => setSex(sex === "female" ? null : "female")}>女</Choice>
          </div>
        </fieldset>
        {trouble && <p class="error" role="alert">{trouble.text}</p>}
        {trouble?.guardian && (
          <button type="button" class="button wide" onClick={() => (setForSelf(false), go("consent"))}>我是家长,替孩子填</button>
        )}
        <button type="button" class="button main wide" onClick={toConsent}>下一步</button>
      </main>
    );

  return (
    <main class="begin narrow">
      <StepHead step={2} onBack={() => go("who")} />
      <h1>您同意哪些?</h1>
      <p>一项一项看,同意的点一下打勾。不点就是不同意。</p>
      <div class="purposes">
        {PURPOSES.map((purpose) => (
          <label key={purpose.scope} class="purpose">
            <input
              type="checkbox" checked={scopes.includes(purpose.scope)}
              onChange={(event) => setScopes(event.currentTarget.checked ? [...scopes, purpose.scope] : scopes.filter((scope) => scope !== purpose.scope))}
            />
            <span>
              <strong>{purpose.title} {purpose.needed && <em>要同意才能问</em>}</strong>
              <span class="hint">{purpose.hint}</span>
            </span>
          </label>
        ))}
        {isChild && (
          <label class="purpose">
            <input type="checkbox" checked={guardian} onChange={(event) => setGuardian(event.currentTarget.checked)} />
            <span><strong>我是孩子的家长或监护人 <em>要同意才能问</em></strong><span class="hint">我替孩子同意上面勾选的几项。</span></span>
          </label>
        )}
      </div>
      <details>
        <summary>说得细一点</summary>
        <ul>
          <li>内容只存在医院自己的机器上,不传到外面。</li>
          <li>随时可以删掉、拿一份,或改主意:点右上角「更多」。</li>
          <li>医院按国家规定必须留的病历,医院会照规定保存。</li>
          <li>关掉再打开能接着问:这台手机记一个编号,不记您说的话,问完就清掉,最多留一天。</li>
          <li>这份说明是第 {CONSENT_VERSION} 版。</li>
        </ul>
      </details>
      {trouble && <p class="error" role="alert">{trouble.text}</p>}
      {trouble?.guardian && (
        <button type="button" class="button wide" onClick={() => (setForSelf(false), setTrouble(null))}>我是家长,替孩子填</button>
      )}
      <button type="button" class="button main wide" disabled={sending} onClick={() => void start()}>{sending ? "正在打开…" : "开始回答"}</button>
    </main>
  );
}

function StepHead({ step, onBack }: { step: number; onBack: () => void }) {
  useBack(onBack);
  return (
    <p class="step">
      <button type="button" class="button quiet" onClick={onBack}><BackIcon />上一步</button>
      <span class="hint">第 {step} 步,共 2 步</span>
    </p>
  );
}

function Choice({ on, onPick, children }: { on: boolean; onPick: () => void; children: preact.ComponentChildren }) {
  return (
    <button type="button" class="choice" aria-pressed={on} onClick={onPick}>
      {children}
      <span class="mark-on" aria-hidden="true">{on && <CheckIcon size="1.1em" />}</span>
    </button>
  );
}
