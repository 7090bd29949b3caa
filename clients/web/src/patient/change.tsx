// Going back: pick what was said before, say it anew. It is sent as a correction in words, which the
// server understands and keeps beside the first answer.
import { useState } from "preact/hooks";
import { Sheet } from "../ui/sheet";
import type { Line } from "../visit/visit";

interface Props {
  lines: Line[];
  onClose: () => void;
  onSay: (text: string) => void;
}

export function ChangeSheet({ lines, onClose, onSay }: Props) {
  const [at, setAt] = useState<number | null>(null);
  const [text, setText] = useState("");
  const line = at === null ? undefined : lines[at];
  if (!line)
    return (
      <Sheet title="改哪一句?" onClose={onClose}>
        <p class="hint">点一下要改的那句,最近说的在最上面。</p>
        <ol class="past">
          {lines.map((one, index) => (
            <li key={index}>
              <button type="button" class="button plain wide" onClick={() => setAt(index)}>
                <span class="hint">{one.asked}</span>
                <strong data-verbatim>{one.said}</strong>
              </button>
            </li>
          )).reverse()}
        </ol>
      </Sheet>
    );
  const send = (): void => {
    const words = text.trim();
    if (words) onSay(`不对,是${words.replace(/^(不对[,,]?)?是?/, "")}`);
  };
  return (
    <Sheet title="改成什么?" onClose={onClose}>
      <p class="hint">{line.asked}</p>
      <p>您刚才说:<strong data-verbatim>{line.said}</strong></p>
      <label for="change">不对,是……(带上是哪里、什么事)</label>
      <textarea id="change" rows={2} maxLength={500} value={text} placeholder="比如:右腿麻" onInput={(event) => setText(event.currentTarget.value)} />
      <button type="button" class="button main wide" disabled={!text.trim()} onClick={send}>改好了</button>
      <button type="button" class="button plain wide" onClick={() => setAt(null)}>看别的</button>
    </Sheet>
  );
}
