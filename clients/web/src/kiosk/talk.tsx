// The conversation at the kiosk: the question in large letters, all that is spoken as captions, every
// answer also by touch.
import { useEffect, useState } from "preact/hooks";
import { BodyMap } from "../ui/body";
import { BodyIcon, EditIcon, HandIcon, LoudIcon, MicIcon, RepeatIcon, SlowIcon, WhyIcon } from "../ui/icons";
import { Options } from "../ui/options";
import { PainScale } from "../ui/pain";
import { Sheet } from "../ui/sheet";
import { useStore } from "../visit/store";
import { asked, labels, lead, type Visit } from "../visit/visit";
import type { Speech } from "./speech";

const ON_BODY = new Set(["chief_complaint", "site", "radiation", "numbness", "side"]);

export function Talk({ visit, speech, onCall }: { visit: Visit; speech: Speech; onCall: () => void }) {
  const state = useStore(visit);
  const voice = useStore(speech);
  const [over, setOver] = useState<"body" | "type" | null>(null);
  const { reply, pending } = state;
  const question = reply?.question ?? null;
  const waits = pending !== null;
  const last = state.lines.at(-1);

  useEffect(() => {
    speech.sayQuestion();
    document.querySelector(".answers")?.scrollTo(0, 0);
  }, [state.turns]);

  const say = (body: { text: string } | { choices: string[] }, shown: string): void => {
    setOver(null);
    speech.hush();
    void visit.say(body, shown);
  };
  const choose = (choices: string[]): void => say({ choices }, labels(question, choices));
  const has = (id: string): boolean => question?.options.some((option) => option.id === id) ?? false;
  const isScale = question?.slot === "severity" && has("10");
  const isOnBody = question !== null && question.free_text && ON_BODY.has(question.slot);

  return (
    <main class="talk">
      <section class="question" aria-live="polite">
        {state.answered > 0 && <p class="progress">已经答了 {state.answered} 题</p>}
        {lead(reply).map((line) => <p key={line} class="lead">{line}</p>)}
        <h1>{asked(reply)}</h1>
        <div class="sound" role="group" aria-label="声音">
          {voice.speaks && <button type="button" class="button plain" onClick={() => speech.repeat()}><RepeatIcon />再说一遍</button>}
          {voice.speaks && <button type="button" class="button plain" aria-pressed={voice.slow} onClick={() => speech.toggleSlow()}><SlowIcon />慢一点</button>}
          {voice.speaks && <button type="button" class="button plain" aria-pressed={voice.loud} onClick={() => speech.toggleLoud()}><LoudIcon />大声点</button>}
        </div>
        {last && <p class="before">您刚才说:<strong data-verbatim>{last.said}</strong></p>}
      </section>

      <section class="answers" aria-busy={waits} key={state.turns}>
        {waits ? (
          <div class="sent" role="status">
            <p class="mine" data-verbatim>{pending.shown}</p>
            {state.trouble ? (
              <>
                <p class="error" role="alert">{state.trouble}</p>
                <div class="pair">
                  <button type="button" class="button main huge" disabled={state.busy} onClick={() => void visit.again()}>{state.busy ? "正在送…" : "再送一次"}</button>
                  <button type="button" class="button plain huge" onClick={() => void visit.giveUp()}>换个答法</button>
                </div>
              </>
            ) : (
              <p class="hint">正在记下来…</p>
            )}
          </div>
        ) : (
          <>
            {isScale && <PainScale disabled={waits} onSay={(score) => choose([String(score)])} />}
            {isOnBody && <button type="button" class="button wide picture" onClick={() => setOver("body")}><BodyIcon size="1.6em" />在图上点一点</button>}
            {question && (
              <Options
                question={isScale ? { ...question, options: question.options.filter((option) => !/^\d+$/.test(option.id)) } : question}
                disabled={waits} onSay={choose}
              />
            )}
            {state.trouble && <p class="error" role="alert">{state.trouble}</p>}
            <div class="ways" role="group" aria-label="别的">
              <button type="button" class="button quiet" onClick={() => say({ text: "为什么问这个" }, "为什么问这个")}><WhyIcon />为什么问</button>
              {!has("unsure") && <button type="button" class="button quiet" onClick={() => say({ text: "不知道" }, "不知道")}>不知道</button>}
              {!has("skip") && <button type="button" class="button quiet" onClick={() => say({ text: "跳过" }, "跳过")}>跳过</button>}
              {question?.free_text && <button type="button" class="button quiet" onClick={() => setOver("type")}><EditIcon />打字、改一改</button>}
            </div>
          </>
        )}
      </section>

      <Captions speech={speech} />

      {over === "body" && (
        <Sheet title="哪里不舒服?" onClose={() => setOver(null)}>
          <BodyMap feelings={question?.slot === "chief_complaint"} onSay={(text) => say({ text }, text)} />
        </Sheet>
      )}
      {over === "type" && <TypeSheet onClose={() => setOver(null)} onSay={(text) => say({ text }, text)} />}
      {voice.confirm && (
        <Sheet title={voice.confirm.text} urgent>
          <div class="pair">
            {voice.confirm.options.map((option) => (
              <button key={option.id} type="button" class={`button huge tall ${option.id === "yes" ? "main" : "plain"}`} onClick={() => speech.confirm(option.id)}>{option.label}</button>
            ))}
          </div>
        </Sheet>
      )}
      {voice.fallback && !voice.confirm && (
        <Sheet title="没听清,没关系" onClose={() => speech.closeFallback()}>
          <p>{voice.fallback}</p>
          {question && question.options.length > 0 && <Options question={question} disabled={waits} onSay={choose} />}
          <div class="pair">
            <button type="button" class="button main huge" onClick={() => speech.closeFallback()}><MicIcon />再说一次</button>
            <button type="button" class="button plain huge" onClick={() => (speech.closeFallback(), setOver("type"))}><EditIcon />打字</button>
            <button type="button" class="button plain huge" onClick={() => (speech.closeFallback(), onCall())}><HandIcon />叫人</button>
          </div>
        </Sheet>
      )}
    </main>
  );
}

