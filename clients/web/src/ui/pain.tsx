// How much it hurts, 0 to 10: faces to tap and a slider. Nothing is chosen beforehand.
import { useState } from "preact/hooks";

const FACES = [0, 2, 4, 6, 8, 10];

/** A face that goes from content to tears as `score` goes from 0 to 10. */
function Face({ score }: { score: number }) {
  const sad = score / 10;
  const mouth = 33 + sad * 3;
  const bend = 9 - sad * 17;
  const brow = sad * 4;
  return (
    <svg viewBox="0 0 48 48" aria-hidden="true" class="face">
      <circle cx="24" cy="24" r="21" />
      <path d={`M15 ${mouth}Q24 ${mouth + bend} 33 ${mouth}`} />
      <path d={`M13 ${15 + brow * 0.2}L20 ${15 - brow}M35 ${15 + brow * 0.2}L28 ${15 - brow}`} />
      <path d={score >= 8 ? "M15.5 20.5l4 2.5-4 2.5M32.5 20.5l-4 2.5 4 2.5" : "M17.5 22v.1M30.5 22v.1"} class="eyes" />
      {score === 10 && <path d="M14 29v5M34 29v5" class="tears" />}
    </svg>
  );
}

export function PainScale({ onSay, disabled }: { onSay: (score: number) => void; disabled: boolean }) {
  const [score, setScore] = useState<number | null>(null);
  return (
    <div class="pain">
      <output class={score === null ? "none" : ""} for="pain">{score === null ? "点一张脸,或拖一拖" : <><b>{score}</b> 分</>}</output>
      <div class="faces" role="group" aria-label="用脸选疼的程度">
        {FACES.map((face) => (
          <button key={face} type="button" aria-pressed={score !== null && Math.abs(score - face) < 1} aria-label={`${face}分`} onClick={() => setScore(face)}>
            <Face score={face} />
            <span aria-hidden="true">{face}</span>
          </button>
        ))}
      </div>
      <input
        id="pain" type="range" min="0" max="10" step="1" value={score ?? 5} class={score === null ? "unset" : ""}
        aria-label="疼几分,0分不疼,10分最疼" aria-valuetext={score === null ? "还没选" : `${score}分`}
        onInput={(event) => setScore(Number(event.currentTarget.value))}
        onClick={(event) => setScore(Number(event.currentTarget.value))}
      />
      <p class="ends"><span>0 不疼</span><span>10 最疼</span></p>
      <button type="button" class="button main wide" disabled={score === null || disabled} onClick={() => score !== null && onSay(score)}>
        {score === null ? "先选一个" : `就是 ${score} 分`}
      </button>
    </div>
  );
}
