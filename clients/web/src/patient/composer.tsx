// Own words: type them, or say them. The button is held while speaking, or tapped at both ends.
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Key } from "../api/visit";
import { MicIcon, SendIcon } from "../ui/icons";
import { Sheet } from "../ui/sheet";
import { canListen } from "../voice/microphone";
import type { Utterance, UtteranceState } from "../voice/utterance";

interface Props {
  draft: string;
  waits: boolean;
  first: boolean;
  voice: UtteranceState;
  utterance: Utterance;
  visitKey: Key | null;
  onSay: (text: string) => void;
}

/** Longer than this and the button was held: letting go ends. */
const HOLD_MS = 600;

export function Composer({ draft, waits, first, voice, utterance, visitKey, onSay }: Props) {
  const [text, setText] = useState(draft);
  const area = useRef<HTMLTextAreaElement>(null);
  const pressed = useRef(0);
  // Before anything can be typed: else the first letters of a quick answer would be lost.
  useLayoutEffect(() => setText(draft), [draft, waits]);
  useLayoutEffect(() => {
    const box = area.current;
    if (!box) return;
    box.style.height = "auto";
    box.style.height = `${Math.min(box.scrollHeight + 4, innerHeight * 0.28)}px`;
  }, [text, first]);

  const send = (): void => {
    const words = text.trim();
    if (!words || waits) return;
    onSay(words);
    setText("");
  };
  const listening = voice.phase === "listening" || voice.phase === "opening";
  const toggle = (): void => {
    if (listening) utterance.stop();
    else if (visitKey && !waits) void utterance.start(visitKey);
  };

  return (
    <>
      {voice.phase !== "off" && voice.phase !== "confirming" && (
        <div class="listening" role="status">
          <p class="caption">{voice.partial || (voice.phase === "thinking" ? "正在听懂您的话…" : voice.phase === "opening" ? "正在打开话筒…" : "正在听,请说…")}</p>
          {voice.phase === "listening" && <span class="level" aria-hidden="true"><i style={{ transform: `scaleX(${Math.min(1, voice.level * 6).toFixed(2)})` }} /></span>}
          <div class="row">
            {voice.phase === "listening" && <button type="button" class="button main" onClick={() => utterance.stop()}>说完了</button>}
            <button type="button" class="button plain" onClick={() => utterance.end()}>不说了</button>
          </div>
        </div>
      )}
      <form class="composer" onSubmit={(event) => (event.preventDefault(), send())}>
        {voice.trouble && <p class="error" role="alert">{voice.trouble}</p>}
        <div class="line">
          <textarea
            ref={area} rows={first ? 3 : 1} maxLength={2000} value={text} enterkeyhint="send" aria-label="用自己的话说"
            placeholder={first ? "比如:腰疼三个月,右腿发麻" : "用自己的话说也行"}
            onInput={(event) => setText(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
                event.preventDefault();
                send();
              }
            }}
          />
          {canListen() && (
            <button
              type="button" class="button plain round" aria-label={listening ? "说话,说完了再点" : "说话"} aria-pressed={listening} disabled={waits}
              onPointerDown={() => {
                pressed.current = performance.now();
                toggle();
              }}
              onPointerUp={() => {
                if (performance.now() - pressed.current > HOLD_MS) utterance.stop();
              }}
              onContextMenu={(event) => event.preventDefault()}
              onClick={(event) => event.detail === 0 && toggle()}
            >
              <MicIcon /><span>说话</span>
            </button>
          )}
          <button type="submit" class="button main round" disabled={waits || !text.trim()}><SendIcon /><span>发送</span></button>
        </div>
      </form>
      {voice.phase === "confirming" && voice.confirm && (
        <Sheet title={voice.confirm.text} onClose={() => utterance.end()}>
          {voice.confirm.options.map((option) => (
            <button key={option.id} type="button" class={`button wide ${option.id === "yes" ? "main" : "plain"}`} onClick={() => utterance.confirm(option.id)}>{option.label}</button>
          ))}
        </Sheet>
      )}
    </>
  );
}