/** What is spoken, by whom, as text; and whether the machine hears. */
function Captions({ speech }: { speech: Speech }) {
  const voice = useStore(speech);
  const mine = voice.partial !== "" || voice.heard;
  return (
    <section class={`captions ${mine ? "mine" : voice.speaking ? "ours" : ""}`} aria-label="字幕">
      <span class={`ear ${voice.hears ? "on" : ""}`} aria-hidden="true">
        <i style={{ transform: `scale(${(1 + Math.min(0.5, voice.level * 4)).toFixed(2)})` }} />
        <MicIcon size="1.5em" />
      </span>
      <p>
        {mine ? (
          <><small>您在说</small><span data-verbatim>{voice.partial || "…"}</span></>
        ) : voice.speaking ? (
          <><small>机器在说</small>{voice.caption}</>
        ) : voice.hears ? (
          <><small>轮到您说</small>{voice.note ?? "请说话,或者用手点"}</>
        ) : (
          <><small>用手点</small>{voice.note ?? "请用手点上面的回答"}</>
        )}
      </p>
    </section>
  );
}

function TypeSheet({ onClose, onSay }: { onClose: () => void; onSay: (text: string) => void }) {
  const [text, setText] = useState("");
  return (
    <Sheet title="用自己的话说" onClose={onClose}>
      <p class="hint">要改前面的话,写「不对,是……」。</p>
      <textarea rows={3} maxLength={2000} value={text} aria-label="用自己的话说" onInput={(event) => setText(event.currentTarget.value)} />
      <button type="button" class="button main huge" disabled={!text.trim()} onClick={() => onSay(text.trim())}>{text.trim() ? "说完了" : "先写一写"}</button>
    </Sheet>
  );
}
