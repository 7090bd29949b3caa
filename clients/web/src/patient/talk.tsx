// The conversation: one question at a time, large; what was said stays above.
import { useEffect, useRef, useState } from "preact/hooks";
import { BodyMap } from "../ui/body";
import { useBack, leave } from "../ui/back";
import { BodyIcon, EditIcon, WhyIcon } from "../ui/icons";
import { Options } from "../ui/options";
import { PainScale } from "../ui/pain";
import { Sheet } from "../ui/sheet";
import { useStore } from "../visit/store";
import { asked, labels, lead, type Visit } from "../visit/visit";
import type { Utterance } from "../voice/utterance";
import { ChangeSheet } from "./change";
import { Composer } from "./composer";

/** Questions that can be answered on a picture of the body; at the first one also what it is like. */
const ON_BODY = new Set(["chief_complaint", "site", "radiation", "numbness", "side"]);

type Over = "body" | "change" | "leave" | null;

export function Talk({ visit, utterance, onHelp }: { visit: Visit; utterance: Utterance; onHelp: () => void }) {
  const state = useStore(visit);
  const voice = useStore(utterance);
  const [over, setOver] = useState<Over>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const { reply, pending, lines } = state;
  const question = reply?.question ?? null;
  const waits = pending !== null;
  useBack(() => setOver(over === null ? "leave" : null));

  // A new question comes to the top of the screen, and readers are taken to it.
  useEffect(() => {
    if (!lines.length) return;
    heading.current?.closest("section")?.scrollIntoView({ block: "start" });
    heading.current?.focus({ preventScroll: true });
  }, [state.turns]);
  useEffect(() => () => utterance.end(), []);

  const say = (body: { text: string } | { choices: string[] }, shown: string): void => {
    utterance.end();
    void visit.say(body, shown);
  };
  const choose = (choices: string[]): void => say({ choices }, labels(question, choices));
  const has = (id: string): boolean => question?.options.some((option) => option.id === id) ?? false;
  const isScale = question?.slot === "severity" && has("10");
  const isOnBody = question !== null && question.free_text && ON_BODY.has(question.slot);

  return (
    <main class="talk">
      <div class="scroll">
        <ol class="log" aria-label="前面说过的话">
          {lines.map((line, at) => (
            <li key={at}>
              <p class="us">{line.asked}</p>
              <p class="you"><span data-verbatim>{line.said}</span></p>
            </li>
          ))}
        </ol>

        <section class="ask" aria-busy={waits}>
          {state.answered > 0 && <p class="progress">已经答了 {state.answered} 题</p>}
          {lead(reply).map((line) => <p key={line} class="lead">{line}</p>)}
          <h1 ref={heading} tabIndex={-1}>{asked(reply)}</h1>
          {waits ? (
            <div class="sent" role="status">
              <p class="you"><span data-verbatim>{pending.shown}</span></p>
              {state.trouble ? (
                <div class="trouble" role="alert">
                  <p class="error">{state.trouble}</p>
                  <div class="row">
                    <button type="button" class="button main" disabled={state.busy} onClick={() => void visit.again()}>{state.busy ? "正在送…" : "再送一次"}</button>
                    <button type="button" class="button plain" onClick={() => void visit.giveUp()}>换个答法</button>
                  </div>
                </div>
              ) : (
                <p class="hint dots">正在记下来</p>
              )}
            </div>
          ) : (
            <div class="answer" key={`${state.turns}`}>
              {isScale && <PainScale disabled={waits} onSay={(score) => choose([String(score)])} />}
              {isOnBody && (
                <button type="button" class="button wide picture" onClick={() => setOver("body")}><BodyIcon size="1.6em" />在图上点一点</button>
              )}
              {question && (
                <Options
                  question={isScale ? { ...question, options: question.options.filter((option) => !/^\d+$/.test(option.id)) } : question}
                  disabled={waits} onSay={choose}
                />
              )}
              {state.trouble && <p class="error" role="alert">{state.trouble}</p>}
            </div>
          )}
          {!waits && (
            <div class="ways" role="group" aria-label="别的">
              <button type="button" class="button quiet" onClick={() => say({ text: "为什么问这个" }, "为什么问这个")}><WhyIcon size="1.2em" />为什么问</button>
              {!has("unsure") && <button type="button" class="button quiet" onClick={() => say({ text: "不知道" }, "不知道")}>不知道</button>}
              {!has("skip") && <button type="button" class="button quiet" onClick={() => say({ text: "跳过" }, "跳过")}>跳过</button>}
              {lines.length > 0 && <button type="button" class="button quiet" onClick={() => setOver("change")}><EditIcon size="1.2em" />上一步、改一改</button>}
            </div>
          )}
        </section>
      </div>

      {question?.free_text !== false && (
        <Composer
          draft={state.draft} waits={waits} first={lines.length === 0}
          voice={voice} utterance={utterance} visitKey={state.key}
          onSay={(text) => say({ text }, text)}
        />
      )}

      {over === "body" && (
        <Sheet title="哪里不舒服?" onClose={() => setOver(null)}>
          <BodyMap feelings={question?.slot === "chief_complaint"} onSay={(text) => (setOver(null), say({ text }, text))} />
        </Sheet>
      )}
      {over === "change" && (
        <ChangeSheet lines={lines} onClose={() => setOver(null)} onSay={(text) => (setOver(null), say({ text }, text))} />
      )}
      {over === "leave" && (
        <Sheet title="要先离开吗?" onClose={() => setOver(null)}>
          <p>您说的都记下了。一天之内再打开,可以接着说。</p>
          <button type="button" class="button main wide" onClick={() => setOver(null)}>接着答</button>
          {lines.length > 0 && <button type="button" class="button wide" onClick={() => setOver("change")}>改前面说的</button>}
          <button type="button" class="button wide" onClick={() => (setOver(null), onHelp())}>叫人帮忙</button>
          <button type="button" class="button plain wide" onClick={leave}>先离开</button>
        </Sheet>
      )}
    </main>
  );
}
