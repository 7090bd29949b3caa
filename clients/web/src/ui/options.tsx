// The options of a question: one tap answers; where several may be tapped, a button sends them.
import { useState } from "preact/hooks";
import type { Question } from "../api/types";
import { CheckIcon } from "./icons";

interface Props {
  question: Question;
  disabled: boolean;
  onSay: (choices: string[]) => void;
}

/** Options that say that nothing else on the list holds; they do not go with others. */
const ALONE = new Set(["none", "unsure", "skip"]);

export function Options({ question, disabled, onSay }: Props) {
  const [chosen, setChosen] = useState<string[]>([]);
  const short = question.options.every((option) => option.label.length <= 6);
  const toggle = (id: string): void => {
    if (chosen.includes(id)) return setChosen(chosen.filter((one) => one !== id));
    setChosen(ALONE.has(id) ? [id] : [...chosen.filter((one) => !ALONE.has(one)), id]);
  };
  if (!question.options.length) return null;
  if (!question.multiple)
    return (
      <div class={`options ${short ? "short" : ""}`} role="group" aria-label="点一个回答">
        {question.options.map((option) => (
          <button key={option.id} type="button" class="option" disabled={disabled} onClick={() => onSay([option.id])}>
            {option.label}
          </button>
        ))}
      </div>
    );
  return (
    <>
      <p class="hint several">可以点几个,点完按「选好了」。</p>
      <div class={`options ${short ? "short" : ""}`} role="group" aria-label="可以点几个">
        {question.options.map((option) => {
          const on = chosen.includes(option.id);
          return (
            <button key={option.id} type="button" class="option box" aria-pressed={on} disabled={disabled} onClick={() => toggle(option.id)}>
              <span class="tick" aria-hidden="true">{on && <CheckIcon size="1.1em" />}</span>
              {option.label}
            </button>
          );
        })}
      </div>
      <button type="button" class="button main wide" disabled={disabled || !chosen.length} onClick={() => onSay(chosen)}>
        {chosen.length ? `选好了(${chosen.length}个)` : "选好了"}
      </button>
    </>
  );
}
